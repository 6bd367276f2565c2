# SPDX-License-Identifier: Apache-2.0
"""Signed documents: what makes one verified. No forgery, no alteration and no missing side ever raises a standing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import cache

import msgspec
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials.registries import (
    BOTH_SIDES,
    GUANGDONG,
    HONG_KONG,
    MACAO,
    MARCH,
    STRANGER,
    key,
    publisher,
    registry,
    signed,
    trusted,
)
from tests.touchstone.plain import documents_of
from tests.touchstone.small_world import agreement, crosswalk, framework, qualification, scale
from touchstone.credentials import document_proofs
from touchstone.credentials.document_proofs import MAX_PROOFS, SENTENCES, check_document, check_documents, sign_document
from touchstone.credentials.multikey import base58_decode, multikey_of
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError, DocumentError
from touchstone.standards import Standing, canonical_bytes, digest, normal_form, read_document

SCALE = scale("scale", ["1", "2"], publisher="urn:hk")
HOME = framework("f", "scale", "T1", publisher="urn:hk", region="HK")


def standing(document, of=None, **fields):
    return check_document(document, of or trusted(**fields)).standing.label


def lacks(document, of=None, day=None):
    return [missing.code for missing in check_document(document, of or trusted(), day).missing]


def proofs(document, of=None):
    return [proof.code for proof in check_document(document, of or trusted()).proofs]


def with_proof(document, index=0, **changed):
    """A document with one of its proofs changed; ``None`` takes a field out of it."""
    proof = {**document.proof[index], **changed}
    proof = {name: value for name, value in proof.items() if value is not None}
    others = (*document.proof[:index], proof, *document.proof[index + 1 :])
    return msgspec.structs.replace(document, proof=others)


# What is signed


def test_the_bytes_that_are_signed_are_those_of_the_cryptosuite():
    """EdDSA Cryptosuites 1.0, 3.3: SHA-256 of the JCS of the configuration, then of the document; with another library throughout."""
    document = signed(SCALE, HONG_KONG)
    (proof,) = document.proof
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    plain = {name: value for name, value in normal_form(document).items() if name != "proof"}

    hashed = hashlib.sha256(rfc8785.dumps(configuration)).digest() + hashlib.sha256(rfc8785.dumps(plain)).digest()

    Ed25519PublicKey.from_public_bytes(HONG_KONG.public_key).verify(base58_decode(proof["proofValue"][1:]), hashed)
    assert "@context" not in proof
    assert rfc8785.dumps(plain) == canonical_bytes(document)


def test_a_proof_changes_nothing_but_the_proof():
    (document,) = documents_of([SCALE])
    made = sign_document(document, HONG_KONG, created=MARCH)

    assert digest(made) == digest(document)
    assert msgspec.structs.replace(made, proof=()) == document
    assert made == sign_document(document, HONG_KONG, created=MARCH)


def test_a_proof_is_added_beside_those_that_stand_there():
    one = signed(agreement(), GUANGDONG)
    two = sign_document(one, HONG_KONG, created=MARCH)

    assert two.proof[0] == one.proof[0]
    assert len(two.proof) == 2


def test_nobody_signs_the_same_twice_but_anew_what_has_changed():
    document = signed(SCALE, HONG_KONG)

    with pytest.raises(CredentialError) as refused:
        sign_document(document, HONG_KONG, created=MARCH)

    assert refused.value.code == "already_signed"
    changed = msgspec.structs.replace(document, version="2")
    assert proofs(sign_document(changed, HONG_KONG, created=MARCH)) == ["proof_invalid", "proof_counts"]


# Standing


def test_a_document_that_its_publisher_signed_is_verified():
    assert standing(signed(SCALE, HONG_KONG)) == "verified"
    assert standing(signed(HOME, HONG_KONG)) == "verified"


def test_a_document_that_is_not_claimed_stays_illustrative_whoever_signs_it():
    document = sign_document(documents_of([SCALE])[0], HONG_KONG, created=MARCH)

    assert standing(document) == "illustrative"
    assert (lacks(document), proofs(document)) == ([], ["proof_counts"])


def test_a_claim_without_a_proof_is_unverified():
    assert standing(signed(SCALE)) == "unverified"
    assert lacks(signed(SCALE)) == ["publisher_not_signed"]


def test_anothers_proof_is_told_and_does_not_count():
    for signer, code in ((GUANGDONG, "proof_not_required"), (STRANGER, "key_not_listed")):
        document = signed(SCALE, signer)
        assert (proofs(document), lacks(document)) == ([code], ["publisher_not_signed"])


def test_a_publisher_that_is_not_named_or_not_listed_is_missing():
    assert lacks(signed(scale("scale", ["1"]), HONG_KONG)) == ["publisher_not_named"]
    assert lacks(signed({**SCALE, "publisher": "urn:nobody"}, HONG_KONG)) == ["publisher_not_listed"]


def test_a_publisher_speaks_for_its_own_regions_only():
    for document in (
        framework("f", "scale", "T1", publisher="urn:hk", region="GD"),
        qualification(publisher="urn:hk", region="GD"),
    ):
        assert lacks(signed(document, HONG_KONG)) == ["publisher_not_of_region"]
        assert proofs(signed(document, HONG_KONG)) == ["proof_not_required"]


# An agreement has two sides


def test_an_agreement_that_both_sides_signed_is_verified_in_either_order():
    for signers in ((GUANGDONG, HONG_KONG), (HONG_KONG, GUANGDONG)):
        assert standing(signed(agreement(), *signers)) == "verified"


@pytest.mark.parametrize(("signer", "other"), [(GUANGDONG, "HK"), (HONG_KONG, "GD")])
def test_one_side_alone_is_half_signed(signer, other):
    report = check_document(signed(agreement(), signer), trusted())

    assert report.standing is Standing.UNVERIFIED
    assert [(missing.code, missing.about) for missing in report.missing] == [("agreement_half_signed", other)]


@pytest.mark.parametrize("side", [0, 1])
def test_removing_a_side_leaves_an_agreement_half_signed(side):
    whole = signed(agreement(), GUANGDONG, HONG_KONG)

    half = msgspec.structs.replace(whole, proof=(whole.proof[side],))

    assert lacks(half) == ["agreement_half_signed"]


def test_a_third_region_is_no_side():
    assert lacks(signed(agreement(), MACAO)) == ["agreement_not_signed"]
    assert lacks(signed(agreement(), GUANGDONG, MACAO)) == ["agreement_half_signed"]


def test_nobody_signs_for_both_sides():
    everywhere = trusted(publisher("urn:all", key(GUANGDONG), key(STRANGER), regions=["GD", "HK"]), BOTH_SIDES[1])

    assert lacks(signed(agreement(), GUANGDONG, STRANGER), everywhere) == ["agreement_half_signed"]
    assert standing(signed(agreement(), GUANGDONG, HONG_KONG), everywhere) == "verified"


def test_an_agreement_within_one_region_has_one_side():
    assert standing(signed(agreement(**{"from": "HK", "to": "HK"}), HONG_KONG)) == "verified"


def test_copies_that_each_side_signed_are_one_document():
    both = [signed(agreement(), GUANGDONG), signed(agreement(), HONG_KONG)]

    (report,) = check_documents(both, trusted()).values()

    assert report.standing is Standing.VERIFIED


# Keys and registries


def test_a_key_outside_its_period_is_refused_with_its_code():
    retired = trusted(publisher("urn:hk", key(HONG_KONG, until="2026-02-28"), regions=["HK"]))
    fresh = trusted(publisher("urn:hk", key(HONG_KONG, since="2026-03-02"), regions=["HK"]))

    for of in (retired, fresh):
        assert (proofs(signed(SCALE, HONG_KONG), of), standing(signed(SCALE, HONG_KONG), of)) == (
            ["key_outside_period"],
            "unverified",
        )


def test_what_a_rotated_key_signed_in_its_time_stays_verified():
    rotated = trusted(
        publisher("urn:hk", key(HONG_KONG, until="2026-03-01"), key(STRANGER, since="2026-03-02"), regions=["HK"])
    )

    assert standing(signed(SCALE, HONG_KONG), rotated) == "verified"
    assert standing(signed(SCALE, STRANGER), rotated) == "unverified"


def test_a_registry_that_is_not_in_force_verifies_nothing():
    document = signed(SCALE, HONG_KONG)
    ended = trusted(valid={"until": "2026-05-31"})

    assert lacks(document, ended, dt.date(2026, 5, 31)) == []
    assert lacks(document, ended, dt.date(2026, 6, 1)) == ["registry_not_in_force"]
    assert lacks(document, trusted(status="draft"), dt.date(2026, 6, 1)) == ["registry_not_in_force"]


def test_a_key_of_small_order_proves_nothing():
    """Under such a key OpenSSL alone takes one signature for many messages."""
    identity = bytes([1]) + bytes(31)
    forger = publisher("urn:hk", {"id": "did:web:hk.example#1", "publicKeyMultibase": multikey_of(identity)})
    document = signed(SCALE, HONG_KONG)
    forged = with_proof(document, verificationMethod="did:web:hk.example#1", proofValue="z" + "1" * 32 + "2" * 44)

    assert proofs(forged, documents_of([registry(forger)])[0]) == ["proof_invalid"]


# Forgery


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("proof_unusable", {"created": None}),
        ("proof_unusable", {"created": "yesterday"}),
        ("proof_unusable", {"type": "Ed25519Signature2020"}),
        ("proof_unusable", {"cryptosuite": "eddsa-rdfc-2022"}),
        ("proof_unusable", {"proofPurpose": "authentication"}),
        ("proof_unusable", {"expires": "2099-01-01T00:00:00Z"}),
        ("proof_unusable", {"previousProof": "urn:uuid:1"}),
        ("proof_unusable", {"proofValue": None}),
        ("key_not_listed", {"verificationMethod": STRANGER.verification_method}),
        ("proof_invalid", {"verificationMethod": GUANGDONG.verification_method}),
        ("proof_invalid", {"created": "2026-03-02T08:00:00Z"}),
        ("proof_invalid", {"id": "urn:uuid:1"}),
        ("proof_invalid", {"proofValue": "z" + "1" * 64}),
        ("proof_invalid", {"proofValue": "no base58"}),
    ],
)
def test_a_proof_that_was_tampered_with_has_its_code_and_does_not_count(code, changed):
    forged = with_proof(signed(SCALE, HONG_KONG), **changed)

    assert (proofs(forged), standing(forged)) == ([code], "unverified")


def test_a_proof_moved_to_another_document_is_invalid():
    other = msgspec.structs.replace(signed(HOME), proof=signed(SCALE, HONG_KONG).proof)

    assert (proofs(other), standing(other)) == (["proof_invalid"], "unverified")


def test_a_foreign_proof_beside_good_ones_lowers_nothing():
    document = signed(agreement(), GUANGDONG, HONG_KONG, STRANGER)

    assert (proofs(document)[-1], standing(document)) == ("key_not_listed", "verified")


def test_a_document_buried_in_proofs_is_looked_at_so_far_only():
    document = signed(SCALE, HONG_KONG)
    buried = msgspec.structs.replace(document, proof=document.proof * 1000)

    assert len(proofs(buried)) == MAX_PROOFS


def test_every_code_has_a_sentence():
    codes = set(SENTENCES)

    assert all(text[0].islower() and not text.endswith(".") for text in SENTENCES.values())
    assert {"agreement_half_signed", "key_outside_period"} <= codes
    assert document_proofs.CRYPTOSUITE == "eddsa-jcs-2022"


DOCUMENTS = {
    "agreement": (agreement(purposes=["employment"], min_confidence="0.5"), (GUANGDONG, HONG_KONG)),
    "scale": (SCALE, (HONG_KONG,)),
    "crosswalk": (crosswalk(("S1", "exactMatch", "T1", "0.9"), publisher="urn:hk"), (HONG_KONG,)),
}


@cache
def written(name):
    plain, signers = DOCUMENTS[name]
    return json.dumps(normal_form(signed(plain, *signers)), ensure_ascii=False).encode()


def changed_at(content, place, byte):
    return content[:place] + bytes([byte]) + content[place + 1 :]


def assert_that_it_is_not_believed(name, place, byte):
    content = written(name)
    try:
        loaded = read_document(changed_at(content, place, byte), f"{name}.json")
    except DocumentError:
        return
    if loaded is not None and loaded.document != read_document(content, f"{name}.json").document:
        assert check_document(loaded.document, trusted()).standing is not Standing.VERIFIED


def places(name):
    return st.integers(0, len(written(name)) - 1)


@settings(max_examples=300)
@given(data=st.data(), name=st.sampled_from(sorted(DOCUMENTS)), byte=st.integers(32, 126))
def test_a_document_of_which_any_byte_was_changed_is_not_verified(data, name, byte):
    assert_that_it_is_not_believed(name, data.draw(places(name)), byte)


@pytest.mark.soak
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_byte_of_a_document_counts(name):
    for place in range(len(written(name))):
        for byte in b"0aZ5-x":
            assert_that_it_is_not_believed(name, place, byte)


@given(seed=st.binary(min_size=32, max_size=32), day=st.integers(0, 700))
def test_what_is_signed_verifies_in_the_period_of_its_key_and_only_then(seed, day):
    signer, created = SeedSigner(seed), dt.datetime(2025, 6, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
    of = trusted(publisher("urn:hk", key(signer, since="2026-01-01", until="2026-06-30"), regions=["HK"]))

    in_time = dt.date(2026, 1, 1) <= created.date() <= dt.date(2026, 6, 30)

    assert standing(signed(SCALE, signer, created=created), of) == ("verified" if in_time else "unverified")
