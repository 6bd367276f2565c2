# SPDX-License-Identifier: Apache-2.0
"""Normal form and digest: how a document is named by its content.

Normal form: decimals and dates as texts, times in UTC with ``Z``, absent fields left out. The bytes are RFC 8785 (JCS): keys
sorted, no white space. Every key in our documents is ASCII and every number is a whole number or a text, so sorting by code point and
by UTF-16 code unit agree and msgspec's ordered encoder writes JCS; a test compares it with the ``rfc8785`` package.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from touchstone.standards.envelope import Document
from touchstone.value import Value


def canonical_bytes(value: Value) -> bytes:
    """Return the JCS bytes of ``value``; a public document without its proofs."""
    if isinstance(value, Document) and value.proof:
        value = msgspec.structs.replace(value, proof=())
    return msgspec.json.encode(value, order="sorted")


def digest(value: Value) -> str:
    """Return ``sha256:`` and the hexadecimal SHA-256 over :func:`canonical_bytes`."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()


def normal_form(value: Value) -> dict[str, Any]:
    """Return ``value`` as plain JSON data in normal form, proofs included."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value, order="sorted"))
    return plain
