# SPDX-License-Identifier: Apache-2.0
"""Sheets that people fill in, read as values: YAML or JSON as any document, XLSX or CSV as a table whose cells are known by their place.

Of a workbook the first sheet is the table, and a sheet ``document`` of names and values says what is true of the whole. The table is
read within the bounds of all tables (:mod:`touchstone.standards.exchange`): what computes, links or runs is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

from touchstone.errors import DocumentError
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.cells import Row, is_formula, place, unprotected
from touchstone.standards.exchange.columns import Columns, columns_of, overflow
from touchstone.standards.exchange.tables import Table, read_table
from touchstone.standards.folder import read_value
from touchstone.standards.tree import Path, Tree
from touchstone.value import Value

V = TypeVar("V", bound=Value)
TABLES = (".xlsx", ".csv")


class Line(NamedTuple):
    """A row of a table: its number in the sheet (from 1) and the texts of its cells by field; empty cells are left out."""

    number: int
    cells: dict[str, str]


class Lines(NamedTuple):
    """A table as it stands: what is said about the whole, the rows, and in which column (from 0) each field is."""

    head: dict[str, Tree]
    lines: tuple[Line, ...]
    columns: dict[str, int]

    def cell(self, line: Line, field: str) -> str:
        """Return the name of a cell with its field, such as ``D7 (value)``."""
        return f"{place(line.number, self.columns[field])} ({field})" if field in self.columns else field


class Arranged(NamedTuple):
    """The rows of a table as the fields of a value; ``places`` says from which line and cell each path of it came."""

    tree: dict[str, Tree]
    places: dict[Path, tuple[int, str]]

    def of(self, path: Path) -> tuple[int | None, str]:
        """Return line and cell of a path, or of the nearest part that contains it."""
        whole: tuple[int | None, str] = (None, "")
        return next((self.places[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.places), whole)


Arrange = Callable[[Lines], Arranged]


def is_table(name: str) -> bool:
    """Tell by its name whether a file is read as a table."""
    return name.casefold().endswith(TABLES)


def read_sheet(
    content: bytes,
    name: str,
    kind: type[V],
    headings: Mapping[str, str],
    arrange: Arrange,
    *,
    needed: Collection[str] = (),
) -> V:
    """Read a sheet that somebody filled in; the ending of ``name`` says how it is written.

    :param kind: the type that the sheet is read as; its tag need not stand in a table.
    :param headings: what may stand above a column, by field: words parted by `` · ``, in every language.
    :param arrange: puts the rows of a table into the fields of ``kind``, such as what :func:`a_row_each` returns.
    :param needed: the fields without which a row says nothing.
    :raises DocumentError: for the first mistake, with line and field, or row and cell; the caller adds the file.
    """
    if not is_table(name):
        value, _ = read_value(content, name, kind)
        return value
    lines = lines_of(read_table(content, name), headings, needed=needed)
    arranged = arrange(lines)
    tag = kind.__struct_config__.tag
    head: dict[str, Tree] = {"kind": str(tag)} if tag else {}
    try:
        return decode({**head, **lines.head, **arranged.tree}, kind)
    except FieldError as error:
        line, cell = arranged.of(error.path)
        told = cell or f"sheet document, {'.'.join(str(part) for part in error.path)}".rstrip(", ")
        raise error.at(line=line, field=told) from None


def a_row_each(field: str) -> Arrange:
    """Return what makes each row an entry of a list ``field``, its cells the fields of the entry."""

    def arrange(lines: Lines) -> Arranged:
        arranged = Arranged({field: [dict(line.cells) for line in lines.lines]}, {})
        for index, line in enumerate(lines.lines):
            arranged.places[field, index] = (line.number, f"row {line.number}")
            arranged.places.update(
                {(field, index, name): (line.number, lines.cell(line, name)) for name in lines.columns}
            )
        return arranged

    return arrange


def lines_of(table: Table, headings: Mapping[str, str], *, needed: Collection[str] = ()) -> Lines:
    """Return the rows below the headings of a table.

    :raises DocumentError: naming row and cell, for a heading that is missing, unknown or there twice, an empty cell that is needed, a
        formula, or a cell below no heading.
    """
    columns = columns_of(table.sheet, dict(headings))
    for error in columns.errors:
        raise DocumentError(error.message, line=error.row, field=error.column, hint=error.hint)
    index = {heading.field: number for number, heading in columns.fields.items()}
    for field in needed:
        if field not in index:
            raise DocumentError(
                "the column is missing", line=columns.top.number, field=field, hint=f"Add a column such as {headings[field]}."
            )  # fmt: skip
    below = (row for row in table.sheet.rows if row.number > columns.top.number)
    lines = Lines(table.head, tuple(_line(row, columns) for row in below), index)
    for line in lines.lines:
        for field in needed:
            if field not in line.cells:
                raise DocumentError(
                    "the cell is empty", line=line.number, field=lines.cell(line, field), hint=f"Add the {field}."
                )
    return lines


def _line(row: Row, columns: Columns) -> Line:
    for error in overflow(row, len(columns.top.cells)):
        cell = f"{error.column}{error.row}"
        raise DocumentError(error.message, line=error.row, field=cell, found=error.found, hint=error.hint)
    cells: dict[str, str] = {}
    for index, heading in columns.fields.items():
        cell = row.cells[index] if index < len(row.cells) else ""
        if is_formula(cell):
            told = f"{place(row.number, index)} ({heading.field})"
            raise DocumentError(
                "the cell begins like a formula", line=row.number, field=told, found=cell, hint="Paste the value."
            )
        if text := unprotected(cell):
            cells[heading.field] = text
    return Line(row.number, cells)
