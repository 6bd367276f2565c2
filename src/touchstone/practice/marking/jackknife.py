# SPDX-License-Identifier: Apache-2.0
"""How uncertain a figure of many units is, from how it changes when each is left out in turn (Tukey 1958; Efron and Stein 1981).

It needs neither chance nor a seed, and is on the average no smaller than the true uncertainty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
_LEAST = 3


def jackknife(units: Sequence[T], statistic: Callable[[Sequence[T]], float]) -> float:
    """Return the standard uncertainty of a statistic of units.

    nan with fewer than three units, where none of them changes the statistic, or where it cannot be told without one of them (it is nan, or
    raises ValueError).
    """
    n = len(units)
    if n < _LEAST:
        return math.nan
    try:
        left = [statistic([*units[:index], *units[index + 1 :]]) for index in range(n)]
    except ValueError:
        return math.nan
    mean = math.fsum(left) / n
    return math.sqrt((n - 1) / n * math.fsum((each - mean) ** 2 for each in left)) or math.nan
