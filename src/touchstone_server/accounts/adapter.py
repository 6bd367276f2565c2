# SPDX-License-Identifier: Apache-2.0
"""What allauth asks us about accounts: who may come in at all, where people arrive, and how forms and addresses of ours are called."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse

from touchstone_server.accounts.anew import signed_in_lately
from touchstone_server.accounts.models import User
from touchstone_server.accounts.on_record import sign_in_failed
from touchstone_server.faults import Fault
from touchstone_server.issuing import waiting
from touchstone_server.language import current
from touchstone_server.pages import address, page
from touchstone_server.texts import plain_text

LINKS = ("activate_url", "password_reset_url", "signup_url")
"""How allauth calls that to which a letter leads, the first that it has."""
PATIENCE = 600
"""Seconds after which to try again where the node waits after a copy was put back."""


class AccountAdapter(DefaultAccountAdapter):
    """People arrive at their desk; while the node waits after a copy was put back, nobody but its operators does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let nobody make an account while the node waits."""
        if waiting.taken():
            raise ImmediateHttpResponse(_closed(request))
        return super().is_open_for_signup(request)

    def pre_login(self, request: HttpRequest, user: User, **told: object) -> HttpResponse | None:
        """Let in nobody whose password, passkey or role may have been taken away since the copy."""
        if waiting.taken() and not user.is_operator:
            clear_login(request)
            return _closed(request)
        return super().pre_login(request, user, **told)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has signed in."""
        return address("desk", current())

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has made an account."""
        return address("desk", current())

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has signed out."""
        return address("landing", current())

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Write a letter in our words, in the language of the page that sends it."""
        tag, name = current().tag, template_prefix.rpartition("/")[2].removesuffix("_signup")
        link = next(context[each] for each in LINKS if each in context)
        return EmailMessage(
            plain_text(f"account.subject_{name}", tag),
            plain_text(f"account.letter_{name}", tag, site=context["current_site"].name, address=link),
            self.get_from_email(),
            [email] if isinstance(email, str) else email,
            headers=headers,
        )

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Put a wrong password on the record of whoever it was tried for."""
        sign_in_failed(str(credentials.get("email", "")))

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Tell whether to ask anew who it is, before what is sensitive; allauth alone would do so right after signing in, too."""
        return super().is_reauthentication_required(app=app, **kwargs) and not signed_in_lately(self.request)


def _closed(request: HttpRequest) -> HttpResponse:
    response = page(request, current(), "home/fault.html", {"fault": Fault.RESTORED.value}, status=503)
    response["Retry-After"], response["Cache-Control"] = str(PATIENCE), "no-store"
    return response
