# SPDX-License-Identifier: Apache-2.0
"""How far assessors agree: Krippendorff's alpha, Cohen's weighted kappa, intraclass correlation.

Ratings are a row a unit and a column a rater; None stands where somebody did not rate, and is never read as a value.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from touchstone.practice.marking.quantiles import f_quantile

Ratings = Sequence[Sequence[float | None]]
Metric = Literal["nominal", "ordinal", "interval"]
Weights = Literal["none", "linear", "quadratic"]
Form = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
_DRAWS, _LEAST_DRAWN = 1000, 3
FORMS: tuple[Form, ...] = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def alpha(ratings: Ratings, metric: Metric) -> float:
    """Return Krippendorff's alpha (*Computing Krippendorff's Alpha-Reliability*, 2011, section C); nan where nothing can be compared.

    Units that fewer than two rated say nothing. Where every value is the same there is no disagreement to expect, and alpha is not
    defined.
    """
    units = [[value for value in row if value is not None] for row in ratings]
    units = [row for row in units if len(row) > 1]
    counts = Counter(value for row in units for value in row)
    distance = _distance(metric, counts)
    n = sum(counts.values())
    observed = math.fsum(_disagreement(Counter(row), distance) / (len(row) - 1) for row in units)
    expected = _disagreement(counts, distance) / (n - 1) if n > 1 else 0.0
    return 1 - observed / expected if expected else math.nan


def alpha_interval(ratings: Ratings, metric: Metric, seed: str, confidence: float = 0.95) -> tuple[float, float]:
    """Return between which bounds alpha lies, by drawing the units anew (Hayes and Krippendorff 2007): as there, the disagreement that
    chance leaves to expect stays that of all ratings, and no alpha is more than 1.

    :param seed: what the draws begin from, such as the digest of the sheet: the same one gives the same bounds.
    :return: nan twice with fewer than three units, or where alpha is not defined.
    """
    units = sorted(
        row for row in (sorted(value for value in row if value is not None) for row in ratings) if len(row) > 1
    )
    counts = Counter(value for row in units for value in row)
    distance = _distance(metric, counts)
    n = sum(counts.values())
    expected = _disagreement(counts, distance) / (n - 1) if n > 1 else 0.0
    if len(units) < _LEAST_DRAWN or not expected:
        return math.nan, math.nan
    parts = [(_disagreement(Counter(row), distance) / (len(row) - 1), len(row)) for row in units]
    chance = random.Random(seed)  # noqa: S311 - a draw that everybody can repeat
    drawn = sorted(_drawn_alpha(chance.choices(parts, k=len(parts)), expected / n) for _ in range(_DRAWS))
    beyond = round((1 - confidence) / 2 * _DRAWS)
    return drawn[beyond], drawn[_DRAWS - 1 - beyond]


def _drawn_alpha(parts: Sequence[tuple[float, int]], expected: float) -> float:
    return min(1.0, 1 - math.fsum(part for part, _ in parts) / sum(size for _, size in parts) / expected)


def _disagreement(counts: Counter[float], distance: Callable[[float, float], float]) -> float:
    values = sorted(counts)
    return math.fsum(counts[a] * counts[b] * distance(a, b) for a in values for b in values)


def _distance(metric: Metric, counts: Counter[float]) -> Callable[[float, float], float]:
    """Return the squared difference of two values, as the metric sees it."""
    if metric == "nominal":
        return lambda a, b: float(a != b)
    if metric == "interval":
        return lambda a, b: (a - b) ** 2

    def ordinal(a: float, b: float) -> float:
        between = sum(count for value, count in counts.items() if min(a, b) <= value <= max(a, b))
        return (between - (counts[a] + counts[b]) / 2) ** 2 if a != b else 0.0

    return ordinal


def kappa(
    first: Sequence[float], second: Sequence[float], weights: Weights = "quadratic", scale: Sequence[float] = ()
) -> float:
    """Return Cohen's kappa of two raters over the same units, weighted by how far apart their values stand on the scale.

    :param scale: the values that there are, in order; without it those that occur. Weights count places on it.
    :raises ValueError: when the raters rated different numbers of units.
    """
    places = {value: place for place, value in enumerate(scale or sorted({*first, *second}))}
    table = [[0.0] * len(places) for _ in places]
    for a, b in zip(first, second, strict=True):
        table[places[a]][places[b]] += 1
    power = {"none": 0, "linear": 1, "quadratic": 2}[weights]
    return kappa_of(
        table, [[float(i != j) * abs(i - j) ** power for j in range(len(table))] for i in range(len(table))]
    )


def kappa_of(table: Sequence[Sequence[float]], distance: Sequence[Sequence[float]]) -> float:
    """Return kappa of a table of counts or shares, by weights of disagreement: ``1 - Σ w·o / Σ w·e`` (Cohen 1968).

    nan where chance alone leaves no disagreement to expect.
    """
    size, n = range(len(table)), math.fsum(map(math.fsum, table))
    rows, columns = [math.fsum(row) for row in table], [math.fsum(row[j] for row in table) for j in size]
    observed = math.fsum(distance[i][j] * table[i][j] for i in size for j in size)
    expected = math.fsum(distance[i][j] * rows[i] * columns[j] for i in size for j in size) / n if n else 0.0
    return 1 - observed / expected if expected else math.nan


class Correlation(NamedTuple):
    """An intraclass correlation with its confidence interval."""

    value: float
    low: float
    high: float


def intraclass(ratings: Sequence[Sequence[float]], confidence: float = 0.95) -> dict[Form, Correlation]:
    """Return all six intraclass correlations of a complete table by their names (Shrout and Fleiss 1979).

    1: each unit has raters of its own; 2: raters drawn at random, agreement; 3: these raters alone, consistency. ``,1`` is of one rater,
    ``,k`` of the mean of all. Intervals: their formulas for 1 and 3, McGraw and Wong 1996 for 2.

    :raises ValueError: when there are fewer than two units or raters, or the table has a gap.
    """
    n, k = len(ratings), len(ratings[0]) if ratings else 0
    if n < 2 or k < 2 or any(len(row) != k for row in ratings):
        raise ValueError("an intraclass correlation needs two units and two raters at least, and no gap")
    between, within, raters, error = _mean_squares(ratings)
    if between == within == 0:
        return dict.fromkeys(FORMS, Correlation(math.nan, math.nan, math.nan))
    one = _ratio(between, within, k, n, n * (k - 1), confidence)
    three = _ratio(between, error, k, n, (n - 1) * (k - 1), confidence)
    two = _agreement(between, raters, error, n, k, confidence)
    single: tuple[tuple[Form, Form, Correlation], ...] = (
        ("ICC(1,1)", "ICC(1,k)", one), ("ICC(2,1)", "ICC(2,k)", two), ("ICC(3,1)", "ICC(3,k)", three),
    )  # fmt: skip
    found = {name: value for name, _, value in single}
    return found | {name: Correlation(*(_stepped_up(part, k) for part in value)) for _, name, value in single}


def _mean_squares(ratings: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Return the mean squares between units, within units, between raters, and of the rest: exactly, so that none is nearly zero."""
    rows = [[Fraction(value) for value in row] for row in ratings]
    n, k = len(rows), len(rows[0])
    grand = sum(map(sum, rows), Fraction(0)) / (n * k)
    units = [sum(row, Fraction(0)) / k for row in rows]
    raters = [sum((row[j] for row in rows), Fraction(0)) / n for j in range(k)]
    of_units = k * sum((mean - grand) ** 2 for mean in units)
    of_raters = n * sum((mean - grand) ** 2 for mean in raters)
    inside = sum((value - mean) ** 2 for row, mean in zip(rows, units, strict=True) for value in row)
    squares = (
        of_units / (n - 1),
        inside / (n * (k - 1)),
        of_raters / (k - 1),
        (inside - of_raters) / ((n - 1) * (k - 1)),
    )
    between, within, of_rater, rest = map(float, squares)
    return between, within, of_rater, rest


