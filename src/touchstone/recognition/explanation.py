# SPDX-License-Identifier: Apache-2.0
"""Explaining a decision to the person it is about: one sentence that leads with what is certain, then a table, the reasons, and time.

An explanation is derived, never stored: it looks at the decision, the request and the rulebook, and adds only words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from touchstone.logic import AllOf, AnyOf, AtLeast, Credits, Expression, Leaf, Unit, branches, leaves
from touchstone.recognition.case import FLOOR, Case
from touchstone.recognition.claims import Wallet
from touchstone.recognition.decision import Decision, ProofStep, Reason
from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.outcome import Candidate, Result
from touchstone.recognition.reasons import catalogue
from touchstone.recognition.requirement import token
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.timeline import Stretch, timeline
from touchstone.recognition.wording import Words, fill
from touchstone.standards.agreement import Agreement, AlsoNeeded
from touchstone.standards.qualification import Qualification
from touchstone.text import text_in
from touchstone.value import Value

State = Literal["recognised", "missing", "open", "not_needed"]
_MOST_LISTED = 3


class HeldUnitText(Value, frozen=True, kw_only=True):
    """A unit in the holder's hand, in words."""

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


class Explanation(Value, frozen=True, kw_only=True):
    """A decision in the words of one language."""

    language: str
    outcome: str
    sentence: str
    rows: tuple[Row, ...]
    unused: tuple[HeldUnitText, ...]
    reasons: tuple[str, ...]
    residual: str
    times: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    also_needed: tuple[AlsoNeeded, ...]
    appeal: str | None


def explain(decision: Decision, request: RecognitionRequest, rulebook: Rulebook, language: str = "en") -> Explanation:
    """Put a decision into words.

    :param decision: what :func:`touchstone.recognition.decide` returned for ``request`` and ``rulebook``.
    :param language: a language tag; texts that it lacks are read in its nearest neighbour.
    """
    return _Explainer(decision, request, rulebook, Words(language)).explanation()


