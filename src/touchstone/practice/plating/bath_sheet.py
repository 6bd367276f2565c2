# SPDX-License-Identifier: Apache-2.0
"""The sheet of a bath: what a trainee writes down of a day's work, and the brief that it may be held against."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.practice.brief import Brief
from touchstone.practice.plating import quantity as q
from touchstone.practice.plating.chemistry import baths, metals
from touchstone.practice.plating.records import Layers, Level, Point, tables
from touchstone.practice.report import Name
from touchstone.text import LanguageMap
from touchstone.value import Value


def _one_of(names: Iterable[str]) -> Meta:
    listed = list(names)
    return Meta(pattern=f"^({'|'.join(listed)})$", description="one of " + ", ".join(listed))


BathName = Annotated[str, _one_of(baths())]
MetalName = Annotated[str, _one_of(metals())]
TableName = Annotated[str, _one_of(tables())]
Substance = Literal["cr", "cr6", "ni", "cd", "ag", "pb", "hg", "cu", "zn", "cn", "cod"]
Element = Literal["cd", "pb", "as", "hg", "cr6", "cr", "se", "sb", "ba"]
Origin = Literal["recycled", "electronic_scrap", "mined", "unknown"]
Stages = Annotated[int, Meta(ge=1, le=10)]
Rinses = Annotated[int, Meta(ge=1, le=50)]


LISTS = {
    "deposit": "deposits",
    "drag_out": "drag_outs",
    "rinse": "rinses",
    "balance": "balances",
    "sample": "samples",
    "metal": "metals",
    "nickel": "nickel",
    "content": "contents",
    "assay": "assays",
}
"""The lists of a sheet by what an entry of each is called in a table."""


class Deposit(Value, frozen=True, kw_only=True):
    """A run of a bath: with the efficiency of its current, or with what was weighed.

    :param volts: with ``rectifier``, the efficiency of the power supply, it tells the electricity.
    """

    id: Name
    bath: BathName
    current: q.Current
    time: q.Time
    area: q.Area
    efficiency: q.Share | None = None
    weighed: q.Mass | None = None
    volts: q.Voltage | None = None
    rectifier: q.Share | None = None

    def __post_init__(self) -> None:
        if (self.efficiency is None) == (self.weighed is None):
            raise ValueError("a deposit needs its efficiency or the mass that was weighed, and not both")
        if (self.volts is None) != (self.rectifier is None):
            raise ValueError("volts and rectifier are given together")


_METHODS = {
    "inventory": ("added", "concentration"),
    "conductivity": ("tank", "before", "after", "portion", "water", "rise"),
    "drip": ("start", "rate", "end", "time"),
}


class DragOut(Value, frozen=True, kw_only=True):
    """What left a bath on the work, by one of three methods (:mod:`~touchstone.practice.plating.drag_out`).

    :param area: of the work; ``metal`` the concentration of the metal in the bath: with them loss by area and loss of metal are told.
    """

    id: Name
    method: Literal["inventory", "conductivity", "drip"]
    added: q.Mass | None = None
    concentration: q.Concentration | None = None
    tank: q.Volume | None = None
    before: q.Conductivity | None = None
    after: q.Conductivity | None = None
    portion: q.Volume | None = None
    water: q.Volume | None = None
    rise: q.Conductivity | None = None
    start: q.Volume | None = None
    rate: q.Rate | None = None
    end: q.VolumeOrNone | None = None
    time: q.Time | None = None
    area: q.Area | None = None
    metal: q.Concentration | None = None

    def __post_init__(self) -> None:
        for method, fields in _METHODS.items():
            for field in fields:
                if method == self.method and getattr(self, field) is None:
                    raise ValueError(f"the method {method} needs the field {field}")
                if field not in _METHODS[self.method] and getattr(self, field) is not None:
                    raise ValueError(f"the field {field} belongs to the method {method}, not to {self.method}")


class Rinse(Value, frozen=True, kw_only=True):
    """A counter-current rinse: from the concentration of the bath to the one that is wanted in the last tank.

    :param water: what was really used for that drag-out, if it was measured.
    """

    id: Name
    stages: Stages
    bath: q.Concentration
    rinse: q.Concentration
    drag_out: q.Volume
    water: q.Volume | None = None


class MetalBalance(Value, frozen=True, kw_only=True):
    """Where a metal went, as mass of the metal itself; ``dry`` the share of solids in the sludge of what was lost."""

    id: Name
    metal: MetalName
    bought: q.Mass
    deposited: q.MassOrNone
    recovered: q.MassOrNone
    lost: q.MassOrNone
    residue: q.MassOrNone
    dry: q.Share | None = None


class Water(Value, frozen=True, kw_only=True):
    """The water of a period: taken in and discharged while an area was plated and rinsed so many times.

    :param carbon: what a cubic metre gives off, by the user's own source.
    """

    taken: q.VolumeOrNone
    area: q.Area
    rinses: Rinses | None = None
    discharged: q.VolumeOrNone | None = None
    layers: Layers = "multi"
    carbon: q.CarbonPerVolume | None = None


class Sample(Value, frozen=True, kw_only=True):
    """A sample of effluent, and where it was taken; ``flow`` that of the outlet."""

    id: Name
    substance: Substance
    concentration: q.ConcentrationOrNone
    point: Point
    flow: q.Flow | None = None


class MetalUse(Value, frozen=True, kw_only=True):
    """Metal that went into the work, as mass of the pure metal, and where it came from; ``carbon`` by the user's own source."""

    id: Name
    metal: MetalName
    origin: Origin
    mass: q.Mass
    carbon: q.CarbonPerMass | None = None


