# SPDX-License-Identifier: Apache-2.0
"""Reading JSON token by token: like :mod:`touchstone.standards.yaml_events`, with the line of every field and without recursion."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError
from json.decoder import scanstring as _scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from touchstone.errors import DocumentError
from touchstone.standards.tree import LEAVE_OUT, MAX_DEPTH, Path, Reading, Tree, clean, dotted

_SPACE = re.compile(r"[ \t\r\n]*")
_BARE = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity")


def read_tokens(text: str) -> Reading:
    """Read one JSON value as texts (RFC 8259). Duplicate keys, null, numbers that are not finite and deep nesting are refused."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self._line, self._counted = 1, 0

    def read(self) -> Reading:
        self._skip()
        if self.at == len(self.text):
            raise DocumentError("the file is empty", line=1)
        holder: list[Tree] = []
        open_: list[tuple[list[Tree] | dict[str, Tree], Path]] = []
        self._value(holder, "", (), open_)
        while open_:
            self._next(open_)
        self._skip()
        if self.at < len(self.text):
            self._fail("something follows the end")
        return Reading(holder[0], self.lines)

    def _next(self, open_: list[tuple[list[Tree] | dict[str, Tree], Path]]) -> None:
        """Read the next entry of the innermost list or object, or its end."""
        container, path = open_[-1]
        closing = "}" if isinstance(container, dict) else "]"
        self._skip()
        if self._takes(closing):
            open_.pop()
            return
        if container:
            if not self._takes(","):
                self._fail(f"a comma or {closing} is missing")
            self._skip()
        key = self._key(container, path) if isinstance(container, dict) else ""
        self._value(container, key, (*path, key if isinstance(container, dict) else len(container)), open_)

    def _key(self, container: dict[str, Tree], path: Path) -> str:
        if not self._takes('"'):
            self._fail("a field name in quotes is missing")
        line = self._here()
        key = clean(self._string(), path, line)
        if key in container:
            hint = "Keep one of them."
            raise DocumentError("a field stands twice in one object", field=dotted((*path, key)), line=line, hint=hint)
        self.lines[(*path, key)] = line
        self._skip()
        if not self._takes(":"):
            self._fail("a colon is missing")
        self._skip()
        return key

    def _value(
        self,
        container: list[Tree] | dict[str, Tree],
        key: str,
        path: Path,
        open_: list[tuple[list[Tree] | dict[str, Tree], Path]],
    ) -> None:
        line = self._here()
        self.lines.setdefault(path, line)
        value: Tree
        if self._takes("{"):
            value = {}
        elif self._takes("["):
            value = []
        elif self._takes('"'):
            value = clean(self._string(), path, line)
        else:
            value = self._bare(path, line)
        if isinstance(container, dict):
            container[key] = value
        else:
            container.append(value)
        if not isinstance(value, str):
            if len(path) >= MAX_DEPTH:
                raise DocumentError("the file nests too deeply", expected=f"at most {MAX_DEPTH} levels", line=line)
            open_.append((value, path))

    def _bare(self, path: Path, line: int) -> str:
        """Read a number or a word, as the text that stands there."""
        found = _BARE.match(self.text, self.at)
        if not found:
            self._fail("a value is missing")
        self.at = found.end()
        word = found.group()
        if word == "null":
            raise DocumentError("the field is null", field=dotted(path), line=line, hint=LEAVE_OUT)
        if word.endswith(("NaN", "Infinity")):
            raise DocumentError("a number is not finite", field=dotted(path), line=line, found=word)
        return word

    def _string(self) -> str:
        try:
            value: str
            value, self.at = _scanstring(self.text, self.at, True)
        except JSONDecodeError as error:
            raise DocumentError(f"the file is not JSON ({error.msg})", line=error.lineno) from None
        return value

    def _takes(self, mark: str) -> bool:
        if self.text.startswith(mark, self.at):
            self.at += 1
            return True
        return False

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _here(self) -> int:
        """Return the line that has been reached; counting goes on from where it stopped."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = max(self._counted, self.at)
        return self._line

    def _fail(self, problem: str) -> NoReturn:
        raise DocumentError(f"the file is not JSON ({problem})", line=self._here())
