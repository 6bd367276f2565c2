# SPDX-License-Identifier: Apache-2.0
"""Rules that somebody published come out of the shipped documents as they were published, at every boundary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from tests.oracle.periods import add_months
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import (
    agreement,
    credential,
    crosswalk,
    framework,
    practice,
    qualification,
    request,
    unit,
)
from touchstone.library import load_library
from touchstone.recognition import compile_rulebook, decide
from touchstone.standards import Framework

EXAMPLE = "https://touchstone.example"
DAY = dt.date(2026, 6, 1)


def shipped(*parts):
    """The shipped documents whose ids contain one of ``parts``."""
    return [loaded.document for loaded in load_library() if any(part in loaded.document.id for part in parts)]


def at_home(region, target, evidence, documents):
    """The outcome of asking for a qualification in the region where the evidence was earned."""
    asked = request(evidence, **{"from": region, "to": region}, target=f"{EXAMPLE}/qualifications/{target}")
    return decide(request_of(asked), compile_rulebook(documents)).outcome


# NZQCF and HKQF levels, as NZQA published them

NZQCF_IN_HKQF = {"10": 7, "9": 6, "7": 5, "6": 4, "5": 4, "4": 3, "3": 3, "2": 2, "1": 1}


def recognised_at(held, asked):
    """The outcome for a New Zealand unit at ``held`` where Hong Kong asks level ``asked``."""
    made = documents_of(
        [
            framework("nz", f"{EXAMPLE}/scales/nzqcf", "NZ1", region="NZ"),
            framework("hk", f"{EXAMPLE}/scales/hkqf", "HK1"),
            crosswalk(("NZ1", "exactMatch", "HK1"), subject="nz", object="hk"),
            agreement(**{"from": "NZ"}, referencings=[f"{EXAMPLE}/referencings/nzqcf-hkqf"]),
            qualification(unit("HK1", level=str(asked)), framework="hk"),
        ]
    )
    asks = request([credential({"id": "NZ1", "level": held})], **{"from": "NZ"})
    return decide(request_of(asks), compile_rulebook([*made, *shipped("scales/nzqcf", "scales/hkqf", "nzqcf-hkqf")]))


@pytest.mark.parametrize(("held", "equal"), NZQCF_IN_HKQF.items())
def test_a_new_zealand_level_counts_as_the_hong_kong_level_of_the_published_table(held, equal):
    outcomes = [recognised_at(held, asked).outcome for asked in range(1, 8)]

    assert outcomes == ["FULL"] * equal + ["REFUSED"] * (7 - equal)


def test_new_zealand_level_8_has_no_comparable_level_and_stays_unknown_whatever_is_asked():
    for asked in range(1, 8):
        decision = recognised_at("8", asked)
        assert (decision.outcome, decision.floor, decision.ceiling) == ("REFER", "REFUSED", "FULL")
        assert [reason.code for reason in decision.reasons] == ["level_not_comparable"]


# MEM40311: 12 core units, Group A at least 12 points, at least 109 points in all, at most 22 of them imported

POSITIONS = f"{EXAMPLE}/frameworks/au-mem40311-positions"
CORE = [f"MEM40311:core-{number:02}" for number in range(1, 13)]
GROUP_A = [f"MEM40311:group-a-{number:02}" for number in range(1, 4)]
GROUP_B = [f"MEM40311:group-b-{number:02}" for number in range(1, 23)]
IMPORTED = [f"MEM40311:imported-{number:02}" for number in range(1, 7)]


def spread(points, units):
    """Points over the first units, four each as shipped, what is left on one more."""
    worth = {name: 4 for name in units[: points // 4]}
    return {**worth, units[len(worth)]: points % 4} if points % 4 else worth


def packaged(group_a, group_b, imported, core=CORE):
    """The outcome for so many points of each group; the assumed points of a position are set to make them."""
    worth = {**spread(group_a, GROUP_A), **spread(group_b, GROUP_B), **spread(imported, IMPORTED)}
    documents = [with_points(document, worth) for document in shipped("au-mem40311", "scales/aqf")]
    return at_home("AU", "au-mem40311", [credential(*core, *worth)], documents)


def with_points(document, worth):
    if not isinstance(document, Framework):
        return document
    units = tuple(
        msgspec.structs.replace(unit, credits=Decimal(worth[unit.id])) if unit.id in worth else unit
        for unit in document.competencies
    )
    return msgspec.structs.replace(document, competencies=units)


@pytest.mark.parametrize(("points", "outcome"), [(11, "REFUSED"), (12, "FULL")])
def test_mem40311_asks_at_least_12_points_of_group_a(points, outcome):
    assert packaged(group_a=points, group_b=88, imported=22) == outcome


@pytest.mark.parametrize(("imported", "outcome"), [(8, "REFUSED"), (9, "FULL")])
def test_mem40311_asks_at_least_109_points_in_all(imported, outcome):
    assert packaged(group_a=12, group_b=88, imported=imported) == outcome


@pytest.mark.parametrize(
    ("group_b", "imported", "outcome"),
    [(75, 22, "FULL"), (74, 22, "REFUSED"), (74, 23, "REFUSED"), (75, 23, "FULL"), (75, 21, "REFUSED")],
)
def test_mem40311_counts_at_most_22_imported_points(group_b, imported, outcome):
    assert packaged(group_a=12, group_b=group_b, imported=imported) == outcome


def test_mem40311_asks_for_every_core_unit():
    assert packaged(12, 88, 22) == "FULL"
    for absent in CORE:
        assert packaged(12, 88, 22, core=[name for name in CORE if name != absent]) == "REFUSED"


# Recognition of prior learning in Hong Kong: (months of service, months of relevant work) by level, and the test

RPL_MONTHS = {1: (12, 12), 2: (36, 24), 3: (60, 36), 4: (72, 48)}


def rpl(level, service, relevant, *, late=0, test=True):
    """The outcome for whole months of service, the last of them relevant; ``late`` days are missing at the beginning."""
    since, begun = add_months(DAY, -relevant), add_months(DAY, -service) + dt.timedelta(days=late)
    yesterday = (DAY - dt.timedelta(days=1)).isoformat()
    begun_relevant = max(since, begun)
    work = [practice(begun_relevant.isoformat(), yesterday, "urn:1", area="jewellery", occupation="jewellery-relevant")]
    if begun < since:
        until = (since - dt.timedelta(days=1)).isoformat()
        work.append(practice(begun.isoformat(), until, "urn:2", area="jewellery", occupation="retail"))
    if test:
        work.append(credential(f"HK-RPL-JEWELLERY:test-{level}", name="urn:3"))
    return at_home("HK", f"hk-rpl-jewellery-{level}", work, shipped("hk-rpl-jewellery", "scales/hkqf"))


@pytest.mark.parametrize("level", RPL_MONTHS)
def test_prior_learning_is_recognised_at_exactly_the_published_months(level):
    service, relevant = RPL_MONTHS[level]

    assert rpl(level, service, relevant) == "FULL"


@pytest.mark.parametrize("level", RPL_MONTHS)
def test_prior_learning_one_month_or_one_day_of_service_short_is_not_recognised(level):
    service, relevant = RPL_MONTHS[level]

    assert rpl(level, service - 1, min(relevant, service - 1)) == "REFUSED"
    assert rpl(level, service, relevant, late=1) == "REFUSED"


@pytest.mark.parametrize("level", RPL_MONTHS)
def test_prior_learning_one_relevant_month_short_is_not_recognised_however_long_the_service(level):
    service, relevant = RPL_MONTHS[level]

    assert rpl(level, service + 24, relevant - 1) == "REFUSED"


@pytest.mark.parametrize("level", RPL_MONTHS)
def test_prior_learning_asks_for_the_test_at_every_level(level):
    assert rpl(level, *RPL_MONTHS[level], test=False) == "REFUSED"


# 1+X: exempt from theory with at least 80 in every course

ONE_PLUS_X = ("elementary", "intermediate", "advanced")


def one_plus_x(level, marks):
    """The outcome without a theory examination; the score of all courses together is the lowest of the marks."""
    held = credential(
        {"id": "CN1X-GEM:practice", "level": level}, {"id": "CN1X-GEM:matching-courses", "score": str(min(marks))}
    )
    documents = shipped("cn-1x-gem", "scales/cn-1x")
    return at_home("CN", f"cn-1x-gem-identification-{level}", [held], documents)


@pytest.mark.parametrize("level", ONE_PLUS_X)
def test_80_in_every_course_exempts_from_the_theory_of_1_plus_x(level):
    assert one_plus_x(level, [80, 80, 80, 80]) == "FULL"
    assert one_plus_x(level, [100, 92, 80, 81]) == "FULL"


@pytest.mark.parametrize("level", ONE_PLUS_X)
def test_79_in_one_course_does_not_exempt_from_the_theory_of_1_plus_x(level):
    assert one_plus_x(level, [100, 100, 79, 100]) == "REFUSED"


def test_the_exemption_of_1_plus_x_does_not_stand_for_the_practice():
    held = credential({"id": "CN1X-GEM:matching-courses", "score": "100"})

    outcome = at_home("CN", "cn-1x-gem-identification-advanced", [held], shipped("cn-1x-gem", "scales/cn-1x"))

    assert outcome == "REFUSED"


# Shanghai, jade and gemstone identifier, level three: each module at 60 or more


def shanghai(classification, quality, level="3"):
    held = [
        {"id": "SH-JADE:classification", "level": level, "score": classification},
        {"id": "SH-JADE:quality", "level": level, "score": quality},
    ]
    documents = shipped("sh-jade", "scales/cn-skill-5")
    return at_home("CN-SH", "sh-jade-identifier-3", [credential(*held)], documents)


@pytest.mark.parametrize(
    ("classification", "quality", "outcome"),
    [("60", "60", "FULL"), ("59.5", "60", "REFUSED"), ("60", "59", "REFUSED"), ("100", "59", "REFUSED")],
)
def test_each_module_of_the_shanghai_scheme_needs_60(classification, quality, outcome):
    assert shanghai(classification, quality) == outcome


def test_mainland_level_4_is_below_level_3_and_level_2_above_it():
    assert shanghai("60", "60", level="4") == "REFUSED"
    assert shanghai("60", "60", level="2") == "FULL"
