# SPDX-License-Identifier: Apache-2.0
"""Keys as text: multibase base58btc around a multicodec header (W3C Controlled Identifiers 1.0, 2.2.2 Multikey and 2.4).

``z6Mk…`` is a public Ed25519 key. Only this one encoding and this one kind of key are read; anything else is named and refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.errors import CredentialError

MAX_BASE58 = 256
"""Characters of base58 that are read at most: decoding takes time that grows with the square of the length."""

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_FOREIGN = 0xFF
_DIGITS = bytes(_ALPHABET.find(byte) & _FOREIGN for byte in range(256))
_PAIRS = [chr(high) + chr(low) for high in _ALPHABET for low in _ALPHABET]


def _lanes() -> Iterator[tuple[int, int, int]]:
    """Yield how numbers that lie side by side in one are joined, all pairs of them at once: at first each is a digit in a byte of its own.

    Of each round the width in bits, where the lower numbers of the pairs stand, and what the upper ones count for.
    """
    width, everywhere = 8, (1 << 8 * MAX_BASE58) - 1
    while width < 8 * MAX_BASE58:
        yield width, everywhere // ((1 << width) + 1), 58 ** (width // 8)
        width *= 2


_LANES = tuple(_lanes())

_PUBLIC_HEADER = bytes((0xED, 0x01))
_PRIVATE_HEADER = bytes((0x80, 0x26))
_KEY_BYTES = 32
_OTHER_KEYS = {
    bytes((0x80, 0x24)): "P-256",
    bytes((0x81, 0x24)): "P-384",
    bytes((0xEB, 0x01)): "BLS12-381",
    bytes((0xE7, 0x01)): "secp256k1",
    bytes((0xEC, 0x01)): "X25519",
}


def base58_encode(content: bytes) -> str:
    """Write bytes in base58btc (the alphabet of Bitcoin; leading zero bytes become ``1``)."""
    number, digits = int.from_bytes(content, "big"), []
    while number:
        number, pair = divmod(number, len(_PAIRS))
        digits.append(_PAIRS[pair])
    digits.reverse()
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "1" * zeros + "".join(digits).lstrip("1")


def base58_decode(text: str) -> bytes:
    """Read base58btc.

    :raises CredentialError: ``multibase_invalid`` for a character outside the alphabet, or more than `MAX_BASE58` of them.
    """
    if len(text) > MAX_BASE58:
        raise CredentialError(
            "multibase_invalid", "the base58 text is too long", expected=f"{MAX_BASE58} at most", found=len(text)
        )
    digits = text.encode(errors="replace").translate(_DIGITS)
    if _FOREIGN in digits:
        raise CredentialError("multibase_invalid", "the text is not base58btc", found=text)
    number = int.from_bytes(digits, "big")
    for width, lower, weight in _LANES:
        number = (number >> width & lower) * weight + (number & lower)
    zeros = len(digits) - len(digits.lstrip(b"\0"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase_encode(content: bytes) -> str:
    """Write bytes as multibase with the prefix ``z`` (base58btc)."""
    return "z" + base58_encode(content)


def multibase_decode(text: object) -> bytes:
    """Read multibase with the prefix ``z``, the only one that the EdDSA cryptosuites allow (vc-di-eddsa, 2.2.1).

    :raises CredentialError: ``multibase_invalid``.
    """
    if not isinstance(text, str) or not text.startswith("z"):
        raise CredentialError(
            "multibase_invalid", "the value is not multibase in base58btc", expected="text that begins with z"
        )
    return base58_decode(text[1:])


def multikey_of(public_key: bytes) -> str:
    """Write a public Ed25519 key as a multikey, ``z6Mk…``."""
    return multibase_encode(_PUBLIC_HEADER + public_key)


def public_key_of(multikey: object) -> bytes:
    """Read a public Ed25519 key from a multikey; whether its point is a sound one is for `ed25519.check_public_key`.

    :raises CredentialError: ``multibase_invalid``, ``key_type_unsupported`` (another curve, or a private key), ``key_length``.
    """
    return _key(multibase_decode(multikey), _PUBLIC_HEADER)


def _key(decoded: bytes, header: bytes) -> bytes:
    found, key = decoded[: len(header)], decoded[len(header) :]
    if found != header:
        name = "a private key" if found == _PRIVATE_HEADER else _OTHER_KEYS.get(found, "another kind of key")
        raise CredentialError("key_type_unsupported", "the key is of another type", expected="Ed25519", found=name)
    if len(key) != _KEY_BYTES:
        raise CredentialError("key_length", "an Ed25519 key has 32 bytes", found=len(key))
    return key
