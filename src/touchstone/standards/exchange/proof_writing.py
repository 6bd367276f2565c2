# SPDX-License-Identifier: Apache-2.0
"""Adding a proof to a file, and changing nothing else in it: comments, quotes and order stay as people wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from touchstone.errors import DocumentError
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.envelope import Document
from touchstone.standards.exchange.plain_writing import write_json
from touchstone.standards.exchange.sssom import write_sssom
from touchstone.standards.folder import Loaded, read_document
from touchstone.standards.reading import decode_text


def with_last_proof(content: bytes, loaded: Loaded, signed: Document) -> bytes:
    """Return the content of a document's file with the last proof of ``signed`` added.

    YAML is written into; JSON is written anew in normal form, and SSSOM/TSV as it is always written.

    :param content: the file as it is; ``loaded`` is what was read from it, ``signed`` the same with one proof more.
    :raises DocumentError: where the file is written in a way that a proof cannot be added to.
    """
    written = _written(content, loaded, signed)
    if not _reads_as(written, loaded.file, signed):
        hint = "Write the file as block YAML, with its fields at the left edge, or as JSON."
        raise DocumentError("no proof can be added to the way this file is written", file=loaded.file, hint=hint)
    return written


def _reads_as(content: bytes, name: str, signed: Document) -> bool:
    try:
        again = read_document(content, name)
    except DocumentError:
        return False
    return again is not None and again.document == signed


def _written(content: bytes, loaded: Loaded, signed: Document) -> bytes:
    if loaded.file.endswith(".json"):
        return write_json(signed)
    if loaded.file.endswith(".tsv") and isinstance(signed, Crosswalk):
        return write_sssom(signed).encode()
    return _yaml(decode_text(content), loaded, signed.proof[-1]).encode()


def _yaml(text: str, loaded: Loaded, proof: Mapping[str, str]) -> str:
    """Add an entry to the list ``proof`` of a block mapping, or the list itself at the end."""
    lines = text.splitlines()
    fields = sorted(line for path, line in loaded.reading.lines.items() if len(path) == 1)
    begins = loaded.reading.lines.get(("proof",))
    if begins is None:
        return "\n".join([*lines, "proof:", *_entry(proof, "  ")]) + "\n"
    ends = next((line - 1 for line in fields if line > begins), len(lines))
    while ends > begins and not lines[ends - 1].strip():
        ends -= 1
    first = lines[loaded.reading.lines.get(("proof", 0), begins) - 1]
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join([*lines[:ends], *_entry(proof, indent), *lines[ends:]]) + "\n"


def _entry(proof: Mapping[str, str], indent: str) -> list[str]:
    """A proof as the entry of a list; a JSON text is a YAML text."""
    told = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in proof.items()]
    return [f"{indent}{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(told)]
