# SPDX-License-Identifier: Apache-2.0
"""Gates and vetoes: decided on exact values, before any score."""

from __future__ import annotations

from touchstone.evaluation.reading import Reading
from touchstone.evaluation.result import Condition, Truth
from touchstone.standards.indicator_system import Indicator


def conditions_of(leaves: tuple[Indicator, ...], row: list[Reading]) -> tuple[Condition, ...]:
    """Return whether each gate and veto among the leaves holds for an organisation."""
    return tuple(
        Condition(indicator=leaf.id, role=leaf.role, holds=_holds(leaf, reading), state=reading.state)
        for leaf, reading in zip(leaves, row, strict=True)
        if leaf.role != "scored"
    )


def is_vetoed(conditions: tuple[Condition, ...]) -> bool:
    """Tell whether a veto strikes."""
    return any(each.role == "veto" and each.holds == "true" for each in conditions)


def fails_a_gate(conditions: tuple[Condition, ...]) -> bool:
    """Tell whether a gate surely does not hold."""
    return any(each.role == "gate" and each.holds == "false" for each in conditions)


def is_struck(conditions: tuple[Condition, ...]) -> bool:
    """Tell whether an organisation is out whatever its score."""
    return is_vetoed(conditions) or fails_a_gate(conditions)


def _holds(leaf: Indicator, reading: Reading) -> Truth:
    if reading.value is None:
        # a gate that nobody showed to hold may say that this is as bad as failing
        return ("true" if leaf.role == "veto" else "false") if leaf.missing == "worst" else "unknown"
    if leaf.bound is None:
        return "true" if reading.value else "false"
    return "true" if leaf.bound.holds(reading.value) else "false"
