# SPDX-License-Identifier: Apache-2.0
"""Attacks with what holds credentials: presentations, learner records, bodies of the VC-API."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache

from tests.hostile.doors import CHALLENGE, DOMAIN
from tests.hostile.sound import ATTACKER, JCS, RDFC, V2, badge, long_chain
from tests.hostile.vector import vectors
from tests.touchstone.credentials.badges import ASKED, SCHOOL, signed, unsigned, written
from tests.touchstone.credentials.carried import HOLDER, THIEF, issued
from touchstone.credentials import clr, presentation
from touchstone.credentials.credential import Achievement, Issuer
from touchstone.credentials.proof import add_proof

FOR_US = {"domain": DOMAIN, "challenge": CHALLENGE}


@cache
def _presented(signer=HOLDER, number=1, **options):
    shown = presentation.present((issued(),) * number, signer, **{"created": ASKED, **FOR_US, **options})
    return written(shown)


def presented(**changes):
    """What the holder presented, changed afterwards."""
    return lambda: written({**json.loads(_presented()), **changes})


def own(signer=HOLDER, **members):
    """A presentation of one's own making, soundly signed for this verifier."""
    made = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": signer.controller, **members}
    return written(add_proof(made, signer, cryptosuite=JCS, created=ASKED, purpose="authentication", **FOR_US))


PRESENTATIONS = {
    "a presentation for another verifier": (
        lambda: _presented(domain="attacker.example"),
        "refused presenting domain_wrong",
    ),
    "a presentation shown a second time": (
        lambda: _presented(challenge="c-0"),
        "refused presenting challenge_wrong",
    ),
    "a presentation without a proof": (presented(proof=[]), "refused presenting proof_malformed"),
    "a presentation in another's name": (
        presented(holder=THIEF.controller),
        "refused presenting signature_invalid",
    ),
    "a credential added to a presentation": (
        presented(verifiableCredential=[json.loads(issued()), json.loads(issued(2))]),
        "refused presenting signature_invalid",
    ),
    "a stolen credential in a presentation of one's own": (
        lambda: own(THIEF, verifiableCredential=[json.loads(issued())]),
        "refused holder subject_not_holder",
    ),
    "a stolen credential without a holder": (
        lambda: own(THIEF, verifiableCredential=[json.loads(issued())], holder={}),
        "refused presenting holder_malformed",
    ),
    "a stolen credential in the holder's name": (
        lambda: own(THIEF, verifiableCredential=[json.loads(issued())], holder=HOLDER.controller),
        "refused presenting controller_wrong",
    ),
    "a credential of the holder's own making": (
        lambda: own(verifiableCredential=[json.loads(signed(unsigned(subject=HOLDER.controller), signer=HOLDER))]),
        "not_genuine proof controller_wrong",
    ),
    "a changed credential in a presentation": (
        lambda: own(verifiableCredential=[{**json.loads(issued()), "awardedDate": "2020-01-01T00:00:00Z"}]),
        "not_genuine proof signature_invalid",
    ),
    "a credential for a presentation": (issued, "refused presenting type_missing"),
    "a presentation of a text": (lambda: own(verifiableCredential=["eyJ"]), "refused presenting presented_malformed"),
    "a presentation made for claiming": (
        lambda: written(add_proof(
            {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER.controller}, HOLDER,
            cryptosuite=JCS, created=ASKED, **FOR_US,
        )),
        "refused presenting purpose_wrong",
    ),
    "a presentation of a hundred and one": (
        lambda: own(verifiableCredential=[{"type": "VerifiableCredential"}] * 101),
        "refused presenting presented_too_many",
    ),
    "a presentation of thousands of nodes": (
        lambda: own(verifiableCredential=[{"type": "VerifiableCredential", "urn:x:a": [{}] * 21_000}]),
        "refused presenting too_large",
    ),
    "a presentation of a mebibyte": (lambda: b" " * (1 << 20) + b" ", "refused presenting too_large"),
    "a presentation with a key twice": (
        lambda: _presented().replace(b'"holder"', b'"holder": "urn:x:1", "holder"', 1),
        "refused presenting duplicate_key",
    ),
}  # fmt: skip


@cache
def _record():
    return clr.build_clr(
        clr.Clr(
            id="urn:x:record",
            issuer=Issuer(id="did:web:school.example", name={"en": "A school"}),
            subject=HOLDER.controller,
            target=Achievement(id="urn:x:target", name={"en": "T"}, description={"en": "T"}, criteria={"en": "C"}),
            credentials=(json.loads(issued()),),
            valid_from=ASKED,
        )
    )


