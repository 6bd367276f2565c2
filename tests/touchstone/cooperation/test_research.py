# SPDX-License-Identifier: Apache-2.0
"""Problems of enterprises find laboratories, equipment and experts."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from itertools import combinations

import pytest

from touchstone.cooperation.research import Deliverable, Holding, Means, Problem, Project, Span, match
from touchstone.errors import TooComplexError
from touchstone.standards.envelope import Period


def day(number):
    return dt.date(2026, 5, number)


SPAN = Span(from_=day(1), until=day(10))
PROBLEM = Problem(id="porosity", competencies=("casting", "metallography"), equipment=("sem",), span=SPAN, days=5)


def means(name, *brings, equipment=(), **fields):
    return Means(id=name, kind="laboratory", member="school", competencies=brings, equipment=equipment, **fields)


def test_the_least_team_that_brings_everything_is_found():
    found = match(
        PROBLEM, [means("a", "casting"), means("b", "metallography"), means("c", "casting", equipment=("sem",))]
    )

    assert found.team == ("b", "c")
    assert found.nobody_brings == ()


def test_who_is_not_free_for_long_enough_is_named_and_in_no_team():
    taken = Span(from_=day(1), until=day(6))
    busy = means("busy", "casting", "metallography", equipment=("sem",), taken=(taken,))

    found = match(PROBLEM, [busy])

    assert [(each.means, each.free_days, each.fits) for each in found.candidates] == [("busy", 4, False)]
    assert (found.team, found.nobody_brings) == ((), ("casting", "metallography", "sem"))


@pytest.mark.parametrize(("until", "fits"), [(5, True), (4, False)])
def test_days_are_counted_both_ends_included(until, fits):
    (candidate,) = match(PROBLEM, [means("a", "casting", available=Period(until=day(until)))]).candidates

    assert candidate.fits is fits


def test_what_overlaps_is_taken_once():
    twice = (Span(from_=day(2), until=day(5)), Span(from_=day(4), until=day(6)))

    assert match(PROBLEM, [means("a", "casting", taken=twice)]).candidates[0].free_days == 5


def test_who_brings_nothing_is_no_candidate():
    assert match(PROBLEM, [means("a", "enamel")]).candidates == ()


def test_any_order_of_the_means_gives_the_same():
    everybody = [
        means(name, *brings) for name, brings in (("a", ["casting"]), ("b", ["casting"]), ("c", ["metallography"]))
    ]

    assert match(PROBLEM, everybody) == match(PROBLEM, everybody[::-1])


def test_no_smaller_team_brings_everything():
    """By brute force on small worlds."""
    chance = random.Random(20261124)
    skills = [f"s{number}" for number in range(5)]
    for _ in range(60):
        everybody = [means(f"m{n}", *chance.sample(skills, chance.randint(1, 3))) for n in range(chance.randint(1, 7))]
        problem = Problem(id="p", competencies=tuple(skills), span=SPAN)

        team = match(problem, everybody).team

        brought = {each.id: set(each.competencies) for each in everybody}
        sizes = [
            size
            for size in range(1, len(everybody) + 1)
            for chosen in combinations(brought, size)
            if set(skills) <= set().union(*(brought[name] for name in chosen))
        ]
        assert len(team) == min(sizes, default=0)
        assert not team or set(skills) <= set().union(*(brought[name] for name in team))


def project(**changes):
    fields = {
        "problem": "porosity", "team": ("a",), "span": SPAN,
        "deliverables": (Deliverable(id="report", title={"en": "Report"}, due=day(10)),),
        "shares": (Holding(member="firm", share=Decimal("0.6")), Holding(member="school", share=Decimal("0.4"))),
    }  # fmt: skip
    return Project(**{**fields, **changes})


def test_a_project_shares_out_all_of_what_is_invented():
    assert project().shares[0].share == Decimal("0.6")
    with pytest.raises(ValueError, match=r"add up to 0\.6, not to 1"):
        project(shares=project().shares[:1])


def test_a_deliverable_is_due_within_the_project():
    with pytest.raises(ValueError, match=r"outside the project"):
        project(deliverables=(Deliverable(id="late", title={"en": "Late"}, due=day(11)),))


def test_more_than_can_be_searched_through_is_refused_with_a_remedy():
    many = Problem(id="p", competencies=tuple(f"s{number}" for number in range(17)), span=SPAN)

    with pytest.raises(TooComplexError, match="Part the problem"):
        match(many, [])


def test_a_team_is_free_together():
    first, second = (Span(from_=day(1), until=day(5)), Span(from_=day(6), until=day(10)))
    early = means("early", "casting", taken=(second,))
    late = means("late", "metallography", equipment=("sem",), taken=(first,))
    also_early = means("slow", "metallography", equipment=("sem",), taken=(Span(from_=day(6), until=day(9)),))

    apart, together = match(PROBLEM, [early, late]), match(PROBLEM, [early, late, also_early])

    assert (apart.team, apart.nobody_brings, apart.never_together) == ((), (), True)
    assert (together.team, together.never_together) == (("early", "slow"), False)


def span_within(chance):
    begin = chance.randint(1, 10)
    return Span(from_=day(begin), until=day(chance.randint(begin, 10)))


def test_of_teams_that_are_free_together_none_is_smaller():
    """By brute force on small worlds."""
    chance = random.Random(20261125)
    skills = [f"s{number}" for number in range(4)]
    problem = Problem(id="p", competencies=tuple(skills), span=SPAN, days=3)
    found_any = 0
    for _ in range(120):
        everybody = [
            means(f"m{n}", *chance.sample(skills, chance.randint(1, 2)), taken=(span_within(chance),))
            for n in range(chance.randint(2, 6))
        ]
        free = {
            each.id: {d for d in range(1, 11) if not each.taken[0].from_ <= day(d) <= each.taken[0].until}
            for each in everybody
        }
        sizes = [
            size
            for size in range(1, len(everybody) + 1)
            for team in combinations(everybody, size)
            if {name for each in team for name in each.competencies} >= set(skills)
            and len(set.intersection(*(free[each.id] for each in team))) >= 3
        ]

        assert len(match(problem, everybody).team) == min(sizes, default=0)
        found_any += bool(sizes)
    assert 10 < found_any < 110
