# SPDX-License-Identifier: Apache-2.0
"""JSON from outside, read without guessing: what two readers could understand differently is refused.

RFC 8259 leaves open what a repeated key, an integer beyond 2^53 or a lone surrogate means; I-JSON (RFC 7493) forbids them, and so does
this reader, because a signature over a document that others read otherwise proves nothing.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple, NoReturn, TypeAlias

import msgspec
import orjson

from touchstone.errors import CredentialError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""Plain JSON data, as decoded."""

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_PARTS = 1 << 16
MAX_INTEGER = (1 << 53) - 1

LARGEST_AS_WRITTEN = 64 << 10
"""Above this size, in bytes, a document's depth and parts are looked at before it is decoded."""
_DEEPEST = b"\n" + b"  " * MAX_DEPTH

# Possessive, and an unfinished string runs to the end: one pass over any input, however hostile.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_CONTAINERS = (dict, list)
_OPENING = bytes.maketrans(b"{}[]", b"()()")
_NOT_BRACKETS = bytes(code for code in range(256) if code not in b"{}[]")
_NOT_NUMBERS = bytes(code for code in range(256) if code not in b"0123456789")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_DOUBTFUL_NUMBER = re.compile(rb"\d{16}|[eE][-+]?\d|\d\.\d{16}")  # long ones are read twice, to be exact about them


class Decoded(NamedTuple):
    """A decoded document, and what is known of it.

    :param whole_numbers: that every number is an integer of at most 2^53 - 1. Only the strict reader knows it, of bytes that it has read.
    """

    value: Json
    whole_numbers: bool = False


def loads(content: bytes, *, max_bytes: int = MAX_BYTES) -> Json:
    """Decode JSON strictly (RFC 8259, RFC 7493).

    :param content: the document as UTF-8, without a byte order mark.
    :param max_bytes: the largest size accepted, in bytes.
    :raises CredentialError: ``too_large``, ``empty``, ``bom``, ``not_utf8``, ``too_deep``, ``duplicate_key``, ``not_finite``,
        ``integer_too_large``, ``lone_surrogate`` or ``json_invalid``.
    """
    return read(content, max_bytes=max_bytes).value


def read(content: bytes, *, max_bytes: int = MAX_BYTES) -> Decoded:
    """Decode JSON as `loads` does, and tell what else became known of it."""
    if len(content) <= min(max_bytes, LARGEST_AS_WRITTEN) and (written := _as_written(content)) is not None:
        return Decoded(written, whole_numbers=True)
    text = checked_text(content, max_bytes=max_bytes)
    outside = outside_strings(content)
    check_depth(outside)
    if not (outside.translate(None, _NOT_NUMBERS) and _DOUBTFUL_NUMBER.search(outside)):
        try:
            value: Json = _FAST.decode(content)
        except (msgspec.DecodeError, RecursionError):
            return Decoded(_slowly(text))  # which says what is wrong
        if _WRITTEN.encode(value) == content or keys_in(value) == outside.count(b":"):
            return Decoded(value)
    return Decoded(_slowly(text))


def _as_written(content: bytes) -> Json:
    """Return what a plain writer wrote without fractions, which leaves no doubt; None for anything else, which needs a closer look.

    If writing the value gives the very bytes again, no key stood twice, no number was rounded and no character was broken. Written with
    indents it shows its depth: a line feed stands in no string.
    """
    try:
        value: Json = _WITHOUT_FRACTIONS.decode(content)
        if orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) != content:
            return None
        return None if _DEEPEST in orjson.dumps(value, option=orjson.OPT_INDENT_2) else value
    except (ValueError, TypeError, RecursionError):
        return None


def _no_fraction(digits: str) -> NoReturn:
    raise ValueError(digits)


def _slowly(text: str) -> Json:
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _invalid(error) from None
    if _SURROGATE.search(text):
        check_surrogates(value)
    return value


def outside_strings(content: bytes) -> bytes:
    """Return all that stands outside string literals."""
    if b"\\" in content:
        return STRING.sub(b"", content)
    return b"".join(content.split(b'"')[::2])


