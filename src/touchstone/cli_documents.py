# SPDX-License-Identifier: Apache-2.0
"""What several commands share: documents from folders, complaints with their place, and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from touchstone.recognition import Rulebook
    from touchstone.standards import Finding, Loaded


def load_documents(folders: Iterable[Path] | None, *, library: bool = False) -> tuple[Loaded, ...]:
    """Read folders of documents, or the shipped library where none is given (or beside them, if it is asked for)."""
    from touchstone.library import load_library
    from touchstone.standards import load_folder

    if not folders:
        return load_library()
    loaded = tuple(item for folder in folders for item in load_folder(folder))
    return (*load_library(), *loaded) if library else loaded


def rulebook_of(loaded: tuple[Loaded, ...]) -> Rulebook:
    """Compile, and say of what does not fit together in which file and line it stands."""
    from touchstone.errors import RulebookError
    from touchstone.recognition import compile_rulebook
    from touchstone.standards.integrity import broken_references

    documents = [item.document for item in loaded]
    for finding in broken_references(documents):
        file, line = place_of(finding, loaded)
        raise RulebookError(finding.message, file=file, line=line, field=finding.field, hint=finding.hint)
    return compile_rulebook(documents)


def place_of(finding: Finding, loaded: tuple[Loaded, ...]) -> tuple[str, int | None]:
    """Return file and line of a finding."""
    for item in loaded:
        if (item.document.id, item.document.version) == (finding.document, finding.version):
            return item.file, item.line_of(finding.path)
    return finding.document, None


def print_plain(plain: object) -> None:
    """Print plain data as JSON."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode())
