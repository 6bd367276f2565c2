# SPDX-License-Identifier: Apache-2.0
"""Reading documents from files, with the place of every field, so that every complaint can name file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import NamedTuple, TypeVar

from touchstone.errors import DocumentError, InputError
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.envelope import Document
from touchstone.standards.kinds import KINDS, PERSONAL_KINDS
from touchstone.standards.reading import MAX_BYTES, decode_text, read_json, read_yaml
from touchstone.standards.tree import Path, Reading, dotted
from touchstone.value import Value

V = TypeVar("V", bound=Value)
_PARTS = re.compile(r"\[\d+\]|\.?[^.\[\]]+")
SUFFIXES = (".yaml", ".yml", ".json", ".tsv")


class Loaded(NamedTuple):
    """A document with the file it came from and the lines of its fields."""

    document: Document
    file: str
    reading: Reading

    def line_of(self, path: Path) -> int | None:
        """Return the line of a field."""
        return self.reading.line_of(path)


def load_folder(folder: FilePath | str) -> tuple[Loaded, ...]:
    """Read every public document below ``folder`` (YAML, JSON, SSSOM/TSV); personal ones are passed over.

    :raises DocumentError: for the first file that cannot be read, with file, line, field, expected and found.
    """
    loaded = (load_document(file, name) for file, name in document_files(folder))
    return tuple(document for document in loaded if document is not None)


def document_files(folder: FilePath | str) -> Iterator[tuple[FilePath, str]]:
    """Yield the files below ``folder`` that may be documents, sorted, each with its name relative to the folder."""
    root = FilePath(folder)
    if root.is_file():
        raise DocumentError("this is a file, not a folder", file=str(folder), hint="Give the folder that it stands in.")
    if not root.is_dir():
        raise DocumentError(
            "the folder of documents is not there", file=str(folder), hint="Give the path of a folder that is there."
        )
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root)
        if file.suffix in SUFFIXES and file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield file, str(name)


def load_document(file: FilePath, name: str = "") -> Loaded | None:
    """Read one document from a file, or return None when it is personal; ``name`` is what errors call it."""
    name = name or str(file)
    try:
        return read_document(read_bytes(file), name)
    except InputError as error:
        raise error.at(file=name) from None


def read_document(content: bytes, name: str) -> Loaded | None:
    """Read one public document from bytes; the ending of ``name`` says how they are written. None: it is a personal one."""
    reading = _read(content, name)
    kind = _kind(reading)
    if kind in PERSONAL_KINDS:
        return None
    if kind not in KINDS:
        line, expected = reading.line_of(("kind",)), "one of " + ", ".join(KINDS)
        raise DocumentError("the kind of document is unknown", field="kind", line=line, expected=expected, found=kind)
    return Loaded(_decoded(reading, KINDS[kind]), name, reading)


def read_value(content: bytes, name: str, type_: type[V]) -> tuple[V, Reading]:
    """Read a value of a known kind (a request, a receipt) from bytes.

    :raises DocumentError: with line, field, expected and found; the caller adds the file.
    """
    reading = _read(content, name)
    return _of_kind(reading, type_), reading


def kind_of(file: FilePath) -> str:
    """Return the kind of document that a file holds, or an empty text where it has none."""
    try:
        return _kind(_read(read_bytes(file), str(file)))
    except DocumentError:
        return ""


def decode_line(line: str, type_: type[V]) -> V:
    """Read a value of a known kind from one line of JSON.

    :raises DocumentError: with field, expected and found.
    """
    return _of_kind(read_json(line), type_)


def read_bytes(file: FilePath) -> bytes:
    """Return the bytes of a file of at most 8 MiB, or a sentence about why not."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise DocumentError(
                "the file is too large",
                file=str(file),
                expected=f"at most {MAX_BYTES} bytes",
                found="more",
            )
        return content
    except FileNotFoundError:
        raise DocumentError("the file is not there", file=str(file)) from None
    except OSError as error:
        raise DocumentError(f"the file cannot be read ({error.strerror})", file=str(file)) from None


def line_in(file: FilePath, field: str) -> int | None:
    """Return the line of a field (``evidence[0].units[1]``) in a file that was read before, or of what contains it.

    What can be read only once, such as standard input, has no lines any more.
    """
    if not file.is_file():
        return None
    path: Path = tuple(int(part[1:-1]) if part[0] == "[" else part.lstrip(".") for part in _PARTS.findall(field))
    return _read(read_bytes(file), str(file)).line_of(path)


def _read(content: bytes, name: str) -> Reading:
    text = decode_text(content)
    if name.endswith(".tsv"):
        from touchstone.standards.exchange.sssom import read_sssom

        return read_sssom(text)
    return read_json(text) if name.endswith(".json") else read_yaml(text)


def _kind(reading: Reading) -> str:
    if not isinstance(reading.tree, dict):
        raise DocumentError("the file has no fields", line=1, expected="fields, the first of them kind")
    if "kind" not in reading.tree:
        raise DocumentError("the field kind is missing", line=1, hint="Add kind: Framework, or whichever it is.")
    return str(reading.tree["kind"])


def _of_kind(reading: Reading, type_: type[V]) -> V:
    """Decode a value after a look at its kind, so that another kind is told as such and not by its first strange field."""
    expected = type_.__struct_config__.tag
    if expected and _kind(reading) != expected:
        line = reading.line_of(("kind",))
        found = _kind(reading)
        raise DocumentError(
            "this is another kind of document", field="kind", line=line, expected=str(expected), found=found
        )
    return _decoded(reading, type_)


def _decoded(reading: Reading, type_: type[V]) -> V:
    try:
        return decode(reading.tree, type_)
    except FieldError as error:
        raise error.at(field=dotted(error.path), line=reading.line_of(error.path)) from None
