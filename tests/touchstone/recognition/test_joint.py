"""A joint standard composed from regional ones: take the higher, take more; and who passes it, passes each of them."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import msgspec
import pytest

from tests.oracle import worlds
from tests.touchstone import plain, small_world
from touchstone.errors import RulebookError
from touchstone.logic import Credits, Experience, Holds, Person, Training
from touchstone.recognition import RecognitionRequest, compile_rulebook
from touchstone.recognition.evidence import Evidence, HeldUnit
from touchstone.recognition.joint import compose
from touchstone.recognition.joint_exam import Candidate, examine, parts_of, passes
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
            document["bars"] = random_bars(rng, documents)
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


def random_bars(rng, documents):
    """Mostly none; sometimes a unit that another qualification may ask for, or a fact about the person."""
    units = [
        unit["id"] for each in documents if each["kind"] == "Framework" and each["id"] == "framework-home"
        for unit in each["competencies"]
    ]  # fmt: skip
    bars = [{"unit": rng.choice(units)}, {"person": {"fact": "residence", "in": [rng.choice(["GD", "HK", "MO"])]}}]
    return [rng.choice(bars)] if rng.random() < 0.2 else []


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
            case Credits(credits=pool):
                held = tuple(HeldUnit(id=unit) for unit in pool.from_)
                evidence.append(Evidence(kind="assessment", units=held, **common))
            case _:
                raise AssertionError(asked)
    request = RecognitionRequest(
        from_="HK", to="HK", target="any", purpose="employment", decided_on=day, evidence=tuple(evidence), person=person
    )
    measured = {criterion.id: criterion.value for criterion in joint.criteria}
    return Candidate(candidate="perfect", request=request, measured=measured)


def other_candidates(perfect, rulebook, rng, count):
    """People like the perfect candidate: some units replaced by a predecessor, some left out, others held besides."""
    edition = rulebook.edition(perfect.request.decided_on)
    known = sorted(edition.units)
    standing_for = {unit: [other for other in known if unit in edition.home_coverage(other)] for unit in known}
    named = [unit for item in perfect.request.evidence for unit in item.units]

    def another(unit):
        return msgspec.structs.replace(unit, id=rng.choice(standing_for[unit.id]))

    rest = tuple(item for item in perfect.request.evidence if not item.units and item.credential != "urn:exam")
    for _ in range(count):
        kept = [another(unit) for unit in named if rng.random() < 0.85]
        more = [HeldUnit(id=unit) for unit in rng.sample(known, rng.randint(0, 2))]
        exam = Evidence(
            credential="urn:exam", kind="assessment", units=(*kept, *more), awarded=perfect.request.decided_on, status="valid"
        )  # fmt: skip
        request = msgspec.structs.replace(
            perfect.request, evidence=(exam, *rest), person={"residence": rng.choice(["GD", "HK"]), **perfect.request.person}
        )  # fmt: skip
        yield msgspec.structs.replace(perfect, request=request)


def assert_passing_is_passing_each(joint, candidate, rulebook, seed):
    """Return whether the candidate passes; who does has earned every region's own certificate."""
    passed = passes(joint, candidate, rulebook)
    if passed:
        results = examine(joint, candidate, rulebook)
        assert all(result.earned for result in results), (seed, results)
    return passed


def assert_the_theorem(seeds, others=6):
    """Return how many joint standards could be passed, how many clashed, and how many other people passed and failed."""
    counts = Counter()
    for seed in seeds:
        rulebook, day, targets, rng = generated(seed)
        joint = joint_of(rulebook, day, *targets)
        measured_twice = len({criterion.id for criterion in joint.criteria}) < len(joint.criteria)
        if joint.conflicts or measured_twice:
            counts["clashing"] += 1
            continue
        counts["composed"] += 1
        perfect = perfect_candidate(joint, day, rng)
        unbarred = not any(part.bars for part in parts_of(joint, rulebook))
        assert assert_passing_is_passing_each(joint, perfect, rulebook, seed) or not unbarred, seed
        for candidate in other_candidates(perfect, rulebook, rng, others):
            passed = assert_passing_is_passing_each(joint, candidate, rulebook, seed)
            counts["passed" if passed else "failed"] += 1
    return counts


def test_who_passes_the_joint_standard_passes_each_regions_own():
    """The first seeds of what the soak takes 25,000 of: joint standards that can be composed, and such that clash."""
    counts = assert_the_theorem(range(300), others=3)

    assert counts["composed"] > 100
    assert counts["clashing"] > 10
    assert min(counts["passed"], counts["failed"]) > 100


@pytest.mark.soak
def test_who_passes_the_joint_standard_passes_each_regions_own_in_ten_thousand_cases(tell):
    counts = assert_the_theorem(range(25_000))

    tell(
        f"joint standards: {counts['composed']} composed, {counts['clashing']} with conflicts or two bounds on one measure; of"
        f" their candidates {counts['passed']} passed the joint standard and every part of it, {counts['failed']} did not pass"
    )
    assert min(counts["composed"], counts["passed"]) >= 10_000


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


WORTH = {"T1": 6, "T5": 4}


