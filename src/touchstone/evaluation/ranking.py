# SPDX-License-Identifier: Apache-2.0
"""From scores and weights to one number an organisation. Each method takes many sets of weights at once: one a column.

What is missing is NaN. An organisation's missing indicators take no part and its other weights are made to add up to 1; whether that is
allowed is decided before (the missing-data policy), never here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.evaluation.weights import least, most

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


def weighted_sum(scores: Matrix, weights: Matrix) -> Matrix:
    """Return the weighted mean of scores (0..1, more is better)."""
    known = ~np.isnan(scores)
    total = np.where(known, scores, 0.0) @ weights
    return _shared(total, known.astype(np.float64) @ weights)


def topsis(
    scores: Matrix,
    weights: Matrix,
    ideal: Literal["observed", "absolute"] = "observed",
    counted: Flags | None = None,
) -> Matrix:
    """Return the closeness to the ideal: distance to the worst over both distances (Hwang and Yoon 1981).

    :param scores: scaled so that more is better; a cost that keeps its own direction is negative.
    :param ideal: ``observed`` takes the best and worst that anybody has; ``absolute`` 1 and 0, so that nobody's score depends on others.
    :param counted: the rows among which best and worst are observed (all); the others reach these at most.
    """
    known = ~np.isnan(scores)
    among = scores if counted is None else scores[counted]
    best = most(among) if ideal == "observed" else np.ones(scores.shape[1])
    worst = least(among) if ideal == "observed" else np.zeros(scores.shape[1])
    scores = np.clip(scores, worst, best)
    squares = weights**2
    to_best = np.sqrt(np.where(known, (scores - best) ** 2, 0.0) @ squares)
    to_worst = np.sqrt(np.where(known, (scores - worst) ** 2, 0.0) @ squares)
    closeness = _shared(to_worst, to_best + to_worst, otherwise=1.0)
    nothing = known.astype(np.float64) @ weights == 0
    return np.where(nothing, np.nan, closeness)


def grey_coefficients(scores: Matrix, distinguishing: float = 0.5, counted: Flags | None = None) -> Matrix:
    """Return the grey relational coefficients to the best of each column (Deng 1982).

    :param distinguishing: ρ between 0 and 1; the smaller, the wider the coefficients spread.
    :param counted: the rows among which the best and the distances are looked for (all); the others reach these at most.
    """
    among = scores if counted is None else scores[counted]
    best = most(among)
    distances = (best - among).ravel()[:, None]
    nearest, farthest = float(least(distances)[0]), float(most(distances)[0])
    distance = np.clip(best - scores, nearest, farthest)
    if farthest == 0:
        return np.where(np.isnan(scores), np.nan, 1.0)
    return np.asarray((nearest + distinguishing * farthest) / (distance + distinguishing * farthest), dtype=np.float64)


def grey_relational(
    scores: Matrix, weights: Matrix, distinguishing: float = 0.5, counted: Flags | None = None
) -> Matrix:
    """Return the grey relational grades: the weighted mean of the coefficients."""
    return weighted_sum(grey_coefficients(scores, distinguishing, counted), weights)


def vector_scaled(values: Matrix, costs: Flags, counted: Flags | None = None) -> Matrix:
    """Divide each column by its length among the rows that are counted (all), costs negative: the classical scaling of TOPSIS."""
    lengths = np.sqrt(np.nansum((values if counted is None else values[counted]) ** 2, axis=0))
    scaled = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
    return np.where(np.isnan(values), np.nan, np.where(costs, -scaled, scaled))


class Ranks(NamedTuple):
    """The best and the worst rank that each may have, from 1; 0 for whom a veto or a gate has struck.

    :ivar sure: the rank of whoever surely takes part and has it whatever becomes known; 0 for all others.
    """

    best: Whole
    worst: Whole
    sure: Whole


def ranks(low: Matrix, high: Matrix, sure: Flags, possible: Flags) -> Ranks:
    """Return ranks as bounds: behind all who are surely better, and before all who are surely no better. Equals share the better rank.

    Differences beyond the twelfth digit are noise of floats and make no rank.

    :param low: totals, at least; NaN where a method cannot say. One set, or many as columns.
    :param high: totals, at most.
    :param sure: who surely takes part; ``possible`` who may: a gate or a veto of theirs is not known yet.
    """
    lows, highs = (np.round(each if each.ndim > 1 else each[:, None], 12) for each in (low, high))
    lows, highs = np.where(np.isnan(lows), -np.inf, lows), np.where(np.isnan(highs), np.inf, highs)
    best, worst = np.zeros(lows.shape, dtype=np.int64), np.zeros(lows.shape, dtype=np.int64)
    for column in range(lows.shape[1]):
        least_of, most_of = lows[:, column], highs[:, column]
        surely, at_most = np.sort(least_of[sure]), np.sort(most_of[possible])
        best[:, column] = 1 + len(surely) - np.searchsorted(surely, most_of, side="right")
        better = len(at_most) - np.searchsorted(at_most, least_of, side="right")
        worst[:, column] = 1 + better - (possible & (most_of > least_of))  # nobody stands before themselves
    best[~possible], worst[~possible] = 0, 0
    found = Ranks(best, worst, np.where(sure[:, None] & (best == worst), best, 0))
    return found if low.ndim > 1 else Ranks(*(each[:, 0] for each in found))


def _shared(above: Matrix, below: Matrix, otherwise: float = float("nan")) -> Matrix:
    return np.divide(above, below, out=np.full_like(above, otherwise), where=below > 0)
