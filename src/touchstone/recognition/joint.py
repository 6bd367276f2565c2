# SPDX-License-Identifier: Apache-2.0
"""Composing a joint standard: 就高不就低,就多不就少 (Bay Area construction standards, 2025-03-28), and what it cannot compose.

The union of all units, each at the highest level and score that any part asks; every credit pool; the longest experience and
training; every other qualification; the values of a personal fact that suit every part; the strictest criterion in its direction. What
contradicts is listed.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from touchstone.errors import RulebookError
from touchstone.logic import (
    Cap,
    Credits,
    Experience,
    Expression,
    Holds,
    Leaf,
    Person,
    PersonPart,
    Training,
    Truth,
    Unit,
    evaluate,
    leaves,
)
from touchstone.recognition.edition import Edition
from touchstone.recognition.joint_bars import MOST_COMBINATIONS, barred, values_combined
from touchstone.recognition.rulebook import Rulebook
from touchstone.standards.checking import satisfiable
from touchstone.standards.criterion import Criterion
from touchstone.standards.joint import Conflict, JointStandard, JointUnit
from touchstone.standards.qualification import Qualification
from touchstone.text import LanguageMap


def compose(
    targets: Sequence[str], rulebook: Rulebook, on: dt.date, *, id: str, version: str, title: LanguageMap
) -> JointStandard:
    """Compose the qualifications ``targets``, as they are in force on a day, into one joint standard (a draft).

    :raises RulebookError: when a qualification is unknown or not in force on that day.
    """
    edition = rulebook.edition(on)
    parts = [_part(target, rulebook, on) for target in dict.fromkeys(targets)]
    units = tuple(_units(parts, edition))
    also, personal = _also(parts, edition)
    criteria, clashing = _criteria(parts)
    unmet = _unmet(parts, edition, also, {conflict.about for conflict in personal})
    return JointStandard(
        id=id,
        version=version,
        title=title,
        status="draft",
        parts=tuple(rulebook.digest_of(part) for part in parts),
        units=units,
        criteria=criteria,
        also=also,
        conflicts=(*clashing, *personal, *unmet, *barred(parts, units, also, edition)),
    )


def requirement_of(joint: JointStandard) -> tuple[Expression, ...]:
    """Return everything that a joint standard asks for, as expressions of which all must be true."""
    units = (Unit(unit=unit.id, level=unit.level, min_score=unit.min_score) for unit in joint.units)
    return (*units, *joint.also)


def _part(target: str, rulebook: Rulebook, on: dt.date) -> Qualification:
    part = rulebook.edition(on).qualification(target)
    if part is None:
        known = [item.id for item in rulebook.documents if isinstance(item, Qualification) and item.id != target]
        near = difflib.get_close_matches(target, known, n=1, cutoff=0.9)
        hint = f"Did you mean {near[0]}?" if near else ""
        raise RulebookError(f"the qualification is unknown, or not in force on {on}", found=target, hint=hint)
    return part


def _leaves(parts: Iterable[Qualification]) -> Iterator[Leaf]:
    for part in parts:
        yield from leaves(part.require)


def _units(parts: Sequence[Qualification], edition: Edition) -> Iterator[JointUnit]:
    """Yield the union of all units, each at the highest level and score asked, sorted."""
    asked: dict[str, JointUnit] = {}
    for leaf in _leaves(parts):
        match leaf:
            case Unit(unit=unit, level=level, min_score=score):
                before = asked.get(unit, JointUnit(id=unit))
                asked[unit] = JointUnit(
                    id=unit,
                    level=_higher(unit, before.level, level, edition),
                    min_score=_larger(before.min_score, score),
                )
            case _:
                pass
    yield from (asked[unit] for unit in sorted(asked))


def _higher(unit: str, one: str | None, other: str | None, edition: Edition) -> str | None:
    if one is None or other is None:
        return one or other
    scale = edition.scale_of(unit)
    return one if edition.terms(None).levels.meets(scale, one, scale, other) is Truth.TRUE else other


def _larger(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((score for score in (one, other) if score is not None), default=None)


def _also(parts: Sequence[Qualification], edition: Edition) -> tuple[tuple[Expression, ...], list[Conflict]]:
    """Return what is asked beside units: credits, the longest experience and training, all holdings, and personal facts."""
    longest: dict[tuple[str, str], Experience | Training] = {}
    holdings: dict[str, Expression] = {}
    for leaf in _leaves(parts):
        match leaf:
            case Experience(experience=part):
                key = ("experience", f"{part.occupation}|{part.area}")
                before = longest.get(key)
                if not isinstance(before, Experience) or before.experience.months < part.months:
                    longest[key] = Experience(experience=part)
            case Training(training=training):
                earlier = longest.get(("training", training.framework))
                if not isinstance(earlier, Training) or earlier.training.hours < training.hours:
                    longest["training", training.framework] = Training(training=training)
            case Holds(holds=qualification):
                holdings[qualification] = Holds(holds=qualification)
            case _:
                pass
    facts, conflicts = _personal(parts)
    others = (*(longest[key] for key in sorted(longest)), *(holdings[key] for key in sorted(holdings)), *facts)
    return (*_pools(parts, edition), *others), conflicts


def _pools(parts: Sequence[Qualification], edition: Edition) -> Iterator[Credits]:
    """Yield every credit pool that can be filled, those from the same units once, with the most credits.

    A pool stays a pool: in it one source serves one unit, so that to have every unit of it need not be to fill it.
    """
    most: dict[tuple[tuple[str, ...], tuple[Cap, ...]], Credits] = {}
    for leaf in _leaves(parts):
        if isinstance(leaf, Credits) and satisfiable(leaf, edition.credits_of):
            units, caps = tuple(sorted(set(leaf.credits.from_))), tuple(sorted(leaf.credits.caps, key=_order_of))
            before = most.get((units, caps))
            if before is None or before.credits.at_least < leaf.credits.at_least:
                pool = msgspec.structs.replace(leaf.credits, from_=units, caps=caps)
                most[units, caps] = Credits(credits=pool)
    yield from (most[key] for key in sorted(most, key=lambda key: (key[0], tuple(map(_order_of, key[1])))))


def _order_of(cap: Cap) -> tuple[tuple[str, ...], Decimal]:
    return cap.of, cap.at_most


def _personal(parts: Sequence[Qualification]) -> tuple[list[Expression], list[Conflict]]:
    """Return the values of each needed personal fact that suit every part; where none does, the conflict."""
    suiting: dict[str, dict[str, tuple[str, ...]]] = {}
    for part in parts:
        for fact, values in _values_that_suit(part).items():
            suiting.setdefault(fact, {})[part.id] = values
    facts: list[Expression] = []
    conflicts: list[Conflict] = []
    for fact, by_part in sorted(suiting.items()):
        common = sorted(set.intersection(*map(set, by_part.values())))
        if common:
            facts.append(Person(person=PersonPart(fact=fact, in_=tuple(common))))
        else:
            says = tuple(f"{part}: {', '.join(values)}" for part, values in sorted(by_part.items()))
            conflicts.append(Conflict(code="no_common_value", about=fact, says=says))
    return facts, conflicts


def _values_that_suit(part: Qualification) -> dict[str, tuple[str, ...]]:
    """Return, for each personal fact without which a part cannot be met, the values with which it can."""
    named: dict[str, set[str]] = {}
    for leaf in leaves(part.require):
        if isinstance(leaf, Person):
            named.setdefault(leaf.person.fact, set()).update(leaf.person.in_)
    needed = {fact for fact in named if not _holds(part, _only_without(fact))}
    return {
        fact: tuple(value for value in sorted(named[fact]) if _holds(part, _only_with(fact, value)))
        for fact in sorted(needed)
    }


def _only_without(fact: str) -> Callable[[Leaf], bool]:
    return lambda leaf: not (isinstance(leaf, Person) and leaf.person.fact == fact)


def _only_with(fact: str, value: str) -> Callable[[Leaf], bool]:
    return lambda leaf: not isinstance(leaf, Person) or leaf.person.fact != fact or value in leaf.person.in_


def _holds(part: Qualification, is_true: Callable[[Leaf], bool]) -> bool:
    return evaluate(part.require, lambda leaf: Truth.TRUE if is_true(leaf) else Truth.FALSE) is Truth.TRUE


def _criteria(parts: Sequence[Qualification]) -> tuple[tuple[Criterion, ...], list[Conflict]]:
    """Return the strictest criterion of each id and direction; other units of measure, and minima above maxima, are conflicts."""
    strictest: dict[tuple[str, str], Criterion] = {}
    conflicts: list[Conflict] = []
    for part in parts:
        for criterion in part.criteria:
            key = (criterion.id, criterion.direction)
            before = strictest.get(key)
            if before is not None and before.unit != criterion.unit:
                conflicts.append(_clash("other_unit_of_measure", before, criterion))
            elif before is None or criterion.is_stricter_than(before):
                strictest[key] = criterion
    for name in sorted({name for name, _ in strictest}):
        low, high = strictest.get((name, "min")), strictest.get((name, "max"))
        if low and high and low.unit != high.unit:
            conflicts.append(_clash("other_unit_of_measure", low, high))
        elif low and high and low.value > high.value:
            conflicts.append(_clash("minimum_above_maximum", low, high))
    return tuple(strictest[key] for key in sorted(strictest)), conflicts


def _clash(code: str, one: Criterion, other: Criterion) -> Conflict:
    says = tuple(f"{criterion.direction} {criterion.value} {criterion.unit}" for criterion in (one, other))
    return Conflict(code=code, about=one.id, says=says)  # type: ignore[arg-type]


def _unmet(
    parts: Sequence[Qualification], edition: Edition, also: Sequence[Expression], clashing: set[str]
) -> Iterator[Conflict]:
    """Yield the parts that even the whole joint standard does not meet; facts that clash are told already."""
    for part in parts:
        if not satisfiable(part.require, edition.credits_of) or not _met_by_all(part, also, clashing):
            yield Conflict(code="cannot_be_met", about=part.id, says=("no evidence could meet this part",))


def _met_by_all(part: Qualification, also: Sequence[Expression], clashing: set[str]) -> bool:
    """Tell whether a part is met by every combination of the personal values that the joint standard allows."""
    for count, stated in enumerate(values_combined(also)):
        if count >= MOST_COMBINATIONS or not _holds(part, _stated(stated, clashing)):
            return False
    return True


def _stated(values: dict[str, str], assumed: set[str]) -> Callable[[Leaf], bool]:
    def is_true(leaf: Leaf) -> bool:
        if not isinstance(leaf, Person):
            return True
        return leaf.person.fact in assumed or values.get(leaf.person.fact) in leaf.person.in_

    return is_true
