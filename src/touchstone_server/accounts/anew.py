# SPDX-License-Identifier: Apache-2.0
"""Asking anew who it is, before something that whoever finds an open browser must not do.

allauth asks: for the password, a code, a recovery code or a passkey, whichever the person has; then what was asked for is done. Whoever has
none of these, for an institution signs them in, is not asked (docs/explanation/security.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

from touchstone_server import clock
from touchstone_server.access.requests import SESSION_METHODS

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def asked_anew(*buttons: str) -> Callable[[View], View]:
    """Let a form do something only if the person has shown a few minutes ago who they are; reading a page asks nobody.

    :param buttons: the values of ``do`` for which it is asked; where none is named, whatever the form does.
    """

    def concerned(request: HttpRequest) -> bool:
        return request.method == "POST" and (not buttons or request.POST.get("do") in buttons)

    decorate: Callable[[View], View] = reauthentication_required(enabled=concerned)
    return decorate


def signed_in_lately(request: HttpRequest) -> bool:
    """Tell whether somebody has shown so lately who they are that asking again would tell nothing new; signing in counts."""
    shown = [each.get("at", 0) for each in request.session.get(SESSION_METHODS, [])]
    return bool(shown) and clock.now().timestamp() - max(shown) < app_settings.REAUTHENTICATION_TIMEOUT
