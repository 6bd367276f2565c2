# SPDX-License-Identifier: Apache-2.0
"""The pages of cases: mine, a body's queue, one case, and how it is decided; filing has pages of its own (``filing_views.py``)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from touchstone.standards.digest import canonical_bytes
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, Actor, Thing, may
from touchstone_server.audit.services import record_once_an_hour
from touchstone_server.cases import certifying, selectors, services
from touchstone_server.cases.asked_anew import Anew, asked_anew
from touchstone_server.cases.findings import Finding, outcome_of
from touchstone_server.cases.forms import FindingsForm, TextForm
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.selectors import ReceiptView
from touchstone_server.cases.services import CaseError
from touchstone_server.issuing.models import Certificate
from touchstone_server.language import Locale
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import JSON, address, file, origin_of, page, paged
from touchstone_server.passport.models import Access
from touchstone_server.passport.services import note_access
from touchstone_server.texts import plain_text


@signed_in
@require_safe
def mine(request: HttpRequest, locale: Locale) -> HttpResponse:
    """List the cases that somebody filed."""
    found = paged(selectors.mine(actor_of(request)), request)
    cases = [(case, selectors.target_title(case)) for case in found]
    context = {
        "cases": cases,
        "pages": found,
        "withdrawn": "withdrawn" in request.GET,
        "elsewhere": selectors.elsewhere(),
    }
    return page(request, locale, "cases/mine.html", context)


@signed_in
@require_safe
def queue(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """List a body's cases, those that wait first."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.SEE_CASES, organisation.thing)
    found = paged(selectors.queue(actor, organisation), request)
    cases = [(case, selectors.target_title(case)) for case in found]
    return page(request, locale, "cases/queue.html", {"organisation": organisation, "cases": cases, "pages": found})


@signed_in
@require_safe
def case(request: HttpRequest, locale: Locale, case: str) -> HttpResponse:
    """Show a case: what was asked, what the engine left open, what people decided and why."""
    actor = actor_of(request)
    found = selectors.case_of(actor, case)
    _tell_holder(actor, found)
    return _case_page(request, locale, found)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, locale: Locale, case: str) -> HttpResponse:
    """Settle the open facts one by one; show what the engine says with them; then sign."""
    actor = actor_of(request)
    found = selectors.case_of(actor, case)
    require(actor, Action.DECIDE_CASE, found.thing)
    _tell_holder(actor, found)
    if not found.is_open:
        return _case_page(request, locale, found, CaseError("decided_already"))
    form = FindingsForm(
        ReceiptView(found.receipt, locale.tag).facts(), request.POST if request.method == "POST" else None
    )
    if form.is_valid() and "change" not in request.POST:
        try:
            return (
                _sign(request, locale, found, form)
                if "sign" in request.POST
                else _preview(request, locale, found, form)
            )
        except CaseError as error:
            return _decision_page(request, locale, found, form, "cases/decide.html", status=400, problem=error)
    return _decision_page(request, locale, found, form, "cases/decide.html", status=400 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, locale: Locale, case: str) -> HttpResponse:
    """Say why a decision is not right; another officer decides."""
    actor = actor_of(request)
    found = selectors.case_of(actor, case)
    require(actor, Action.APPEAL_CASE, found.thing)
    form = TextForm(request.POST if request.method == "POST" else None, label=plain_text("cases.grounds", locale.tag))
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal(actor, found, form.cleaned_data["reasons"])
            return HttpResponseRedirect(address("case", locale, None, case=str(found.id)))
        except CaseError as error:
            return _case_page(request, locale, found, error)
    suspends = found.rulings.filter(certificate__state=Certificate.State.GOOD).exists()
    context = {"case": found, "target": selectors.target_title(found), "form": form, "suspends": suspends}
    return page(request, locale, "cases/appeal.html", context, status=400 if form.errors else 200)


@signed_in
@require_POST
def certify(request: HttpRequest, locale: Locale, ruling: str) -> HttpResponse:
    """Issue a decision as a credential."""
    actor = actor_of(request)
    found = selectors.ruling_of(actor, ruling)
    try:
        certifying.certify(actor, found, origin_of(request))
    except CaseError as error:
        return _case_page(request, locale, selectors.case_of(actor, str(found.case_id)), error)
    return HttpResponseRedirect(address("case", locale, None, case=str(found.case_id)))


@signed_in
@require_safe
def receipt(request: HttpRequest, locale: Locale, ruling: str) -> HttpResponse:
    """Hand out the receipt of a decision, for anyone to derive it again."""
    return file(_ruling(request, ruling).receipt.encode(), JSON, "receipt.json")


