# SPDX-License-Identifier: Apache-2.0
"""What this node publishes: the documents that it decides by, drafts aside, each by its digest and with its proofs."""

from __future__ import annotations

import hashlib
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


@cache
def published() -> Published:
    """Return the index of this node; it never changes while the node runs."""
    content = msgspec.json.encode(index())
    return Published(content, f'"{hashlib.sha256(content).hexdigest()}"')


def index() -> Index:
    """Return what stands in the index."""
    rulebook = documents.rulebook()
    entries = (_entry(each, rulebook.digest_of(each)) for each in rulebook.documents if is_public(each))
    return Index(format=FORMAT, documents=tuple(entries))


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
