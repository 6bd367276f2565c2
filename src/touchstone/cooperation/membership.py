# SPDX-License-Identifier: Apache-2.0
"""Membership: applicant, trial, full, warned, suspended, exited, and barred until a day.

Build first, recognise later, leave when a veto strikes (the measures of 2019 for enterprises that integrate industry and education: who
deceives, has a major accident, violates learners' rights or is listed as dishonest is cancelled, and barred for five years).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.cooperation.course import gone_through
from touchstone.cooperation.votes import Ballot, VotingRule, outcome
from touchstone.logic import Count, Prose
from touchstone.standards.calendar import months_later
from touchstone.value import Value

State = Literal["none", "applicant", "trial", "full", "warned", "suspended", "exited", "barred"]
Act = Literal["apply", "admit", "refuse", "confirm", "warn", "lift", "suspend", "reinstate", "leave", "expel", "veto"]
Veto = Literal["deceit", "major_accident", "learners_rights", "dishonesty_list"]
RefusalCode = Literal[
    "not_from_here", "no_vote", "no_quorum", "not_carried", "too_early", "still_barred", "no_evidence", "no_cause",
]  # fmt: skip

_MEMBER: tuple[State, ...] = ("trial", "full", "warned", "suspended")
_STEPS: dict[Act, tuple[tuple[State, ...], State]] = {
    "apply": (("none", "exited", "barred"), "applicant"),
    "admit": (("applicant",), "trial"),
    "refuse": (("applicant",), "none"),
    "confirm": (("trial",), "full"),
    "warn": (("trial", "full"), "warned"),
    "lift": (("warned",), "full"),
    "suspend": (("trial", "full", "warned"), "suspended"),
    "reinstate": (("suspended",), "full"),
    "leave": (("applicant", *_MEMBER), "exited"),
    "expel": (_MEMBER, "exited"),
    "veto": (("applicant", *_MEMBER, "exited", "barred"), "barred"),
}
"""From which states an act leads to which; what is lifted or reinstated goes back to where it was, so that no warning makes a trial full.

A veto reaches the applicant too, who left before it was found out, and who is barred already: the bar then begins anew.
"""

_BY_VOTE: tuple[Act, ...] = ("admit", "confirm", "suspend", "expel")
_WITH_EVIDENCE: tuple[Act, ...] = ("warn", "suspend", "expel", "veto")


class Amendment(Value, frozen=True, kw_only=True):
    """Another rule from a day on: a council that grew, or another majority."""

    from_: dt.date
    rule: VotingRule


class Charter(Value, frozen=True, kw_only=True):
    """What the platform has agreed about its members: how its council votes, with how many seats, and what became of that later."""

    rule: VotingRule
    amended: tuple[Amendment, ...] = ()
    trial_months: Count = 12
    bar_years: Annotated[int, Meta(ge=0, le=99)] = 5

    def rule_on(self, day: dt.date) -> VotingRule:
        """Return the rule by which the council votes on a day."""
        since = [each for each in self.amended if each.from_ <= day]
        return max(since, key=lambda each: each.from_).rule if since else self.rule


class Event(Value, frozen=True, kw_only=True):
    """Something that was done about a member, on a day, with what shows it."""

    act: Act
    on: dt.date
    evidence: tuple[Prose, ...] = ()
    ballot: Ballot | None = None
    veto: Veto | None = None


class Refusal(Value, frozen=True, kw_only=True):
    """An event that had no effect, by its place, and why."""

    event: int
    code: RefusalCode


class Membership(Value, frozen=True, kw_only=True):
    """Where a member stands on a day, since when, until which day it is barred, that day included, and which events had no effect.

    ``votes``: full members have a vote, and keep it when they are warned; a warning on trial gives none.
    """

    state: State
    since: dt.date | None = None
    barred_until: dt.date | None = None
    votes: bool = False
    refused: tuple[Refusal, ...] = ()


class _Course:
    """What the events until a day amount to; lives only while they are gone through."""

    def __init__(self, charter: Charter) -> None:
        self.charter = charter
        self.state: State = "none"
        self.since: dt.date | None = None
        self.barred_until: dt.date | None = None
        self.trial_began = dt.date.min
        self.back: list[State] = []

    def why_not(self, event: Event) -> RefusalCode | None:
        """Return why an event has no effect, or None."""
        if self.state not in _STEPS[event.act][0]:
            return "not_from_here"
        if event.act == "apply" and self.barred_until and event.on <= self.barred_until:
            return "still_barred"
        if event.act in _WITH_EVIDENCE and not event.evidence:
            return "no_evidence"
        if event.act == "veto" and event.veto is None:
            return "no_cause"
        if event.act == "confirm" and event.on < months_later(self.trial_began, self.charter.trial_months):
            return "too_early"
        return _vote_against(event, self.charter) if event.act in _BY_VOTE else None

    def take(self, event: Event) -> None:
        """Let an event have its effect."""
        following = _STEPS[event.act][1]
        if event.act in ("warn", "suspend"):
            self.back.append(self.state)
        elif event.act in ("lift", "reinstate"):
            following = self.back.pop()
        elif event.act == "admit":
            self.trial_began, self.back = event.on, []
        elif event.act == "apply":
            self.barred_until = None
        elif event.act == "veto":
            self.barred_until = months_later(event.on, 12 * self.charter.bar_years) - dt.timedelta(days=1)
        self.state, self.since = following, event.on


def membership_on(events: Iterable[Event], day: dt.date, charter: Charter) -> Membership:
    """Return where a member stands on a day, by what was done until then, that day included.

    Events count in the order of their days, and of one day in the order in which they are given. One that the charter does not allow has no
    effect and is named: nobody becomes a member by a vote that was not carried.

    :raises ValueError: a ballot counts more votes than the council had seats.
    """
    course = _Course(charter)
    without_effect: Iterator[tuple[int, RefusalCode]] = gone_through(events, day, course.why_not, course.take)
    refused = tuple(Refusal(event=place, code=code) for place, code in without_effect)
    is_free = course.state == "barred" and course.barred_until is not None and day > course.barred_until
    return Membership(
        state="exited" if is_free else course.state,
        since=course.since,
        barred_until=None if is_free else course.barred_until,
        votes=course.state == "full" or (course.state == "warned" and course.back[-1] == "full"),
        refused=refused,
    )


def _vote_against(event: Event, charter: Charter) -> RefusalCode | None:
    if event.ballot is None:
        return "no_vote"
    result = outcome(event.ballot, charter.rule_on(event.on)).result
    return None if result == "carried" else "no_quorum" if result == "no_quorum" else "not_carried"
