# SPDX-License-Identifier: Apache-2.0
"""Which document holds on a day, which of several versions is meant, and how far it can be believed."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.touchstone.plain import document_of
from tests.touchstone.small_world import scale
from touchstone.standards import Standing
from touchstone.standards.envelope import VersionReference, natural, recency, resolve
from touchstone.standards.integrity import broken_references
from touchstone.standards.levels import LevelScale


def version(number, **fields):
    return document_of({**scale("s", ["1"]), "version": number, **fields})


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "holds"), [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_both_ends_of_a_validity_are_inside(on, holds):
    assert version("1", valid={"from": "2026-01-01", "until": "2026-12-31"}).in_force(day(on)) is holds


@pytest.mark.parametrize("status", ["draft", "suspended", "withdrawn"])
def test_only_a_document_in_force_is_in_force(status):
    assert not version("1", status=status).in_force(day("2026-06-01"))
    assert version("1").in_force(day("2026-06-01"))


def test_versions_are_ordered_as_people_count():
    texts = ["10", "2", "2026.10", "2026.9", "1", "2a", "2b"]

    assert sorted(texts, key=natural) == ["1", "2", "2a", "2b", "10", "2026.9", "2026.10"]


def test_of_several_versions_in_force_the_one_that_began_last_is_meant_then_the_highest():
    old = version("10", valid={"from": "2025-01-01"})
    new = version("2", valid={"from": "2026-01-01"})
    ever = version("99")

    assert resolve("s", [ever, old, new], day("2026-06-01")) is new
    assert resolve("s", [ever, old, new], day("2025-06-01")) is old
    assert resolve("s", [ever, old, new], day("2024-06-01")) is ever
    assert resolve("s", [version("9"), version("10")], day("2026-06-01")).version == "10"


def test_a_reference_with_a_version_means_that_one_or_none():
    first, second = version("1", status="withdrawn"), version("2")

    assert resolve(VersionReference(id="s", version="2"), [first, second], day("2026-06-01")) is second
    assert resolve(VersionReference(id="s", version="1"), [first, second], day("2026-06-01")) is None
    assert resolve("s", [first], day("2026-06-01")) is None


def test_an_absent_beginning_is_the_earliest_of_all():
    assert recency(version("1")) < recency(version("1", valid={"from": "1900-01-01"}))


def test_a_claim_alone_makes_no_document_verified():
    assert version("1").standing is Standing.ILLUSTRATIVE
    assert version("1", official="true").standing is Standing.UNVERIFIED
    assert Standing.VERIFIED.label == "verified"


def test_a_level_is_found_by_its_place_and_not_by_its_number():
    mainland = document_of(scale("s", ["5", "4", "3", "2", "1"]))

    assert isinstance(mainland, LevelScale)
    assert [mainland.position(code) for code in "51"] == [0, 4]
    assert mainland.position("6") is None
    assert not list(broken_references([mainland]))
