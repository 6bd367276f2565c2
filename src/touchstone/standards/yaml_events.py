# SPDX-License-Identifier: Apache-2.0
"""Reading YAML from parser events, iteratively, so that no nesting can exhaust the stack."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from touchstone.errors import DocumentError
from touchstone.standards.tree import LEAVE_OUT, MAX_DEPTH, Path, Reading, Tree, clean, dotted

_Node = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent
_EMPTY = ("", "~", "null", "Null", "NULL")


def read_events(text: str) -> Reading:
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

    def _refuse_decoration(self, event: _Node) -> None:
        if event.anchor or event.tag not in (None, "!"):
            found = f"&{event.anchor}" if event.anchor else event.tag
            raise DocumentError(
                "anchors and tags are not read", found=found, line=_line(event), hint="Write plain values."
            )

    def _node(self, event: _Node) -> None:
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

    def _key(self, event: _Node) -> None:
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
            raise DocumentError("the field is empty", field=dotted(path), line=_line(event), hint=LEAVE_OUT)
        return clean(text, path, _line(event))

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
    return event.start_mark.line + 1 if event.start_mark else 1
