# SPDX-License-Identifier: Apache-2.0
"""Asking anew who it is, before something that whoever finds an open browser must not do.

allauth asks: for the password, a code, a recovery code or a passkey, whichever the person has; then what was asked for is done. Whoever has
none of these, for an institution signs them in, is sent to the institution, and comes back to the page with the button.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import Provider
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from touchstone_server import clock
from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.accounts.models import User
from touchstone_server.language import current
from touchstone_server.pages import address, page

FACTOR_ADDED = "factor_added"
"""Where a session notes when its person added a means to sign in."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def asked_anew(*buttons: str) -> Callable[[View], View]:
    """Let a form do something only if the person has shown a few minutes ago who they are; reading a page asks nobody.

    :param buttons: the values of ``do`` for which it is asked; where none is named, whatever the form does.
    """

    def concerned(request: HttpRequest) -> bool:
        return request.method == "POST" and (not buttons or request.POST.get("do") in buttons)

    decorate: Callable[[View], View] = reauthentication_required(enabled=concerned)
    return decorate


def listen() -> None:
    """Note from now on when somebody adds a means to sign in."""
    authenticator_added.connect(_note, dispatch_uid="anew: factor added")


def _note(sender: object, request: HttpRequest | None = None, **told: object) -> None:
    if request is not None:  # a command adds one in no session
        request.session[FACTOR_ADDED] = clock.now().timestamp()


def signed_in_lately(request: HttpRequest) -> bool:
    """Tell whether somebody has shown so lately who they are that asking again would tell nothing new; signing in counts.

    So does a second factor that was added, for which they were asked: else its recovery codes would not be shown.
    """
    shown = [each.get("at", 0) for each in request.session.get(SESSION_METHODS, [])]
    latest = max((*shown, request.session.get(FACTOR_ADDED, 0)))
    return bool(clock.now().timestamp() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


def institutions_of(user: User) -> list[Provider]:
    """Return by which institutions somebody can show anew who they are who has neither password nor second factor."""
    if get_reauthentication_flows(user):
        return []
    return [each.get_provider() for each in SocialAccount.objects.filter(user=user).order_by("provider", "pk")]


def by_institution(request: HttpRequest, institutions: list[Provider]) -> HttpResponse:
    """Send somebody to their institution, which is asked to let nobody through unseen (OpenID Connect Core 1.0, 3.1.2.1: ``prompt``)."""
    back = _page_with_the_button(request)
    ways = [(each.name, each.get_login_url(request, next=back, auth_params="prompt=login")) for each in institutions]
    response = page(request, current(), "account/anew_by_institution.html", {"ways": ways, "back": back}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _page_with_the_button(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.get_host() and came.path else address("desk", current())
