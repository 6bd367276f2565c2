# SPDX-License-Identifier: Apache-2.0
"""Explaining a decision to the person it is about: one sentence, a table, the reasons, what is left, and how it changes over time.

An explanation is derived, never stored: it looks at the decision, the request and the rulebook, and adds only words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from touchstone.logic import Credits, Leaf, Unit, leaves
from touchstone.recognition.decision import Decision, ProofStep, Reason
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.exactly import exactly
from touchstone.recognition.names import Names
from touchstone.recognition.reasons import Remedy, catalogue
from touchstone.recognition.requirement import token
from touchstone.recognition.residual import residual
from touchstone.recognition.retold import Retold
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.sentence import sentence
from touchstone.recognition.timeline import Stretch, timeline
from touchstone.recognition.wording import Words, fill
from touchstone.standards.agreement import AlsoNeeded
from touchstone.text import text_in
from touchstone.value import Value

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How the data of a reason writes a day."""

State = Literal["recognised", "missing", "open", "not_needed"]


class HeldUnitText(Value, frozen=True, kw_only=True):
    """A unit or certificate in the holder's hand, in words."""

    id: str
    title: str
    level: str
    credential: str


class Row(Value, frozen=True, kw_only=True):
    """One line of the table: what is asked, whether it is there, by what, and if not, why not."""

    name: str
    title: str
    level: str
    state: State
    state_text: str
    held: tuple[HeldUnitText, ...] = ()
    relation: str = ""
    why: tuple[str, ...] = ()


class ReasonText(Value, frozen=True, kw_only=True):
    """A reason in words, with what mends it."""

    remedy: Remedy
    text: str


class Explanation(Value, frozen=True, kw_only=True):
    """A decision in the words of one language."""

    language: str
    outcome: str
    sentence: str
    rows: tuple[Row, ...]
    unused: tuple[HeldUnitText, ...]
    reasons: tuple[ReasonText, ...]
    residual: str
    times: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    also_needed: tuple[AlsoNeeded, ...]
    appeal: str | None
    doubts: tuple[str, ...] = ()


@exactly
def explain(decision: Decision, request: RecognitionRequest, rulebook: Rulebook, language: str = "en") -> Explanation:
    """Put a decision into words.

    :param decision: what :func:`touchstone.recognition.decide` returned for ``request`` and ``rulebook``.
    :param language: a language tag; texts that it lacks are read in its nearest neighbour.
    :raises RecheckError: when the decision was made on another version of the target than the rulebook's.
    """
    return _Explainer(Retold(decision, request, rulebook), Words(language)).explanation()


