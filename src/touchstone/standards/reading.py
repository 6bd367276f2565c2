# SPDX-License-Identifier: Apache-2.0
"""Text-first reading of YAML and JSON: a bounded tree of texts, with the line of every field.

Every scalar is read as the text that stands there; the type of the field decides later what it means
(:mod:`touchstone.standards.decoding`). So no ``NO`` becomes false, no ``1.10`` becomes 1.1, no date moves by a time zone.
"""

from __future__ import annotations

from typing import NamedTuple

from touchstone.errors import DocumentError

MAX_BYTES = 8 * 1024 * 1024
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


def decode_text(content: bytes) -> str:
    """Return the text of a file; it must be UTF-8 (a byte order mark is dropped) and at most 8 MiB."""
    if len(content) > MAX_BYTES:
        raise DocumentError("the file is too large", expected=f"at most {MAX_BYTES} bytes", found=len(content))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentError("the file is not UTF-8 text", line=line, hint="Save it as UTF-8.") from None


def read_json(text: str) -> Reading:
    """Read JSON as texts. Duplicate keys, null, NaN and deep nesting are refused."""
    from touchstone.standards.json_tokens import read_tokens

    return read_tokens(text)


def clean(text: str, path: Path, line: int | None) -> str:
    """Return ``text``, refusing control characters and halves of surrogate pairs."""
    if any("\ud800" <= character <= "\udfff" or (character < " " and character not in "\t\n\r") for character in text):
        raise DocumentError("the text holds a control character or half a character", field=dotted(path), line=line)
    return text


def read_yaml(text: str) -> Reading:
    """Read one YAML document as texts. Duplicate keys, anchors, tags, empty values and deep nesting are refused."""
    from touchstone.standards.yaml_events import read_events  # PyYAML takes as long to import as all of the core

    return read_events(text)
