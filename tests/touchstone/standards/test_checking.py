# SPDX-License-Identifier: Apache-2.0
"""Looking for mistakes: each kind of finding is made by documents that have it, at its field, and by no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import touchstone.standards
from tests.touchstone.credentials.registries import GUANGDONG, HONG_KONG, key, publisher, registry
from tests.touchstone.plain import documents_of
from tests.touchstone.small_world import (
    AWAY,
    HOME,
    SCALE_AWAY,
    agreement,
    at_least,
    crosswalk,
    documents,
    envelope,
    framework,
    person,
    pool,
    qualification,
    referencing,
    scale,
    unit,
)
from touchstone.errors import RulebookError
from touchstone.library import load_library
from touchstone.recognition import compile_rulebook
from touchstone.standards import check

SOUND = qualification(unit("T1"))
CERTIFICATE = qualification(identifier="certificate", framework=AWAY)


def bridging(**option):
    return offering("bridging", course("O1", **option))


def course(identifier, *prerequisites, **fields):
    base = {"id": identifier, "kind": "course", "covers": ["T1"], "cost": {"amount": 1, "currency": "HKD"}}
    return {**base, "prerequisites": list(prerequisites), **fields}


def offering(identifier, *options, **fields):
    return envelope("BridgingCatalogue", identifier, region="HK", options=list(options), **fields)


def superseding(**pairs):
    """A framework whose units each supersede another."""
    units = [{"id": new, "supersedes": {"id": old, "equivalent": True}} for new, old in pairs.items()]
    return framework("framework-more", SCALE_AWAY, *units)


def direct(**fields):
    return agreement(direct=[{"holds": "certificate", "grants": ["T1"], **fields}])


ERRORS = {
    "dangling: a unit asked for": ([qualification(unit("T99"))], "require"),
    "dangling: a unit in a pool": ([qualification(pool(1, "T99"))], "require[0]"),
    "dangling: a framework trained in": ([qualification({"training": {"hours": 1, "framework": "none"}})], "require"),
    "dangling: a unit in a bar": ([{**SOUND, "bars": [unit("T99")]}], "bars[0]"),
    "dangling: a crosswalk": ([agreement(crosswalks=["none"])], "crosswalks[0]"),
    "dangling: a version": ([agreement(crosswalks=[{"id": "crosswalk", "version": "9"}])], "crosswalks[0]"),
    "dangling: another kind": ([agreement(crosswalks=["referencing"])], "crosswalks[0]"),
    "dangling: a referencing": ([agreement(referencings=["none"])], "referencings[0]"),
    "dangling: a framework in scope": ([agreement(frameworks=["none"])], "frameworks[0]"),
    "dangling: an alternative": ([agreement(alternative=["none"])], "alternative[0]"),
    "dangling: what may be missing": (
        [agreement(conditional={"only_missing": ["T99"]})],
        "conditional.only_missing[0]",
    ),
    "dangling: a grant": ([direct(grants=["T99"])], "direct[0].grants"),
    "dangling: a condition": ([direct(conditions=unit("T99"))], "direct[0].conditions"),
    "dangling: a subject": ([crosswalk(("S99", "exactMatch", "T1"))], "mappings[0].subject_id"),
    "dangling: a part of a subject": ([crosswalk(("S1|S99", "exactMatch", "T1"))], "mappings[0].subject_id"),
    "dangling: an object": ([crosswalk(("S1", "exactMatch", "T99"))], "mappings[0].object_id"),
    "dangling: a scale": ([framework("f", "none", "A")], "level_scale"),
    "dangling: a framework of a qualification": ([qualification(framework="none")], "framework"),
    "dangling: an end of a referencing": ([referencing(start="none")], "from"),
    "dangling: what a course covers": ([bridging(covers=["T99"])], "options[0].covers[0]"),
    "level_off_scale: of a unit": ([framework("f", SCALE_AWAY, {"id": "A", "level": "6"})], "competencies[0].level"),
    "level_off_scale: asked": ([qualification(unit("T1", level="6"))], "require"),
    "level_off_scale: of a qualification": ([qualification(level="6")], "level"),
    "level_off_scale: in a pair": ([referencing(["5", "9"])], "pairs[0]"),
    "level_off_scale: absent": ([referencing(absent=["9"])], "absent[0]"),
    "pool_in_bar": ([{**SOUND, "bars": [pool(1, "T1")]}], "bars[0]"),
    "pool_in_condition": ([direct(conditions={"any_of": [pool(1, "T1")]})], "direct[0].conditions"),
    "supersession_cycle": ([superseding(A="B", B="A")], "competencies[0].supersedes"),
    "supersession_cycle: itself": ([superseding(A="A")], "competencies[0].supersedes"),
    "two_kinds": ([SOUND, scale("target", ["1"])], "id"),
    "changed_version": ([SOUND, qualification(unit("T2"))], "version"),
    "unit_twice: in one framework": ([framework("f", SCALE_AWAY, "A", "A")], "competencies[0].id"),
    "unit_twice: in two frameworks": (
        [framework(AWAY, SCALE_AWAY, "S1"), framework("f", SCALE_AWAY, "S1")],
        "competencies[0].id",
    ),
    "party_twice": ([registry(publisher("p", key(GUANGDONG)), publisher("p", key(HONG_KONG)))], "publishers[1].id"),
    "publisher_without_keys": ([registry(publisher("p"))], "publishers[0]"),
    "key_twice: in one party": (
        [registry(publisher("p", key(GUANGDONG), key(GUANGDONG, until="2026-06-30")))],
        "publishers[0].keys[1].id",
    ),
    "key_twice: in two parties": (
        [registry(publisher("p", key(GUANGDONG)), publisher("q", key(GUANGDONG)))],
        "publishers[1].keys[0].id",
    ),
    "key_shared": (
        [registry(publisher("p", key(GUANGDONG)), publisher("q", {**key(GUANGDONG), "id": "did:web:q.example#1"}))],
        "publishers[1].keys[0].publicKeyMultibase",
    ),
    "key_named_otherwise": (
        [registry(publisher("p", {**key(GUANGDONG), "id": HONG_KONG.verification_method}))],
        "publishers[0].keys[0].id",
    ),
    "dangling: a prerequisite": ([bridging(prerequisites=["O2"])], "options[0].prerequisites"),
    "option_twice: in one catalogue": ([offering("b", course("O1"), course("O1"))], "options[0].id"),
    "option_twice: in two catalogues": ([offering("a", course("O1")), offering("b", course("O1"))], "options[0].id"),
    "prerequisite_cycle": (
        [offering("b", course("O1"), course("O2", "O4"), course("O3", "O2"), course("O4", "O1", "O3"))],
        "options[1].prerequisites",
    ),
    "prerequisite_cycle: itself": ([offering("b", course("O1", "O1"))], "options[0].prerequisites"),
    "prerequisite_cycle: through two catalogues": (
        [offering("a", course("O1", "O2")), offering("b", course("O2", "O1"))],
        "options[0].prerequisites",
    ),
    "prerequisite_cycle: in a draft": ([offering("b", course("O1", "O1"), status="draft")], "options[0].prerequisites"),
}
MENTIONS = {
    "undeclared_prefix": ([crosswalk(("X:1", "exactMatch", "T1"))], "mappings[0].subject_id"),
    "row_twice": ([crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T1"))], "mappings[1]"),
    "contradiction: denied": (
        [crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T1", "", "Not"))],
        "mappings[1]",
    ),
    "contradiction: both ways": ([crosswalk(("S1", "narrowMatch", "T1"), ("S1", "broadMatch", "T1"))], "mappings[1]"),
    "foreign_row": ([crosswalk(("M1", "exactMatch", "T1"))], "mappings[0].subject_id"),
    "never_satisfied: no choice": ([qualification({"any_of": []})], "require"),
    "never_satisfied: too many": ([qualification(at_least(2, unit("T1")))], "require"),
    "never_satisfied: too many credits": ([qualification(pool(7, "T1", "T4"))], "require"),
    "never_satisfied: capped": ([qualification(pool(6, "T1", caps=[{"of": ["T1"], "at_most": "5"}]))], "require"),
    "never_satisfied: two values": ([qualification(person("age", "20"), {"all_of": [person("age", "30")]})], "require"),
    "never_satisfied: no value": ([qualification({"person": {"fact": "age", "in": []}})], "require"),
    "silent_bar": ([{**SOUND, "bars": [person("banned", "yes")]}], "bars[0]"),
    "empty_rung": ([agreement(preference=["FULL", "PARTIAL"])], "preference"),
    "not_rising": ([referencing(["5", "3"], ["4", "2"])], "pairs"),
    "lost_predecessor": ([superseding(A="gone")], "competencies[0].supersedes.id"),
    "key_without_beginning": ([registry(publisher("p", key(GUANGDONG, since="")))], "publishers[0].keys[0]"),
    "overlapping_versions": ([SOUND, {**SOUND, "version": "2"}], "valid"),
}


def findings(*given):
    return check(documents_of(documents(*given)))


def at(found, code):
    return [finding for finding in found if finding.code == code.partition(":")[0]]


@pytest.mark.parametrize("name", [*ERRORS, *MENTIONS])
def test_a_mistake_is_found_at_its_field(name):
    given, field = {**ERRORS, **MENTIONS}[name]

    found = at(findings(*given, CERTIFICATE), name)

    assert found
    assert found[0].field.startswith(field.removesuffix("[0]") if field == "require[0]" else field)
    assert found[0].document in {document["id"] for document in given}
    assert found[0].message
    assert not found[0].message.endswith(".")


@pytest.mark.parametrize("name", ERRORS)
def test_documents_with_an_error_make_no_rulebook(name):
    given, _ = ERRORS[name]

    with pytest.raises(RulebookError) as refused:
        compile_rulebook(documents_of(documents(*given, CERTIFICATE)))

    assert refused.value.field
    assert refused.value.file


def test_sound_documents_are_found_sound():
    sound = documents(
        SOUND, agreement(), crosswalk(("S1", "exactMatch", "T1")), referencing(["5", "1"], ["4", "2"]), bridging()
    )

    assert check(documents_of(sound)) == ()


def test_the_shipped_library_has_no_error_and_no_warning():
    found = check([loaded.document for loaded in load_library()])

    assert [finding for finding in found if finding.severity != "note"] == []


def test_errors_are_told_first():
    found = findings(qualification({"any_of": []}), agreement(preference=["PARTIAL"], crosswalks=["none"]))

    assert [finding.severity for finding in found] == ["error", "warning", "note"]


def test_an_id_that_is_nearly_right_is_hinted_at():
    (found,) = findings(agreement(crosswalks=["crosswalks"]), SOUND)

    assert found.hint == "Did you mean crosswalk?"


def test_a_qualification_to_hold_need_not_be_a_document():
    assert findings(qualification({"holds": "a certificate of another country".replace(" ", "-")})) == ()


def test_every_kind_of_finding_has_a_test():
    source = "".join(
        file.read_text(encoding="utf-8") for file in Path(touchstone.standards.__file__).parent.glob("*.py")
    )
    codes = set(re.findall(r'"(?:error|warning|note)",\s*"([a-z_]+)"', source)) - {"warning", "note"}

    assert codes
    assert codes == {name.partition(":")[0] for name in (*ERRORS, *MENTIONS)}


def test_a_framework_is_home_to_its_units_in_every_version():
    second = {**framework(HOME, "scale-home", "T1", "T2"), "version": "2"}

    assert not at(findings(SOUND, second), "unit_twice")


FIRST_HALF, SECOND_HALF = {"until": "2026-06-30"}, {"from": "2026-07-01"}


@pytest.mark.parametrize(
    "other",
    [
        offering("bridging", course("O1"), version="2"),
        offering("other", course("O1"), status="draft"),
        offering("other", course("O1"), status="withdrawn"),
    ],
    ids=["another version", "a draft", "one withdrawn"],
)
def test_an_option_may_stand_again_where_the_two_are_never_on_offer_together(other):
    assert not at(findings(bridging(), other), "option_twice")


def test_catalogues_that_share_an_option_must_not_overlap_by_a_day():
    first, second = offering("a", course("O1"), valid=FIRST_HALF), offering("b", course("O1"), valid=SECOND_HALF)
    overlapping = {**second, "valid": {"from": "2026-06-30"}}

    assert not at(findings(first, second), "option_twice")
    (found,) = at(findings(first, overlapping), "option_twice")
    assert found.document == "b"
    assert "the option O1 also stands in a" in found.message


def test_a_version_that_a_newer_one_replaces_clashes_with_nothing_that_comes_with_the_newer_one():
    old, new = offering("a", course("O1")), offering("a", course("O2"), version="2", valid=SECOND_HALF)
    moved = offering("b", course("O1"), valid=SECOND_HALF)

    assert not at(findings(old, new, moved), "option_twice")


def test_a_circle_of_prerequisites_is_told_once_with_all_its_members_and_no_other_option():
    versions = [
        offering("b", course("O1"), course("O2", "O4"), course("O3", "O2"), course("O4", "O1", "O3"), version=version)
        for version in ("1", "2")
    ]

    (found,) = at(findings(*versions), "prerequisite_cycle")

    assert "the options O2, O3, O4 are prerequisites of one another" in found.message


def test_what_one_version_asks_for_first_is_no_circle_with_what_another_does():
    versions = [
        offering("b", course("O1", "O2"), course("O2")),
        offering("b", course("O1"), course("O2", "O1"), version="2"),
    ]

    assert not at(findings(*versions), "prerequisite_cycle")
