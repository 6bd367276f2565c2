# SPDX-License-Identifier: Apache-2.0
"""Checking a placement against the rules of its own time: pass, fail, unknown or exempted, rule by rule.

Nothing is guessed. A fact that is missing leaves a rule unknown; an exemption counts only where the rule says that there is one.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from touchstone.errors import InputError
from touchstone.placement.calendar import age_on, days_from, months_from
from touchstone.placement.conditions import FALSE, TRUE, Because, Judge, because_of, compile_rule
from touchstone.placement.placement import Placement
from touchstone.standards.decoding import FieldError
from touchstone.standards.digest import digest
from touchstone.standards.envelope import recency
from touchstone.standards.rule_pack import MICRO, Fact, FactValue, Rule, RulePack, read_fact

Result = Literal["pass", "fail", "unknown", "exempted"]


class Finding(NamedTuple):
    """What one rule says about one placement; ``document`` is the exemption that it names for this rule, admitted or not."""

    rule: Rule
    result: Result
    document: str = ""


class Cited(NamedTuple):
    """A rule pack as anybody finds it again, to judge anew and compare."""

    id: str
    version: str
    digest: str


class CompiledPack:
    """A rule pack ready to judge many placements."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.facts: Mapping[str, Fact] = {fact.name: fact for fact in pack.facts}
        self.stated = {fact.name: fact.type for fact in pack.facts if not fact.dates}
        self.computed = tuple(fact for fact in pack.facts if fact.dates)
        self._judges = [(rule, compile_rule(rule, self.facts)) for rule in pack.rules]
        self._by_day: dict[dt.date, list[tuple[Rule, Judge]]] = {}

    @cached_property
    def cited(self) -> Cited:
        """The pack by id, version and digest."""
        return Cited(self.pack.id, self.pack.version, digest(self.pack))

    def on(self, day: dt.date) -> list[tuple[Rule, Judge]]:
        """Return the rules in force on a day, each with its judge, in the order of the pack."""
        if day not in self._by_day:
            self._by_day[day] = [(rule, judge) for rule, judge in self._judges if rule.in_force(day)]
        return self._by_day[day]

    def read(self, placement: Placement) -> dict[str, FactValue]:
        """Return the facts of a placement that this pack knows, typed, with those that are computed from dates.

        :raises InputError: a fact is not written as its type asks.
        """
        facts: dict[str, FactValue] = {}
        for name, text in placement.facts.items():
            if name in self.stated:
                try:
                    facts[name] = _known(read_fact(text, self.stated[name]), self.facts[name])
                except FieldError as error:
                    raise InputError(
                        f"the fact {name} does not fit", field=f"facts.{name}", expected=error.expected, found=text
                    ) from None
        for fact in self.computed:
            value = _computed(fact, facts)
            if value is not None:
                facts[fact.name] = value
        return facts


def _known(value: FactValue, fact: Fact) -> FactValue:
    """A word that the fact does not list is a slip of the pen: a rule against some words would hold for it."""
    if fact.words:
        for word in sorted(value) if isinstance(value, frozenset) else (str(value),):
            if word not in fact.words:
                folded = word.casefold().replace(" ", "_").replace("-", "_")
                near = difflib.get_close_matches(folded, fact.words, n=1)
                other = "other is only for what none of them means." if "other" in fact.words else ""
                raise InputError(
                    f"the fact {fact.name} does not know this word", field=f"facts.{fact.name}", found=word,
                    expected="one of " + ", ".join(fact.words), hint=f"Did you mean {near[0]}?" if near else other,
                )  # fmt: skip
    return value


def _computed(fact: Fact, facts: Mapping[str, FactValue]) -> int | None:
    first, last = (facts.get(name) for name in fact.dates)
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return None
    count = age_on if fact.age else days_from if fact.days else months_from
    return count(first, last) * MICRO


