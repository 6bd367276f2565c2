# SPDX-License-Identifier: Apache-2.0
"""What obtaining something missing would bring: a unit counts as home evidence, at the level and score that are asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from touchstone.logic import Experience, ExperiencePart, Holds, Leaf, Person, Training, TrainingPart, Truth, Unit
from touchstone.recognition.pools import Edge
from touchstone.recognition.requirement import Requirement, token

Meets = Callable[[str, str | None, str, str | None], Truth]
"""``meets(held_unit, held_level, asked_unit, asked_level)``: compares levels on the scales of the two units' frameworks."""


class Obtaining:
    """For one requirement: which leaves and pools each obtainable name supplies (recognition-algorithm 8.3)."""

    def __init__(self, requirement: Requirement, home_coverage: Callable[[str], Iterable[str]], meets: Meets) -> None:
        self._requirement, self._home_coverage, self._meets = requirement, home_coverage, meets
        self._asked = self._highest_asked()
        units = self._asked.keys() | requirement.pool_units
        self.suppliers: tuple[frozenset[str], ...] = tuple(
            frozenset(self._suppliers(leaf, units)) for leaf in requirement.leaves
        )

        self.pool_names = frozenset(
            unit for unit in units if not requirement.pool_units.isdisjoint(home_coverage(unit))
        )

        self._edges = {unit: tuple(self._serves(unit)) for unit in self.pool_names}

    def edges(self, obtained: Iterable[str]) -> Iterator[Edge]:
        """Yield how obtained units serve in the pools: each itself, and its equivalent successors."""
        for unit in obtained:
            yield from self._edges.get(unit, ())

    def _serves(self, unit: str) -> Iterator[Edge]:
        for target in sorted(self._requirement.pool_units.intersection(self._home_coverage(unit))):
            yield Edge(target, frozenset((unit,)), home=True)

    def _highest_asked(self) -> dict[str, tuple[str | None, Decimal | None]]:
        """Return the highest level and score that the leaves ask of each unit."""
        asked: dict[str, tuple[str | None, Decimal | None]] = {}
        for leaf in self._requirement.leaves:
            if isinstance(leaf, Unit):
                level, score = asked.get(leaf.unit, (None, None))
                if leaf.level and (level is None or self._meets(leaf.unit, leaf.level, leaf.unit, level) is Truth.TRUE):
                    level = leaf.level
                if leaf.min_score is not None and (score is None or leaf.min_score > score):
                    score = leaf.min_score
                asked[leaf.unit] = (level, score)
        return asked

    def _suppliers(self, leaf: Leaf, units: Iterable[str]) -> Iterator[str]:
        match leaf:
            case Unit():
                yield from (unit for unit in units if self._supplies(unit, leaf))
            case Experience(experience=part):
                for other in self._requirement.leaves:
                    if isinstance(other, Experience) and _lasts(other.experience, part):
                        yield token(other)
            case Training(training=part):
                for other in self._requirement.leaves:
                    if isinstance(other, Training) and _includes(other.training, part):
                        yield token(other)
            case Holds() | Person():
                yield token(leaf)
            case _:
                return

    def _supplies(self, unit: str, leaf: Unit) -> bool:
        if unit == leaf.unit:
            return True
        if leaf.unit not in self._home_coverage(unit):
            return False
        level, score = self._asked.get(unit, (None, None))
        if leaf.min_score is not None and (score is None or score < leaf.min_score):
            return False
        return self._meets(unit, level, leaf.unit, leaf.level) is Truth.TRUE


def _lasts(longer: ExperiencePart, asked: ExperiencePart) -> bool:
    """Tell whether experience of one kind is also long enough for what is asked."""
    return (longer.occupation, longer.area) == (asked.occupation, asked.area) and longer.months >= asked.months


def _includes(longer: TrainingPart, asked: TrainingPart) -> bool:
    """Tell whether training in one framework is also long enough for what is asked."""
    return longer.framework == asked.framework and longer.hours >= asked.hours
