# SPDX-License-Identifier: Apache-2.0
"""A document is named by its content: one content, one normal form, one digest, however it was written."""

from __future__ import annotations

import hashlib
import json
import string

import pytest
import rfc8785
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone import strategies
from tests.touchstone.plain import document_of, request_of
from tests.touchstone.small_world import agreement, crosswalk, framework, request, scale
from touchstone.library import load_library
from touchstone.standards import canonical_bytes, digest, normal_form, read_document

SHIPPED = load_library()
FEW = settings(max_examples=60)


def read_as_json(value):
    return read_document(json.dumps(normal_form(value), ensure_ascii=False).encode(), "a.json").document


def read_as_yaml(value):
    return read_document(yaml.safe_dump(normal_form(value), allow_unicode=True).encode(), "a.yaml").document


@pytest.mark.parametrize("loaded", SHIPPED, ids=lambda loaded: loaded.file)
def test_a_shipped_document_has_one_digest_as_it_is_as_json_and_as_yaml(loaded):
    document = loaded.document

    assert digest(read_as_json(document)) == digest(document)
    assert digest(read_as_yaml(document)) == digest(document)
    assert read_as_json(document) == document


@pytest.mark.parametrize("loaded", SHIPPED, ids=lambda loaded: loaded.file)
def test_the_canonical_bytes_of_a_shipped_document_are_jcs(loaded):
    expected = normal_form(loaded.document)
    expected.pop("proof", None)

    assert canonical_bytes(loaded.document) == rfc8785.dumps(expected)


@FEW
@given(strategies.worlds)
def test_normal_form_and_digest_survive_every_way_of_writing(world):
    for plain in world.documents[:6]:
        document = document_of(plain)
        assert read_as_json(document) == read_as_yaml(document) == document
        assert canonical_bytes(document) == rfc8785.dumps(normal_form(document))


printable = st.characters(blacklist_categories=["Cs"], min_codepoint=32)
anything = st.text(printable | st.sampled_from("\t\n\r"), min_size=1)


@given(anything, st.text(string.ascii_letters, min_size=1, max_size=9), anything.map(lambda text: text[:200]))
def test_the_canonical_bytes_of_any_text_are_jcs(title, fact, value):
    document = document_of(framework("f", "s", {"id": "A", "title": {"en": title}, "tags": [value]}))
    asked = request_of(request([], person={fact: value}))

    assert canonical_bytes(document) == rfc8785.dumps(normal_form(document))
    assert canonical_bytes(asked) == rfc8785.dumps(normal_form(asked))


def test_a_digest_is_sha_256_over_the_canonical_bytes():
    document = document_of(scale("s", ["1", "2"]))

    assert digest(document) == "sha256:" + hashlib.sha256(canonical_bytes(document)).hexdigest()


def test_the_digest_of_a_document_never_changes():
    """Written down once: a change of the normal form would rename every document in the world."""
    document = document_of(agreement(min_confidence="0.80", valid={"from": "2026-01-01"}, accept_close=True))

    assert canonical_bytes(document).decode() == (
        '{"accept_close":true,"crosswalks":["crosswalk"],"from":"GD","id":"agreement","kind":"Agreement",'
        '"mapping_complete":true,"min_confidence":"0.8","referencings":["referencing"],"status":"in_force",'
        '"title":{"en":"agreement"},"to":"HK","valid":{"from":"2026-01-01"},"version":"1"}'
    )


def test_one_number_written_in_two_ways_has_one_digest():
    first, second = (document_of(crosswalk(("S1", "exactMatch", "T1", text))) for text in ("0.60", "0.6"))

    assert digest(first) == digest(second)


def test_a_field_that_says_what_absence_says_changes_no_digest():
    assert digest(document_of(agreement(accept_close=False, max_hops=1))) == digest(document_of(agreement()))


def test_the_order_of_fields_changes_no_digest_and_the_order_of_levels_does():
    plain = scale("s", ["1", "2"])

    assert digest(document_of(dict(reversed(plain.items())))) == digest(document_of(plain))
    assert digest(document_of(scale("s", ["2", "1"]))) != digest(document_of(plain))


def test_a_proof_changes_no_digest_but_stands_in_the_normal_form():
    plain = scale("s", ["1"])
    signed = document_of({**plain, "proof": [{"type": "DataIntegrityProof", "proofValue": "z"}]})

    assert digest(signed) == digest(document_of(plain))
    assert normal_form(signed)["proof"]


def test_a_time_is_written_in_utc():
    asked = request([{"credential": "c", "kind": "assessment", "status_checked": "2026-06-01T08:00:00+08:00"}])

    assert normal_form(request_of(asked))["evidence"][0]["status_checked"] == "2026-06-01T00:00:00Z"
