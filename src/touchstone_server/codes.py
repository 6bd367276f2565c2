# SPDX-License-Identifier: Apache-2.0
"""Codes that people type and QR codes hold: Crockford's base 32, which has no I, L, O and U and takes small letters for capitals.

Source: Douglas Crockford, "Base 32": I and L are read as 1, O as 0, hyphens count for nothing.
"""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", "- \u2010\u2011\u2013\t")


def drawn(length: int) -> str:
    """Return a code of so many characters at random, of 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def of_bytes(content: bytes) -> str:
    """Return bytes as a code; the last bits that fill no character are left out."""
    number, length = int.from_bytes(content), len(content) * 8 // 5
    number >>= len(content) * 8 - length * 5
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def as_typed(code: str) -> str:
    """Return what somebody has typed as the code that they mean."""
    return code.strip().upper().translate(_READ_AS)


def in_groups(code: str, size: int = 5) -> str:
    """Return a code as it is printed: ``K7Q4A-9M2XT-B8R3C``."""
    return "-".join(code[place : place + size] for place in range(0, len(code), size))


def digest_of(*parts: str) -> str:
    """Return what is kept in the place of a secret."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
