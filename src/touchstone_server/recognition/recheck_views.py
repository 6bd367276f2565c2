# SPDX-License-Identifier: Apache-2.0
"""The pages that recheck a receipt: handed in by a form, or scanned from paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from touchstone.recognition.attachment import attached_json, is_pdf
from touchstone.standards.digest import digest
from touchstone_server import documents
from touchstone_server.errors import UnknownValue
from touchstone_server.handed_in import HandedIn, handed_in, takes_forms
from touchstone_server.language import LOCALES, Locale, negotiate
from touchstone_server.pages import address, page
from touchstone_server.recognition.question import Question
from touchstone_server.recognition.rechecking import MOST_BODY, Rechecked, recheck_content, recheck_token
from touchstone_server.recognition.services import request_of
from touchstone_server.recognition.stories import question_of

LONGEST_CODE = 2_000


@takes_forms
def recheck(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a receipt; say of the one that was handed in whether the answer comes out the same."""
    if request.method == "POST":
        handed = handed_in(request, MOST_BODY, "code")
        refused = Rechecked("long") if handed.too_large else Rechecked("both") if handed.both else None
        found = refused or recheck_content(handed.content, code=handed.field)
        return _answer(request, locale, found, handed=_worth_keeping(handed))
    token = request.GET.get("code", "")[:LONGEST_CODE]
    return (
        _answer(request, locale, recheck_token(token))
        if token
        else page(request, locale, "recognition/recheck.html", {})
    )


@require_safe
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """Recheck what a QR code holds, in the language of the phone that scanned it: one request, no redirect."""
    locale = negotiate(request.headers.get("Accept-Language", ""))
    token = token[:LONGEST_CODE]
    switches = [
        {"locale": item, "address": address("recheck", item, [("code", token)]), "current": item == locale}
        for item in LOCALES
    ]
    response = _answer(request, locale, recheck_token(token), switches=switches)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _worth_keeping(handed: HandedIn) -> HandedIn:
    """Return what the page gives back for another language: of a paper the receipt in it, which is far shorter."""
    return handed._replace(content=attached_json(handed.content) or b"") if is_pdf(handed.content) else handed


def _answer(request: HttpRequest, locale: Locale, found: Rechecked, **shared: Any) -> HttpResponse:  # noqa: ANN401 - a context
    context = shared | {
        "found": found,
        "explanation": found.explained(locale.tag),
        "question": _as_question(found),
        "mark": digest(found.decision) if found.decision else "",
    }
    status = 200 if found.is_read else 413 if found.state == "long" else 400
    return page(request, locale, "recognition/recheck.html", context, status=status)


def _as_question(found: Rechecked) -> Question | None:
    """Return the question of a receipt where the explorer can ask the very same."""
    if found.state != "same" or found.request is None:
        return None
    question = question_of(found.request).but(on=found.request.decided_on)
    assumed = found.request.assume
    if assumed:
        question = question.but(assurance=assumed.assurance or "none", status=assumed.status or "none")
    try:
        asked = request_of(question, documents.edition(question.day))
    except UnknownValue:
        return None
    return question if asked == found.request else None
