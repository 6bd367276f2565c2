# SPDX-License-Identifier: Apache-2.0
"""The one form of a document that is hashed and signed: RDFC-1.0 over JSON-LD with closed contexts, in safe mode."""

from __future__ import annotations

from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.strict_json import Json

__all__ = ["DEFAULT", "ContextSet", "canonical_nquads"]


def canonical_nquads(document: Json, contexts: ContextSet = DEFAULT) -> str:
    """Return the canonical N-Quads of a JSON-LD document.

    :param document: decoded JSON, not changed.
    :param contexts: the contexts that it may name.
    :raises CredentialError: as ``terms.check_terms``; ``jsonld_invalid``; ``canonicalisation_too_costly``.
    """
    from touchstone.credentials.canonical.expansion import quads_of
    from touchstone.credentials.canonical.rdfc import canonicalise
    from touchstone.credentials.canonical.terms import check_terms

    check_terms(document, contexts)
    return canonicalise(quads_of(document, contexts)).nquads
