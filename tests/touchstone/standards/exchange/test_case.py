# SPDX-License-Identifier: Apache-2.0
"""CASE 1.1: what goes out comes in the same, and what came in goes out the same, whatever else stands in it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from tests.touchstone.standards.exchange.generated import frameworks, language_maps
from touchstone.errors import InputError
from touchstone.library import load_library
from touchstone.standards import Framework, digest
from touchstone.standards.exchange.case import Relation, framework_of, package_of, read_case, write_case
from touchstone.standards.framework import Competency, Supersession

BENCH = (Path(__file__).parent / "data" / "bench-jewellery.case.json").read_bytes()
GIVEN = {"region": "HK", "level_scale": "https://guild.example/levels"}
UNITS = ("Competency",)


@pytest.fixture
def package():
    return read_case(BENCH)


@pytest.fixture
def framework(package):
    """The guild's units, without its strands."""
    return framework_of(package, GIVEN, item_types=UNITS)


def unit(framework, code):
    return next(unit for unit in framework.competencies if unit.code == code)


def changed(framework, code, **fields):
    """The framework with other fields in one of its units."""
    units = (msgspec.structs.replace(each, **fields) if each.code == code else each for each in framework.competencies)
    return msgspec.structs.replace(framework, competencies=tuple(units))


def without_ours(tree):
    """A tree without what we may put into extensions."""
    if isinstance(tree, list):
        return [without_ours(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    plain = {name: without_ours(item) for name, item in tree.items() if name != "touchstone"}
    return {name: item for name, item in plain.items() if name != "extensions" or item}


# ------------------------------------------------------------------ laws
@given(frameworks())
def test_a_framework_written_as_a_package_is_read_the_same(framework):
    read = framework_of(read_case(write_case(package_of(framework))))

    assert read == framework
    assert digest(read) == digest(framework)


@given(frameworks())
def test_writing_a_framework_back_changes_nothing(framework):
    package = package_of(framework)

    assert package_of(framework_of(package), package) == package


@given(frameworks(), frameworks(), language_maps)
def test_a_changed_framework_is_read_as_it_was_changed(framework, other, title):
    new = msgspec.structs.replace(other, id=framework.id, title=title, level_scale=framework.level_scale)

    assert framework_of(package_of(new, package_of(framework))) == new


def test_the_frameworks_of_the_library_survive():
    frameworks = [item.document for item in load_library() if isinstance(item.document, Framework)]

    assert frameworks
    for framework in frameworks:
        assert digest(framework_of(read_case(write_case(package_of(framework))))) == digest(framework)


# ------------------------------------------------------------------ a package of others
def test_a_package_is_written_as_it_was_read(package):
    assert json.loads(write_case(package)) == json.loads(BENCH)


def test_nothing_of_others_is_lost_on_the_way_through_a_framework(package, framework):
    back = package_of(framework, package, item_types=UNITS)

    assert without_ours(back.tree) == package.tree
    assert back.relations == package.relations


def test_what_a_framework_needs_and_the_package_does_not_say_stands_in_its_extensions(package, framework):
    back = package_of(framework, package, item_types=UNITS)

    assert back.document["extensions"]["touchstone"] == GIVEN
    assert back.document["extensions"]["guild"] == package.document["extensions"]["guild"]
    assert framework_of(back, item_types=UNITS) == framework


def test_fields_are_found_where_case_keeps_them(framework):
    claw, pave = unit(framework, "S1"), unit(framework, "S2")

    assert framework.title == {"en-GB": "Bench jewellery competencies"}
    assert (framework.version, framework.status) == ("2026.1", "in_force")
    assert framework.valid.from_ == dt.date(2026, 3, 1)
    assert framework.source == ("https://guild.example/bench-competencies.pdf",)
    assert claw.id.startswith("https://cases.guild.example/ims/case/v1p1/CFItems/")
    assert claw.title == {"en-GB": "Claw setting"}
    assert claw.statement["en-GB"].startswith("Set faceted round stones")
    assert (claw.level, claw.area, claw.tags) == ("3", "Stone setting", ("setting", "bench"))
    assert pave.level == "4"


def test_headings_become_units_only_if_asked_for(package, framework):
    assert [unit.code for unit in framework.competencies] == ["S1", "S2", "S2-2019", "F1"]
    assert len(framework_of(package, GIVEN).competencies) == 6


def test_a_unit_that_was_replaced_is_superseded_and_holds_nothing_by_itself(framework):
    assert unit(framework, "S2").supersedes == Supersession(id=unit(framework, "S2-2019").id, equivalent=False)


def test_several_levels_or_subjects_are_not_guessed_at(framework):
    solder = unit(framework, "F1")

    assert solder.level is None
    assert solder.area is None


def test_a_changed_field_touches_its_item_only(package, framework):
    moment = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    new = changed(framework, "S1", title={"en-GB": "Claw settings", "zh-Hant": "爪鑲"})

    back = package_of(new, package, item_types=UNITS, changed=moment)

    differing = [now for now, then in zip(back.items, package.items, strict=True) if now != then]
    assert [item["humanCodingScheme"] for item in differing] == ["S1"]
    assert differing[0]["abbreviatedStatement"] == "Claw settings"
    assert differing[0]["extensions"] == {"touchstone": {"title": {"zh-Hant": "爪鑲"}}}
    assert differing[0]["assessmentHint"] == {"minutes": 90, "tools": ["graver", None, True]}
    assert differing[0]["lastChangeDateTime"] == "2026-11-24T08:00:00Z"
    assert back.associations == package.associations


def test_a_relation_that_stays_keeps_what_others_said_about_it(package, framework):
    new = changed(framework, "S2", supersedes=Supersession(id=unit(framework, "S2-2019").id, equivalent=True))

    back = package_of(new, package, item_types=UNITS)

    [replaced] = [each for each in back.associations if each["associationType"] == "replacedBy"]
    assert replaced["notes"] == "Beads are now taught with pavé."
    assert replaced["extensions"] == {"touchstone": {"equivalent": True}}
    assert framework_of(back, item_types=UNITS) == new


def test_a_unit_that_is_taken_out_takes_its_relations_along(package, framework):
    kept = tuple(unit for unit in framework.competencies if unit.code != "S1")

    back = package_of(msgspec.structs.replace(framework, competencies=kept), package, item_types=UNITS)

    gone = unit(framework, "S1").id
    assert [item["humanCodingScheme"] for item in back.items] == ["S", "S2", "S2-2019", "F", "F1"]
    assert not [relation for relation in back.relations if gone in relation]


def test_a_new_unit_becomes_a_child_of_the_document(package, framework):
    new = Competency(id="GUILD:S9", title={"en-GB": "Tension setting"}, level="5")

    back = package_of(
        msgspec.structs.replace(framework, competencies=(*framework.competencies, new)), package, item_types=()
    )

    assert Relation("isChildOf", "GUILD:S9", package.document["uri"]) in back.relations
    assert Relation("hasSkillLevel", "GUILD:S9", "https://guild.example/levels#5") in back.relations


def test_identifiers_are_uuids_and_always_the_same(framework):
    first, again = package_of(framework), package_of(framework)

    assert first == again
    for item, unit_ in zip(first.items, framework.competencies, strict=True):
        assert unit_.id.endswith(item["identifier"])


def test_a_missing_field_of_a_framework_is_named(package):
    with pytest.raises(InputError, match="region is missing"):
        framework_of(package)
