# SPDX-License-Identifier: Apache-2.0
"""A heat map: amounts by row and column, in five steps of one colour, with the amount written in each field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from touchstone_server.design.charts import Cell, Chart, Table
from touchstone_server.design.measure import text_width, widest_piece, wrap
from touchstone_server.design.svg import number, picture, words

STEPS = 5
_SIZE, _LINE, _GAP = 12.5, 16.0, 2.0
_BOLD = 13.6
"""What the names of columns are measured by: they stand in a bold of the same size, which is wider."""


class Row(NamedTuple):
    """A row and its amounts, one a column; None where it is not known."""

    name: str
    values: tuple[float | None, ...]


class _Measure(NamedTuple):
    width: float
    names: float
    field: float


_WIDE, _NARROW = _Measure(700, 190, 34), _Measure(326, 104, 30)


def heat(
    columns: Sequence[str],
    rows: Sequence[Row],
    written: Callable[[float], str],
    *,
    title: str,
    description: str,
    head: str,
    unknown: str = "–",
) -> Chart:
    """Draw amounts by row and column, the least in the palest step and the most in the darkest.

    :param written: puts an amount into the reader's words; short, for it stands in a field.
    :param head: what the first column of the table is called, in which the rows stand.
    :raises ValueError: a row that has not one amount, or None, for every column.
    """
    if any(len(row.values) != len(columns) for row in rows):
        raise ValueError("each row has an amount, or None, for every column")
    said = [[unknown if value is None else written(value) for value in row.values] for row in rows]
    table = Table(
        (head, *columns),
        tuple((Cell(row.name), *map(Cell, texts)) for row, texts in zip(rows, said, strict=True)),
    )
    wide, narrow = (_drawn(columns, rows, said, measure, title, description) for measure in (_WIDE, _NARROW))
    return Chart(title, wide, narrow, table)


def step_of(value: float, least: float, most: float) -> int:
    """Return which of the five steps an amount is drawn in, 0 the palest; where all are alike, the middle one."""
    if most <= least:
        return STEPS // 2
    return min(int((value - least) / (most - least) * STEPS), STEPS - 1)


def _drawn(
    columns: Sequence[str],
    rows: Sequence[Row],
    said: Sequence[Sequence[str]],
    measure: _Measure,
    title: str,
    description: str,
) -> SafeString:
    known = [value for row in rows for value in row.values if value is not None]
    least, most = min(known, default=0.0), max(known, default=0.0)
    room = (measure.width - measure.names) / max(len(columns), 1)
    head, top = _head(columns, room, measure)
    body, y = [head], top
    for row, texts in zip(rows, said, strict=True):
        lines = wrap(row.name, measure.names - 10, _SIZE)
        height = max(len(lines) * _LINE + 6, measure.field)
        body.append(words(lines, 1, y + (height - len(lines) * _LINE) / 2 + _SIZE, _LINE, "label", _SIZE))
        for place, (value, text) in enumerate(zip(row.values, texts, strict=True)):
            step = "none" if value is None else f"step{step_of(value, least, most)}"
            body.append(_field(measure.names + place * room, y, room, height, step, text))
        y += height
    return picture(title, description, "heat", measure.width, y + 2, "".join(body))


def _field(x: float, y: float, width: float, height: float, step: str, text: str) -> str:
    size = min(_SIZE, _SIZE * (width - 4) / max(text_width(text, _SIZE), 1))
    label = words([text], x + width / 2, y + height / 2 + size * 0.36, 0, "value", size, "middle")
    return (
        f'<g class="field {step}"><rect x="{number(x)}" y="{number(y)}" width="{number(width - _GAP)}" '
        f'height="{number(height - _GAP)}" rx="3"/>{label}</g>'
    )


def _head(columns: Sequence[str], room: float, measure: _Measure) -> tuple[str, float]:
    """Return the names of the columns, lying if each fits above its fields with its words whole, else standing."""
    if all(_fits(column, room) for column in columns):
        broken = [wrap(column, room - 4, _BOLD) for column in columns]
        most = max(map(len, broken), default=0)
        parts = [
            words(lines, measure.names + (place + 0.5) * room, _SIZE + (most - len(lines)) * _LINE, _LINE, "head", _SIZE, "middle")
            for place, lines in enumerate(broken)
        ]  # fmt: skip
        return "".join(parts), most * _LINE + 6
    reach = min(max(text_width(column, _BOLD) for column in columns), 150.0)
    return "".join(_standing(columns, room, measure, reach)), reach + 8


def _fits(column: str, room: float) -> bool:
    return widest_piece(column, _BOLD) <= room - 4 and len(wrap(column, room - 4, _BOLD)) <= 3


def _standing(columns: Sequence[str], room: float, measure: _Measure, reach: float) -> Iterator[str]:
    for place, column in enumerate(columns):
        lines = wrap(column, reach, _BOLD)[:2]
        for index, line in enumerate(lines):
            x = measure.names + (place + 0.5) * room + 4 + (index - (len(lines) - 1) / 2) * _LINE
            where = f"{number(x)} {number(reach + 2)}"
            yield f'<text class="head" font-size="{number(_SIZE)}" transform="translate({where}) rotate(-90)">{escape(line)}</text>'
