# SPDX-License-Identifier: Apache-2.0
"""A decision as a credential of the body that made it: about the holder to whom each of the certificates was proven to belong, with a
place in the body's status lists like any other, so that it can be revoked or suspended at the issuing desk.
"""

from __future__ import annotations

import msgspec

from touchstone.credentials.credential import Issuer
from touchstone.credentials.issuing import IssuingRequest, issue
from touchstone.credentials.register import PublishedList, own_list
from touchstone.errors import InputError
from touchstone.recognition import recheck
from touchstone.recognition.awarding import ISSUABLE, Award, check_region, credential_of_decision
from touchstone.recognition.receipt import rulebook_of
from touchstone_server import clock, documents, trust
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.cases import proving
from touchstone_server.cases.asked_anew import asked_anew
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.services import CaseError
from touchstone_server.issuing import lists
from touchstone_server.issuing.keys import KeysUnavailableError, can_sign, signer_of
from touchstone_server.issuing.models import Certificate
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.issuing.seeking import sought_as


def subject_of(case: Case) -> str:
    """Return the one DID that every certificate of a case is about and that its holder has proven to be; empty where that is open.

    Proven is what was shown with the case, or what lies in the passport since. Nobody's server is asked: this runs on every page of a
    decided case, and within the transaction that certifies it.
    """
    evidence = receipt_of(case.receipt).request.evidence
    kept = proving.proven_subject(evidence, msgspec.convert(case.shown, tuple[proving.Shown, ...]))
    return kept or proving.proven_subject(evidence, proving.in_passport(case.holder, evidence, trust.lists_at_hand()))


def obstacle(ruling: Ruling, case: Case, subject: str | None = None) -> str:
    """Return why a decision cannot become a credential now; empty where it can.

    :param subject: as :func:`subject_of`, where that is known already.

    ``not_standing``, ``grants_nothing``, ``no_key``; ``unproven`` where nobody knows that the holder is whom the certificates are about.
    """
    if ruling.number != case.standing:
        return "not_standing"
    if receipt_of(ruling.receipt).decision.outcome not in ISSUABLE:
        return "grants_nothing"
    if not can_sign(case.organisation):
        return "no_key"
    return "" if (subject_of(case) if subject is None else subject) else "unproven"


def certify(actor: Actor, ruling: Ruling, origin: str) -> Ruling:
    """Issue a decision as a credential, once it has been derived again; what was issued is not issued twice.

    :param origin: scheme and host of this node, below which the body's first status lists are published.
    :raises Refused: when the actor may not decide the case.
    :raises CaseError: as :func:`obstacle`; ``evidence_ended`` where it counts what was revoked or suspended since; ``not_issued`` with
        the core's sentence.
    """
    require(actor, Action.DECIDE_CASE, ruling.case.thing._replace(author=None))
    if not ruling.credential and _counts_what_ended(ruling):
        raise CaseError("evidence_ended")
    return _certify(actor, ruling, origin)


def _counts_what_ended(ruling: Ruling) -> bool:
    """Tell whether a decision takes a certificate for valid that is so no longer; one decided on as revoked counts for nothing in it."""
    counted = {each.credential for each in receipt_of(ruling.receipt).request.evidence if each.status == "valid"}
    ended = (each.item.credential for each in asked_anew(ruling.case) if each.status in ("revoked", "suspended"))
    return any(credential in counted for credential in ended)


@writing()
def _certify(actor: Actor, ruling: Ruling, origin: str) -> Ruling:
    whole = Case.objects.select_for_update(of=("self",)).select_related("organisation", "holder")
    case = whole.get(pk=ruling.case_id)  # nobody appeals it meanwhile, nor shows to be somebody else
    ruling = Ruling.objects.select_for_update().get(pk=ruling.pk)
    ruling.case = case
    if ruling.credential:
        return ruling
    subject = subject_of(case)
    if problem := obstacle(ruling, case, subject):
        raise CaseError(problem)
    try:
        ruling.certificate = _issued(ruling, case, subject, origin)
    except KeysUnavailableError as error:
        raise CaseError("no_key") from error
    except InputError as error:
        raise CaseError("not_issued", str(error)) from error
    ruling.credential = bytes(ruling.certificate.document or b"").decode()
    ruling.save(update_fields=["credential", "certificate"])
    record(actor, "cases.certify", f"ruling:{ruling.id}", organisation=case.organisation_id,
           detail={"certificate": str(ruling.certificate.id)})  # fmt: skip
    return ruling


def _issued(ruling: Ruling, case: Case, subject: str, origin: str) -> Certificate:
    """Issue from the register of the body: the credential gets its places in the lists, and stands among its certificates."""
    receipt, known = receipt_of(ruling.receipt), documents.rulebook().documents
    recheck(receipt, known)
    organisation, now = case.organisation, clock.second()
    signer = signer_of(organisation)
    check_region(trust.registry(), signer.controller, receipt.request.to)
    issuer = Issuer(id=signer.controller, name=organisation.names)
    award = Award(id=f"urn:uuid:{ruling.id}", issuer=issuer, subject=subject, valid_from=now)
    document = credential_of_decision(receipt, rulebook_of(receipt, known), award)
    register = DatabaseRegister(organisation, lock=True)
    status = own_list(PublishedList(url=lists.base_of(organisation, origin)), register.salt)
    lists.ensure(organisation, status, signer)
    key = f"ruling-{ruling.id}"
    issue(IssuingRequest(key, document), signer, register=register, at=now, status=status)
    made = Certificate.objects.get(organisation=organisation, key=key)
    made.name, made.sought = case.holder.name, sought_as(case.holder.name)
    made.save(update_fields=["name", "sought"])
    Case.objects.filter(pk=case.pk).update(subject=subject)
    return made
