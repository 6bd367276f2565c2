# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas say what the reader says, as far as a schema can know."""

from __future__ import annotations

import copy
import random

import jsonschema_rs
import msgspec
import pytest

from tests.touchstone.plain import decided, texts
from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, credential, documents, request
from touchstone.errors import InputError
from touchstone.library import load_library
from touchstone.library.people import load_people
from touchstone.recognition import Decision, Receipt, RecognitionRequest
from touchstone.standards import KINDS, normal_form
from touchstone.standards.decoding import decode
from touchstone.standards.schema import schema_of

ALL_KINDS = {**KINDS, **{kind.__name__: kind for kind in (RecognitionRequest, Decision, Receipt)}}
VALIDATORS = {
    name: jsonschema_rs.validator_for(schema_of(kind), validate_formats=True) for name, kind in ALL_KINDS.items()
}
SHIPPED = {loaded.file: normal_form(loaded.document) for loaded in load_library()}


def valid(plain):
    return VALIDATORS[plain["kind"]].is_valid(plain)


@pytest.mark.parametrize("file", SHIPPED)
def test_a_shipped_document_in_normal_form_keeps_its_schema(file):
    assert list(VALIDATORS[SHIPPED[file]["kind"]].iter_errors(SHIPPED[file])) == []


@pytest.mark.parametrize("person", load_people(), ids=lambda person: person.name["en"])
def test_a_shipped_request_in_normal_form_keeps_its_schema(person):
    assert valid(normal_form(person.request))


def test_a_decision_and_its_receipt_keep_their_schemas():
    evidence, given = [credential("S1", "S2")], (ASKS_T1, agreement(), S1_IS_T1)
    decision = normal_form(decided(request(evidence), documents(*given)))
    asked = normal_form(decode(texts(request(evidence)), RecognitionRequest))

    assert valid(decision)
    assert valid({"kind": "Receipt", "request": asked, "decision": decision})


@pytest.mark.parametrize("name", ALL_KINDS)
def test_a_schema_is_a_schema_and_describes_every_definition(name):
    schema = schema_of(ALL_KINDS[name])

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert jsonschema_rs.meta.is_valid(schema)
    assert all(definition["description"] for definition in schema["$defs"].values())
    assert all(definition["additionalProperties"] is False for definition in schema["$defs"].values())


# What the reader refuses for its shape, the schema refuses

PLACES = 400
SPOILT = (msgspec.UNSET, [], {}, "", "no such value", {"unknown": "x"}, "a b", "-1")
BEYOND_A_SCHEMA = (
    "expected at least 0, found '-1'",  # a decimal is a text in normal form, and its pattern admits a sign
    "two caps share",
    "exactly one of the two",
    "stands on the scale twice",
    "before it begins",
    "more than one operator",
    "a cap names",
    "reads like a fact",
    "a part stands twice",
    "the rule ",  # what a rule compares must be declared, and fit its type
    "operators: give exactly one",
    "is computed",
    "counts people",
    "on the same day",
    "a fact is declared twice",
    "can be a warning at most",
    "is divided by zero",
)


def places(tree, path=()):
    """Every place in a tree that can be spoilt."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def spoilt(tree, path, value):
    changed = copy.deepcopy(tree)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if value is msgspec.UNSET:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def test_what_the_reader_refuses_for_its_shape_the_schema_refuses_too():
    rng, compared = random.Random(7), 0
    while compared < PLACES:
        plain = SHIPPED[rng.choice(sorted(SHIPPED))]
        path = rng.choice([place for place in places(plain) if place != ("kind",)])
        changed = spoilt(plain, path, rng.choice(SPOILT))
        told = refused(changed)
        if told and not any(part in told for part in BEYOND_A_SCHEMA):
            assert not valid(changed), (path, told)
            compared += 1


def refused(plain):
    """What the reader complains about, empty when it accepts."""
    try:
        decode(texts(plain), KINDS[plain["kind"]])
    except InputError as error:
        return str(error)
    return ""
