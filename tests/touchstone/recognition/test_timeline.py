# SPDX-License-Identifier: Apache-2.0
"""How a decision changes with time: every day lies in one stretch, and the stretch says what is decided on that day."""

from __future__ import annotations

import datetime as dt
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.worlds import random_world
from tests.touchstone import plain
from tests.touchstone.small_world import (
    AGREEMENT,
    ASKS_T1,
    AWAY,
    SCALE_AWAY,
    agreement,
    credential,
    crosswalk,
    decided,
    documents,
    experience,
    framework,
    practice,
    qualification,
    request,
)
from touchstone.errors import RequestError
from touchstone.recognition import compile_rulebook, decide
from touchstone.recognition.timeline import timeline

S1_IS_T1 = ("S1", "exactMatch", "T1")


def told_on(days, asked, rulebook):
    """What the timeline says of each day."""
    stretches = timeline(asked, rulebook)
    covering = [[each for each in stretches if begun(each, day) and not over(each, day)] for day in days]
    assert all(len(found) == 1 for found in covering)
    return [found[0].outcome for found in covering]


def begun(stretch, day):
    return stretch.from_ is None or stretch.from_ <= day


def over(stretch, day):
    return stretch.until is not None and stretch.until < day


def decided_on(day, asked, rulebook):
    """What is decided on a day, by a wallet whose credentials are checked again as often as they were."""
    moved = day - asked.decided_on
    evidence = [
        msgspec.structs.replace(each, status_checked=each.status_checked and each.status_checked + moved)
        for each in asked.evidence
    ]
    at = asked.decided_at and asked.decided_at + moved
    return decide(
        msgspec.structs.replace(asked, decided_on=day, decided_at=at, evidence=tuple(evidence)), rulebook
    ).outcome


def stretches_of(evidence, *given, **fields):
    """First day and outcome of every stretch after the first."""
    rulebook = compile_rulebook(plain.documents_of(documents(*given)))
    return [
        (str(each.from_), each.outcome, *each.causes)
        for each in timeline(plain.request_of(request(evidence, **fields)), rulebook)[1:]
    ]


def test_a_version_that_begins_later_is_seen_coming():
    coming = crosswalk(version="2", valid={"from": "2026-09-01"})

    found = stretches_of([credential("S1")], ASKS_T1, agreement(), crosswalk(S1_IS_T1), coming)

    assert found == [("2026-05-01", "FULL", "urn:example:1"), ("2026-09-01", "REFUSED", "crosswalk")]


def test_a_framework_of_the_evidence_that_changes_later_is_seen_coming():
    units = ("S1", {"id": "S2", "supersedes": {"id": "S1", "equivalent": True}})
    now, coming = (
        framework(AWAY, SCALE_AWAY, "S1", "S2", region="GD"),
        framework(AWAY, SCALE_AWAY, *units, region="GD", version="2", valid={"from": "2026-09-01"}),
    )
    terms = agreement(crosswalks=["crosswalk"], max_hops=1)

    found = stretches_of([credential("S1")], ASKS_T1, terms, crosswalk(("S2", "exactMatch", "T1")), now, coming)

    assert found == [("2026-09-01", "FULL", AWAY)]


def test_an_agreement_that_begins_later_is_seen_coming():
    coming = agreement(valid={"from": "2026-09-01"})

    found = stretches_of([credential("S1")], ASKS_T1, coming, crosswalk(S1_IS_T1))

    assert found == [("2026-09-01", "FULL", AGREEMENT)]


def test_practice_that_goes_on_is_enough_on_the_day_its_last_month_is_complete():
    going_on = practice("2026-01-01", "2027-12-31", awarded="2026-01-01")

    found = stretches_of([going_on], qualification(experience(12)), agreement())

    assert found == [("2026-12-31", "FULL", "urn:example:practice")]


def test_practice_is_enough_on_the_last_day_of_its_period_if_that_completes_the_month():
    ending = practice("2026-01-01", "2026-12-31", awarded="2026-01-01")

    found = stretches_of([ending], qualification(experience(12)), agreement())

    assert found == [("2026-12-31", "FULL", "urn:example:practice")]


def test_two_credentials_of_the_same_practice_count_it_once():
    twice = [practice("2026-01-01", "2027-12-31", awarded="2026-01-01", name=name) for name in ("urn:a", "urn:b")]

    found = stretches_of(twice, qualification(experience(12)), agreement())

    assert found == [("2026-12-31", "FULL", "urn:a")]


