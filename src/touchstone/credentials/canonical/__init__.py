# SPDX-License-Identifier: Apache-2.0
"""The one form of a document that is hashed and signed: RDFC-1.0 over JSON-LD with closed contexts, in safe mode."""

from __future__ import annotations

from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.reading import Reading, canonical_bytes, encoded
from touchstone.credentials.canonical.strict_json import Json

__all__ = ["DEFAULT", "ContextSet", "Json", "Reading", "canonical_bytes", "canonical_nquads", "encoded"]


def canonical_nquads(document: Json, contexts: ContextSet = DEFAULT) -> str:
    """Return the canonical N-Quads of a JSON-LD document.

    :param document: decoded JSON, not changed.
    :param contexts: the contexts that it may name.
    :raises CredentialError: as ``strict_json.loads`` and ``expansion.expand``; ``canonicalisation_too_costly``.
    """
    return canonical_bytes(document, contexts).decode()
