# SPDX-License-Identifier: Apache-2.0
"""The W3C vectors of vc-di-eddsa, byte for byte: canonical forms, hashes, signatures, sets and chains.

Two of the contexts that the vectors name are in no installed package. Their few words are defined here anew, with the meanings that the
vectors' own canonical documents show; that the canonical documents come out byte for byte proves them right for these documents.
"""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.touchstone.credentials.private_keys import seed_of
from tests.vectors import vector_json, vector_text
from touchstone.credentials import cryptosuites, did, multikey, proof
from touchstone.credentials.canonical import canonical_nquads, jcs
from touchstone.credentials.canonical.contexts import DEFAULT, PinnedContext
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.timestamps import read_time

SET = "vc-di-eddsa"
EXAMPLES = "https://www.w3.org/ns/credentials/examples#"
SCHEMA = "https://schema.org/"
CITIZENSHIP = "https://w3id.org/citizenship#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"

EXAMPLE_WORDS = {name: EXAMPLES + name for name in ("AlumniCredential", "alumniOf")}
CITIZENSHIP_WORDS = {
    "Person": SCHEMA + "Person",
    "birthDate": {"@id": SCHEMA + "birthDate", "@type": DATE_TIME},
    "image": {"@id": SCHEMA + "image", "@type": "@id"},
    "residentSince": {"@id": CITIZENSHIP + "residentSince", "@type": DATE_TIME},
    **{name: SCHEMA + name for name in ("additionalName", "familyName", "gender", "givenName", "identifier")},
    **{
        name: CITIZENSHIP + name
        for name in (
            "EmployablePerson",
            "EmploymentAuthorizationDocument",
            "EmploymentAuthorizationDocumentCredential",
            "birthCountry",
            "lprCategory",
            "lprNumber",
        )
    },
    "employmentAuthorizationDocument": {"@id": CITIZENSHIP + "employmentAuthorizationDocument", "@type": "@id"},
}
CONTEXTS = DEFAULT.including(
    *(
        PinnedContext.of(url, json.dumps({"@context": words}).encode())
        for url, words in (
            ("https://www.w3.org/ns/credentials/examples/v2", EXAMPLE_WORDS),
            ("https://w3id.org/citizenship/v4rc1", CITIZENSHIP_WORDS),
        )
    )
)
RDFC = [("eddsa-rdfc-2022",), ("eddsa-rdfc-2022", "employ")]


def hash_of(*parts):
    return bytes.fromhex(vector_text(SET, *parts).strip())


def signer_of(pair):
    return SeedSigner(seed_of(pair["privateKeyMultibase"]))


def key_pair():
    return signer_of(vector_json(SET, "keyPair.json"))


def checked(document):
    return proof.check_proofs(document, did.resolver(), contexts=CONTEXTS)


def unsecured(document):
    return {name: value for name, value in document.items() if name != "proof"}


def as_signed(document, signer, like):
    """The document signed anew with the options of a proof of the vectors."""
    return proof.add_proof(
        document,
        signer,
        cryptosuite=like["cryptosuite"],
        created=read_time(like["created"]),
        purpose=like["proofPurpose"],
        previous=like.get("previousProof"),
        id=like.get("id"),
        contexts=CONTEXTS,
    )


@pytest.mark.parametrize("place", RDFC, ids=["alumni", "employment"])
def test_every_step_of_eddsa_rdfc_2022_gives_the_bytes_of_the_vectors(place):
    document = vector_json(SET, *place, "signedDataInt.json")
    canonical = canonical_nquads(unsecured(document), contexts=CONTEXTS)
    configuration = canonical_nquads(vector_json(SET, *place, "proofConfigDataInt.json"), contexts=CONTEXTS)

    assert canonical == vector_text(SET, *place, "canonDocDataInt.txt")
    assert configuration == vector_text(SET, *place, "proofCanonDataInt.txt")
    assert sha256(canonical.encode()).digest() == hash_of(*place, "docHashDataInt.txt")
    assert sha256(configuration.encode()).digest() == hash_of(*place, "proofHashDataInt.txt")
    hashed = cryptosuites.hash_data(document, document["proof"], contexts=CONTEXTS)
    assert hashed == hash_of(*place, "combinedHashDataInt.txt")
    signature = key_pair().sign(hashed)
    assert signature == hash_of(*place, "sigHexDataInt.txt")
    assert multikey.multibase_encode(signature) == vector_text(SET, *place, "sigBTC58DataInt.txt").strip()


