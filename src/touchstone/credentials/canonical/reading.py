# SPDX-License-Identifier: Apache-2.0
"""A secured document, read from its bytes: what is hashed for each of its proofs."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.shapes import Canonicalisation, secured, whole
from touchstone.credentials.canonical.strict_json import Decoded, Json
from touchstone.errors import CredentialError

_ENCODER = msgspec.json.Encoder()


class Reading:
    """A document with its proofs, strictly decoded; canonicalised when asked for.

    :param content: JSON, UTF-8, with a ``proof`` or without.
    :param contexts: the contexts that it may name.
    :param max_bytes: the largest size accepted.
    :raises CredentialError: as ``strict_json.loads``.
    """

    def __init__(
        self, content: bytes, contexts: ContextSet = DEFAULT, *, max_bytes: int = strict_json.MAX_BYTES
    ) -> None:
        self._contexts = contexts
        self._parts = Canonicalisation(content, secured, contexts, max_bytes=max_bytes)

    @property
    def decoded(self) -> Decoded:
        """The document, decoded, and what is known of it; to be read only."""
        return self._parts.decoded

    @property
    def document(self) -> Json:
        """The document, decoded; to be read only."""
        return self.decoded.value

    @property
    def proofs(self) -> list[dict[str, Any]]:
        """Its proofs: none, one or a set."""
        document = self.document
        found = document.get("proof", []) if isinstance(document, dict) else []
        return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]

    def unsecured_nquads(self) -> bytes:
        """Return the canonical N-Quads of the document without its proofs.

        :raises CredentialError: as ``expansion.expand``; ``canonicalisation_too_costly``.
        """
        return self._parts.part(0)

    def configuration_nquads(self, proof: int = 0) -> bytes:
        """Return the canonical N-Quads of a proof's configuration: the proof without its value, under the document's contexts.

        :param proof: its number in ``proofs``.
        """
        return self._parts.part(1 + proof)

    def hash_data(self, proof: int = 0, *, previous: Sequence[int] = ()) -> bytes:
        """Return what is signed in a proof of ``eddsa-rdfc-2022``, 64 bytes (Data Integrity EdDSA 1.0, section 3.2.4).

        :param proof: its number in ``proofs``.
        :param previous: the numbers of the proofs that it names as its ``previousProof``, which it secures too.
        """
        return sha256(self.configuration_nquads(proof)).digest() + sha256(self.secured_nquads(previous)).digest()

    def secured_nquads(self, previous: Sequence[int] = ()) -> bytes:
        """Return the canonical N-Quads of the document with the proofs of these numbers, or without any."""
        if not previous:
            return self.unsecured_nquads()
        assert isinstance(self.document, dict)
        chained: Json = {**self.document, "proof": list[Json](self.proofs[number] for number in previous)}
        return canonical_bytes(chained, self._contexts)


def canonical_bytes(document: Json, contexts: ContextSet = DEFAULT) -> bytes:
    """Return the canonical N-Quads of a whole document, proofs and all, as UTF-8; errors as ``encoded`` and ``expansion.expand``."""
    return Canonicalisation(encoded(document), whole, contexts).part(0)


def encoded(document: Json) -> bytes:
    """Return a document as JSON, ready to be read.

    :raises CredentialError: ``json_invalid`` for what JSON cannot carry.
    """
    try:
        return _ENCODER.encode(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise CredentialError("json_invalid", "the document holds what JSON cannot", found=str(error)) from None
