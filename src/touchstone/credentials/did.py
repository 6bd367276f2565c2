# SPDX-License-Identifier: Apache-2.0
"""From the URL of a verification method to its key: did:key and did:jwk by reading, did:web from a document that is handed in.

The methods: `did:key <https://w3c-ccg.github.io/did-key-spec/>`_, `did:jwk <https://github.com/quartzjer/did-jwk>`_,
`did:web <https://w3c-ccg.github.io/did-method-web/>`_; the retrieval of a verification method: W3C Controlled Identifiers 1.0, 3.3.
Nothing here opens a connection: whoever may, hands in ``retrieve``.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.members import strings
from touchstone.credentials.multikey import public_key_of
from touchstone.credentials.retrieving import Retrieve, retrieved
from touchstone.credentials.timestamps import read_time
from touchstone.errors import CredentialError, InputError
from touchstone.value import Value

MAX_DOCUMENT_BYTES = 64 * 1024
MAX_DID_CHARACTERS = 2048

SIGNING_PURPOSES = frozenset(("assertionMethod", "authentication", "capabilityDelegation", "capabilityInvocation"))
"""The verification relationships that a signing key may stand in (Controlled Identifiers 1.0, 2.3)."""

_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+")
_JWK_TEXT = re.compile(r"[A-Za-z0-9_-]+")
_FORBIDDEN_ESCAPES = ("%2e", "%2f", "%5c", "%00", "%23", "%3f")


class VerificationMethod(Value, frozen=True, kw_only=True):
    """A public key, who controls it, and what it may be used for.

    :param id: the URL by which proofs name it.
    :param controller: the DID that may use it.
    :param public_key: 32 bytes, Ed25519.
    :param purposes: the verification relationships in which its controller lists it.
    :param expires: from when on it must not be used, if its controller says so; ``revoked`` likewise.
    """

    id: str
    controller: str
    public_key: bytes
    purposes: frozenset[str] = SIGNING_PURPOSES
    expires: datetime | None = None
    revoked: datetime | None = None


KeyOf = Callable[[str], VerificationMethod]
"""Finds the verification method of a URL, or raises a `CredentialError`."""


def resolver(known: Mapping[str, VerificationMethod] | None = None, *, retrieve: Retrieve | None = None) -> KeyOf:
    """Return what finds verification methods: among known ones first (a trust registry's keys), then by their DID.

    :param known: verification methods by their URL; what is known is not fetched, and not overruled by what a web server says.
    :param retrieve: fetches the documents of ``did:web``; without it such a DID is ``did_not_resolved`` unless it is known.
    """
    methods = known or {}

    def key_of(url: str) -> VerificationMethod:
        return methods.get(url) or resolve(url, retrieve=retrieve)

    return key_of


def resolve(url: str, *, retrieve: Retrieve | None = None) -> VerificationMethod:
    """Return the verification method of a URL: a DID, ``#`` and a fragment.

    :raises CredentialError: ``did_invalid``; ``did_method_unsupported``; ``did_not_resolved`` (nobody may fetch, or it failed: this
        says nothing about the key); ``did_document_invalid``; ``method_not_found``; ``method_controller_wrong``;
        ``key_type_unsupported``, ``multibase_invalid``, ``key_length``; ``private_key_published``.
    """
    if len(url) > MAX_DID_CHARACTERS:
        raise CredentialError("did_invalid", "the DID is too long", expected=f"{MAX_DID_CHARACTERS} characters at most")
    did, hash_sign, fragment = url.partition("#")
    if not (hash_sign and fragment):
        raise CredentialError("did_invalid", "a verification method is a DID, # and a fragment", found=url)
    if did.startswith("did:key:"):
        return _did_key(url)
    if did.startswith("did:jwk:"):
        return _did_jwk(url)
    if did.startswith("did:web:"):
        return method_in(_retrieved(did, retrieve), url)
    raise CredentialError(
        "did_method_unsupported", "the DID method is not supported", expected="did:key, did:jwk, did:web", found=did
    )


# ---------------------------------------------------------------- did:key and did:jwk: the identifier is the key


@lru_cache(4096)
def _did_key(url: str) -> VerificationMethod:
    did, _, fragment = url.partition("#")
    multikey = did.removeprefix("did:key:")
    public_key = public_key_of(multikey)
    if fragment != multikey:
        raise CredentialError(
            "method_not_found", "a did:key has one key, named like itself", expected=f"{did}#{multikey}", found=url
        )
    return VerificationMethod(id=url, controller=did, public_key=public_key)


@lru_cache(4096)
def _did_jwk(url: str) -> VerificationMethod:
    did, _, fragment = url.partition("#")
    jwk = strict_json.loads(_base64url(did.removeprefix("did:jwk:"), "did_invalid"), max_bytes=MAX_DOCUMENT_BYTES)
    public_key = _key_of_jwk(jwk)
    if fragment != "0":
        raise CredentialError("method_not_found", "a did:jwk has one key, named 0", expected=f"{did}#0", found=url)
    if isinstance(jwk, dict) and not _is_for_signatures(jwk):
        raise CredentialError("method_not_found", "the key of this did:jwk is not for signing")
    return VerificationMethod(id=url, controller=did, public_key=public_key)


def _is_for_signatures(jwk: dict[str, Any]) -> bool:
    """Tell whether a JWK may check signatures (RFC 7517, 4.2 and 4.3): what does not say what it is for is for all."""
    return jwk.get("use", "sig") == "sig" and ("key_ops" not in jwk or "verify" in strings(jwk["key_ops"]))


def _key_of_jwk(jwk: object) -> bytes:
    """Read a public key from a JWK (RFC 8037, 2)."""
    if not isinstance(jwk, dict):
        raise CredentialError("did_document_invalid", "a JWK is an object", found=jwk)
    if "d" in jwk:
        raise CredentialError(
            "private_key_published", "the JWK shows its private key; whatever it signs proves nothing"
        )
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise CredentialError(
            "key_type_unsupported", "the key is of another type", expected="OKP, Ed25519", found=jwk.get("crv")
        )
    public_key = _base64url(jwk.get("x"), "did_document_invalid")
    if len(public_key) != 32:
        raise CredentialError("key_length", "an Ed25519 key has 32 bytes", found=len(public_key))
    return public_key


def _base64url(text: object, code: str) -> bytes:
    if isinstance(text, str) and _JWK_TEXT.fullmatch(text) and len(text) % 4 != 1:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if _unpadded(decoded) == text:  # otherwise unused bits are set, and one key would have several names
            return decoded
    raise CredentialError(code, "the value is not base64url without padding", found=text)


def _unpadded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


# ---------------------------------------------------------------- did:web: the identifier is an address


def web_address(did: str) -> str:
    """Return the https URL at which the document of a ``did:web`` stands (did:web, 3.2).

    ``did:web:example.org`` stands at ``/.well-known/did.json``; ``did:web:example.org%3A8443:people:li`` at
    ``https://example.org:8443/people/li/did.json``.

    :raises CredentialError: ``did_invalid``: an IP address, a name that is no host name, an empty or climbing path.
    """
    place, *path = did.removeprefix("did:web:").split(":")
    host, escaped_colon, port = re.sub("%3a", "%3A", place).partition("%3A")
    if not _HOST.fullmatch(host.lower()) or (escaped_colon and not (_PORT.fullmatch(port) and int(port) < 2**16)):
        raise CredentialError(
            "did_invalid", "the did:web names no host", expected="did:web:HOST or did:web:HOST%3APORT", found=did
        )
    if not all(_is_plain_segment(segment) for segment in path):
        raise CredentialError("did_invalid", "the path of the did:web is not plain", found=did)
    origin = f"https://{host.lower()}{':' if port else ''}{port}"
    return f"{origin}/{'/'.join(path) or '.well-known'}/did.json"


def _is_plain_segment(segment: str) -> bool:
    """Nothing that climbs, ends the path or hides a separator: what is asked for is what the DID shows."""
    if not _SEGMENT.fullmatch(segment) or segment in (".", ".."):
        return False
    return not any(escape in segment.lower() for escape in _FORBIDDEN_ESCAPES)


def _retrieved(did: str, retrieve: Retrieve | None) -> bytes:
    address = web_address(did)
    if retrieve is None:
        raise CredentialError(
            "did_not_resolved", "nothing may be fetched here, so the key cannot be looked up", found=did,
            hint="Trust a registry that lists the key, or allow fetching.",
        )  # fmt: skip
    try:
        return retrieved(address, retrieve).content
    except (InputError, OSError) as error:
        raise CredentialError(
            "did_not_resolved", "the DID document could not be fetched", found=did, hint=str(error)
        ) from error


def method_in(content: bytes, url: str) -> VerificationMethod:
    """Find a verification method in the bytes of its controller's DID document.

    The method's controller must be the document itself: a document that claims to speak for another DID would let anybody sign in
    that name (Controlled Identifiers 1.0, 3.3, steps 4 to 8).

    :raises CredentialError: as `resolve`.
    """
    did = url.partition("#")[0]
    document = strict_json.loads(content, max_bytes=MAX_DOCUMENT_BYTES)
    if not isinstance(document, dict) or document.get("id") != did:
        found = document.get("id") if isinstance(document, dict) else document
        raise CredentialError("did_document_invalid", "the DID document is another's", expected=did, found=found)
    related = {purpose: _entries(document, purpose) for purpose in SIGNING_PURPOSES}
    described = [*_entries(document, "verificationMethod"), *(each for entries in related.values() for each in entries)]
    matching = [each for each in described if isinstance(each, dict) and _absolute(each.get("id"), did) == url]
    if not matching:
        raise CredentialError("method_not_found", "the DID document does not list this key", found=url)
    if any(each != matching[0] for each in matching):
        raise CredentialError(
            "did_document_invalid", "the DID document describes this key twice, differently", found=url
        )
    purposes = frozenset(
        purpose for purpose, entries in related.items() if any(_names(each, url, did) for each in entries)
    )
    return _method(matching[0], url, did, purposes)


def _entries(document: dict[str, Any], name: str) -> list[Any]:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        raise CredentialError(
            "did_document_invalid", "the DID document is not in order", expected="a list", field=name, found=entries
        )
    return entries


def _absolute(reference: object, did: str) -> object:
    """Within a DID document ``#key-1`` is short for the document's DID and that fragment (DID Core 1.0, 3.2.2)."""
    return did + reference if isinstance(reference, str) and reference.startswith("#") else reference


def _names(entry: object, url: str, did: str) -> bool:
    return _absolute(entry.get("id") if isinstance(entry, dict) else entry, did) == url


def _method(described: dict[str, Any], url: str, did: str, purposes: frozenset[str]) -> VerificationMethod:
    if described.get("controller") != did:
        raise CredentialError(
            "method_controller_wrong", "the DID document lists a key of another controller",
            expected=did, found=described.get("controller"),
        )  # fmt: skip
    if "secretKeyMultibase" in described:
        raise CredentialError(
            "private_key_published", "the DID document shows the private key; whatever it signs proves nothing"
        )
    if "publicKeyMultibase" in described and "publicKeyJwk" in described:
        raise CredentialError("did_document_invalid", "the DID document gives this key in two forms", found=url)
    if "publicKeyMultibase" in described:
        public_key = public_key_of(described["publicKeyMultibase"])
    elif "publicKeyJwk" in described:
        public_key = _key_of_jwk(described["publicKeyJwk"])
    else:
        found = described.get("type")
        raise CredentialError(
            "key_type_unsupported", "the key is described in a way that is not supported", found=found
        )
    return VerificationMethod(
        id=url,
        controller=did,
        public_key=public_key,
        purposes=purposes,
        expires=_moment(described, "expires"),
        revoked=_moment(described, "revoked"),
    )


def _moment(described: dict[str, Any], name: str) -> datetime | None:
    if name not in described:
        return None
    moment = read_time(described[name])
    if moment is None:
        raise CredentialError("did_document_invalid", "the time is not in order", field=name, found=described[name])
    return moment
