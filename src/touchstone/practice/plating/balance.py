# SPDX-License-Identifier: Apache-2.0
"""Where a metal went: bought = deposited + recovered + lost + residue. What is missing tells how good the numbers are."""

from __future__ import annotations

from typing import NamedTuple

from touchstone.practice.plating.chemistry import HYDROXYL, Metal
from touchstone.practice.plating.uncertain import Figure, total


class Balance(NamedTuple):
    """A balance: the closure error in g (bought minus all that was found), and in per cent of what was bought; the use in per cent."""

    closure: Figure
    closure_share: Figure
    use: Figure


def balanced(bought: Figure, deposited: Figure, recovered: Figure, lost: Figure, residue: Figure) -> Balance:
    """Return the balance of masses in g."""
    closure = bought - total([deposited, recovered, lost, residue])
    return Balance(closure, closure / bought * 100, deposited / bought * 100)


def sludge(lost: Figure, metal: Metal, dry: Figure) -> Figure:
    """Return the wet sludge in g when a lost metal (g) precipitates as hydroxide, with ``dry`` per cent of solids in it."""
    return lost * (metal.molar_mass + HYDROXYL * metal.hydroxide) / metal.molar_mass / dry * 100