class _Explainer:
    def __init__(self, decision: Decision, request: RecognitionRequest, rulebook: Rulebook, words: Words) -> None:
        self.decision, self.request, self.rulebook, self.words = decision, request, rulebook, words
        self.edition: Edition = rulebook.edition(request.decided_on)
        self.agreement = self._agreement()
        target = self.edition.qualification(request.target)
        assert target is not None, "a decision exists only for a target in force"
        self.target: Qualification = target
        candidate = Candidate(target, self.edition.terms(self.agreement), Wallet(request), self.edition)
        self.case: Case = candidate.case
        self.floor: Result = candidate.floor
        self.mask = self.case.mask(FLOOR)

    def explanation(self) -> Explanation:
        rows = (*self._rows_of_grants(), *self._rows())
        stretches = timeline(self.request, self.rulebook)
        return Explanation(
            language=self.words.language,
            outcome=self.words.say(f"outcome.{self.decision.outcome}"),
            sentence=self._sentence(),
            rows=rows,
            unused=tuple(self._unused(rows)),
            reasons=tuple(dict.fromkeys(self.reason(reason) for reason in self.decision.reasons)),
            residual=""
            if self.decision.outcome == "FULL" or self._is_barred()
            else self._residual(self.target.require),
            times=tuple(self._time(stretch) for stretch in stretches),
            stretches=stretches,
            also_needed=self.agreement.also_needed if self.agreement else (),
            appeal=self.agreement.appeal if self.agreement else None,
        )

    def _agreement(self) -> Agreement | None:
        used = {document.digest for document in self.decision.inputs.documents}
        for agreement in self.rulebook.agreements(self.request.from_, self.request.to):
            if agreement.id == self.decision.agreement and self.rulebook.digest_of(agreement) in used:
                return agreement
        return None

    # The sentence

    def _sentence(self) -> str:
        return self._prefix() + self._certain() + self._uncertain()

    def _prefix(self) -> str:
        assumed, illustrative = self.decision.assumed is not None, self.decision.standing == "illustrative"
        if assumed and illustrative:
            return self.words.say("prefix.both")
        if assumed:
            return self.words.say("prefix.assumed")
        return self.words.say("prefix.illustrative") if illustrative else ""

    def _certain(self) -> str:
        gaps = {
            "target": self._quoted(self.target.title),
            "region": self.words.region(self.request.to),
            "from": self.words.region(self.request.from_),
        }
        floor = self.decision.floor
        if floor == "REFER":
            return self.words.say("sentence.no_agreement", **gaps)
        if self._is_barred():
            barred = next(reason for reason in self.decision.reasons if reason.code in ("barred", "bar_unknown"))
            return self.words.say("sentence.barred", **gaps, reason=self._about(barred.about))
        if floor == "REFUSED" and not self.decision.missing:
            return self.words.say("sentence.impossible", **gaps)
        met, asked = self._counted()
        recognised_as = self.edition.qualification(self.decision.recognised_as) if self.decision.recognised_as else None
        return self.words.say(
            f"sentence.{floor}",
            **gaps,
            met=met,
            asked=asked,
            missing=self._missing(),
            must=self._names(self.decision.conditions.must_obtain) if self.decision.conditions else "",
            deadline=self._deadline(),
            **{"as": self._quoted(recognised_as.title) if recognised_as else ""},
        )

    def _uncertain(self) -> str:
        if not self.decision.open:
            return ""
        ceiling = self.words.say(f"outcome.{self.decision.ceiling}")
        separator = "" if self.words.language.startswith("zh") else " "
        return separator + self.words.say(
            "sentence.open", open=self._names(self.decision.open), ceiling=_uncapitalised(ceiling)
        )

    def _is_barred(self) -> bool:
        return self.decision.floor == "REFUSED" and any(
            reason.code in ("barred", "bar_unknown") for reason in self.decision.reasons
        )

    def _counted(self) -> tuple[int, int]:
        """Return how many of the things that the requirement asks for are there, and how many it asks for."""
        parts = self.target.require.all_of if isinstance(self.target.require, AllOf) else (self.target.require,)
        met = sum(self._is_met(part) for part in parts)
        return met, len(parts)

    def _is_met(self, part: Expression) -> bool:
        match part:
            case AllOf(all_of=parts):
                return all(map(self._is_met, parts))
            case AnyOf(any_of=parts):
                return any(map(self._is_met, parts))
            case AtLeast(at_least=body):
                return sum(map(self._is_met, body.of)) >= body.count
            case Credits(credits=pool):
                index = self.case.requirement.pool_parts.index(pool)
                return self.case.requirement.pools[index].holds(self.floor.assignment.served)
            case _:
                return bool(self.mask & self._bit(part))

    def _bit(self, leaf: Leaf) -> int:
        return self.case.requirement.bit(leaf)

    def _missing(self) -> str:
        """Return the smallest way to close the gap, and how else, as long as it can be read at a glance."""
        sets = self.decision.missing
        smallest = [names for names in sets if len(names) == len(sets[0])] if sets else []
        return self.words.say("list.semicolon").join(self._names(names) for names in smallest[:_MOST_LISTED])

    def _deadline(self) -> str:
        conditions = self.decision.conditions
        if conditions is None or conditions.deadline_months is None:
            return ""
        key = "deadline.one" if conditions.deadline_months == 1 else "deadline.many"
        return self.words.say(key, months=conditions.deadline_months)

    # Names

    def _title(self, title: dict[str, str]) -> str:
        return text_in(title, self.words.language)

    def _quoted(self, title: dict[str, str]) -> str:
        return self.words.say("name.quoted", what=self._title(title))

    def _names(self, names: Sequence[str]) -> str:
        return self.words.listed([self.name(name) for name in names])

    def name(self, name: str) -> str:
        """Return a unit, or a token such as ``experience:goldsmith:24``, in words."""
        if name in self.edition.units:
            return self._quoted(self.edition.units[name].competency.title)
        kind, _, rest = name.partition(":")
        match kind:
            case "holds":
                qualification = self.edition.qualification(rest)
                return self.words.say("name.holds", what=self._title(qualification.title) if qualification else rest)
            case "experience":
                what, _, months = rest.rpartition(":")
                return self.words.say("name.experience", what=what, months=months)
            case "training":
                framework, _, hours = rest.rpartition(":")
                documents = self.rulebook.by_id.get(framework, ())
                return self.words.say(
                    "name.training", what=self._title(documents[-1].title) if documents else framework, hours=hours
                )
            case "person":
                return self.words.say("name.person", what=rest)
            case _:
                return name

    def _unit_title(self, unit: str) -> str:
        return self._title(self.edition.units[unit].competency.title) if unit in self.edition.units else unit

    def _level(self, unit: str, code: str | None) -> str:
        """Return a level by its title, with its code where the title alone does not tell it: ``4 intermediate``, ``中级工``."""
        if code is None:
            return ""
        scale = self.edition.scales[self.edition.scale_of(unit)]
        titles = (level.title for level in scale.levels if level.code == code)
        title = next(titles, None)
        told = self._title(title) if title else code
        return told if code in told or not code.isdigit() or self.words.language.startswith("zh") else f"{code} {told}"

    # The table

    def _rows_of_grants(self) -> Iterator[Row]:
        """Yield a line for the target itself where it is granted directly, whatever it asks for otherwise."""
        for step in self.decision.proof:
            if step.unit == self.target.id:
                yield self._row(step.unit, "", "recognised", step)

    def _rows(self) -> Iterator[Row]:
        steps = {step.unit: step for step in self.decision.proof}
        needed = {name for names in self.decision.missing for name in names}
        seen: set[str] = set()
        for leaf in leaves(self.target.require):
            for name, level in self._asked(leaf):
                if name not in seen:
                    seen.add(name)
                    yield self._row(name, level, self._state(name, leaf, needed), steps.get(name))

    def _asked(self, leaf: Leaf) -> Iterator[tuple[str, str]]:
        match leaf:
            case Credits(credits=pool):
                yield from ((unit, "") for unit in pool.from_)
            case Unit(unit=unit, level=level):
                yield unit, self._level(unit, level)
            case _:
                yield token(leaf), ""

    def _state(self, name: str, leaf: Leaf, needed: set[str]) -> State:
        if name in self.decision.recognised or (not isinstance(leaf, Credits) and self.mask & self._bit(leaf)):
            return "recognised"
        if name in self.decision.open:
            return "open"
        return "missing" if name in needed else "not_needed"

    def _row(self, name: str, level: str, state: State, step: ProofStep | None) -> Row:
        held = tuple(self._held(part.unit, part.level, part.credential) for part in step.held) if step else ()
        why = tuple(self.reason(reason) for reason in self.decision.reasons if reason.about == name)
        if not held:
            held = tuple(self._nearly(name))
        return Row(
            name=name,
            title=self._row_title(name),
            level=level,
            state=state,
            state_text=self.words.say(f"state.{state}"),
            held=held,
            relation=self._relation(step) if step else "",
            why=why if state in ("missing", "open") else (),
        )

    def _row_title(self, name: str) -> str:
        if name == self.target.id:
            return self._title(self.target.title)
        return self._unit_title(name) if name in self.edition.units else self.name(name)

    def _nearly(self, name: str) -> Iterator[HeldUnitText]:
        """Yield what came nearest, where something did: the table shows it beside the reason."""
        seen: set[str] = set()
        for reason in self.decision.reasons:
            if (
                reason.about == name
                and reason.credential
                and reason.unit in self.edition.units
                and reason.unit not in seen
            ):
                seen.add(reason.unit)
                for evidence in self.request.evidence:
                    for unit in evidence.units:
                        if evidence.credential == reason.credential and unit.id == reason.unit:
                            yield self._held(unit.id, unit.level, evidence.credential)

    def _held(self, unit: str, level: str | None, credential: str) -> HeldUnitText:
        if unit not in self.edition.units:
            qualification = self.edition.qualification(unit)
            title = self._title(qualification.title) if qualification else unit
            return HeldUnitText(id=unit, title=title, level="", credential=credential)
        return HeldUnitText(
            id=unit, title=self._unit_title(unit), level=self._level(unit, level), credential=credential
        )

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

    def reason(self, reason: Reason) -> str:
        """Return a reason in words."""
        return fill(
            text_in(catalogue()[reason.code].text, self.words.language),
            about=self._about(reason.about),
            credential=reason.credential or "",
            unit=self._units(reason.unit),
            held=self._side(reason, reason.held),
            asked=self._side(reason, reason.asked),
        )

    def _about(self, about: str | None) -> str:
        if about is None:
            return ""
        if about.startswith("bars["):
            bar = self.target.bars[int(about[5:-1])]
            return self._title(bar.reason) if bar.reason else self._residual_of(bar)
        if about in self.edition.units:
            return self._unit_title(about)
        documents = self.rulebook.by_id.get(about, ())
        return self._title(documents[-1].title) if documents else self.name(about)

    def _units(self, units: str | None) -> str:
        return self.words.listed([self._unit_title(unit) for unit in units.split(", ")]) if units else ""

    def _side(self, reason: Reason, value: str | None) -> str:
        """Return one side of a comparison: a level by its title, an assurance by its name."""
        if value is None:
            return "–"
        if self.words.has(f"assurance.{value}"):
            return self.words.say(f"assurance.{value}")
        if reason.code.startswith("level_"):
            unit = reason.unit if value == reason.held else reason.about
            return self._level(unit, value) if unit in self.edition.units else value
        return value

    # What is left of the requirement

    def _residual(self, expression: Expression) -> str:
        """Return the requirement without what is already there: ``any 2 of these 5: …``."""
        match expression:
            case AllOf(all_of=parts):
                return self._joined("residual.all", [part for part in parts if not self._is_met(part)], "and")
            case AnyOf(any_of=parts):
                return self._joined("residual.any", list(parts), "or")
            case AtLeast(at_least=body):
                left = [part for part in body.of if not self._is_met(part)]
                count = body.count - (len(body.of) - len(left))
                listed = self.words.listed([self._residual(part) for part in left])
                return self.words.say("residual.some", count=count, of=len(left), parts=listed)
            case Credits(credits=pool):
                return self._residual_credits(pool.from_, self.case.requirement.pool_parts.index(pool))
            case _:
                return self.name(token(expression))

    def _residual_credits(self, units: Sequence[str], index: int) -> str:
        pool, served = self.case.requirement.pools[index], self.floor.assignment.served
        left = [unit for unit in units if unit not in served and pool.worth[unit] > 0]
        parts = self.words.listed([self.name(unit) for unit in left])
        return self.words.say("residual.credits", count=plain_number(pool.lacks(served)), parts=parts)

    def _residual_of(self, expression: Expression) -> str:
        parts = branches(expression)
        return self.words.listed([self._residual_of(part) for part in parts]) if parts else self.name(token(expression))  # type: ignore[arg-type]

    def _joined(self, key: str, parts: list[Expression], joint: str) -> str:
        texts = [self._residual(part) for part in parts]
        return (
            texts[0] if len(texts) == 1 else self.words.say(key, parts=self.words.listed(texts, joint)) if texts else ""
        )

    # Time

    def _time(self, stretch: Stretch) -> str:
        outcome = self.words.say(f"outcome.{stretch.outcome}") if stretch.outcome else self.words.say("time.unasked")
        gaps = {"outcome": outcome, "from": stretch.from_, "until": stretch.until}
        if stretch.from_ and stretch.until:
            return self.words.say("time.between", **gaps)
        if stretch.from_:
            return self.words.say("time.now", **gaps)
        return self.words.say("time.until" if stretch.until else "time.always", **gaps)


def plain_number(number: Decimal) -> str:
    """Write a number without an exponent or needless zeros."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
