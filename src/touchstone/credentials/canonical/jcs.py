# SPDX-License-Identifier: Apache-2.0
"""The JSON Canonicalization Scheme (RFC 8785).

The fast way is a plain sorted dump. It gives the same bytes wherever there are no fractions and no key beyond U+D7FF, where the order of code
points and that of UTF-16 units part; anything else goes the long way through ``rfc8785``.
"""

from __future__ import annotations

from touchstone.credentials.canonical.strict_json import MAX_INTEGER, Json
from touchstone.errors import CredentialError

_FIRST_DOUBTFUL = "\ue000"


def canonicalise(value: Json) -> bytes:
    """Return the canonical bytes of JSON data (RFC 8785).

    :raises CredentialError: ``not_canonicalisable`` for what JSON cannot carry: an integer beyond 2^53 - 1, an infinite number, half of
        a UTF-16 pair, a key that is no string.
    """
    if _is_plain(value):
        import orjson

        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except (TypeError, ValueError):
            pass  # the long way says what is wrong
    return _the_long_way(value)


def _the_long_way(value: Json) -> bytes:
    import rfc8785

    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError, AttributeError, TypeError) as error:
        raise CredentialError(
            "not_canonicalisable", "this has no canonical form as JSON", found=str(error) or None
        ) from None


def _is_plain(value: Json) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return _is_plain_object(value)  # type: ignore[arg-type]
    if kind is list:
        return all(map(_is_plain, value))  # type: ignore[arg-type]
    return kind is int and -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]


def _is_plain_object(value: dict[str, Json]) -> bool:
    try:
        return not value or (max(value) < _FIRST_DOUBTFUL and all(map(_is_plain, value.values())))
    except TypeError:  # a key that is no string
        return False
