# SPDX-License-Identifier: Apache-2.0
"""The one exception from pages without scripts: passkeys are asked for by the browser's own script interface."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from django.http import HttpRequest, HttpResponseBase


class PasskeyScripts:
    """Lets the account pages load allauth's scripts from this node; every other page loads none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; loosen the policy of an account page."""
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.route.startswith("account/"):
            response._csp_replace = {"script-src": [SELF]}  # type: ignore[attr-defined]
        return response