class Rules:
    """Rule packs, compiled, by the jurisdictions that they hold in."""

    def __init__(self, packs: Iterable[RulePack]) -> None:
        self._packs = [CompiledPack(pack) for pack in sorted(packs, key=recency) if pack.status == "in_force"]

    def applying(self, jurisdiction: str, day: dt.date) -> list[CompiledPack]:
        """Return the packs that judge placements of a jurisdiction on a day; of several versions, the latest.

        :raises InputError: there is none.
        """
        here = {
            compiled.pack.id: compiled
            for compiled in self._packs
            if jurisdiction in (compiled.pack.jurisdiction, *compiled.pack.applies_in) and compiled.pack.in_force(day)
        }
        if here:
            return list(here.values())
        known = ", ".join(sorted({region for each in self._packs for region in _regions(each.pack)}))
        raise InputError(
            f"no rule pack of this jurisdiction holds on {day}", field="jurisdiction",
            expected=f"one of {known}" if known else "", found=jurisdiction,
            hint="Give a folder that holds one with --documents.",
        )  # fmt: skip


def _regions(pack: RulePack) -> tuple[str, ...]:
    return pack.jurisdiction, *pack.applies_in


def check(placement: Placement, rules: Rules, on: dt.date | None = None) -> tuple[Finding, ...]:
    """Judge a placement by every rule in force, in the order of the packs.

    :param on: the day whose rules hold; without it the day on which the placement starts (its fact ``start``).
    :raises InputError: a fact is not known to any pack or not written as its type asks; no day; no pack.
    """
    day = on or start_of(placement)
    applying = rules.applying(placement.jurisdiction, day)
    refuse_unknown_facts(placement, applying)
    exemptions = placement.exemptions
    findings: list[Finding] = []
    for compiled in applying:
        facts = compiled.read(placement)
        for rule, judge in compiled.on(day):
            truth = judge(facts)
            if truth == TRUE:
                findings.append(Finding(rule, "pass"))
            elif exemptions and rule.id in exemptions:
                findings.append(_exempted(rule, truth, exemptions[rule.id]))
            else:
                findings.append(Finding(rule, "unknown" if truth else "fail"))
    return tuple(findings)


def _exempted(rule: Rule, truth: int, document: str) -> Finding:
    return Finding(rule, "exempted" if rule.exemption else "fail" if truth == FALSE else "unknown", document)


def idle_exemptions(placement: Placement, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the rules for which a placement names an exemption although none of their texts in force has one."""
    admits: dict[str, bool] = {}
    for rule in (finding.rule for finding in findings):
        admits[rule.id] = admits.get(rule.id, False) or rule.exemption is not None
    return tuple(rule for rule in placement.exemptions if not admits.get(rule, True))


def start_of(placement: Placement) -> dt.date:
    """Return the day on which a placement starts: the day whose rules judge it."""
    try:
        day = read_fact(placement.facts.get("start", ""), "date")
    except FieldError as error:
        raise InputError(
            "the day on which the placement starts is not known, so neither are the rules of its time", field="facts.start",
            expected=error.expected, found=placement.facts.get("start") or "nothing", hint="State it, or give a day with --on.",
        ) from None  # fmt: skip
    assert isinstance(day, dt.date)
    return day


def refuse_unknown_facts(placement: Placement, applying: list[CompiledPack]) -> None:
    """A name that no pack knows is a slip of the pen: as a missing fact, or an exemption of nothing, it would hide what was meant."""
    ids = {rule.id for compiled in applying for rule in compiled.pack.rules}
    for rule in placement.exemptions:
        if rule not in ids:
            near = difflib.get_close_matches(rule, sorted(ids), n=1)
            raise InputError(
                "no rule has this id", field=f"exemptions.{rule}", hint=f"Did you mean {near[0]}?" if near else ""
            )
    for name in placement.facts:
        if not any(name in compiled.stated for compiled in applying):
            known = sorted({known for compiled in applying for known in compiled.stated})
            near = difflib.get_close_matches(name, known, n=1)
            computed = any(name in compiled.facts for compiled in applying)
            hint = "It is computed: leave it out." if computed else f"Did you mean {near[0]}?" if near else ""
            raise InputError("no rule pack knows this fact", field=f"facts.{name}", hint=hint)


def reasons_of(finding: Finding, placement: Placement, rules: Rules, on: dt.date | None = None) -> tuple[Because, ...]:
    """Return the comparisons that made a rule fail or leave it unknown."""
    for compiled in rules.applying(placement.jurisdiction, on or start_of(placement)):
        if finding.rule in compiled.pack.rules:
            found = tuple(because_of(finding.rule, compiled.read(placement), compiled.facts))
            return tuple(each for each in found if finding.result != "unknown" or _is_open(each))
    return ()


def _is_open(reason: Because) -> bool:
    return reason.found is None or reason.bound is None