class NickelTest(Value, frozen=True, kw_only=True):
    """Nickel that a piece released in a test: worn on the skin, or as a post through it."""

    id: Name
    worn: Literal["skin", "post"]
    release: q.ReleaseOrNone


class ContentTest(Value, frozen=True, kw_only=True):
    """A restricted element found in a piece, in all or soluble, by who wears it."""

    id: Name
    element: Element
    form: Literal["total", "soluble"] = "total"
    worn: Literal["adult", "child"]
    content: q.ContentOrNone


class Assay(Value, frozen=True, kw_only=True):
    """The fineness that was found in a piece, and the one it is marked with. A mark is a minimum (ISO 9202, GB 11887)."""

    id: Name
    metal: MetalName
    marked: q.Fineness
    found: q.Fineness


class BathSheet(Value, frozen=True, kw_only=True, tag_field="kind", tag="BathSheet"):
    """The sheet of a bath.

    :param day: the day of the work: limits and factors are those of that day.
    :param tables: the tables of limits that hold for the workshop.
    :param grid: where the electricity comes from; or ``grid_factor`` with ``grid_source``.
    :param heating: electricity for heating, pumps and the like.
    """

    title: LanguageMap | None = None
    day: dt.date
    tables: tuple[TableName, ...] = ()
    grid: str = ""
    grid_factor: q.CarbonPerEnergy | None = None
    grid_source: str = ""
    heating: q.EnergyOrNone | None = None
    water: Water | None = None
    deposits: tuple[Deposit, ...] = ()
    drag_outs: tuple[DragOut, ...] = ()
    rinses: tuple[Rinse, ...] = ()
    balances: tuple[MetalBalance, ...] = ()
    samples: tuple[Sample, ...] = ()
    metals: tuple[MetalUse, ...] = ()
    nickel: tuple[NickelTest, ...] = ()
    contents: tuple[ContentTest, ...] = ()
    assays: tuple[Assay, ...] = ()

    def __post_init__(self) -> None:
        for field in LISTS.values():
            names = Counter(each.id for each in getattr(self, field))
            for name, count in names.items():
                if count > 1:
                    raise ValueError(f"{count} entries of {field} are called {name}; give each its own id")
        if self.grid_factor is not None and not self.grid_source:
            raise ValueError("grid_factor needs grid_source, which says where the factor was read")


class PlatingBrief(Brief, frozen=True, kw_only=True, tag_field="kind", tag="PlatingBrief"):
    """What a sheet is held against beside the limits of law.

    :param tables: the tables of limits, in place of those that the sheet names.
    :param level: the level of the clean-production index that is asked for.
    """

    tables: tuple[TableName, ...] = ()
    level: Level = "III"
