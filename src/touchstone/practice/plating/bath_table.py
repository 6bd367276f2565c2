# SPDX-License-Identifier: Apache-2.0
"""Sheets of baths and their briefs, read: YAML or JSON with the fields of :mod:`~touchstone.practice.plating.bath_sheet`, or a table.

A table has a row a figure: the part of the sheet (``deposit``, ``rinse`` …; ``document`` for the whole), the name of the entry, the field,
the value with its unit. A workbook may say what is true of the whole in a sheet ``document`` instead.
"""

from __future__ import annotations

from touchstone.errors import DocumentError
from touchstone.practice.brief import read_brief_as
from touchstone.practice.plating.bath_sheet import LISTS, BathSheet, PlatingBrief
from touchstone.practice.sheet import Arranged, Line, Lines, read_sheet
from touchstone.standards.exchange.cells import parted
from touchstone.standards.tree import Path, Tree

PARTS = ("document", "water", *LISTS)
HEADINGS = {
    "part": "part · section · 部分 · 项目 · 項目 · parte",
    "id": "id · name · 名称 · 编号 · 名稱 · 編號 · nome",
    "field": "field · quantity · 字段 · 量 · 欄位 · campo · grandeza",
    "value": "value · 值 · 数值 · 數值 · valor",
}


def read_bath_sheet(content: bytes, name: str) -> BathSheet:
    """Read a sheet from YAML, JSON, XLSX or CSV; the ending of ``name`` says which.

    :raises DocumentError: with line and field, or row and cell, expected and found.
    """
    return read_sheet(content, name, BathSheet, HEADINGS, _entries, needed=("part", "field", "value"))


def read_plating_brief(content: bytes, name: str) -> PlatingBrief:
    """Read a brief; as a workbook it has a row a criterion, and ``level``, ``k``, ``tables`` in a sheet ``document``."""
    return read_brief_as(content, name, PlatingBrief, listed=("tables",))


def _tables_in(lines: Lines) -> dict[str, Tree]:
    named = lines.head.get("tables")
    return {"tables": [*parted(named)]} if isinstance(named, str) else {}


def _entries(lines: Lines) -> Arranged:
    """Gather the rows of a table: those of one part and id make an entry, in the order in which they begin."""
    entries: dict[tuple[str, str], dict[str, Tree]] = {}
    paths: dict[tuple[str, str], Path] = {}
    places: dict[Path, tuple[int, str]] = {}
    for line in lines.lines:
        part, name = _entry_of(line, lines)
        entry = entries.setdefault((part, name), {"id": name} if part in LISTS else {})
        path = paths.setdefault((part, name), _path(part, sum(known == part for known, _ in entries) - 1))
        field, value = line.cells["field"], line.cells["value"]
        if field in entry or (part == "document" and field in lines.head):
            where = lines.cell(line, "field")
            raise DocumentError("the field stands twice", line=line.number, field=where, found=field)
        entry[field] = [*parted(value)] if (part, field) == ("document", "tables") else value
        places[(*path, field)] = (line.number, lines.cell(line, "value"))
        if path:
            places.setdefault((*path, "id"), (line.number, lines.cell(line, "id")))
            places.setdefault(path, (line.number, f"row {line.number} and the others of {part} {name}".rstrip()))
    return Arranged(_tree(lines, entries), places)


def _entry_of(line: Line, lines: Lines) -> tuple[str, str]:
    part = line.cells["part"]
    if part not in PARTS:
        where, expected = lines.cell(line, "part"), "one of " + ", ".join(PARTS)
        raise DocumentError("the part is unknown", line=line.number, field=where, expected=expected, found=part)
    if part not in LISTS:
        return part, ""
    if "id" not in line.cells:
        where = lines.cell(line, "id")
        raise DocumentError("the cell is empty", line=line.number, field=where, hint="Give the entry a name.")
    return part, line.cells["id"]


def _path(part: str, index: int) -> Path:
    if part in LISTS:
        return (LISTS[part], index)
    return (part,) if part == "water" else ()


def _tree(lines: Lines, entries: dict[tuple[str, str], dict[str, Tree]]) -> dict[str, Tree]:
    tree = _tables_in(lines)
    listed: dict[str, list[Tree]] = {}
    for (part, _), entry in entries.items():
        if part in LISTS:
            listed.setdefault(LISTS[part], []).append(entry)
        elif part == "water":
            tree["water"] = entry
        else:
            tree.update(entry)
    return {**tree, **listed}
