# SPDX-License-Identifier: Apache-2.0
"""How one becomes a member, and ceases to be one."""

from __future__ import annotations

import datetime as dt

import pytest

from touchstone.cooperation.membership import Amendment, Charter, Event, membership_on
from touchstone.cooperation.votes import Ballot, VotingRule

COUNCIL = VotingRule(seats=9)
CHARTER = Charter(rule=COUNCIL)
CARRIED = Ballot(in_favour=6, against=3)
LOST = Ballot(in_favour=5, against=4)
FEW = Ballot(in_favour=5, against=0)


def event(act, on, **fields):
    return Event(act=act, on=dt.date.fromisoformat(on), **fields)


APPLIED = event("apply", "2026-01-10")
ADMITTED = event("admit", "2026-02-01", ballot=CARRIED)
CONFIRMED = event("confirm", "2027-02-01", ballot=CARRIED)
FULL = (APPLIED, ADMITTED, CONFIRMED)


def state(*events, on="2040-01-01"):
    return membership_on(events, dt.date.fromisoformat(on), CHARTER)


def refused(*events):
    return [refusal.code for refusal in state(*events).refused]


def test_a_member_applies_is_on_trial_and_becomes_full():
    days = ("2026-01-09", "2026-01-10", "2026-02-01", "2027-02-01")

    assert [state(*FULL, on=day).state for day in days] == ["none", "applicant", "trial", "full"]
    assert [state(*FULL, on=day).votes for day in days] == [False, False, False, True]


@pytest.mark.parametrize(("ballot", "code"), [(None, "no_vote"), (LOST, "not_carried"), (FEW, "no_quorum")])
def test_without_a_vote_that_is_carried_nobody_is_admitted(ballot, code):
    found = state(APPLIED, event("admit", "2026-02-01", ballot=ballot))

    assert (found.state, [each.code for each in found.refused]) == ("applicant", [code])


@pytest.mark.parametrize(("on", "codes"), [("2027-01-31", ["too_early"]), ("2027-02-01", [])])
def test_a_trial_lasts_its_twelve_months(on, codes):
    assert refused(APPLIED, ADMITTED, event("confirm", on, ballot=CARRIED)) == codes


def test_nobody_is_full_without_having_been_on_trial():
    assert refused(APPLIED, CONFIRMED) == ["not_from_here"]


def test_a_warning_that_is_lifted_makes_no_trial_full_and_does_not_begin_it_anew():
    warned = (event("warn", "2026-06-01", evidence=("letter",)), event("lift", "2026-09-01"))

    assert state(APPLIED, ADMITTED, *warned, on="2026-10-01").state == "trial"
    assert state(APPLIED, ADMITTED, *warned, CONFIRMED, on="2027-02-01").state == "full"


def test_who_is_reinstated_is_what_it_was():
    suspended = (
        event("warn", "2027-03-01", evidence=("letter",)),
        event("suspend", "2027-04-01", evidence=("report",), ballot=CARRIED),
        event("reinstate", "2027-05-01"),
    )

    assert [state(*FULL, *suspended, on=day).state for day in ("2027-03-01", "2027-04-01", "2027-05-01")] == [
        "warned",
        "suspended",
        "warned",
    ]
    assert not state(*FULL, *suspended, on="2027-04-01").votes


def test_whoever_is_warned_or_expelled_must_be_shown_why():
    assert refused(*FULL, event("warn", "2027-03-01"), event("expel", "2027-03-01", ballot=CARRIED)) == [
        "no_evidence",
        "no_evidence",
    ]


VETO = event("veto", "2027-06-30", veto="deceit", evidence=("finding",))


@pytest.mark.parametrize(
    "before", [(APPLIED,), FULL, (*FULL, event("leave", "2027-05-01"))], ids=["applicant", "full", "left"]
)
def test_a_veto_bars_without_a_vote_whoever_and_wherever(before):
    found = state(*before, VETO, on="2027-07-01")

    assert (found.state, found.barred_until) == ("barred", dt.date(2032, 6, 29))


@pytest.mark.parametrize(("on", "code"), [("2032-06-29", ["still_barred"]), ("2032-06-30", [])])
def test_who_is_barred_may_apply_again_after_five_years(on, code):
    assert refused(*FULL, VETO, event("apply", on)) == code


def test_after_the_bar_a_member_has_simply_left():
    assert state(*FULL, VETO, on="2032-06-29").state == "barred"
    assert state(*FULL, VETO, on="2032-06-30").state == "exited"


def test_a_new_deceit_within_the_bar_begins_it_anew():
    again = event("veto", "2032-01-10", evidence=("finding",), veto="deceit")

    assert state(*FULL, VETO, again, on="2037-01-09").state == "barred"
    assert state(*FULL, VETO, again, on="2037-01-10").state == "exited"


@pytest.mark.parametrize(("before", "votes"), [((APPLIED, ADMITTED), False), (FULL, True)])
def test_a_warning_takes_no_vote_and_gives_none(before, votes):
    warned = event("warn", "2027-03-01", evidence=("letter",))

    assert state(*before, warned, on="2027-03-01").votes is votes


def test_a_veto_names_its_cause():
    assert refused(*FULL, event("veto", "2027-06-30", evidence=("finding",))) == ["no_cause"]


def test_everybody_may_leave_without_a_vote():
    assert state(*FULL, event("leave", "2027-03-01"), on="2027-03-01").state == "exited"


def test_the_order_in_which_days_are_recorded_does_not_matter():
    found = state(*FULL, event("leave", "2026-12-31"), on="2027-03-01")

    assert (found.state, [each.code for each in found.refused]) == (
        "exited",
        ["not_from_here"],
    )  # nobody confirms who has left


def test_a_warning_recorded_ahead_of_its_day_does_not_undo_a_bar():
    later = event("warn", "2028-12-01", evidence=("letter",))

    assert [state(*FULL, later, VETO, on=day).state for day in ("2027-07-01", "2028-12-02")] == ["barred", "barred"]


def test_the_council_has_the_seats_of_its_charter_and_of_the_amendment_that_holds_on_the_day():
    four = Ballot(in_favour=4, against=0)
    small = Charter(rule=VotingRule(seats=6), amended=(Amendment(from_=dt.date(2026, 2, 2), rule=VotingRule(seats=9)),))

    def admitted(day):
        events = (APPLIED, event("admit", day, ballot=four))
        return membership_on(events, dt.date(2026, 3, 1), small).state

    assert [admitted(day) for day in ("2026-02-01", "2026-02-02")] == ["trial", "applicant"]
