# SPDX-License-Identifier: Apache-2.0
"""What YAML and JSON are read into: a bounded tree of texts, with the line of every field.

Every scalar is the text that stands there; the type of the field decides later what it means (:mod:`touchstone.standards.decoding`). So no
``NO`` becomes false, no ``1.10`` becomes 1.1, no date moves by a time zone.
"""

from __future__ import annotations

from typing import NamedTuple

from touchstone.errors import DocumentError

MAX_DEPTH = 32

Tree = str | list["Tree"] | dict[str, "Tree"]
Path = tuple[str | int, ...]

LEAVE_OUT = "Leave the field out, or quote the text."


def tree_of(plain: object) -> Tree:
    """Return plain JSON data as the texts that its document would have been read from."""
    match plain:
        case dict():
            return {name: tree_of(item) for name, item in plain.items()}
        case list():
            return [tree_of(item) for item in plain]
        case bool():
            return "true" if plain else "false"
        case _:
            return str(plain)


class Reading(NamedTuple):
    """A tree of texts and, for each path in it, the line it stands on (from 1)."""

    tree: Tree
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int | None:
        """Return the line of ``path``, or of the nearest part that contains it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def dotted(path: Path) -> str:
    """Write a path as people do: ``competencies[3].level``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def clean(text: str, path: Path, line: int | None) -> str:
    """Return ``text``, refusing control characters and halves of surrogate pairs."""
    if any("\ud800" <= character <= "\udfff" or (character < " " and character not in "\t\n\r") for character in text):
        raise DocumentError("the text holds a control character or half a character", field=dotted(path), line=line)
    return text
