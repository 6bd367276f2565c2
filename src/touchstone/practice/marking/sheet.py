# SPDX-License-Identifier: Apache-2.0
"""A marking sheet: a rubric, who assessed whom, every mark, and the records of gauges, processes and routes. Personal: never published.

::

    kind: MarkingSheet
    assessors_needed: "2"
    aspects:
      - {id: wall, criterion: shank, kind: measurement, marks: "4", measure: wall_p1}
      - {id: finish, criterion: shank, kind: judgement, marks: "6"}
    criteria:
      - {id: shank, pass_at: "6", unit: "gd-jewellery#T1", code: T1}
    assessors:
      - {id: wong, assurance: provider_assessed}
      - {id: chan, assurance: authority_assessed}
    candidates:
      - {id: c01, work: "sha256:…"}
    marks:
      - {candidate: c01, aspect: finish, assessor: wong, points: "2"}
      - {candidate: c01, aspect: finish, assessor: chan, points: "3"}

As a workbook: each list is a sheet of that name, a row an entry; the sheet ``document`` holds names and values about the whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.credentials.identifiers import Did
from touchstone.practice.marking.rubric import MOST_POINTS, Aspect, Passing, Rubric
from touchstone.practice.report import Name
from touchstone.standards.agreement import Assurance
from touchstone.standards.decoding import FieldError
from touchstone.text import LanguageMap
from touchstone.value import Value

Marking = Literal["first", "second"]
Route = Literal["digital", "hand"]
Figure = Annotated[Decimal, Meta(ge=0, description="a number from 0 on")]


class Assessor(Value, frozen=True, kw_only=True):
    """Somebody who marks, by a name that tells nothing outside of the school; ``assurance``: for whom they stand."""

    id: Name
    assurance: Assurance


class Candidate(Value, frozen=True, kw_only=True):
    """Somebody who is marked.

    :param id: the number under which they are marked; assessors see no more.
    :param work: digests of what they handed in, parted by spaces: reports on these artifacts are theirs.
    :param name: for the table that credentials are issued from, with ``key`` and ``holder`` as there.
    """

    id: Name
    work: Annotated[
        str, Meta(pattern=r"^(sha256:[0-9a-f]{64}( |$))*$", description="digests sha256:… parted by spaces")
    ] = ""
    name: str = ""
    key: str | None = None
    holder: Did | None = None

    @property
    def artifacts(self) -> tuple[str, ...]:
        """The digests of what they handed in."""
        return tuple(self.work.split())


class Mark(Value, frozen=True, kw_only=True):
    """What one assessor gave.

    :param points: 0 to 3 for a judgement; 0 or 1 for a measurement that no evaluator could decide. Absent: not marked, which is no zero.
    :param round: 2 and more after a discussion; the latest counts.
    :param marking: whether it belongs to the blind second marking.
    """

    candidate: Name
    aspect: Name
    assessor: Name
    points: Annotated[int, Meta(ge=0, le=MOST_POINTS, description="0, 1, 2 or 3")] | None = None
    round: Annotated[int, Meta(ge=1, le=9)] = 1
    marking: Marking = "first"


class Quantity(Value, frozen=True, kw_only=True):
    """What a gauge or a process is studied for: its unit, and the limits of the specification where there are any."""

    id: Name
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low is below high")


class GaugeReading(Value, frozen=True, kw_only=True):
    """One reading of a part by an appraiser, in the study of a gauge."""

    quantity: Name
    appraiser: Name
    part: Name
    trial: Annotated[int, Meta(ge=1)]
    value: Decimal


class ProcessReading(Value, frozen=True, kw_only=True):
    """One reading of what a process makes; ``group`` is its rational subgroup."""

    quantity: Name
    value: Decimal
    group: Name = "all"


class Piece(Value, frozen=True, kw_only=True):
    """A piece as one route made it; the two pieces of a pair were made to the same brief.

    :param material_in: metal taken, in g; ``material_out`` what the piece kept, ``scrap`` what goes back to be melted.
    :param rework: how often something was done again.
    :param deviation: the 95th percentile of the distance to the nominal shape, in mm.
    :param mass: of the finished piece, in g.
    :param yield_: the share of metal that stays in the piece; without it, out over in.
    :param energy: in kWh.
    :param model_cost: of drawing or carving the model, in the currency of the sheet.
    """

    pair: Name
    route: Route
    operator: Name | None = None
    material_in: Figure | None = None
    material_out: Figure | None = None
    scrap: Figure | None = None
    rework: Figure | None = None
    deviation: Figure | None = None
    mass: Figure | None = None
    yield_: Figure | None = None
    energy: Figure | None = None
    model_cost: Figure | None = None

    def __post_init__(self) -> None:
        if self.material_in is not None and (self.material_out or 0) + (self.scrap or 0) > self.material_in:
            raise ValueError("no more metal comes out (material_out and scrap) than went in (material_in)")


class Step(Value, frozen=True, kw_only=True):
    """A step of making a piece: minutes in which somebody worked, and minutes in which a machine did."""

    pair: Name
    route: Route
    step: Name
    active: Figure
    machine: Figure = Decimal(0)


class MarkingSheet(Rubric, frozen=True, kw_only=True, tag_field="kind", tag="MarkingSheet"):
    """Everything about one assessment, in the fields of :class:`~touchstone.practice.marking.rubric.Rubric` and these.

    :param held_on: the day of the assessment, on which a credential that rests on it is awarded.
    :param currency: of costs, such as CNY.
    """

    title: LanguageMap | None = None
    held_on: dt.date | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="three capital letters, such as CNY")] = "CNY"
    assessors: tuple[Assessor, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    marks: tuple[Mark, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    gauge: tuple[GaugeReading, ...] = ()
    process: tuple[ProcessReading, ...] = ()
    pieces: tuple[Piece, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def rubric(self) -> Rubric:
        """The rubric alone, which is no personal matter."""
        return Rubric(**{field: getattr(self, field) for field in Rubric.__struct_fields__})


LISTS: Mapping[str, type[Value]] = {
    "aspects": Aspect,
    "criteria": Passing,
    "assessors": Assessor,
    "candidates": Candidate,
    "marks": Mark,
    "quantities": Quantity,
    "gauge": GaugeReading,
    "process": ProcessReading,
    "pieces": Piece,
    "steps": Step,
}
"""The fields of a sheet that are tables, with what a row of each is."""


def check(sheet: MarkingSheet) -> None:
    """Refuse what no row is wrong about by itself.

    :raises FieldError: for the first mistake, with the path of its field: a name that is not there or there twice, a point beyond its
        scale, somebody who marks the same work in the first and the second marking.
    """
    for mistake in _mistakes(sheet):
        raise mistake


def _mistakes(sheet: MarkingSheet) -> Iterator[FieldError]:
    for field in ("aspects", "criteria", "assessors", "candidates", "quantities"):
        yield from _twice(field, ((each.id,) for each in getattr(sheet, field)), "id")
    yield from _unknown(
        "criteria", "id", [each.id for each in sheet.criteria], {each.criterion for each in sheet.aspects}
    )
    if sheet.candidates and not sheet.aspects:
        yield FieldError("there is nothing to mark", ("candidates", 0, "id"), hint="Give the sheet its aspects.")
    yield from _too_high(sheet)
    yield from _shared(sheet)
    for name, known in (("candidate", sheet.candidates), ("aspect", sheet.aspects), ("assessor", sheet.assessors)):
        yield from _unknown("marks", name, [getattr(mark, name) for mark in sheet.marks], {each.id for each in known})
    marks = ((each.candidate, each.aspect, each.assessor, each.round, each.marking) for each in sheet.marks)
    yield from _twice("marks", marks, "assessor")
    yield from _off_scale(sheet)
    yield from _not_blind(sheet)
    quantities = {each.id for each in sheet.quantities}
    for field in ("gauge", "process"):
        yield from _unknown(field, "quantity", [each.quantity for each in getattr(sheet, field)], quantities)
    yield from _twice(
        "gauge", ((each.quantity, each.appraiser, each.part, each.trial) for each in sheet.gauge), "trial"
    )
    yield from _twice("pieces", ((each.pair, each.route) for each in sheet.pieces), "route")
    yield from _unknown("steps", "pair", [each.pair for each in sheet.steps], {each.pair for each in sheet.pieces})


def _twice(field: str, keys: Iterable[tuple[object, ...]], column: str) -> Iterator[FieldError]:
    seen: dict[tuple[object, ...], int] = {}
    for index, key in enumerate(keys):
        if seen.setdefault(key, index) != index:
            told = ", ".join(str(part) for part in key)
            hint = f"Entry {seen[key] + 1} of {field} has it already."
            yield FieldError("this stands twice", (field, index, column), found=told, hint=hint)


def _unknown(field: str, column: str, names: Iterable[str], known: set[str]) -> Iterator[FieldError]:
    for index, name in enumerate(names):
        if name not in known:
            expected = "one of " + ", ".join(sorted(known)[:8]) if known else "none, for the sheet names none"
            yield FieldError(f"the {column} is unknown", (field, index, column), expected=expected, found=name)


def _too_high(sheet: MarkingSheet) -> Iterator[FieldError]:
    for index, criterion in enumerate(sheet.criteria):
        most = sum(aspect.marks for aspect in sheet.aspects if aspect.criterion == criterion.id)
        if criterion.pass_at > most:
            yield FieldError("nobody can reach these marks", ("criteria", index, "pass_at"),
                             expected=f"at most {most:f}, the marks of its aspects", found=f"{criterion.pass_at:f}")  # fmt: skip


def _shared(sheet: MarkingSheet) -> Iterator[FieldError]:
    """One artifact is one candidate's: else a report would count for two."""
    owner: dict[str, str] = {}
    for index, candidate in enumerate(sheet.candidates):
        for artifact in candidate.artifacts:
            if owner.setdefault(artifact, candidate.id) != candidate.id:
                yield FieldError("another candidate handed in the same work", ("candidates", index, "work"), found=artifact,
                                 hint=f"It is that of {owner[artifact]}.")  # fmt: skip


def _off_scale(sheet: MarkingSheet) -> Iterator[FieldError]:
    kinds = {aspect.id: aspect.kind for aspect in sheet.aspects}
    for index, mark in enumerate(sheet.marks):
        if kinds[mark.aspect] == "measurement" and (mark.points or 0) > 1:
            yield FieldError(
                "a measurement is met or not", ("marks", index, "points"), expected="1 (met) or 0", found=mark.points
            )


def _not_blind(sheet: MarkingSheet) -> Iterator[FieldError]:
    first = {(mark.candidate, mark.assessor) for mark in sheet.marks if mark.marking == "first"}
    for index, mark in enumerate(sheet.marks):
        if mark.marking == "second" and (mark.candidate, mark.assessor) in first:
            yield FieldError("a second marking is by somebody else", ("marks", index, "assessor"), found=mark.assessor,
                             hint="They marked the same work in the first marking.")  # fmt: skip
