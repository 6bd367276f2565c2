# SPDX-License-Identifier: Apache-2.0
"""What anybody may see of what was issued: the page of one certificate, and the status lists. No cookie, no script, one request."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from touchstone_server.credentials.selectors import CredentialView, OutcomeView, outcome_view
from touchstone_server.credentials.services import verify_issued
from touchstone_server.issuing import lists
from touchstone_server.issuing.certificate_paper import check_code, spaced
from touchstone_server.issuing.models import Certificate, StatusList
from touchstone_server.issuing.numbers import certificate_numbered
from touchstone_server.issuing.register import SHORT
from touchstone_server.language import LOCALES, Locale, negotiate
from touchstone_server.pages import address, page

MAX_AGE = 300
"""Seconds for which a copy of a status list may be handed on unasked."""


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
    """Hand out a status list as it was signed."""
    kept = lists.published(get_object_or_404(StatusList.objects.select_related("organisation"), name=name))
    content = bytes(kept.document)
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    same = mark in request.headers.get("If-None-Match", "")
    response = HttpResponseNotModified() if same else HttpResponse(content, content_type="application/vc+ld+json")
    response["ETag"], response["Cache-Control"] = mark, f"public, max-age={MAX_AGE}"
    return response


def _shown(request: HttpRequest, locale: Locale, short: str) -> HttpResponse:
    found = certificate_numbered(short[: 2 * SHORT])
    if found is None:
        raise Http404
    number = found.short
    content = bytes(found.document or b"")
    verified = verify_issued(content)
    view = outcome_view(verified, locale)
    successor = (
        Certificate.objects.filter(replaces=found, document__isnull=False).values_list("short", flat=True).first()
    )
    context = {
        "found": verified,
        "shown": _covered(view, found.shown),
        "certificate": {"number": spaced(number), "check_code": check_code(content), "successor": successor or ""},
        "switches": [
            {
                "locale": each,
                "address": address("certificate_page", each, None, short=number),
                "current": each == locale,
            }
            for each in LOCALES
        ],
    }
    return page(request, locale, "credentials/verdict.html", context)


def _covered(view: OutcomeView, shown: list[str]) -> OutcomeView:
    """Return what the holder or the issuer shows; without more, name, qualification and status."""
    main = view.main
    if main is None:
        return view
    return view._replace(main=_cut(main, shown))


def _cut(view: CredentialView, shown: list[str]) -> CredentialView:
    if "units" not in shown:  # what it equals elsewhere is asked with the units, which would stand in the address
        view = view._replace(units=(), more_units=0, equivalents=(), evidence=None)
    if "dates" not in shown:
        view = view._replace(begins=None, ends=None)
    return view
