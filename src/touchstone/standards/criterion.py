# SPDX-License-Identifier: Apache-2.0
"""Criteria: what a measured performance must reach, each in its declared direction."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from touchstone.logic import Name
from touchstone.value import Value


class Criterion(Value, frozen=True, kw_only=True):
    """A bound on a measurement: at least (``min``), at most (``max``), or at most so far from nominal (``tolerance``), in ``unit``."""

    id: Name
    direction: Literal["min", "max", "tolerance"]
    value: Decimal
    unit: Name

    def holds(self, measured: Decimal) -> bool:
        """Tell whether a measurement meets the criterion; for a tolerance, ``measured`` is the deviation from nominal."""
        if self.direction == "min":
            return measured >= self.value
        return (abs(measured) if self.direction == "tolerance" else measured) <= self.value

    def is_stricter_than(self, other: Criterion) -> bool:
        """Tell whether this asks more than ``other``, which has the same id, direction and unit."""
        return self.value > other.value if self.direction == "min" else self.value < other.value
