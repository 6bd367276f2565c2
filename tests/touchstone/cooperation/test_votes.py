# SPDX-License-Identifier: Apache-2.0
"""Quorum and majority, in whole votes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.cooperation.votes import Ballot, VotingRule, outcome


def ballot(in_favour, against, abstained=0, recused=0):
    return Ballot(in_favour=in_favour, against=against, abstained=abstained, recused=recused)


def council(seats=9, **fields):
    return VotingRule(seats=seats, **fields)


@pytest.mark.parametrize(
    ("counted", "result", "needed"),
    [
        (ballot(6, 3), "carried", 6),
        (ballot(6, 0), "carried", 6),
        (ballot(5, 4), "lost", 6),
        (ballot(5, 2), "lost", 6),
        (ballot(4, 2), "lost", 6),  # two thirds of those present, not of the seats
        (ballot(4, 1, 1), "lost", 6),
        (ballot(5, 0), "no_quorum", 6),  # two thirds of 9 seats are 6
        (ballot(0, 0, 9), "lost", 6),
    ],
)
def test_two_thirds_of_the_seats_carry_unless_the_statutes_say_otherwise(counted, result, needed):
    found = outcome(counted, council())

    assert (found.result, found.needed) == (result, needed)


@pytest.mark.parametrize("against", range(6))
@pytest.mark.parametrize("abstained", range(6))
def test_four_of_nine_carry_nothing(against, abstained):
    if 4 + against + abstained <= 9:
        assert outcome(ballot(4, against, abstained), council()).result != "carried"


@pytest.mark.parametrize(
    ("counted", "result", "needed"),
    [(ballot(5, 2), "carried", 5), (ballot(4, 3), "lost", 5), (ballot(4, 1, 1), "carried", 4)],
)
def test_two_thirds_of_those_present_carry_where_the_statutes_state_it(counted, result, needed):
    found = outcome(counted, council(majority_of="present"))

    assert (found.result, found.needed) == (result, needed)


def test_a_recused_seat_counts_neither_for_the_quorum_nor_for_the_majority():
    assert outcome(ballot(4, 1), council()).result == "no_quorum"
    without_two = outcome(ballot(5, 0, recused=2), council())
    assert (without_two.result, without_two.quorum, without_two.needed) == ("carried", 5, 5)  # two thirds of 7
    assert outcome(ballot(4, 1, recused=2), council()).result == "lost"
    assert outcome(ballot(4, 2, recused=3), council()).result == "carried"


@pytest.mark.parametrize(("of", "result"), [("seats", "lost"), ("present", "lost"), ("cast", "carried")])
def test_what_a_majority_is_of_decides(of, result):
    assert outcome(ballot(4, 1, 2), council(majority_of=of)).result == result


@pytest.mark.parametrize(("in_favour", "result"), [(3, "lost"), (4, "carried")])
def test_more_than_half_of_six_are_four(in_favour, result):
    rule = council(6, majority="1/2", more_than=True)

    assert outcome(ballot(in_favour, 6 - in_favour), rule).result == result


def test_nobody_in_favour_never_carries():
    rule = council(majority="1/2", majority_of="cast")

    assert outcome(ballot(0, 0, 9), rule).result == "lost"


def test_more_votes_than_seats_are_no_ballot():
    with pytest.raises(ValueError, match="10 votes were counted, of 9 seats"):
        outcome(ballot(9, 1), council())


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_one_more_in_favour_instead_of_against_never_loses_what_was_carried(in_favour, against, abstained, more):
    rule = council(max(1, in_favour + against + abstained + more))
    before = outcome(ballot(in_favour, against, abstained), rule)

    if against and before.result == "carried":
        assert outcome(ballot(in_favour + 1, against - 1, abstained), rule).result == "carried"
