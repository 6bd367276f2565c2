# SPDX-License-Identifier: Apache-2.0
"""Crosswalks as SSSOM/TSV: a YAML block behind ``#``, then one row a mapping (https://mapping-commons.github.io/sssom/).

What our envelope needs and SSSOM does not know stands in declared extension slots (``ext_status``, ``ext_official``, …).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from touchstone.errors import DocumentError
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.reading import read_yaml
from touchstone.standards.tree import Path, Reading, Tree, dotted

_METADATA = {
    "mapping_set_id": ("id",),
    "mapping_set_version": ("version",),
    "mapping_set_title": ("title", "en"),
    "mapping_set_description": ("description",),
    "subject_source": ("subject_source",),
    "object_source": ("object_source",),
    "license": ("license",),
    "curie_map": ("curie_map",),
    "ext_status": ("status",),
    "ext_official": ("official",),
    "ext_publisher": ("publisher",),
    "ext_valid_from": ("valid", "from"),
    "ext_valid_until": ("valid", "until"),
    "ext_source": ("source",),
    "ext_proof": ("proof",),
}
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "mapping_date", "author_id", "reviewer_id", "comment",
)  # fmt: skip
_TITLE_SLOT = "ext_title_"
_TERMS = "https://touchstone.example/terms/"
_BREAKS = re.compile('[\t\n\r"]')
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def read_sssom(text: str) -> Reading:
    """Read a mapping set as the tree of a Crosswalk document, with the lines of its fields.

    :raises DocumentError: naming the line, when the block or the table is not SSSOM or has a slot that nothing declares.
    """
    rows = text.split("\n")
    head = next((index for index, row in enumerate(rows) if not row.startswith("#")), len(rows))
    if head == 0:
        raise DocumentError(
            "the metadata block is missing", line=1, hint="Begin with lines such as #mapping_set_id: …."
        )
    tree, lines = _metadata(read_yaml(_uncommented(rows[:head])))
    tree["mappings"] = _mappings(rows, head, lines)
    return Reading(tree, lines)


def _uncommented(rows: list[str]) -> str:
    return "\n".join(row[1:].removesuffix("\r") for row in rows)


def _metadata(block: Reading) -> tuple[dict[str, Tree], dict[Path, int]]:
    if not isinstance(block.tree, dict):
        raise DocumentError("the metadata block has no fields", line=1)
    tree: dict[str, Tree] = {"kind": "Crosswalk"}
    lines: dict[Path, int] = {(): 1}
    declared = _declared_slots(block)
    for slot, value in block.tree.items():
        if slot == "extension_definitions":
            continue
        if slot.startswith("ext_") and slot not in declared:
            raise DocumentError(
                "the extension slot is not declared",
                field=slot,
                line=block.line_of((slot,)),
                hint="Declare it in extension_definitions.",
            )
        path = _place_of(slot, block)
        _put(tree, path, value)
        for inner, line in block.lines.items():
            if inner[:1] == (slot,):
                lines[(*path, *inner[1:])] = line
    return tree, lines


def _declared_slots(block: Reading) -> set[str]:
    definitions = block.tree.get("extension_definitions", []) if isinstance(block.tree, dict) else []
    if not isinstance(definitions, list) or not all(
        isinstance(item, dict) and "slot_name" in item for item in definitions
    ):
        raise DocumentError(
            "the value does not fit", field="extension_definitions", line=block.line_of(("extension_definitions",)),
            expected="a list of {slot_name, property, type_hint}",
        )  # fmt: skip
    return {str(item["slot_name"]) for item in definitions if isinstance(item, dict)}


def _place_of(slot: str, block: Reading) -> tuple[str, ...]:
    if slot.startswith(_TITLE_SLOT):
        return "title", slot.removeprefix(_TITLE_SLOT).replace("_", "-")
    if slot not in _METADATA:
        raise DocumentError(
            "the slot is unknown", field=slot, line=block.line_of((slot,)), expected="one of " + ", ".join(_METADATA)
        )
    return _METADATA[slot]


def _put(tree: dict[str, Tree], path: tuple[str, ...], value: Tree) -> None:
    for name in path[:-1]:
        inner = tree.setdefault(name, {})
        if isinstance(inner, dict):
            tree = inner
    tree[path[-1]] = value


def _mappings(rows: list[str], head: int, lines: dict[Path, int]) -> list[Tree]:
    if head == len(rows):
        raise DocumentError(
            "the table is missing", line=head, hint="Below the block, write a header row and the mappings."
        )
    table = _table(rows, head)
    line, columns = next(table, (head + 1, []))
    _check_columns(columns, line)
    mappings: list[Tree] = []
    for line, cells in table:
        if len(cells) > len(columns):
            raise DocumentError("the row has too many cells", line=line, expected=f"{len(columns)}", found=len(cells))
        lines[("mappings", len(mappings))] = line
        mappings.append({column: cell for column, cell in zip(columns, cells, strict=False) if cell})
    return mappings


def _table(rows: list[str], head: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, with their line; a cell in quotation marks may hold tabs and line breaks."""
    reader = csv.reader((f"{row}\n" for row in rows[head:]), delimiter="\t")
    before = head
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, cells
            before = head + reader.line_num
    except csv.Error as error:
        raise DocumentError(f"the table cannot be read ({error})", line=head + reader.line_num) from None


