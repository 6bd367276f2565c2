# SPDX-License-Identifier: Apache-2.0
"""What allauth asks us about accounts: where people arrive, and how forms and addresses of ours are called."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from touchstone_server.accounts.anew import signed_in_lately
from touchstone_server.accounts.on_record import sign_in_failed
from touchstone_server.language import current
from touchstone_server.pages import address


class AccountAdapter(DefaultAccountAdapter):
    """People arrive at their desk."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has signed in."""
        return address("desk", current())

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has made an account."""
        return address("desk", current())

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody arrives who has signed out."""
        return address("landing", current())

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Put a wrong password on the record of whoever it was tried for."""
        sign_in_failed(str(credentials.get("email", "")))

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Tell whether to ask anew who it is, before what is sensitive; allauth alone would do so right after signing in, too."""
        return super().is_reauthentication_required(app=app, **kwargs) and not signed_in_lately(self.request)
