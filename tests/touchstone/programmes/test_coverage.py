"""Coverage: demanded, taught, practised, assessed; levels through the referencings."""

from __future__ import annotations

import pytest

from tests.touchstone import plain
from tests.touchstone.programmes.world import UNITS, module, programme, yardstick
from tests.touchstone.small_world import envelope, qualification, unit
from touchstone.errors import InputError
from touchstone.programmes.coverage import coverage, demands_of

WHOLE = [("C0", "teaches", "3"), ("C0", "practises", "3"), ("C0", "assesses", "3")]


def rows(*modules, level="2", yard=None, **fields):
    standard = plain.document_of(qualification(unit("C0", level=level), framework="units", region="GD"))
    yard = yard or yardstick()
    found = coverage(programme(*modules, **fields), demands_of(standard, yard), yard, standard.id)
    return found, {row.unit: row for row in found.rows}


def test_what_is_taught_practised_and_assessed_at_the_level_is_covered():
    found, row = rows(module("M", *WHOLE))

    assert (found.covered, row["C0"].remarks) == (1, ())
    assert row["C0"].practised.hours == 6


@pytest.mark.parametrize(
    ("treated", "remarks"),
    [
        ([], ("not_taught", "not_practised", "not_assessed")),
        (WHOLE[:1], ("not_practised", "not_assessed")),
        (WHOLE[2:], ("not_taught", "assessed_never_practised")),
        ([(name, role, "1") for name, role, _ in WHOLE], ("below_level",)),
        ([(name, role, None) for name, role, _ in WHOLE], ("level_unknown",)),
    ],
)
def test_what_is_wanting_is_remarked(treated, remarks):
    found, row = rows(module("M", *treated))

    assert (found.covered, row["C0"].remarks) == (0, remarks)


def test_what_is_taught_and_not_demanded_is_told():
    assert rows(module("M", ("C1", "teaches", "3")))[1]["C1"].remarks == ("taught_not_demanded",)


@pytest.mark.parametrize(
    ("level", "remarks"), [("high", ()), ("low", ("below_level",)), ("beyond", ("level_unknown",))]
)
def test_levels_of_another_scale_compare_through_the_referencings(level, remarks):
    treated = [("C0", role, level) for _, role, _ in WHOLE]

    assert rows(module("M", *treated), level_scale="scale-beside")[1]["C0"].remarks == remarks


def test_a_framework_demands_all_of_its_units():
    yard = yardstick()

    assert list(demands_of(yard.edition.framework("units"), yard)) == UNITS


def test_a_document_that_demands_no_competencies_is_refused():
    catalogue = plain.document_of(envelope("BridgingCatalogue", "catalogue", region="HK", options=[]))

    with pytest.raises(
        InputError, match="expected a Framework, a Qualification or a JointStandard, found 'BridgingCatalogue'"
    ):
        demands_of(catalogue, yardstick())
