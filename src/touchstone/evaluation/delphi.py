# SPDX-License-Identifier: Apache-2.0
"""Delphi statistics: what a round of experts thinks of each indicator, and how far the experts agree."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class Opinion(NamedTuple):
    """What the experts think of one indicator: mean, sample deviation, coefficient of variation, share that gave the full mark."""

    mean: float
    deviation: float
    variation: float
    full_share: float


class Round(NamedTuple):
    """A round of a Delphi survey.

    :ivar concordance: Kendall's W, 0 (no agreement) to 1, corrected for ties.
    :ivar chi_square: of W, with ``freedom`` degrees of freedom.
    """

    opinions: tuple[Opinion, ...]
    concordance: float
    chi_square: float
    freedom: int


def survey(scores: Matrix, full: float = 5.0) -> Round:
    """Return the statistics of a round.

    :param scores: a row an expert, a column an indicator, nothing missing.
    :param full: the full mark.
    """
    experts, items = scores.shape
    means = scores.mean(axis=0)
    deviations = scores.std(axis=0, ddof=1) if experts > 1 else np.zeros(items)
    shares = (scores >= full).mean(axis=0)
    opinions = tuple(
        Opinion(float(mean), float(deviation), float(deviation / mean) if mean else float("nan"), float(share))
        for mean, deviation, share in zip(means, deviations, shares, strict=True)
    )
    agreement = concordance(scores)
    return Round(opinions, agreement, experts * (items - 1) * agreement, items - 1)


def concordance(scores: Matrix) -> float:
    """Return Kendall's W of scores or ranks (a row a judge), corrected for ties: 12 S / (m²(n³ - n) - m T).

    :returns: not a number where no judge tells any two apart.
    """
    judges, items = scores.shape
    ranks = np.array([_mean_ranks(row) for row in scores])
    spread = float(np.sum((ranks.sum(axis=0) - judges * (items + 1) / 2) ** 2))
    ties = sum(
        float(np.sum(counts**3 - counts)) for counts in (np.unique(row, return_counts=True)[1] for row in scores)
    )
    below = judges**2 * (items**3 - items) - judges * ties
    return 12 * spread / below if below else float("nan")


def authority(judgement: float, familiarity: float) -> float:
    """Return an expert's coefficient of authority: the mean of the basis of judgement and of familiarity, each 0 to 1."""
    return (judgement + familiarity) / 2


def change(before: Round, after: Round) -> tuple[float, ...]:
    """Return by how much each indicator's coefficient of variation has fallen from one round to the next; it converges where above 0."""
    return tuple(old.variation - new.variation for old, new in zip(before.opinions, after.opinions, strict=True))


def _mean_ranks(row: Matrix) -> Matrix:
    _, inverse, counts = np.unique(row, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)
