# SPDX-License-Identifier: Apache-2.0
"""The JSON Canonicalization Scheme (RFC 8785).

The fast way is a plain sorted dump. It gives the same bytes wherever there are no fractions and no key that has a character beyond U+D7FF,
where the order of code points and that of UTF-16 units part; anything else goes the long way through ``rfc8785``.
"""

from __future__ import annotations

from typing import Any

import orjson

from touchstone.credentials.canonical.strict_json import MAX_INTEGER, Json
from touchstone.errors import CredentialError

_FIRST_DOUBTFUL = "\ue000"
_DOUBTFUL_BYTES = bytes(range(_FIRST_DOUBTFUL.encode()[0], 256))  # what UTF-8 starts such characters with


def canonicalise(value: Json, *, whole_numbers: bool = False) -> bytes:
    """Return the canonical bytes of JSON data (RFC 8785).

    :param whole_numbers: what `strict_json.read` says, and nobody else: a value that was not read from bytes may hold what JSON cannot,
        such as NaN, which would be written as null, and signed.
    :raises CredentialError: ``not_canonicalisable`` for what JSON cannot carry: an integer beyond 2^53 - 1, an infinite number, half of
        a UTF-16 pair, a key that is no string.
    """
    if whole_numbers or has_plain_numbers(value):
        try:
            dumped = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except (TypeError, ValueError):
            return _the_long_way(value)  # which says what is wrong
        if dumped.isascii() or len(dumped.translate(None, _DOUBTFUL_BYTES)) == len(dumped) or has_plain_keys(value):
            return dumped
    return _the_long_way(value)


def _the_long_way(value: Json) -> bytes:
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError, AttributeError, TypeError) as error:
        raise CredentialError(
            "not_canonicalisable", "this has no canonical form as JSON", found=str(error) or None
        ) from None


def has_plain_numbers(value: Json) -> bool:
    """Say whether there is nothing but plain JSON without fractions, so that every writer writes it alike."""
    rest: list[Any] = [[value]]
    for item in rest:
        for each in item.values() if type(item) is dict else item:
            kind = type(each)
            if kind is str or kind is bool or each is None:
                continue
            if kind is dict or kind is list:
                rest.append(each)
            elif kind is not int or not -MAX_INTEGER <= each <= MAX_INTEGER:
                return False
    return True


def has_plain_keys(value: Json) -> bool:
    """Say whether every key has its place in the order of code points and in that of UTF-16 units alike."""
    rest: list[Json] = [value]
    for item in rest:
        if isinstance(item, dict):
            if item and max(item) >= _FIRST_DOUBTFUL:
                return False
            rest += item.values()
        elif isinstance(item, list):
            rest += item
    return True
