# SPDX-License-Identifier: Apache-2.0
"""STL, binary and ASCII: a soup of triangles without a unit.

Binary: 80 bytes of anything, the number of triangles, and 50 bytes for each (its normal, which is not used: the corners' order says the
same; three corners; two bytes of anything). The size of the file must be 84 + 50 n before anything is taken from it.
"""

from __future__ import annotations

import re

import numpy as np

from touchstone.errors import ModelError
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import Numbers, Source

_HEAD, _EACH = 84, 50
_FACET = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
_BLOCK = 1 << 20
_LOOKED_AT = 1000
_SMALLEST, _LARGEST = 1e-12, 1e7  # in any unit of length
_MOSTLY = 0.9
_LONGEST = 40  # characters of a number
_NAMES = re.compile(rb"(?m)^[ \t]*(?:end)?solid\b[^\n]*$")
_WORDS = {0: b"facet", 1: b"normal", 5: b"outer", 6: b"loop", 7: b"vertex", 11: b"vertex", 15: b"vertex",
          19: b"endloop", 20: b"endfacet"}  # fmt: skip
_A_FACET = 21
_VALUES = [8, 9, 10, 12, 13, 14, 16, 17, 18]
NUMERIC = b"0123456789+-.eE"


def _counted(content: bytes) -> int:
    return int.from_bytes(content[80:84], "little")


def is_binary(content: bytes) -> bool:
    """Tell whether the size of a file is that of a binary STL with as many triangles as it says."""
    return len(content) >= _HEAD and len(content) == _HEAD + _EACH * _counted(content)


def looks_like_ascii(content: bytes) -> bool:
    """Tell whether a file begins as an ASCII STL does."""
    start = content[:1024].lstrip().lower()
    return start.startswith(b"solid") and (b"facet" in content[:4096].lower() or b"endsolid" in start)


def read_binary(content: bytes, limits: Limits) -> Source:
    """Read a binary STL.

    :raises ModelError: ``format_unknown``, ``truncated``, ``count_lies``, ``too_many_triangles`` or ``empty``.
    """
    count, held = _counted(content), (len(content) - _HEAD) / _EACH
    if count != held:
        if not _may_be_binary(content, count, limits):
            raise ModelError("format_unknown", "the file is no STL, 3MF or OBJ", hint="Export one of them.")
        code, told = ("truncated", "ends too early") if count > held else ("count_lies", "has more than its triangles")
        raise ModelError(code, f"the STL {told}", expected=f"{_HEAD + _EACH * count} bytes for {count} triangles",
                         found=f"{len(content)} bytes", hint="Export it again, or upload it again.")  # fmt: skip
    check_count(count, limits)
    facets = np.frombuffer(content, dtype=_FACET, offset=_HEAD, count=count)
    return Source("STL (binary)", np.ascontiguousarray(facets["corners"]).reshape(-1, 3))


def _may_be_binary(content: bytes, count: int, limits: Limits) -> bool:
    """Tell whether a file of another size is rather a damaged STL than something else: what would be corners is of the size of things."""
    held = min(max(len(content) - _HEAD, 0) // _EACH, _LOOKED_AT)
    if not held:
        return len(content) >= _HEAD and count <= limits.triangles
    corners = np.abs(np.frombuffer(content, dtype=_FACET, offset=_HEAD, count=held)["corners"])
    return bool(((corners == 0) | ((corners > _SMALLEST) & (corners < _LARGEST))).mean() > _MOSTLY)


def check_count(count: int, limits: Limits) -> None:
    """Refuse a model with no triangle, or with too many."""
    if not count:
        raise ModelError("empty", "the model has no triangle")
    if count > limits.triangles:
        raise ModelError("too_many_triangles", "the model has too many triangles",
                         expected=f"at most {limits.triangles}", found=count, hint="Export a coarser mesh.")  # fmt: skip


def read_ascii(content: bytes, limits: Limits) -> Source:
    """Read an ASCII STL, block by block.

    :raises ModelError: ``syntax``, ``truncated``, ``not_finite``, ``too_many_triangles`` or ``empty``.
    """
    blocks: list[Numbers] = []
    count = start = 0
    while start < len(content):
        end = _end_of_block(content, start)
        block = _block(content[start:end], content, start)
        count += len(block) // 3
        check_count(max(count, 1), limits)
        blocks.append(block)
        start = end
    check_count(count, limits)
    return Source("STL (ASCII)", np.concatenate(blocks))


def _end_of_block(content: bytes, start: int) -> int:
    """Return where a block of whole facets ends."""
    if start + _BLOCK >= len(content):
        return len(content)
    for word in (b"endfacet", b"ENDFACET"):
        found = content.rfind(word, start, start + _BLOCK)
        if found >= 0:
            return found + len(word)
    raise ModelError("syntax", "the STL has no end of a facet for a long while", field=_line(content, start))


def _block(block: bytes, content: bytes, start: int) -> Numbers:
    tokens = _NAMES.sub(b"", block).lower().split()
    if not tokens:
        return np.empty((0, 3), dtype=np.float32)
    if len(tokens) % _A_FACET:
        if len(tokens) > _A_FACET and tokens[-len(tokens) % _A_FACET - 1] != b"endfacet" and b"endsolid" not in block:
            raise ModelError("truncated", "the STL ends within a facet", field=_line(content, start + len(block)))
        raise ModelError("syntax", "a facet of the STL is not whole", field=_line(content, start))
    for place, word in _WORDS.items():
        if any(token != word for token in tokens[place::_A_FACET]):
            wrong = next(token for token in tokens[place::_A_FACET] if token != word)
            raise ModelError("syntax", "a facet of the STL is not as it should be", field=_line(content, start),
                             expected=word.decode(), found=wrong[:_LONGEST].decode("latin-1"))  # fmt: skip
    columns = [tokens[place::_A_FACET] for place in _VALUES]
    table = np.stack([as_numbers(column, _line(content, start)) for column in columns], axis=1)
    return table.astype(np.float32).reshape(-1, 3)


def as_numbers(tokens: list[bytes], where: str) -> Numbers:
    """Return texts as numbers; ``nan``, ``inf`` and what is no number are refused."""
    if max(map(len, tokens)) > _LONGEST:
        raise ModelError("syntax", "a number is too long", field=where)
    joined = b"".join(tokens)
    if joined.translate(None, NUMERIC):
        wrong = next(token for token in tokens if token.translate(None, NUMERIC))
        named = wrong.lower().lstrip(b"+-")
        code = "not_finite" if named.startswith((b"nan", b"inf")) else "syntax"
        raise ModelError(code, "a coordinate is not a finite number", field=where, found=wrong.decode("latin-1"))
    try:
        return np.array(tokens, dtype=np.bytes_).astype(np.float64)
    except ValueError:
        raise ModelError("syntax", "a coordinate is not a number", field=where) from None


def _line(content: bytes, at: int) -> str:
    return "line " + str(content.count(b"\n", 0, at) + 1)
