# SPDX-License-Identifier: Apache-2.0
"""What is shared out is shared out to the last unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.cooperation.benefits import BenefitFormula, shared_out

FORMULA = BenefitFormula(evenly=Decimal("0.4"), by={"hours": Decimal("0.6")})


def amounts(amount, contributions, formula):
    return {each.member: each.amount for each in shared_out(amount, contributions, formula)}


def test_a_part_goes_evenly_and_the_rest_by_what_was_brought():
    hours = {"school": {"hours": Decimal(30)}, "firm": {"hours": Decimal(10)}}

    assert amounts(1000, hours, FORMULA) == {"firm": 350, "school": 650}


def test_the_last_cents_go_to_the_greatest_remainders_then_to_the_first_id():
    evenly = BenefitFormula(evenly=Decimal(1))

    assert amounts(100, {"c": {}, "b": {}, "a": {}}, evenly) == {"a": 34, "b": 33, "c": 33}


def test_the_least_share_is_given_first():
    formula = BenefitFormula(by={"hours": Decimal(1)}, at_least=100)

    assert amounts(500, {"a": {"hours": Decimal(1)}, "b": {"hours": Decimal(0)}}, formula) == {"a": 400, "b": 100}


def test_what_nobody_brought_is_shared_evenly():
    nothing = {"hours": Decimal(0)}

    assert amounts(10, {"a": nothing, "b": nothing}, BenefitFormula(by={"hours": Decimal(1)})) == {"a": 5, "b": 5}


def test_a_portion_tells_how_it_came_about():
    (portion, _) = shared_out(100, {"a": {"hours": Decimal(1)}, "b": {"hours": Decimal(2)}}, FORMULA)

    assert (portion.amount, portion.exact, portion.parts) == (40, "40", {"evenly": "20", "hours": "20"})


@pytest.mark.parametrize(
    ("brought", "told"),
    [
        (
            {"hurs": Decimal(9)},
            "no kind of contribution hurs, which b is said to have made: the nearest that it has is hours",
        ),
        ({}, "nothing says what b contributed of hours: write 0"),
    ],
)
def test_a_misspelt_kind_or_a_member_who_says_nothing_moves_nobodys_money(brought, told):
    with pytest.raises(ValueError, match=told):
        shared_out(100, {"a": {"hours": Decimal(1)}, "b": brought}, FORMULA)


def test_a_formula_whose_parts_do_not_add_up_is_none():
    with pytest.raises(ValueError, match=r"add up to 0\.9, not to 1"):
        BenefitFormula(evenly=Decimal("0.5"), by={"hours": Decimal("0.4")})


@pytest.mark.parametrize(("amount", "members"), [(-1, {"a": {}}), (1, {}), (99, {"a": {}})])
def test_what_cannot_be_shared_is_told(amount, members):
    with pytest.raises(ValueError, match=r"nothing to share|is less than"):
        shared_out(amount, members, BenefitFormula(evenly=Decimal(1), at_least=100))


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**6), min_size=1, max_size=9),
)
def test_nothing_is_lost_and_nothing_is_made(amount, hours):
    contributions = {member: {"hours": Decimal(brought)} for member, brought in hours.items()}

    portions = shared_out(amount, contributions, FORMULA)

    assert sum(each.amount for each in portions) == amount
    assert portions == shared_out(amount, dict(reversed(contributions.items())), FORMULA)
