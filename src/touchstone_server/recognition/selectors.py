# SPDX-License-Identifier: Apache-2.0
"""What the explorer's pages show: choices with where they lead, the form of the units, and an answer arranged for reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from touchstone.recognition.decision import ProofStep
from touchstone.recognition.edition import Edition, KnownUnit
from touchstone.recognition.evidence import HeldUnit
from touchstone.standards import Agreement, Competency, Crosswalk, Framework, Qualification
from touchstone.standards.levels import Level
from touchstone.text import text_in
from touchstone_server import clock, documents
from touchstone_server.recognition.question import BAY, Question, all_issuers, regions, written
from touchstone_server.recognition.services import Answer, certain, targets


class RegionChoice(NamedTuple):
    """A region that can be chosen, with what it has to offer."""

    region: str
    qualifications: int
    units: int
    question: Question
    chosen: bool

    @property
    def in_the_bay(self) -> bool:
        """Whether it is one of the three regions of the Greater Bay Area."""
        return self.region in BAY


class Choice(NamedTuple):
    """A qualification that can be chosen, and the question that follows from choosing it."""

    qualification: Qualification
    level: Level | None
    question: Question
    chosen: bool


class Option(NamedTuple):
    """A level that can be chosen for a unit; ``value`` is how it stands in the address."""

    value: str
    level: Level | None
    chosen: bool


class UnitField(NamedTuple):
    """A unit of the form with its levels."""

    unit: Competency
    options: tuple[Option, ...]


class UnitGroup(NamedTuple):
    """The units of one area."""

    area: str
    fields: tuple[UnitField, ...]


class UnitShelf(NamedTuple):
    """The units of one framework from which more can be chosen."""

    framework: Framework
    groups: tuple[UnitGroup, ...]
    size: int
    open: bool


class Time(NamedTuple):
    """A stretch of time with one outcome, in words."""

    text: str
    now: bool


def region_choices(question: Question) -> list[RegionChoice]:
    """Return the regions of issue."""
    fresh = question.but(from_="", holds="", units=(), awarded=None, months=0, work="", issuer="", facts=())
    fresh = fresh.but(assurance="provider_assessed", status="valid")
    return [_region_choice(region, fresh.but(from_=region), question.from_ == region) for region in regions()]


def destination_choices(question: Question) -> list[RegionChoice]:
    """Return the regions where something can be asked for, the reader's own last."""
    edition = documents.edition(question.day)
    chosen = question.to or next((region for region in regions() if region != question.from_), "")
    found = [
        _region_choice(region, question.but(to=region), region == chosen)
        for region in regions()
        if targets(region, edition)
    ]
    return sorted(found, key=lambda choice: choice.region == question.from_)


def certificate_choices(question: Question) -> list[Choice]:
    """Return the certificates of the region of issue; choosing one forgets the units of another."""
    edition = documents.edition(question.day)
    return [
        _choice(item, edition, question.but(holds=item.id, units=(), months=0, work=""), item.id == question.holds)
        for item in targets(question.from_, edition)
    ]


def target_choices(question: Question) -> list[Choice]:
    """Return the qualifications that can be asked for."""
    edition = documents.edition(question.day)
    return [
        _choice(item, edition, question.but(target=item.id), item.id == question.target)
        for item in targets(question.to, edition)
    ]


def units_form(question: Question) -> dict[str, Any]:
    """Return the form of the units: filled in from the address or, before it was sent, from the certificate."""
    edition = documents.edition(question.day)
    qualification = edition.qualification(question.holds) if question.holds else None
    vouched = certain(qualification, edition) if qualification else None
    untouched = vouched is not None and not question.units
    held = vouched.units if vouched and untouched else question.units
    return {
        "qualification": qualification,
        "chosen": [_field(edition.units[unit.id], unit, edition) for unit in held],
        "shelves": list(_shelves(question.from_, held, edition)),
        "months": question.months or (vouched.months if vouched and untouched else 0),
        "work": question.work or (vouched.work if vouched and untouched else ""),
        "occupations": documents.asked().occupations,
        "issuers": _issuers(question.from_),
        "facts": documents.asked().facts,
        "stated": dict(question.facts),
        "today": clock.today(),
    }


