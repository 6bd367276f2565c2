# SPDX-License-Identifier: Apache-2.0
"""The page that verifies credentials: a file, a text or a sample in, the verdict out, in one answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from touchstone_server import clock
from touchstone_server.credentials.addresses import hosts_of, page_of, typed_in
from touchstone_server.credentials.list_sheet import sheet_of
from touchstone_server.credentials.many import verify_handed_list
from touchstone_server.credentials.selectors import outcome_view
from touchstone_server.credentials.services import Verified, verify_content, verify_handed
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.crowding import Room, full
from touchstone_server.handed_in import HandedIn, handed_in, takes_forms
from touchstone_server.language import Locale
from touchstone_server.pages import JSON, XLSX, file, page
from touchstone_server.trust import sample_names, sample_of

LISTS = Room(2)
"""Lists that are verified at once: one of 300 certificates takes seconds, and two threads are left for everybody else."""
MOST_LIST_BYTES = 16 * 1024 * 1024
"""Bytes of a list: the zip that a desk makes of a group holds a paper beside each file."""
STATUS = {"verified": 200, "long": 413}


@takes_forms
def verify(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a credential; say of the one that was handed in whether it holds."""
    if request.method != "POST":
        return page(request, locale, "credentials/verify.html", {"samples": sample_names()})
    handed = handed_in(request, MOST_BYTES, field="number")
    typed = typed_in(handed)
    to = page_of(typed, hosts_of(request), locale) if typed else None
    if to:
        return HttpResponseRedirect(to)
    if to is None and not handed.field.strip():
        return _answer(request, locale, verify_handed(handed), handed=handed)
    return _answer(request, locale, Verified("elsewhere" if typed and to == "" else "no_number"), typed=typed)


@takes_forms
def verify_many(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a list; answer with a workbook, a verdict a row."""
    if request.method != "POST":
        return page(request, locale, "credentials/many.html", {})
    handed = handed_in(request, MOST_LIST_BYTES)
    with LISTS.entered() as has_place:
        return _verified_list(request, locale, handed) if has_place else full(request, locale)


def _verified_list(request: HttpRequest, locale: Locale, handed: HandedIn) -> HttpResponse:
    found = verify_handed_list(handed, hosts_of(request))
    if found.state != "verified":
        status = 413 if found.state in ("large", "rows", "files") else 400
        return page(request, locale, "credentials/many.html", {"found": found}, status=status)
    return file(sheet_of(found.lines, clock.second(), locale.tag), XLSX, "verified.xlsx")


@require_safe
def sample(request: HttpRequest, locale: Locale, name: str) -> HttpResponse:
    """Verify a sample."""
    content = sample_of(name)
    if content is None:
        raise Http404
    return _answer(request, locale, verify_content(content), name)


@require_safe
def sample_file(request: HttpRequest, locale: Locale, name: str) -> HttpResponse:
    """Hand out a sample as a file, to be handed in somewhere."""
    content = sample_of(name)
    if content is None:
        raise Http404
    return file(content, JSON, f"{name}.json")


def _answer(
    request: HttpRequest,
    locale: Locale,
    found: Verified,
    name: str = "",
    handed: HandedIn | None = None,
    typed: str = "",
) -> HttpResponse:
    shown = outcome_view(found, locale) if found.state == "verified" else None
    template = "credentials/verdict.html" if shown else "credentials/verify.html"
    context = {
        "found": found,
        "shown": shown,
        "sample": name,
        "samples": sample_names(),
        "handed": handed,
        "typed": typed,
    }
    return page(request, locale, template, context, status=STATUS.get(found.state, 400))
