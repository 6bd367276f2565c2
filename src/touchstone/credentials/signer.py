# SPDX-License-Identifier: Apache-2.0
"""What signs: one protocol for every way to keep a key, and the simplest of them, a key in memory."""

from __future__ import annotations

import re
from typing import Protocol

from touchstone.credentials import ed25519
from touchstone.credentials.members import identifier
from touchstone.credentials.multikey import multikey_of
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject

_CONTROLLER = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+")
_FRAGMENT = re.compile(r"[A-Za-z0-9._~:-]+")


class Signer(Protocol):
    """A key in somebody's keeping: it signs, and never shows itself. Ed25519 is deterministic: a retry gives the same bytes."""

    @property
    def verification_method(self) -> str:
        """The URL by which a verifier finds the public key, for example ``did:key:z6Mk…#z6Mk…``."""

    @property
    def controller(self) -> str:
        """Who may use the key: the issuer's DID."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify what this key signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over a message."""


class SeedSigner:
    """A signer whose key is in this process's memory, for tests, for demonstrations, and behind an opened key file.

    :param seed: the 32 bytes of the private key; they appear in no representation of this object.
    :param controller: the issuer's DID; without one the key speaks for itself, as a ``did:key``.
    :param fragment: names the key within its controller's document; without one the key's multikey does.
    :param using: a name of `ed25519.BACKENDS`, to force one.
    :raises CredentialError: ``key_length``; ``did_invalid`` for a controller or a fragment that makes no URL.
    """

    __slots__ = ("_key", "controller", "public_key", "verification_method")

    def __init__(self, seed: bytes, *, controller: str = "", fragment: str = "", using: str | None = None) -> None:
        self._key = ed25519.private_key(seed, using=using)
        self.public_key = self._key.public_key
        self.controller, self.verification_method = names_of(self.public_key, controller, fragment)

    def __repr__(self) -> str:
        return f"SeedSigner({self.verification_method!r})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a signer is not written down; keep its key in a key file")

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over a message."""
        return self._key.sign(message)


def names_of(public_key: bytes, controller: str = "", fragment: str = "") -> tuple[str, str]:
    """Return the controller and the verification method of a key: what is given, and otherwise a ``did:key``'s.

    :raises CredentialError: ``did_invalid`` for a controller or a fragment that makes no URL.
    """
    multikey = multikey_of(public_key)
    owner, name = controller or f"did:key:{multikey}", fragment or multikey
    if not _CONTROLLER.fullmatch(owner) or "#" in owner:
        raise CredentialError(
            "did_invalid", "a controller is a DID or another URL", expected="did:web:…", found=controller
        )
    if not _FRAGMENT.fullmatch(name):
        raise CredentialError(
            "did_invalid", "a key's name has letters, digits and . _ ~ : - only", expected="key-1", found=fragment
        )
    return owner, f"{owner}#{name}"


def check_issuer(document: JsonObject, signer: Signer) -> None:
    """Refuse a key that is not the issuer's.

    :raises CredentialError: ``issuer_not_signer``.
    """
    issuer = identifier(document.get("issuer"))
    if issuer != signer.controller:
        raise CredentialError(
            "issuer_not_signer", "the key is not the issuer's", field="issuer", expected=signer.controller, found=issuer,
            hint="Sign with a key of the issuer, or name the key's owner as the issuer.",
        )  # fmt: skip
