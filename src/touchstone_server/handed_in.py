# SPDX-License-Identifier: Apache-2.0
"""What a reader hands in by a form: a file, else a text. Read within bounds, in memory, and never kept.

Such forms change nothing, keep nothing and know nobody, so that they need neither a cookie nor a token against forged requests.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError


class HandedIn(NamedTuple):
    """The bytes of the file or of the text, and one further field; of a body that is too large, nothing."""

    content: bytes = b""
    field: str = ""
    too_large: bool = False


def handed_in(request: HttpRequest, most: int, field: str = "") -> HandedIn:
    """Return what stands in the fields ``file`` or ``text`` of a request.

    :param most: bytes of a body at most; of a larger one nothing is read.
    :param field: a further field that is wanted.
    """
    if _size(request) > most:
        return HandedIn(too_large=True)
    try:
        further, text, file = request.POST.get(field, ""), request.POST.get("text", ""), request.FILES.get("file")
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        return HandedIn()
    return HandedIn(file.read() if file else text.encode("utf-8", "replace"), further)


def _size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() and len(told) < 12 else 1 << 62
