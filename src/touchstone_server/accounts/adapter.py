# SPDX-License-Identifier: Apache-2.0
"""What allauth asks us about accounts: where people arrive, and how forms and addresses of ours are called."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

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
