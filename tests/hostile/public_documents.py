# SPDX-License-Identifier: Apache-2.0
"""Attacks on the standing of public documents: nobody may make one official but those whose word it is."""

from __future__ import annotations

import datetime as dt

import msgspec

from tests.hostile.vector import vectors
from tests.touchstone.credentials.registries import (
    BOTH_SIDES,
    GUANGDONG,
    HONG_KONG,
    MACAO,
    STRANGER,
    key,
    publisher,
    signed,
    trusted,
)
from tests.touchstone.small_world import agreement, framework, qualification, scale
from touchstone.credentials.multikey import multikey_of

SCALE = scale("scale", ["1", "2"], publisher="urn:hk")


def with_proof(document=None, **changes):
    """A signed document with other members in its proof; None takes one away."""
    document = document or signed(SCALE, HONG_KONG)
    proof = {name: value for name, value in {**document.proof[0], **changes}.items() if value is not None}
    return msgspec.structs.replace(document, proof=(proof, *document.proof[1:]))


def retired(**period):
    return trusted(publisher("urn:hk", key(HONG_KONG, **period), regions=["HK"]))


def of_small_order():
    method = "did:web:hk.example#1"
    registry = trusted(
        publisher("urn:hk", {"id": method, "publicKeyMultibase": multikey_of(bytes([1, *[0] * 31]))}, regions=["HK"])
    )
    return with_proof(verificationMethod=method, proofValue="z" + "1" * 32 + "2" * 44), registry


DOCUMENTS = {
    "a claim without a proof": (lambda: signed(SCALE), "unverified missing publisher_not_signed"),
    "a claim that a stranger signed": (lambda: signed(SCALE, STRANGER), "unverified proof key_not_listed"),
    "a claim that another publisher signed": (lambda: signed(SCALE, GUANGDONG), "unverified proof proof_not_required"),
    "a claim in nobody's name": (lambda: signed(scale("scale", ["1"]), HONG_KONG), "unverified proof proof_not_required"),
    "a claim in the name of one whom nobody lists": (
        lambda: signed({**SCALE, "publisher": "urn:nobody"}, HONG_KONG),
        "unverified proof proof_not_required",
    ),
    "a framework of another region": (
        lambda: signed(framework("f", "scale", "T1", publisher="urn:hk", region="GD"), HONG_KONG),
        "unverified proof proof_not_required",
    ),
    "a qualification of another region": (
        lambda: signed(qualification(publisher="urn:hk", region="GD"), HONG_KONG),
        "unverified proof proof_not_required",
    ),
    "an agreement that nobody signed": (lambda: signed(agreement()), "unverified missing agreement_not_signed"),
    "an agreement that one side signed": (
        lambda: signed(agreement(), GUANGDONG),
        "unverified missing agreement_half_signed",
    ),
    "an agreement that the other side signed": (
        lambda: signed(agreement(), HONG_KONG),
        "unverified missing agreement_half_signed",
    ),
    "an agreement of which one signature was taken away": (
        lambda: msgspec.structs.replace(
            signed(agreement(), GUANGDONG, HONG_KONG), proof=signed(agreement(), GUANGDONG, HONG_KONG).proof[1:]
        ),
        "unverified missing agreement_half_signed",
    ),
    "an agreement that a third region signed for the second": (
        lambda: signed(agreement(), GUANGDONG, MACAO),
        "unverified proof proof_not_required",
    ),
    "an agreement that one party signed twice, once for each side": (
        lambda: (
            signed(agreement(), GUANGDONG, STRANGER),
            trusted(publisher("urn:all", key(GUANGDONG), key(STRANGER), regions=["GD", "HK"]), BOTH_SIDES[1]),
        ),
        "unverified missing agreement_half_signed",
    ),
    "an agreement whose second signature is over another version": (
        lambda: msgspec.structs.replace(
            signed(agreement(), GUANGDONG),
            proof=(*signed(agreement(), GUANGDONG).proof, *signed({**agreement(), "version": "2"}, HONG_KONG).proof),
        ),
        "unverified proof proof_invalid",
    ),
    "a signature over another version": (
        lambda: msgspec.structs.replace(signed(SCALE, HONG_KONG), version="2"),
        "unverified proof proof_invalid",
    ),
    "a signature over another document": (
        lambda: msgspec.structs.replace(signed(SCALE), proof=signed({**SCALE, "id": "other"}, HONG_KONG).proof),
        "unverified proof proof_invalid",
    ),
    "a signature over another publisher's claim": (
        lambda: msgspec.structs.replace(signed(SCALE, HONG_KONG), publisher="urn:gd"),
        "unverified proof proof_invalid",
    ),
    "a key that had been rotated out": (
        lambda: (signed(SCALE, HONG_KONG), retired(until="2026-02-28")),
        "unverified proof key_outside_period",
    ),
    "a key that was not in use yet": (
        lambda: (signed(SCALE, HONG_KONG), retired(since="2026-03-02")),
        "unverified proof key_outside_period",
    ),
    "a time of signing moved into the key's period": (
        lambda: (with_proof(created="2026-02-01T08:00:00Z"), retired(until="2026-02-28")),
        "unverified proof proof_invalid",
    ),
    "a registry that is not in force": (
        lambda: (signed(SCALE, HONG_KONG), trusted(valid={"until": "2026-05-31"}), dt.date(2026, 6, 1)),
        "unverified missing registry_not_in_force",
    ),
    "a registry that is a draft": (
        lambda: (signed(SCALE, HONG_KONG), trusted(status="draft"), dt.date(2026, 6, 1)),
        "unverified missing registry_not_in_force",
    ),
    "a registered key of small order": (of_small_order, "unverified proof proof_invalid"),
    "a proof for another purpose": (lambda: with_proof(proofPurpose="authentication"), "unverified proof proof_unusable"),
    "a proof of another cryptosuite": (lambda: with_proof(cryptosuite="eddsa-rdfc-2022"), "unverified proof proof_unusable"),
    "a proof of another type": (lambda: with_proof(type="Ed25519Signature2020"), "unverified proof proof_unusable"),
    "a proof that would end": (lambda: with_proof(expires="2099-01-01T00:00:00Z"), "unverified proof proof_unusable"),
    "a proof that builds upon another": (lambda: with_proof(previousProof="urn:x:1"), "unverified proof proof_unusable"),
    "a proof without a time": (lambda: with_proof(created=None), "unverified proof proof_unusable"),
    "a proof by another's key": (
        lambda: with_proof(verificationMethod=GUANGDONG.verification_method),
        "unverified proof proof_invalid",
    ),
    "a value that is no base58": (lambda: with_proof(proofValue="no base58"), "unverified proof proof_invalid"),
    "a value of a hundred thousand characters": (
        lambda: with_proof(proofValue="z" + "6" * 100_000),
        "unverified proof proof_invalid",
    ),
    "a good proof buried behind a thousand false ones": (
        lambda: msgspec.structs.replace(
            signed(SCALE, HONG_KONG), proof=with_proof(created="2026-03-02T08:00:00Z").proof * 1_000 + signed(SCALE, HONG_KONG).proof
        ),
        "unverified proof proof_invalid",
    ),
}  # fmt: skip

VECTORS = vectors("document", DOCUMENTS)
