# SPDX-License-Identifier: Apache-2.0
"""From scores and weights to one number an organisation. Each method takes many sets of weights at once: one a column.

What is missing is NaN. An organisation's missing indicators take no part and its other weights are made to add up to 1; whether that is
allowed is decided before (the missing-data policy), never here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from touchstone.evaluation.weights import least, most

Matrix = NDArray[np.float64]


def weighted_sum(scores: Matrix, weights: Matrix) -> Matrix:
    """Return the weighted mean of scores (0..1, more is better)."""
    known = ~np.isnan(scores)
    total = np.where(known, scores, 0.0) @ weights
    return _shared(total, known.astype(np.float64) @ weights)


def topsis(scores: Matrix, weights: Matrix, ideal: Literal["observed", "absolute"] = "observed") -> Matrix:
    """Return the closeness to the ideal: distance to the worst over both distances (Hwang and Yoon 1981).

    :param scores: scaled so that more is better; a cost that keeps its own direction is negative.
    :param ideal: ``observed`` takes the best and worst that anybody has; ``absolute`` 1 and 0, so that nobody's score depends on others.
    """
    known = ~np.isnan(scores)
    best = most(scores) if ideal == "observed" else np.ones(scores.shape[1])
    worst = least(scores) if ideal == "observed" else np.zeros(scores.shape[1])
    squares = weights**2
    to_best = np.sqrt(np.where(known, (scores - best) ** 2, 0.0) @ squares)
    to_worst = np.sqrt(np.where(known, (scores - worst) ** 2, 0.0) @ squares)
    closeness = _shared(to_worst, to_best + to_worst, otherwise=1.0)
    nothing = known.astype(np.float64) @ weights == 0
    return np.where(nothing, np.nan, closeness)


def grey_coefficients(scores: Matrix, distinguishing: float = 0.5) -> Matrix:
    """Return the grey relational coefficients to the best of each column (Deng 1982).

    :param distinguishing: ρ between 0 and 1; the smaller, the wider the coefficients spread.
    """
    distance = most(scores) - scores
    nearest, farthest = float(least(distance.ravel()[:, None])[0]), float(most(distance.ravel()[:, None])[0])
    if farthest == 0:
        return np.where(np.isnan(scores), np.nan, 1.0)
    return np.asarray((nearest + distinguishing * farthest) / (distance + distinguishing * farthest), dtype=np.float64)


def grey_relational(scores: Matrix, weights: Matrix, distinguishing: float = 0.5) -> Matrix:
    """Return the grey relational grades: the weighted mean of the coefficients."""
    return weighted_sum(grey_coefficients(scores, distinguishing), weights)


def vector_scaled(values: Matrix, costs: NDArray[np.bool_]) -> Matrix:
    """Divide each column by its length, costs negative: the classical scaling of TOPSIS."""
    lengths = np.sqrt(np.nansum(values**2, axis=0))
    scaled = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
    return np.where(np.isnan(values), np.nan, np.where(costs, -scaled, scaled))


def ranks(scores: Matrix) -> NDArray[np.int64]:
    """Return ranks from 1, the highest score first; equals share the better rank, and nothing known (NaN) has rank 0.

    Differences beyond the twelfth digit are noise of floats and make no rank.
    """
    table = scores if scores.ndim > 1 else scores[:, None]
    rounded = np.round(table, 12)
    result = np.zeros(table.shape, dtype=np.int64)
    for column in range(table.shape[1]):
        known = ~np.isnan(rounded[:, column])
        values = rounded[known, column]
        ordered = np.sort(-values)
        result[known, column] = 1 + np.searchsorted(ordered, -values, side="left")
    return result if scores.ndim > 1 else result[:, 0]


def _shared(above: Matrix, below: Matrix, otherwise: float = float("nan")) -> Matrix:
    return np.divide(above, below, out=np.full_like(above, otherwise), where=below > 0)
