# SPDX-License-Identifier: Apache-2.0
"""Filing a case, deciding it, appealing, and issuing the decision as a credential. Each call is one transaction, and on record."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from touchstone.errors import InputError
from touchstone.recognition import Receipt, RecognitionRequest, decide
from touchstone.standards.digest import canonical_bytes, digest
from touchstone_server import clock, documents
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.audit.services import record, writing
from touchstone_server.cases import overruling, tasks
from touchstone_server.cases.asked_anew import Anew, as_of_now, asked_anew
from touchstone_server.cases.findings import FILED, Finding, facts_of, not_counted, outcome_of, settle
from touchstone_server.cases.models import Appeal, Case, Ruling
from touchstone_server.cases.proving import Shown, proven_subject, unshown
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.selectors import bodies
from touchstone_server.errors import CannotError
from touchstone_server.organisations.models import Organisation


class CaseError(CannotError):
    """Something cannot be done with a case; ``code`` says why (``cases.error_CODE``)."""


@writing()
def file_case(
    actor: Actor, organisation: Organisation, request: RecognitionRequest, shown: Sequence[Shown], note: str = ""
) -> Case:
    """Ask a body to decide what the engine leaves to a person; while it has not decided, asking for the same again changes nothing.

    :param request: on evidence that this node has verified: nothing assumed.
    :param shown: whom its certificates name, and how the actor showed to be that person (``proving.py``).
    :param note: what the actor would like the officer to know.
    :raises CaseError: ``not_competent``, ``nothing_open``, ``not_yours``.
    """
    require(actor, Action.FILE_CASE, Thing(organisation.id, actor.user))
    take_turns(actor)
    if not bodies(request.to).filter(pk=organisation.pk).exists():
        raise CaseError("not_competent")
    decision = decide(request, documents.rulebook())
    if decision.outcome not in FILED or request.assume is not None:
        raise CaseError("nothing_open")
    if unshown(request.evidence, shown):
        raise CaseError("not_yours")
    if asked := _asked_before(actor, organisation, request):
        return asked
    case = Case.objects.create(
        organisation=organisation,
        holder_id=actor.signed_in,
        request=digest(request),
        region=request.from_,
        target=request.target,
        outcome=decision.outcome,
        receipt=canonical_bytes(Receipt(request=request, decision=decision)).decode(),
        filed=clock.second(),
        note=note.strip(),
        **_shown(request, shown),
    )
    record(actor, Action.FILE_CASE, f"case:{case.id}", organisation=organisation.id, detail={"request": case.request})
    return case


@writing()
def prove(actor: Actor, case: Case, shown: Sequence[Shown]) -> None:
    """Show that one is whom the certificates of a case are about, after it was filed.

    :raises Refused: it is somebody else's case.
    :raises CaseError: ``not_yours``: not every certificate of the case was shown; ``certified``: the decision was issued to whom had been
        shown by then; ``withdrawn``.
    """
    require(actor, Action.FILE_CASE, case.thing)
    take_turns(actor)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state == Case.State.WITHDRAWN:
        raise CaseError("withdrawn")
    if case.rulings.exclude(certificate=None).exists():
        raise CaseError("certified")
    request = receipt_of(case.receipt).request
    if unshown(request.evidence, shown):
        raise CaseError("not_yours")
    Case.objects.filter(pk=case.pk).update(**_shown(request, shown))
    record(actor, "cases.prove", f"case:{case.id}", organisation=case.organisation_id)


@writing()
def withdraw(actor: Actor, case: Case) -> None:
    """Take back a case that nobody has decided: no page shows it any more, and it goes with the next purge.

    :raises Refused: it is somebody else's case.
    :raises CaseError: ``decided_already``.
    """
    require(actor, Action.WITHDRAW_CASE, case.thing)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != Case.State.WAITING:
        raise CaseError("decided_already")
    case.state, case.kept_until = Case.State.WITHDRAWN, clock.second()
    case.save(update_fields=["state", "kept_until"])
    record(actor, Action.WITHDRAW_CASE, f"case:{case.id}", organisation=case.organisation_id)


def _asked_before(actor: Actor, organisation: Organisation, request: RecognitionRequest) -> Case | None:
    """Return the case that waits for the same, or that was made of the very same request."""
    mine = Case.objects.filter(organisation=organisation, holder_id=actor.signed_in)
    waiting = mine.filter(target=request.target, state__in=Case.OPEN).first()
    return waiting or mine.filter(request=digest(request)).exclude(state=Case.State.WITHDRAWN).first()


def _shown(request: RecognitionRequest, shown: Sequence[Shown]) -> dict[str, object]:
    return {
        "shown": [msgspec.to_builtins(each) for each in shown],
        "subject": proven_subject(request.evidence, shown),
    }


def decided_again(case: Case, findings: Sequence[Finding], anew: Sequence[Anew]) -> Receipt:
    """Return what the engine decides with what a person found: the same call shows it before the decision and makes it.

    :param anew: what the lists say now of the certificates of the case; none counts that was revoked since it was filed.
    :raises CaseError: ``facts_left`` when a fact is not settled; ``undecided`` when the engine cannot decide with them.
    """
    first = receipt_of(case.receipt)
    if {each.fact for each in findings} != set(facts_of(first.decision)):
        raise CaseError("facts_left")
    body = case.organisation.issuer or f"urn:uuid:{case.organisation_id}"
    try:
        request = settle(as_of_now(first.request, anew), findings, documents.edition(first.request.decided_on), body)
        return Receipt(request=request, decision=decide(request, documents.rulebook()))
    except InputError as error:
        raise CaseError("undecided", str(error)) from error


def facts_in_vain(case: Case, anew: Sequence[Anew]) -> tuple[str, ...]:
    """Return the facts that count for nothing though everything is found: work or training for which no terms stand, as a rule.

    :param anew: what the certificates are worth now; as :func:`decided_again`.
    """
    facts = facts_of(receipt_of(case.receipt).decision)
    findings = [Finding(fact=each, met=not each.startswith("person:"), reason="") for each in facts]
    try:
        return not_counted(findings, decided_again(case, findings, anew).decision)
    except CaseError:
        return ()


def decide_case(actor: Actor, case: Case, findings: Sequence[Finding], reasons: str, origin: str = "") -> Ruling:
    """Decide a case: what was found of each fact goes to the engine, what the officer says stays beside the engine's reasons.

    :param origin: scheme and host of this node, for the letter that tells its holder; without one there is no letter.
    :raises Refused: nobody decides their own case; an appeal is decided by another officer than the first decision.
    :raises CaseError: ``decided_already``, ``reasons_missing``, and as :func:`decided_again`.
    """
    require(actor, Action.DECIDE_CASE, case.thing)
    ruling = _decide(actor, case, findings, reasons, asked_anew(case))
    if origin:
        tasks.post(case, origin)
    return ruling


@writing()
def _decide(actor: Actor, case: Case, findings: Sequence[Finding], reasons: str, anew: Sequence[Anew]) -> Ruling:
    case = Case.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=case.pk)
    require(actor, Action.DECIDE_CASE, case.thing)
    if not case.is_open:
        raise CaseError("withdrawn" if case.state == Case.State.WITHDRAWN else "decided_already")
    if not reasons.strip() or not all(each.reason.strip() for each in findings):
        raise CaseError("reasons_missing")
    receipt = decided_again(case, findings, anew)
    ruling = Ruling.objects.create(
        case=case,
        number=1 if case.state == Case.State.WAITING else 2,
        officer_id=actor.signed_in,
        made=clock.second(),
        findings=[msgspec.to_builtins(each) for each in findings],
        reasons=reasons.strip(),
        outcome=outcome_of(receipt.decision),
        receipt=canonical_bytes(receipt).decode(),
        digest=digest(receipt),
    )
    case.officer_id = actor.signed_in
    case.state = Case.State.DECIDED if ruling.number == 1 else Case.State.FINAL
    case.save(update_fields=["officer", "state"])
    if ruling.number == 2:
        overruling.follow(actor, case, ruling)
    record(actor, Action.DECIDE_CASE, f"case:{case.id}", organisation=case.organisation_id,
           detail={"ruling": str(ruling.id), "outcome": ruling.outcome, "receipt": ruling.digest})  # fmt: skip
    return ruling


@writing()
def appeal(actor: Actor, case: Case, grounds: str) -> Appeal:
    """Bring a decision before another officer; its certificate is suspended until then.

    :raises Refused: only the holder appeals.
    :raises CaseError: ``not_appealable``, ``grounds_missing``; ``waits_once`` while another case of the holder asks the body the same.
    """
    require(actor, Action.APPEAL_CASE, case.thing)
    take_turns(actor)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != Case.State.DECIDED:
        raise CaseError("not_appealable")
    if not grounds.strip():
        raise CaseError("grounds_missing")
    same = Case.objects.filter(organisation=case.organisation_id, holder=case.holder_id, target=case.target)
    if same.filter(state__in=Case.OPEN).exists():
        raise CaseError("waits_once")
    made = Appeal.objects.create(case=case, grounds=grounds.strip(), filed=clock.second())
    case.state = Case.State.APPEALED
    case.save(update_fields=["state"])
    overruling.suspend(actor, case)
    record(actor, Action.APPEAL_CASE, f"case:{case.id}", organisation=case.organisation_id)
    return made
