# SPDX-License-Identifier: Apache-2.0
"""The methods where no publication was at hand: small cases that are worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from touchstone.evaluation.ahp import group_priorities, is_reciprocal, matrix_of, priorities, worst_triple
from touchstone.evaluation.evaluating import evaluate
from touchstone.evaluation.fuzzy import membership
from touchstone.evaluation.observations import load_data
from touchstone.evaluation.ranking import grey_coefficients, topsis
from touchstone.evaluation.weights import combined_weights, critic_weights, entropy_weights, minmax
from touchstone.library import DEMO, load_library
from touchstone.standards import IndicatorSystem

CONSISTENT = matrix_of([["1", "2", "4"], ["1/2", "1", "2"], ["1/4", "1/2", "1"]])
PREFERS_LAST = matrix_of([["1", "1", "1/4"], ["1", "1", "1/4"], ["4", "4", "1"]])


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean"])
def test_consistent_comparisons_give_their_own_proportions_by_any_method(method):
    found = priorities(CONSISTENT, method)

    assert found.weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert (found.eigenvalue, found.ratio) == (pytest.approx(3), pytest.approx(0))


def test_a_group_joins_judgements_cell_by_cell_or_priorities_by_their_mean():
    matrices = [CONSISTENT, PREFERS_LAST]

    by_judgements = group_priorities(matrices).weights
    by_priorities = group_priorities(matrices, by="priorities").weights

    assert by_priorities == pytest.approx([(4 / 7 + 1 / 6) / 2, (2 / 7 + 1 / 6) / 2, (1 / 7 + 4 / 6) / 2])
    roots = np.sqrt(
        [4 / 7 * 1 / 6, 2 / 7 * 1 / 6, 1 / 7 * 4 / 6]
    )  # both are consistent: geometric means of the priorities
    assert by_judgements == pytest.approx(roots / roots.sum())


def test_beyond_the_table_of_random_indices_there_is_no_ratio():
    assert priorities(np.ones((12, 12))).ratio is None
    assert priorities(np.ones((12, 12)), random_index="saaty_2005").ratio == pytest.approx(0)


def test_a_printed_reciprocal_is_rounded_and_still_one():
    for whole in range(2, 10):
        assert is_reciprocal([["1", str(whole)], [f"{1 / whole:.2f}", "1"]]), whole
    assert not is_reciprocal([["1", "3"], ["0.35", "1"]])
    assert not is_reciprocal([["1", "3"], ["3", "1"]])
    assert not is_reciprocal([["1", "0"], ["0", "1"]])


def test_the_worst_triple_is_where_answers_contradict_most():
    matrix = matrix_of([["1", "2", "4", "1/8"], ["1/2", "1", "2", "1"], ["1/4", "1/2", "1", "1"], ["8", "1", "1", "1"]])

    triple = worst_triple(matrix)

    assert (triple.a, triple.b, triple.c, triple.said, triple.implied) == (0, 2, 3, 0.125, 4.0)


def test_weights_of_two_origins_are_multiplied_or_mixed():
    first, second = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])

    assert combined_weights(first, second) == pytest.approx([10 / 28, 6 / 28, 12 / 28])
    assert combined_weights(first, second, "linear", 0.75) == pytest.approx([0.425, 0.275, 0.3])


def test_an_indicator_on_which_all_are_alike_weighs_nothing():
    values = np.array([[1.0, 5], [2, 5], [3, 5]])

    assert entropy_weights(values) == pytest.approx([1, 0])
    assert critic_weights(minmax(values)) == pytest.approx([1, 0])
    assert entropy_weights(values[:, [1, 1]]) == pytest.approx([0.5, 0.5])


def test_a_missing_value_is_left_out_of_its_own_column_only():
    whole, gap = np.array([[1.0, 4], [2, 9], [3, 5]]), np.array([[1.0, 4], [2, 9], [3, 5], [np.nan, 5]])

    assert minmax(gap)[:3, 0] == pytest.approx(minmax(whole)[:, 0])
    assert np.isnan(minmax(gap)[3, 0])
    assert np.isfinite(critic_weights(minmax(gap))).all()


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("weighted_average", [0.26, 0.41, 0.33]), ("max_min", [0.3, 0.5, 0.3]), ("max_product", [0.1, 0.25, 0.15])],
)
def test_an_operator_keeps_all_that_is_said_or_only_what_weighs_most(operator, expected):
    below = np.array([[0.2, 0.5, 0.3], [0.3, 0.3, 0.4], [0.35, 0.35, 0.3]])

    assert membership(np.array([0.5, 0.3, 0.2]), below, operator) == pytest.approx(expected)


def test_who_is_best_in_all_is_the_ideal_and_who_is_worst_its_opposite():
    scores = np.array([[1.0, 1.0], [0.5, 0.2], [0.0, 0.0]])

    assert topsis(scores, np.array([0.5, 0.5]))[[0, 2]] == pytest.approx([1, 0])


def test_among_equals_all_are_the_ideal():
    scores = np.full((3, 2), 0.4)

    assert topsis(scores, np.array([0.5, 0.5])) == pytest.approx([1, 1, 1])
    assert grey_coefficients(scores) == pytest.approx(np.ones((3, 2)))


def test_the_shipped_system_gives_what_exact_fractions_give():
    """The same totals again, by a tree walk in fractions that shares nothing with the methods."""
    system = next(loaded.document for loaded in load_library() if isinstance(loaded.document, IndicatorSystem))
    data = load_data(DEMO / "evaluation" / "2026.yaml")

    def score(leaf, text):
        measure = leaf.measure
        if measure.type == "graded":
            return Fraction(next(grade.score for grade in measure.grades if grade.code == text))
        value = Fraction(text)
        if measure.type == "interval":
            if measure.best_from <= value <= measure.best_until:
                return Fraction(1)
            edge, best = (
                (measure.tolerated_from, measure.best_from)
                if value < measure.best_from
                else (measure.tolerated_until, measure.best_until)
            )
            return max(Fraction(0), (value - Fraction(edge)) / (Fraction(best) - Fraction(edge)))
        return min(
            Fraction(1),
            max(Fraction(0), (value - Fraction(measure.worst)) / (Fraction(measure.best) - Fraction(measure.worst))),
        )

    def total(nodes, values):
        return sum(
            Fraction(node.weight)
            * (total(node.children, values) if node.children else score(node, values[node.id].value))
            for node in nodes
            if node.role == "scored"
        )

    found = {each.organisation: each for each in evaluate(system, data).organisations}
    for organisation in data.organisations:
        if found[organisation.id].verdict == "scored":
            exact = 100 * total(system.indicators, organisation.values)
            assert abs(Fraction(found[organisation.id].low) - exact) <= Fraction(1, 200), organisation.id
