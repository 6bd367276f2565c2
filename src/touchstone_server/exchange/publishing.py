# SPDX-License-Identifier: Apache-2.0
"""What this node publishes, each by its digest and with its proofs: the documents that it decides by, drafts aside, and those that its
organisations have published at the desk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import msgspec

from touchstone.standards import Document
from touchstone_server import documents

FORMAT = "touchstone-documents/1"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One document of an index. Its address follows from its digest; the proofs stand here, for the digest leaves them out."""

    id: str
    version: str
    kind: str
    digest: str
    address: str
    proof: tuple[dict[str, str], ...] = ()


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """All that a node publishes, by id and version."""

    format: str
    documents: tuple[Entry, ...]


class Published(NamedTuple):
    """The bytes of the index, and the mark by which a reader sees whether it has changed."""

    content: bytes
    etag: str


def published(more: Iterable[Entry] = ()) -> Published:
    """Return the index of this node.

    :param more: what its organisations have published.
    """
    content = msgspec.json.encode(index(more))
    return Published(content, f'"{hashlib.sha256(content).hexdigest()}"')


def index(more: Iterable[Entry] = ()) -> Index:
    """Return what stands in the index, each document once; proofs of two copies stand together."""
    entries = {(each.id, each.version): each for each in own()}
    for each in more:
        name = (each.id, each.version)
        known = entries.get(name, each)
        if known.digest == each.digest:  # what was taken in here under this name is what this node stands for
            further = tuple(proof for proof in each.proof if proof not in known.proof)
            entries[name] = msgspec.structs.replace(known, proof=(*known.proof, *further))
    return Index(format=FORMAT, documents=tuple(entries[name] for name in sorted(entries)))


@cache
def own() -> tuple[Entry, ...]:
    """Return the entries of the documents that this node decides by; they never change while it runs."""
    rulebook = documents.rulebook()
    return tuple(_entry(each, rulebook.digest_of(each)) for each in rulebook.documents if is_public(each))


def is_public(document: Document) -> bool:
    """Tell whether a document is published: a draft is not."""
    return document.status != "draft"


def address_of(digest: str) -> str:
    """Return where a node hands out the document of a digest."""
    return f"/documents/{digest.removeprefix('sha256:')}.json"


def _entry(document: Document, digest: str) -> Entry:
    return Entry(
        id=document.id,
        version=document.version,
        kind=type(document).__name__,
        digest=digest,
        address=address_of(digest),
        proof=document.proof,
    )
