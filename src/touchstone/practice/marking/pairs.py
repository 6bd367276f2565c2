# SPDX-License-Identifier: Apache-2.0
"""A paired comparison: the mean difference with its confidence interval (Student's t), never a bare percentage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from touchstone.practice.marking.quantiles import t_quantile


class Difference(NamedTuple):
    """The mean of differences, its standard uncertainty and confidence interval; nan where one pair cannot tell."""

    mean: float
    u: float
    low: float
    high: float
    n: int

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves out zero, so that the pairs show a difference."""
        return self.low > 0 or self.high < 0


def paired(differences: Sequence[float], confidence: float = 0.95) -> Difference:
    """Return the mean difference of pairs.

    :raises ValueError: when there is no pair.
    """
    n = len(differences)
    if not n:
        raise ValueError("there is no pair")
    mean = math.fsum(differences) / n
    if n == 1:
        return Difference(mean, math.nan, math.nan, math.nan, 1)
    u = math.sqrt(math.fsum((each - mean) ** 2 for each in differences) / (n - 1) / n)
    reach = t_quantile((1 + confidence) / 2, n - 1) * u
    return Difference(mean, u, mean - reach, mean + reach, n)
