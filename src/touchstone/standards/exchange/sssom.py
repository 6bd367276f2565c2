# SPDX-License-Identifier: Apache-2.0
"""Crosswalks as SSSOM/TSV: a YAML block behind ``#``, then one row a mapping (https://mapping-commons.github.io/sssom/).

What our envelope needs and SSSOM does not know stands in declared extension slots (``ext_status``, ``ext_official``, …).
"""

from __future__ import annotations

from touchstone.errors import DocumentError
from touchstone.standards.reading import Path, Reading, Tree, dotted, read_yaml

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
}
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "mapping_date", "author_id", "reviewer_id", "comment",
)  # fmt: skip
_TITLE_SLOT = "ext_title_"


def read_sssom(text: str) -> Reading:
    """Read a mapping set as the tree of a Crosswalk document, with the lines of its fields.

    :raises DocumentError: naming the line, when the block or the table is not SSSOM or has a slot that nothing declares.
    """
    rows = text.splitlines()
    head = next((index for index, row in enumerate(rows) if not row.startswith("#")), len(rows))
    if head == 0:
        raise DocumentError(
            "the metadata block is missing", line=1, hint="Begin with lines such as #mapping_set_id: …."
        )
    tree, lines = _metadata(read_yaml(_uncommented(rows[:head])))
    tree["mappings"] = _mappings(rows, head, lines)
    return Reading(tree, lines)


def _uncommented(rows: list[str]) -> str:
    return "\n".join(row[1:] for row in rows)


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
    columns = rows[head].split("\t")
    _check_columns(columns, head + 1)
    mappings: list[Tree] = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        if not row.strip():
            continue
        cells = row.split("\t")
        if len(cells) > len(columns):
            raise DocumentError("the row has too many cells", line=number, expected=f"{len(columns)}", found=len(cells))
        lines[("mappings", len(mappings))] = number
        mappings.append({column: cell for column, cell in zip(columns, cells, strict=False) if cell})
    return mappings


def _check_columns(columns: list[str], line: int) -> None:
    for index, column in enumerate(columns):
        if column not in _COLUMNS:
            raise DocumentError(
                "the column is unknown", field=column, line=line, expected="one of " + ", ".join(_COLUMNS)
            )
        if column in columns[:index]:
            raise DocumentError("the column stands twice", field=dotted((column,)), line=line)
