# SPDX-License-Identifier: Apache-2.0
"""How a computed number is told: rounded once, at the end, by the convention that is stored with it."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

_RULES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
_SIGNIFICANT = 12
"""Digits that a sum of floats surely has: 0.865 computed as 0.86499999999999999 is 0.865."""


def told(value: float, places: int, rule: Literal["half_up", "half_even"] = "half_up") -> Decimal | None:
    """Return a number rounded to ``places`` decimals; what is not known stays unknown (None).

    Publications round half up: of the 25 figures of Yu and others (2024), half-even misses some.
    """
    if math.isnan(value):
        return None
    exact = Decimal(format(value, f".{_SIGNIFICANT}g"))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=_RULES[rule])
