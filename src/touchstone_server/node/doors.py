# SPDX-License-Identifier: Apache-2.0
"""What no address and no cookie may hold, refused before any page looks at it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase


class NoNulls:
    """Refuses the character NUL in an address, its query and cookies: it means nothing anywhere, and PostgreSQL takes no text with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request whose address and cookies can mean something.

        :raises BadRequest: for any other; its page says so.
        """
        told = (request.path_info, *request.COOKIES.values())
        if any("\0" in each for each in told) or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        return self.get_response(request)
