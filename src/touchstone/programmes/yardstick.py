# SPDX-License-Identifier: Apache-2.0
"""The measure that needs and programmes share: the competency list, and levels compared through the published referencings."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.logic import Truth
from touchstone.recognition.comparison import LevelComparison
from touchstone.recognition.edition import Edition
from touchstone.recognition.rulebook import Rulebook, compile_rulebook
from touchstone.standards.envelope import Document
from touchstone.standards.framework import Competency
from touchstone.standards.levels import LevelReferencing
from touchstone.standards.programme import Module, Programme, Role


class Level(NamedTuple):
    """A level on a scale; without a code any level, where one is asked, and an unknown one, where one is reached."""

    scale: str
    code: str | None = None

    def __str__(self) -> str:
        return self.code or "any"


class Offered(NamedTuple):
    """What a module does with a unit: role, level, hours."""

    unit: str
    role: Role
    level: Level
    hours: int


class Yardstick:
    """The competency list of a day, and the comparison of levels by every referencing in force on it."""

    def __init__(self, rulebook: Rulebook, on: dt.date) -> None:
        self.rulebook, self.on = rulebook, on
        self.edition: Edition = rulebook.edition(on)
        in_force = (item for item in rulebook.documents if isinstance(item, LevelReferencing) and item.in_force(on))
        self._levels = LevelComparison(self.edition.scales.values(), in_force)

    def competency(self, unit: str) -> Competency:
        """Return what the competency list says of a unit.

        :raises InputError: when no framework knows it.
        """
        if unit not in self.edition.units:
            near = difflib.get_close_matches(unit, self.edition.units, n=1, cutoff=0.8)
            hint = f"Did you mean {near[0]}?" if near else "Add the framework that defines it, or mend the id."
            raise InputError("no framework knows the competency", found=unit, hint=hint)
        return self.edition.units[unit].competency

    def level(self, unit: str, code: str | None, scale: str | None = None) -> Level:
        """Return a level on its scale, which is that of the unit's framework where none is named.

        :raises InputError: when the unit, the scale or the level is unknown.
        """
        self.competency(unit)
        scale = scale or self.edition.scale_of(unit)
        if scale not in self.edition.scales:
            raise InputError("the level scale is unknown", field="level_scale", found=scale, hint="Add its document.")
        codes = [level.code for level in self.edition.scales[scale].levels]
        if code is not None and code not in codes:
            raise InputError(
                f"the level of {unit} is not on the scale", expected="one of " + ", ".join(codes), found=code
            )
        return Level(scale, code)

    def meets(self, reached: Level, asked: Level) -> Truth:
        """Tell whether a level reached is at least the one asked; unknown where no referencing says so."""
        return self._levels.meets(reached.scale, reached.code, asked.scale, asked.code)

    def offers(self, programme: Programme, module: Module) -> list[Offered]:
        """Return what a module offers; a unit stands for its equivalent successors as well."""
        scale = module.level_scale or programme.level_scale
        return [
            Offered(unit, treated.role, self.level(treated.unit, treated.level, scale), module.hours_of(treated))
            for treated in module.competencies
            for unit in self.edition.home_coverage(treated.unit)
        ]  # fmt: skip

    def all_offers(self, programme: Programme) -> list[Offered]:
        """Return what all modules of a programme offer.

        :raises InputError: naming the programme, when it speaks of a competency or level that nobody knows.
        """
        try:
            return [offer for module in programme.modules for offer in self.offers(programme, module)]
        except InputError as error:
            raise error.at(file=programme.id) from None


def yardstick_of(documents: Iterable[Document], on: dt.date) -> Yardstick:
    """Compile the public documents for a day.

    :raises RulebookError: when they do not fit together.
    """
    return Yardstick(compile_rulebook(documents), on)
