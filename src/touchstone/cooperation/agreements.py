# SPDX-License-Identifier: Apache-2.0
"""Agreements with versions: proposed, signed by each party, changed by a new version, and ended by any party, the learner too.

In the manner of Erasmus Without Paper's learning agreements: a version is named by its digest, a proposal changes nothing until
everybody has signed it, and what was signed before holds meanwhile; a newer proposal takes the place of an older one. Systems in use
have no way for a learner to end a placement; here nobody's consent stands between a learner and the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.cooperation.course import gone_through
from touchstone.logic import Count, Identifier, Name, Prose
from touchstone.value import Value

Party = Literal["school", "enterprise", "learner", "guardian"]
State = Literal["draft", "proposed", "in_force", "change_proposed", "ending", "ended"]
RefusalCode = Literal[
    "no_party", "unknown_version", "signed_already", "superseded", "withdrawn", "not_the_proposer", "no_reason", "ended_already",
]  # fmt: skip
_LEARNERS: tuple[Party, ...] = ("learner", "guardian")


class AgreementTerms(Value, frozen=True, kw_only=True):
    """Who must sign, and how many days before the end a school or an enterprise must say so.

    A learner's end, or that of the guardian, needs no notice, and counts whoever is written here as a party: it is their time and work.
    """

    parties: Annotated[tuple[Party, ...], Meta(min_length=2)]
    notice_days: Count = 14

    def __post_init__(self) -> None:
        if len(set(self.parties)) < len(self.parties):
            raise ValueError("a party stands twice")


class Step(Value, frozen=True, kw_only=True):
    """Something that a party did: ``propose`` or ``withdraw`` a version (by its digest), ``sign`` it, or ``end`` the agreement."""

    act: Literal["propose", "sign", "withdraw", "end"]
    by: Party
    on: dt.date
    version: Identifier | None = None
    reason: Prose | None = None


class Refusal(Value, frozen=True, kw_only=True):
    """A step that had no effect, by its place, and why."""

    step: int
    code: RefusalCode


class Agreed(Value, frozen=True, kw_only=True):
    """An agreement on a day.

    :ivar version: what holds, or held last; ``proposed`` is what waits for the signatures ``missing``.
    :ivar ends: the first day on which it holds no longer; who ended it, and why.
    """

    state: State
    version: Identifier | None = None
    proposed: Identifier | None = None
    missing: tuple[Party, ...] = ()
    ends: dt.date | None = None
    ended_by: Party | None = None
    reason: Name | Prose | None = None
    refused: tuple[Refusal, ...] = ()


class _Course:
    """What the steps until a day amount to; lives only while they are gone through."""

    def __init__(self, terms: AgreementTerms) -> None:
        self.terms = terms
        self.signed: dict[str, list[Party]] = {}
        self.proposers: dict[str, Party] = {}
        self.withdrawn: set[str] = set()
        self.holding: str | None = None
        self.proposed: str | None = None
        self.end: Step | None = None
        self.ends: dt.date | None = None

    def why_not(self, step: Step) -> RefusalCode | None:
        """Return why a step has no effect, or None."""
        if step.by not in self.terms.parties and not (step.act == "end" and step.by in _LEARNERS):
            return "no_party"
        if step.act == "end":
            return self._why_no_end(step)
        if self.ends is not None:
            return "ended_already"
        if step.version is None:
            return "unknown_version"
        if step.act == "propose":
            return "signed_already" if step.version in (self.holding, self.proposed) else None
        return self._why_not_on(step.version, step)

    def _why_not_on(self, version: str, step: Step) -> RefusalCode | None:
        """Return why a version cannot be signed or withdrawn: only the one that is proposed can."""
        if version not in self.proposers:
            return "unknown_version"
        if version in self.signed and step.act == "sign" and step.by in self.signed[version]:
            return "signed_already"
        if version != self.proposed:
            return "withdrawn" if version in self.withdrawn else "superseded"
        return "not_the_proposer" if step.act == "withdraw" and self.proposers[version] != step.by else None

    def _why_no_end(self, step: Step) -> RefusalCode | None:
        """A learner need not say why; a school or an enterprise must. A second end counts only where it comes sooner."""
        if step.by not in _LEARNERS and not step.reason:
            return "no_reason"
        return "ended_already" if self.ends is not None and self.end_by(step) >= self.ends else None

    def end_by(self, step: Step) -> dt.date:
        """Return the first day on which the agreement holds no longer after an end."""
        return step.on if step.by in _LEARNERS else step.on + dt.timedelta(days=self.terms.notice_days)

    def take(self, step: Step) -> None:
        """Let a step have its effect. Who proposes signs."""
        version = step.version or ""
        if step.act == "end":
            self.end, self.ends = step, self.end_by(step)
            return
        if step.act == "withdraw":
            self.withdrawn.add(version)
            self.proposed = None
            return
        if step.act == "propose":
            self.proposers[version], self.proposed, self.signed[version] = step.by, version, []
            self.withdrawn.discard(version)
        self.signed[version].append(step.by)
        if not self.missing(version):
            self.holding, self.proposed = version, None

    def missing(self, version: str) -> tuple[Party, ...]:
        """Return who has not signed a version."""
        return tuple(party for party in self.terms.parties if party not in self.signed.get(version, ()))


def agreement_on(steps: Iterable[Step], day: dt.date, terms: AgreementTerms) -> Agreed:
    """Return what is agreed on a day, by the steps taken until then, that day included.

    Steps count in the order of their days, and of one day in the order in which they are given: a step that one party recorded ahead of
    its day takes nothing from what another does meanwhile.
    """
    course = _Course(terms)
    without_effect: Iterator[tuple[int, RefusalCode]] = gone_through(steps, day, course.why_not, course.take)
    refused = tuple(Refusal(step=place, code=code) for place, code in without_effect)
    return Agreed(
        state=_state(course, day),
        version=course.holding,
        proposed=course.proposed,
        missing=course.missing(course.proposed) if course.proposed else (),
        ends=course.ends,
        ended_by=course.end.by if course.end else None,
        reason=course.end.reason if course.end else None,
        refused=refused,
    )


def _state(course: _Course, day: dt.date) -> State:
    if course.ends is not None:
        return "ended" if day >= course.ends or course.holding is None else "ending"  # what never held ends at once
    if course.holding is not None:
        return "change_proposed" if course.proposed else "in_force"
    return "proposed" if course.proposed else "draft"
