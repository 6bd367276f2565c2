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
        (ballot(5, 4), "lost", 6),
        (ballot(5, 2), "carried", 5),  # two thirds of 7 present are 5
        (ballot(4, 3), "lost", 5),
        (ballot(5, 0), "no_quorum", 4),  # two thirds of 9 seats are 6
        (ballot(4, 1, 1), "carried", 4),
        (ballot(0, 0, 9), "lost", 6),
    ],
)
def test_two_thirds_of_those_present_carry_when_two_thirds_of_the_seats_are_there(counted, result, needed):
    found = outcome(counted, council())

    assert (found.result, found.needed) == (result, needed)


def test_who_is_recused_is_neither_a_seat_nor_present():
    assert outcome(ballot(4, 2), council()).result == "carried"
    assert outcome(ballot(4, 1), council()).result == "no_quorum"
    assert outcome(ballot(4, 1, recused=2), council()).result == "carried"


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
