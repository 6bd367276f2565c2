# SPDX-License-Identifier: Apache-2.0
"""The rules of a bridging plan: what it costs, what limits it, and when there is none (the design's bridging plan)."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
from hypothesis import assume, given

from tests.touchstone import strategies
from tests.touchstone.obtaining import Obtaining
from tests.touchstone.plain import decided as decided_on
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.plain import planned as planned_on
from tests.touchstone.small_world import (
    ASKS_T1,
    S1_IS_T1,
    agreement,
    at_least,
    catalogue,
    credential,
    crosswalk,
    documents,
    experience,
    option,
    planned,
    pool,
    qualification,
    request,
    unit,
)
from touchstone.errors import InputError, RequestError, TooComplexError
from touchstone.recognition import bridging
from touchstone.recognition.bridging import PlanWish
from touchstone.recognition.plan import Limits, PlanAnswer
from touchstone.recognition.rulebook import Rulebook

ASKS_THREE = qualification(unit("T1"), unit("T2"), unit("T3"))
BOTH = qualification(unit("T1"), unit("T2"))


def answer_to(*options, asks=ASKS_THREE, evidence=(), wish=None, given=(), **terms):
    """What the engine answers when all the catalogue offers are ``options``."""
    return planned(list(evidence), asks, agreement(**terms), S1_IS_T1, catalogue(*options), *given, wish=wish)


def chosen(*options, **fields):
    """The options of the cheapest plan, or None."""
    plan = answer_to(*options, **fields).plan
    return plan and plan.options


def only(**wish):
    """A wish with limits, given by name."""
    limits = Limits(wish.pop("max_hours", None), wish.pop("max_cost", None))
    return PlanWish(limits=limits, **wish)


# What is cheapest


def test_a_plan_costs_least_even_where_another_has_fewer_options():
    whole, parts = option("whole", "T1", "T2", "T3", cost=301), [option(f"only-{n}", f"T{n}") for n in (1, 2, 3)]

    assert chosen(whole, *parts) == ("only-1", "only-2", "only-3")


def test_of_plans_at_one_cost_the_one_with_fewer_hours_is_taken_and_then_the_one_with_fewer_options():
    slow, quick = option("slow", "T1", hours=11), option("quick", "T1", hours=10)
    halves = [option("half-1", "T1", cost=50, hours=5), option("half-2", "T2", cost=50, hours=5)]

    assert chosen(slow, quick, asks=ASKS_T1) == ("quick",)
    assert chosen(*halves, option("both", "T1", "T2"), asks=BOTH) == ("both",)


def test_what_is_recognised_already_is_not_bought_again():
    options = [option("first", "T1", "T2"), option("second", "T2", cost=99)]

    assert chosen(*options, asks=BOTH, evidence=[credential("S1")]) == ("second",)


def test_one_branch_of_an_any_of_is_enough():
    either = qualification({"any_of": [unit("T2"), {"all_of": [unit("T3"), unit("T4")]}]})

    assert chosen(option("two", "T2", cost=201), option("three", "T3"), option("four", "T4"), asks=either) == (
        "three",
        "four",
    )


def test_any_two_of_three_are_the_two_cheapest():
    asks = qualification(at_least(2, unit("T1"), unit("T2"), unit("T3")))

    assert chosen(option("1", "T1", cost=3), option("2", "T2", cost=1), option("3", "T3", cost=2), asks=asks) == (
        "2",
        "3",
    )


def test_credits_are_filled_by_the_cheapest_units_that_reach_them():
    asks = qualification(pool(6, "T1", "T2", "T3"))
    options = [option("six", "T1", cost=250), option("three", "T2", cost=120), option("three-more", "T3", cost=120)]

    assert chosen(*options, asks=asks) == ("three", "three-more")


def test_a_unit_is_learned_at_the_level_that_is_asked():
    assert chosen(option("course", "T1"), asks=qualification(unit("T1", level="4", min_score="80"))) == ("course",)


def test_a_plan_adds_up_what_its_options_cost_and_last():
    plan = answer_to(option("a", "T1", cost=150, hours=4), option("b", "T2", cost=70, hours=2), asks=BOTH).plan

    assert (plan.cost.amount, plan.cost.currency, plan.hours) == (220, "HKD", 6)
    assert (plan.proven, plan.lower_bound) == (True, 220)


def test_options_that_cost_nothing_are_not_taken_for_nothing():
    assert chosen(option("needed", "T1", cost=0, hours=0), option("idle", "T4", cost=0, hours=0), asks=ASKS_T1) == (
        "needed",
    )


# When there is nothing to plan, or nothing that helps


def test_full_recognition_has_an_empty_plan():
    plan = answer_to(option("course", "T1"), asks=ASKS_T1, evidence=[credential("S1")]).plan

    assert (plan.options, plan.cost.amount, plan.hours, plan.proven) == ((), 0, 0, True)


def test_what_no_option_leads_to_is_named():
    answer = answer_to(option("course", "T1"))

    assert (answer.plan, answer.unreachable) == (None, ("T2", "T3"))


def test_what_no_course_can_teach_is_unreachable():
    answer = answer_to(option("course", "T1"), asks=qualification(unit("T1"), experience(12)))

    assert (answer.plan, answer.unreachable) == (None, ("experience:goldsmith:12",))


def test_without_any_catalogue_everything_missing_is_unreachable():
    answer = planned([], BOTH, agreement())

    assert (answer.plan, answer.unreachable) == (None, ("T1", "T2"))


def test_without_an_agreement_there_is_no_plan_for_a_person_must_look():
    answer = planned([], ASKS_T1, agreement(status="draft"), catalogue(option("course", "T1")))

    assert (answer.plan, answer.unreachable) == (None, ())


def test_a_bar_is_not_lifted_by_courses():
    barred = qualification(unit("T1"), bars=[{"person": {"fact": "revoked", "in": ["yes"]}}])

    answer = planned([], barred, agreement(), catalogue(option("course", "T1")), person={"revoked": "yes"})

    assert answer.plan is None


def test_a_catalogue_that_is_not_in_force_offers_nothing():
    for away in ({"status": "draft"}, {"valid": {"until": "2026-05-31"}}):
        answer = planned([], ASKS_T1, agreement(), catalogue(option("course", "T1"), **away))
        assert (answer.plan, answer.unreachable) == (None, ("T1",))


def test_of_two_versions_of_a_catalogue_in_force_only_the_newer_one_offers_anything():
    older = catalogue(option("dropped", "T1", cost=1), option("kept", "T2", cost=5))
    newer = {**catalogue(option("new", "T1", cost=50), option("kept", "T2", cost=9)), "version": "2"}

    for versions in ((older, newer), (newer, older)):
        plan = planned([], BOTH, agreement(), *versions).plan
        assert (plan.options, plan.cost.amount) == (("new", "kept"), 59)


# Limits


@pytest.mark.parametrize(
    ("limit", "enough"), [({"max_cost": 100}, {"max_cost": 101}), ({"max_hours": 9}, {"max_hours": 10})]
)
def test_a_limit_may_be_reached_but_not_exceeded(limit, enough):
    course = option("course", "T1", cost=101)

    assert chosen(course, asks=ASKS_T1, wish=only(**enough)) == ("course",)
    assert chosen(course, asks=ASKS_T1, wish=only(**limit)) is None


@pytest.mark.parametrize("limit", [{"max_cost": 99}, {"max_hours": 0}])
def test_nothing_is_unreachable_where_only_a_limit_is_in_the_way(limit):
    answer = answer_to(option("course", "T1"), asks=ASKS_T1, wish=only(**limit))

    assert (answer.plan, answer.unreachable) == (None, ())


def test_a_limit_on_hours_makes_a_plan_dearer_rather_than_impossible():
    options = [option("slow", "T1", cost=1, hours=90), option("quick", "T1", cost=500, hours=9)]

    assert chosen(*options, asks=ASKS_T1) == ("slow",)
    assert chosen(*options, asks=ASKS_T1, wish=only(max_hours=89)) == ("quick",)


def test_limits_count_the_prerequisites_too():
    options = [option("basics", "T4", cost=50), option("course", "T1", cost=50, prerequisites=["basics"])]

    assert chosen(*options, asks=ASKS_T1, wish=only(max_cost=100)) == ("basics", "course")
    assert chosen(*options, asks=ASKS_T1, wish=only(max_cost=99)) is None


# Exclusions and regions


def test_an_excluded_option_is_never_taken():
    options = [option("cheap", "T1", cost=1), option("dear", "T1", cost=2)]

    assert chosen(*options, asks=ASKS_T1, wish=only(exclude=frozenset({"cheap"}))) == ("dear",)


def test_with_everything_excluded_the_unit_is_unreachable():
    answer = answer_to(option("cheap", "T1"), asks=ASKS_T1, wish=only(exclude=frozenset({"cheap"})))

    assert (answer.plan, answer.unreachable) == (None, ("T1",))


def test_an_unknown_excluded_option_is_refused_with_its_name():
    with pytest.raises(InputError, match="unknown") as refused:
        answer_to(option("cheap", "T1"), asks=ASKS_T1, wish=only(exclude=frozenset({"chaep"})))

    assert "chaep" in str(refused.value)


def test_a_region_counts_only_when_it_is_asked_for():
    away = catalogue(option("away", "T1", cost=1), identifier="catalogue-away", region="GD")
    home = option("home", "T1", cost=2)

    assert chosen(home, asks=ASKS_T1, given=[away]) == ("away",)
    assert chosen(home, asks=ASKS_T1, given=[away], wish=only(region="HK")) == ("home",)
    assert chosen(home, asks=ASKS_T1, given=[away], wish=only(region="MO")) is None


# Prerequisites


def test_a_prerequisite_is_part_of_the_plan_and_of_its_price():
    options = [option("basics", "T4"), option("course", "T1", cost=100, prerequisites=["basics"])]

    assert chosen(*options, asks=ASKS_T1) == ("basics", "course")
    assert chosen(*options, option("direct", "T1", cost=199), asks=ASKS_T1) == ("direct",)


def test_prerequisites_of_prerequisites_are_taken_too():
    options = [
        option("course", "T1", prerequisites=["middle"]),
        option("middle", "T4", prerequisites=["basics"]),
        option("basics", "T6"),
    ]

    assert chosen(*options, asks=ASKS_T1) == ("course", "middle", "basics")


def test_a_prerequisite_that_leads_only_to_recognised_units_is_met():
    options = [option("basics", "T1"), option("course", "T2", prerequisites=["basics"])]

    assert chosen(*options, asks=BOTH, evidence=[credential("S1")]) == ("course",)


HELD_ALREADY = {
    "held at home": ([credential("T3")], "T3", ()),
    "held at home and replaced by an equivalent": ([credential("T1")], "T5", ()),
    "covered by a row": ([credential("S1")], "T1", ()),
    "covered by a row and replaced by an equivalent": ([credential("S1")], "T5", ()),
    "covered by nothing": ([], "T3", ("basics",)),
    "covered by nothing, for a predecessor is all that is covered": ([credential("T5")], "T1", ("basics",)),
    "held abroad, and no row leads to it": ([credential("S2")], "T3", ("basics",)),
    "awarded too late": ([credential("T3", awarded="2026-07-01")], "T3", ("basics",)),
    "not known to be valid": ([credential("T3", status=None)], "T3", ("basics",)),
}


@pytest.mark.parametrize("case", HELD_ALREADY)
def test_nobody_pays_for_a_prerequisite_that_is_held_though_the_target_does_not_name_it(case):
    evidence, leads_to, taken = HELD_ALREADY[case]
    options = [option("basics", leads_to, cost=500), option("course", "T2", prerequisites=["basics"])]

    assert chosen(*options, asks=qualification(unit("T2")), evidence=evidence) == (*taken, "course")


def test_a_prerequisite_that_the_agreement_grants_is_met():
    grants = [{"holds": "certificate", "grants": ["T3"], "effect": "certificate"}]
    options = [option("basics", "T3"), option("course", "T2", prerequisites=["basics"])]
    holder = [credential(holds=["certificate"])]

    assert chosen(*options, asks=qualification(unit("T2")), evidence=holder, direct=grants) == ("course",)


def test_a_prerequisite_of_a_unit_that_is_asked_at_a_level_is_met_only_at_that_level():
    asks = qualification(unit("T1", level="4"), unit("T2"))
    options = [option("basics", "T1"), option("course", "T2", prerequisites=["basics"])]

    def holding(level):
        return [credential({"id": "T1", "level": level})]

    assert chosen(*options, asks=asks, evidence=holding("4")) == ("course",)
    assert chosen(*options, asks=asks, evidence=holding("2")) == ("basics", "course")


def test_a_unit_that_no_pool_needs_twice_is_covered_all_the_same():
    asks = qualification(pool(3, "T2", "T3"), unit("T4"))
    both = crosswalk(("S1", "exactMatch", "T2"), ("S1", "exactMatch", "T3"), identifier="both")
    options = [option("basics", "T3"), option("course", "T4", prerequisites=["basics"])]

    assert chosen(*options, asks=asks, evidence=[credential("S1")], given=[both], crosswalks=["both"]) == ("course",)


def test_a_prerequisite_that_leads_to_more_than_is_recognised_is_not_met():
    options = [option("basics", "T1", "T4"), option("course", "T2", prerequisites=["basics"])]

    assert chosen(*options, asks=BOTH, evidence=[credential("S1")]) == ("basics", "course")


def test_a_prerequisite_met_by_recognition_is_met_even_where_its_option_is_excluded():
    options = [option("basics", "T1"), option("course", "T2", prerequisites=["basics"])]
    without = only(exclude=frozenset({"basics"}))

    assert chosen(*options, asks=BOTH, evidence=[credential("S1")], wish=without) == ("course",)


def test_options_that_wait_for_one_another_are_never_planned_even_where_nobody_checked_the_documents():
    asks = qualification(unit("T1"))
    waiting = [option("one", "T1", prerequisites=["other"]), option("other", "T2", prerequisites=["one"])]

    def planned_unchecked(*options):
        unchecked = Rulebook(documents_of(documents(asks, agreement(), S1_IS_T1, catalogue(*options))))
        return bridging.plan(request_of(request([])), unchecked)

    assert planned_unchecked(*waiting) == PlanAnswer(unreachable=("T1",))
    assert planned_unchecked(*waiting, option("dear", "T1", cost=900)).plan.options == ("dear",)


def test_an_option_whose_prerequisite_is_excluded_cannot_be_taken():
    options = [option("basics", "T4"), option("course", "T1", prerequisites=["basics"])]

    answer = answer_to(*options, asks=ASKS_T1, wish=only(exclude=frozenset({"basics"})))

    assert (answer.plan, answer.unreachable) == (None, ("T1",))


# Currencies


def test_options_in_several_currencies_are_refused_with_a_sentence_that_says_what_to_do():
    with pytest.raises(RequestError) as refused:
        answer_to(option("here", "T1"), option("there", "T2", currency="CNY"), asks=BOTH)

    assert "CNY, HKD" in str(refused.value)
    assert "--exclude" in str(refused.value)


def test_a_currency_that_no_helpful_option_has_does_not_matter():
    assert chosen(option("here", "T1"), option("idle", "T4", currency="CNY"), asks=ASKS_T1) == ("here",)


# Stopped early


@pytest.fixture
def stopped_at_once(monkeypatch):
    """The own search gives up after a few branches, and HiGHS is not installed."""
    monkeypatch.setattr(bridging, "MOST_STEPS", 4)
    monkeypatch.delitem(sys.modules, "touchstone.recognition.plan_solver", raising=False)
    monkeypatch.setitem(sys.modules, "highspy", None)


def many_ways():
    pairs = [option(f"pair-{n}", f"T{n}", f"T{n + 1}", cost=150 + n) for n in (1, 2, 3)]
    return [*pairs, *(option(f"only-{n}", f"T{n}", cost=90 + n) for n in (1, 2, 3, 4))]


def test_a_plan_that_was_stopped_early_is_not_called_proven_and_tells_what_no_plan_costs_less_than(
    monkeypatch, stopped_at_once
):
    asks = qualification(*(unit(f"T{n}") for n in (1, 2, 3, 4)))

    stopped = answer_to(*many_ways(), asks=asks).plan
    monkeypatch.setattr(bridging, "MOST_STEPS", 20_000)
    best = answer_to(*many_ways(), asks=asks).plan

    assert not stopped.proven
    assert 0 < stopped.lower_bound <= best.cost.amount <= stopped.cost.amount
    assert (best.proven, best.options, best.lower_bound) == (True, ("pair-1", "pair-3"), 304)


def test_where_the_search_was_stopped_before_it_found_a_plan_it_is_not_said_that_there_is_none(
    monkeypatch, stopped_at_once
):
    monkeypatch.setattr(bridging, "MOST_STEPS", 0)

    with pytest.raises(TooComplexError, match="whether any plan keeps within the limits"):
        answer_to(option("course", "T1"), asks=ASKS_T1)


# Laws


def offering_everything(world):
    """A catalogue that leads to every unit of the target's framework, alone and in cheaper pairs."""
    homes = {each["framework"] for each in world.documents if each["id"] == world.request["target"]}
    frameworks = [each for each in world.documents if each["kind"] == "Framework" and each["id"] in homes]
    units = sorted({unit["id"] for each in frameworks for unit in each["competencies"]})
    alone = [option(f"only-{name}", name, cost=70 + 13 * place) for place, name in enumerate(units)]
    pairs = [option(f"pair-{one}", one, other, cost=95) for one, other in pairwise(units)]
    return catalogue(*alone, *pairs)


@given(strategies.lawful_worlds)
def test_a_plan_carried_out_and_decided_again_is_full(world):
    decision = decided_on(world.request, world.documents)
    assume(decision.floor not in ("FULL", "REFER") and decision.agreement)
    offered = offering_everything(world)

    plan = planned_on(world.request, [*world.documents, offered]).plan
    assume(plan is not None)

    learned = {name for each in offered["options"] if each["id"] in plan.options for name in each["covers"]}
    after = Obtaining(world, decision.agreement).all_of(sorted(learned))
    assert decided_on(after, world.documents).floor == "FULL"
    assert planned_on(after, [*world.documents, offered]).plan.options == ()