def keys_in(value: Json) -> int:
    """Count the keys of all objects: fewer than the colons between strings if one of them stood twice."""
    count = 0
    rest = [value]
    for item in rest:
        if isinstance(item, dict):
            count += len(item)
            rest += [each for each in item.values() if not isinstance(each, str)]
        elif isinstance(item, list):
            rest += [each for each in item if not isinstance(each, str)]
    return count


def checked_text(content: bytes, *, max_bytes: int = MAX_BYTES) -> str:
    """Return the content as text if its size and encoding are sound."""
    if len(content) > max_bytes:
        raise CredentialError(
            "too_large",
            "the document is too large",
            expected=f"at most {max_bytes:,} bytes",
            found=f"{len(content):,} bytes",
        )
    if content.startswith(b"\xef\xbb\xbf"):
        raise CredentialError(
            "bom", "the document starts with a byte order mark", hint="Save it as UTF-8 without a mark."
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CredentialError("not_utf8", f"the document is not UTF-8: byte {error.start} cannot be read") from None
    if not text.strip():
        raise CredentialError("empty", "the document is empty")
    return text


def check_depth(outside_strings: bytes) -> None:
    """Refuse nesting and numbers of parts beyond the limits, given all that stands outside string literals.

    Each round takes away the innermost pairs of brackets, all at once: as many rounds as levels, each of them one pass in C.
    """
    brackets = outside_strings.translate(_OPENING, _NOT_BRACKETS)
    if len(brackets) > 2 * MAX_PARTS:
        raise CredentialError(
            "too_large", "the document has too many parts", expected=f"at most {MAX_PARTS:,} arrays and objects"
        )
    for _ in range(MAX_DEPTH):
        if not brackets:
            return
        brackets = brackets.replace(b"()", b"")
    if b"()" in brackets or brackets.count(b"(") > MAX_DEPTH:
        raise CredentialError("too_deep", "the document is nested too deeply", expected=f"at most {MAX_DEPTH} levels")


def check_values(value: Json, most: int) -> None:
    """Refuse a document of more members and items than so many, all levels taken together: each of them costs whoever looks at it.

    :raises CredentialError: ``too_large``.
    """
    count = 0
    rest: list[Any] = [[value]]
    for item in rest:
        count += len(item)
        if count > most:
            raise CredentialError(
                "too_large", "the document has too many parts", expected=f"at most {most:,} members and items"
            )
        for each in item.values() if isinstance(item, dict) else item:
            if not isinstance(each, str) and isinstance(each, _CONTAINERS):  # nearly all are strings
                rest.append(each)


def check_surrogates(value: Json) -> None:
    """Refuse half of a UTF-16 pair anywhere, in keys or in strings."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest += item.keys()
            rest += item.values()
        elif isinstance(item, list):
            rest += item
        elif isinstance(item, str) and not item.isascii():
            try:
                item.encode("utf-8")
            except UnicodeEncodeError:
                raise CredentialError(
                    "lone_surrogate", "a string holds half of a character (a lone surrogate)"
                ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise CredentialError(
            "duplicate_key", "a key stands twice in one object", found=twice.encode("utf-8", "replace").decode()
        )
    return value


def _integer(digits: str) -> int:
    # The length is looked at first: int() takes time that grows with its square.
    if len(digits) > 17 or abs(value := int(digits)) > MAX_INTEGER:
        raise CredentialError(
            "integer_too_large",
            "an integer is too large to be read alike everywhere",
            expected="at most 2^53 - 1",
            found=digits[:40],
        )
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise CredentialError("not_finite", "a number is beyond what a double can hold", found=digits[:40])
    return value


def _constant(name: str) -> NoReturn:
    raise CredentialError("not_finite", "a number is not finite", found=name)


def _invalid(error: json.JSONDecodeError) -> CredentialError:
    return CredentialError(
        "json_invalid", f"the document is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", line=error.lineno
    )


_FAST = msgspec.json.Decoder()
_WITHOUT_FRACTIONS = msgspec.json.Decoder(float_hook=_no_fraction)
_WRITTEN = msgspec.json.Encoder()
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
