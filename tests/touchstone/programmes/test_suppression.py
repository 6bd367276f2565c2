"""When a figure may be told without telling of one employer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.programmes.suppression import Suppression

RULE = Suppression()


def told(*openings, rule=RULE):
    return rule.admits({f"E{place}": each for place, each in enumerate(openings)})


def test_five_equal_employers_may_be_told_of_and_four_may_not():
    assert told(3, 3, 3, 3, 3)
    assert not told(3, 3, 3, 3)
    assert not told(3, 3, 3, 3, 0)  # who asks for nobody is no cover


@pytest.mark.parametrize(
    ("openings", "may"),
    [
        ((100, 1, 1, 1, 1), False),
        ((50, 20, 10, 10, 10), True),
        ((51, 20, 10, 10, 9), False),
        ((50, 48, 2, 2, 1), True),
        ((50, 48, 2, 1, 1), False),  # the second greatest knows the greatest to within a tenth
    ],
)
def test_a_figure_that_one_employer_makes_most_of_is_hers(openings, may):
    assert told(*openings) is may


def test_a_committee_sets_its_own_rule():
    assert told(100, 20, 20, 20, 20, rule=Suppression(most_by_one=0.75))
    assert not told(3, 3, 3, 3, 3, rule=Suppression(fewest=6))


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_of_what_is_told_the_second_greatest_never_knows_the_greatest_to_within_a_tenth(openings):
    if told(*openings):
        whole, (greatest, second) = sum(openings), sorted(openings, reverse=True)[:2]
        at_most = whole - second
        assert at_most >= 1.1 * greatest - 1e-9
        assert greatest * 2 <= whole
