# SPDX-License-Identifier: Apache-2.0
"""Legal rules as documents: each with its clause, its days, its severity, and a condition over typed facts.

The conditions are the three-valued language of :mod:`touchstone.logic` with leaves of their own: comparisons over the facts that the
pack declares (docs/decisions/0019). There is no *not* here either: every comparison has its opposite.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import AllOf, Amount, AnyOf, AtLeast, AtLeastPart, Count, Name, Prose
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.envelope import Document, Period, Region
from touchstone.text import LanguageMap
from touchstone.value import Value

FactName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="a name in small letters such as staff_in_post")
]
RuleId = Annotated[str, Meta(pattern=r"^[A-Z]{2}-[A-Za-z0-9-]{1,40}$", description="an id such as CN-14")]
FactType = Literal["number", "date", "word", "words", "yes_no"]
Severity = Literal["error", "warning", "info"]
ClauseType = Literal["requirement", "recommendation", "permission", "statement"]
Scope = Literal["post", "host", "trainer"]
MAX_PARTS = 2_000
"""Nodes of one pack's conditions: far beyond any law, and soon compiled."""


class Scaled(Value, frozen=True, kw_only=True):
    """A share of another number: ``fact × times ÷ per + plus``, computed exactly and never rounded."""

    fact: FactName
    times: Decimal = Decimal(1)
    per: Amount = Decimal(1)
    plus: Decimal = Decimal(0)

    @property
    def is_plain(self) -> bool:
        """Tell whether it is the other fact itself."""
        return self.times == 1 == self.per and not self.plus

    def __post_init__(self) -> None:
        if not self.per:
            raise ValueError(f"the share of {self.fact} is divided by zero")


Bound = Annotated[str, Meta(max_length=200)] | Scaled


class Comparison(Value, frozen=True, kw_only=True):
    """One comparison of a fact; exactly one of the operators stands in it. An absent fact leaves it unknown."""

    fact: FactName
    is_: Bound | None = None
    in_: tuple[Name, ...] | None = None
    not_in: tuple[Name, ...] | None = None
    min: Bound | None = None
    max: Bound | None = None
    below: Bound | None = None
    has_all: tuple[Name, ...] | None = None
    has_none: tuple[Name, ...] | None = None

    def __post_init__(self) -> None:
        given = [name for name in OPERATORS if getattr(self, name) is not None]
        if len(given) != 1:
            told = ", ".join(name.rstrip("_") for name in OPERATORS)
            raise ValueError(f"the comparison of {self.fact} has {len(given)} operators: give exactly one of {told}")

    @property
    def operator(self) -> str:
        """The operator that stands in it, as the attribute is called."""
        return next(name for name in OPERATORS if getattr(self, name) is not None)

    @property
    def bound(self) -> str | Scaled | tuple[str, ...]:
        """What the fact is compared with."""
        bound: str | Scaled | tuple[str, ...] = getattr(self, self.operator)
        return bound


OPERATORS = ("is_", "in_", "not_in", "min", "max", "below", "has_all", "has_none")
_ADMITTED: dict[FactType, tuple[str, ...]] = {
    "number": ("is_", "min", "max", "below"),
    "date": ("is_", "min", "max", "below"),
    "word": ("is_", "in_", "not_in"),
    "words": ("has_all", "has_none"),
    "yes_no": ("is_",),
}


# The operators of touchstone.logic over other leaves: its evaluator works on them as they are.
class EveryPart(AllOf, frozen=True, kw_only=True):
    """True when every part is; the rules' ``all_of``."""

    all_of: tuple[Condition, ...]  # type: ignore[assignment]


class SomePart(AnyOf, frozen=True, kw_only=True):
    """True when some part is; the rules' ``any_of``."""

    any_of: tuple[Condition, ...]  # type: ignore[assignment]


class EnoughOf(AtLeastPart, frozen=True, kw_only=True):
    """How many (``count``) of the conditions ``of`` must be true."""

    count: Count
    of: tuple[Condition, ...]  # type: ignore[assignment]


class EnoughParts(AtLeast, frozen=True, kw_only=True):
    """True when the trues reach the count; the rules' ``at_least``."""

    at_least: EnoughOf


Condition = EveryPart | SomePart | EnoughParts | Comparison


class AgeOn(Value, frozen=True, kw_only=True):
    """Whole years completed: somebody born ``of`` is a year older on the day of birth (born on 29 February: on 1 March)."""

    of: FactName
    at: FactName


