# SPDX-License-Identifier: Apache-2.0
"""Members of JSON objects of which nothing is known yet: what is not of the wanted kind is as if it were not there.

In JSON-LD one value and a list of one value mean the same, so readers ask for *all* values of a member.
"""

from __future__ import annotations

import re

from touchstone.standards.exchange.strict_json import JsonObject, JsonValue

_URL = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~"
    r"\u00a1-\u061b\u061d-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef]+"
)


def values(value: JsonValue) -> list[JsonValue]:
    """Return all values of a member: none of an absent one, the items of a list, else the one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: JsonValue) -> list[JsonObject]:
    """Return those values that are objects."""
    return [each for each in values(value) if isinstance(each, dict)]


def strings(value: JsonValue) -> list[str]:
    """Return those values that are strings."""
    return [each for each in values(value) if isinstance(each, str)]


def string(value: JsonValue) -> str:
    """Return the value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def first_object(value: JsonValue) -> JsonObject:
    """Return the first value that is an object, else an empty one."""
    return next(iter(objects(value)), {})


def identifier(value: JsonValue) -> str:
    """Return what names a node: the string itself, or the ``id`` of an object; else an empty text."""
    return string(value.get("id")) if isinstance(value, dict) else string(value)


def is_url(value: JsonValue) -> bool:
    """Tell whether a value is an absolute URL, as VC Data Model 2.0, 4.4 asks of an identifier: a scheme and what follows it.

    Blanks of no width and what turns writing around have no place in one (RFC 3987, 4.1): two ids would look the same.
    """
    return isinstance(value, str) and len(value) <= 8192 and _URL.fullmatch(value) is not None
