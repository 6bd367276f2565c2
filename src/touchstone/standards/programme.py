# SPDX-License-Identifier: Apache-2.0
"""Programmes: what a school and enterprises teach together, module by module, and to which level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Amount, Count, Identifier, Name
from touchstone.standards.bridging import Money
from touchstone.standards.envelope import Document, Region
from touchstone.text import LanguageMap
from touchstone.value import Value

Role = Literal["teaches", "practises", "assesses"]
Place = Literal["school", "base", "enterprise"]


class Treated(Value, frozen=True, kw_only=True):
    """What a module does with one competency: to which level, and in how many of its hours."""

    unit: Identifier
    role: Role
    level: Name | None = None
    hours: Count | None = None


class Module(Value, frozen=True, kw_only=True):
    """A part of a programme. ``equipment`` is what each of its hours occupies at the base; ``prerequisites`` are modules too.

    ``level_scale`` goes before that of the programme.
    """

    id: Identifier
    title: LanguageMap | None = None
    hours: Count
    credits: Amount | None = None
    place: Place = "school"
    competencies: tuple[Treated, ...] = ()
    prerequisites: tuple[Identifier, ...] = ()
    equipment: tuple[Name, ...] = ()
    cost: Money | None = None
    level_scale: Identifier | None = None

    def __post_init__(self) -> None:
        counted = Counter((treated.unit, treated.role) for treated in self.competencies)
        if twice := [f"{role} {unit}" for (unit, role), count in counted.items() if count > 1]:
            raise ValueError(f"the module {self.id} {twice[0]} twice: give it once")
        stated = sum(treated.hours or 0 for treated in self.competencies)
        if stated > self.hours:
            raise ValueError(
                f"the module {self.id} lasts {self.hours} hours, and {stated} are stated for its competencies"
            )

    def hours_of(self, treated: Treated) -> int:
        """Return the hours for one competency and role: as stated, else an even share, rounded down, of what is not stated."""
        if treated.hours is not None:
            return treated.hours
        rest = self.hours - sum(each.hours or 0 for each in self.competencies)
        return rest // sum(each.hours is None for each in self.competencies)


class Programme(Document, frozen=True, kw_only=True, tag_field="kind", tag="Programme"):
    """A programme that a school and enterprises answer for together.

    Levels stand on ``level_scale``; without it, on the scale of the framework of each competency. ``places`` are those of one year.
    """

    region: Region
    school: Identifier
    enterprises: tuple[Identifier, ...] = ()
    level_scale: Identifier | None = None
    places: Count = 1
    modules: Annotated[tuple[Module, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        if complaint := broken_order(self.modules):
            raise ValueError(complaint)


def broken_order(modules: Iterable[Module]) -> str:
    """Return what is wrong with the order of modules: an id that stands twice, a prerequisite that is not there, or a circle."""
    modules = tuple(modules)
    by_id = {module.id: module for module in modules}
    if len(by_id) < len(modules):
        twice = next(name for name, count in Counter(module.id for module in modules).items() if count > 1)
        return f"the module {twice} stands twice"
    for module in modules:
        if missing := [name for name in module.prerequisites if name not in by_id]:
            return f"the module {module.id} asks first for {missing[0]}, which is not a module of the programme"
    if waiting := _never_begun(by_id):
        return f"the modules {', '.join(waiting)} wait for one another"
    return ""


def _never_begun(by_id: Mapping[str, Module]) -> list[str]:
    waiting = dict(by_id)
    while ready := [name for name, module in waiting.items() if waiting.keys().isdisjoint(module.prerequisites)]:
        for name in ready:
            del waiting[name]
    return sorted(waiting)
