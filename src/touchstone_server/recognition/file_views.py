# SPDX-License-Identifier: Apache-2.0
"""The page on which the explorer takes a wallet or credential file, or the number of a certificate of this node."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse

from touchstone_server.credentials.addresses import hosts_of, typed_in
from touchstone_server.credentials.services import Verified, verify_content, verify_handed
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.handed_in import HandedIn, handed_in, takes_forms
from touchstone_server.language import Locale
from touchstone_server.pages import page
from touchstone_server.recognition.bringing import Brought, brought
from touchstone_server.recognition.by_number import found_by, in_public
from touchstone_server.trust import registry, sample_names, sample_of

TEMPLATE = "recognition/file.html"


@takes_forms
def file(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a file or a number; of what was handed in, tell what counts as evidence and go on with that."""
    sample = sample_of(request.GET.get("sample", ""))
    if request.method == "POST":
        handed = handed_in(request, MOST_BYTES, field="number")
        typed = "" if handed.both else typed_in(handed)
        return _numbered(request, locale, typed) if typed else _answer(request, locale, verify_handed(handed), handed)
    if sample is not None:
        return _answer(request, locale, verify_content(sample))
    return page(request, locale, TEMPLATE, {"samples": sample_names()})


def _numbered(request: HttpRequest, locale: Locale, typed: str) -> HttpResponse:
    found, listed = found_by(typed, hosts_of(request))
    told = brought(found, locale, partial(in_public, listed=listed)) if found.state == "verified" else None
    return _told(request, locale, found, told, {"typed": typed})


def _answer(request: HttpRequest, locale: Locale, found: Verified, handed: HandedIn | None = None) -> HttpResponse:
    told = brought(found, locale) if found.state == "verified" else None
    return _told(request, locale, found, told, {"handed": handed})


def _told(
    request: HttpRequest, locale: Locale, found: Verified, told: Brought | None, more: Mapping[str, object]
) -> HttpResponse:
    status = 200 if told else 413 if found.state == "long" else 400
    context = {"found": found, "brought": told, "samples": sample_names(), "registry": registry()}
    return page(request, locale, TEMPLATE, context | dict(more), status=status)