class SpanOf(Value, frozen=True, kw_only=True):
    """A span ``from`` one day ``to`` another, both inclusive."""

    from_: FactName
    to: FactName


class Fact(Value, frozen=True, kw_only=True):
    """A fact that the rules speak about: stated, or computed from dates that are."""

    name: FactName
    type: FactType
    title: LanguageMap
    words: dict[Name, LanguageMap] = {}
    counts: Scope | None = None
    age: AgeOn | None = None
    days: SpanOf | None = None
    months: SpanOf | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.age, self.days, self.months)) > 1:
            raise ValueError(f"the fact {self.name} is computed in more than one way")
        if self.dates and self.type != "number":
            raise ValueError(f"the fact {self.name} is computed, so its type must be number")
        if self.counts and (self.type != "number" or self.dates):
            raise ValueError(f"the fact {self.name} counts people, so it must be a number that is stated")
        if self.words and self.type not in ("word", "words"):
            raise ValueError(f"the fact {self.name} is a {self.type}, so it lists no words")

    @property
    def dates(self) -> tuple[str, ...]:
        """The two dates that it is computed from; none for a fact that is stated."""
        if self.age:
            return self.age.of, self.age.at
        span = self.days or self.months
        return (span.from_, span.to) if span else ()


def severity_of(clause_type: ClauseType) -> Severity:
    """Return how grave it is not to keep a clause of a type."""
    match clause_type:
        case "requirement":
            return "error"
        case "recommendation":
            return "warning"
        case "permission" | "statement":
            return "info"


class Rule(Value, frozen=True, kw_only=True):
    """One rule: what must hold, in which days, by which clause, and how grave it is where it does not.

    With ``when`` it asks only of placements of which that is true; of the others it is not applicable. Where that is unknown, it
    holds if it is met, and is unknown if not.
    """

    id: RuleId
    clause: LanguageMap
    clause_type: ClauseType
    severity: Severity
    verified: bool
    require: Condition
    message: LanguageMap
    source: Annotated[tuple[Prose, ...], Meta(min_length=1)]
    when: Condition | None = None
    valid: Period | None = None
    exemption: LanguageMap | None = None

    def __post_init__(self) -> None:
        if not self.verified and self.severity == "error":
            raise ValueError(f"the rule {self.id} is unverified, so it can be a warning at most")
        graveness = severity_of(self.clause_type)
        if self.severity != graveness and (self.verified or self.severity != "warning"):
            raise ValueError(f"the rule {self.id} is a {self.clause_type}, so its severity is {graveness}")

    def comparisons(self) -> Iterator[Comparison]:
        """Yield every comparison that the rule makes."""
        if self.when is not None:
            yield from comparisons(self.when)
        yield from comparisons(self.require)

    def in_force(self, day: dt.date) -> bool:
        """Tell whether the rule holds on ``day``."""
        return self.valid is None or day in self.valid


