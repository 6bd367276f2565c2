"""The balance: needed, graduating, certified, bridgeable; each figure as it would be counted by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.touchstone.demand.people import DAY, DOCUMENTS, crowd, need
from tests.touchstone.programmes.world import module, programme
from touchstone.demand.candidates import Passports, candidates, compile_needs
from touchstone.errors import InputError
from touchstone.programmes.balance import Cohort, FollowUp, Range, balance, quarter_of, quarters_from
from touchstone.programmes.yardstick import yardstick_of

UNIT = "DEMO-HK:casting"


def needs(employers, *, start="2027-01-04", level="2", openings=2):
    return [
        need(
            (UNIT, level),
            identifier=f"n{number}-{start}",
            employer=f"E{number}",
            openings=openings,
            needed={"from": start},
        )
        for number in range(employers)
    ]


def cohort(size, day, name="programme", **fields):
    return Cohort(
        id=f"{name}-{day}", programme=name, region="HK", size=size, graduates=dt.date.fromisoformat(day), **fields
    )


def taught(level, **fields):
    return programme(module("M", (UNIT, "practises", level)), region="HK", **fields)


def balanced(given, cohorts=(), people=(), programmes=(), hours=120):
    found = balance(given, cohorts, people, programmes, yardstick_of(DOCUMENTS, DAY), hours=hours)
    return {row.quarter: row for row in found.rows}, found


def test_quarters_follow_one_another_over_the_year():
    assert quarters_from(dt.date(2026, 11, 24), 3) == ["2026-Q4", "2027-Q1", "2027-Q2"]
    assert quarter_of(dt.date(2026, 3, 31)) == "2026-Q1"


def test_needs_stand_in_the_quarter_in_which_people_are_needed():
    rows, _ = balanced([*needs(5), *needs(6, start="2026-01-01")])

    assert {quarter: row.needed for quarter, row in rows.items()} == {
        "2026-Q4": 12,
        "2027-Q1": 10,
        "2027-Q2": 0,
        "2027-Q3": 0,
    }


def test_fewer_than_five_employers_are_hidden():
    assert balanced(needs(4))[0]["2027-Q1"].needed is None


def test_what_one_employer_makes_most_of_is_hidden():
    big = need((UNIT, "2"), identifier="big", employer="Big", openings=1000, needed={"from": "2027-01-04"})

    assert balanced([big, *needs(4)])[0]["2027-Q1"].needed is None
    assert balanced([big, *needs(4, openings=300)])[0]["2027-Q1"].needed == 2200


def test_who_graduates_counts_where_the_programme_reaches_the_level():
    cohorts = [cohort(30, "2027-02-01"), cohort(20, "2027-05-01")]

    assert balanced(needs(5), cohorts, programmes=[taught("3")])[0]["2027-Q1"].graduating == Range(30, 30)
    assert balanced(needs(5), cohorts, programmes=[taught("2")])[0]["2027-Q2"].graduating == Range(20, 20)
    assert balanced(needs(5), cohorts, programmes=[taught("1")])[0]["2027-Q1"].graduating == Range(0, 0)
    assert balanced(needs(5), cohorts, programmes=[taught(None)])[0]["2027-Q1"].graduating == Range(0, 30)


def test_of_a_programme_the_latest_version_in_force_is_taught_whatever_the_order():
    old, new, draft = taught("1"), taught("3", version="2"), taught("1", version="3", status="draft")
    cohorts = [cohort(30, "2027-02-01")]

    for given in ([old, new, draft], [draft, new, old]):
        assert balanced(needs(5), cohorts, programmes=given)[0]["2027-Q1"].graduating == Range(30, 30)
    assert balanced(needs(5), cohorts, programmes=[draft])[0]["2027-Q1"].graduating == Range(0, 0)


def test_a_cohort_of_a_programme_that_nobody_knows_is_refused():
    with pytest.raises(
        InputError, match=r"the programme of the cohort is unknown: found 'program'. Did you mean programme"
    ) as told:
        balanced(needs(5), [cohort(30, "2027-02-01", name="program")], programmes=[taught("3")])

    assert told.value.file == "program-2027-02-01"


def test_who_is_certified_and_who_can_be_bridged_is_what_the_engine_says():
    people, asked = crowd(300, seed=8), need((UNIT, "2"))
    expected = candidates(asked, Passports(people, compile_needs(DOCUMENTS, [asked]), DAY), max_hours=60)
    row = balanced(needs(5), people=people, hours=60)[0]["2026-Q4"]

    assert len(expected.ready) >= 5
    assert row.certified == (len(expected.ready), len(expected.ready) + len(expected.perhaps))
    assert row.bridgeable == len(expected.bridgeable)


def test_without_passports_the_balance_says_nothing_of_people_and_all_the_rest():
    rows, found = balanced(needs(5), [cohort(20, "2027-02-01")], None, [taught("2")])

    assert (rows["2027-Q1"].needed, rows["2027-Q1"].graduating) == (10, Range(20, 20))
    assert {(row.certified, row.bridgeable, row.other_scale) for row in found.rows} == {(None, None, False)}


def test_fewer_than_five_people_are_hidden():
    people = crowd(300, seed=8)
    asked = need((UNIT, "2"))
    rulebook = compile_needs(DOCUMENTS, [asked])
    ready = {item.holder for item in candidates(asked, Passports(people, rulebook, DAY)).ready}
    few = [person for person in people if person.holder in sorted(ready)[:4]]

    assert balanced(needs(5), people=few)[0]["2026-Q4"].certified is None


def test_a_level_on_another_scale_is_told_apart_from_fewer_than_five():
    scale = "https://touchstone.example/scales/cn-skill-5"
    other = [
        need((UNIT, "4"), identifier=f"n{number}", employer=f"E{number}", level_scale=scale) for number in range(5)
    ]
    row = balanced(other, people=crowd(3))[0]["2026-Q4"]

    assert (row.other_scale, row.certified) == (True, None)
    assert not balanced(needs(5), people=crowd(3))[0]["2026-Q4"].other_scale


def test_what_became_of_cohorts_is_added_up_by_programme():
    later = (FollowUp(months="6", placed=20, kept=18, moved=3), FollowUp(months="12", placed=22, kept=15, moved=4))
    cohorts = [
        cohort(30, "2025-02-01", follow_ups=later),
        cohort(30, "2025-06-01", follow_ups=later[:1]),
        cohort(4, "2025-07-01", follow_ups=later),
    ]

    assert balanced(needs(5), cohorts, programmes=[taught("2")])[1].outcomes == {
        "programme": {
            "12": {"of": 30, "placed": 22, "kept": 15, "moved": 4},
            "6": {"of": 60, "placed": 40, "kept": 36, "moved": 6},
        }
    }
