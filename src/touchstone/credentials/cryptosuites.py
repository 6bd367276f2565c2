# SPDX-License-Identifier: Apache-2.0
"""What is signed by a proof of each cryptosuite: W3C Data Integrity EdDSA Cryptosuites 1.0 (EdDSA), 3.2 and 3.3.

``eddsa-rdfc-2022`` signs a document as RDF, after RDFC-1.0; ``eddsa-jcs-2022`` signs it as JSON, after RFC 8785. Either way the 64 bytes
under the signature are the SHA-256 of the canonical proof configuration (the proof without its value) and that of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from touchstone.credentials.canonical import Reading, canonical_bytes, encoded, jcs
from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.strict_json import Decoded
from touchstone.errors import CredentialError

Document = Mapping[str, Any]
Proof = dict[str, Any]
Secured = Document | Reading | Decoded
"""A document with its proofs: decoded, or as it was read from its bytes, which spares work."""

EDDSA_RDFC_2022 = "eddsa-rdfc-2022"
EDDSA_JCS_2022 = "eddsa-jcs-2022"
CRYPTOSUITES = (EDDSA_RDFC_2022, EDDSA_JCS_2022)

MOST_REPEATED_BYTES = 256 * 1024
"""Canonical bytes of a document beyond which it is not canonicalised again for a further proof of a chain."""

_CACHED_CONFIGURATIONS = 4096
_MAX_CACHED_BYTES = 2048


def hash_data(
    document: Document, proof: Proof, previous: Sequence[Proof] = (), *, contexts: ContextSet = DEFAULT
) -> bytes:
    """Return the 64 bytes that a proof signs (EdDSA 3.2.4, 3.3.4).

    :param document: its own ``proof`` is not looked at.
    :param proof: with its cryptosuite, one of `CRYPTOSUITES`; its ``proofValue`` is not looked at.
    :param previous: the proofs that this one signs, too, in the order of the document.
    :param contexts: the closed set of contexts that the document may name.
    :raises CredentialError: the document or the proof has no canonical form; ``proof_context_wrong``.
    """
    unsecured = _unsecured(document, previous)
    if proof["cryptosuite"] == EDDSA_JCS_2022:
        return _jcs_hash_data(unsecured, proof)
    _check_context_of(proof, document)
    configuration = encoded(_configuration(proof) | {"@context": document.get("@context")})
    hashed = _configuration_hash if len(configuration) <= _MAX_CACHED_BYTES else _configuration_hash.__wrapped__
    return hashed(configuration, contexts) + sha256(canonical_bytes(unsecured, contexts)).digest()


class Hashing:
    """What the proofs of one document sign, by their places in it.

    :param document: with its proofs, each of them an object; as it was read from its bytes, or decoded.
    :ivar document: it as decoded.
    :raises CredentialError: ``value_invalid`` if it is no object.
    """

    def __init__(self, document: Secured, *, contexts: ContextSet = DEFAULT) -> None:
        decoded, self._whole_numbers = _as_read(document)
        if not isinstance(decoded, Mapping):
            raise CredentialError("value_invalid", "a secured document is a JSON object", found=type(decoded).__name__)
        self.document: Document = decoded
        self._reading = document if isinstance(document, Reading) else None
        self._contexts = contexts
        self._forms: dict[str, dict[Hashable, bytes]] = {}
        self._bytes = 0

    def data(self, index: int, proof: Proof, previous: Mapping[int, Proof]) -> bytes:
        """Return the 64 bytes that the proof at an index signs.

        :param previous: the proofs that it signs, too, by their indices, in the order of the document.
        :raises CredentialError: as `hash_data`.
        """
        if proof["cryptosuite"] == EDDSA_JCS_2022:
            unsecured = _in_own_contexts(_unsecured(self.document, tuple(previous.values())), proof)
            in_contexts = encoded(proof["@context"]) if "@context" in proof else None
            document = self._once(EDDSA_JCS_2022, (in_contexts, *previous), lambda: self._jcs(unsecured))
            return sha256(self._jcs(_configuration(proof))).digest() + document
        _check_context_of(proof, self.document)
        if self._reading is None:
            self._reading = Reading(encoded(dict(self.document)), self._contexts)
        reading = self._reading
        configuration = sha256(reading.configuration_nquads(index)).digest()
        return configuration + self._once(
            EDDSA_RDFC_2022, tuple(previous), lambda: reading.secured_nquads(tuple(previous))
        )

    def _jcs(self, part: dict[str, Any]) -> bytes:
        return jcs.canonicalise(part, whole_numbers=self._whole_numbers)

    def _once(self, suite: str, what: Hashable, canonical: Callable[[], bytes]) -> bytes:
        """Return the hash of one canonical form, made once; many of a large document would cost whoever checks them too much.

        :param suite: whose first form is made of any document.
        """
        forms = self._forms.setdefault(suite, {})
        if what not in forms:
            if forms and self._bytes > MOST_REPEATED_BYTES:
                raise CredentialError(
                    "canonicalisation_too_costly", "the proofs ask for a large document in too many forms"
                )
            form = canonical()
            self._bytes += len(form)
            forms[what] = sha256(form).digest()
        return forms[what]


def _as_read(document: Secured) -> Decoded:
    """Return the document as decoded; of what was not read from its bytes nothing is known."""
    if isinstance(document, Decoded):
        return document
    return document.decoded if isinstance(document, Reading) else Decoded(document)  # type: ignore[arg-type]


def _unsecured(document: Document, previous: Sequence[Proof]) -> dict[str, Any]:
    unsecured = dict(document)
    unsecured.pop("proof", None)
    if previous:
        unsecured["proof"] = list(previous)
    return unsecured


def _configuration(proof: Proof) -> dict[str, Any]:
    configuration = dict(proof)
    configuration.pop("proofValue", None)
    return configuration


def _jcs_hash_data(unsecured: dict[str, Any], proof: Proof) -> bytes:
    return _jcs_hash(_configuration(proof)) + _jcs_hash(_in_own_contexts(unsecured, proof))


def _jcs_hash(value: dict[str, Any]) -> bytes:
    return sha256(jcs.canonicalise(value)).digest()


def _in_own_contexts(unsecured: dict[str, Any], proof: Proof) -> dict[str, Any]:
    """A proof may have been made before further contexts were added behind its own; it signs its own (EdDSA 3.3.2, step 4)."""
    if "@context" in proof:
        own, whole = listed(proof["@context"]), listed(unsecured.get("@context", []))
        if whole[: len(own)] != own:
            raise CredentialError(
                "proof_context_wrong", "the document's contexts do not begin with those that the proof signs"
            )
        unsecured["@context"] = proof["@context"]
    return unsecured


def _check_context_of(proof: Proof, document: Document) -> None:
    """As RDF a proof is read in the document's contexts (EdDSA 3.2.5, step 4); others of its own would not be signed."""
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise CredentialError("proof_context_wrong", "the proof has contexts of its own, which are not signed")


@lru_cache(_CACHED_CONFIGURATIONS)
def _configuration_hash(configuration: bytes, contexts: ContextSet) -> bytes:
    """All credentials of a batch have the same proof configuration."""
    return sha256(canonical_bytes(orjson.loads(configuration), contexts)).digest()


def listed(value: object) -> list[Any]:
    """Return a list as it is, and anything else as a list of it alone."""
    return value if isinstance(value, list) else [value]
