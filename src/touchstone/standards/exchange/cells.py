# SPDX-License-Identifier: Apache-2.0
"""Cells of a table: what a text looks like in one, and the mistakes that are found in them.

A spreadsheet may run a cell that begins with ``=``, ``+``, ``-`` or ``@``. So a text that begins like that is written with an
apostrophe before it, which is how spreadsheets themselves say *this is a text*; reading takes it away again. The same apostrophe
keeps white space at the ends, which reading would otherwise drop. A cell that begins like a formula without it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from touchstone.errors import DocumentError, shortened
from touchstone.value import Value

MAX_ROWS = 10_000
MAX_COLUMNS = 100
MAX_CELLS = 300_000
MAX_CELL = 32_767
MAX_ERRORS = 200

_FORMULA = "=+-@＝＋－＠"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?%?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SEPARATORS = ";；,，、|\n"
_ITEM = re.compile(rf"(?:\\.|[^\\{_SEPARATORS}])+", re.DOTALL)
_SPECIAL = re.compile(rf"[\\{_SEPARATORS}]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class CellError(Value, frozen=True, kw_only=True):
    """A mistake in one cell: where it stands, what was expected, what was found, and how to mend it."""

    row: int
    column: str
    message: str
    expected: str = ""
    found: str = ""
    hint: str = ""

    def __str__(self) -> str:
        told = f"row {self.row}, {self.column}: {self.message}"
        told += f": expected {self.expected}" if self.expected else ""
        told += f"{',' if self.expected else ':'} found {self.found}" if self.found else ""
        return f"{told}. {self.hint}".rstrip()


class Row(NamedTuple):
    """A row with its number in the sheet (from 1) and its cells, as texts."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """The rows of a table that hold something; ``remarks`` are what a reader should know about how it was read."""

    rows: list[Row]
    remarks: tuple[str, ...] = ()
    from_1904: bool = False


def column_name(index: int) -> str:
    """Return the letters of a column: A for 0, AA for 26."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def place(row: int, column: int) -> str:
    """Return the name of a cell, as spreadsheets call it."""
    return f"{column_name(column)}{row}"


def protected(text: str) -> str:
    """Return a text as it stands in a cell; :func:`unprotected` gives it back.

    :raises DocumentError: when no spreadsheet could hold it.
    """
    if len(text) >= MAX_CELL:
        raise DocumentError("the text is too long for a table", expected=f"less than {MAX_CELL}", found=len(text))
    return f"'{text}" if _needs_protection(text) else text


def unprotected(cell: str) -> str:
    """Return the text that a cell holds."""
    if cell[:1] == "'" and _needs_protection(cell[1:]):
        return cell[1:]
    return cell.strip()


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would run this cell."""
    text = cell.strip()
    return text[:1] in _FORMULA and bool(text) and not _NUMBER.fullmatch(text)


def checked(cell: str, row: int, column: int) -> str:
    """Return the cell, refusing what no table needs: texts of a book's length and control characters."""
    if len(cell) > MAX_CELL:
        raise DocumentError(
            "a cell is too long", field=place(row, column), expected=f"at most {MAX_CELL} characters", found=len(cell)
        )
    if found := _CONTROL.search(cell):
        raise DocumentError("a cell holds a control character", field=place(row, column), found=found.group())
    return cell


def joined(items: Iterable[str]) -> str:
    """Return several texts as one cell, parted by semicolons."""
    return "; ".join(_escaped(item) for item in items)


def parted(text: str) -> list[str]:
    """Return the texts of a cell that are parted by any usual mark, Chinese ones included."""
    items = (_unescaped(item.group()) for item in _ITEM.finditer(text))
    return [item for item in items if item]


def too_many_rows() -> DocumentError:
    """Return the refusal of a table beyond the limit."""
    return DocumentError("the table has too many rows", expected=f"at most {MAX_ROWS}", hint="Split it.")


def too_many_cells() -> DocumentError:
    """Return the refusal of a table within both limits that is full to the brim."""
    return DocumentError("the table holds too many cells", expected=f"at most {MAX_CELLS}", hint="Split it.")


def too_many_columns(row: int) -> DocumentError:
    """Return the refusal of a row beyond the limit."""
    return DocumentError("the row has too many columns", line=row, expected=f"at most {MAX_COLUMNS}")


def found_in(cell: str) -> str:
    """Quote what was found, cut to a readable length."""
    return shortened(cell)


def _needs_protection(text: str) -> bool:
    apostrophes = len(text) - len(text.lstrip("'"))
    rest = text[apostrophes:]
    return rest != rest.strip() or (rest[:1] in _FORMULA and bool(rest))


def _escaped(item: str) -> str:
    item = _SPECIAL.sub(lambda mark: f"\\{mark.group()}", item)
    if item[:1].isspace():
        item = f"\\{item}"
    return f"{item[:-1]}\\{item[-1]}" if item[-1:].isspace() and not _ends_in_escape(item[:-1]) else item


def _unescaped(item: str) -> str:
    """Drop white space at the ends, unless a backslash holds it there."""
    item = item.lstrip()
    bare = item.rstrip()
    if bare != item and _ends_in_escape(bare):
        bare = item[: len(bare) + 1]
    return _ESCAPED.sub(r"\1", bare)


def _ends_in_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
