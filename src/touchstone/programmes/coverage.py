# SPDX-License-Identifier: Apache-2.0
"""Coverage: what a standard demands, set beside what a programme teaches, practises and assesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from touchstone.errors import InputError
from touchstone.logic import Credits, Truth, Unit, leaves
from touchstone.programmes.yardstick import Level, Offered, Yardstick
from touchstone.standards.envelope import Document
from touchstone.standards.framework import Framework
from touchstone.standards.joint import JointStandard
from touchstone.standards.programme import Programme, Role
from touchstone.standards.qualification import Qualification
from touchstone.value import Value

ROLES: tuple[Role, ...] = ("teaches", "practises", "assesses")
Remark = Literal[
    "not_taught", "below_level", "level_unknown", "not_practised", "not_assessed", "assessed_never_practised",
    "taught_not_demanded",
]  # fmt: skip
Answer = Literal["no", "unknown", "yes"]
_ANSWERS: tuple[Answer, ...] = ("no", "unknown", "yes")


class Part(Value, frozen=True, kw_only=True):
    """What a programme does with a competency in one role: levels named, hours, and whether one of them meets what is demanded."""

    levels: tuple[str, ...] = ()
    hours: int = 0
    meets: Answer = "no"


class CoverageRow(Value, frozen=True, kw_only=True):
    """One competency: the level demanded (none: any), the three roles, and what is to be remarked."""

    unit: str
    demanded: bool
    level: str | None = None
    taught: Part
    practised: Part
    assessed: Part
    remarks: tuple[Remark, ...] = ()


class Coverage(Value, frozen=True, kw_only=True):
    """A programme held against a standard, competency by competency."""

    programme: str
    standard: str
    rows: tuple[CoverageRow, ...]

    @property
    def covered(self) -> int:
        """How many demanded competencies are taught, practised and assessed, each surely at the level demanded."""
        return sum(row.demanded and not row.remarks for row in self.rows)


def demands_of(standard: Document, yardstick: Yardstick) -> dict[str, Level]:
    """Return the competencies that a document demands, each with its level.

    A qualification demands every unit that it names, whichever of them a holder may choose; a framework all of its units.

    :raises InputError: when the document demands no competencies, or some that no framework knows.
    """
    asked: dict[str, str | None]
    match standard:
        case Framework():
            asked = {item.id: item.level for item in standard.competencies}
        case JointStandard():
            asked = {item.id: item.level for item in standard.units}
        case Qualification():
            asked = _of_qualification(standard, yardstick)
        case _:
            expected = "a Framework, a Qualification or a JointStandard"
            raise InputError(
                "this kind of document demands no competencies", expected=expected, found=type(standard).__name__
            )
    return {unit: yardstick.level(unit, level) for unit, level in asked.items()}


def _of_qualification(standard: Qualification, yardstick: Yardstick) -> dict[str, str | None]:
    asked: dict[str, str | None] = {}
    for leaf in leaves(standard.require):
        if isinstance(leaf, Credits):
            asked.update({unit: None for unit in leaf.credits.from_ if unit not in asked})
        if isinstance(leaf, Unit):
            known = asked.get(leaf.unit)
            higher = known is None or (
                leaf.level is not None
                and yardstick.meets(yardstick.level(leaf.unit, leaf.level), yardstick.level(leaf.unit, known))
                is Truth.TRUE
            )
            asked[leaf.unit] = leaf.level if higher else known
    return asked


def coverage(programme: Programme, demands: Mapping[str, Level], yardstick: Yardstick, standard: str = "") -> Coverage:
    """Hold a programme against what a standard demands (:func:`demands_of`).

    :raises InputError: when the programme speaks of a competency or level that nobody knows.
    """
    offers = yardstick.all_offers(programme)
    beside = {offer.unit for offer in offers} - demands.keys()
    rows = [_row(unit, demands.get(unit), offers, yardstick) for unit in [*demands, *sorted(beside)]]
    return Coverage(programme=programme.id, standard=standard, rows=tuple(rows))


def _row(unit: str, asked: Level | None, offers: Iterable[Offered], yardstick: Yardstick) -> CoverageRow:
    own = [offer for offer in offers if offer.unit == unit]
    taught, practised, assessed = (
        _part([offer for offer in own if offer.role == role], asked, yardstick) for role in ROLES
    )
    remarks = _remarks(taught, practised, assessed) if asked else _beside(practised, assessed)
    return CoverageRow(
        unit=unit, demanded=asked is not None, level=asked.code if asked else None,
        taught=taught, practised=practised, assessed=assessed, remarks=tuple(remarks),
    )  # fmt: skip


def _part(offers: list[Offered], asked: Level | None, yardstick: Yardstick) -> Part:
    best = max((yardstick.meets(offer.level, asked) for offer in offers), default=Truth.FALSE) if asked else Truth.FALSE
    levels = tuple(dict.fromkeys(str(offer.level) for offer in offers))
    return Part(levels=levels, hours=sum(offer.hours for offer in offers), meets=_ANSWERS[best])


def _remarks(taught: Part, practised: Part, assessed: Part) -> list[Remark]:
    remarks: list[Remark] = []
    if not taught.levels and not practised.levels:
        remarks.append("not_taught")
    elif "yes" not in (taught.meets, practised.meets):
        remarks.append("level_unknown" if "unknown" in (taught.meets, practised.meets) else "below_level")
    if not practised.levels:
        remarks.append("assessed_never_practised" if assessed.levels else "not_practised")
    if not assessed.levels:
        remarks.append("not_assessed")
    return remarks


def _beside(practised: Part, assessed: Part) -> list[Remark]:
    never = assessed.levels and not practised.levels
    return ["taught_not_demanded", "assessed_never_practised"] if never else ["taught_not_demanded"]