def _ratio(between: float, noise: float, k: int, n: int, df: int, confidence: float) -> Correlation:
    """Forms 1 and 3: ``(F - 1) / (F + k - 1)``, at F and at both its bounds."""
    if not noise:
        return Correlation(1.0, 1.0, 1.0) if between else Correlation(math.nan, math.nan, math.nan)
    f, p = between / noise, (1 + confidence) / 2
    bounds = (f, f / f_quantile(p, n - 1, df), f * f_quantile(p, df, n - 1))
    value, low, high = ((each - 1) / (each + k - 1) for each in bounds)
    return Correlation(value, low, high)


def _agreement(between: float, raters: float, error: float, n: int, k: int, confidence: float) -> Correlation:
    if not error and not raters:
        return Correlation(1.0, 1.0, 1.0)
    value = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    if not error and not between:
        return Correlation(value, math.nan, math.nan)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    parts = ((a * raters) ** 2 / (k - 1), (b * error) ** 2 / ((n - 1) * (k - 1)))
    df = (a * raters + b * error) ** 2 / math.fsum(parts)
    if df < 1:  # a negative value, for which the approximation does not hold
        return Correlation(value, math.nan, math.nan)
    p = (1 + confidence) / 2
    spread = k * raters + (k * n - k - n) * error
    f_low, f_high = f_quantile(p, n - 1, df), f_quantile(p, df, n - 1)
    low = n * (between - f_low * error) / (f_low * spread + n * between)
    high = n * (f_high * between - error) / (spread + n * f_high * between)
    return Correlation(value, low, high)


def _stepped_up(value: float, k: int) -> float:
    """Spearman and Brown: what the mean of k raters correlates."""
    rest = 1 + (k - 1) * value
    return k * value / rest if rest > 0 else math.nan
