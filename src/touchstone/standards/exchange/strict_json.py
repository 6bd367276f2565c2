# SPDX-License-Identifier: Apache-2.0
"""JSON from strangers: one strict door, which keeps numbers, nulls and unknown fields as they are.

RFC 8259 leaves much to the reader; this one follows I-JSON (RFC 7493) and refuses what two readers could understand differently, or
what is only there to exhaust one: duplicate keys, numbers beyond a double, halves of surrogate pairs, deep nesting, crowds of
values. The shape is looked at before anything is built.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import accumulate

from touchstone.errors import DocumentError
from touchstone.standards.reading import decode_text
from touchstone.standards.tree import MAX_DEPTH

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

MAX_VALUES = 150_000
MAX_TEXT = 1024 * 1024
MAX_WHOLE = 2**53 - 1

_STRING = re.compile(rb'"[^"]*"?')
_NOT_STRUCTURE = bytes(set(range(256)) - set(b"[]{},"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read_strict(content: bytes) -> JsonValue:
    """Return the value that JSON text of at most 8 MiB describes.

    :raises DocumentError: telling the first thing that is refused, with its line where there is one.
    """
    text = decode_text(content)
    _refuse_shape(content)
    try:
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_int=_whole, parse_float=_finite, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise DocumentError(f"the file is not JSON ({error.msg})", line=error.lineno) from None
    _refuse_characters(value)
    return value


def write_json(value: JsonValue) -> bytes:
    """Return JSON as people read it: indented, in the order of the fields, with a line break at its end."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"


def _refuse_shape(content: bytes) -> None:
    """Refuse crowds and depth by the brackets and commas outside of strings, before a single value is built."""
    unescaped = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    if unescaped.count(b'"') > 4 * MAX_VALUES:
        raise _crowded()
    if any(found.end() - found.start() > MAX_TEXT for found in _STRING.finditer(unescaped)):
        raise DocumentError("a text is too long", expected=f"at most {MAX_TEXT} bytes")
    skeleton = _STRING.sub(b"", unescaped).translate(None, _NOT_STRUCTURE)
    if len(skeleton) > 3 * MAX_VALUES or sum(skeleton.count(mark) for mark in (b",", b"[", b"{")) > MAX_VALUES:
        raise _crowded()
    if max(accumulate(map(_STEP.__getitem__, skeleton)), default=0) > MAX_DEPTH:
        raise DocumentError("the file nests too deeply", expected=f"at most {MAX_DEPTH} levels")


def _crowded() -> DocumentError:
    return DocumentError("the file holds too many values", expected=f"at most {MAX_VALUES}", hint="Split it.")


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise DocumentError("a field stands twice in one object", found=_twice(pairs), hint="Keep one of them.")
    return value


def _twice(pairs: list[tuple[str, JsonValue]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_WHOLE:
        raise DocumentError("a whole number is too large", expected=f"at most {MAX_WHOLE}", found=text[:40])
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise DocumentError("a number is not finite", found=text[:40])
    return value


def _refuse_constant(name: str) -> float:
    raise DocumentError("a number is not finite", found=name)


def _refuse_characters(value: JsonValue) -> None:
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text:
                if _UNPRINTABLE.search(text):
                    raise DocumentError("the text holds a control character or half a character", found=text[:40])
            case list() as items:
                pending.extend(items)
            case dict() as fields:
                pending.extend(fields)
                pending.extend(fields.values())
            case _:
                pass
