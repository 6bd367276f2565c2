# SPDX-License-Identifier: Apache-2.0
"""Safe mode: nothing stands in a document that its signature would not cover."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.touchstone.credentials.canonical.badge import PROOF, badge
from tests.touchstone.credentials.canonical.documents import CONTEXTS, document
from tests.vectors import vector_text
from touchstone.credentials.canonical import DEFAULT, Reading, canonical_nquads, encoded
from touchstone.credentials.canonical.contexts import CLR_2_0_1, CREDENTIALS_V2, PinnedContext
from touchstone.credentials.canonical.expansion import expand
from touchstone.errors import CredentialError

OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

# The examples' context has a vocabulary of its own for all that is not defined; this says the same in our words.
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
WITH_EXAMPLES = DEFAULT.including(
    PinnedContext.of(
        EXAMPLES, json.dumps({"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}).encode()
    )
)


def refusal(document: Any) -> CredentialError:
    with pytest.raises(CredentialError) as refused:
        canonical_nquads(document, CONTEXTS)
    return refused.value


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the badge with something put at a path."""
    made: Any = {**badge(), "proof": {**PROOF, "proofValue": "z1"}}
    place = made
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return made


REFUSED: dict[str, tuple[str, Any, str]] = {
    "a key that nobody defines": ("grade", "A", "term_undefined"),
    "in the subject": ("credentialSubject.grade", "A", "term_undefined"),
    "in an alignment": ("credentialSubject.achievement.alignment.2.grade", "A", "term_undefined"),
    "in the proof": ("proof.grade", "A", "term_undefined"),
    "a key of another type": ("credentialSubject.targetName", "x", "term_undefined"),
    "a misspelt keyword": ("@foo", "x", "term_undefined"),
    "a relative key": ("a/b", "x", "term_undefined"),
    "an undefined type": ("type", ["VerifiableCredential", "OpenBadgeCredential", "Grade"], "term_undefined"),
    "an undefined type of a node": ("evidence.0.type", ["Evidence", "Proof"], "term_undefined"),
    "a relative type": ("evidence.0.type", ["Evidence", "./x"], "term_undefined"),
    "a null among types": ("evidence.0.type", ["Evidence", None], "value_invalid"),
    "a relative id": ("credentialSubject.id", "learner/1", "iri_relative"),
    "an empty id": ("id", "", "iri_relative"),
    "a keyword for an id": ("id", "@type", "iri_relative"),
    "a null id": ("id", None, "value_invalid"),
    "an array of ids": ("id", ["urn:x:1"], "value_invalid"),
    "an id with blanks": ("id", "urn:x:1 <urn:p>", "iri_invalid"),
    "an id that closes itself": ("id", "urn:x:1>.<urn:y", "iri_invalid"),
    "an undefined purpose": ("proof.proofPurpose", "anything", "iri_relative"),
    "a relative link": ("credentialStatus.statusListCredential", "status/3", "iri_relative"),
    "a null": ("description", None, "value_dropped"),
    "a null in an array": ("evidence.0.name", ["a", None], "value_dropped"),
    "a proof that is a name": ("proof", "urn:x:proof", "value_dropped"),
    "a proof that has a name only": ("proof", {"id": "urn:x:proof"}, "value_dropped"),
    "an empty proof": ("proof", {}, "value_dropped"),
    "a null literal": ("name", {"@value": None}, "value_dropped"),
    "a literal with a null language": ("name", {"@value": "x", "@language": None}, "value_dropped"),
    "a literal with a key of its own": ("name", {"@value": "x", "name": "y"}, "value_invalid"),
    "a literal with type and language": ("name", {"@value": "x", "@type": "urn:t", "@language": "en"}, "value_invalid"),
    "a number with a language": ("name", {"@value": 1, "@language": "en"}, "value_invalid"),
    "a literal that is an object": ("name", {"@value": {}}, "value_invalid"),
    "a literal with an undefined type": ("name", {"@value": "x", "@type": "grade"}, "term_undefined"),
    "a malformed language": ("name", {"@value": "x", "@language": "en us"}, "language_invalid"),
    "a direction that is none": ("name", {"@value": "x", "@direction": "up"}, "value_invalid"),
    "an index": ("name", {"@value": "x", "@index": "1"}, "value_invalid"),
    "a graph": ("evidence.0.@graph", [], "keyword_unsupported"),
    "a reversed link": ("@reverse", {"issuer": "urn:x:1"}, "keyword_unsupported"),
    "included nodes": ("@included", [], "keyword_unsupported"),
    "a list object": ("evidence.0.name", {"@list": ["a"]}, "keyword_unsupported"),
    "an id twice": ("@id", "urn:x:2", "keyword_repeated"),
    "a negative zero": ("credentialSubject.creditsEarned", -0.0, "value_invalid"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code"), REFUSED.values(), ids=REFUSED)
def test_what_no_signature_would_cover_is_refused(path, value, code):
    assert refusal(changed(path, value)).code == code


def test_the_place_of_an_undefined_key_is_told():
    error = refusal(changed("credentialSubject.achievement.alignment.2.grade", "A"))

    assert error.field == "credentialSubject.achievement.alignment[2].grade"
    assert "grade" in str(error)


@pytest.mark.parametrize("value", [[], "x", 1, None])
def test_a_credential_is_an_object(value):
    assert refusal(value).code == "value_invalid"


def test_a_document_without_statements_is_refused():
    assert refusal({"@context": CREDENTIALS_V2, "id": "urn:x:1"}).code == "value_dropped"


def test_a_document_that_says_too_much_is_refused():
    many = [{"type": "Evidence", "name": str(number)} for number in range(12_000)]

    assert refusal({**badge(), "evidence": many}).code == "canonicalisation_too_costly"


SMALL = ["Address", "Evidence", "GeoCoordinates", "IdentifierEntry", "Alignment", "Multikey", "BitstringStatusList"]
HOSTILE = {
    "one type many times": {"type": ["VerifiableCredential"] * 40_000},
    "many contexts in many orders": {
        "endorsement": [
            {"@context": [CREDENTIALS_V2] + [OB, CREDENTIALS_V2] * (number % 5) + [OB] * (number // 5 % 6), "type": "Evidence", "name": "x"}
            for number in range(1_000)
        ]
    },
    "many mixes of types": {
        "evidence": [{"type": [name for bit, name in enumerate(SMALL) if number >> bit & 1], "id": "urn:x:1"} for number in range(1, 3_000)]
    },
    "many nodes alike": {"evidence": [{"type": "Evidence", "name": "x"}] * 3_000},
    "many undefined keys": {f"key{number}": 0 for number in range(50_000)},
    "many names": {"name": [f"name {number}" for number in range(50_000)]},
}  # fmt: skip


@pytest.mark.parametrize("more", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_settled_at_once(more):
    content = encoded({**badge(), **more})
    started = time.process_time()

    with suppress(CredentialError):
        Reading(content).unsecured_nquads()

    assert time.process_time() - started < 1  # usually a quarter of it; the machine may be busy


def nodes_of(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "@value" not in value:
            yield value
        for key, each in value.items():
            if key not in ("raw", "texts", "rtlTexts", "@context"):
                yield from nodes_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes_of(each)


@pytest.mark.parametrize("seed", range(60))
def test_an_undefined_key_or_type_is_refused_wherever_it_is_added(seed):
    made = document(seed)
    if "https://touchstone.example/contexts/after.json" in made["@context"]:
        return  # a vocabulary defines every word
    expand(made, CONTEXTS)
    chooser = random.Random(seed)
    for _ in range(4):
        spoilt = copy.deepcopy(made)
        node = chooser.choice([*nodes_of(spoilt)])
        if chooser.random() < 0.5 or "type" not in node:
            node["undefinedKey"] = chooser.choice(["x", 1, {}, [], None])
        else:
            node["type"] = [*(node["type"] if isinstance(node["type"], list) else [node["type"]]), "UndefinedType"]

        assert refusal(spoilt).code == "term_undefined"


@pytest.mark.parametrize("seed", range(40))
def test_every_text_of_a_document_that_passes_is_in_its_canonical_form(seed):
    made = {**badge(seed), "name": f"name {seed}"}

    found = canonical_nquads(made)

    for node in nodes_of(made):
        for key, value in node.items():
            if isinstance(value, str) and key != "type":
                assert value in found


def test_the_w3c_vector_is_met_byte_for_byte():
    signed = vector_text("vc-di-eddsa", "eddsa-rdfc-2022", "signedDataInt.json").encode()

    reading = Reading(signed, WITH_EXAMPLES)

    assert reading.unsecured_nquads().decode() == vector_text("vc-di-eddsa", "eddsa-rdfc-2022", "canonDocDataInt.txt")
    assert reading.configuration_nquads().decode() == vector_text(
        "vc-di-eddsa", "eddsa-rdfc-2022", "proofCanonDataInt.txt"
    )
    assert reading.hash_data().hex() == vector_text("vc-di-eddsa", "eddsa-rdfc-2022", "combinedHashDataInt.txt").strip()


SUBJECT = "did:example:ebfeb1f712ebc6f1c276e12ec21"
UNIVERSITY = {"id": "https://example.edu/issuers/565049", "type": ["Profile"], "name": "Example University"}
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
EDUCATION_PROOF = {
    "type": "DataIntegrityProof",
    "created": "2010-01-01T19:23:24Z",
    "verificationMethod": "https://example.edu/issuers/565049#z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
    "cryptosuite": "eddsa-rdfc-2022",
    "proofPurpose": "assertionMethod",
}


def teamwork() -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2, OB],
        "id": "http://example.com/credentials/3527",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Teamwork Badge",
        "issuer": {
            "id": "https://example.edu/issuers/565049",
            "type": ["Profile"],
            "name": "Example Corp",
            "url": "https://www.imsglobal.org",
        },
        "validFrom": "2010-01-01T00:00:00Z",
        "credentialSubject": {
            "id": SUBJECT,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://example.com/achievements/21st-century-skills/teamwork",
                "type": ["Achievement"],
                "name": "Teamwork",
                "description": "This badge recognizes the development of the capacity to collaborate within a group environment.",
                "criteria": {
                    "narrative": "Team members are nominated for this badge by their peers and recognized upon review by "
                    "Example Corp management."
                },
            },
        },
    }


def transcript() -> dict[str, Any]:
    def achievement(number: int, uuid: str) -> dict[str, Any]:
        return {
            "id": f"urn:uuid:{uuid}",
            "type": ["Achievement"],
            "creator": UNIVERSITY,
            "criteria": {"id": f"https://example.edu/achievements/{uuid}/criteria"},
            "name": f"Achievement {number}",
            "description": f"Achievement {number}",
            "image": {"id": "https://example.edu/achievements/sample.png", "type": "Image"},
        }

    first, second = "a7467ef6-56cb-11ec-bf63-0242ac130002", "dd887f0a-56cb-11ec-bf63-0242ac130002"
    schema = "https://purl.imsglobal.org/spec/{}/schema/json/{}_schema.json"
    degree = {
        "@context": [CREDENTIALS_V2, OB, EXTENSIONS],
        "id": "urn:uuid:91537dba-56cb-11ec-bf63-0242ac130002",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Example University Degree",
        "issuer": UNIVERSITY,
        "validFrom": "2010-01-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT, "type": ["AchievementSubject"], "achievement": achievement(1, first)},
        "credentialSchema": [
            {"id": schema.format("ob/v3p0", "ob_v3p0_achievementcredential"), "type": "1EdTechJsonSchemaValidator2019"}
        ],
        "proof": [
            {
                **EDUCATION_PROOF,
                "proofValue": "z45QnLySMt2mWuW787G6cf3SLkP97ZkMZxLeXH5yaaTQPCtTup4GCV95tU8HEnQJSyGCokSj3AvUhmJtvveTmN4Vu",
            }
        ],
    }
    return {
        "@context": [CREDENTIALS_V2, CLR_2_0_1, OB, EXTENSIONS],
        "id": "http://example.edu/credentials/3732",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Sample Transcript",
        "issuer": UNIVERSITY,
        "validFrom": "2010-01-01T00:00:00Z",
        "credentialSubject": {
            "id": SUBJECT,
            "type": ["ClrSubject"],
            "verifiableCredential": [degree],
            "achievement": [achievement(1, first), achievement(2, second)],
            "association": [
                {
                    "type": "Association",
                    "associationType": "isParentOf",
                    "sourceId": f"urn:uuid:{first}",
                    "targetId": f"urn:uuid:{second}",
                }
            ],
        },
        "credentialSchema": [
            {"id": schema.format("clr/v2p0", "clr_v2p0_clrcredential"), "type": "1EdTechJsonSchemaValidator2019"}
        ],
    }


@pytest.mark.parametrize(
    ("made", "folder"), [(teamwork(), "obv3p0"), (transcript(), "clrv2p0")], ids=["Open Badges 3.0", "CLR 2.0"]
)
def test_the_1edtech_vectors_are_met_byte_for_byte(made, folder):
    reading = Reading(encoded({**made, "proof": [EDUCATION_PROOF]}))

    assert reading.unsecured_nquads().decode() == vector_text("open-badges", folder, "document-canon.txt")
    assert reading.configuration_nquads().decode() == vector_text("open-badges", folder, "proof-canon.txt")
