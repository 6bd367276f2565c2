# SPDX-License-Identifier: Apache-2.0
"""The explorer's pages: read the question from the address, ask one service, render."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from touchstone.fonts import PdfUnavailableError
from touchstone.standards.exchange.plain_writing import write_json
from touchstone_server import clock, documents, trust
from touchstone_server.language import Locale
from touchstone_server.pages import JSON, PDF, address, file, origin_of, page
from touchstone_server.recognition import selectors, services
from touchstone_server.recognition.bridge import bridge_of
from touchstone_server.recognition.drafts import drafts_of
from touchstone_server.recognition.picture import ladder_of
from touchstone_server.recognition.plan_picture import ways_of
from touchstone_server.recognition.question import PURPOSES, Question, read_question
from touchstone_server.recognition.receipt_paper import code_of, paper_of
from touchstone_server.recognition.receipt_pdf import receipt_pdf as typeset
from touchstone_server.recognition.time_picture import band_of

STEPS = ("explorer", "certificate", "units", "destination", "qualification")
"""The questions, one a page."""


@require_safe
def region(request: HttpRequest, locale: Locale) -> HttpResponse:
    """1: where was the certificate issued?"""
    question = _question(request)
    return _step(request, locale, 1, question, {"choices": selectors.region_choices(question)})


@require_safe
def certificate(request: HttpRequest, locale: Locale) -> HttpResponse:
    """2: which certificate is it?"""
    question = _question(request)
    if not question.from_ or question.proven:
        return _back_to("destination" if question.from_ else "explorer", locale, question)
    single = question.but(holds="", units=(), months=0, work="").query
    context = {"choices": selectors.certificate_choices(question), "single": single}
    return _step(request, locale, 2, question, context)


@require_safe
def units(request: HttpRequest, locale: Locale) -> HttpResponse:
    """3: which units does it attest, at which level, and when was it awarded?"""
    question = _question(request)
    if not question.from_ or question.proven:
        return _back_to("destination" if question.from_ else "explorer", locale, question)
    return _units_page(request, locale, question)


@require_safe
def destination(request: HttpRequest, locale: Locale) -> HttpResponse:
    """4: where, and for what, is it to be used?"""
    question = _question(request)
    if not question.from_:
        return _back_to("explorer", locale, question)
    if not question.has_evidence:
        return _units_page(request, locale, question, nothing_chosen=True)
    context = {"choices": selectors.destination_choices(question), "purposes": PURPOSES}
    return _step(request, locale, 4, question, context)


@require_safe
def qualification(request: HttpRequest, locale: Locale) -> HttpResponse:
    """5: as which qualification?"""
    question = _question(request)
    if not (question.from_ and question.has_evidence and question.to):
        return _back_to("destination", locale, question)
    return _step(request, locale, 5, question, {"choices": selectors.target_choices(question)})


@require_safe
def answer(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Answer: in one sentence, then unit by unit, then with everything that it rests on."""
    question = _question(request)
    if not _is_complete(question):
        return _back_to("qualification", locale, question)
    found = services.answer(question, locale.tag)
    view, bridge = selectors.AnswerView(found, locale.tag), bridge_of(found)
    context = {
        "answer": found,
        "question": question,
        "ladder": ladder_of(found, locale.tag),
        "view": view,
        "bridge": bridge,
        "ways": ways_of(bridge, locale.tag) if bridge else None,
        "unreachable": view.named(bridge.unreachable) if bridge else [],
        "band": band_of(found, locale.tag),
        "drafts": drafts_of(found),
        "code": code_of(services.receipt_of(found), origin_of(request), locale.tag),
        "fixed": question.but(on=question.day),
        "now": question.but(on=None),
        "is_today": question.day == clock.today(),
        "registry": trust.registry() if question.proven else None,
    }
    return page(request, locale, "recognition/answer.html", context)


@require_safe
def receipt(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Hand out the receipt of an answer, for anyone to recheck."""
    question = _question(request)
    if not _is_complete(question):
        return _back_to("qualification", locale, question)
    return file(services.receipt(question), JSON, "receipt.json")


@require_safe
def receipt_pdf(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Hand out the same receipt on paper, in the reader's language, with the file attached."""
    question = _question(request)
    if not _is_complete(question):
        return _back_to("qualification", locale, question)
    found, origin = services.answer(question, locale.tag), origin_of(request)
    made = services.receipt_of(found)
    paper = paper_of(found, locale, code_of(made, origin, locale.tag), origin + address("recheck", locale))
    try:
        content = typeset(paper, write_json(made), question.day)
    except PdfUnavailableError as error:
        context = {"what": error.what, "question": question}
        return page(request, locale, "recognition/no_pdf.html", context, status=503)
    return file(content, PDF, "receipt.pdf")


def _question(request: HttpRequest) -> Question:
    question = read_question(request.GET, documents.edition())
    return question if question.purpose else question.but(purpose=PURPOSES[0])


def _is_complete(question: Question) -> bool:
    """Whether the engine can be asked; a qualification of another region than ``to`` is no answer to the last question."""
    return bool(
        question.from_ and question.has_evidence and question.to and services.is_of(question.target, question.to)
    )


def _units_page(
    request: HttpRequest, locale: Locale, question: Question, *, nothing_chosen: bool = False
) -> HttpResponse:
    context = selectors.units_form(question) | {"nothing_chosen": nothing_chosen}
    return _step(request, locale, 3, question, context)


def _step(
    request: HttpRequest, locale: Locale, number: int, question: Question, context: Mapping[str, object]
) -> HttpResponse:
    name = STEPS[number - 1]
    before = _before(locale, number, question)
    shared = {"question": question, "number": number, "of": len(STEPS), "step_before": before}
    return page(request, locale, f"recognition/{name}.html", shared | dict(context))


def _before(locale: Locale, number: int, question: Question) -> str:
    """Return the address of what comes before a question: where the evidence came from a file, that file."""
    if number == 1:
        return address("landing", locale)
    if question.proven and STEPS[number - 1] == "destination":
        return address("explorer_file", locale)
    return address(STEPS[number - 2], locale, question.query)


def _back_to(step: str, locale: Locale, question: Question) -> HttpResponse:
    """Lead to the question that is still open; each leads on to the one before it, if need be."""
    return HttpResponseRedirect(address(step, locale, question.query))