class _Explainer:
    def __init__(self, retold: Retold, words: Words) -> None:
        self.retold, self.words = retold, words
        self.decision, self.request = retold.decision, retold.request
        self.edition, self.target = retold.edition, retold.target
        self.names = Names(retold.edition, retold.rulebook, words)

    def explanation(self) -> Explanation:
        agreement, bar = self.retold.agreement, self.retold.bar
        rows = (*self._rows_of_grants(), *self._rows())
        settled = bar or self.decision.outcome == "FULL"
        stretches = timeline(self.request, self.retold.rulebook)
        return Explanation(
            language=self.words.language,
            outcome=self.words.say(f"outcome.{self.decision.outcome}"),
            sentence=sentence(self.retold, self.names, self._about(bar.about) if bar else ""),
            rows=rows,
            unused=tuple(self._unused(rows)),
            reasons=tuple(dict.fromkeys(map(self._reason_text, self.decision.reasons))),
            residual="" if settled else residual(self.target.require, self.retold, self.names),
            times=tuple(self._time(stretch) for stretch in stretches),
            stretches=stretches,
            also_needed=agreement.also_needed if agreement else (),
            appeal=agreement.appeal if agreement else None,
            doubts=tuple(self._doubts()),
        )

    # The table

    def _rows_of_grants(self) -> Iterator[Row]:
        """Yield a line for the target itself where it is granted directly, whatever it asks for otherwise."""
        for step in self.decision.proof:
            if step.unit == self.target.id:
                yield self._row(step.unit, "", "recognised", step)

    def _rows(self) -> Iterator[Row]:
        steps = {step.unit: step for step in self.decision.proof}
        needed = {name for names in self.decision.missing for name in names}
        seen: set[tuple[str, str]] = set()
        for leaf in leaves(self.target.require):
            for name, level in self._asked(leaf):
                if (name, level) not in seen:
                    seen.add((name, level))
                    yield self._row(name, level, self._state(name, leaf, needed), steps.get(name))

    def _asked(self, leaf: Leaf) -> Iterator[tuple[str, str]]:
        match leaf:
            case Credits(credits=pool):
                yield from ((unit, "") for unit in pool.from_)
            case Unit(unit=unit, level=level):
                yield unit, self.names.level(unit, level)
            case _:
                yield token(leaf), ""

    def _state(self, name: str, leaf: Leaf, needed: set[str]) -> State:
        is_there = name in self.decision.recognised if isinstance(leaf, Credits) else self.retold.is_true(leaf)
        if is_there:
            return "recognised"
        if name in self.decision.open:
            return "open"
        return "missing" if name in needed else "not_needed"

    def _row(self, name: str, level: str, state: State, step: ProofStep | None) -> Row:
        proven = step if state == "recognised" else None
        held = (
            (self._held(part.unit, part.level, part.credential) for part in proven.held)
            if proven
            else self._nearly(name)
        )
        why = (self._reason(reason) for reason in self.decision.reasons if reason.about == name)
        return Row(
            name=name,
            title=self._row_title(name),
            level=level,
            state=state,
            state_text=self._state_text(state),
            held=tuple(held),
            relation=self._relation(proven) if proven else "",
            why=tuple(why) if state in ("missing", "open") else (),
        )

    def _state_text(self, state: State) -> str:
        """Return a state in words; what nobody has compared is not called missing."""
        told = state if state != "missing" or self.decision.compared else "not_compared"
        return self.words.say(f"state.{told}")

    def _row_title(self, name: str) -> str:
        if name == self.target.id:
            return self.names.title(self.target.title)
        return self.names.unit(name) if name in self.edition.units else self.names.fact(name)

    def _nearly(self, name: str) -> Iterator[HeldUnitText]:
        """Yield what came nearest, where something did: the table shows it beside the reason."""
        near = {(reason.credential, reason.unit) for reason in self.decision.reasons if reason.about == name}
        for evidence in self.request.evidence:
            for unit in evidence.units:
                if (evidence.credential, unit.id) in near:
                    yield self._held(unit.id, unit.level, evidence.credential)

    def _held(self, unit: str, level: str | None, credential: str) -> HeldUnitText:
        if unit not in self.edition.units:
            return HeldUnitText(id=unit, title=self.names.document(unit), level="", credential=credential)
        told = self.names.level(unit, level)
        return HeldUnitText(id=unit, title=self.names.unit(unit), level=told, credential=credential)

    def _relation(self, step: ProofStep) -> str:
        if step.rule != "crosswalk":
            return self.words.say(f"relation.{step.rule}")
        if len(step.held) > 1:
            return self.words.say("relation.together")
        if len(step.rows) > 1:
            return self.words.say("relation.chain")
        kind = step.rows[0].predicate.removeprefix("skos:").removesuffix("Match")
        return self.words.say(f"relation.{kind}")

    def _unused(self, rows: Sequence[Row]) -> Iterator[HeldUnitText]:
        shown = {(held.id, held.credential) for row in rows for held in row.held}
        for evidence in self.request.evidence:
            for unit in evidence.units:
                if (unit.id, evidence.credential) not in shown:
                    shown.add((unit.id, evidence.credential))
                    yield self._held(unit.id, unit.level, evidence.credential)

    # Reasons

    def _reason_text(self, reason: Reason) -> ReasonText:
        return ReasonText(remedy=catalogue()[reason.code].remedy, text=self._reason(reason))

    def _reason(self, reason: Reason) -> str:
        return fill(
            text_in(catalogue()[reason.code].text, self.words.language),
            about=self._about(reason.about),
            credential=reason.credential or "",
            unit=self._units(reason.unit),
            held=self._side(reason, reason.held, reason.unit),
            asked=self._side(reason, reason.asked, reason.about),
        )

    def _about(self, about: str | None) -> str:
        """Return what a reason speaks of: a bar (``bars[0]``), a unit, a document, or another fact."""
        if about is None:
            return ""
        if about.startswith("bars["):
            bar = self.target.bars[int(about[5:-1])]
            return (
                self.names.title(bar.reason) if bar.reason else self.names.facts([token(leaf) for leaf in leaves(bar)])
            )
        if about in self.edition.units:
            return self.names.unit(about)
        return self.names.document(about) if about in self.retold.rulebook.by_id else self.names.fact(about)

    def _units(self, units: str | None) -> str:
        return self.words.listed([self.names.unit(unit) for unit in units.split(", ")]) if units else ""

    def _side(self, reason: Reason, value: str | None, unit: str | None) -> str:
        """Return one side of a comparison: an assurance or an answer by its name, a level by its title on its scale, a date in words."""
        if value is None:
            return "–"
        if self.words.has(f"assurance.{value}"):
            return self.words.say(f"assurance.{value}")
        if reason.code.startswith("level_") and unit in self.edition.units:
            return self.names.level(unit, value)
        if reason.code.startswith("person_") and reason.about:
            fact = reason.about.removeprefix("person:")
            return self.words.listed([self.words.answer(fact, each) for each in value.split(", ")], "or")
        return self.words.date(dt.date.fromisoformat(value)) if _DAY.fullmatch(value) else value

    # Standing

    def _doubts(self) -> Iterator[str]:
        """Yield why a decision that consulted a trust registry is not verified: what each claimed document lacks."""
        trusted = self.retold.rulebook.trust
        if trusted is None or self.decision.standing != "unverified":
            return
        registry = trusted.registry
        if not registry.in_force(self.request.decided_on):
            yield self.words.say("doubt.registry_not_in_force", document=self.names.title(registry.title))
        for used in self.decision.inputs.documents:
            report = trusted.reports.get((used.id, used.version))
            for missing in report.missing if report else ():
                document, about = self.names.document(used.id), self.words.region(missing.about)
                yield self.words.say(f"doubt.{missing.code}", document=document, about=about)

    # Time

    def _time(self, stretch: Stretch) -> str:
        outcome = self.words.say(f"outcome.{stretch.outcome}") if stretch.outcome else self.words.say("time.unasked")
        days = {"from": stretch.from_, "until": stretch.until}
        gaps = {"outcome": outcome} | {name: self.words.date(day) for name, day in days.items() if day}
        if stretch.from_ and stretch.until:
            return self.words.say("time.between", **gaps)
        if stretch.from_:
            return self.words.say("time.now", **gaps)
        return self.words.say("time.until" if stretch.until else "time.always", **gaps)
