# SPDX-License-Identifier: Apache-2.0
"""Ed25519 (RFC 8032) by libsodium or OpenSSL, with the same verdict from both.

The two libraries differ at the edges of the curve: OpenSSL takes keys and signatures built from points of small order, under
which one signature fits many messages; libsodium does not. So what is odd is refused here, before either is asked: encodings
of the eight points of small order, coordinates that are not reduced modulo p, scalars that are not reduced modulo L, and keys
that lie on no point. A key that passed is remembered, in a bounded cache.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import Protocol

from touchstone.errors import CredentialError

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_CACHED_KEYS = 4096


def _square_root(value: int) -> int | None:
    root = pow(value, (_P + 3) // 8, _P)
    for candidate in (root, root * _ROOT_OF_MINUS_ONE % _P):
        if candidate * candidate % _P == value % _P:
            return candidate
    return None


def _with_both_signs(y: int) -> set[bytes]:
    return {(y | sign << 255).to_bytes(PUBLIC_KEY_BYTES, "little") for sign in (0, 1)}


def _small_order_encodings() -> frozenset[bytes]:
    """Every encoding of a point whose order divides 8, canonical or not: y of order 1, 2, 4, and the roots of dy⁴ + 2y² = 1."""
    root = _square_root(1 + _D)
    assert root is not None, "1 + d is a square modulo p"
    order_8 = (_square_root((-1 + sign * root) * pow(_D, -1, _P)) for sign in (1, -1))
    canonical = [1, _P - 1, 0, *(y for root in order_8 if root is not None for y in (root, _P - root))]
    return frozenset(each for y in (*canonical, _P, _P + 1) for each in _with_both_signs(y))


_SMALL_ORDER = _small_order_encodings()
_NOT_REDUCED = frozenset(each for y in range(_P, 2**255) for each in _with_both_signs(y)) - _SMALL_ORDER


class PrivateKey(Protocol):
    """A key that signs and does not show its seed."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify what this key signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature; the same message always gives the same bytes."""


class Backend(Protocol):
    """A library that knows the curve; it is only asked about keys and signatures that passed the checks of this module."""

    def private_key(self, seed: bytes) -> PrivateKey:
        """Return the private key of a seed."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is the key's over the message."""


class _SodiumKey:
    def __init__(self, seed: bytes) -> None:
        from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

        self.public_key, self._secret = crypto_sign_seed_keypair(seed)
        self._sign = crypto_sign

    def sign(self, message: bytes) -> bytes:
        signed: bytes = self._sign(message, self._secret)
        return signed[:SIGNATURE_BYTES]


class _Sodium:
    """libsodium through PyNaCl: about twice as fast."""

    def __init__(self) -> None:
        from nacl.bindings import crypto_sign_open
        from nacl.exceptions import BadSignatureError

        self._open, self._bad = crypto_sign_open, BadSignatureError

    def private_key(self, seed: bytes) -> PrivateKey:
        return _SodiumKey(seed)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            self._open(signature + message, public_key)
        except self._bad:
            return False
        return True


class _OpenSSLKey:
    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class _OpenSSL:
    """OpenSSL through cryptography: always installed."""

    def __init__(self) -> None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        self._key = lru_cache(_CACHED_KEYS)(Ed25519PublicKey.from_public_bytes)
        self._bad = InvalidSignature

    def private_key(self, seed: bytes) -> PrivateKey:
        return _OpenSSLKey(seed)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            self._key(public_key).verify(signature, message)
        except self._bad:
            return False
        return True


_BACKENDS: dict[str, type[Backend]] = {"pynacl": _Sodium, "cryptography": _OpenSSL}
BACKENDS = tuple(_BACKENDS)


@lru_cache(len(_BACKENDS) + 1)
def backend(name: str | None = None) -> Backend:
    """Return the backend of a name of `BACKENDS`; without a name PyNaCl where it is installed, otherwise cryptography."""
    chosen = name or ("pynacl" if find_spec("nacl") else "cryptography")
    return _BACKENDS[chosen]()


def private_key(seed: bytes, *, using: str | None = None) -> PrivateKey:
    """Return the private key of a seed of 32 bytes (RFC 8032, 5.1.5).

    :param using: a name of `BACKENDS`, to force one; they sign alike.
    :raises CredentialError: ``key_length``.
    """
    if len(seed) != SEED_BYTES:
        raise CredentialError("key_length", "a private Ed25519 key has 32 bytes", found=len(seed))
    return backend(using).private_key(bytes(seed))


def sign(seed: bytes, message: bytes, *, using: str | None = None) -> bytes:
    """Return the 64 bytes of the signature over a message. Whoever signs often keeps the `private_key` instead of the seed.

    :raises CredentialError: ``key_length``.
    """
    return private_key(seed, using=using).sign(message)


def verify(public_key: bytes, message: bytes, signature: bytes, *, using: str | None = None) -> bool:
    """Tell whether a signature is the key's over the message (RFC 8032, 5.1.7, without the cofactor).

    :param using: a name of `BACKENDS`, to force one; they judge alike.
    :raises CredentialError: a key that no careful verifier takes (see `check_public_key`), or a signature that cannot be one:
        ``signature_length``, ``signature_not_canonical``.
    """
    check_public_key(public_key)
    _check_signature(signature)
    return backend(using).verify(public_key, message, signature)


@lru_cache(_CACHED_KEYS)
def check_public_key(public_key: bytes) -> None:
    """Refuse a public key under which a signature proves nothing, or that two verifiers may read differently.

    :raises CredentialError: ``key_length``, ``key_small_order`` (one of the points whose order divides 8),
        ``key_not_canonical`` (y is not below p, RFC 8032, 5.1.3), ``key_not_on_curve``.
    """
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise CredentialError("key_length", "a public Ed25519 key has 32 bytes", found=len(public_key))
    if public_key in _SMALL_ORDER:
        raise CredentialError(
            "key_small_order", "the public key is a point of small order; one signature would fit many messages"
        )
    if public_key in _NOT_REDUCED:
        raise CredentialError("key_not_canonical", "the public key is not written in its one canonical form")
    y = int.from_bytes(public_key, "little") & (1 << 255) - 1
    if _square_root((y * y - 1) * pow(_D * y * y + 1, -1, _P)) is None:
        raise CredentialError("key_not_on_curve", "the public key is no point of the curve")


def _check_signature(signature: bytes) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise CredentialError("signature_length", "an Ed25519 signature has 64 bytes", found=len(signature))
    commitment = signature[:32]
    if commitment in _SMALL_ORDER or commitment in _NOT_REDUCED or int.from_bytes(signature[32:], "little") >= _L:
        raise CredentialError(
            "signature_not_canonical",
            "the signature is not in canonical form: its scalar or its point is one that no signer makes",
        )
