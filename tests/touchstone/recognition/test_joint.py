"""A joint standard composed from regional ones: take the higher, take more; and who passes it, passes each of them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest

from tests.oracle import worlds
from tests.touchstone import plain
from touchstone.errors import RulebookError
from touchstone.logic import Experience, Holds, Person, Training
from touchstone.recognition import RecognitionRequest, compile_rulebook
from touchstone.recognition.evidence import Evidence, HeldUnit
from touchstone.recognition.joint import compose
from touchstone.recognition.joint_exam import Candidate, examine, passes
from touchstone.standards.envelope import Period
from touchstone.standards.qualification import Qualification

TITLE = {"en": "Joint standard"}


def joint_of(rulebook, day, *targets):
    return compose(targets, rulebook, day, id="joint", version="1", title=TITLE)


def generated(seed):
    """A rulebook of random qualifications with criteria, and the day on which they are composed."""
    rng = random.Random(seed)
    request, documents = worlds.random_world(rng)
    for document in documents:
        if document["kind"] == "Qualification":
            document.pop("bars", None)
            document["criteria"] = [
                {
                    "id": name,
                    "direction": rng.choice(["min", "max", "tolerance"]),
                    "value": str(rng.randint(0, 9)),
                    "unit": "mm",
                }
                for name in rng.sample(["wall", "bore", "gap"], rng.randint(0, 2))
            ]
    read = plain.documents_of(documents)
    rulebook = compile_rulebook(read)
    day = plain.request_of(request).decided_on
    edition = rulebook.edition(day)
    targets = sorted({item.id for item in read if isinstance(item, Qualification) and edition.qualification(item.id)})
    return rulebook, day, rng.sample(targets, min(len(targets), rng.randint(2, 3))), rng


def perfect_candidate(joint, day, rng):
    """Somebody who does exactly what the joint standard asks, and not one thing more."""
    units = tuple(HeldUnit(id=unit.id, level=unit.level, score=unit.min_score) for unit in joint.units)
    evidence = [Evidence(credential="urn:exam", kind="assessment", units=units, awarded=day, status="valid")]
    person = {}
    for number, asked in enumerate(joint.also):
        common = {"credential": f"urn:also:{number}", "awarded": day, "status": "valid"}
        match asked:
            case Experience(experience=part):
                period = Period(from_=dt.date(1990, 1, 1), until=day)
                evidence.append(
                    Evidence(kind="practice", occupation=part.occupation, area=part.area, period=period, **common)
                )
            case Training(training=part):
                evidence.append(Evidence(kind="training", framework=part.framework, hours=part.hours, **common))
            case Holds(holds=qualification):
                evidence.append(Evidence(kind="assessment", holds=(qualification,), **common))
            case Person(person=part):
                person[part.fact] = rng.choice(part.in_)
            case _:
                raise AssertionError(asked)
    request = RecognitionRequest(
        from_="HK", to="HK", target="any", purpose="employment", decided_on=day, evidence=tuple(evidence), person=person
    )
    measured = {criterion.id: criterion.value for criterion in joint.criteria}
    return Candidate(candidate="perfect", request=request, measured=measured)


def assert_the_theorem(seeds):
    composed = clashing = 0
    for seed in seeds:
        rulebook, day, targets, rng = generated(seed)
        joint = joint_of(rulebook, day, *targets)
        measured_twice = len({criterion.id for criterion in joint.criteria}) < len(joint.criteria)
        if joint.conflicts or measured_twice:
            clashing += 1
            continue
        composed += 1
        candidate = perfect_candidate(joint, day, rng)
        assert passes(joint, candidate, rulebook), seed
        results = examine(joint, candidate, rulebook)
        assert all(result.earned for result in results), (seed, results)
    return composed, clashing


def test_who_passes_the_joint_standard_passes_each_regions_own():
    """The first seeds of what the soak takes 25,000 of: joint standards that can be composed, and such that clash."""
    composed, clashing = assert_the_theorem(range(150))

    assert composed > 40
    assert clashing > 4


@pytest.mark.soak
def test_who_passes_the_joint_standard_passes_each_regions_own_in_ten_thousand_cases():
    composed, clashing = assert_the_theorem(range(25_000))

    print(f"\njoint standards: {composed} composed and passed, {clashing} with conflicts or two bounds on one measure")
    assert composed >= 10_000


SCALE = {"kind": "LevelScale", "id": "scale", "version": "1", "title": {"en": "s"}, "status": "in_force",
         "levels": [{"code": "5"}, {"code": "4"}, {"code": "3"}]}  # fmt: skip
HUB = {"kind": "Framework", "id": "hub", "version": "1", "title": {"en": "h"}, "status": "in_force", "region": "GD",
       "level_scale": "scale", "competencies": [{"id": unit, "title": {"en": unit}} for unit in ("set", "cast", "law")]}  # fmt: skip


def regional(region, *require, criteria=()):
    return {
        "kind": "Qualification", "id": f"q-{region}", "version": "1", "title": {"en": region}, "status": "in_force", "region": region,
        "framework": "hub", "require": {"all_of": list(require)}, "criteria": list(criteria),
    }  # fmt: skip


def bound(direction, value, unit="mm"):
    return {"id": "wall", "direction": direction, "value": value, "unit": unit}


def composed_of(*qualifications):
    rulebook = compile_rulebook(plain.documents_of([SCALE, HUB, *qualifications]))
    day = plain.request_of({**REQUEST}).decided_on
    return joint_of(rulebook, day, *(item["id"] for item in qualifications))


REQUEST = {
    "from": "GD",
    "to": "GD",
    "target": "q-GD",
    "purpose": "employment",
    "decided_on": "2026-11-24",
    "evidence": [],
}


def test_the_higher_level_is_the_later_on_the_scale_and_not_the_greater_number():
    joint = composed_of(regional("GD", {"unit": "set", "level": "5"}), regional("HK", {"unit": "set", "level": "3"}))

    assert [(unit.id, unit.level) for unit in joint.units] == [("set", "3")]


def test_more_is_covered_not_less():
    joint = composed_of(
        regional("GD", {"unit": "set"}), regional("HK", {"unit": "cast"}, {"unit": "law", "min_score": "60"})
    )

    assert [(unit.id, unit.min_score) for unit in joint.units] == [("cast", None), ("law", Decimal(60)), ("set", None)]


@pytest.mark.parametrize(("direction", "strictest"), [("min", "0.8"), ("max", "0.6"), ("tolerance", "0.6")])
def test_the_strictest_criterion_is_taken_in_its_own_direction(direction, strictest):
    joint = composed_of(
        regional("GD", criteria=[bound(direction, "0.6")]), regional("HK", criteria=[bound(direction, "0.8")])
    )

    assert [criterion.value for criterion in joint.criteria] == [Decimal(strictest)]
    assert not joint.conflicts


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (bound("min", "0.8"), bound("max", "0.6"), "minimum_above_maximum"),
        (bound("min", "0.8"), bound("min", "0.6", "in"), "other_unit_of_measure"),
    ],
)
def test_a_contradiction_is_reported_and_never_resolved(one, other, code):
    joint = composed_of(regional("GD", criteria=[one]), regional("HK", criteria=[other]))

    assert [conflict.code for conflict in joint.conflicts] == [code]


def test_two_regions_that_ask_for_residents_of_their_own_have_nobody_in_common():
    joint = composed_of(
        regional("GD", {"person": {"fact": "residence", "in": ["GD"]}}),
        regional("MO", {"person": {"fact": "residence", "in": ["MO"]}}),
    )

    assert [(conflict.code, conflict.about) for conflict in joint.conflicts] == [("no_common_value", "residence")]


def test_a_candidate_who_falls_short_keeps_what_one_region_asks_only_with_regional_fallback():
    qualifications = (regional("GD", {"unit": "set", "level": "5"}), regional("HK", {"unit": "set", "level": "3"}))
    rulebook = compile_rulebook(plain.documents_of([SCALE, HUB, *qualifications]))
    evidence = [{"credential": "urn:exam", "kind": "assessment", "awarded": "2026-11-20", "status": "valid",
                 "units": [{"id": "set", "level": "4"}]}]  # fmt: skip
    request = plain.request_of({**REQUEST, "evidence": evidence})
    joint = joint_of(rulebook, request.decided_on, "q-GD", "q-HK")
    candidate = Candidate(candidate="one", request=request)

    strict = examine(joint, candidate, rulebook)
    lenient = examine(joint, candidate, rulebook, mode="regional_fallback")

    assert [result.earned for result in strict] == [False, False]
    assert [(result.region, result.earned) for result in lenient] == [("GD", True), ("HK", False)]


def test_a_part_that_another_version_has_replaced_is_refused_rather_than_half_examined():
    first = regional("GD", {"unit": "set", "level": "5"})
    second = {**first, "version": "2", "valid": {"from": "2026-11-01"}, "require": {"unit": "set", "level": "3"}}
    rulebook = compile_rulebook(plain.documents_of([SCALE, HUB, first, second]))
    request = plain.request_of(REQUEST)
    before = joint_of(rulebook, dt.date(2026, 10, 31), "q-GD")

    with pytest.raises(RulebookError, match="not the version in force on"):
        examine(before, Candidate(candidate="one", request=request), rulebook)


def test_an_unknown_part_is_refused_with_a_sentence():
    with pytest.raises(RulebookError, match="unknown, or not in force"):
        joint_of(compile_rulebook(plain.documents_of([SCALE, HUB])), plain.request_of(REQUEST).decided_on, "nowhere")
