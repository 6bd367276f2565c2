# SPDX-License-Identifier: Apache-2.0
"""The columns of a table: which row holds the headings, and what each of them means."""

from __future__ import annotations

import difflib
from typing import NamedTuple

from touchstone.errors import DocumentError
from touchstone.standards.exchange import headings as words
from touchstone.standards.exchange.cells import CellError, Row, Sheet, column_name, found_in
from touchstone.standards.exchange.headings import Heading, heading_of

_ROWS_LOOKED_AT = 5


class Columns(NamedTuple):
    """What stands above the rows: the row of headings, the fields of its columns, what is wrong or odd about them, and the headings
    that are not known.
    """

    top: Row
    fields: dict[int, Heading]
    errors: list[CellError]
    remarks: list[str]
    left_out: list[str]


def columns_of(sheet: Sheet, known: dict[str, str]) -> Columns:
    """Find the row of headings, which may stand below a title, and what its columns mean.

    :raises DocumentError: when no heading is understood.
    """
    top = max(sheet.rows[:_ROWS_LOOKED_AT], key=lambda row: _understood(row, known), default=Row(1, []))
    if not _understood(top, known):
        raise DocumentError(
            "the table has no headings that are understood", line=top.number,
            expected=words.examples(known), hint=" ".join(sheet.remarks),
        )  # fmt: skip
    columns = Columns(top, {}, [], [], [])
    above = (row.number for row in sheet.rows if row.number < top.number)
    columns.remarks.extend(f"Row {number} stands above the headings and was left out." for number in above)
    left_out = len(columns.remarks)
    for index, text in enumerate(top.cells):
        _place_column(columns, index, text, known)
    if len(columns.remarks) > left_out:
        columns.remarks.append(f"Headings that are known (also in Chinese and Portuguese): {words.in_english(known)}.")
    return columns


def overflow(row: Row, width: int) -> list[CellError]:
    """Find a cell to the right of the headings: in CSV the usual sign of a text that lacks its quotation marks."""
    hint = "Put a text that holds the dividing mark between quotation marks."
    message = "the cell stands below no heading"
    return [
        CellError(row=row.number, column=column_name(index), message=message, found=found_in(cell), hint=hint)
        for index, cell in enumerate(row.cells[width:], start=width)
        if cell.strip()
    ]


def _place_column(columns: Columns, index: int, text: str, known: dict[str, str]) -> None:
    """Say what one heading means. One that is nearly ours is a mistake; others may stand there for other reasons."""
    name = f"{column_name(index)} ({text[:60]})"
    heading = heading_of(text, known)
    near = difflib.get_close_matches(text.casefold(), words.headings_known(known), n=1, cutoff=0.8) if text else []
    if heading and heading in columns.fields.values():
        columns.errors.append(CellError(row=columns.top.number, column=name, message="the heading stands twice"))
    elif heading:
        columns.fields[index] = heading
    elif near and text.isascii():
        hint = f"Did you mean {near[0]}?"
        columns.errors.append(
            CellError(row=columns.top.number, column=name, message="the heading is unknown", hint=hint)
        )
    elif text:
        columns.left_out.append(text[:60])
        columns.remarks.append(f"Column {name} is not known and was left out.")


def _understood(row: Row, known: dict[str, str]) -> int:
    return sum(heading_of(cell, known) is not None for cell in row.cells)
