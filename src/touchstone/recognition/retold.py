# SPDX-License-Identifier: Apache-2.0
"""A decision with all that it takes to speak of it: the case it was made on, looked at again from the floor."""

from __future__ import annotations

from functools import cached_property

from touchstone.errors import RecheckError
from touchstone.logic import AllOf, AnyOf, AtLeast, Credits, Expression, Leaf
from touchstone.recognition.case import FLOOR
from touchstone.recognition.claims import Wallet
from touchstone.recognition.decision import Decision, Reason
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.outcome import Candidate
from touchstone.recognition.rulebook import Rulebook
from touchstone.standards.agreement import Agreement
from touchstone.standards.qualification import Qualification


class Retold:
    """A decision, its request and rulebook, and what of the requirement is met for certain."""

    def __init__(self, decision: Decision, request: RecognitionRequest, rulebook: Rulebook) -> None:
        self.decision, self.request, self.rulebook = decision, request, rulebook
        self.edition = rulebook.edition(request.decided_on)
        self.target = self._target()
        target = self.target
        candidate = Candidate(target, self.edition.terms(self.agreement), Wallet(request), self.edition)
        self.requirement, self.assignment = candidate.case.requirement, candidate.floor.assignment
        self._mask = candidate.case.mask(FLOOR)

    def _target(self) -> Qualification:
        target = self.edition.qualification(self.request.target)
        used = {document.digest for document in self.decision.inputs.documents}
        if target is None or self.rulebook.digest_of(target) not in used:
            hint = "Explain a decision with the documents that it names."
            raise RecheckError(
                "the decision was made on another version of the target", found=self.request.target, hint=hint
            )
        return target

    @cached_property
    def agreement(self) -> Agreement | None:
        """The agreement under which it was decided, in the version that was used."""
        used = {document.digest for document in self.decision.inputs.documents}
        for agreement in self.rulebook.agreements(self.request.from_, self.request.to):
            if agreement.id == self.decision.agreement and self.rulebook.digest_of(agreement) in used:
                return agreement
        return None

    @property
    def bar(self) -> Reason | None:
        """The reason that names the bar which refuses, if one does."""
        bars = (reason for reason in self.decision.reasons if reason.code in ("barred", "bar_unknown"))
        return next(bars, None) if self.decision.floor == "REFUSED" else None

    def counted(self) -> tuple[int, int]:
        """Return how many of the things that the requirement asks for are there, and how many it asks for."""
        asked = self.target.require
        parts = asked.all_of if isinstance(asked, AllOf) else (asked,)
        return sum(map(self.is_met, parts)), len(parts)

    def is_met(self, part: Expression) -> bool:
        """Tell whether a part of the requirement is true for certain."""
        match part:
            case AllOf(all_of=parts):
                return all(map(self.is_met, parts))
            case AnyOf(any_of=parts):
                return any(map(self.is_met, parts))
            case AtLeast(at_least=body):
                return sum(map(self.is_met, body.of)) >= body.count
            case Credits(credits=pool):
                index = self.requirement.pool_parts.index(pool)
                return self.requirement.pools[index].holds(self.assignment.served)
            case _:
                return self.is_true(part)

    def is_true(self, leaf: Leaf) -> bool:
        """Tell whether a leaf is true for certain."""
        return bool(self._mask & self.requirement.bit(leaf))
