# SPDX-License-Identifier: Apache-2.0
"""The pages of whoever files a case: filing it on one's own certificates, proving whose they are afterwards, withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from touchstone.errors import CredentialError
from touchstone.recognition import Evidence, Receipt
from touchstone.standards.digest import canonical_bytes
from touchstone_server import clock, documents
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action
from touchstone_server.accounts.models import User
from touchstone_server.cases import proving, selectors, services
from touchstone_server.cases.challenges import challenge_of, domain_of, taken
from touchstone_server.cases.findings import FILED
from touchstone_server.cases.forms import FilingForm, PresentationForm
from touchstone_server.cases.proving import Shown
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.selectors import ReceiptView
from touchstone_server.cases.services import CaseError
from touchstone_server.language import Locale
from touchstone_server.pages import address, page
from touchstone_server.recognition.question import PURPOSES, Question, read_question
from touchstone_server.recognition.services import Answer, answer, is_of

asks = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@asks
def file_case(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Take an answer of the explorer on one's own, verified certificates to a body."""
    question, asked = _question(request), bool(request.GET) or request.method == "POST"
    if not _can_be_asked(question):
        told = {"problem": "no_evidence", "elsewhere": selectors.elsewhere()}
        return page(request, locale, "cases/file.html", told, status=400 if asked else 200)
    found, bodies = answer(question, locale.tag), list(selectors.bodies(question.to))
    problem = "nothing_open" if found.decision.outcome not in FILED else "" if bodies else "no_body"
    holder = _person(request)
    held = proving.in_passport(holder, found.request.evidence)
    lacking = proving.unshown(found.request.evidence, held)
    form = FilingForm(bodies, request.POST or None, request.FILES or None, must_present=bool(lacking))
    if request.method == "POST" and not problem and form.is_valid():
        body = next(each for each in bodies if each.slug == form.cleaned_data["body"])
        try:
            shown = _presented(request, form, found.request.evidence) or held
            case = services.file_case(actor_of(request), body, found.request, shown, form.cleaned_data["note"])
            return HttpResponseRedirect(address("case", locale, None, case=str(case.id)))
        except CredentialError as error:
            form.tell(error)
        except CaseError as error:
            problem = error.code
    certificates = selectors.certificates_of(holder, _view(found, locale), held)
    context = {"problem": problem, "question": question, "answer": found, "form": form, "certificates": certificates,
               "lacking": lacking, "waiting": selectors.waiting(bodies), "elsewhere": selectors.elsewhere(),
               **_asked_of_wallet(request)}  # fmt: skip
    return page(request, locale, "cases/file.html", context, status=400 if problem or form.errors else 200)


@signed_in
@asks
def prove(request: HttpRequest, locale: Locale, case: str) -> HttpResponse:
    """Take the holder's presentation of the certificates on which a case rests."""
    actor = actor_of(request)
    found = selectors.case_of(actor, case)
    require(actor, Action.FILE_CASE, found.thing)
    form, problem = PresentationForm(request.POST or None, request.FILES or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            services.prove(actor, found, _presented(request, form, receipt_of(found.receipt).request.evidence))
            return HttpResponseRedirect(address("case", locale, None, case=str(found.id)))
        except CredentialError as error:
            form.tell(error)
        except CaseError as error:
            problem = error.code
    context = {"case": found, "target": selectors.target_title(found), "form": form, "problem": problem,
               **_asked_of_wallet(request)}  # fmt: skip
    return page(request, locale, "cases/prove.html", context, status=400 if problem or form.errors else 200)


@signed_in
@asks
def withdraw(request: HttpRequest, locale: Locale, case: str) -> HttpResponse:
    """Ask whether a case is to be taken back, and take it back."""
    actor = actor_of(request)
    found = selectors.case_of(actor, case)
    require(actor, Action.WITHDRAW_CASE, found.thing)
    problem = "" if found.state == found.State.WAITING else "decided_already"
    if request.method == "POST" and not problem:
        try:
            services.withdraw(actor, found)
            return HttpResponseRedirect(address("my_cases", locale, [("withdrawn", "1")]))
        except CaseError as error:
            problem = error.code
    context = {"case": found, "target": selectors.target_title(found), "problem": problem}
    return page(request, locale, "cases/withdraw.html", context, status=409 if problem else 200)


def _presented(request: HttpRequest, form: PresentationForm, evidence: Sequence[Evidence]) -> tuple[Shown, ...]:
    """Return what a presentation shows; nothing where none was handed in. Its word is good for this once."""
    content = form.presentation_content()
    if not content:
        return ()
    shown = proving.presented(content, evidence, domain=domain_of(request), challenge=challenge_of(request))
    taken(request)
    return shown


def _asked_of_wallet(request: HttpRequest) -> dict[str, object]:
    return {"domain": domain_of(request), "challenge": challenge_of(request)}


def _person(request: HttpRequest) -> User:
    return User.objects.get(pk=actor_of(request).signed_in)


def _view(found: Answer, locale: Locale) -> ReceiptView:
    receipt = Receipt(request=found.request, decision=found.decision)
    return ReceiptView(canonical_bytes(receipt).decode(), locale.tag)


def _question(request: HttpRequest) -> Question:
    question = read_question(request.GET, documents.edition())
    return question if question.purpose else question.but(purpose=PURPOSES[0])


def _can_be_asked(question: Question) -> bool:
    """Whether it is a whole question on verified evidence, decided today: of a what-if nobody is a judge."""
    whole = bool(question.proven and question.from_ and question.to and is_of(question.target, question.to))
    return whole and question.day == clock.today()
