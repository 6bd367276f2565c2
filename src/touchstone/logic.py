# SPDX-License-Identifier: Apache-2.0
"""The three-valued expression language: requirements, bars, conditions and legal rules all use it.

An expression is a tree of small frozen nodes. Its leaves state facts; a fact is true, false or *unknown* (strong Kleene logic).
There is no *not*: what excludes stands in the bars of a qualification, so that requirements stay monotone and more
evidence never hurts. Which key stands in a node says which node it is (``{all_of: [...]}``, ``{unit: T1, level: "3"}``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Annotated

from msgspec import Meta

from touchstone.text import LanguageMap
from touchstone.value import Value

Count = Annotated[int, Meta(ge=0, le=100_000)]
Amount = Annotated[Decimal, Meta(ge=0)]
Identifier = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=r"^[^\s|]+$", description="an id without spaces or |")
]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Prose = Annotated[str, Meta(min_length=1, max_length=4000)]


class Truth(IntEnum):
    """The three values, ordered: *all* is the minimum, *any* the maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


class Node(Value, frozen=True, kw_only=True):
    """What every node may carry: a reason, told where the node stands as a bar and refuses."""

    reason: LanguageMap | None = None


class AllOf(Node, frozen=True, kw_only=True):
    """True when every part is; ``all_of: []`` is true."""

    all_of: tuple[Expression, ...]


class AnyOf(Node, frozen=True, kw_only=True):
    """True when some part is; ``any_of: []`` is false."""

    any_of: tuple[Expression, ...]


class AtLeastPart(Value, frozen=True, kw_only=True):
    """How many (``count``) of the expressions ``of`` must be true."""

    count: Count
    of: tuple[Expression, ...]


class AtLeast(Node, frozen=True, kw_only=True):
    """True when the trues reach the count, false when trues and unknowns together cannot."""

    at_least: AtLeastPart


class Cap(Value, frozen=True, kw_only=True):
    """At most ``at_most`` credits count from the units ``of``."""

    of: tuple[Identifier, ...]
    at_most: Amount


class CreditsPart(Value, frozen=True, kw_only=True):
    """At least ``at_least`` credits from the units ``from``, with caps on some of them (no unit in two caps)."""

    at_least: Amount
    from_: tuple[Identifier, ...]
    caps: tuple[Cap, ...] = ()

    def __post_init__(self) -> None:
        capped = [unit for cap in self.caps for unit in cap.of]
        if len(capped) != len(set(capped)):
            raise ValueError("two caps share a unit; a unit may stand in one cap only")
        if stray := sorted(set(capped) - set(self.from_)):
            raise ValueError(f"a cap names {stray[0]}, which the credits do not come from")


class Credits(Node, frozen=True, kw_only=True):
    """True when enough credits are earned; which unit serves where is an assignment problem (recognition.pools)."""

    credits: CreditsPart


class Unit(Node, frozen=True, kw_only=True):
    """A unit is held, at least at ``level`` (of the scale of the unit's own framework) and with ``min_score``, if given."""

    unit: Identifier
    level: Name | None = None
    min_score: Amount | None = None


class ExperiencePart(Value, frozen=True, kw_only=True):
    """Whole months in an occupation or in an area (exactly one of the two)."""

    months: Count
    occupation: Name | None = None
    area: Name | None = None

    def __post_init__(self) -> None:
        if (self.occupation is None) == (self.area is None):
            raise ValueError("experience is asked in an occupation or in an area: give exactly one of the two")


class Experience(Node, frozen=True, kw_only=True):
    """Months of practice, added up over credentials."""

    experience: ExperiencePart


class TrainingPart(Value, frozen=True, kw_only=True):
    """Hours of training in a framework."""

    hours: Amount
    framework: Identifier


class Training(Node, frozen=True, kw_only=True):
    """Hours of training, added up over credentials."""

    training: TrainingPart


class Holds(Node, frozen=True, kw_only=True):
    """A qualification is held, by its id."""

    holds: Identifier


class PersonPart(Value, frozen=True, kw_only=True):
    """A fact that the holder states or proves, and the values that satisfy it."""

    fact: Name
    in_: tuple[Name, ...]


class Person(Node, frozen=True, kw_only=True):
    """A fact about the person (residence, age, …); absent means unknown."""

    person: PersonPart


Leaf = Unit | Credits | Experience | Training | Holds | Person
Expression = AllOf | AnyOf | AtLeast | Unit | Credits | Experience | Training | Holds | Person


def evaluate(expression: Expression, truth_of: Callable[[Leaf], Truth]) -> Truth:
    """Evaluate ``expression``, asking ``truth_of`` for the value of each leaf.

    A ``credits`` node is a leaf here: its value depends on an assignment that only the caller knows.
    """
    match expression:
        case AllOf(all_of=parts):
            return min((evaluate(part, truth_of) for part in parts), default=Truth.TRUE)
        case AnyOf(any_of=parts):
            return max((evaluate(part, truth_of) for part in parts), default=Truth.FALSE)
        case AtLeast(at_least=AtLeastPart(count=count, of=parts)):
            return at_least(count, [evaluate(part, truth_of) for part in parts])
        case _:
            return truth_of(expression)


def at_least(count: int, values: list[Truth]) -> Truth:
    """Kleene threshold: true when the trues reach ``count``, false when trues and unknowns cannot."""
    trues = sum(value is Truth.TRUE for value in values)
    possible = sum(value is not Truth.FALSE for value in values)
    if trues >= count:
        return Truth.TRUE
    return Truth.UNKNOWN if possible >= count else Truth.FALSE


def branches(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct parts of a node; a leaf has none."""
    match expression:
        case AllOf(all_of=parts) | AnyOf(any_of=parts) | AtLeast(at_least=AtLeastPart(of=parts)):
            return parts
        case _:
            return ()


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Yield every leaf of a tree, left to right."""
    match expression:
        case AllOf() | AnyOf() | AtLeast():
            for part in branches(expression):
                yield from leaves(part)
        case _:
            yield expression


def units_named(expression: Expression) -> frozenset[str]:
    """Return the ids of all units that a tree names, in leaves and in credit pools."""
    named: set[str] = set()
    for leaf in leaves(expression):
        match leaf:
            case Unit(unit=unit):
                named.add(unit)
            case Credits(credits=pool):
                named.update(pool.from_)
            case _:
                pass
    return frozenset(named)


def is_token(name: str) -> bool:
    """Tell whether a name is a token such as ``holds:ID`` and not the id of a unit."""
    return name.startswith(("holds:", "experience:", "training:", "person:"))