def test_every_step_of_eddsa_jcs_2022_gives_the_bytes_of_the_vectors():
    place = "eddsa-jcs-2022"
    document = vector_json(SET, place, "signedJCS.json")
    canonical = jcs.canonicalise(unsecured(document))
    configuration = jcs.canonicalise(vector_json(SET, place, "proofConfigJCS.json"))

    assert canonical == vector_text(SET, place, "canonDocJCS.txt").strip().encode()
    assert configuration == vector_text(SET, place, "proofCanonJCS.txt").strip().encode()
    assert sha256(canonical).digest() == hash_of(place, "docHashJCS.txt")
    assert sha256(configuration).digest() == hash_of(place, "proofHashJCS.txt")
    hashed = cryptosuites.hash_data(document, document["proof"])
    assert hashed == hash_of(place, "combinedHashJCS.txt")
    signature = key_pair().sign(hashed)
    assert signature == hash_of(place, "sigHexJCS.txt")
    assert multikey.multibase_encode(signature) == vector_text(SET, place, "sigBTC58JCS.txt").strip()


@pytest.mark.parametrize("place", RDFC, ids=["alumni", "employment"])
def test_the_published_canonical_document_alone_gives_the_published_signature(place):
    """Independent of any context: the hashes of the published canonical forms are what was signed."""
    parts = ("proofCanonDataInt.txt", "canonDocDataInt.txt")
    hashed = b"".join(sha256(vector_text(SET, *place, part).encode()).digest() for part in parts)

    assert key_pair().sign(hashed) == hash_of(*place, "sigHexDataInt.txt")


@pytest.mark.parametrize(
    "place",
    [(*RDFC[0], "signedDataInt.json"), (*RDFC[1], "signedDataInt.json"), ("eddsa-jcs-2022", "signedJCS.json")],
    ids=["alumni", "employment", "jcs"],
)
def test_the_signed_documents_of_the_vectors_hold_and_come_out_the_same_when_signed_anew(place):
    document = vector_json(SET, *place)

    assert checked(document).result == "passed"
    assert as_signed(unsecured(document), key_pair(), document["proof"]) == document


@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_the_sets_and_chains_of_the_vectors_hold_and_come_out_the_same_when_signed_anew(name):
    document = vector_json(SET, "proof-set-chain", f"{name}.json")
    pairs = vector_json(SET, "proof-set-chain", "multiKeyPairs.json")
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]

    report = checked(document)
    anew = unsecured(document)
    for number, each in enumerate(proofs, start=1):
        anew = as_signed(anew, signer_of(pairs[f"keyPair{number}"]), each)

    assert [each.result for each in report.proofs] == ["passed"] * len(proofs)
    assert anew == document


def test_a_chain_of_the_vectors_does_not_hold_without_the_proofs_it_builds_upon():
    document = vector_json(SET, "proof-set-chain", "signedProofChain2.json")

    for index in range(3):
        fewer = [each for place, each in enumerate(document["proof"]) if place != index]
        assert checked(document | {"proof": fewer}).code == "previous_proof_missing"


def test_the_vectors_fail_when_a_second_is_added_to_their_time():
    document = vector_json(SET, "eddsa-rdfc-2022", "signedDataInt.json")
    later = read_time(document["proof"]["created"]) + timedelta(seconds=1)
    changed = document | {"proof": document["proof"] | {"created": later.strftime("%Y-%m-%dT%H:%M:%SZ")}}

    assert checked(changed).code == "signature_invalid"