def record(*inner, signer=SCHOOL):
    """A learner record of these credentials, signed by whoever bundled them."""
    document = {
        **_record(),
        "credentialSubject": {**_record()["credentialSubject"], "verifiableCredential": list(inner)},
    }
    return written(add_proof(document, signer, cryptosuite=RDFC, created=ASKED))


RECORDS = {
    "a record of nothing": (record, "refused reading clr_empty"),
    "a record of another's credential": (lambda: record(badge()), "refused reading clr_subject_mismatch"),
    "a record of one's own and another's": (
        lambda: record(json.loads(issued()), badge()),
        "refused reading clr_subject_mismatch",
    ),
    "a badge for a record": (issued, "refused reading not_a_clr"),
}
WHOLE_RECORDS = {
    "a record of ten thousand credentials": (
        lambda: written({**_record(), "proof": badge()["proof"], "credentialSubject": {
            **_record()["credentialSubject"], "verifiableCredential": [{"type": ["VerifiableCredential"]}] * 10_000
        }}),
        "not_genuine structure too_large",
    ),
    "a record that is a badge as well": (
        lambda: written({
            **json.loads(record(json.loads(issued()))), "type": ["VerifiableCredential", "ClrCredential", "OpenBadgeCredential"]
        }),
        "not_genuine schema schema_ambiguous",
    ),
    "a record whose credential was changed": (
        lambda: record(json.loads(issued())).replace(b"Sets round", b"Cuts round", 1),
        "not_genuine proof signature_invalid",
    ),
    "a record that a stranger put together": (
        lambda: record(json.loads(issued()), signer=ATTACKER),
        "not_genuine proof controller_wrong",
    ),
}  # fmt: skip

ISSUE, VERIFY, PRESENT = "/credentials/issue", "/credentials/verify", "/presentations/verify"


def body(path, **members):
    return lambda: (path, written(members))


def to_issue(**members):
    return body(
        ISSUE,
        credential={
            "@context": [V2],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"id": "urn:x:1"},
            **members,
        },
    )


def from_the_future():
    """A credential with a proof that will be made next year."""
    own = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": ATTACKER.controller,
        "credentialSubject": {"id": "urn:x:1"},
    }
    return add_proof(own, ATTACKER, cryptosuite=JCS, created=ASKED + dt.timedelta(days=365))


BODIES = {
    "a proof from the future in a body": (
        lambda: (VERIFY, written({"verifiableCredential": from_the_future()})),
        "400 body proof_created_later",
    ),
    "a body that is no JSON": (lambda: (VERIFY, b"{"), "400 body json_invalid"),
    "a body with a key twice": (lambda: (VERIFY, b'{"a": 1, "a": 2}'), "400 body duplicate_key"),
    "a body of brackets": (lambda: (VERIFY, b"[" * 1_000_000), "400 body too_large"),
    "a body without a credential": (body(VERIFY), "400 body not_an_object"),
    "a credential that is a text": (body(VERIFY, verifiableCredential="eyJ"), "400 body not_an_object"),
    "a credential in an envelope": (
        body(VERIFY, verifiableCredential={"type": "EnvelopedVerifiableCredential", "id": "data:x,y"}),
        "400 body envelope_unsupported",
    ),
    "a body of sixty thousand subjects": (
        body(VERIFY, verifiableCredential={**badge(), "credentialSubject": [{"id": f"u:{number}"} for number in range(40_000)]}),
        "400 body too_large",
    ),
    "a body of sixteen chained proofs": (
        lambda: (VERIFY, written({"verifiableCredential": json.loads(long_chain(RDFC))})),
        "400 body canonicalisation_too_costly",
    ),
    "thousands of nodes to issue": (to_issue(**{"urn:x:a": [{}] * 30_000}), "400 body too_large"),
    "an undefined word to issue": (to_issue(grade="A"), "400 body term_undefined"),
    "an inline context to issue": (
        to_issue(**{"@context": [V2, {"grade": "urn:x:g"}]}),
        "400 body context_inline",
    ),
    "a presentation in a body, for others": (
        lambda: (PRESENT, written({"verifiablePresentation": json.loads(_presented()), "options": {**FOR_US, "domain": "b.example"}})),
        "400 body domain_wrong",
    ),
    "an option that is an object": (body(PRESENT, options={"domain": {}}), "400 body option_malformed"),
    "a path that is not there": (lambda: ("/credentials/../verify", b"{}"), "404 body not_found"),
    "a status of what was never issued": (
        body("/credentials/status", credentialId="urn:x:1", credentialStatus={"statusPurpose": "revocation"}),
        "400 body credential_unknown",
    ),
}  # fmt: skip

VECTORS = [
    *vectors("presentation", PRESENTATIONS),
    *vectors("bundle", RECORDS),
    *vectors("verify", WHOLE_RECORDS),
    *vectors("vc-api", BODIES),
]
