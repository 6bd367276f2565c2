# SPDX-License-Identifier: Apache-2.0
"""Metals with molar mass and density, and the baths that deposit them with the electrons that an atom takes there."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.errors import InputError
from touchstone.practice.plating.uncertain import Figure, given
from touchstone.practice.report import Name
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap
from touchstone.value import Value

FARADAY = 96485.33212
"""The charge of a mole of electrons in C/mol (CODATA; exact since the SI of 2019, but for its digits)."""

HYDROXYL = 17.007
"""The molar mass of OH in g/mol."""


class Metal(Value, frozen=True, kw_only=True):
    """A metal.

    :param mass: molar mass in g/mol; ``density`` in g/cm³.
    :param hydroxide: how many OH its hydroxide holds, where one precipitates; 0 where none does.
    """

    id: Name
    name: LanguageMap
    mass: Decimal
    u_mass: Decimal
    density: Decimal
    u_density: Decimal
    hydroxide: int = 0

    @property
    def molar_mass(self) -> Figure:
        """The molar mass in g/mol."""
        return given(f"molar mass of {self.id}", float(self.mass), float(self.u_mass))

    @property
    def compactness(self) -> Figure:
        """The density in g/cm³."""
        return given(f"density of {self.id}", float(self.density), float(self.u_density))


class Bath(Value, frozen=True, kw_only=True):
    """A kind of bath: how many electrons an atom of its metal takes in it, and on whose word."""

    id: Name
    metal: Name
    electrons: Annotated[int, Meta(ge=1, le=8)]
    cyanide: bool = False
    status: Literal["seen", "unconfirmed"]
    source: str


class _Chemistry(Value, frozen=True, kw_only=True):
    metals: tuple[Metal, ...]
    baths: tuple[Bath, ...]


@cache
def _chemistry() -> _Chemistry:
    text = files("touchstone.practice.plating").joinpath("chemistry.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(text).tree, _Chemistry)


def baths() -> dict[str, Bath]:
    """Return the kinds of baths by their ids."""
    return {bath.id: bath for bath in _chemistry().baths}


def metals() -> dict[str, Metal]:
    """Return the metals by their ids."""
    return {metal.id: metal for metal in _chemistry().metals}


def bath_of(name: str) -> Bath:
    """Return a kind of bath.

    :raises InputError: when there is none of that id; it names those that there are.
    """
    if name not in baths():
        raise InputError("the bath is unknown", expected="one of " + ", ".join(baths()), found=name)
    return baths()[name]


def metal_of(name: str) -> Metal:
    """Return a metal.

    :raises InputError: when there is none of that id; it names those that there are.
    """
    if name not in metals():
        raise InputError("the metal is unknown", expected="one of " + ", ".join(metals()), found=name)
    return metals()[name]
