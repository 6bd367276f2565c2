# SPDX-License-Identifier: Apache-2.0
"""A result in lines to read: an organisation a line, the best first, and what must be known to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

from touchstone.evaluation.result import Judged, Result
from touchstone.evaluation.stability import Stability
from touchstone.evaluation.trend import Course
from touchstone.evaluation.words import say, worded
from touchstone.standards.findings import Finding
from touchstone.standards.indicator_system import IndicatorSystem
from touchstone.text import text_in

_WIDEST = 16
"""Cells of a terminal that a verdict takes at most; a Han sign takes two."""
_MOST_MOVES = 3
_COUNTS = ("known", "not_applicable")


def lines_of(result: Result, system: IndicatorSystem, language: str) -> Iterator[str]:
    """Yield the lines of a result."""
    bands = {band.code: text_in(band.title, language) for band in system.bands}
    ordered = sorted(result.organisations, key=_place)
    width = max(len(each.organisation) for each in ordered)
    for each in ordered:
        verdict = say(f"verdict.{each.verdict}", language)
        remarks = "; ".join(_remarks(each, bands, language))
        padded = verdict + " " * (_WIDEST - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in verdict))
        yield f"{_rank(each):>5}  {each.organisation:{width}}  {_score(each):>16}  {padded}  {remarks}".rstrip()
    said = result.conventions
    yield say(
        "by", language, full=said.full_mark, aggregation=worded(said.aggregation, language),
        weighting=worded(said.weighting, language), period=result.period, day=result.on,
    )  # fmt: skip
    for group in result.comparisons:
        if not group.acceptable:
            yield say(
                "inconsistent", language, group=group.parent or text_in(system.title, language), ratio=group.ratio
            )
    if said.aggregation in ("topsis", "grey_relational"):
        yield say("compares", language)
    if result.unknown:
        yield say("moves", language, count=result.unknown)


def firmness_of(found: Stability, language: str) -> Iterator[str]:
    """Yield how firm each rank is."""
    for each in found.organisations:
        yield say(
            "firm", language, organisation=each.organisation, rank=each.rank, kept=f"{each.kept * 100:.1f}", trials=found.trials,
            best=each.best, worst=each.worst,
        )  # fmt: skip


def finding_told(found: Finding, place: str, language: str) -> str:
    """Return a finding of the linter on one line: in a few words of the language, then as it was found, in English."""
    message = found.message
    if language != "en":
        message = say("remarked", language, text=say(f"lint.{found.code}", language), remark=message)
    return say(
        "found", language, place=place, severity=say(f"severity.{found.severity}", language), field=found.field,
        message=message, hint=found.hint,
    ).rstrip()  # fmt: skip


def course_told(course: Course, language: str) -> str:
    """Return what became of an organisation on one line."""
    points = ", ".join(f"{point.period} {'–' if point.score is None else point.score}" for point in course.points)
    moves = ", ".join(f"{move.indicator} {move.change:+}" for move in course.moves[:_MOST_MOVES])
    change = "" if course.change is None else say("course.change", language, change=course.change)
    moved = say("course.moved", language, moves=moves) if moves else ""
    return say("course", language, organisation=course.organisation, points=points, change=change, moved=moved)


def _place(judged: Judged) -> tuple[bool, int, int, str]:
    """Order by the best rank, who is struck last."""
    return judged.worst_rank is None, judged.best_rank or 0, judged.worst_rank or 0, judged.organisation


def _rank(judged: Judged) -> str:
    if judged.rank:
        return str(judged.rank)
    return f"{judged.best_rank}–{judged.worst_rank}" if judged.worst_rank else "·"


def _score(judged: Judged) -> str:
    if judged.low is None:
        return "–"
    return str(judged.low) if judged.low == judged.high else f"{judged.low} – {judged.high}"


def _remarks(judged: Judged, bands: dict[str, str], language: str) -> Iterator[str]:
    if judged.band:
        yield bands[judged.band]
    against = [
        condition.indicator
        for condition in judged.conditions
        if (condition.role, condition.holds) in (("veto", "true"), ("gate", "false"))
        or (condition.holds == "unknown" and judged.verdict == "open")
    ]
    if against:
        yield say("against", language, what=", ".join(against))
    if judged.left_out:
        yield say("left_out", language, share=f"{judged.left_out * 100:.2f}").rstrip(".。")
    missing = [line.indicator for line in judged.lines if line.state not in _COUNTS]
    if missing:
        yield say("missing", language, what=", ".join(missing))