class AnswerView:
    """An answer arranged for reading: names for what the decision calls by id."""

    def __init__(self, answer: Answer, tag: str) -> None:
        self._answer, self._tag = answer, tag
        self._edition = documents.edition(answer.question.day)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the decision calls by id or token, in words."""
        named = {row.name: row.title for row in self._answer.explanation.rows}
        named |= {unit.id: unit.title for row in self._answer.explanation.rows for unit in row.held}
        return named | {unit.id: unit.title for unit in self._answer.explanation.unused}

    @property
    def missing_anyway(self) -> list[str]:
        """What is missing whichever way is chosen to close the gap."""
        sets = self._answer.decision.missing
        return [self._name(name) for name in sets[0] if all(name in names for names in sets)] if sets else []

    @property
    def missing_ways(self) -> list[list[str]]:
        """What else is missing, way by way; empty when there is one way only."""
        sets = self._answer.decision.missing
        rest = [[name for name in names if not all(name in other for other in sets)] for names in sets]
        return [[self._name(name) for name in names] for names in rest] if len(sets) > 1 else []

    @property
    def lapsed(self) -> list[tuple[str, int]]:
        """What became of certificates that were verified and do not hold any more, the gravest first, and of how many."""
        proven = self._answer.question.proven
        count = Counter(each.status for each in proven.evidence if each.status) if proven else Counter()
        return [(status, count[status]) for status in ("revoked", "suspended", "expired") if count[status]]

    @property
    def makes_a_difference(self) -> bool:
        """Whether any position of the switches leads to another outcome."""
        outcomes = {item.outcome for item in (*self._answer.by_assurance, *self._answer.by_status)}
        return len(outcomes) > 1

    @property
    def must_obtain(self) -> list[str]:
        """What must still be obtained for a conditional recognition to become full."""
        conditions = self._answer.decision.conditions
        return [self._name(name) for name in conditions.must_obtain] if conditions else []

    @property
    def proof(self) -> list[tuple[str, list[str], ProofStep]]:
        """Each recognised unit with what it rests on."""
        return [
            (self._name(step.unit), [self._name(part.unit) for part in step.held], step)
            for step in self._answer.decision.proof
        ]

    @property
    def times(self) -> list[Time]:
        """How the outcome changes over time, and which stretch the decision falls into."""
        explanation, day = self._answer.explanation, self._answer.question.day
        return [
            Time(text, (not stretch.from_ or stretch.from_ <= day) and (not stretch.until or day <= stretch.until))
            for text, stretch in zip(explanation.times, explanation.stretches, strict=True)
        ]

    @property
    def agreement(self) -> Agreement | None:
        """The agreement that was applied."""
        used = (document for document, _ in self._answer.documents)
        agreements = (document for document in used if isinstance(document, Agreement))
        return next((item for item in agreements if item.id == self._answer.decision.agreement), None)

    @property
    def recognised_as(self) -> Qualification | None:
        """The other qualification that is recognised instead, if there is one."""
        other = self._answer.decision.recognised_as
        return self._edition.qualification(other) if other else None

    def named(self, names: Iterable[str]) -> list[str]:
        """Return what the decision calls by id or token, in words."""
        return [self._name(name) for name in names]

    def _name(self, name: str) -> str:
        if name in self.names:
            return self.names[name]
        if name in self._edition.units:
            return text_in(self._edition.units[name].competency.title, self._tag)
        if qualification := self._edition.qualification(name):
            return text_in(qualification.title, self._tag)
        return name


def _region_choice(region: str, question: Question, chosen: bool) -> RegionChoice:
    edition = documents.edition(question.day)
    units = sum(known.framework.region == region for known in edition.units.values())
    return RegionChoice(region, len(targets(region, edition)), units, question, chosen)


def _choice(item: Qualification, edition: Edition, question: Question, chosen: bool) -> Choice:
    framework = next(
        (known.framework for known in edition.units.values() if known.framework.id == item.framework), None
    )
    scale = edition.scales.get(framework.level_scale) if framework else None
    level = next((level for level in scale.levels if level.code == item.level), None) if scale else None
    return Choice(item, level, question, chosen)


def _shelves(region: str, held: tuple[HeldUnit, ...], edition: Edition) -> Iterator[UnitShelf]:
    """Yield what else can be chosen, by framework; the ones that somebody has compared with another region's come first."""
    chosen = {unit.id for unit in held}
    compared = {item.subject_source for item in documents.rulebook().documents if isinstance(item, Crosswalk)}
    left = [
        known
        for known in edition.units.values()
        if known.framework.region == region and known.competency.id not in chosen
    ]
    left.sort(key=lambda known: (known.framework.id not in compared, known.framework.id))
    for place, (_, units) in enumerate(groupby(left, key=lambda known: known.framework.id)):
        members = list(units)
        groups = tuple(
            UnitGroup(area, tuple(_field(known, None, edition) for known in part))
            for area, part in groupby(members, key=lambda known: known.competency.area or "")
        )
        yield UnitShelf(members[0].framework, groups, len(members), open=not held and place == 0)


def _field(known: KnownUnit, held: HeldUnit | None, edition: Edition) -> UnitField:
    scale = edition.scales[known.framework.level_scale]
    return UnitField(known.competency, tuple(_options(known.competency, scale.levels, held)))


def _options(unit: Competency, levels: tuple[Level, ...], held: HeldUnit | None) -> Iterator[Option]:
    """Yield what can be said of a unit: that it is held without a level, or at one of the levels, lowest first."""
    score = held.score if held else None
    for level in (None, *levels):
        code = level.code if level else None
        value = written(HeldUnit(id=unit.id, level=code, score=score))
        yield Option(value, level, held is not None and held.level == code)


def _issuers(region: str) -> tuple[str, ...]:
    """Return the issuers between which it matters to choose: those that agreements of this region name."""
    agreements = (
        item for item in documents.rulebook().documents if isinstance(item, Agreement) and item.from_ == region
    )
    named = {issuer for agreement in agreements for issuer in agreement.issuers or ()}
    return tuple(issuer for issuer in all_issuers() if issuer in named)
