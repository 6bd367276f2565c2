# SPDX-License-Identifier: Apache-2.0
"""What is said about a document as a whole, as a sheet of two columns: ``title_en``, ``valid_from``, ``curie_map_skos``, …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from touchstone.errors import DocumentError
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.exchange.cells import Sheet, is_formula, joined, parted, place, unprotected
from touchstone.standards.framework import Framework
from touchstone.standards.tree import Tree

_PAIRED = ("title", "valid", "curie_map")
_LEFT_OUT = ("kind", "competencies", "mappings", "proof")
_HEADINGS = ("field", "value")


def head_rows(document: Framework | Crosswalk) -> list[Sequence[str]]:
    """Return the rows of the sheet."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    rows: list[Sequence[str]] = [_HEADINGS]
    for name, value in plain.items():
        if name in _LEFT_OUT:
            continue
        if isinstance(value, dict):
            rows += [(f"{name}_{part}", text) for part, text in value.items()]
        elif isinstance(value, list):
            rows.append((name, joined(value)))
        else:
            rows.append((name, {True: "true", False: "false"}.get(value, value)))
    return rows


def head_from(sheet: Sheet) -> dict[str, Tree]:
    """Return the fields of the sheet, as texts.

    :raises DocumentError: naming the cell, when a field stands twice or a cell begins like a formula.
    """
    head: dict[str, Tree] = {}
    for row in sheet.rows:
        if len(row.cells) < len(_HEADINGS) or tuple(row.cells[:2]) == _HEADINGS:
            continue
        name, cell = row.cells[0].strip(), row.cells[1]
        if is_formula(cell):
            raise DocumentError("the cell begins like a formula", field=place(row.number, 1), found=cell)
        first = next((paired for paired in _PAIRED if name.startswith(f"{paired}_")), None)
        into, key = (head, name) if first is None else (_part(head, first), name.removeprefix(f"{first}_"))
        if key in into:
            raise DocumentError("the field stands twice", field=place(row.number, 0), found=name)
        text = unprotected(cell)
        into[key] = [*parted(text)] if name == "source" else text
    return head


def _part(head: dict[str, Tree], name: str) -> dict[str, Tree]:
    part = head.setdefault(name, {})
    return part if isinstance(part, dict) else {}