def test_months_of_adjoining_periods_are_counted_from_the_beginning_of_the_first():
    first = practice("2025-01-15", "2025-03-31", name="urn:first", awarded="2025-04-01")
    second = practice("2025-04-01", "2025-12-31", name="urn:second", awarded="2025-04-01")

    found = stretches_of([first, second], qualification(experience(6)), agreement())

    assert found == [("2025-07-14", "FULL", "urn:second")]


@st.composite
def careers(draw):
    """Up to three periods of practice that overlap, adjoin or leave a gap; attested before, within or after; some expire."""
    career, day = [], dt.date(2025, 1, draw(st.integers(1, 31)))
    for number in range(draw(st.integers(2, 3))):
        until = day + dt.timedelta(days=draw(st.integers(20, 150)))
        awarded = draw(st.sampled_from([day, dt.date(2025, 1, 1), dt.date(2025, 4, 1), until + dt.timedelta(days=1)]))
        expires = draw(st.sampled_from([None, None, None, until + dt.timedelta(days=20)]))
        career.append(practice(day, until, name=f"urn:{number}", awarded=awarded, expires=expires))
        day = until + dt.timedelta(days=draw(st.sampled_from([1, 1, -7, 9])))
    return career


@settings(max_examples=20, deadline=None)
@given(careers(), st.integers(2, 9), st.sampled_from([None, None, 6]))
def test_every_day_is_told_as_it_is_decided_whatever_practice_is_joined(career, months, fresh):
    terms = agreement() if fresh is None else agreement(freshness_months=fresh)
    rulebook = compile_rulebook(plain.documents_of(documents(qualification(experience(months)), terms)))
    asked = plain.request_of(request(career))
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=number) for number in range(540)]

    assert told_on(days, asked, rulebook) == [decided_on(day, asked, rulebook) for day in days]


@pytest.mark.parametrize("part", range(4))
def test_every_day_is_told_as_it_is_decided_on_random_worlds(part):
    for seed in range(part * 1_000, part * 1_000 + 25):
        rng = random.Random(seed)
        world, given = random_world(rng)
        asked, rulebook = plain.request_of(world), compile_rulebook(plain.documents_of(given))
        days = [asked.decided_on + dt.timedelta(days=rng.randint(-900, 900)) for _ in range(12)]

        assert told_on(days, asked, rulebook) == [decided_on(day, asked, rulebook) for day in days], f"world {seed}"


def ends_of(evidence, *given):
    """First and last day of the last stretch, and the outcome until then."""
    rulebook = compile_rulebook(plain.documents_of(documents(ASKS_T1, crosswalk(S1_IS_T1), *given)))
    last = timeline(plain.request_of(request(evidence)), rulebook)[-1]
    return str(last.from_), str(last.until), last.outcome


def test_months_of_practice_however_many_hide_no_end():
    held = credential("S1", awarded="2026-01-01")
    years = [
        practice(f"2025-01-{day:02}", "2060-12-31", name=f"urn:{day}", awarded="2025-02-01") for day in range(1, 31)
    ]
    ending = agreement(valid={"from": "2020-01-01", "until": "2031-12-31"})

    assert ends_of([held], ending) == ends_of([held, *years], ending) == ("2032-01-01", "None", "REFER")


def test_beyond_the_first_end_that_is_not_looked_at_nothing_is_told():
    first = dt.date(2026, 7, 1)
    held = [
        credential("S1", name=f"urn:{day}", awarded="2026-01-01", expires=str(first + dt.timedelta(days=day)))
        for day in range(200)
    ]

    _, until, outcome = ends_of(held, agreement())

    assert (until, outcome) == (str(first + dt.timedelta(days=16_000 // 200)), "FULL")


def test_a_unit_that_no_framework_knows_is_told_in_a_sentence_as_when_deciding():
    evidence, given = (
        [credential("S1"), credential("NOPE", name="urn:example:2")],
        (ASKS_T1, agreement(), crosswalk(S1_IS_T1)),
    )

    with pytest.raises(RequestError, match="no framework knows the unit: found 'NOPE'") as of_timeline:
        stretches_of(evidence, *given)
    with pytest.raises(RequestError) as of_decision:
        decided(evidence, *given)

    assert str(of_timeline.value) == str(of_decision.value)
    assert of_timeline.value.field == "evidence[1].units[0].id"
