# SPDX-License-Identifier: Apache-2.0
"""From facts to an outcome: the rungs of an agreement, floor and ceiling, and the facts that are still open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import combinations

from touchstone.recognition.case import CEILING, FLOOR, Case, Resolution
from touchstone.recognition.claims import Wallet
from touchstone.recognition.decision import Conditions, Outcome
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.missing import IMPOSSIBLE, Family
from touchstone.recognition.pools import Assignment
from touchstone.recognition.shortfall import Shortfall
from touchstone.standards.agreement import RUNGS
from touchstone.standards.qualification import Qualification

_MOST_RESULTS = 4096
_MOST_WORK = 100_000


class Result:
    """What follows under one resolution of the unknown facts. What is missing is only looked for when somebody asks."""

    def __init__(
        self,
        outcome: Outcome,
        recognised: tuple[str, ...],
        assignment: Assignment,
        find_missing: Callable[[], Family],
        *,
        conditions: Conditions | None = None,
        recognised_as: str | None = None,
    ) -> None:
        self.outcome, self.recognised, self.assignment = outcome, recognised, assignment
        self.conditions, self.recognised_as = conditions, recognised_as
        self._find_missing = find_missing

    @cached_property
    def missing(self) -> Family:
        """The minimal sets of what is missing."""
        return self._find_missing()

    def says_the_same_as(self, other: Result) -> bool:
        """Tell whether two results agree in outcome and content (recognition-algorithm 8.5)."""
        if self is other:
            return True
        if self.outcome != other.outcome:
            return False
        match self.outcome:
            case "CONDITIONAL":
                return self.conditions == other.conditions
            case "ALTERNATIVE":
                return self.recognised_as == other.recognised_as and self.missing.sets == other.missing.sets
            case "PARTIAL":
                return self.recognised == other.recognised and self.missing.sets == other.missing.sets
            case _:
                return True


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
        return self.floor.outcome if self.floor.says_the_same_as(self.ceiling) else "REFER"

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The names of all facts that nobody knows and that can matter, sorted."""
        names = self.case.unknown_names()
        if self._alternatives_can_matter():
            names = names.union(*(case.unknown_names() for case in self.alternatives))
        return tuple(sorted(names))

    def _alternatives_can_matter(self) -> bool:
        """Tell whether an alternative could ever come before what is certain: not below a full or conditional floor that FULL precedes."""
        preference, floor = self.preference, self.floor.outcome
        if "ALTERNATIVE" not in preference or floor not in ("FULL", "CONDITIONAL") or "FULL" not in preference:
            return "ALTERNATIVE" in preference
        return not preference.index("FULL") <= preference.index(floor) < preference.index("ALTERNATIVE")

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
        for resolution in self._resolutions():
            if not waiting:
                return tuple(sorted(found)), True
            if len(self._results) > self._most_results():
                return tuple(sorted(found | waiting)), False
            for name in tuple(waiting):
                if not self.result(resolution - {name}).says_the_same_as(self.result(resolution | {name})):
                    found.add(name)
                    waiting.discard(name)
        return tuple(sorted(found)), True

    def _most_results(self) -> int:
        """Return how many resolutions may be worked out: all of them for up to twelve facts, fewer where each takes longer."""
        facts = len(self.unknown)
        return _MOST_RESULTS if facts <= 12 else _MOST_WORK // (facts * facts)

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
        barred, true = case.barred(resolution), assignment.holds or case.granted(resolution)

        def find_missing() -> Family:
            return IMPOSSIBLE if barred or true else Shortfall(case, resolution).missing()

        result = partial(Result, recognised=recognised, assignment=assignment, find_missing=find_missing)
        for rung in () if barred else self.preference:
            match rung:
                case "FULL" if true:
                    return result("FULL")
                case "CONDITIONAL" if not true and (conditions := self._conditions(resolution)):
                    return result("CONDITIONAL", conditions=conditions)
                case "ALTERNATIVE" if alternative := self._alternative(resolution):
                    return result("ALTERNATIVE", recognised_as=alternative)
                case "PARTIAL" if self._is_partial(recognised):
                    return result("PARTIAL")
                case _:
                    pass
        return result("REFUSED")

    def _conditions(self, resolution: Resolution) -> Conditions | None:
        """Return the smallest minimal set within what may be missing; the sets within it are found without all the others."""
        conditional = self.terms.agreement.conditional if self.terms.agreement else None
        if conditional is None:
            return None
        sets = Shortfall(self.case, resolution).missing(frozenset(conditional.only_missing)).sets
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
