# SPDX-License-Identifier: Apache-2.0
"""Units towards a qualification, bundled: each credential keeps its own proof, and all are about one person."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.touchstone.credentials.sample_badges import ACHIEVEMENT, BADGE, HOLDER, ISSUER, badge, changed, codes
from touchstone.credentials.canonical import canonical_nquads
from touchstone.credentials.clr import Association, Clr, build_clr, read_clr
from touchstone.credentials.credential import Attestation, StatusPlace
from touchstone.credentials.lint import lint
from touchstone.credentials.schema import check_schema
from touchstone.errors import CredentialError

AT = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-05-01T08:00:00Z",
    "verificationMethod": f"{ISSUER.id}#{ISSUER.id.removeprefix('did:key:')}",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx",
}


def unit_credential(number):
    """A signed badge of one unit; the proof is only carried here, so any will do."""
    own = msgspec.structs.replace(ACHIEVEMENT, id=f"https://issuer.example/achievements/unit-{number}")
    document = badge(
        id=f"urn:uuid:9f3c1f6e-35b0-4a0e-9f2b-1d1a0c6b7e{number:02}",
        achievement=own,
        attestation=Attestation(kind="assessment"),
    )
    return {**document, "proof": PROOF}


CLR = Clr(
    id="urn:uuid:0b6f3c0e-6a53-4a55-8d4e-5a5a0c6b7e11",
    issuer=ISSUER,
    subject=HOLDER,
    target=msgspec.structs.replace(
        ACHIEVEMENT, id="https://issuer.example/achievements/qualification", type="Certification"
    ),
    credentials=(unit_credential(1), unit_credential(2)),
    status=(StatusPlace(list_id="https://issuer.example/status/1", index=5),),
    valid_from=AT,
    partial=True,
)


def refusal(work):
    with pytest.raises(CredentialError) as caught:
        work()
    return caught.value.code


def test_a_bundle_passes_the_lint_and_canonicalises_with_the_proofs_inside():
    document = build_clr(CLR)

    assert lint(document) == []
    assert canonical_nquads(document).count("DataIntegrityProof") == 2


def test_a_bundle_is_read_as_it_was_built():
    reading = read_clr(build_clr(CLR))

    assert (reading.id, reading.issuer, reading.subject) == (CLR.id, ISSUER.id, HOLDER)
    assert reading.credentials == CLR.credentials
    assert reading.partial
    assert reading.achievements == (CLR.target.id,)
    assert reading.associations == tuple(
        Association(source=f"https://issuer.example/achievements/unit-{number}", target=CLR.target.id)
        for number in (1, 2)
    )


def test_an_achievement_that_two_credentials_share_is_associated_once():
    twice = msgspec.structs.replace(CLR, credentials=(unit_credential(1), unit_credential(1)))

    assert len(build_clr(twice)["credentialSubject"]["association"]) == 1


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        ((), "clr_empty"),
        ((badge(),), "clr_unsigned"),
        ((changed(unit_credential(1), "credentialSubject.id", "did:example:another"),), "clr_subject_mismatch"),
        ((changed(unit_credential(1), "credentialSubject.id", None),), "clr_subject_mismatch"),
    ],
)
def test_only_signed_credentials_of_the_same_person_are_bundled(credentials, code):
    assert refusal(lambda: build_clr(msgspec.structs.replace(CLR, credentials=credentials))) == code


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("type", ["VerifiableCredential"], "not_a_clr"),
        ("credentialSubject.verifiableCredential", [], "clr_empty"),
        (
            "credentialSubject.verifiableCredential.1.credentialSubject.id",
            "did:example:another",
            "clr_subject_mismatch",
        ),
        ("credentialSubject.id", "did:example:another", "clr_subject_mismatch"),
    ],
)
def test_a_bundle_about_several_people_is_not_read(path, value, code):
    assert refusal(lambda: read_clr(changed(build_clr(CLR), path, value))) == code


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("credentialSubject.verifiableCredential", ["eyJ"]),
        ("credentialSubject.verifiableCredential", []),
        ("credentialSubject.association.0.associationType", "leadsTo"),
        ("credentialSubject.association.0.targetId", "no url"),
        ("partial", "yes"),
    ],
)
def test_the_schema_of_learner_records_is_asked(path, value):
    assert codes(check_schema(changed(build_clr(CLR), path, value)))[0].startswith("schema_")


def test_the_bundle_is_of_the_holder_of_its_badges():
    assert BADGE.subject == CLR.subject
