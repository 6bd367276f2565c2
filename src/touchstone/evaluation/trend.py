# SPDX-License-Identifier: Apache-2.0
"""What became of organisations from one period to the next; only what was known in both is compared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from touchstone.errors import DocumentError
from touchstone.evaluation.result import Judged, Line, Result
from touchstone.logic import Identifier, Name
from touchstone.value import Value


class Point(Value, frozen=True, kw_only=True):
    """A period and the score in it; absent where it is not known, or a veto or a gate stands before it."""

    period: Name
    score: Decimal | None = None
    rank: int | None = None


class Move(Value, frozen=True, kw_only=True):
    """By how much of the full mark an indicator gave more (or less) in the last period than in the first."""

    indicator: Identifier
    change: Decimal


class Course(Value, frozen=True, kw_only=True):
    """An organisation over the periods: its points, the change from the first known to the last, and what moved it most."""

    organisation: Identifier
    points: tuple[Point, ...]
    change: Decimal | None = None
    moves: tuple[Move, ...] = ()


def trend(results: Sequence[Result]) -> tuple[Course, ...]:
    """Compare results of several periods, in the order of their days.

    :raises DocumentError: where they are of different systems or conventions, so that figures do not compare; where a period stands twice.
    """
    results = sorted(results, key=lambda each: each.on)
    for earlier, later in pairwise(results):
        if earlier.period == later.period or earlier.on == later.on:
            raise DocumentError(
                "a period stands twice", field="period", expected="another period, of another day", found=later.period
            )
    first = results[0]
    for result in results[1:]:
        if (result.system_digest, result.conventions) != (first.system_digest, first.conventions):
            raise DocumentError(
                "the results were computed by different systems or conventions, so they do not compare", field="system",
                expected=first.system_digest, found=result.system_digest, hint="Evaluate the earlier data again by the newer system.",
            )  # fmt: skip
    by_period = [{each.organisation: each for each in result.organisations} for result in results]
    names = dict.fromkeys(each.organisation for result in results for each in result.organisations)
    return tuple(_course(name, results, by_period) for name in names)


def _course(name: str, results: Sequence[Result], by_period: Sequence[dict[str, Judged]]) -> Course:
    judged = [each.get(name) for each in by_period]
    points = tuple(
        Point(period=result.period, score=_score(each), rank=each.rank if each else None)
        for result, each in zip(results, judged, strict=True)
    )
    known = [each for each in judged if each and _score(each) is not None]
    if len(known) < 2:
        return Course(organisation=name, points=points)
    before, after = known[0], known[-1]
    start, end = _score(before), _score(after)
    assert start is not None
    assert end is not None
    return Course(organisation=name, points=points, change=end - start, moves=_moves(before.lines, after.lines))


def _score(judged: Judged | None) -> Decimal | None:
    return judged.low if judged and judged.verdict == "scored" else None


def _moves(before: tuple[Line, ...], after: tuple[Line, ...]) -> tuple[Move, ...]:
    earlier = {line.indicator: line.given for line in before if line.given is not None}
    moves = [
        Move(indicator=line.indicator, change=line.given - earlier[line.indicator])
        for line in after
        if line.given is not None and line.indicator in earlier and line.given != earlier[line.indicator]
    ]
    return tuple(sorted(moves, key=lambda move: (-abs(move.change), move.indicator)))
