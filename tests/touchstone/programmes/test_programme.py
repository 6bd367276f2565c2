"""Programmes: sound in themselves, compared version by version, signed by both sides, exported as CASE."""

from __future__ import annotations

import json

import pytest

from tests.touchstone.credentials.registries import GUANGDONG, MACAO, MARCH, STRANGER, key, publisher, trusted
from tests.touchstone.programmes.world import documents, module, programme
from tests.touchstone.small_world import envelope
from touchstone.credentials.document_proofs import sign_document
from touchstone.errors import DocumentError
from touchstone.programmes.case_export import programme_package
from touchstone.programmes.versions import programme_difference, sign_off
from touchstone.standards import check
from touchstone.standards.exchange.case_package import read_case, write_case


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ([module("A"), module("A")], "the module A stands twice"),
        ([module("A", prerequisites=["B"])], "the module A asks first for B, which is not a module of the programme"),
        ([module("A", prerequisites=["B"]), module("B", prerequisites=["A"])], "the modules A, B wait for one another"),
        ([module("A", ("C0", "teaches", "1", 30))], "the module A lasts 20 hours, and 30 are stated"),
        ([module("A", ("C0", "teaches", "1"), ("C0", "teaches", "2"))], "the module A teaches C0 twice"),
    ],
)
def test_a_programme_that_cannot_be_followed_is_refused(modules, complaint):
    with pytest.raises(DocumentError, match=complaint):
        programme(*modules)


def test_hours_that_are_not_stated_are_shared_evenly():
    first, second, third = (
        programme(module("A", ("C0", "teaches", "1", 10), ("C1", "teaches", "1"), ("C2", "teaches", "1")))
        .modules[0]
        .competencies
    )
    shared = programme(module("A", ("C0", "teaches", "1", 10), ("C1", "teaches", "1"), ("C2", "teaches", "1"))).modules[
        0
    ]

    assert [shared.hours_of(each) for each in (first, second, third)] == [10, 5, 5]


def test_dangling_competencies_and_levels_off_the_scale_are_found_in_a_folder():
    wrong = envelope(
        "Programme",
        "programme",
        region="GD",
        school="did:web:s.example",
        modules=[module("A", ("C0", "teaches", "9"), ("C99", "teaches", "1"))],
    )
    found = {(finding.code, finding.field) for finding in check(documents(wrong)) if finding.severity == "error"}

    assert found == {
        ("level_off_scale", "modules[0].competencies[0].level"),
        ("dangling", "modules[0].competencies[1].unit"),
    }


def test_the_difference_names_modules_hours_and_fields_and_no_order():
    before = programme(module("A"), module("B"), module("C", hours=30))
    after = programme(module("C", hours=40), module("D", hours=5), module("B"), version="2", places=60)
    found = programme_difference(before, after)

    assert [(item.module, item.what, item.hours, item.fields) for item in found.modules] == [
        ("A", "removed", -20, ()), ("C", "changed", 10, ("hours",)), ("D", "added", 5, ()),
    ]  # fmt: skip
    assert (found.hours, found.fields) == (-5, ("places",))
    assert not programme_difference(before, before).modules


def test_it_is_signed_off_when_the_school_and_an_enterprise_have_signed():
    registry = trusted(
        publisher("urn:school", key(GUANGDONG), regions=["GD"]), publisher("urn:shop", key(MACAO), regions=["GD"])
    )
    given = programme(module("A"), school="urn:school", enterprises=["urn:shop", "urn:other"], official=True)
    by_school = sign_document(given, GUANGDONG, created=MARCH)
    by_both = sign_document(by_school, MACAO, created=MARCH)

    assert not sign_off(given, registry).complete
    assert (sign_off(by_school, registry).school, sign_off(by_school, registry).complete) == (True, False)
    assert sign_off(by_both, registry) == (True, ("urn:shop",))
    assert sign_off(by_both, registry).complete
    assert not sign_off(sign_document(given, STRANGER, created=MARCH), registry).school


def test_the_case_package_holds_modules_their_order_and_what_they_treat():
    given = programme(module("A", ("C0", "teaches", "2", 8)), module("B", prerequisites=["A"]))
    package = programme_package(given)
    again = read_case(write_case(package))

    assert again.tree == package.tree
    kinds = [item["associationType"] for item in again.associations]
    assert kinds == ["isChildOf", "isRelatedTo", "isChildOf", "precedes"]
    related = json.loads(json.dumps(again.associations[1]))
    assert related["destinationNodeURI"]["title"] == "C0"
    assert related["extensions"]["touchstone"] == {"role": "teaches", "level": "2", "hours": 8}
    assert len({item["identifier"] for item in again.associations}) == 4
