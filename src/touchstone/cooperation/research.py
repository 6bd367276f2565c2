# SPDX-License-Identifier: Apache-2.0
"""Research and development: enterprises' problems matched with laboratories, equipment and experts, with reasons; then projects.

A means helps with a problem where it brings something that is asked and is free for long enough in the problem's period. The
least team that brings everything, all of it free on the same days, is found exactly. Days are counted singly: they need not
follow one another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.errors import TooComplexError
from touchstone.logic import Count, Identifier
from touchstone.standards.envelope import Period
from touchstone.text import LanguageMap
from touchstone.value import Value

_MOST_ASKED = 16
_MOST_TEAMS = 100_000
Share = Annotated[Decimal, Meta(ge=0, le=1)]


class Span(Value, frozen=True, kw_only=True):
    """Days from ``from`` until ``until``, both inclusive and both given."""

    from_: dt.date
    until: dt.date

    def __post_init__(self) -> None:
        if self.until < self.from_:
            raise ValueError(f"the span ends on {self.until}, before it begins on {self.from_}")


class Problem(Value, frozen=True, kw_only=True):
    """What an enterprise cannot solve alone: the competencies and equipment it takes, and for how many days in which span."""

    id: Identifier
    title: LanguageMap | None = None
    competencies: tuple[Identifier, ...] = ()
    equipment: tuple[Identifier, ...] = ()
    span: Span
    days: Annotated[int, Meta(ge=1, le=10_000)] = 1

    def __post_init__(self) -> None:
        if not self.competencies and not self.equipment:
            raise ValueError("a problem asks for a competency or for equipment")


class Means(Value, frozen=True, kw_only=True):
    """A laboratory, a piece of equipment or an expert: what it brings, when it is there at all, and when it is taken."""

    id: Identifier
    kind: Literal["laboratory", "equipment", "expert"]
    member: Identifier
    competencies: tuple[Identifier, ...] = ()
    equipment: tuple[Identifier, ...] = ()
    available: Period | None = None
    taken: tuple[Span, ...] = ()


class Candidate(Value, frozen=True, kw_only=True):
    """A means that helps, or nearly: what it brings of what is asked, and how many days it is free; ``fits`` where these suffice."""

    means: Identifier
    brings: tuple[Identifier, ...]
    free_days: Count
    fits: bool


class Match(Value, frozen=True, kw_only=True):
    """Who helps with a problem: the candidates, best first, the least team that brings everything, and what nobody brings.

    ``never_together`` says that all is brought, but by nobody who are free on enough of the same days.
    """

    problem: Identifier
    candidates: tuple[Candidate, ...]
    team: tuple[Identifier, ...] = ()
    nobody_brings: tuple[Identifier, ...] = ()
    never_together: bool = False


class Holding(Value, frozen=True, kw_only=True):
    """A member's part of what is invented."""

    member: Identifier
    share: Share


class Deliverable(Value, frozen=True, kw_only=True):
    """What a project hands over, and when."""

    id: Identifier
    title: LanguageMap
    due: dt.date


class Project(Value, frozen=True, kw_only=True):
    """What a match becomes: a team, deliverables within the span, and shares in what is invented that add up to 1."""

    problem: Identifier
    team: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    span: Span
    deliverables: Annotated[tuple[Deliverable, ...], Meta(min_length=1)]
    shares: Annotated[tuple[Holding, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        whole = sum((each.share for each in self.shares), Decimal(0))
        if whole != 1:
            raise ValueError(f"the shares in what is invented add up to {whole}, not to 1")
        for each in self.deliverables:
            if not self.span.from_ <= each.due <= self.span.until:
                raise ValueError(f"{each.id} is due on {each.due}, outside the project")


def match(problem: Problem, means: Iterable[Means]) -> Match:
    """Match a problem with means; the same for any order of the means.

    Of teams of equal size the one whose members stand first among the candidates is taken.

    :raises TooComplexError: more than 16 things are asked at once, or there are too many ways to be free together.
    """
    if len({*problem.competencies, *problem.equipment}) > _MOST_ASKED:
        raise TooComplexError(
            "too much is asked at once to find the least team",
            expected=f"at most {_MOST_ASKED}",
            hint="Part the problem.",
        )
    asked = {*problem.competencies, *problem.equipment}
    everybody = list(means)
    free = {each.id: _free(problem.span, each) for each in everybody}
    candidates = [
        found for each in everybody if (found := _candidate(problem, each, asked, free[each.id].bit_count())).brings
    ]
    ordered = sorted(candidates, key=lambda each: (not each.fits, -len(each.brings), -each.free_days, each.means))
    fitting = [each for each in ordered if each.fits]
    brought = {name for each in fitting for name in each.brings}
    team = _team(asked, fitting, free, problem.days) if asked <= brought else ()
    return Match(
        problem=problem.id,
        candidates=tuple(ordered),
        team=team,
        nobody_brings=tuple(sorted(asked - brought)),
        never_together=asked <= brought and not team,
    )


def _candidate(problem: Problem, means: Means, asked: set[str], free: int) -> Candidate:
    brings = tuple(sorted(asked & {*means.competencies, *means.equipment}))
    return Candidate(means=means.id, brings=brings, free_days=free, fits=free >= problem.days)


def _free(span: Span, means: Means) -> int:
    """Return the days of a span on which a means is free, a bit a day."""
    days = ((span.from_ + dt.timedelta(days=number)) for number in range((span.until - span.from_).days + 1))
    return sum(
        1 << place
        for place, day in enumerate(days)
        if (means.available is None or day in means.available)
        and not any(taken.from_ <= day <= taken.until for taken in means.taken)
    )


def _team(asked: set[str], fitting: Sequence[Candidate], free: dict[str, int], days: int) -> tuple[str, ...]:
    """Return the least team, or none.

    Teams grow by one member a round; each sum of what is brought, with the days on which all are free, is kept once.
    """
    bits = {name: 1 << place for place, name in enumerate(sorted(asked))}
    whole = (1 << len(bits)) - 1
    brought = [(each.means, sum(bits[name] for name in each.brings), free[each.means]) for each in fitting]
    known: set[tuple[int, int]] = set()
    latest: dict[tuple[int, int], tuple[str, ...]] = {(0, -1): ()}
    while latest:
        grown: dict[tuple[int, int], tuple[str, ...]] = {}
        for (mask, together), team in latest.items():
            for name, more, own in brought:
                sum_of = (mask | more, together & own)
                if mask | more != mask and sum_of not in known and sum_of[1].bit_count() >= days:
                    grown.setdefault(sum_of, (*team, name))
        if found := next((team for (mask, _), team in grown.items() if mask == whole), None):
            return tuple(sorted(found))
        known |= grown.keys()
        if len(known) > _MOST_TEAMS:
            raise TooComplexError(
                "there are too many ways to be free together to find the least team",
                expected=f"at most {_MOST_TEAMS}",
                hint="Part the problem, or ask for a shorter span.",
            )
        latest = grown
    return ()
