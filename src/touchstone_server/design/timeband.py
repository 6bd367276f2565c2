# SPDX-License-Identifier: Apache-2.0
"""A band of time: stretches with a verdict each, true to scale, and a mark on the day that is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from touchstone_server.design.charts import Tone
from touchstone_server.design.measure import text_width
from touchstone_server.design.svg import number, picture, words

_WIDE, _NARROW = 700.0, 326.0
_TOP, _HEIGHT = 26.0, 40.0
_LABEL, _NOTE = 14.0, 12.0
_LEAST_MARGIN = 120
"""Days that are drawn before the first change and after the last, at least."""


class Segment(NamedTuple):
    """A stretch; an end that is None is open. ``word`` is said in it where there is room."""

    from_: dt.date | None
    until: dt.date | None
    word: str
    tone: Tone


class Strip(NamedTuple):
    """A band of time as a picture for a desk and one for a phone; its twin is the list that stands below it."""

    wide: SafeString
    narrow: SafeString


def timeband(
    segments: Sequence[Segment], day: dt.date, written: Callable[[dt.date], str], *, title: str, description: str
) -> Strip:
    """Draw stretches that follow one another, and mark ``day``; ``written`` puts a day into the reader's words."""
    wide, narrow = (
        picture(
            title, description, "timeband", width, _TOP + _HEIGHT + 24, "".join(_drawn(segments, day, written, width))
        )
        for width in (_WIDE, _NARROW)
    )
    return Strip(wide, narrow)


class _Days(NamedTuple):
    """From days to places."""

    first: int
    last: int
    width: float

    def at(self, day: int) -> float:
        return 1 + (day - self.first) / (self.last - self.first) * (self.width - 2)


def _drawn(segments: Sequence[Segment], day: dt.date, written: Callable[[dt.date], str], width: float) -> Iterator[str]:
    starts = [segment.from_.toordinal() for segment in segments if segment.from_]
    known = [*starts, day.toordinal()]
    margin = max(_LEAST_MARGIN, (max(known) - min(known)) // 5)
    days = _Days(min(known) - margin, max(known) + margin, width)
    for segment in segments:
        yield _segment(segment, days)
    yield from _dates([segment.from_ for segment in segments if segment.from_], written, days)
    yield _mark(day, written(day), days)


def _segment(segment: Segment, days: _Days) -> str:
    start = days.at(segment.from_.toordinal()) + 1 if segment.from_ else 1.0
    end = days.at(segment.until.toordinal() + 1) - 1 if segment.until else days.width - 1
    end = max(end, start + 2)
    word = ""
    if text_width(segment.word, _LABEL) + 12 <= end - start:
        word = words([segment.word], (start + end) / 2, _TOP + _HEIGHT / 2 + 5, 0, "label", _LABEL, "middle")
    return (
        f'<g class="box {segment.tone}"><rect x="{number(start)}" y="{number(_TOP)}" width="{number(end - start)}" '
        f'height="{number(_HEIGHT)}" rx="4"/>{word}</g>'
    )


def _dates(starts: Sequence[dt.date], written: Callable[[dt.date], str], days: _Days) -> Iterator[str]:
    """Yield the days on which something changes, as long as they do not run into one another: the list below has all of them."""
    free_from = 0.0
    for start in starts:
        label = written(start)
        half, place = text_width(label, _NOTE) / 2, days.at(start.toordinal())
        middle = min(max(place, half), days.width - half)
        yield f'<path class="tick" d="M{number(place)} {number(_TOP + _HEIGHT)}v6"/>'
        if middle - half >= free_from:
            yield words([label], middle, _TOP + _HEIGHT + 19, 0, "note", _NOTE, "middle")
            free_from = middle + half + 6


def _mark(day: dt.date, text: str, days: _Days) -> str:
    place = days.at(day.toordinal())
    half = text_width(text, _NOTE) / 2
    middle = min(max(place, half + 1), days.width - half - 1)
    label = words([text], middle, 13, 0, "head", _NOTE, "middle")
    edges = f"M{number(place)} {number(_TOP - 8)}v8m0 {number(_HEIGHT)}v4"
    head = f'<path class="head" d="M{number(place - 6)} {number(_TOP - 8)}h12l-6 8Z"/>'
    return f'<g class="today"><path class="needle" d="{edges}"/>{head}{label}</g>'
