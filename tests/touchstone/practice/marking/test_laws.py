"""Laws of the statistics: what must hold for all ratings, whatever they are."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from touchstone.practice.marking.agreement import alpha, alpha_interval, intraclass, kappa
from touchstone.practice.marking.gauge import gauge
from touchstone.practice.marking.severity import severities

METRICS = st.sampled_from(("nominal", "ordinal", "interval"))
POINT = st.integers(0, 3)


def tables(value, *, rows=(3, 7), columns=(2, 4)):
    width = st.integers(*columns)
    return width.flatmap(
        lambda n: st.lists(st.lists(value, min_size=n, max_size=n), min_size=rows[0], max_size=rows[1])
    )


def same(a, b):
    return (math.isnan(a) and math.isnan(b)) or a == pytest.approx(b, abs=1e-9)


@given(ratings=tables(st.none() | POINT), metric=METRICS, chance=st.randoms())
def test_alpha_does_not_care_for_the_order_of_raters_and_units(ratings, metric, chance):
    order = list(range(len(ratings[0])))
    chance.shuffle(order)
    turned = [[row[j] for j in order] for row in ratings]
    chance.shuffle(turned)

    assert same(alpha(turned, metric), alpha(ratings, metric))


def test_the_interval_of_alpha_holds_it_is_drawn_again_alike_and_narrows_with_more_units():
    ratings = [[1, 1, 2], [2, 2, 2], [0, 1, 1], [3, 3, 2], [3, 3, 3], [1, 0, 1], [2, 2, 3], [0, 0, 0]]
    low, high = alpha_interval(ratings, "ordinal", "seed")
    lower, higher = alpha_interval(ratings * 8, "ordinal", "seed")

    assert low < alpha(ratings, "ordinal") < high <= 1
    assert higher - lower < 0.6 * (high - low)
    assert alpha_interval(ratings[::-1], "ordinal", "seed") == (low, high)


@given(ratings=tables(POINT), metric=METRICS)
def test_a_unit_that_nobody_else_rated_changes_no_alpha(ratings, metric):
    alone = [2, *[None] * (len(ratings[0]) - 1)]

    assert same(alpha([*ratings, alone], metric), alpha(ratings, metric))


@given(ratings=tables(st.none() | POINT))
def test_alpha_by_interval_knows_neither_scale_nor_origin(ratings):
    moved = [[None if value is None else 5 * value - 7 for value in row] for row in ratings]

    assert same(alpha(moved, "interval"), alpha(ratings, "interval"))


@given(ratings=st.lists(POINT, min_size=2, max_size=8), metric=METRICS)
def test_raters_who_agree_on_what_differs_have_an_alpha_of_one(ratings, metric):
    assume(len(set(ratings)) > 1)

    assert alpha([[value, value] for value in ratings], metric) == 1


@given(
    pairs=st.lists(st.tuples(POINT, POINT), min_size=2, max_size=12),
    weights=st.sampled_from(("none", "linear", "quadratic")),
)
def test_kappa_is_the_same_whoever_is_called_first(pairs, weights):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]

    assert same(kappa(first, second, weights, range(4)), kappa(second, first, weights, range(4)))


@given(pairs=st.lists(st.tuples(POINT, POINT), min_size=3, max_size=12))
def test_quadratic_kappa_is_the_intraclass_correlation_with_all_degrees_of_freedom(pairs):
    """Fleiss and Cohen (1973): they are equal where sums of squares are divided by n instead of n - 1."""
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    n = len(pairs)
    means = sum(first) / n, sum(second) / n
    variances = sum((a - means[0]) ** 2 for a in first) / n, sum((b - means[1]) ** 2 for b in second) / n
    assume(sum(variances) + (means[0] - means[1]) ** 2 > 0)
    shared = sum((a - means[0]) * (b - means[1]) for a, b in pairs) / n

    expected = 2 * shared / (sum(variances) + (means[0] - means[1]) ** 2)
    assert same(kappa(first, second, "quadratic", range(4)), expected)


@given(ratings=tables(POINT), shift=st.integers(1, 3))
def test_consistency_does_not_care_whether_one_rater_is_severe(ratings, shift):
    before = intraclass(ratings)["ICC(3,1)"].value
    after = intraclass([[row[0] - 10 * shift, *row[1:]] for row in ratings])["ICC(3,1)"].value

    assert same(after, before)


def test_agreement_does_care_whether_one_rater_is_severe():
    fair, severe = ((1, 1), (2, 2), (3, 3)), ((1, 0), (2, 1), (3, 2))

    assert intraclass(fair)["ICC(2,1)"].value == 1
    assert intraclass(severe)["ICC(3,1)"].value == 1
    assert intraclass(severe)["ICC(2,1)"].value < 0.7


@given(
    units=st.lists(st.integers(0, 9), min_size=2, max_size=6),
    severe=st.lists(st.integers(-4, 4), min_size=2, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_a_severity_that_was_put_in_comes_out_even_with_gaps(units, severe, seed):
    """Everybody rates the first unit, so that all are joined; of the others anybody may leave some out."""
    chance = random.Random(seed)
    full = [[float(unit - each) for each in severe] for unit in units]
    rated = [full[0], *([value if chance.random() < 0.7 else None for value in line] for line in full[1:])]
    middle = sum(severe) / len(severe)

    for found, put_in in zip(severities(rated), severe, strict=True):
        assert found.value == pytest.approx(put_in - middle, abs=1e-9)


def test_assessors_without_work_in_common_cannot_be_compared():
    with pytest.raises(ValueError, match="assessors_not_joined"):
        severities([[1, 2, None, None], [None, None, 1, 3]])


@given(scale=st.sampled_from((0.001, 0.5, 3, 100)), seed=st.integers(0, 2**32))
def test_the_share_of_a_gauge_has_no_unit(scale, seed):
    chance = random.Random(seed)
    readings = [[[part + chance.gauss(0, 0.2) for _ in range(2)] for part in range(4)] for _ in range(2)]
    scaled = [[[scale * value for value in cell] for cell in row] for row in readings]

    for method in ("range", "anova"):
        assert gauge(scaled, method).share == pytest.approx(gauge(readings, method).share, rel=1e-9)
