# SPDX-License-Identifier: Apache-2.0
"""Bars in a joint standard: where one part asks for what excludes from another, nobody can pass both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

import msgspec

from touchstone.logic import (
    Credits,
    Experience,
    Expression,
    Holds,
    Leaf,
    Person,
    Training,
    Truth,
    Unit,
    evaluate,
    leaves,
)
from touchstone.recognition.edition import Edition
from touchstone.recognition.requirement import token
from touchstone.standards.checking import satisfiable
from touchstone.standards.joint import Conflict, JointUnit
from touchstone.standards.qualification import Qualification

MOST_COMBINATIONS = 256
"""Combinations of personal values that are looked at."""


def values_combined(also: Iterable[Expression]) -> Iterator[dict[str, str]]:
    """Yield every combination of the personal values that a joint standard allows."""
    offered = {item.person.fact: item.person.in_ for item in also if isinstance(item, Person)}
    facts = sorted(offered)
    for values in product(*(offered[fact] for fact in facts)):
        yield dict(zip(facts, values, strict=True))


def barred(
    parts: Sequence[Qualification], units: Sequence[JointUnit], also: Sequence[Expression], edition: Edition
) -> Iterator[Conflict]:
    """Yield the bars by which everybody is excluded who has what the joint standard asks, whatever else she has."""
    bars = [(part, bar) for part in parts for bar in part.bars]
    if not bars:
        return
    certain = _Certain((*units, *_needed_in_pools(also, edition)), also, edition)
    met: dict[int, None] = {}
    for count, stated in enumerate(values_combined(also)):
        now = [place for place, (_, bar) in enumerate(bars) if _is_met(bar, certain.given(stated))]
        if not now or count >= MOST_COMBINATIONS:
            return
        met.update(dict.fromkeys(now))
    for place in sorted(met):
        part, bar = bars[place]
        yield Conflict(code="barred", about=part.id, says=tuple(sorted({token(leaf) for leaf in leaves(bar)})))


def _needed_in_pools(also: Iterable[Expression], edition: Edition) -> Iterator[JointUnit]:
    """Yield the units without which a credit pool cannot be filled."""
    for item in also:
        if isinstance(item, Credits):
            for unit in item.credits.from_:
                caps = tuple(
                    msgspec.structs.replace(cap, of=tuple(other for other in cap.of if other != unit))
                    for cap in item.credits.caps
                )
                others = tuple(other for other in item.credits.from_ if other != unit)
                rest = Credits(credits=msgspec.structs.replace(item.credits, from_=others, caps=caps))
                if not satisfiable(rest, edition.credits_of):
                    yield JointUnit(id=unit)


def _is_met(bar: Expression, is_true: Callable[[Leaf], bool]) -> bool:
    return evaluate(bar, lambda leaf: Truth.TRUE if is_true(leaf) else Truth.FALSE) is Truth.TRUE


class _Certain:
    """What is true of everybody who passes a joint standard."""

    def __init__(self, units: Sequence[JointUnit], also: Sequence[Expression], edition: Edition) -> None:
        self._units, self._also, self._edition = units, also, edition

    def given(self, stated: Mapping[str, str]) -> Callable[[Leaf], bool]:
        """Return what tells whether a leaf is true, with some facts stated."""

        def is_true(leaf: Leaf) -> bool:
            match leaf:
                case Unit():
                    return any(self._includes(unit, leaf) for unit in self._units)
                case Person(person=part):
                    return stated.get(part.fact) in part.in_
                case _:
                    return any(_as_much(asked, leaf) for asked in self._also)

        return is_true

    def _includes(self, asked: JointUnit, leaf: Unit) -> bool:
        edition = self._edition
        if leaf.unit not in edition.home_coverage(asked.id):
            return False
        if leaf.min_score is not None and (asked.min_score is None or asked.min_score < leaf.min_score):
            return False
        levels, held, scale = edition.terms(None).levels, edition.scale_of(asked.id), edition.scale_of(leaf.unit)
        return levels.meets(held, asked.level, scale, leaf.level) is Truth.TRUE


def _as_much(asked: Expression, leaf: Leaf) -> bool:
    match asked, leaf:
        case Experience(experience=more), Experience(experience=part):
            return (more.occupation, more.area) == (part.occupation, part.area) and more.months >= part.months
        case Training(training=longer), Training(training=training):
            return longer.framework == training.framework and longer.hours >= training.hours
        case Holds(holds=one), Holds(holds=other):
            return one == other
        case _:
            return False
