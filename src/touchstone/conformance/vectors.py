# SPDX-License-Identifier: Apache-2.0
"""Conformance vectors: documents, a request, and what every implementation must answer (standard, annex B)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from touchstone.errors import DocumentError
from touchstone.standards.folder import read_bytes
from touchstone.value import Value

Plain = dict[str, Any]
Ask = Literal["decision", "digests"]


class Vector(Value, frozen=True, kw_only=True):
    """One vector. ``expected`` is None where only digests are asked; ``digests`` is None where the input must be refused."""

    id: str
    title: str
    points: tuple[str, ...]
    documents: list[Plain]
    request: Plain | None = None
    expected: Plain | None = None
    digests: Plain | None = None

    @property
    def ask(self) -> Ask:
        """What the question asks for."""
        return "digests" if self.expected is None else "decision"

    @property
    def must_be_refused(self) -> bool:
        """Whether the only right answer is an error."""
        return self.expected is not None and self.expected.get("error") is True

    def question(self) -> Plain:
        """The question that is put to an implementation: nothing of the answer stands in it."""
        asked: Plain = {"ask": self.ask, "documents": self.documents}
        return {**asked, "request": self.request} if self.request is not None else asked


def default_folder() -> Path:
    """Return the folder of the vectors: beside this file in a package, ``conformance/vectors`` in a checkout."""
    beside = Path(__file__).parent / "vectors"
    return beside if beside.is_dir() else Path(__file__).parents[3] / "conformance" / "vectors"


def load_vectors(folder: Path | None = None) -> tuple[Vector, ...]:
    """Read every vector of a folder, in the order of their names.

    :raises DocumentError: when there are none, or one of them cannot be read.
    """
    files = sorted((folder or default_folder()).glob("*.json"))
    if not files:
        hint = "Give the folder that holds them with --vectors."
        raise DocumentError("no vectors are there", file=str(folder or default_folder()), hint=hint)
    return tuple(_load(file) for file in files)


def _load(file: Path) -> Vector:
    try:
        return msgspec.json.decode(read_bytes(file), type=Vector)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
        raise DocumentError("the file is not a conformance vector", file=str(file)) from None
