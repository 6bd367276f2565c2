# SPDX-License-Identifier: Apache-2.0
"""The three-valued expressions: strong Kleene logic, without *not*, so that more truth never makes anything false."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone import strategies
from tests.touchstone.plain import texts
from touchstone.errors import InputError
from touchstone.logic import Expression, Truth, at_least, evaluate, leaves, units_named
from touchstone.recognition.requirement import token
from touchstone.standards.decoding import decode

FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
VALUES = (FALSE, UNKNOWN, TRUE)


def expression(plain):
    return decode(texts(plain), Expression)


def units(*names):
    return [{"unit": name} for name in names]


def value(plain, **truths):
    """Evaluate with the truth of each unit given by its name."""
    return evaluate(expression(plain), lambda leaf: truths[leaf.unit])


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_all_is_the_least_and_any_the_greatest_of_its_parts(a, b):
    assert value({"all_of": units("A", "B")}, A=a, B=b) is min(a, b)
    assert value({"any_of": units("A", "B")}, A=a, B=b) is max(a, b)


def test_all_of_nothing_is_true_and_any_of_nothing_is_false():
    assert value({"all_of": []}) is TRUE
    assert value({"any_of": []}) is FALSE


@pytest.mark.parametrize(
    ("count", "values", "expected"),
    [
        (0, [], TRUE),
        (1, [], FALSE),
        (2, [TRUE, TRUE, FALSE], TRUE),
        (2, [TRUE, UNKNOWN, FALSE], UNKNOWN),
        (2, [TRUE, FALSE, FALSE], FALSE),
        (2, [UNKNOWN, UNKNOWN, FALSE], UNKNOWN),
        (3, [TRUE, TRUE], FALSE),
    ],
)
def test_at_least_is_true_when_the_trues_reach_the_count_and_false_when_trues_and_unknowns_cannot(
    count, values, expected
):
    assert at_least(count, values) is expected


@given(st.lists(st.sampled_from(VALUES), max_size=6))
def test_at_least_one_is_any_and_at_least_all_is_all(values):
    assert at_least(1, values) is max(values, default=FALSE)
    assert at_least(len(values), values) is min(values, default=TRUE)


def settle(plain, truths, **resolved):
    return evaluate(expression(plain), lambda leaf: resolved.get(token(leaf), truths[token(leaf)]))


@given(strategies.expressions, st.data())
def test_resolving_an_unknown_never_contradicts_what_was_already_certain(plain, data):
    names = {token(leaf) for leaf in leaves(expression(plain))}
    truths = {name: data.draw(st.sampled_from(VALUES)) for name in sorted(names)}
    known = {name: data.draw(st.sampled_from((FALSE, TRUE))) for name in truths if truths[name] is UNKNOWN}

    before, after = settle(plain, truths), settle(plain, truths, **known)

    assert before is UNKNOWN or after is before


@given(strategies.expressions, st.data())
def test_more_truth_never_makes_an_expression_less_true(plain, data):
    names = {token(leaf) for leaf in leaves(expression(plain))}
    less = {name: data.draw(st.sampled_from(VALUES)) for name in sorted(names)}
    more = {name: max(less[name], data.draw(st.sampled_from(VALUES))) for name in less}

    assert settle(plain, more) >= settle(plain, less)


def test_units_are_found_in_every_part_and_in_pools():
    plain = {
        "all_of": [
            {"unit": "A"},
            {"any_of": [{"at_least": {"count": 1, "of": units("B", "C")}}, {"holds": "h"}]},
            {"credits": {"at_least": 1, "from": ["D", "E"]}},
        ]
    }

    assert units_named(expression(plain)) == frozenset("ABCDE")
    assert len(list(leaves(expression(plain)))) == 5


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({"none_of": []}, "the operator is unknown"),
        ({"al_of": []}, "Did you mean all_of?"),
        ({"all_of": [], "any_of": []}, "more than one operator"),
        ({}, "the operator is unknown"),
        ([], "the value does not fit"),
        ("T1", "the value does not fit"),
        ({"unit": "T1", "levle": "3"}, "Did you mean level?"),
        ({"experience": {"months": 6}}, "exactly one of the two"),
        ({"experience": {"months": 6, "occupation": "a", "area": "b"}}, "exactly one of the two"),
        ({"experience": {"months": -1, "area": "b"}}, "at least 0"),
        (
            {
                "credits": {
                    "at_least": 1,
                    "from": ["A"],
                    "caps": [{"of": ["A"], "at_most": 1}, {"of": ["A"], "at_most": 2}],
                }
            },
            "two caps share a unit",
        ),
        ({"at_least": {"count": "1.5", "of": []}}, "a whole number"),
        ({"not": {"unit": "A"}}, "the operator is unknown"),
    ],
)
def test_what_is_no_expression_is_refused_with_a_sentence(plain, told):
    with pytest.raises(InputError) as refusal:
        expression(plain)

    assert told in str(refusal.value)
