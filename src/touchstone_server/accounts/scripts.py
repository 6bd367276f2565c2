# SPDX-License-Identifier: Apache-2.0
"""The one exception from pages without scripts: passkeys are asked for by the browser's own script interface."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from django.http import HttpRequest, HttpResponseBase

from touchstone_server.language import is_foreign

LOOSENED = {"script-src": [SELF], "img-src": [SELF, "data:"]}
"""Scripts of this node, and the QR code of a second factor, which stands in its page: at an address of its own it would be kept."""


class PasskeyScripts:
    """Lets the account pages load allauth's scripts from this node, and show its QR code; every other page loads no script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; loosen the policy of an account page."""
        response = self.get_response(request)
        if is_foreign(request):
            response._csp_replace = LOOSENED  # type: ignore[attr-defined]
        return response