def small(*qualifications, held=(), **fields):
    """A joint standard in the small world, somebody who holds some units, and the rulebook."""
    rulebook = compile_rulebook(plain.documents_of(small_world.documents(*qualifications)))
    evidence = [small_world.credential(*held)] if held else []
    request = plain.request_of(small_world.request(evidence, **fields))
    joint = joint_of(rulebook, request.decided_on, *(item["id"] for item in qualifications))
    return joint, Candidate(candidate="somebody", request=request), rulebook


def asking(identifier, *require, region="HK", **fields):
    return small_world.qualification(*require, identifier=identifier, region=region, **fields)


def test_a_credit_pool_stays_a_pool_in_which_one_source_serves_one_unit():
    """T1 alone covers T1 and its successor T5, but in a pool it is worth its credits once."""
    pooling, other = asking("q-pool", small_world.pool(10, *WORTH)), asking("q-unit", {"unit": "T5"}, region="MO")

    for held, passed in (("T1",), False), (("T1", "T5"), True):
        joint, candidate, rulebook = small(pooling, other, held=held)
        results = examine(joint, candidate, rulebook)

        assert joint.conflicts == ()
        assert passes(joint, candidate, rulebook) is passed
        assert [result.earned for result in results] == [passed, passed]


def test_of_pools_of_the_same_units_the_one_that_asks_for_more_is_taken():
    joint, _, _ = small(
        asking("q-few", small_world.pool(4, "T5", "T1")), asking("q-more", small_world.pool(6, "T1", "T5"))
    )

    assert [unit.id for unit in joint.units] == []
    assert [(item.credits.at_least, item.credits.from_) for item in joint.also] == [(6, ("T1", "T5"))]


def test_a_pool_that_nobody_could_fill_is_no_part_of_the_joint_standard():
    either = {"any_of": [small_world.pool(99, "T1"), {"unit": "T2"}]}

    joint, candidate, rulebook = small(asking("q-either", either), asking("q-unit", {"unit": "T3"}), held=("T2", "T3"))

    assert passes(joint, candidate, rulebook)


@pytest.mark.parametrize(
    ("asked", "bar", "clashes"),
    [
        ({"unit": "T1"}, {"unit": "T1"}, True),
        ({"unit": "T1"}, {"unit": "T5"}, True),
        ({"unit": "T5"}, {"unit": "T1"}, False),
        ({"unit": "T1", "level": "3"}, {"unit": "T1", "level": "2"}, True),
        ({"unit": "T1", "level": "2"}, {"unit": "T1", "level": "3"}, False),
        ({"unit": "T1", "min_score": "80"}, {"unit": "T1", "min_score": "70"}, True),
        ({"unit": "T1", "min_score": "60"}, {"unit": "T1", "min_score": "70"}, False),
        (small_world.pool(10, *WORTH), {"unit": "T1"}, True),
        (small_world.pool(6, *WORTH), {"unit": "T5"}, True),
        (small_world.pool(3, "T2", "T3"), {"unit": "T2"}, False),
        (small_world.experience(12), small_world.experience(6), True),
        (small_world.experience(6), small_world.experience(12), False),
        ({"holds": "licence"}, {"holds": "licence"}, True),
        ({"training": {"hours": 20, "framework": "framework-home"}}, {"training": {"hours": 10, "framework": "framework-home"}}, True),
        (small_world.person("residence", "HK"), small_world.person("residence", "HK", "MO"), True),
        (small_world.person("residence", "HK", "GD"), small_world.person("residence", "HK"), False),
        ({"unit": "T1"}, {"all_of": [{"unit": "T1"}, {"unit": "T2"}]}, False),
    ],
)  # fmt: skip
def test_a_bar_that_everybody_meets_who_has_what_is_asked_is_a_conflict(asked, bar, clashes):
    joint, _, _ = small(asking("q-asks", asked), asking("q-bars", {"unit": "T4"}, region="MO", bars=[bar]))

    assert [(conflict.code, conflict.about) for conflict in joint.conflicts] == [("barred", "q-bars")] * clashes


def test_a_bar_that_some_meet_excludes_them_from_the_joint_standard_as_from_its_part():
    barring = asking("q-bars", {"unit": "T2"}, region="MO", bars=[{"unit": "T3"}])

    for held, passed in (("T1", "T2"), True), (("T1", "T2", "T3"), False):
        joint, candidate, rulebook = small(asking("q-asks", {"unit": "T1"}), barring, held=held)

        assert joint.conflicts == ()
        assert passes(joint, candidate, rulebook) is passed


def test_two_bars_that_together_leave_no_value_to_a_fact_are_both_told():
    asks = asking("q-asks", small_world.person("residence", "HK", "MO"))
    bars = [asking(f"q-{value}", bars=[small_world.person("residence", value)]) for value in ("HK", "MO")]

    joint, _, _ = small(asks, *bars)

    assert [conflict.about for conflict in joint.conflicts] == ["q-HK", "q-MO"]


def test_two_joint_standards_of_one_name_are_told_apart():
    quick, slow = asking("q-quick", {"unit": "T1"}), asking("q-slow", {"unit": "T2"})
    _, candidate, rulebook = small(quick, slow, held=("T1",))

    first, second = (joint_of(rulebook, candidate.request.decided_on, item["id"]) for item in (quick, slow))

    assert (passes(first, candidate, rulebook), passes(second, candidate, rulebook)) == (True, False)
