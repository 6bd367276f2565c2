# SPDX-License-Identifier: Apache-2.0
"""The page on which the explorer takes a wallet or credential file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from touchstone_server.credentials.services import Verified, verify_content, verify_handed
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.handed_in import HandedIn, handed_in, takes_forms
from touchstone_server.language import Locale
from touchstone_server.pages import page
from touchstone_server.recognition.bringing import brought
from touchstone_server.trust import registry, sample_names, sample_of

TEMPLATE = "recognition/file.html"


@takes_forms
def file(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a file; of the one that was handed in, tell what counts as evidence and go on with that."""
    sample = sample_of(request.GET.get("sample", ""))
    if request.method == "POST":
        handed = handed_in(request, MOST_BYTES)
        found = verify_handed(handed)
        return _answer(request, locale, found, handed)
    if sample is not None:
        return _answer(request, locale, verify_content(sample))
    return page(request, locale, TEMPLATE, {"samples": sample_names()})


def _answer(request: HttpRequest, locale: Locale, found: Verified, handed: HandedIn | None = None) -> HttpResponse:
    told = brought(found, locale) if found.state == "verified" else None
    status = 200 if told else 413 if found.state == "long" else 400
    context = {"found": found, "brought": told, "samples": sample_names(), "registry": registry(), "handed": handed}
    return page(request, locale, TEMPLATE, context, status=status)
