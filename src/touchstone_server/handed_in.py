# SPDX-License-Identifier: Apache-2.0
"""What a reader hands in by a form: a file or a text. Read within bounds, in memory, and never kept.

Such forms change nothing, keep nothing and know nobody, so that they need neither a cookie nor a token against forged requests.

The page that answers gives back what was handed in, hidden in the form that asks for it in another language: nobody else keeps it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

MOST_AGAIN = 48 * 1024
"""Bytes that an answer gives back: several certificates or a receipt; with more it would itself grow large, and asks for it anew."""

View = Callable[..., HttpResponse]


def takes_forms(view: View) -> View:
    """Mark a page that such a form is sent to: it asks on GET, and answers on POST without a token against forged requests."""
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(view))


class HandedIn(NamedTuple):
    """The bytes of the file or of the text, one further field, and the file's name; of a body that is too large, or of both at once,
    nothing.
    """

    content: bytes = b""
    field: str = ""
    too_large: bool = False
    both: bool = False
    name: str = ""

    @property
    def again(self) -> str:
        """The content as the field ``again`` hands it in once more; empty where there is none, or too much."""
        return base64.urlsafe_b64encode(self.content).decode() if len(self.content) <= MOST_AGAIN else ""


def handed_in(request: HttpRequest, most: int, field: str = "") -> HandedIn:
    """Return what stands in the fields ``file``, ``text`` or ``again`` of a request.

    :param most: bytes of a body at most; of a larger one nothing is read.
    :param field: a further field that is wanted.
    """
    if size_of(request) > most:
        return HandedIn(too_large=True)
    if not hasattr(
        request, "_files"
    ):  # where a token was looked for, the body is read already, within the bounds of the settings
        request.upload_handlers = [_InMemory(request, most)]
    try:
        further, text, file = request.POST.get(field, ""), request.POST.get("text", ""), request.FILES.get("file")
        again = request.POST.get("again", "")
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        return HandedIn()
    if file and text.strip():
        return HandedIn(field=further, both=True)
    content = file.read() if file else text.encode("utf-8", "replace") or _decoded(again)
    return HandedIn(content, further, name=str(file.name or "").lower() if file else "")


class _InMemory(MemoryFileUploadHandler):
    """Keeps a file in memory, whatever its size: the size of the body was looked at, and the disk is never touched."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most = most

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        """Begin, where the body is no larger than allowed."""
        self.activated = content_length <= self._most


def _decoded(again: str) -> bytes:
    try:
        return base64.b64decode(again.encode("utf-8", "replace"), altchars=b"-_", validate=True)
    except binascii.Error:
        return b""


def too_large(request: HttpRequest, form: Form, sentence: str) -> bool:
    """Tell whether a request holds more than is taken in at the desk; the form, where the request is one, says so at its file."""
    found = size_of(request) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    if found and form.is_bound:
        form.add_error("file", sentence)
        form.errors.pop(NON_FIELD_ERRORS, None)  # what it finds lacking may stand in the file that was not read
    return found


def size_of(request: HttpRequest) -> int:
    """Return how many bytes a request says that its body has; one that says nothing sensible has too many."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() and len(told) < 12 else 1 << 62
