# SPDX-License-Identifier: Apache-2.0
"""Numbers that carry their uncertainty: linear propagation, JCGM 100:2008, 5.1.2 and 5.2.2.

A figure remembers how much of its uncertainty comes from which input. So what enters twice (the area in a mass and in a thickness) is
correlated with itself as it must be, and ``x - x`` is zero without doubt.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and by input its standard uncertainty times the sensitivity to it (signed)."""

    value: float
    parts: Mapping[str, float]

    @property
    def u(self) -> float:
        """The standard uncertainty."""
        return math.sqrt(sum(part * part for part in self.parts.values()))

    def through(self, value: float, slope: float) -> Figure:
        """Return the figure of a function of this one, from its value and its derivative there."""
        return Figure(value, {name: slope * part for name, part in self.parts.items()})

    def __add__(self, other: Figure | float) -> Figure:
        return combined(self, figure(other), self.value + figure(other).value, 1, 1)

    def __sub__(self, other: Figure | float) -> Figure:
        return combined(self, figure(other), self.value - figure(other).value, 1, -1)

    def __mul__(self, other: Figure | float) -> Figure:
        by = figure(other)
        return combined(self, by, self.value * by.value, by.value, self.value)

    def __truediv__(self, other: Figure | float) -> Figure:
        by = figure(other)
        quotient = self.value / by.value
        return combined(self, by, quotient, 1 / by.value, -quotient / by.value)


def figure(value: Figure | float) -> Figure:
    """Return a figure; a bare number is exact."""
    return value if isinstance(value, Figure) else Figure(float(value), {})


def given(name: str, value: float, u: float) -> Figure:
    """Return an input by its name, which must be its own in the sheet."""
    return Figure(value, {name: u} if u else {})


def combined(one: Figure, other: Figure, value: float, by_one: float, by_other: float) -> Figure:
    """Return the figure of a function of two, from its value and its two partial derivatives."""
    parts = {name: by_one * part for name, part in one.parts.items()}
    for name, part in other.parts.items():
        parts[name] = parts.get(name, 0.0) + by_other * part
    return Figure(value, parts)


def total(figures: list[Figure]) -> Figure:
    """Return the sum of figures."""
    whole = figure(0.0)
    for each in figures:
        whole = whole + each
    return whole


def exponential(x: Figure) -> Figure:
    """Return e to the power of a figure."""
    value = math.exp(x.value)
    return x.through(value, value)
