# SPDX-License-Identifier: Apache-2.0
"""Keys that are no secret, and trust registries with them: two regions' publishers, a foreign one, and one that nobody lists."""

from __future__ import annotations

import datetime as dt

from tests.touchstone.plain import documents_of
from tests.touchstone.small_world import envelope
from touchstone.credentials.document_proofs import sign_document
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.signer import SeedSigner

GUANGDONG, HONG_KONG, MACAO, STRANGER = (SeedSigner(bytes([number]) * 32) for number in (1, 2, 3, 4))
MARCH = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


def key(signer, *, since="2026-01-01", until=""):
    """The key of a signer as a registry lists it; an empty day leaves the end open."""
    listed = {"id": signer.verification_method, "publicKeyMultibase": multikey_of(signer.public_key)}
    valid = {end: day for end, day in (("from", since), ("until", until)) if day}
    return {**listed, "valid": valid} if valid else listed


def publisher(identifier, *keys, regions=()):
    return {"id": identifier, "name": {"en": identifier}, "regions": list(regions), "keys": list(keys)}


def issuer(identifier, *keys, **fields):
    return {"id": identifier, "name": {"en": identifier}, "keys": list(keys), **fields}


def registry(*publishers, issuers=(), **fields):
    return envelope("TrustRegistry", "registry", issuers=list(issuers), publishers=list(publishers), **fields)


BOTH_SIDES = (
    publisher("urn:gd", key(GUANGDONG), regions=["GD"]),
    publisher("urn:hk", key(HONG_KONG), regions=["HK"]),
    publisher("urn:mo", key(MACAO), regions=["MO"]),
)


def trusted(*publishers, **fields):
    """A registry as a value; of both sides of an agreement, unless others are given."""
    return documents_of([registry(*(publishers or BOTH_SIDES), **fields)])[0]


def signed(plain, *signers, created=MARCH):
    """A claimed document as a value, with a proof by each signer in turn."""
    (document,) = documents_of([{**plain, "official": "true"}])
    for signer in signers:
        document = sign_document(document, signer, created=created)
    return document
