# SPDX-License-Identifier: Apache-2.0
"""Many requests at once: from files, from folders, or from one file with a request a line (JSON Lines)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from touchstone.errors import InputError, RequestError
from touchstone.recognition.evidence import RecognitionRequest, load_request
from touchstone.standards.folder import SUFFIXES, decode_line, kind_of, read_bytes
from touchstone.standards.reading import decode_text


class NamedRequest(NamedTuple):
    """A request with where it stands: a file, or ``file:line``."""

    name: str
    request: RecognitionRequest


def load_requests(paths: Iterable[Path]) -> Iterator[NamedRequest]:
    """Read every request of some files, folders and JSON Lines files, in order.

    :raises RequestError: for the first that cannot be read, with file, line, field, expected and found; or where there is none at all.
    """
    paths, found = tuple(paths), False
    for named in _requests(paths):
        found = True
        yield named
    if not found:
        hint = "Give files of kind RecognitionRequest, folders that hold some, or JSON Lines."
        raise RequestError("no recognition request is there", file=", ".join(map(str, paths)), hint=hint)


def _requests(paths: Iterable[Path]) -> Iterator[NamedRequest]:
    for path in paths:
        if path.is_dir():
            yield from _requests(_in_folder(path))
        elif path.suffix == ".jsonl":
            yield from _lines(path)
        else:
            yield NamedRequest(str(path), load_request(path))


def _in_folder(folder: Path) -> Iterator[Path]:
    """Yield the requests below a folder; documents that stand beside them are passed over."""
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".jsonl" or (file.suffix in SUFFIXES and kind_of(file) == "RecognitionRequest"):
            yield file


def _lines(path: Path) -> Iterator[NamedRequest]:
    try:
        text = decode_text(read_bytes(path))
    except InputError as error:
        raise RequestError.of(error).at(file=str(path)) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                request = decode_line(line, RecognitionRequest)
            except InputError as error:
                raise RequestError.of(error, line=number).at(file=str(path)) from None
            yield NamedRequest(f"{path}:{number}", request)
