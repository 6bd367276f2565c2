# SPDX-License-Identifier: Apache-2.0
"""Counter-current rinsing: how much fresh water a volume of dragged-out bath needs in *n* tanks.

Complete mixing in every tank is assumed, and that as much is dragged from tank to tank as from the bath. Then with *r* volumes of water
a volume of drag-out the last tank holds ``C0 / (1 + r + r² + … + rⁿ)`` (exact); ``r = (C0/Cn)^(1/n)`` is the usual approximation, which
asks for a little more. Both are told by name.
"""

from __future__ import annotations

from touchstone.practice.plating.uncertain import Figure

EXACT = "exact sum of r^k, complete mixing"
APPROXIMATE = "approximation (C0/Cn)^(1/n), complete mixing"


def ratio(dilution: Figure, stages: int) -> Figure:
    """Return the volumes of water that a volume of drag-out needs for a dilution C0/Cn (above 1), by the exact sum."""
    low, high = 0.0, dilution.value
    for _ in range(200):  # bisection halves until no float lies between
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if diluted(middle, stages) < dilution.value else (low, middle)
    return dilution.through(high, 1 / _slope(high, stages))


def approximate_ratio(dilution: Figure, stages: int) -> Figure:
    """Return the same by the approximation."""
    value = dilution.value ** (1 / stages)
    return dilution.through(value, value / (stages * dilution.value))


def dilution_reached(r: Figure, stages: int) -> Figure:
    """Return C0/Cn for r volumes of water."""
    return r.through(diluted(r.value, stages), _slope(r.value, stages))


def diluted(r: float, stages: int) -> float:
    """Return ``1 + r + … + rⁿ``."""
    value = 1.0
    for _ in range(stages):
        value = value * r + 1
    return value


def _slope(r: float, stages: int) -> float:
    return float(sum(k * r ** (k - 1) for k in range(1, stages + 1)))
