# SPDX-License-Identifier: Apache-2.0
"""Text-first reading of YAML and JSON: a bounded tree of texts, with the line of every field.

Every scalar is read as the text that stands there; the type of the field decides later what it means
(:mod:`touchstone.standards.decoding`). So no ``NO`` becomes false, no ``1.10`` becomes 1.1, no date moves by a time zone.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import yaml

from touchstone.errors import DocumentError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32

Tree = str | list["Tree"] | dict[str, "Tree"]
Path = tuple[str | int, ...]

_EMPTY = ("", "~", "null", "Null", "NULL")
_LEAVE_OUT = "Leave the field out, or quote the text."


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
    try:
        tree = json.loads(
            text, object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise DocumentError(f"the file is not JSON ({error.msg})", line=error.lineno) from None
    except RecursionError:
        raise DocumentError("the file nests too deeply", expected=f"at most {MAX_DEPTH} levels") from None
    texts = _texts(tree, ())
    try:
        return Reading(texts, read_yaml(text).lines)  # JSON is nearly YAML: near enough to find a line
    except DocumentError:
        return Reading(texts, {(): 1})


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            raise DocumentError("a field stands twice in one object", field=key, hint="Keep one of them.")
        seen[key] = value
    return seen


def _refuse_constant(name: str) -> None:
    raise DocumentError("a number is not finite", found=name)


def _texts(value: object, path: Path) -> Tree:
    if len(path) > MAX_DEPTH:
        raise DocumentError("the file nests too deeply", expected=f"at most {MAX_DEPTH} levels")
    match value:
        case dict():
            return {key: _texts(item, (*path, key)) for key, item in value.items()}
        case list():
            return [_texts(item, (*path, index)) for index, item in enumerate(value)]
        case bool():
            return "true" if value else "false"
        case str():
            return _clean(value, path, None)
        case _:
            raise DocumentError("the field is null", field=dotted(path), hint=_LEAVE_OUT)


def _clean(text: str, path: Path, line: int | None) -> str:
    if any("\ud800" <= character <= "\udfff" or character < " " and character not in "\t\n\r" for character in text):
        raise DocumentError("the text holds a control character or half a character", field=dotted(path), line=line)
    return text


def read_yaml(text: str) -> Reading:
    """Read one YAML document as texts. Duplicate keys, anchors, tags, empty values and deep nesting are refused."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "syntax"
        raise DocumentError(f"the file is not YAML ({problem})", line=mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise DocumentError("the file holds a character that text may not hold", line=line) from None
    if builder.root is None:
        raise DocumentError("the file is empty", line=1)
    return Reading(builder.root, builder.lines)


class _Open(NamedTuple):
    """A list or object that is still being read, with the key that waits for its value."""

    value: list[Tree] | dict[str, Tree]
    path: Path
    keys: list[str]


class _Builder:
    """Builds the tree from parser events, iteratively, so that no nesting can exhaust the stack."""

    def __init__(self) -> None:
        self.root: Tree | None = None
        self.lines: dict[Path, int] = {}
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent() if self.root is not None:
                raise DocumentError(
                    "the file holds two documents", line=_line(event), hint="Write one document a file."
                )
            case yaml.AliasEvent():
                raise DocumentError(
                    "aliases are not read", found=f"*{event.anchor}", line=_line(event), hint="Write it out."
                )
            case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_decoration(event)
                self._node(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._open.pop()
            case _:
                pass

    def _refuse_decoration(self, event: yaml.NodeEvent) -> None:
        if event.anchor or event.tag not in (None, "!"):
            found = f"&{event.anchor}" if event.anchor else event.tag
            raise DocumentError(
                "anchors and tags are not read", found=found, line=_line(event), hint="Write plain values."
            )

    def _node(self, event: yaml.NodeEvent) -> None:
        if self._awaits_key():
            self._key(event)
            return
        path = self._path()
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            self._attach(self._scalar(event, path))
            return
        if len(path) >= MAX_DEPTH:
            raise DocumentError("the file nests too deeply", expected=f"at most {MAX_DEPTH} levels", line=_line(event))
        value: list[Tree] | dict[str, Tree] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self._attach(value)
        self._open.append(_Open(value, path, []))

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._open[-1].keys

    def _key(self, event: yaml.NodeEvent) -> None:
        parent = self._open[-1]
        if not isinstance(event, yaml.ScalarEvent):
            raise DocumentError("a field name must be a text", line=_line(event))
        if event.value in parent.value:
            path = (*parent.path, event.value)
            raise DocumentError(
                "a field stands twice in one object", field=dotted(path), line=_line(event), hint="Keep one of them."
            )
        parent.keys.append(event.value)
        self.lines[(*parent.path, event.value)] = _line(event)

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> str:
        text: str = event.value
        if text in _EMPTY and event.style in (None, ""):
            raise DocumentError("the field is empty", field=dotted(path), line=_line(event), hint=_LEAVE_OUT)
        return _clean(text, path, _line(event))

    def _path(self) -> Path:
        if not self._open:
            return ()
        parent = self._open[-1]
        return (*parent.path, parent.keys[-1] if isinstance(parent.value, dict) else len(parent.value))

    def _attach(self, value: Tree) -> None:
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        if isinstance(parent.value, dict):
            parent.value[parent.keys.pop()] = value
        else:
            parent.value.append(value)


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1
