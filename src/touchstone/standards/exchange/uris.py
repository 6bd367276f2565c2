# SPDX-License-Identifier: Apache-2.0
"""Ids as uris, and the UUIDs that other formats ask for: always the same for the same id."""

from __future__ import annotations

import re
import uuid

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s|]+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ENCODE = re.compile(r"[^A-Za-z0-9._~-]+")
_OURS = "urn:touchstone:"


def uri_of(identifier: str) -> str:
    """Return an id as a uri; what is none becomes a urn from which :func:`id_of` reads it again."""
    if _URI.fullmatch(identifier) and not identifier.startswith(_OURS):
        return identifier
    return _OURS + percent_encoded(identifier)


def id_of(uri: str) -> str:
    """Return the id that :func:`uri_of` wrote as ``uri``; any other uri is an id already."""
    return percent_decoded(uri.removeprefix(_OURS)) if uri.startswith(_OURS) else uri


def level_uri(scale: str, code: str) -> str:
    """Return the uri of a level of a scale."""
    return f"{uri_of(scale)}#{percent_encoded(code)}"


def uuid_of(uri: str) -> str:
    """Return the UUID at the end of a uri, or one derived from all of it (RFC 9562, version 5)."""
    last = uri[-36:]
    return last.lower() if _UUID.fullmatch(last) else str(uuid.uuid5(uuid.NAMESPACE_URL, uri))


def percent_encoded(text: str) -> str:
    """Return a text as one segment of a uri (RFC 3986, section 2.1)."""
    return _ENCODE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text)


def percent_decoded(segment: str) -> str:
    """Return the text that :func:`percent_encoded` wrote."""
    return _ENCODED.sub(lambda found: bytes.fromhex(found.group().replace("%", "")).decode(errors="replace"), segment)
