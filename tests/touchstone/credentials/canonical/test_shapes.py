# SPDX-License-Identifier: Apache-2.0
"""The shape cache: the same bytes as the general way, never for a document that is not of the shape, and bounded."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.canonical.badge import PROOF, badge
from tests.touchstone.credentials.canonical.flood import flood
from touchstone.credentials.canonical import Reading, canonical_bytes, canonical_nquads, encoded
from touchstone.credentials.canonical.contexts import DEFAULT
from touchstone.credentials.canonical.expansion import expand
from touchstone.credentials.canonical.rdfc import canonicalise
from touchstone.credentials.canonical.shapes import Canonicalisation, Generations, whole
from touchstone.errors import CredentialError


def general(document: Any) -> bytes:
    return canonicalise([each.quad for each in expand(document).statements]).nquads.encode()


def by_shape(content: bytes) -> tuple[bytes, bool]:
    parts = Canonicalisation(content, whole, DEFAULT)
    return parts.part(0), parts.by_shape


def learnt() -> None:
    canonical_bytes(badge())


def test_a_second_document_of_a_shape_is_filled_in():
    learnt()

    found, quick = by_shape(encoded(badge(7)))

    assert quick
    assert found == general(badge(7))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        '"',
        "\\",
        "\\\\",
        "\\u0041",
        "\x7f",
        "\x00",
        "\n",
        "\u2028",
        "_:a",
        "_:c14n0",
        "> .",
        "0",
        "1",
        "10",
        "",
        "\U0001f600",
        "@type",
    ]
)
identifiers = st.sampled_from(
    ["urn:x:1", "urn:x:2", "did:key:z1", "https://a.example/é", "https://a.example/a\\b", "a b", "x", "_:b0", "@id", "name:x", "id:x",
     "https://a.example/1", "https://a.example/>", "urn:", "https:", "ftp://a.example/", "", "proof:x", "urn:x:\u3000"]
)  # fmt: skip


@given(texts, texts, texts, identifiers, identifiers, st.booleans())
def test_whatever_is_filled_in_the_answer_is_that_of_the_general_way(name, narrative, code, first, second, escaped):
    learnt()
    made = badge()
    made["name"], made["evidence"][0]["narrative"] = name, narrative
    made["credentialSubject"]["achievement"]["alignment"][0]["targetCode"] = code
    made["credentialSubject"]["achievement"]["alignment"][1]["targetCode"] = narrative
    made["credentialSubject"]["id"], made["id"] = first, second
    content = json.dumps(made, ensure_ascii=escaped, separators=(",", ":")).encode()
    assert told(lambda: by_shape(content)[0]) == told(lambda: general(made))


def told(work: Callable[[], bytes]) -> object:
    try:
        return work()
    except CredentialError as error:
        return error.code, error.field


def test_blank_nodes_that_look_alike_go_the_general_way():
    learnt()
    made = badge()
    made["credentialSubject"]["achievement"]["alignment"] = [
        made["credentialSubject"]["achievement"]["alignment"][0]
    ] * 4

    found, quick = by_shape(encoded(made))

    assert not quick
    assert found == general(made)


def test_nodes_that_come_to_share_an_id_are_one_node():
    learnt()
    made = badge()
    made["issuer"]["id"] = made["credentialSubject"]["id"]

    assert by_shape(encoded(made))[0] == general(made)


UNSOUND = {
    "an undefined key": (b'"description":', b'"descriptiom":', "term_undefined"),
    "an undefined type": (b'"OpenBadgeCredential"', b'"OpenBadgeCredentiaX"', "term_undefined"),
    "another context": (b"ns/credentials/v2", b"ns/credentials/v3", "context_unknown"),
    "a key twice": (b'"validUntil":', b'"validFrom":', "duplicate_key"),
    "a key twice, one escaped": (b'"validUntil":', b'"validFro\\u006d":', "duplicate_key"),
    "a lone surrogate": (b"Stone setter", b"Stone \\ud800", "lone_surrogate"),
    "an unknown escape": (b"Stone setter", b"Stone \\setter", "json_invalid"),
    "a control character": (b"Stone setter", b"Stone\nsetter", "json_invalid"),
    "bytes that are not UTF-8": (b"Stone setter", b"Stone \xff", "not_utf8"),
    "a quotation mark": (b"Stone setter", b'Stone "setter', "json_invalid"),
    "a byte order mark": (b'{"@context"', b'\xef\xbb\xbf{"@context"', "bom"),
    "a relative id": (b"urn:uuid:0d6f", b"urn-uuid-0d6f", "iri_relative"),
    "an id with a blank": (b"urn:uuid:0d6f", b"urn:uuid: 0d6f", "iri_invalid"),
    "an id with an escaped blank": (b"urn:uuid:0d6f", b"urn:uuid:\\u00200d6f", "iri_invalid"),
}


@pytest.mark.parametrize(("before", "after", "code"), UNSOUND.values(), ids=UNSOUND)
def test_a_known_shape_hides_nothing_unsound(before, after, code):
    learnt()
    content = encoded(badge())
    assert before in content

    with pytest.raises(CredentialError) as refused:
        by_shape(content.replace(before, after, 1))

    assert refused.value.code == code


def test_a_string_that_nothing_is_made_of_is_looked_at_too():
    signed = encoded({**badge(), "proof": {**PROOF, "proofValue": "z1"}})
    Reading(signed).hash_data()

    with pytest.raises(CredentialError) as refused:
        Reading(signed.replace(b'"z1"', b'"z\\ud8001"'))

    assert refused.value.code == "lone_surrogate"


def test_hash_data_is_that_of_the_parts():
    for number in range(3):
        unsecured = badge(number)
        configuration = {**PROOF, "@context": unsecured["@context"]}

        reading = Reading(encoded({**unsecured, "proof": {**PROOF, "proofValue": "z1"}}))

        expected = sha256(general(configuration)).digest() + sha256(general(unsecured)).digest()
        assert reading.hash_data() == expected
        assert reading.document["proof"]["proofValue"] == "z1"


def test_every_proof_of_a_set_and_the_proofs_of_a_chain_are_secured():
    first, second = (
        {**PROOF, "id": "urn:x:p1", "proofValue": "z1"},
        {**PROOF, "previousProof": "urn:x:p1", "proofValue": "z2"},
    )
    for number in range(2):
        reading = Reading(encoded({**badge(number), "proof": [first, second]}))

        chained = {**badge(number), "proof": [first]}
        assert reading.hash_data(1, previous=[0])[32:] == sha256(general(chained)).digest()
        assert reading.hash_data(0)[32:] == reading.hash_data(1)[32:] == sha256(general(badge(number))).digest()
        with pytest.raises(CredentialError) as refused:
            reading.hash_data(2)
        assert refused.value.code == "proof_missing"


def test_an_unsound_proof_does_not_hide_the_document():
    reading = Reading(encoded({**badge(), "proof": {**PROOF, "grade": "A"}}))

    assert reading.unsecured_nquads() == general(badge())
    with pytest.raises(CredentialError, match="grade"):
        reading.hash_data()


def test_a_document_is_not_changed():
    made = {**badge(), "proof": {**PROOF, "proofValue": "z1"}}
    before = json.dumps(made)

    canonical_nquads(made)

    assert json.dumps(made) == before


def test_the_store_keeps_what_is_in_use_and_forgets_the_rest():
    store: Generations[int] = Generations(10, 1 << 20)
    store.put("used", 1, 1)
    for number in range(1_000):
        store.put(number, number, 1)
        assert store.get("used") == 1

    assert store.get(0) is None
    assert len(store._young) + len(store._old) <= 20


def test_shapes_that_an_attacker_chooses_take_little_memory():
    assert flood(1_500) < 64


@pytest.mark.soak
def test_100_000_shapes_that_an_attacker_chooses_take_little_memory(capsys):
    started = time.process_time()
    grown = flood(100_000)

    with capsys.disabled():
        print(f"\nshape cache: 100,000 shapes, memory grew {grown:.1f} MiB, {time.process_time() - started:.0f} s")
    assert grown < 64
