# SPDX-License-Identifier: Apache-2.0
"""One row of a table as the fields of a unit or of a mapping, and back."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

import msgspec

from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.crosswalk import Mapping as Correspondence
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.cells import (
    CellError,
    Row,
    column_name,
    found_in,
    is_formula,
    joined,
    parted,
    unprotected,
)
from touchstone.standards.exchange.columns import overflow
from touchstone.standards.exchange.headings import Heading
from touchstone.standards.exchange.uris import percent_encoded
from touchstone.standards.exchange.xlsx_numbers import iso_day
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.tree import Tree

_TRUE = {"true", "yes", "1", "是", "sim", "y"}
_FALSE = {"false", "no", "0", "否", "não", "n"}
_NEEDED = {Framework: ("title",), Crosswalk: ("subject_id", "predicate_id", "object_id", "mapping_justification")}
_MENDING = {
    "is_formula": "Paste the values instead, or put an apostrophe before a text that begins like this.",
    "id": "Give each unit an id or a code of its own.",
}


def unit_cells(unit: Competency) -> dict[str, str]:
    """Return a unit as cells by the name of their column."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(unit))
    cells: dict[str, str] = {}
    for name, value in plain.items():
        if name in ("title", "statement"):
            cells.update({f"{name}_{tag}": text for tag, text in value.items()})
        elif name == "tags":
            cells[name] = joined(value)
        elif name == "supersedes":
            cells.update(supersedes=value["id"], equivalent="true" if value["equivalent"] else "false")
        else:
            cells[name] = value
    return cells


def mapping_cells(mapping: Correspondence) -> dict[str, str]:
    """Return a mapping as cells by the name of their column."""
    cells: dict[str, str] = msgspec.json.decode(msgspec.json.encode(mapping))
    return cells


class RowReader:
    """Reads the rows of one table; remembers which ids stood in which row."""

    def __init__(
        self,
        kind: type[Framework] | type[Crosswalk],
        columns: Mapping[int, Heading],
        identifier: str,
        *,
        width: int,
        from_1904: bool,
    ) -> None:
        self._kind, self._columns, self._identifier = kind, columns, identifier
        self._width, self._from_1904 = width, from_1904
        self._needed = [name for name in _NEEDED[kind] if any(each.field == name for each in columns.values())]
        struct = Competency if kind is Framework else Correspondence
        self._types: dict[str, Any] = typing.get_type_hints(struct, include_extras=True)
        self._seen: dict[str, int] = {}

    def missing_columns(self, row: int) -> list[CellError]:
        """Return a mistake for every column that a table of this kind cannot do without."""
        missing = [name for name in _NEEDED[self._kind] if name not in self._needed]
        hint = "Add a column with this heading."
        return [CellError(row=row, column=name, message="the column is missing", hint=hint) for name in missing]

    def read(self, row: Row) -> tuple[dict[str, Tree], list[CellError]]:
        """Return the fields of a row as texts, and every mistake in it."""
        tree: dict[str, Tree] = {}
        errors: list[CellError] = []
        for index, heading in self._columns.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if is_formula(cell):
                errors.append(
                    self._error(row, heading, "the cell begins like a formula", found=cell, hint=_MENDING["is_formula"])
                )
            elif text := unprotected(cell):
                errors.extend(self._take(row, heading, text, tree))
        errors.extend(overflow(row, self._width))
        if self._kind is Framework:
            errors.extend(self._complete(row, tree))
        complained = {error.column for error in errors}
        missing = [name for name in self._needed if name not in tree and self._column(name) not in complained]
        errors.extend(self._error(row, Heading(name), "the cell is empty", hint=f"Add the {name}.") for name in missing)
        return tree, errors

    def _take(self, row: Row, heading: Heading, text: str, tree: dict[str, Tree]) -> list[CellError]:
        """Put one cell where it belongs, or say why not."""
        name, value = heading.field, self._tree_of(heading.field, text)
        if name in ("title", "statement"):
            value = {heading.language: text}
        try:
            decode(value, self._types[name] if name in self._types and name != "supersedes" else _OTHER[name], (name,))
        except FieldError as error:
            return [self._error(row, heading, error.message, error.expected, text, error.hint)]
        if name in ("title", "statement"):
            texts = tree.setdefault(name, {})
            if isinstance(texts, dict):
                texts[heading.language] = text
        else:
            tree[name] = value
        return []

    def _tree_of(self, name: str, text: str) -> Tree:
        match name:
            case "tags":
                return [*parted(text)]
            case "equivalent":
                plain = text.casefold()
                return "true" if plain in _TRUE else "false" if plain in _FALSE else text
            case "mapping_date":
                return iso_day(text, from_1904=self._from_1904)
            case "confidence" if text.endswith("%"):
                return _share(text)
            case _:
                return text

    def _complete(self, row: Row, tree: dict[str, Tree]) -> list[CellError]:
        """Name the unit, and put the two cells of a supersession together."""
        errors: list[CellError] = []
        supersedes, equivalent = tree.pop("supersedes", None), tree.pop("equivalent", None)
        if supersedes is not None:
            tree["supersedes"] = {"id": supersedes, "equivalent": equivalent or "false"}
        elif equivalent is not None:
            errors.append(
                self._error(row, Heading("equivalent"), "nothing is superseded here", hint="Add the unit that is.")
            )
        if "id" not in tree and isinstance(code := tree.get("code"), str):
            tree["id"] = f"{self._identifier}#{percent_encoded(code)}"
        identifier = tree.get("id")
        if not isinstance(identifier, str):
            errors.append(self._error(row, Heading("id"), "the unit has no name", hint=_MENDING["id"]))
        elif (first := self._seen.setdefault(identifier, row.number)) != row.number:
            hint = f"Row {first} has it already. {_MENDING['id']}"
            errors.append(self._error(row, Heading("id"), "the id stands twice", found=identifier, hint=hint))
        return errors

    def _column(self, field: str, language: str = "") -> str:
        """Return what a reader calls a column: its letters and its field."""
        for index, heading in self._columns.items():
            if heading.field == field and language in ("", heading.language):
                return (
                    f"{column_name(index)} ({field}_{heading.language})"
                    if heading.language
                    else f"{column_name(index)} ({field})"
                )
        return field

    def _error(
        self, row: Row, heading: Heading, message: str, expected: str = "", found: str = "", hint: str = ""
    ) -> CellError:
        column = self._column(heading.field, heading.language)
        return CellError(
            row=row.number,
            column=column,
            message=message,
            expected=expected,
            found=found_in(found) if found else "",
            hint=hint,
        )


_OTHER: dict[str, Any] = {
    "equivalent": bool,
    "supersedes": typing.get_type_hints(Competency, include_extras=True)["id"],
}


def _share(text: str) -> str:
    """Return a percentage as a share; what is none stays what it is."""
    from decimal import Decimal, InvalidOperation

    try:
        return f"{Decimal(text.removesuffix('%').strip()) / 100:f}"
    except InvalidOperation:
        return text
