# SPDX-License-Identifier: Apache-2.0
"""How many a host may take: the largest count that the rules in force do not mind, and the rule that minds the next one.

What counts people is bounded from above only (a pack that says otherwise is refused), so a rule can only get worse as the count grows:
its truth changes where one of its bounds is passed, and nowhere else. Those few counts are tried; nothing is searched.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from touchstone.placement.conditions import FALSE, TRUE, Because, because, bound_value, compile_condition
from touchstone.placement.placement import Placement
from touchstone.placement.rules import CompiledPack, Rules, refuse_unknown_facts
from touchstone.standards.rule_pack import MICRO, Comparison, Condition, Fact, FactValue, Rule, comparisons

_BEYOND = 10**9
"""More people than any bound of a law allows."""


class Cap(NamedTuple):
    """What one rule says about one count: at most so many (none: it sets no limit as far as is known), by this comparison."""

    fact: Fact
    most: int | None
    rule: Rule
    by: Because | None
    missing: tuple[str, ...] = ()
    if_known: tuple[str, ...] = ()
    """The facts without which it is not known whether the rule applies at all."""


def capacity(placement: Placement, rules: Rules, on: dt.date) -> tuple[Cap, ...]:
    """Return the cap of every count by every rule in force that bounds it, the tightest of each count first.

    A rule that is already broken without anybody, for another reason, bounds nothing and is left out: ``check`` tells of it.
    Counts that the placement states are set aside; only what the host has matters.
    """
    applying = rules.applying(placement.jurisdiction, on)
    refuse_unknown_facts(placement, applying)
    caps = [cap for compiled in applying for cap in _caps(compiled, placement, on)]
    order = {fact.name: place for compiled in applying for place, fact in enumerate(compiled.pack.facts)}
    return tuple(sorted(caps, key=lambda cap: (order[cap.fact.name], _BEYOND if cap.most is None else cap.most)))


def _caps(compiled: CompiledPack, placement: Placement, on: dt.date) -> list[Cap]:
    facts = compiled.read(placement)
    counts = [fact for fact in compiled.pack.facts if fact.counts]
    for fact in counts:
        facts[fact.name] = 0  # one count is asked at a time; the others must not get in its way
    return [
        cap
        for fact in counts
        for rule, _ in compiled.on(on)
        if any(comparison.fact == fact.name for comparison in comparisons(rule.require))
        and (cap := _cap(compiled, rule, fact, facts)) is not None
    ]


def _cap(compiled: CompiledPack, rule: Rule, fact: Fact, facts: dict[str, FactValue]) -> Cap | None:
    """Where it is not known whether the rule applies, it is taken to: the cautious count."""
    applies = TRUE if rule.when is None else compile_condition(rule.when, compiled.facts)(facts)
    if applies == FALSE:
        return Cap(fact, None, rule, None)
    if_known = tuple(_missing(compiled, rule.when, facts)) if rule.when is not None and applies != TRUE else ()
    judge = compile_condition(rule.require, compiled.facts)

    def truth(count: int) -> int:
        return judge({**facts, fact.name: count * MICRO})

    at_none = truth(0)
    if at_none == FALSE:
        return None
    if truth(_BEYOND) == at_none:
        if at_none == TRUE:
            return Cap(fact, None, rule, None)
        missing = tuple(_missing(compiled, rule.require, {**facts, fact.name: _BEYOND * MICRO}))
        return Cap(fact, None, rule, None, missing)
    limits = {
        _largest(comparison, bound) for comparison in comparisons(rule.require) if comparison.fact == fact.name
        and (bound := bound_value(comparison, facts, compiled.facts)) is not None
    }  # fmt: skip
    most = max(count for count in limits if count >= 0 and truth(count) == at_none)
    broken = because(rule.require, {**facts, fact.name: (most + 1) * MICRO}, compiled.facts)
    by = next((reason for reason in broken if reason.comparison.fact == fact.name), None)
    return Cap(fact, most, rule, by, (), if_known)


def _largest(comparison: Comparison, bound: object) -> int:
    """Return the largest whole count that an upper bound admits."""
    number = bound if not isinstance(bound, int) else bound / MICRO if bound % MICRO else bound // MICRO
    whole = int(number // 1)  # type: ignore[operator]
    return whole - 1 if comparison.operator == "below" and whole == number else whole


def _missing(compiled: CompiledPack, condition: Condition, facts: dict[str, FactValue]) -> list[str]:
    names: dict[str, None] = {}
    for reason in because(condition, facts, compiled.facts):
        if reason.found is None:
            names[reason.comparison.fact] = None
        if reason.bound is None and not isinstance(reason.comparison.bound, str | tuple):
            names[reason.comparison.bound.fact] = None
    return list(names)
