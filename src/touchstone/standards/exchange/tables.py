# SPDX-License-Identifier: Apache-2.0
"""Frameworks and crosswalks as tables: a row a unit, or a row a mapping; what is said about the whole stands in a sheet ``document``.

Reading finds every mistake of a table, not only the first, and says of each in which cell it stands and how to mend it. No document is
made as long as there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from touchstone.errors import DocumentError
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange import headings as words
from touchstone.standards.exchange.cells import MAX_ERRORS, CellError, Sheet
from touchstone.standards.exchange.columns import Columns, columns_of
from touchstone.standards.exchange.delimited import read_csv, write_csv
from touchstone.standards.exchange.table_heads import head_from, head_rows
from touchstone.standards.exchange.table_rows import RowReader, mapping_cells, unit_cells
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.framework import Framework
from touchstone.standards.tree import Tree, dotted, tree_of

D = TypeVar("D", Framework, Crosswalk)
HEAD_SHEET = "document"


class Table(NamedTuple):
    """A table as it was read: the rows, and what the workbook says about the whole document."""

    sheet: Sheet
    head: dict[str, Tree]


class TableReading(NamedTuple, Generic[D]):
    """What became of a table: a document, or all the mistakes (the first 200; ``beyond`` counts the others)."""

    document: D | None
    rows: int
    errors: tuple[CellError, ...]
    beyond: int
    remarks: tuple[str, ...]


def read_table(content: bytes, name: str, *, workbook: Callable[[bytes], dict[str, Sheet]] = read_workbook) -> Table:
    """Read a table from CSV or XLSX; the ending of ``name`` says which.

    :param workbook: what reads a workbook; a server has it done apart (``tables_apart.py``).
    :raises DocumentError: when it cannot be read at all, or does what a table has no business to do.
    """
    if name.casefold().endswith(".xlsx"):
        sheets = workbook(content)
        first, *_ = sheets.values()
        return Table(first, head_from(sheets[HEAD_SHEET]) if HEAD_SHEET in sheets and len(sheets) > 1 else {})
    if content[:4] == b"PK\x03\x04":
        raise DocumentError("the file is a workbook, not CSV", hint="Name it .xlsx.")
    return Table(read_csv(content), {})


def framework_from(table: Table, given: Mapping[str, Tree] | None = None) -> TableReading[Framework]:
    """Return the framework that a table describes; ``given`` fields go before what the workbook says.

    A unit without an id of its own is named by the framework's id, ``#`` and its code.
    """
    return _document_from(table, given or {}, Framework, "competencies", words.FRAMEWORK)


def crosswalk_from(table: Table, given: Mapping[str, Tree] | None = None) -> TableReading[Crosswalk]:
    """Return the crosswalk that a table describes; ``given`` fields go before what the workbook says."""
    return _document_from(table, given or {}, Crosswalk, "mappings", words.CROSSWALK)


def csv_of(document: Framework | Crosswalk) -> bytes:
    """Return the rows of a document as CSV; what is said about the whole does not fit into one table and is left out."""
    return write_csv(_rows_of(document))


def xlsx_of(document: Framework | Crosswalk) -> bytes:
    """Return a document as a workbook: its rows, and a sheet ``document`` about the whole (proofs are left out)."""
    rows = _rows_of(document)
    numbers = frozenset(index for index, name in enumerate(rows[0]) if name in ("credits", "hours", "confidence"))
    title = "units" if isinstance(document, Framework) else "mappings"
    return write_workbook({title: rows, HEAD_SHEET: head_rows(document)}, numbers=numbers)


def head_of(document: Framework | Crosswalk) -> dict[str, Tree]:
    """Return what a document says about the whole, as the texts that :func:`framework_from` takes."""
    plain = msgspec.json.decode(msgspec.json.encode(document))
    return {
        name: tree_of(value)
        for name, value in plain.items()
        if name not in ("kind", "competencies", "mappings", "proof")
    }


# ------------------------------------------------------------------ out
def _rows_of(document: Framework | Crosswalk) -> list[Sequence[str]]:
    if isinstance(document, Framework):
        cells = [unit_cells(unit) for unit in document.competencies]
        order = [
            "id",
            "code",
            "title",
            "statement",
            "level",
            "credits",
            "hours",
            "area",
            "tags",
            "supersedes",
            "equivalent",
        ]
    else:
        cells = [mapping_cells(mapping) for mapping in document.mappings]
        order = list(words.CROSSWALK)
    needed = {"id", "subject_id", "predicate_id", "object_id", "mapping_justification"}
    used = {name for row in cells for name in row} | (needed & set(order))
    columns = sorted(used, key=lambda name: (order.index(name.partition("_")[0] if name not in order else name), name))
    return [columns, *([row.get(column, "") for column in columns] for row in cells)]


# ------------------------------------------------------------------ in
def _document_from(
    table: Table, given: Mapping[str, Tree], kind: type[D], field: str, known: dict[str, str]
) -> TableReading[D]:
    head: dict[str, Tree] = {"kind": kind.__name__, "status": "draft", **table.head, **given}
    columns: Columns = columns_of(table.sheet, known)
    reader: RowReader = RowReader(
        kind, columns.fields, str(head.get("id", "")), width=len(columns.top.cells), from_1904=table.sheet.from_1904
    )
    rows = [row for row in table.sheet.rows if row.number > columns.top.number]
    trees: list[Tree] = []
    errors, beyond = [*columns.errors, *reader.missing_columns(columns.top.number)], 0
    for row in rows:
        tree, mistakes = reader.read(row)
        trees.append(tree)
        room = max(0, MAX_ERRORS - len(errors))
        errors.extend(mistakes[:room])
        beyond += len(mistakes[room:])
    remarks = (*table.sheet.remarks, *columns.remarks)
    if errors:
        return TableReading(None, len(rows), tuple(errors), beyond, remarks)
    try:
        document = decode({**head, field: trees}, kind)
    except FieldError as error:
        raise error.at(field=dotted(error.path)) from None
    return TableReading(document, len(rows), (), 0, remarks)