def _check_columns(columns: list[str], line: int) -> None:
    for index, column in enumerate(columns):
        if column not in _COLUMNS:
            raise DocumentError(
                "the column is unknown", field=column, line=line, expected="one of " + ", ".join(_COLUMNS)
            )
        if column in columns[:index]:
            raise DocumentError("the column stands twice", field=dotted((column,)), line=line)


def write_sssom(crosswalk: Crosswalk) -> str:
    """Return a crosswalk as SSSOM/TSV; :func:`read_sssom` and the loader give the same document back."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(crosswalk))
    slots = dict(_slots(plain))
    block = [f"#{line}" for slot, value in slots.items() for line in _yaml_lines(slot, value)]
    used = {column for row in plain["mappings"] for column in row}
    required = {"subject_id", "predicate_id", "object_id", "mapping_justification"}
    columns = [column for column in _COLUMNS if column in used | required]
    rows = [columns, *([row.get(column, "") for column in columns] for row in plain["mappings"])]
    return "\n".join([*block, *("\t".join(map(_quoted, row)) for row in rows)]) + "\n"


def _slots(plain: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the slots of the metadata block, extensions declared before they are used."""
    slots: dict[str, Any] = {}
    for slot, (field, *inner) in _METADATA.items():
        value = plain.get(field)
        value = value.get(inner[0]) if inner and isinstance(value, dict) else value
        if value is not None:
            slots[slot] = value
    for tag, text in plain["title"].items():
        if tag != "en":
            slots[_TITLE_SLOT + tag.replace("-", "_")] = text
    yield from ((slot, value) for slot, value in slots.items() if not slot.startswith("ext_"))
    extensions = [slot for slot in slots if slot.startswith("ext_")]
    if extensions:
        yield (
            "extension_definitions",
            [
                {"slot_name": slot, "property": _TERMS + slot.removeprefix("ext_"), "type_hint": "xsd:string"}
                for slot in extensions
            ],
        )
    yield from ((slot, slots[slot]) for slot in extensions)


def _yaml_lines(slot: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON data
    match value:
        case dict() if value:
            yield f"{slot}:"
            yield from (f"  {_yaml(name)}: {_yaml(item)}" for name, item in value.items())
        case list() if value:
            yield f"{slot}:"
            yield from (f"  - {_yaml(item)}" for item in value)
        case _:
            yield f"{slot}: {_yaml(value)}"


def _yaml(value: Any) -> str:  # noqa: ANN401 - JSON data
    """Return a value on one line, as YAML in the style of JSON; characters that YAML would not take are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _quoted(cell: str) -> str:
    """Return a cell as readers of SSSOM/TSV expect it: between quotation marks if it would part the row (RFC 4180)."""
    return '"' + cell.replace('"', '""') + '"' if _BREAKS.search(cell) else cell
