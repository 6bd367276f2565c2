# SPDX-License-Identifier: Apache-2.0
"""A decision as a credential of the body that made it, where it has a key here and the holder has a wallet."""

from __future__ import annotations

import orjson
from django.db import transaction

from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.errors import InputError
from touchstone.recognition import recheck
from touchstone.recognition.awarding import ISSUABLE, Award, check_region, credential_of_decision
from touchstone.recognition.receipt import rulebook_of
from touchstone_server import documents, trust
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.services import CaseError
from touchstone_server.issuing.keys import KeysUnavailableError, can_sign, signer_of


def can_certify(ruling: Ruling, case: Case) -> bool:
    """Tell whether a decision can become a credential: it stands, grants something, its holder has a wallet, and the body a key."""
    if ruling.number != case.standing:
        return False
    granted = receipt_of(ruling.receipt).decision.outcome in ISSUABLE
    return granted and bool(case.subject) and can_sign(case.organisation)


@transaction.atomic
def certify(actor: Actor, ruling: Ruling) -> Ruling:
    """Issue a decision as a credential, once it has been derived again; what was issued is not issued twice.

    :raises Refused: when the actor may not decide the case.
    :raises CaseError: ``no_key``; ``not_issued`` with the core's sentence.
    """
    require(actor, Action.DECIDE_CASE, ruling.case.thing._replace(author=None))
    ruling = Ruling.objects.select_for_update(of=("self",)).select_related("case__organisation").get(pk=ruling.pk)
    if ruling.credential:
        return ruling
    case = ruling.case
    if not can_certify(ruling, case):
        raise CaseError("no_key")
    try:
        ruling.credential = orjson.dumps(_signed(ruling, case)).decode()
    except KeysUnavailableError as error:
        raise CaseError("no_key") from error
    except InputError as error:
        raise CaseError("not_issued", str(error)) from error
    ruling.save(update_fields=["credential"])
    record(actor, "cases.certify", f"ruling:{ruling.id}", organisation=case.organisation_id)
    return ruling


def _signed(ruling: Ruling, case: Case) -> dict[str, object]:
    from touchstone.credentials.credential import Issuer

    receipt, known = receipt_of(ruling.receipt), documents.rulebook().documents
    recheck(receipt, known)
    signer, now = signer_of(case.organisation), trust.now()
    check_region(trust.registry(), signer.controller, receipt.request.to)
    award = Award(
        id=f"urn:uuid:{ruling.id}",
        issuer=Issuer(id=signer.controller, name=case.organisation.names),
        subject=case.subject,
        valid_from=now,
    )
    document = credential_of_decision(receipt, rulebook_of(receipt, known), award)
    return add_proof(document, signer, cryptosuite=EDDSA_RDFC_2022, created=now)
