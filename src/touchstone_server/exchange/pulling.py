# SPDX-License-Identifier: Apache-2.0
"""Judging what a peer offers: does it fit its digest, is it what the index says, is its name taken, and what are its proofs worth?

Pure: bytes and what is known come in, a judgement goes out. :mod:`touchstone_server.exchange.services` fetches and keeps.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from touchstone.credentials.document_proofs import MAX_PROOFS, check_document
from touchstone.errors import DocumentError, InputError
from touchstone.standards import Document, TrustRegistry, canonical_bytes, read_document
from touchstone_server.exchange.publishing import FORMAT, Entry, Index, is_public

MOST_DOCUMENTS = 2_000
MAX_INDEX_BYTES, MAX_DOCUMENT_BYTES = 4 * 1024 * 1024, 2 * 1024 * 1024
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NUL = b"\\u0000"  # no database keeps it in a text
_MOST_NAME, _MOST_VERSION = 500, 200

Known = Mapping[tuple[str, str], str]
"""Digests by id and version."""


class Refused(NamedTuple):
    """Why a document is not taken, and in which words."""

    why: str
    detail: str = ""


class Taken(NamedTuple):
    """A document that is taken, with what the trust registry makes of it."""

    document: Document
    content: bytes
    standing: str
    lacks: tuple[str, ...]


def read_index(content: bytes) -> Index:
    """Read a peer's index.

    :raises DocumentError: it is none.
    """
    if _NUL in content:
        raise DocumentError("the index holds a character that no text has", found="\\u0000")
    try:
        found = msgspec.json.decode(content, type=Index)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DocumentError(f"this is no index of documents ({error})"[:300]) from None
    if found.format != FORMAT:
        raise DocumentError("the index is of another format", expected=FORMAT, found=found.format)
    if len(found.documents) > MOST_DOCUMENTS:
        raise DocumentError(
            "the index is too long", expected=f"at most {MOST_DOCUMENTS} documents", found=len(found.documents)
        )
    for entry in found.documents:
        if (
            not DIGEST.fullmatch(entry.digest)
            or len(entry.id) > _MOST_NAME
            or not 0 < len(entry.version) <= _MOST_VERSION
        ):
            raise DocumentError("an entry of the index is malformed", field="digest", found=entry.digest)
    return found


def conflicts(entry: Entry, known: Known) -> bool:
    """Tell whether a name that is known here is offered with another content."""
    return known.get((entry.id, entry.version), entry.digest) != entry.digest


def is_known(entry: Entry, known: Known) -> bool:
    """Tell whether this very document is here already."""
    return known.get((entry.id, entry.version)) == entry.digest


def judge(entry: Entry, content: bytes, registry: TrustRegistry, day: dt.date | None = None) -> Taken | Refused:
    """Judge what stands at the address of an entry.

    :param day: the day on which the registry must be in force; None: its period is not looked at.
    """
    if "sha256:" + hashlib.sha256(content).hexdigest() != entry.digest:
        return Refused("changed")
    if _NUL in content:
        return Refused("unreadable", "it holds a character that no text has")
    try:
        loaded = read_document(content, "document.json")
    except InputError as error:
        return Refused("unreadable", str(error)[:500])
    if loaded is None:
        return Refused("unreadable", "it is personal: nothing personal is pulled")
    document = msgspec.structs.replace(loaded.document, proof=entry.proof[:MAX_PROOFS])
    if canonical_bytes(document) != content:
        return Refused("unreadable", "it is not in its normal form")
    if (document.id, document.version, type(document).__name__) != (entry.id, entry.version, entry.kind):
        return Refused("misnamed", f"it is {document.id} version {document.version}"[:500])
    if not is_public(document):
        return Refused("draft")
    report = check_document(document, registry, day)
    return Taken(document, content, report.standing.label, tuple(each.code for each in report.missing))


def proof_counts(content: bytes, proof: dict[str, str], registry: TrustRegistry) -> bool:
    """Tell whether a proof that came later is genuine, and a publisher's: others are not kept, however many are offered."""
    loaded = read_document(content, "document.json")
    if loaded is None:
        return False
    (report,) = check_document(msgspec.structs.replace(loaded.document, proof=(proof,)), registry).proofs
    return report.code in ("proof_counts", "proof_not_required")
