# SPDX-License-Identifier: Apache-2.0
"""Versions, signatures, and an end that a learner can start."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.cooperation.agreements import AgreementTerms, Step, agreement_on

TERMS = AgreementTerms(parties=("school", "enterprise", "learner"), notice_days=14)


def step(act, by, day, version=None, reason=None):
    return Step(act=act, by=by, on=dt.date(2026, 3, day), version=version, reason=reason)


SIGNED = (step("propose", "school", 1, "v1"), step("sign", "enterprise", 2, "v1"), step("sign", "learner", 3, "v1"))
CHANGE = step("propose", "enterprise", 5, "v2")


def on(day, *steps):
    return agreement_on(steps, dt.date(2026, 3, day), TERMS)


def refused(*steps):
    return [refusal.code for refusal in on(31, *steps).refused]


def test_an_agreement_holds_when_everybody_has_signed():
    assert [(on(day, *SIGNED).state, on(day, *SIGNED).missing) for day in (1, 2, 3)] == [
        ("proposed", ("enterprise", "learner")), ("proposed", ("learner",)), ("in_force", ()),
    ]  # fmt: skip
    assert on(31).state == "draft"


def test_a_change_holds_only_when_everybody_has_signed_it_and_the_old_one_meanwhile():
    found = on(5, *SIGNED, CHANGE)
    after = on(7, *SIGNED, CHANGE, step("sign", "school", 6, "v2"), step("sign", "learner", 7, "v2"))

    assert (found.state, found.version, found.proposed, found.missing) == (
        "change_proposed",
        "v1",
        "v2",
        ("school", "learner"),
    )
    assert (after.state, after.version, after.proposed) == ("in_force", "v2", None)


def test_a_change_that_is_withdrawn_leaves_the_old_one():
    found = on(31, *SIGNED, CHANGE, step("withdraw", "enterprise", 6, "v2"), step("sign", "learner", 7, "v2"))

    assert (found.state, found.version) == ("in_force", "v1")
    assert [each.code for each in found.refused] == ["withdrawn"]


def test_a_newer_proposal_takes_the_place_of_an_older_one():
    steps = (
        *SIGNED,
        CHANGE,
        step("propose", "school", 6, "v3"),
        step("sign", "learner", 7, "v2"),
        step("sign", "school", 7, "v2"),
    )

    assert on(31, *steps).proposed == "v3"
    assert refused(*steps) == ["superseded", "superseded"]


@pytest.mark.parametrize("by", ["learner", "guardian"])
def test_a_learner_ends_it_at_once_without_a_reason_and_without_anybody(by):
    terms = AgreementTerms(parties=("school", "enterprise", "learner", "guardian"))
    steps = (*SIGNED, step("sign", "guardian", 3, "v1"), step("end", by, 10))

    days = [agreement_on(steps, dt.date(2026, 3, day), terms) for day in (9, 10)]

    assert [(each.state, each.ends) for each in days] == [("in_force", None), ("ended", dt.date(2026, 3, 10))]


def test_a_school_or_an_enterprise_gives_notice_and_a_reason():
    end = step("end", "enterprise", 10, reason="the workshop closes")

    assert refused(*SIGNED, step("end", "enterprise", 10)) == ["no_reason"]
    assert [on(day, *SIGNED, end).state for day in (10, 23, 24)] == ["ending", "ending", "ended"]


def test_within_the_notice_a_learner_may_leave_sooner_but_nobody_makes_it_later():
    end, sooner = step("end", "enterprise", 10, reason="closes"), step("end", "learner", 12)

    assert on(12, *SIGNED, end, sooner).state == "ended"
    assert on(31, *SIGNED, end, sooner).ended_by == "learner"
    assert refused(*SIGNED, end, step("end", "school", 11, reason="too")) == ["ended_already"]


def test_what_was_never_signed_by_all_ends_at_once():
    assert on(10, SIGNED[0], step("end", "school", 10, reason="no place")).state == "ended"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (step("sign", "guardian", 4, "v1"), "no_party"),
        (step("sign", "learner", 4, "v9"), "unknown_version"),
        (step("sign", "learner", 4, "v1"), "signed_already"),
        (step("propose", "learner", 4, "v1"), "signed_already"),
        (step("sign", "learner", 4), "unknown_version"),
    ],
)
def test_a_step_without_effect_is_named(more, code):
    assert refused(*SIGNED, more) == [code]


def test_only_who_proposed_withdraws():
    assert refused(*SIGNED, CHANGE, step("withdraw", "school", 6, "v2")) == ["not_the_proposer"]


def test_after_an_end_nothing_is_signed():
    assert refused(*SIGNED, CHANGE, step("end", "learner", 6), step("sign", "school", 7, "v2")) == ["ended_already"]


def test_the_order_in_which_days_are_recorded_does_not_matter():
    change_first = (*SIGNED, step("propose", "school", 30, "v2"), step("end", "learner", 10))

    assert [(on(day, *change_first).state, on(day, *change_first).version) for day in (10, 31)] == [("ended", "v1")] * 2
    assert refused(*change_first) == ["ended_already"]


STEPS = st.builds(
    step,
    st.sampled_from(["propose", "sign", "withdraw", "end"]),
    st.sampled_from(["school", "enterprise", "learner"]),
    st.integers(1, 31),
    st.sampled_from(["v1", "v2", "v3"]),
    st.sampled_from([None, "because"]),
)


@given(st.lists(STEPS, max_size=8), st.integers(1, 31), st.integers(0, 8))
def test_whatever_others_record_a_learner_who_ended_it_is_free_from_that_day_on(others, day, place):
    steps = [*others[:place], step("end", "learner", day), *others[place:]]

    assert {on(later, *steps).state for later in range(day, 32)} == {"ended"}


@pytest.mark.parametrize("by", ["learner", "guardian"])
def test_a_learner_ends_a_placement_whoever_is_written_among_the_parties(by):
    between = AgreementTerms(parties=("school", "enterprise"))
    steps = (step("propose", "school", 1, "v1"), step("sign", "enterprise", 2, "v1"), step("end", by, 9))

    found = agreement_on(steps, dt.date(2026, 3, 9), between)

    assert (found.state, found.ended_by, found.refused) == ("ended", by, ())
    assert [
        each.code for each in agreement_on((step("propose", by, 1, "v1"),), dt.date(2026, 3, 9), between).refused
    ] == ["no_party"]
