# SPDX-License-Identifier: Apache-2.0
"""Bars: a few amounts to compare, each from nothing, with the range in which it may lie where that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from touchstone_server.design.charts import Cell, Chart, Table, Tone
from touchstone_server.design.measure import text_width, wrap
from touchstone_server.design.svg import number, picture, words

_SIZE, _THICK, _GAP, _LINE = 13.5, 18.0, 12.0, 18.0
_WIDE, _NARROW = 700.0, 326.0
_LABELS = 230.0
"""How wide the names stand beside the bars at a desk; on a phone they stand above."""


class Bar(NamedTuple):
    """An amount with its name. ``low`` and ``high`` are the ends of its range; a value of None is not known, and no bar is drawn."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    tone: Tone = "plain"


class _Scale(NamedTuple):
    """From amounts to places; nothing is always on it, so that lengths compare as amounts do."""

    least: float
    most: float
    start: float
    end: float

    def at(self, amount: float) -> float:
        return self.start + (amount - self.least) / ((self.most - self.least) or 1) * (self.end - self.start)


def bars(
    found: Sequence[Bar],
    written: Callable[[float], str],
    *,
    title: str,
    description: str,
    head: tuple[str, str, str],
    unknown: str = "–",
) -> Chart:
    """Draw amounts as bars.

    :param written: puts an amount into the reader's words, with its unit.
    :param head: what the columns of the table are called: the name, the amount, and its range (left out where no bar has one).
    :param unknown: what is written where an amount is not known.
    """
    said = [written(bar.value) if bar.value is not None else unknown for bar in found]
    wide = _drawn(found, said, _WIDE, title, description, beside=True)
    narrow = _drawn(found, said, _NARROW, title, description, beside=False)
    return Chart(title, wide, narrow, _table(found, said, written, head))


def _table(
    found: Sequence[Bar], said: Sequence[str], written: Callable[[float], str], head: tuple[str, str, str]
) -> Table:
    rows = [(Cell(bar.name), Cell(text), Cell(_range(bar, written))) for bar, text in zip(found, said, strict=True)]
    if any(cells[2].text for cells in rows):
        return Table(head, tuple(rows))
    return Table(head[:2], tuple(row[:2] for row in rows))


def _range(bar: Bar, written: Callable[[float], str]) -> str:
    return f"{written(bar.low)} – {written(bar.high)}" if bar.low is not None and bar.high is not None else ""


def _drawn(
    found: Sequence[Bar], said: Sequence[str], width: float, title: str, description: str, *, beside: bool
) -> SafeString:
    amounts = [amount for bar in found for amount in (bar.value, bar.low, bar.high) if amount is not None]
    room = max((text_width(text, _SIZE) for text in said), default=0) + 12
    least, most = min([0.0, *amounts]), max([0.0, *amounts])
    left = (_LABELS if beside else 1) + (room if least < 0 else 0)
    scale = _Scale(least, most, left, width - room - 4)
    body, y = [], 2.0
    for bar, text in zip(found, said, strict=True):
        lines = wrap(bar.name, (_LABELS - 14) if beside else width - 4, _SIZE)
        name_height = len(lines) * _LINE
        height = max(name_height, _THICK) if beside else name_height + _THICK + 4
        name_y = y + (height - name_height) / 2 if beside else y
        bar_y = y + (height - _THICK) / 2 if beside else y + name_height + 4
        body.append(words(lines, 1, name_y + _SIZE, _LINE, "label", _SIZE))
        body.extend(_bar(bar, text, scale, bar_y))
        y += height + _GAP
    return picture(title, description, "bars", width, max(y - _GAP, 1) + 4, "".join(body))


def _bar(bar: Bar, text: str, scale: _Scale, y: float) -> Iterator[str]:
    zero, middle = scale.at(0), y + _THICK / 2
    yield f'<path class="tick" d="M{number(zero)} {number(y - 4)}v{number(_THICK + 8)}"/>'
    if bar.value is None:
        yield words([text], zero + 8, middle + 5, 0, "note", _SIZE)
        return
    start, end = sorted((zero, scale.at(bar.value)))
    yield (
        f'<g class="bar-of {bar.tone}"><rect x="{number(start)}" y="{number(y)}" width="{number(max(end - start, 0.5))}" '
        f'height="{number(_THICK)}" rx="2"/></g>'
    )
    outer = [bar.value]
    if bar.low is not None and bar.high is not None:
        low, high = scale.at(bar.low), scale.at(bar.high)
        outer += [bar.low, bar.high]
        yield (
            f'<path class="range" d="M{number(low)} {number(middle - 5)}v10M{number(low)} {number(middle)}H{number(high)}'
            f'M{number(high)} {number(middle - 5)}v10"/>'
        )
    if bar.value < 0:
        yield words([text], scale.at(min(outer)) - 8, middle + 5, 0, "value", _SIZE, "end")
    else:
        yield words([text], scale.at(max(outer)) + 8, middle + 5, 0, "value", _SIZE)
