# SPDX-License-Identifier: Apache-2.0
"""Ids in credentials: W3C and 1EdTech want URLs, our documents have ids of any form, and a person's id must tell nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Annotated

from msgspec import Meta

from touchstone.errors import CredentialError

Did = Annotated[str, Meta(pattern=r"^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$", description="a DID such as did:key:z6Mk…")]

_WRAPPED = "urn:x-touchstone:id:"
_SUBJECT = "urn:x-touchstone:subject:"
_PLAIN_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
MINIMUM_SALT = 16


def as_url(identifier: str) -> str:
    """Return an id as the URL that the standards want: itself if it is one, else wrapped in a URN from which it comes
    back unharmed.
    """
    is_plain = _PLAIN_URL.fullmatch(identifier) and not identifier.startswith(_WRAPPED)
    return identifier if is_plain else _WRAPPED + quote(identifier)


def from_url(url: str) -> str:
    """Return the id that :func:`as_url` was given; any other URL is its own."""
    return unquote(url.removeprefix(_WRAPPED)) if url.startswith(_WRAPPED) else url


def salted_subject(reference: str, salt: bytes) -> str:
    """Return a subject id that is the same for the same person and salt, and that nobody without the salt can try out.

    :param reference: how the issuer knows the person (a learner's number); it cannot be found out from the result.
    :param salt: at least 16 secret random bytes, kept by the issuer.
    """
    if len(salt) < MINIMUM_SALT:
        raise CredentialError(
            "salt_too_short",
            "the salt is too short to keep anybody from trying out",
            expected="16 bytes",
            found=len(salt),
        )
    digest = hmac.digest(salt, reference.encode(), hashlib.sha256)
    return _SUBJECT + base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def quote(text: str) -> str:
    """Percent-encode all but the unreserved characters of RFC 3986, in UTF-8."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode())


def unquote(text: str) -> str:
    """Undo :func:`quote`; what is not UTF-8 behind the percent signs is left as it stands."""
    try:
        return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), text)
    except UnicodeDecodeError:
        return text