class RulePack(Document, frozen=True, kw_only=True, tag_field="kind", tag="RulePack"):
    """The rules of one jurisdiction that a placement is checked against, and the facts that they speak about."""

    jurisdiction: Region
    applies_in: tuple[Region, ...] = ()
    facts: Annotated[tuple[Fact, ...], Meta(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        facts = {fact.name: fact for fact in self.facts}
        if len(facts) != len(self.facts):
            raise ValueError("a fact is declared twice")
        for fact in self.facts:
            _sound_dates(fact, facts)
        _no_rule_twice_on_a_day(self.rules)
        parts = 0
        for rule in self.rules:
            for comparison in rule.comparisons():
                parts += 1
                _sound(comparison, facts, rule.id)
            counted = comparisons(rule.when) if rule.when is not None else ()
            if any(facts[comparison.fact].counts for comparison in counted):
                raise ValueError(f"the rule {rule.id} depends on how many there are; a count may only be bounded")
        if parts > MAX_PARTS:
            raise ValueError(f"the rules make {parts} comparisons, more than the {MAX_PARTS} that a pack may make")


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison of a condition, left to right."""
    match condition:
        case EveryPart(all_of=parts) | SomePart(any_of=parts) | EnoughParts(at_least=EnoughOf(of=parts)):
            for part in parts:
                yield from comparisons(part)
        case Comparison():
            yield condition


def _sound_dates(fact: Fact, facts: dict[str, Fact]) -> None:
    for name in fact.dates:
        if name not in facts or facts[name].type != "date":
            raise ValueError(f"the fact {fact.name} is computed from {name}, which is no declared date")


def _no_rule_twice_on_a_day(rules: tuple[Rule, ...]) -> None:
    """A rule may change its text in the course of time; on one day it says one thing."""
    periods: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for rule in rules:
        begins = rule.valid.from_ if rule.valid and rule.valid.from_ else dt.date.min
        ends = rule.valid.until if rule.valid and rule.valid.until else dt.date.max
        if any(begins <= last and first <= ends for first, last in periods.get(rule.id, ())):
            raise ValueError(f"two texts of the rule {rule.id} hold on the same day")
        periods.setdefault(rule.id, []).append((begins, ends))


def _sound(comparison: Comparison, facts: dict[str, Fact], rule: str) -> None:
    """Refuse a comparison that can mean nothing: of an undeclared fact, or in a way that its type does not know."""
    name, bound = comparison.fact, comparison.bound
    if name not in facts:
        raise ValueError(f"the rule {rule} compares {name}, which the pack does not declare")
    kind = facts[name].type
    if comparison.operator not in _ADMITTED[kind]:
        known = ", ".join(operator.rstrip("_") for operator in _ADMITTED[kind])
        raise ValueError(
            f"the rule {rule} compares {name} by {comparison.operator.rstrip('_')}; a {kind} knows {known}"
        )
    if isinstance(bound, Scaled):
        _sound_share(bound, facts, kind, rule)
    elif isinstance(bound, str):
        try:
            read_fact(bound, kind)
        except FieldError as error:
            raise ValueError(f"the rule {rule} compares {name} with {bound!r}, not with {error.expected}") from None
    if facts[name].counts and comparison.operator not in ("max", "below"):
        raise ValueError(f"the rule {rule} asks for more of {name}; what counts people has upper bounds only")
    _sound_words(comparison, facts[name], rule)


def _sound_words(comparison: Comparison, fact: Fact, rule: str) -> None:
    """A rule against some words needs the list of all: of a fact without one, any slip of the pen would keep the rule."""
    if isinstance(comparison.bound, Scaled) or fact.type not in ("word", "words"):
        return
    if not fact.words:
        if comparison.operator in ("not_in", "has_none"):
            raise ValueError(
                f"the rule {rule} excludes words of {fact.name}, which lists none: a misspelt one would pass"
            )
        return
    asked = (comparison.bound,) if isinstance(comparison.bound, str) else comparison.bound
    for word in asked:
        if word not in fact.words:
            raise ValueError(f"the rule {rule} compares {fact.name} with {word}, which is none of its words")


def _sound_share(bound: Scaled, facts: dict[str, Fact], kind: FactType, rule: str) -> None:
    if bound.fact not in facts or facts[bound.fact].type != kind:
        raise ValueError(f"the rule {rule} compares with {bound.fact}, which is no declared {kind}")
    if kind != "number" and not bound.is_plain:
        raise ValueError(f"the rule {rule} multiplies {bound.fact}, which is no number")
    if facts[bound.fact].counts:
        raise ValueError(f"the rule {rule} bounds a fact by {bound.fact}, which counts people and is itself bounded")


MICRO = 1_000_000
"""Numbers have six decimals at most: as whole millionths they are compared exactly and fast."""

FactValue = int | dt.date | str | frozenset[str] | bool


def millionths(number: Decimal) -> int:
    """Return a number of at most six decimals as whole millionths."""
    sign, digits, exponent = number.as_tuple()
    whole: int = int("".join(map(str, digits)) or "0") * 10 ** (6 + int(exponent))
    return -whole if sign else whole


def read_fact(text: str, kind: FactType) -> FactValue:
    """Read a fact as it is written down; ``words`` are parted by commas, and an empty text says that there are none.

    :raises FieldError: with what was expected and found.
    """
    return _READERS[kind](text)


def _read_number(text: str) -> int:
    return millionths(decode(text, Decimal))


def _read_words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())


_READERS: dict[FactType, Callable[[str], FactValue]] = {
    "number": _read_number,
    "date": lambda text: decode(text, dt.date),
    "word": lambda text: decode(text, Name),
    "words": _read_words,
    "yes_no": lambda text: decode(text, bool),
}
