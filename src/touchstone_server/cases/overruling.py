# SPDX-License-Identifier: Apache-2.0
"""What becomes of the certificate of a decision that is appealed. Of one body no two certificates shall count that contradict each other.

While the appeal waits, the decision does not stand, and its certificate is suspended. The decision on appeal lets it count again where it
grants the same, and revokes it where it does not. No proposal waits for a second person: the appeal is the holder's, and its decision that
of another officer than the first.
"""

from __future__ import annotations

from touchstone.recognition import Decision
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.issuing import keys, status
from touchstone_server.issuing.models import Certificate, StatusChange

State = Certificate.State


def suspend(actor: Actor, case: Case) -> None:
    """Let the certificate of an appealed decision not count until the appeal is decided; within the transaction that files it."""
    certificate = _certificate_of(case)
    if certificate and certificate.state == State.GOOD:
        _put(actor, certificate, State.SUSPENDED)


def follow(actor: Actor, case: Case, final: Ruling) -> None:
    """Let the first decision's certificate count again or no more, as the decision on appeal says; within the transaction that makes it."""
    certificate = _certificate_of(case)
    if certificate is None or certificate.state == State.REVOKED:
        return
    if _grants(case.rulings.get(number=1)) != _grants(final):
        _put(actor, certificate, State.REVOKED)
    elif certificate.state == State.SUSPENDED and not _suspended_by_the_desk(certificate):
        _put(actor, certificate, State.GOOD)


def _certificate_of(case: Case) -> Certificate | None:
    found = Certificate.objects.select_for_update(of=("self",)).select_related("organisation")
    return found.filter(ruling__case=case, ruling__number=1).first()


def _put(actor: Actor, certificate: Certificate, state: State) -> None:
    """Write it into the list; where the key cannot be used now, the list is signed as soon as it can: nobody's right waits for a key."""
    try:
        signer = keys.signer_of(certificate.organisation)
    except keys.KeysUnavailableError:
        signer = None
    status.put(actor, certificate, state, signer)
    record(actor, "cases.certificate", f"certificate:{certificate.id}", organisation=certificate.organisation_id,
           detail={"state": state.value})  # fmt: skip


def _grants(ruling: Ruling) -> tuple[object, ...]:
    """Return what a ruling grants: what its certificate says, and not for which reasons."""
    decision: Decision = receipt_of(ruling.receipt).decision
    return ruling.outcome, decision.recognised, decision.recognised_as, decision.missing, decision.conditions


def _suspended_by_the_desk(certificate: Certificate) -> bool:
    last = certificate.changes.filter(state=StatusChange.State.DONE).order_by("-decided").first()
    return last is not None and last.kind == StatusChange.Kind.SUSPEND
