# SPDX-License-Identifier: Apache-2.0
"""CTDL and CTDL-ASN: terms that say the same, and a list of what has none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.touchstone import plain
from tests.touchstone.small_world import agreement, crosswalk, framework, qualification
from tests.touchstone.standards.exchange.generated import frameworks
from touchstone.errors import InputError
from touchstone.standards.exchange.ctdl import ctid, write_ctdl

UNIT = {
    "id": "https://node.example/units/1", "title": {"en": "Setting", "zh-Hans": "镶嵌"}, "statement": {"en": "Sets stones."},
    "code": "S1", "level": "3", "credits": "6", "tags": ["green"], "area": "setting",
}  # fmt: skip


def graph(**document):
    exported = write_ctdl(plain.document_of(document))
    tree = json.loads(exported.content)
    return tree, tree["@graph"], exported.left_out


def test_a_framework_and_its_units_are_one_graph():
    tree, (whole, unit), left_out = graph(
        **framework("https://node.example/f", "https://node.example/scale", UNIT, official=True)
    )

    assert tree["@context"] == "https://credreg.net/ctdlasn/schema/context/json"
    assert tree["@id"] == whole["@id"] == "https://node.example/f"
    assert whole["@type"] == "ceasn:CompetencyFramework"
    assert whole["ceasn:hasTopChild"] == [unit["@id"]]
    assert unit["ceasn:isPartOf"] == whole["@id"]
    assert unit["ceasn:competencyLabel"] == {"en": "Setting", "zh-Hans": "镶嵌"}
    assert unit["ceasn:competencyText"] == {"en": "Sets stones."}
    assert unit["ceasn:complexityLevel"] == ["https://node.example/scale#3"]
    assert unit["ceterms:ctid"] == ctid(UNIT["id"])
    assert left_out == ("competencies.credits", "official", "region", "version")


@given(frameworks())
def test_every_framework_is_written_and_refers_to_nothing_that_is_not_there(document):
    _, *nodes = json.loads(write_ctdl(document).content)["@graph"]

    assert len({node["@id"] for node in nodes}) == len(document.competencies)
    assert all(node["ceasn:competencyText"] for node in nodes)


@pytest.mark.parametrize(
    ("require", "written"),
    [
        ({"all_of": [{"unit": "A"}, {"unit": "B"}]}, True),
        ({"any_of": [{"unit": "A"}, {"unit": "B"}]}, True),
        ({"unit": "A"}, True),
        ({"all_of": [{"unit": "A", "level": "3"}]}, False),
        ({"all_of": [{"unit": "A"}, {"any_of": [{"unit": "B"}]}]}, False),
        ({"at_least": {"count": 1, "of": [{"unit": "A"}]}}, False),
    ],
)
def test_a_requirement_is_written_whole_or_not_at_all(require, written):
    _, [credential], left_out = graph(**{**qualification(), "require": require})

    assert ("ceterms:requires" in credential) is written
    assert ("require" in left_out) is not written


def test_an_agreement_tells_the_transfers_that_have_no_conditions():
    direct = [
        {"holds": "Q1", "grants": ["Q2"]},
        {"holds": "Q3", "grants": ["Q4"], "effect": "access"},
    ]

    _, (terms, value), left_out = graph(**agreement(direct=direct, issuers=["did:web:node.example"]))

    assert terms["@type"] == "ceterms:TransferAgreement"
    assert terms["ceterms:sendingOrganization"] == ["did:web:node.example"]
    assert terms["ceterms:hasTransferValueProfile"] == [value["@id"]]
    assert value["ceterms:transferValueFor"] == ["urn:touchstone:Q2"]
    assert {"direct", "from", "crosswalks"} <= set(left_out)


def test_a_crosswalk_has_no_class():
    with pytest.raises(InputError, match="CTDL has no class"):
        write_ctdl(plain.document_of(crosswalk(("S1", "exactMatch", "T1"))))
