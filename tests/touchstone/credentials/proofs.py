# SPDX-License-Identifier: Apache-2.0
"""What the tests of proofs share: keys, a small credential, and ways to spoil it."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from touchstone.credentials import did, proof
from touchstone.credentials.signer import SeedSigner

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=30)
ISSUER, WITNESS, STRANGER = (SeedSigner(bytes((number,)) * 32) for number in (1, 2, 3))
RDFC, JCS = proof.CRYPTOSUITES
KEY_OF = did.resolver()

CREDENTIAL = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:7f0cf5a4-7d0c-4b3a-9a57-3f6f3a2f5c01",
    "type": ["VerifiableCredential"],
    "name": "Stone setter, level 3",
    "description": "镶嵌工三级",
    "issuer": ISSUER.controller,
    "validFrom": "2026-06-01T08:00:00Z",
    "credentialSubject": {"id": "did:example:learner", "name": "陈大文"},
}


def signed(document=CREDENTIAL, signer=ISSUER, *, cryptosuite=RDFC, **options):
    return proof.add_proof(document, signer, **{"cryptosuite": cryptosuite, "created": AT} | options)


def checked(document, **options):
    return proof.check_proofs(document, options.pop("key_of", KEY_OF), **options)


def outcome(document, **options):
    """The result and the code of the whole."""
    report = checked(document, **options)
    return report.result, report.code


def with_proof(document, **changes):
    """The same with other members in its only proof; None takes one away."""
    changed = document["proof"] | changes
    return document | {"proof": {name: value for name, value in changed.items() if value is not None}}


def places(value, path=()):
    """Every place in a document where a text stands, as a path of keys and indices."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))
    elif isinstance(value, str):
        yield path


def text_at(document, path):
    for step in path:
        document = document[step]
    return document


def with_text(document, path, text):
    """The same with another text at a place."""
    changed = copy.deepcopy(document)
    holder = text_at(changed, path[:-1])
    holder[path[-1]] = text
    return changed


def reordered(value, rng):
    """The same data with the keys of every object in another order; lists stay as they are."""
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {key: reordered(value[key], rng) for key in keys}
    return [reordered(each, rng) for each in value] if isinstance(value, list) else value
