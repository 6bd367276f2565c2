# SPDX-License-Identifier: Apache-2.0
"""Saving what came and what was published as files, for the folder of documents that a node decides by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import orjson

from touchstone.credentials.document_proofs import check_document
from touchstone.standards import Document, Standing, digest, normal_form
from touchstone.standards.envelope import recency, with_proofs_of
from touchstone_server import clock, trust
from touchstone_server.exchange.looking import read, with_edition
from touchstone_server.exchange.models import Publication, PulledDocument

_SAVED = re.compile(r"[0-9a-f]{16}\.json")


class Saved(NamedTuple):
    """How many documents were written, and how many were not, because nobody who speaks for them has signed them."""

    written: int
    unproved: int


def document_of(kept: PulledDocument | Publication) -> Document:
    """Return a document that is kept here, with the proofs that it bears."""
    return msgspec.structs.replace(read(kept.content.encode(), "document.json"), proof=tuple(kept.proofs))


def kept_here(**which: str) -> Iterator[PulledDocument | Publication]:
    """Yield what came, and then what was published here.

    :param which: fields and what stands in them; none: all.
    """
    yield from PulledDocument.objects.filter(**which).iterator()
    yield from Publication.objects.filter(state=Publication.State.PUBLISHED, **which).iterator()


def with_proofs(found: PulledDocument | Publication) -> bytes:
    """Return a document with its proofs, as it stands in a folder of documents."""
    return orjson.dumps(orjson.loads(found.content) | ({"proof": found.proofs} if found.proofs else {}))


def save_all(folder: Path, *, unproved: bool = False) -> Saved:
    """Write what came and what was published here into a folder, for the node's owner to decide by: what is official and signed, without
    the editions that a later one ended. What was written there before and does not count any more is taken out.

    :param unproved: write what nobody who speaks for it has signed, too.
    """
    found = list(_documents())
    proved = [each for each in found if _is_verified(each)]
    files = {f"{digest(each)[7:23]}.json": each for each in _not_ended(found if unproved else proved)}
    folder.mkdir(parents=True, exist_ok=True)
    for before in folder.iterdir():
        if _SAVED.fullmatch(before.name) and before.name not in files:
            before.unlink()
    for name, each in files.items():
        (folder / name).write_bytes(orjson.dumps(normal_form(each)))
    return Saved(len(files), 0 if unproved else len(found) - len(proved))


def _documents() -> Iterator[Document]:
    """Yield every document that came or was published, once, with the proofs of all its copies."""
    copies: dict[str, Document] = {}
    for each in kept_here():
        document = document_of(each)
        copies[each.digest] = with_proofs_of(copies.get(each.digest, document), document)
    yield from copies.values()


def _is_verified(document: Document) -> bool:
    return check_document(document, trust.registry(), clock.today()).standing is Standing.VERIFIED


def _not_ended(documents: Iterable[Document]) -> list[Document]:
    standing: list[Document] = []
    for each in sorted(documents, key=recency):
        standing = with_edition(standing, each)
    return standing
