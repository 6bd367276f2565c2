# SPDX-License-Identifier: Apache-2.0
"""From facts to an outcome: the rungs of an agreement, floor and ceiling, and the facts that are still open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from touchstone.recognition.case import CEILING, FLOOR, Case, Resolution
from touchstone.recognition.claims import Wallet
from touchstone.recognition.decision import Conditions, Outcome
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.missing import Family
from touchstone.recognition.pools import Assignment
from touchstone.standards.agreement import RUNGS
from touchstone.standards.qualification import Qualification

_RESOLUTIONS_TRIED = 4096


class Result(NamedTuple):
    """What follows under one resolution of the unknown facts."""

    outcome: Outcome
    recognised: tuple[str, ...]
    missing: Family
    conditions: Conditions | None
    recognised_as: str | None
    assignment: Assignment

    @property
    def content(self) -> object:
        """What must be the same at floor and ceiling for the outcome to be settled (recognition-algorithm 8.5)."""
        match self.outcome:
            case "CONDITIONAL":
                return self.outcome, self.conditions and self.conditions.must_obtain
            case "ALTERNATIVE":
                return self.outcome, self.recognised_as, self.missing.sets
            case "PARTIAL":
                return self.outcome, self.recognised, self.missing.sets
            case _:
                return self.outcome


class Candidate:
    """One way to decide a request: a set of terms, the case of the target under it, and of the alternatives it allows."""

    def __init__(self, target: Qualification, terms: Terms, wallet: Wallet, edition: Edition) -> None:
        self.terms = terms
        self.case = Case(target, terms, wallet, edition)
        self._wallet, self.edition = wallet, edition
        self._results: dict[Resolution, Result] = {}

    @cached_property
    def alternatives(self) -> tuple[Case, ...]:
        """The cases of the alternative qualifications that are in force, in the order of the agreement."""
        named = self.terms.agreement.alternative if self.terms.agreement else None
        found = (self.edition.qualification(identifier) for identifier in named or ())
        return tuple(Case(item, self.terms, self._wallet, self.edition) for item in found if item)

    @property
    def preference(self) -> tuple[Outcome, ...]:
        """The rungs in the order of the agreement, without REFUSED, which always comes last."""
        preferred = (self.terms.agreement and self.terms.agreement.preference) or RUNGS
        return tuple(rung for rung in preferred if rung != "REFUSED")

    @cached_property
    def floor(self) -> Result:
        """The result with every unknown against the holder."""
        return self.result(FLOOR)

    @cached_property
    def ceiling(self) -> Result:
        """The result with every unknown for the holder."""
        if self.floor.outcome == "FULL" and self.preference[:1] == ("FULL",):
            return self.floor
        return self.result(CEILING) if self.unknown else self.floor

    @cached_property
    def outcome(self) -> Outcome:
        """The outcome where floor and ceiling agree, else REFER."""
        return self.floor.outcome if self.floor.content == self.ceiling.content else "REFER"

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The names of all facts that nobody knows, sorted."""
        return tuple(sorted(self.case.unknown_names().union(*(case.unknown_names() for case in self.alternatives))))

    def result(self, resolution: Resolution) -> Result:
        """Return what follows when the facts of ``resolution`` speak for the holder and all other unknown ones against her."""
        if resolution not in self._results:
            self._results[resolution] = self._decide(resolution)
        return self._results[resolution]

    def open(self) -> tuple[tuple[str, ...], bool]:
        """Return the facts that matter, and whether every resolution could be tried (if not, the rest counts as open)."""
        if self.outcome != "REFER":
            return (), True
        waiting = set(self.unknown)
        found: set[str] = set()
        tried = 0
        for resolution in self._resolutions():
            if not waiting:
                return tuple(sorted(found)), True
            if tried > _RESOLUTIONS_TRIED:
                return tuple(sorted(found | waiting)), False
            for name in tuple(waiting):
                tried += 1
                if self.result(resolution - {name}).content != self.result(resolution | {name}).content:
                    found.add(name)
                    waiting.discard(name)
        return tuple(sorted(found)), True

    def _resolutions(self) -> Iterator[frozenset[str]]:
        """Yield all resolutions, from both ends: where a fact matters, that mostly shows near the floor or near the ceiling."""
        names = frozenset(self.unknown)
        for size in range((len(names) + 2) // 2):
            for chosen in combinations(self.unknown, size):
                yield frozenset(chosen)
                yield names.difference(chosen)
        if len(names) % 2 == 0:
            yield from (frozenset(chosen) for chosen in combinations(self.unknown, len(names) // 2))

    def _decide(self, resolution: Resolution) -> Result:
        case = self.case
        mask = case.mask(resolution)
        assignment = case.assignment(resolution, mask)
        recognised = case.recognised(mask, assignment)
        if case.barred(resolution):
            return Result("REFUSED", recognised, Family(()), None, None, assignment)
        if assignment.holds or case.granted(resolution):
            missing = Family(())
        else:
            missing = case.missing(resolution, mask)
        for rung in self.preference:
            match rung:
                case "FULL" if assignment.holds or case.granted(resolution):
                    return Result("FULL", recognised, missing, None, None, assignment)
                case "CONDITIONAL" if conditions := self._conditions(resolution, mask, missing):
                    return Result("CONDITIONAL", recognised, missing, conditions, None, assignment)
                case "ALTERNATIVE" if alternative := self._alternative(resolution):
                    return Result("ALTERNATIVE", recognised, missing, None, alternative, assignment)
                case "PARTIAL" if self._is_partial(recognised):
                    return Result("PARTIAL", recognised, missing, None, None, assignment)
                case _:
                    pass
        return Result("REFUSED", recognised, missing, None, None, assignment)

    def _conditions(self, resolution: Resolution, mask: int, missing: Family) -> Conditions | None:
        conditional = self.terms.agreement.conditional if self.terms.agreement else None
        if conditional is None or not missing.sets:
            return None
        allowed = frozenset(conditional.only_missing)
        sets = [names for names in missing.sets if allowed.issuperset(names)]
        if not sets and missing.cut:
            sets = list(self.case.missing(resolution, mask, allowed).sets)
        return Conditions(must_obtain=sets[0], deadline_months=conditional.deadline_months) if sets else None

    def _alternative(self, resolution: Resolution) -> str | None:
        for case in self.alternatives:
            if case.qualification.id == self.case.qualification.id or case.barred(resolution):
                continue
            if case.granted(resolution) or case.assignment(resolution, case.mask(resolution)).holds:
                return case.qualification.id
        return None

    def _is_partial(self, recognised: tuple[str, ...]) -> bool:
        partial = self.terms.agreement.partial if self.terms.agreement else None
        return partial is not None and len(recognised) >= partial.min_units
