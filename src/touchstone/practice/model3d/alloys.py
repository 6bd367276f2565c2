# SPDX-License-Identifier: Apache-2.0
"""Alloys and their densities, with uncertainty and source; an alloy of known composition is computed: ``1/ρ = Σ wᵢ/ρᵢ``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from touchstone.errors import InputError
from touchstone.practice.report import Name
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap
from touchstone.value import Value


class Alloy(Value, frozen=True, kw_only=True):
    """An alloy.

    :param density: in g/cm³, with its standard uncertainty ``u``.
    :param fineness: parts of the precious metal in a thousand.
    """

    id: Name
    name: LanguageMap
    density: Decimal
    u: Decimal
    fineness: str = ""
    source: str


@cache
def alloys() -> Mapping[str, Alloy]:
    """Return the shipped alloys by their ids."""
    text = files("touchstone.practice.model3d").joinpath("alloys.yaml").read_text(encoding="utf-8")
    return {alloy.id: alloy for alloy in decode(read_yaml(text).tree, tuple[Alloy, ...])}


def alloy_of(name: str) -> Alloy:
    """Return a shipped alloy.

    :raises InputError: when there is none of that id; it names those that there are.
    """
    if name not in alloys():
        raise InputError("the alloy is unknown", expected="one of " + ", ".join(alloys()), found=name)
    return alloys()[name]


def mixed_density(parts: Mapping[str, float]) -> float:
    """Return the density of an alloy in g/cm³ from shares of mass by density (as a text), if its metals neither swell nor shrink.

    :param parts: the share of mass of each metal, by its density in g/cm³.
    """
    return sum(parts.values()) / sum(share / float(density) for density, share in parts.items())


def mass(volume: float, u_volume: float, alloy: Alloy) -> tuple[float, float]:
    """Return the mass in g of a volume in mm³, and its standard uncertainty from those of density and volume (JCGM 100, 5.1.2)."""
    density, u_density = float(alloy.density), float(alloy.u)
    return volume * density / 1000, ((volume * u_density) ** 2 + (density * u_volume) ** 2) ** 0.5 / 1000
