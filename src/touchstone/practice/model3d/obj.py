# SPDX-License-Identifier: Apache-2.0
"""Wavefront OBJ: vertices and polygons; everything else in it (materials, curves, groups) is passed over and no file it names is opened.

A polygon is cut into a fan of triangles from its first corner, as viewers do.
"""

from __future__ import annotations

import re

import numpy as np

from touchstone.errors import ModelError
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import Source
from touchstone.practice.model3d.stl import as_numbers, check_count

_LOOKS = re.compile(rb"(?m)^[ \t]*(?:v[ \t]+[-+.0-9]|f[ \t]+-?[0-9])")
_LARGEST = 64 * 1024 * 1024
_MOST_CORNERS = 1_000


def looks_like_obj(content: bytes) -> bool:
    """Tell whether lines of an OBJ stand near the beginning."""
    head = content[:65536]
    return b"\0" not in head and _LOOKS.search(head) is not None


def read_obj(content: bytes, limits: Limits) -> Source:
    """Read an OBJ.

    :raises ModelError: ``syntax``, ``index``, ``not_finite``, ``too_many_triangles``, ``file_too_large`` or ``empty``.
    """
    if len(content) > _LARGEST:
        raise ModelError("file_too_large", "the OBJ is too large", expected=f"at most {_LARGEST} bytes",
                         found=len(content), hint="Export a binary STL or a 3MF.")  # fmt: skip
    positions: list[bytes] = []
    corners: list[int] = []
    count = 0
    remarks: set[str] = set()
    for number, line in enumerate(content.splitlines(), 1):
        parts = line.split(None, 1)
        if not parts:
            continue
        if parts[0] == b"v":
            numbers = parts[1].split(None, 3)[:3] if len(parts) > 1 else []
            if len(numbers) != 3:
                raise ModelError("syntax", "a vertex has three coordinates", field=f"line {number}")
            positions += numbers
            count += 1
        elif parts[0] == b"f":
            corners += _fan(parts[1] if len(parts) > 1 else b"", count, number)
            if len(corners) > 3 * limits.triangles:
                check_count(len(corners) // 3, limits)
        elif parts[0] in (b"mtllib", b"call", b"csh"):
            remarks.add("other_files_not_opened")
    check_count(len(corners) // 3, limits)
    places = np.array(corners, dtype=np.int64)
    if int(places.max()) >= count:
        raise ModelError("index", "a face names a vertex that is not there", expected=f"1 to {count}",
                         found=int(places.max()) + 1)  # fmt: skip
    vertices = np.stack([as_numbers(positions[axis::3], "a vertex") for axis in range(3)], axis=1)
    return Source("OBJ", vertices[places], remarks=tuple(sorted(remarks)))


def _fan(text: bytes, count: int, line: int) -> list[int]:
    """Return the corners of the triangles of a polygon, from 0; negative indices count back from the last vertex so far."""
    words = text.split(b"#", 1)[0].split(None, _MOST_CORNERS + 1)
    if not 3 <= len(words) <= _MOST_CORNERS:
        raise ModelError("syntax", "a face has at least three corners", field=f"line {line}", found=len(words))
    ids = []
    for word in words:
        digits = word.split(b"/", 1)[0]
        if len(digits) > 10 or not digits.lstrip(b"-").isdigit():
            raise ModelError("index", "a face names no vertex", field=f"line {line}", found=word[:40].decode("latin-1"))
        named = int(digits)
        place = named - 1 if named > 0 else count + named
        if named == 0 or place < 0 or place > 2**31:
            raise ModelError("index", "a face names a vertex that is not there", field=f"line {line}", found=named)
        ids.append(place)
    return [corner for second in range(1, len(ids) - 1) for corner in (ids[0], ids[second], ids[second + 1])]
