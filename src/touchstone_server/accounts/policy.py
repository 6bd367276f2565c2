# SPDX-License-Identifier: Apache-2.0
"""What account pages may do beyond others: run the scripts that passkeys need, show a QR code, and send people to their institutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from touchstone_server.language import is_foreign


class AccountPolicy:
    """Loosens the policy of the account pages, and of no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.loosened = {
            "script-src": [SELF],  # passkeys are asked for by the browser's own script interface
            "img-src": [
                SELF,
                "data:",
            ],  # the QR code of a second factor stands in its page: at an address it would be kept
            "form-action": [
                SELF,
                *institutions(settings.SOCIALACCOUNT_PROVIDERS),
            ],  # browsers look at where a form is sent on to
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self.get_response(request)
        if is_foreign(request):
            response._csp_replace = self.loosened  # type: ignore[attr-defined]
        return response


def institutions(providers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the origins of the institutions that sign their people in."""
    for app in providers.get("openid_connect", {}).get("APPS", []):
        parts = urlsplit(app.get("settings", {}).get("server_url", ""))
        if parts.scheme and parts.netloc:
            yield f"{parts.scheme}://{parts.netloc}"
