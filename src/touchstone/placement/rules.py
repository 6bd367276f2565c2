# SPDX-License-Identifier: Apache-2.0
"""Checking a placement against the rules of its own time: pass, fail, unknown, not applicable or exempted, rule by rule.

A placement across a border is judged by the law of the host and by that of the school. Nothing is guessed. A fact that is missing
leaves a rule unknown; an exemption counts only where the rule says that there is one.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from touchstone.errors import InputError
from touchstone.placement.calendar import age_on, days_from, months_from
from touchstone.placement.conditions import TRUE, Because, Judge, because_of, compile_rule
from touchstone.placement.placement import Placement
from touchstone.standards.decoding import FieldError
from touchstone.standards.digest import digest
from touchstone.standards.envelope import recency
from touchstone.standards.rule_pack import MICRO, Fact, FactValue, Rule, RulePack, Severity, read_fact

Result = Literal["pass", "fail", "unknown", "not_applicable", "exempted"]
Side = Literal["host", "school"]
_RESULTS: tuple[Result, ...] = ("fail", "unknown", "pass", "not_applicable")
"""By what a rule's judge returns."""
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_UNSETTLED = ("fail", "unknown")
_SETTLED = ("exempted", "pass", "not_applicable")


class Finding(NamedTuple):
    """What one rule says about one placement.

    :ivar document: the exemption that the placement names for this rule, admitted or not.
    :ivar law: the pack that the rule stands in.
    :ivar side: whose law it is; a law of both is the host's, where the work is done.
    """

    rule: Rule
    result: Result
    document: str
    law: RulePack
    side: Side

    @property
    def urgency(self) -> tuple[int, int]:
        """What to do first has the least: broken before unknown, and errors before warnings; then what needs nothing."""
        if self.result in _UNSETTLED:
            return _SEVERITIES.index(self.rule.severity), _UNSETTLED.index(self.result)
        return len(_SEVERITIES), _SETTLED.index(self.result)

    @property
    def is_grave(self) -> bool:
        """Tell whether the rule is of severity error: only then does its being broken or unknown decide."""
        return self.rule.severity == "error"


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

    def judging(self, placement: Placement, day: dt.date) -> list[tuple[Side, CompiledPack]]:
        """Return the packs of the host's law, then those that only the school's law adds.

        :raises InputError: one of the two has none.
        """
        here: list[tuple[Side, CompiledPack]] = [("host", each) for each in self.applying(placement.jurisdiction, day)]
        if placement.school in (None, placement.jurisdiction):
            return here
        of_host = {compiled.pack.id for _, compiled in here}
        try:
            there = self.applying(str(placement.school), day)
        except InputError as error:
            error.field = "school"
            raise
        return here + [("school", each) for each in there if each.pack.id not in of_host]


def _regions(pack: RulePack) -> tuple[str, ...]:
    return pack.jurisdiction, *pack.applies_in


def check(placement: Placement, rules: Rules, on: dt.date | None = None) -> tuple[Finding, ...]:
    """Judge a placement by every rule in force, in the order of the packs.

    :param on: the day whose rules hold; without it the day on which the placement starts (its fact ``start``).
    :raises InputError: a fact is not known to any pack or not written as its type asks; no day; no pack.
    """
    day = on or start_of(placement)
    judging = rules.judging(placement, day)
    applying = [compiled for _, compiled in judging]
    refuse_unknown_facts(placement, applying)
    refuse_ambiguous_facts(placement, applying)
    exemptions = placement.exemptions
    findings: list[Finding] = []
    for side, compiled in judging:
        facts, law = compiled.read(placement), compiled.pack
        for rule, judge in compiled.on(day):
            truth = judge(facts)
            if truth >= TRUE or rule.id not in exemptions:
                findings.append(Finding(rule, _RESULTS[truth], "", law, side))
            else:
                result = "exempted" if rule.exemption else _RESULTS[truth]
                findings.append(Finding(rule, result, exemptions[rule.id], law, side))
    return tuple(findings)


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


def refuse_ambiguous_facts(placement: Placement, applying: list[CompiledPack]) -> None:
    """Two laws that mean different things by one name, such as the pay of two currencies, would both be told of the one value."""
    if len(applying) < 2:
        return
    for name in placement.facts:
        meanings = {(fact.type, str(fact.title)) for each in applying if (fact := each.facts.get(name))}
        if len(meanings) > 1:
            titles = " / ".join(sorted(title for _, title in meanings))
            raise InputError(
                "two laws mean different things by this fact", field=f"facts.{name}", found=titles,
                hint="Judge the placement once by each law: state the facts of that one.",
            )  # fmt: skip


def reasons_of(finding: Finding, placement: Placement, rules: Rules, on: dt.date | None = None) -> tuple[Because, ...]:
    """Return the comparisons that made a rule fail or leave it unknown."""
    for _, compiled in rules.judging(placement, on or start_of(placement)):
        if finding.rule in compiled.pack.rules:
            found = tuple(because_of(finding.rule, compiled.read(placement), compiled.facts))
            return tuple(each for each in found if finding.result != "unknown" or _is_open(each))
    return ()


def _is_open(reason: Because) -> bool:
    return reason.found is None or reason.bound is None
