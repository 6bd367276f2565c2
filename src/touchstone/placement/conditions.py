# SPDX-License-Identifier: Apache-2.0
"""Conditions compiled to functions of the facts, so that hundreds of thousands are judged in a second; and why one came out as it did."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from touchstone.standards.rule_pack import (
    Comparison,
    Condition,
    EnoughOf,
    EnoughParts,
    EveryPart,
    Fact,
    FactValue,
    Rule,
    Scaled,
    SomePart,
    millionths,
    read_fact,
)

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""The three values of :class:`touchstone.logic.Truth` as plain numbers: comparing those is cheaper."""
NOT_APPLICABLE = 3
"""What only a rule can be, and no condition: the placement is none of those that it speaks of."""

Facts = Mapping[str, FactValue]
Judge = Callable[[Facts], int]
Holds = Callable[[Any, Any], bool]

_ORDERS: dict[str, Holds] = {
    "is_": operator.eq, "min": operator.ge, "max": operator.le, "below": operator.lt,
    "in_": lambda value, choices: value in choices, "not_in": lambda value, choices: value not in choices,
    "has_all": operator.ge, "has_none": lambda words, others: not (words & others),
}  # fmt: skip


def compile_condition(condition: Condition, facts: Mapping[str, Fact]) -> Judge:
    """Return a function that judges a condition: 0 false, 1 unknown, 2 true, as :func:`touchstone.logic.evaluate` would."""
    match condition:
        case EveryPart(all_of=parts):
            return _every([compile_condition(part, facts) for part in parts])
        case SomePart(any_of=parts):
            return _some([compile_condition(part, facts) for part in parts])
        case EnoughParts(at_least=EnoughOf(count=count, of=parts)):
            return _enough(count, [compile_condition(part, facts) for part in parts])
        case Comparison():
            return compile_comparison(condition, facts)


def compile_rule(rule: Rule, facts: Mapping[str, Fact]) -> Judge:
    """Return a function that judges a rule: not applicable, or as its requirement; where that is unknown, it holds if it is met."""
    require = compile_condition(rule.require, facts)
    if rule.when is None:
        return require
    when = compile_condition(rule.when, facts)

    def judge(facts: Facts) -> int:
        applies = when(facts)
        if not applies:
            return NOT_APPLICABLE
        met = require(facts)
        return met if TRUE in (applies, met) else UNKNOWN

    return judge


def compile_comparison(comparison: Comparison, facts: Mapping[str, Fact]) -> Judge:
    """Return a function that judges one comparison; a fact that is not there leaves it unknown."""
    name, holds, bound = comparison.fact, _ORDERS[comparison.operator], comparison.bound
    if isinstance(bound, Scaled):
        return _against_fact(name, holds, bound, is_number=facts[name].type == "number")
    fixed = read_fact(bound, facts[name].type) if isinstance(bound, str) else frozenset(bound)

    def judge(facts: Facts) -> int:
        value = facts.get(name)
        return UNKNOWN if value is None else TRUE if holds(value, fixed) else FALSE

    return judge


def _against_fact(name: str, holds: Holds, bound: Scaled, *, is_number: bool) -> Judge:
    other, times, per, plus = bound.fact, *map(millionths, (bound.times, bound.per, bound.plus))
    if not is_number:
        times, per, plus = 1, 1, 0

    def judge_plainly(facts: Facts) -> int:
        value, against = facts.get(name), facts.get(other)
        return UNKNOWN if value is None or against is None else TRUE if holds(value, against) else FALSE

    def judge(facts: Facts) -> int:
        value, against = facts.get(name), facts.get(other)
        if value is None or against is None:
            return UNKNOWN
        # value ≤ against × times ÷ per + plus, without ever dividing
        return TRUE if holds(value * per, against * times + plus * per) else FALSE  # type: ignore[operator]

    return judge if is_number else judge_plainly


def _every(parts: list[Judge]) -> Judge:
    def judge(facts: Facts) -> int:
        least = TRUE
        for part in parts:
            truth = part(facts)
            if truth < least:
                if not truth:
                    return FALSE
                least = truth
        return least

    return judge


def _some(parts: list[Judge]) -> Judge:
    def judge(facts: Facts) -> int:
        most = FALSE
        for part in parts:
            truth = part(facts)
            if truth > most:
                if truth == TRUE:
                    return TRUE
                most = truth
        return most

    return judge


def _enough(count: int, parts: list[Judge]) -> Judge:
    def judge(facts: Facts) -> int:
        truths = [part(facts) for part in parts]
        if truths.count(TRUE) >= count:
            return TRUE
        return FALSE if len(truths) - truths.count(FALSE) < count else UNKNOWN

    return judge


class Because(NamedTuple):
    """One comparison that decided: the fact as it is (none: it is missing), and the bound as it comes out."""

    comparison: Comparison
    found: FactValue | None
    bound: FactValue | Decimal | tuple[str, ...] | None


def because_of(rule: Rule, facts: Facts, declared: Mapping[str, Fact]) -> Iterator[Because]:
    """Yield the comparisons that broke a rule, or that leave it unknown."""
    if rule.when is not None and _truth(rule.when, facts, declared) == UNKNOWN:
        yield from because(rule.when, facts, declared)
    yield from because(rule.require, facts, declared)


def because(condition: Condition, facts: Facts, declared: Mapping[str, Fact]) -> Iterator[Because]:
    """Yield the comparisons that made a condition false, or that leave it unknown; of a true one there are none."""
    truth = compile_condition(condition, declared)(facts)
    if truth == TRUE:
        return
    match condition:
        case Comparison():
            yield Because(condition, facts.get(condition.fact), bound_value(condition, facts, declared))
        case EveryPart(all_of=parts):
            yield from _because_parts(
                [part for part in parts if _truth(part, facts, declared) == truth], facts, declared
            )
        case SomePart(any_of=parts) | EnoughParts(at_least=EnoughOf(of=parts)):
            yield from _because_parts(list(parts), facts, declared)


def _because_parts(parts: list[Condition], facts: Facts, declared: Mapping[str, Fact]) -> Iterator[Because]:
    for part in parts:
        yield from because(part, facts, declared)


def _truth(condition: Condition, facts: Facts, declared: Mapping[str, Fact]) -> int:
    return compile_condition(condition, declared)(facts)


def bound_value(
    comparison: Comparison, facts: Facts, declared: Mapping[str, Fact]
) -> FactValue | Decimal | tuple[str, ...] | None:
    """Return what a fact is compared with, computed; none where it needs a fact that is missing."""
    bound = comparison.bound
    if isinstance(bound, str):
        return read_fact(bound, declared[comparison.fact].type)
    if not isinstance(bound, Scaled):
        return bound
    other = facts.get(bound.fact)
    if other is None or declared[bound.fact].type != "number":
        return other
    return Decimal(int(other)) * bound.times / bound.per / 1_000_000 + bound.plus  # type: ignore[arg-type]