@signed_in
@require_safe
def credential(request: HttpRequest, locale: Locale, ruling: str) -> HttpResponse:
    """Hand out a decision as a credential."""
    found = _ruling(request, ruling)
    if not found.credential:
        raise Http404
    return file(found.credential.encode(), JSON, "recognition.json")


def _sign(request: HttpRequest, locale: Locale, found: Case, form: FindingsForm) -> HttpResponse:
    reasons = form.cleaned_data["reasons"]
    services.decide_case(actor_of(request), found, form.findings(), reasons, origin_of(request))
    return HttpResponseRedirect(address("case", locale, None, case=str(found.id)))


def _preview(request: HttpRequest, locale: Locale, found: Case, form: FindingsForm) -> HttpResponse:
    anew = asked_anew(found)
    again = services.decided_again(found, form.findings(), anew)
    view = ReceiptView(canonical_bytes(again).decode(), locale.tag)
    settled, outcome = list(view.settled(form.findings())), outcome_of(again.decision)
    return _decision_page(
        request, locale, found, form, "cases/preview.html",
        anew=anew, again=view, settled=settled, outcome=outcome, all_found=_all_found(form.findings()),
    )  # fmt: skip


def _decision_page(
    request: HttpRequest,
    locale: Locale,
    found: Case,
    form: FindingsForm,
    template: str,
    status: int = 200,
    anew: Sequence[Anew] | None = None,
    **more: object,
) -> HttpResponse:
    first = ReceiptView(found.receipt, locale.tag)
    anew = asked_anew(found) if anew is None else anew
    context = {
        "case": found,
        "target": selectors.target_title(found),
        "first": first,
        "form": form,
        "in_vain": services.facts_in_vain(found, anew),
        "evidence": selectors.evidence_of(found, first),
        "anew": anew,
    }
    return page(request, locale, template, context | more, status=status)


def _case_page(request: HttpRequest, locale: Locale, found: Case, problem: CaseError | None = None) -> HttpResponse:
    actor = actor_of(request)
    rulings = list(found.rulings.select_related("officer", "certificate").order_by("number"))
    first = ReceiptView(found.receipt, locale.tag)
    context = {
        "case": found,
        "target": selectors.target_title(found),
        "first": first,
        "evidence": selectors.evidence_of(found, first),
        "history": selectors.history(found, rulings),
        "expected": selectors.expected(found),
        "rulings": [_told(ruling, found, locale) for ruling in rulings],
        "appeal": getattr(found, "appeal", None),
        "problem": problem,
        "is_mine": found.holder_id == actor.user,
        "may_decide": found.is_open and may(actor, Action.DECIDE_CASE, found.thing),
        "decided_before": found.state == Case.State.APPEALED and found.officer_id == actor.user,
        "may_withdraw": found.state == Case.State.WAITING and may(actor, Action.WITHDRAW_CASE, found.thing),
        "may_appeal": found.state == Case.State.DECIDED and may(actor, Action.APPEAL_CASE, found.thing),
        "may_see_certificate": may(actor, Action.SEE_GROUPS, found.organisation.thing),
        "may_certify": may(actor, Action.DECIDE_CASE, Thing(found.organisation_id, found.holder_id)),
    }
    return page(request, locale, "cases/case.html", context, status=409 if problem else 200)


def _tell_holder(actor: Actor, found: Case) -> None:
    """Note in the holder's own log that the body has looked at the case."""
    if found.holder_id != actor.user:
        note_access(found.holder_id, Access.What.CASE, found.organisation)


def _ruling(request: HttpRequest, ruling: str) -> Ruling:
    """Return a ruling that somebody saves; the holder of the case is told so, and whoever checks the body sees it on record."""
    actor = actor_of(request)
    found = selectors.ruling_of(actor, ruling)
    _tell_holder(actor, found.case)
    if found.case.holder_id != actor.user:
        record_once_an_hour(actor, "cases.save", f"ruling:{found.id}", organisation=found.case.organisation_id)
    return found


def _told(ruling: Ruling, found: Case, locale: Locale) -> dict[str, object]:
    view = ReceiptView(ruling.receipt, locale.tag)
    findings = msgspec.convert(ruling.findings, list[Finding])
    obstacle = "" if ruling.credential else certifying.obstacle(ruling, found)
    settled = list(view.settled(findings))
    return {
        "ruling": ruling, "view": view, "settled": settled, "obstacle": obstacle, "all_found": _all_found(findings),
    }  # fmt: skip


def _all_found(findings: list[Finding]) -> bool:
    """Tell whether nothing is left that was not found, so that it is the terms that leave something out."""
    return all(each.met for each in findings)
