# SPDX-License-Identifier: Apache-2.0
"""What is missing: all minimal sets, smallest first; what is obtained is obtained as it is asked for (recognition-algorithm 8.3)."""

from __future__ import annotations

from tests.touchstone.small_world import (
    agreement,
    at_least,
    credential,
    decided,
    experience,
    person,
    pool,
    qualification,
    unit,
)
from touchstone.recognition.missing import LIMIT


def missing(*require, evidence=(), **terms):
    return decided(list(evidence), qualification(*require), agreement(**terms)).missing


def test_each_alternative_is_a_set_of_its_own_smallest_first():
    either = {"any_of": [unit("T2"), {"all_of": [unit("T3"), unit("T4")]}]}

    assert missing(unit("T6"), either) == (("T2", "T6"), ("T3", "T4", "T6"))


def test_a_set_that_contains_another_is_not_minimal():
    both = {"any_of": [unit("T2"), {"all_of": [unit("T2"), unit("T3")]}]}

    assert missing(both) == (("T2",),)


def test_what_is_held_already_is_not_missing():
    assert missing(at_least(2, unit("T1"), unit("T2"), unit("T3")), evidence=[credential("T1")]) == (("T2",), ("T3",))


def test_an_obtained_unit_covers_its_equivalent_successor_but_not_the_other_way_round():
    assert missing(unit("T1"), unit("T5")) == (("T1",),)
    assert missing({"any_of": [unit("T1"), unit("T5")]}) == (("T1",), ("T5",))


def test_a_unit_is_obtained_at_the_highest_level_and_score_that_is_asked_of_it():
    asked = [unit("T1", level="2", min_score="60"), unit("T1", level="3", min_score="80"), unit("T5", min_score="70")]

    assert missing(*asked) == (("T1",),)
    assert missing(unit("T1", min_score="60"), unit("T5", min_score="70")) == (("T1", "T5"),)


def test_more_months_satisfy_a_leaf_that_asks_fewer_and_not_the_other_way_round():
    assert missing(experience(6), experience(24)) == (("experience:goldsmith:24",),)
    assert missing({"any_of": [experience(6), experience(24)]}) == (
        ("experience:goldsmith:24",),
        ("experience:goldsmith:6",),
    )
    assert missing(experience(6), experience(24, area="jewellery")) == (
        ("experience:goldsmith:6", "experience:jewellery:24"),
    )


def test_a_pool_is_completed_by_units_that_are_worth_enough():
    assert missing(pool(6, "T1", "T2", "T3", "T4")) == (("T1",), ("T2", "T3"))
    assert missing(pool(7, "T1", "T2", "T3"), evidence=[credential("T1")]) == (("T2",), ("T3",))


def test_an_obtained_predecessor_serves_one_unit_of_a_pool():
    assert missing(pool(10, "T1", "T5")) == (("T1", "T5"),)
    assert missing(pool(10, "T1", "T5"), reuse_allowed=True) == (("T1",),)


def test_what_nobody_could_obtain_leaves_no_way():
    assert missing(unit("T1"), {"any_of": []}) == ()


def test_nothing_is_missing_where_it_is_full():
    assert missing(unit("T1"), evidence=[credential("T1")]) == ()


def test_at_most_64_sets_are_listed_the_smallest_first_and_it_is_said_that_there_are_more():
    facts = [person(f"fact-{number:02}", "yes") for number in range(70)]

    some = decided([], qualification({"any_of": facts[:LIMIT]}), agreement())
    more = decided([], qualification({"any_of": facts}), agreement())

    assert [reason.code for reason in some.reasons if reason.code == "missing_truncated"] == []
    assert len(some.missing) == len(more.missing) == LIMIT == 64
    assert more.missing == some.missing
    assert more.reasons[-1].code == "missing_truncated"


def test_a_condition_is_looked_for_among_all_sets_and_not_only_the_first_64():
    facts = [person(f"fact-{number:02}", "yes") for number in range(70)]
    terms = agreement(conditional={"only_missing": ["person:fact-69"]})

    stated = {f"fact-{number:02}": "no" for number in range(70)}

    decision = decided([], qualification({"any_of": facts}), terms, person=stated)

    assert (decision.outcome, decision.conditions.must_obtain) == ("CONDITIONAL", ("person:fact-69",))
