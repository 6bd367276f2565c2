# SPDX-License-Identifier: Apache-2.0
"""What anybody may see of what was issued: the page of one certificate, and the status lists. No cookie, no script, one request."""

from __future__ import annotations

import gzip
import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from touchstone_server.codes import as_typed
from touchstone_server.credentials.equivalents import equivalents_of_qualification
from touchstone_server.credentials.selectors import CredentialView, OutcomeView, outcome_view
from touchstone_server.credentials.services import verify_issued
from touchstone_server.issuing import lists, waiting
from touchstone_server.issuing.certificate_paper import check_code, spaced
from touchstone_server.issuing.models import Certificate, StatusList
from touchstone_server.issuing.register import SHORT
from touchstone_server.language import LOCALES, Locale, negotiate
from touchstone_server.pages import address, page

MAX_AGE = 300
"""Seconds for which a copy of a status list may be handed on unasked."""
KEPT = 60
"""Seconds for which a page is answered as it was worked out; it says itself when that was. What becomes of a certificate shows at once."""


LONGEST_SHOWN = 40
"""Characters of a number that nobody bears which are shown again."""


class Issued(NamedTuple):
    """What the page needs of a certificate: its columns, read without a model, whose making would be half of what the page costs."""

    id: str
    short: str
    document: bytes
    state: str
    shown: list[str]
    successor: str | None
    successor_issued: object


@require_safe
def scanned(request: HttpRequest, short: str) -> HttpResponse:
    """Show the certificate whose QR code a phone has read, in the language of that phone: one request, no redirect."""
    response = _shown(request, negotiate(request.headers.get("Accept-Language", "")), short)
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def certificate_page(request: HttpRequest, locale: Locale, short: str) -> HttpResponse:
    """Show the same in a language that was chosen."""
    return _shown(request, locale, short)


@require_safe
def status_list(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out a status list as it was signed; none while the node waits after a copy was put back, for it would say too little."""
    if waiting.taken():
        told = "This node was put back from a copy, and its lists are not compared yet: ask later.\n"
        return HttpResponse(told, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "600"})
    kept = lists.published(get_object_or_404(StatusList.objects.select_related("organisation"), name=name))
    content = bytes(kept.document)
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    same = mark in request.headers.get("If-None-Match", "")
    response = HttpResponseNotModified() if same else HttpResponse(content, content_type="application/vc+ld+json")
    response["ETag"], response["Cache-Control"] = mark, f"public, max-age={MAX_AGE}"
    return response


def _shown(request: HttpRequest, locale: Locale, short: str) -> HttpResponse:
    issued = Certificate.objects.filter(short=as_typed(short[: 2 * SHORT]), document__isnull=False)
    columns = ("id", "short", "document", "state", "shown", "replaced_by__short", "replaced_by__issued")
    try:
        found = Issued(*issued.values_list(*columns).get())
    except Certificate.DoesNotExist:
        context = {"typed": short[:LONGEST_SHOWN], "switches": _switches(locale, short[:LONGEST_SHOWN])}
        return page(request, locale, "credentials/unknown.html", context, status=404)
    found = found._replace(document=bytes(found.document))  # some databases hand out a view of it
    stands = (*found._replace(document=b""), locale.tag, settings.TOUCHSTONE_TRUST)
    key = hashlib.sha256(repr(stands).encode() + found.document).hexdigest()
    if (packed := caches["pages"].get(key)) is None:
        packed = gzip.compress(_worked_out(request, locale, found).content)
        caches["pages"].set(key, packed, KEPT)
    return _unpacked_for(request, packed, locale)


def _unpacked_for(request: HttpRequest, packed: bytes, locale: Locale) -> HttpResponse:
    """Hand out a page as it is kept, packed: nothing on it is secret or a reader's own, so its length may tell what it tells."""
    response = HttpResponse(headers={"Content-Language": locale.tag})
    patch_vary_headers(response, ["Accept-Encoding"])
    if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
        response.content, response["Content-Encoding"] = packed, "gzip"
    else:
        response.content = gzip.decompress(packed)
    return response


def _worked_out(request: HttpRequest, locale: Locale, found: Issued) -> HttpResponse:
    verified = verify_issued(found.document)
    view = outcome_view(verified, locale, equals="units" in found.shown)
    successor = found.successor if found.successor_issued else ""
    context = {
        "found": verified,
        "shown": _covered(view, found.shown),
        "certificate": {
            "number": spaced(found.short),
            "check_code": check_code(found.document),
            "successor": successor,
        },
        "switches": _switches(locale, found.short),
    }
    return page(request, locale, "credentials/verdict.html", context)


def _switches(locale: Locale, short: str) -> list[dict[str, object]]:
    """Return the page in the other languages, whether its address bore one or not."""
    return [
        {"locale": each, "address": address("certificate_page", each, None, short=short), "current": each == locale}
        for each in LOCALES
    ]


def _covered(view: OutcomeView, shown: list[str]) -> OutcomeView:
    """Return what the holder or the issuer shows; without more, name, qualification and status."""
    main = view.main
    if main is None:
        return view
    return view._replace(main=_cut(main, shown))


def _cut(view: CredentialView, shown: list[str]) -> CredentialView:
    if (
        "units" not in shown
    ):  # what it equals elsewhere is asked of the qualification alone: its holder's units would stand in the address
        holds = view.evidence.holds if view.evidence and view.verdict == "valid" else ()
        view = view._replace(units=(), more_units=0, equivalents=equivalents_of_qualification(holds), evidence=None)
    if "dates" not in shown:
        view = view._replace(awarded=None, begins=None, ends=None)
    return view
