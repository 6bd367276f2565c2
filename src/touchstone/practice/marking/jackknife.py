# SPDX-License-Identifier: Apache-2.0
"""How uncertain a figure of many units is, from how it changes when each is left out in turn (Tukey 1958; Efron and Stein 1981).

It needs neither chance nor a seed, and is on the average no smaller than the true uncertainty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
_LEAST = 3


def jackknife(units: Sequence[T], statistic: Callable[[Sequence[T]], float]) -> float:
    """Return the standard uncertainty of a statistic of units, in whose order it makes no difference.

    nan with fewer than three units, where none of them changes the statistic, or where it cannot be told without one of them (it is nan, or
    raises ValueError).
    """
    n = len(units)
    if n < _LEAST:
        return math.nan
    place = {
        unit: index for index, unit in enumerate(units)
    }  # units that are alike leave the same behind, and are left out once
    try:
        without = {unit: statistic([*units[:index], *units[index + 1 :]]) for unit, index in place.items()}
    except ValueError:
        return math.nan
    left = [without[unit] for unit in units]
    mean = math.fsum(left) / n
    return math.sqrt((n - 1) / n * math.fsum((each - mean) ** 2 for each in left)) or math.nan
