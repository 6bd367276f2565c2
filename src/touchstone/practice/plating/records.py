# SPDX-License-Identifier: Apache-2.0
"""The shipped tables of limits and of carbon factors, as records with their source."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from touchstone.practice.plating.uncertain import Figure, given
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Bound, Limit, Name
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.value import Value

Confirmed = Literal["seen", "unconfirmed"]
Level = Literal["I", "II", "III"]
Point = Literal["workshop", "site"]
Layers = Literal["multi", "single"]
Worn = Literal["skin", "post", "adult", "child"]


class LimitRecord(Value, frozen=True, kw_only=True):
    """One limit of a table.

    :param of: what is limited, such as ``ni``, ``use_au`` or ``total_cd``.
    :param point: where an effluent is measured; ``level`` of an index; ``worn`` how or by whom a piece is worn.
    :param decision: the limit has the uncertainty of the test in it already, so that no guard band is kept beside it.
    """

    of: Name
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None
    unit: str
    point: Point | None = None
    level: Level | None = None
    worn: Worn | None = None
    decision: bool = False
    status: Confirmed

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.at_most, self.at_least, self.below)) != 1:
            raise ValueError("a limit has one bound: at_most, at_least or below")

    @property
    def bound(self) -> tuple[Bound, Decimal]:
        """The bound that there is, and its value."""
        bounds: tuple[tuple[Bound, Decimal | None], ...] = (
            ("at_most", self.at_most), ("at_least", self.at_least), ("below", self.below),
        )  # fmt: skip
        return next((bound, value) for bound, value in bounds if value is not None)


class Benchmark(Value, frozen=True, kw_only=True):
    """How much may be discharged for a plated area before a concentration is scaled up."""

    layers: Layers
    volume: Decimal
    unit: Literal["L/m2"]
    status: Confirmed


class LimitTable(Value, frozen=True, kw_only=True):
    """A table of limits with where and when it holds.

    :param from_: the first day of its being in force; with ``from_status`` *unconfirmed* that was not read, only that it was no earlier.
    :param flow_at_most: the greatest flow in m³/day for which it is made.
    """

    id: Name
    jurisdiction: str
    edition: str
    source: str
    from_: dt.date
    from_status: Confirmed = "seen"
    until: dt.date | None = None
    flow_at_most: Decimal | None = None
    limits: tuple[LimitRecord, ...]
    benchmarks: tuple[Benchmark, ...] = ()

    def why_not_on(self, day: dt.date) -> Reasons:
        """Return why the table does not hold on a day; none where it does."""
        if self.until and day > self.until:
            return because("no_longer_in_force", table=self.id, until=self.until)
        if day < self.from_:
            return because("not_yet_in_force", table=self.id, begins=self.from_)
        return ()

    def limit(self, record: LimitRecord, *, unconfirmed: bool = False) -> Limit:
        """Return a record as the limit of a verdict; ``unconfirmed``: something else that it rests on was not read."""
        bound, value = record.bound
        return Limit(
            value=value, unit=record.unit, bound=bound,
            status="unconfirmed" if unconfirmed else record.status, jurisdiction=self.jurisdiction, source=self.source,
            edition=self.edition if self.from_status == "seen" else f"{self.edition}; when it began was not read",
        )  # fmt: skip


class GridFactor(Value, frozen=True, kw_only=True):
    """What a kilowatt-hour of a grid gave off in a year."""

    id: Name
    year: int
    kg_per_kwh: Decimal
    u: Decimal
    source: str

    @property
    def figure(self) -> Figure:
        """The factor in kg/kWh."""
        return given(f"grid {self.id} {self.year}", float(self.kg_per_kwh), float(self.u))


class OriginFactor(Value, frozen=True, kw_only=True):
    """What a kilogram of a metal gave off, by where it comes from."""

    metal: Name
    origin: Name
    kg_per_kg: Decimal
    u: Decimal
    source: str

    @property
    def figure(self) -> Figure:
        """The factor in kg/kg."""
        return given(f"{self.origin} {self.metal}", float(self.kg_per_kg), float(self.u))


class _Factors(Value, frozen=True, kw_only=True):
    grids: tuple[GridFactor, ...]
    origins: tuple[OriginFactor, ...]


def _text(name: str) -> str:
    return files("touchstone.practice.plating").joinpath(name).read_text(encoding="utf-8")


@cache
def tables() -> dict[str, LimitTable]:
    """Return the tables of limits by their ids."""
    return {table.id: table for table in decode(read_yaml(_text("limits.yaml")).tree, tuple[LimitTable, ...])}


@cache
def _factors() -> _Factors:
    return decode(read_yaml(_text("factors.yaml")).tree, _Factors)


def grids() -> tuple[GridFactor, ...]:
    """Return the grid factors."""
    return _factors().grids


def origins() -> tuple[OriginFactor, ...]:
    """Return the factors of metals by origin."""
    return _factors().origins


def grid_factor(name: str, year: int) -> GridFactor | None:
    """Return the factor of a grid for a year: that of the year, or else of the nearest year; the earlier of two as near."""
    known = [each for each in grids() if each.id == name]
    return min(known, key=lambda each: (abs(each.year - year), each.year), default=None)


def origin_factor(metal: str, origin: str) -> OriginFactor | None:
    """Return the factor of a metal by its origin, if there is one."""
    return next((each for each in origins() if (each.metal, each.origin) == (metal, origin)), None)
