# SPDX-License-Identifier: Apache-2.0
"""Who can fill a need: ready now, or within some hours by a plan, each as the recognition engine decides it, for 10,000 passports at once.

A need becomes a qualification that asks for all its competencies; a passport becomes a request for it. What the engine answers depends
only on what each credential is worth for the units in question, and that is looked up once for each kind of holding. Passports that are
worth the same are decided once, by the engine itself. Where that would not be exact (several agreements apply at once, or a certificate is
recognised directly), a passport is decided alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import msgspec

from touchstone.demand.need import Need
from touchstone.demand.passport import Passport
from touchstone.errors import InputError
from touchstone.logic import AllOf, Identifier, Truth, Unit
from touchstone.recognition.blueprint import blueprint
from touchstone.recognition.bridging import PlanWish, catalogues_on, options_on, plan
from touchstone.recognition.claims import Claims, Outlook, Wallet
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.engine import applies, deciding_candidate
from touchstone.recognition.evidence import Evidence, HeldUnit, RecognitionRequest
from touchstone.recognition.plan import BridgingPlan, Limits
from touchstone.recognition.rulebook import Rulebook, compile_rulebook
from touchstone.recognition.usability import usable
from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingOption
from touchstone.standards.envelope import Document
from touchstone.standards.framework import Framework
from touchstone.standards.qualification import Qualification
from touchstone.value import Value


class Candidate(Value, frozen=True, kw_only=True):
    """A holder who can fill a need: what she has of it, what she lacks, and the plan that brings it; ``open``: what nobody knows yet."""

    holder: Identifier
    region: str
    recognised: tuple[str, ...]
    missing: tuple[str, ...] = ()
    plan: BridgingPlan | None = None
    open: tuple[str, ...] = ()


class Candidates(Value, frozen=True, kw_only=True):
    """The answer: who is ready, who is if what is open turns out well, who is within the hours; the rest by region and reason."""

    need: str
    on: dt.date
    asked: int
    ready: tuple[Candidate, ...]
    perhaps: tuple[Candidate, ...]
    bridgeable: tuple[Candidate, ...]
    others: dict[str, dict[str, int]]

    @property
    def regions(self) -> dict[str, dict[str, int]]:
        """How many there are of each, by the region from which they come."""
        counted: dict[str, dict[str, int]] = defaultdict(lambda: {"ready": 0, "perhaps": 0, "bridgeable": 0})
        for name in ("ready", "perhaps", "bridgeable"):
            for candidate in getattr(self, name):
                counted[candidate.region][name] += 1
        return {region: counted[region] for region in sorted(counted)}


def qualification_of(need: Need, frameworks: Iterable[Framework]) -> Qualification:
    """Return the qualification that asks for exactly what a need asks for.

    :raises InputError: when it asks for nothing, for a competency that no framework knows, or for levels of another scale than its units'.
    """
    home = {unit.id: framework for framework in frameworks for unit in framework.competencies}
    if not need.competencies:
        raise InputError("the need names no competencies", file=need.id, field="competencies")
    for place, wanted in enumerate(need.competencies):
        field = f"competencies[{place}]"
        if wanted.unit not in home:
            hint = "Add the framework that defines it, or mend the id."
            raise InputError(
                "no framework knows the competency", file=need.id, field=field, found=wanted.unit, hint=hint
            )
        if need.level_scale not in (None, home[wanted.unit].level_scale):
            hint = "State the level on that scale: a person's evidence is compared on it."
            raise InputError(
                "the level stands on another scale than the competency's", file=need.id, field=field,
                expected=home[wanted.unit].level_scale, found=need.level_scale, hint=hint,
            )  # fmt: skip
    return Qualification(
        id=need.id, version=need.version, title=need.title, status="in_force", region=need.region,
        framework=home[need.competencies[0].unit].id,
        require=AllOf(all_of=tuple(Unit(unit=item.unit, level=item.level) for item in need.competencies)),
    )  # fmt: skip


def compile_needs(documents: Iterable[Document], needs: Iterable[Need]) -> Rulebook:
    """Compile the public documents and the needs, so that these can be decided on like qualifications.

    :raises InputError: as :func:`qualification_of`.
    :raises RulebookError: when the documents do not fit together.
    """
    documents = tuple(documents)
    frameworks = [item for item in documents if isinstance(item, Framework)]
    return compile_rulebook([*documents, *(qualification_of(need, frameworks) for need in needs)])


class Holding(NamedTuple):
    """A kind of holding: a unit at a level, from a region, in evidence of the same worth under every agreement."""

    region: str
    unit: HeldUnit
    worth: tuple[Truth, ...]


class UnknownUnit(NamedTuple):
    """A unit in a passport that no framework knows, or not at that level: it counts for nothing, and somebody should be told."""

    holder: str
    unit: str
    level: str | None


class Passports:
    """Passports compiled for a rulebook and a day: only those whose holders consent, each as the kinds of holding in it.

    A unit that no framework knows is left out, and stands among ``unknown``: one slip must not stop the search over all others.

    :raises InputError: when a holder has two passports: she would be counted twice.
    """

    def __init__(self, passports: Iterable[Passport], rulebook: Rulebook, on: dt.date) -> None:
        self.rulebook, self.on = rulebook, on
        self.edition: Edition = rulebook.edition(on)
        found = sorted((item for item in passports if item.may_be_found(on)), key=lambda item: item.holder)
        for one, other in pairwise(found):
            if one.holder == other.holder:
                raise InputError("a holder stands in two passports", found=one.holder, hint="Give one of them.")
        self.unknown: list[UnknownUnit] = []
        self.passports = tuple(self._known_of(passport) for passport in found)
        self.regions = sorted({item.region for item in self.passports})
        self._kinds: dict[Holding, int] = {}
        self._worth: dict[tuple[str, Evidence], tuple[Truth, ...]] = {}
        self.samples: list[Evidence] = []
        self.holdings = [tuple(self._kinds_in(passport)) for passport in self.passports]

    def _known_of(self, passport: Passport) -> Passport:
        """Return a passport without the units that nobody knows."""
        left = [
            UnknownUnit(passport.holder, unit.id, unit.level)
            for evidence in passport.evidence
            for unit in evidence.units
            if not self._knows(unit)
        ]
        if not left:
            return passport
        self.unknown += left
        evidence = tuple(
            msgspec.structs.replace(each, units=tuple(unit for unit in each.units if self._knows(unit)))
            for each in passport.evidence
        )
        return msgspec.structs.replace(passport, evidence=evidence)

    def _knows(self, unit: HeldUnit) -> bool:
        return unit.id in self.edition.units and self.edition.knows(unit.id, unit.level)

    def _kinds_in(self, passport: Passport) -> Iterator[int]:
        for evidence in passport.evidence:
            worth = self._worth_of(passport.region, evidence) if evidence.units else ()
            for unit in evidence.units:
                holding = Holding(passport.region, unit, worth)
                if holding not in self._kinds:
                    self._kinds[holding] = len(self.samples)
                    self.samples.append(msgspec.structs.replace(evidence, units=(unit,), holds=()))
                yield self._kinds[holding]

    def _worth_of(self, region: str, evidence: Evidence) -> tuple[Truth, ...]:
        """Return what a credential is worth at home and under each agreement from the region that could apply."""
        bare = msgspec.structs.replace(evidence, credential="urn:x", units=(), holds=())
        if (region, bare) not in self._worth:
            request = self.request(region, "XX", "urn:x", (bare,))
            agreements = [
                item for item in self.rulebook.documents if isinstance(item, Agreement) and item.from_ == region
            ]
            self._worth[region, bare] = tuple(usable(bare, request, item) for item in (None, *agreements))
        return self._worth[region, bare]

    def request(
        self, region: str, to: str, target: str, evidence: tuple[Evidence, ...], person: Mapping[str, str] | None = None
    ) -> RecognitionRequest:
        """Return the question that is put to the engine."""
        return RecognitionRequest(
            from_=region,
            to=to,
            target=target,
            purpose="employment",
            decided_on=self.on,
            person=dict(person or {}),
            evidence=evidence,
        )


def candidates(need: Need, passports: Passports, *, max_hours: int | None = None) -> Candidates:
    """Return who can fill a need that the passports' rulebook was compiled with (:func:`compile_needs`).

    :param max_hours: of the plans; they use options offered in the need's region, the cheapest first.
    :raises RequestError: when the rulebook does not hold the need, or the engine cannot decide.
    """
    question = _Question(need, passports, max_hours)
    ready, perhaps, bridgeable = [], [], []
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for place, passport in enumerate(passports.passports):
        found = question.answer(place, passport)
        candidate = Candidate(
            holder=passport.holder, region=passport.region, recognised=found.recognised, missing=found.missing,
            plan=found.plan, open=found.open,
        )  # fmt: skip
        match found.becomes:
            case "ready":
                ready.append(candidate)
            case "perhaps":
                perhaps.append(candidate)
            case "bridgeable":
                bridgeable.append(candidate)
            case reason:
                others[passport.region][reason] += 1
    bridgeable.sort(key=lambda item: (item.plan.hours, item.plan.cost.amount, item.holder) if item.plan else (0, 0, ""))
    return Candidates(
        need=need.id, on=passports.on, asked=len(passports.passports), ready=tuple(ready), perhaps=tuple(perhaps),
        bridgeable=tuple(bridgeable), others={region: dict(sorted(others[region].items())) for region in sorted(others)},
    )  # fmt: skip


class _Found(NamedTuple):
    """What the engine says of all who are worth the same."""

    becomes: str
    recognised: tuple[str, ...]
    missing: tuple[str, ...] = ()
    plan: BridgingPlan | None = None
    open: tuple[str, ...] = ()


class _Question:
    """One need, asked of many passports."""

    def __init__(self, need: Need, passports: Passports, max_hours: int | None) -> None:
        self.need, self.passports = need, passports
        self.wish = PlanWish(Limits(max_hours=max_hours), region=need.region)
        self._terms = {region: self._terms_of(region) for region in passports.regions}
        self._bits: dict[int, int] = {}
        self._known: dict[tuple[object, ...], _Found] = {}
        asked = {item.unit: item.level for item in need.competencies}
        also = sorted(self._opening({item.unit for item in need.competencies}) - asked.keys())
        self._asked = [*asked.items(), *((unit, None) for unit in also)]

    def _opening(self, units: set[str]) -> set[str]:
        """Return the units that open an option of the region: those of the prerequisites, and of theirs, of options that help."""
        rulebook, on = self.passports.rulebook, self.passports.on
        here = [item for item in catalogues_on(on, rulebook) if item.region == self.need.region]
        waiting = [option for item in here for option in item.options if not units.isdisjoint(option.covers)]
        offered, opening = options_on(on, rulebook), dict[str, BridgingOption]()
        while waiting:
            for name in waiting.pop().prerequisites:
                if name in offered and name not in opening:
                    opening[name] = offered[name]
                    waiting.append(offered[name])
        return {unit for option in opening.values() for unit in option.covers}

    def answer(self, place: int, passport: Passport) -> _Found:
        """Return what the engine says of a passport, or has said of one that is worth the same."""
        key = self._key(place, passport)
        if key not in self._known:
            self._known[key] = self._decided(passport)
        return self._known[key]

    def _key(self, place: int, passport: Passport) -> tuple[object, ...]:
        terms = self._terms[passport.region]
        if terms is None or any(terms.direct and evidence.holds for evidence in passport.evidence):
            return (passport.holder,)
        worth = 0
        for kind in self.passports.holdings[place]:
            if kind not in self._bits:
                self._bits[kind] = self._worth(kind, passport.region, terms)
            worth |= self._bits[kind]
        return passport.region, worth

    def _terms_of(self, region: str) -> Terms | None:
        """Return the terms under which evidence of a region counts; none, where there are several ways to choose from."""
        edition, to = self.passports.edition, self.need.region
        if region == to:
            return edition.terms(None) if not self.passports.rulebook.agreements(region, to) else None
        request = self.passports.request(region, to, self.need.id, ())
        agreements = [item for item in self.passports.rulebook.agreements(region, to) if applies(item, request)]
        return edition.terms(agreements[0] if agreements else None) if len(agreements) < 2 else None

    def _worth(self, kind: int, region: str, terms: Terms) -> int:
        """Return what a kind of holding is worth for each unit in question, as two bits: perhaps, and surely.

        A holding that counts only with others is worth something for each part of such a row; the best of all holdings is what counts,
        for a unit and for a part, so the bits of a passport are those of its holdings together.
        """
        sample, edition, to = self.passports.samples[kind], self.passports.edition, self.need.region
        qualification = edition.qualification(self.need.id)
        if qualification is None:
            return 0  # the engine says what is wrong
        drawn = blueprint(qualification, terms, edition, all_home=terms.agreement is None and region == to)
        request = self.passports.request(region, to, self.need.id, (sample,))
        outlook = Outlook(drawn.outlook.standpoint, frozenset(name for name, _ in self._asked), edition)
        claims = Claims(outlook, Wallet(request))
        truths = [claims.truth(name, level) for name, level in self._asked]
        truths += self._of_parts(claims, terms)
        return sum((0, 1, 3)[truth] << 2 * index for index, truth in enumerate(truths))

    def _of_parts(self, claims: Claims, terms: Terms) -> Iterator[Truth]:
        """Yield what foreign holdings are worth as the parts of every row that counts only together."""
        for name, level in self._asked:
            for row in terms.table.composed if terms.table else ():
                for part in row.parts if row.target == name else ():
                    held = (
                        each for each in claims.foreign if part in self.passports.edition.home_coverage(each.unit.id)
                    )
                    yield max((claims.held_truth(each, name, level, None) for each in held), default=Truth.FALSE)

    def _decided(self, passport: Passport) -> _Found:
        request = self.passports.request(
            passport.region, self.need.region, self.need.id, passport.evidence, passport.person
        )
        best = deciding_candidate(request, self.passports.rulebook)
        floor = best.floor
        if floor.outcome == "FULL":
            return _Found("ready", floor.recognised)
        if best.terms.agreement is None and passport.region != self.need.region:
            return _Found("no_agreement", ())
        missing = next(iter(floor.missing.sets), ())
        answer = plan(request, self.passports.rulebook, self.wish)
        if best.ceiling.outcome == "FULL":
            unknown = tuple(name for name in best.unknown if name in missing)
            return _Found("perhaps", floor.recognised, missing, answer.plan, unknown)
        if answer.plan is not None:
            return _Found("bridgeable", floor.recognised, missing, answer.plan)
        return _Found("no_course" if answer.unreachable else "beyond_the_hours", floor.recognised, missing)
