# SPDX-License-Identifier: Apache-2.0
"""The mesh that every measurement works on: vertices without doubles and triangles between them, in millimetres.

Vertices are merged where their coordinates are equal to the last bit, never where they are merely near: what a file leaves open is a
finding, not something to mend.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.errors import ModelError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Numbers = NDArray[Any]

LARGEST = 1e6
"""The largest coordinate in millimetres: a kilometre is no piece of jewellery, and float32 has lost its micrometres long before."""

_MULTIPLIERS = (
    (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9),
    (0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB),
)  # odd 64-bit constants that spread the bits of a float's pattern


class Source(NamedTuple):
    """What a reader found in a file.

    :param corners: the corners of all triangles, ``(3 n, 3)`` floats, in the unit of the file.
    :param unit: the unit that the file states, or an empty text (STL and OBJ state none).
    :param scale: millimetres in one such unit.
    """

    format: str
    corners: Numbers
    unit: str = ""
    scale: float = 1.0
    remarks: tuple[str, ...] = ()


class Mesh:
    """Triangles between merged vertices.

    :param vertices: ``(v, 3)`` coordinates in mm.
    :param faces: ``(f, 3)`` indices of vertices; triangles two of whose corners are one vertex are left out.
    :param degenerate: how many were left out so.
    """

    def __init__(self, vertices: Floats, faces: NDArray[np.int32], degenerate: int = 0) -> None:
        self.vertices, self.faces, self.degenerate = vertices, faces, degenerate

    @cached_property
    def corners(self) -> tuple[Floats, Floats, Floats]:
        """The first, second and third corner of every facet, seen from the middle of the bounding box."""
        centred = self.vertices - self.middle
        return centred[self.faces[:, 0]], centred[self.faces[:, 1]], centred[self.faces[:, 2]]

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest coordinates."""
        return self.vertices.min(axis=0), self.vertices.max(axis=0)

    @cached_property
    def middle(self) -> Floats:
        """The middle of the bounding box; coordinates are taken from there, so that little is lost by rounding."""
        low, high = self.bounds
        return np.asarray((low + high) / 2, dtype=np.float64)

    @cached_property
    def diagonal(self) -> float:
        """The diagonal of the bounding box."""
        low, high = self.bounds
        return float(np.sqrt(((high - low) ** 2).sum()))

    @cached_property
    def _areas_and_normals(self) -> tuple[Floats, Floats]:
        a, b, c = self.corners
        normals = cross(b - a, c - a)
        doubles = np.asarray(np.sqrt(dot(normals, normals)))
        normals /= np.where(doubles > 0, doubles, 1.0)[:, None]
        return doubles / 2, normals

    @property
    def areas(self) -> Floats:
        """The area of every facet."""
        return self._areas_and_normals[0]

    @property
    def normals(self) -> Floats:
        """The unit normal of every facet; zero where it has no area."""
        return self._areas_and_normals[1]

    @property
    def centroids(self) -> Floats:
        """The middle of every facet, seen from the middle of the bounding box; computed anew, as it is as large as the rest."""
        a, b, c = self.corners
        return (a + b + c) / 3


def cross(a: Floats, b: Floats) -> Floats:
    """Return the cross products of rows; numpy's own takes several times as long."""
    out = np.empty_like(a)
    out[:, 0] = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    out[:, 1] = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    out[:, 2] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return out


def dot(a: Floats, b: Floats) -> Floats:
    """Return the dot products of rows."""
    return np.asarray(np.einsum("ij,ij->i", a, b))


def mesh_of(source: Source) -> Mesh:
    """Merge the corners of a file into a mesh in millimetres.

    :raises ModelError: when a coordinate is no finite number or beyond a kilometre, or no triangle is left.
    """
    corners = source.corners
    if not len(corners):
        raise ModelError("empty", "the model has no triangle")
    low, high = float(corners.min()), float(corners.max())  # both keep a NaN
    if not (np.isfinite(low) and np.isfinite(high)):
        where = int(np.flatnonzero(~np.isfinite(corners).all(axis=1))[0]) // 3
        raise ModelError("not_finite", "a coordinate is not a finite number", field=f"triangle {where + 1}")
    if max(-low, high) * source.scale > LARGEST:
        raise ModelError("too_far", "a coordinate is too large", expected=f"at most {LARGEST:g} mm", found=f"{high:g}")
    kept, of_corner = merged(corners)
    faces = of_corner.reshape(-1, 3)
    whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    if not (all_whole := bool(whole.all())):
        faces = faces[whole]
    if not len(faces):
        raise ModelError("empty", "every triangle of the model is a point or a line")
    vertices = kept.astype(np.float64) * source.scale
    return Mesh(vertices, np.ascontiguousarray(faces), 0 if all_whole else int((~whole).sum()))


def merged(corners: Numbers) -> tuple[Numbers, NDArray[np.int32]]:
    """Return the distinct rows, and for each row which of them it is.

    The bits of each row are mixed into one number whose low bits make room for the row's place, so that one sort of numbers does it; rows
    that were mixed into one number are compared bit by bit afterwards. Should two different rows meet, other multipliers are tried, and
    in the end the rows themselves are sorted.
    """
    corners = corners + corners.dtype.type(0)  # makes −0.0 to 0.0, and a copy
    bits = corners.view(np.uint32 if corners.dtype == np.float32 else np.uint64)
    room = len(corners).bit_length()
    place_mask = np.uint64((1 << room) - 1)
    for multipliers in _MULTIPLIERS:
        keys = _mixed(bits, multipliers)
        keys &= ~place_mask
        keys |= np.arange(len(corners), dtype=np.uint64)
        keys.sort()
        places = (keys & place_mask).astype(np.int64)
        keys >>= np.uint64(room)
        kept, which = _numbered(places, keys[1:] != keys[:-1])
        rows = corners[kept]
        if np.array_equal(rows[which], corners):
            return rows, which
    order = np.lexsort(corners.T)
    ordered = corners[order]
    kept, which = _numbered(order, (ordered[1:] != ordered[:-1]).any(axis=1))
    return corners[kept], which


def _mixed(bits: Numbers, multipliers: tuple[int, ...]) -> NDArray[np.uint64]:
    mixed = np.zeros(len(bits), dtype=np.uint64)
    for column, multiplier in enumerate(multipliers):
        mixed ^= bits[:, column]
        mixed *= np.uint64(multiplier)  # wraps around, as a hash does
        mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(multipliers[0])
    return mixed


def _numbered(places: Ints, begins: Bools) -> tuple[Ints, NDArray[np.int32]]:
    """Return the place of the first row of every run of a sorted order, and the run that each row belongs to."""
    runs = np.empty(len(places), dtype=np.int32)
    runs[0] = 0
    np.cumsum(begins, dtype=np.int32, out=runs[1:])
    which = np.empty(len(places), dtype=np.int32)
    which[places] = runs
    return places[np.concatenate(([0], np.flatnonzero(begins) + 1))], which
