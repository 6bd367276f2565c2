# SPDX-License-Identifier: Apache-2.0
"""Shares of openings with their intervals, by a bootstrap over employers: one employer with 200 adverts is one employer.

Employers are drawn with the weights of the Bayesian bootstrap (Rubin 1981), so that no draw leaves one out altogether. Two imagined
employers of half the average size, one that asks and one that does not, keep a share of nothing or of everything from looking certain;
and the percentiles lie a little further out than the nominal ones, by Student's t and √(n/(n-1)) for the effective number n of employers,
as few of them need it (Hesterberg 2015, "What Teachers Should Know About the Bootstrap", the expanded percentile interval).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from types import ModuleType
from typing import TYPE_CHECKING

from touchstone.errors import InputError
from touchstone.value import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROUNDS = 1000
CONFIDENCE = 0.95


class Share(Value, frozen=True, kw_only=True):
    """A share from 0 to 1, with the ends of its interval."""

    share: float
    low: float
    high: float


def effective(weights: Sequence[float]) -> float:
    """Return how many employers of equal weight would tell as much (Kish 1965): (Σw)² / Σw²."""
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def shares(weights: Sequence[float], asking: Sequence[Sequence[float]], *, seed: int = 0) -> list[Share]:
    """Return, for each question, the share of all openings for which it is asked, with a 95 % interval.

    :param weights: the openings of each employer.
    :param asking: for each question, the openings of each employer for which it is asked.
    :param seed: the same seed gives the same intervals.
    :raises InputError: when numpy is not installed.
    """
    if not asking:
        return []
    np = numpy()
    held = np.asarray(weights, dtype=float)
    asked = np.asarray(asking, dtype=float).reshape(len(asking), len(held))
    half = held.mean() / 2
    imagined = np.array([half, half])
    drawn = _draws(len(held) + 2, seed)
    totals = drawn @ np.concatenate([held, imagined])
    with_imagined = np.concatenate([asked, np.tile([half, 0.0], (len(asked), 1))], axis=1)
    drawn_shares = (with_imagined @ drawn.T) / totals
    tail = _tail(effective(weights))
    lows, highs = np.quantile(drawn_shares, [tail, 1 - tail], axis=1)
    points = asked.sum(axis=1) / held.sum()
    return [
        Share(
            share=round(float(point), 4), low=round(float(min(low, point)), 4), high=round(float(max(high, point)), 4)
        )
        for point, low, high in zip(points, lows, highs, strict=True)
    ]


@lru_cache(maxsize=2)
def _draws(employers: int, seed: int) -> Floats:
    """Return a weight for each employer in each round: independent exponentials, which make a Dirichlet once they are shared out."""
    drawn: Floats = numpy().random.default_rng(seed).exponential(size=(ROUNDS, employers))
    return drawn


def _tail(employers: float) -> float:
    freedom = max(3.0, employers - 1)
    return 1 - NormalDist().cdf(_student((1 + CONFIDENCE) / 2, freedom) * sqrt((freedom + 1) / freedom))


def _student(probability: float, freedom: float) -> float:
    """Return a quantile of Student's t by the expansion of Cornish and Fisher; within 0.5 % from 4 degrees of freedom on."""
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def numpy() -> ModuleType:
    """Return numpy, or say how to get it."""
    try:
        import numpy as np
    except ModuleNotFoundError:
        raise InputError("intervals need numpy", hint="Install touchstone-gba[evaluation].") from None
    return np
