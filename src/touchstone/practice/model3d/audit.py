# SPDX-License-Identifier: Apache-2.0
"""Whether a mesh bounds a solid: every edge must lie between exactly two facets that run along it in opposite directions.

That alone says less than "watertight" seems to: a mesh whose facets all face inward passes, and so do two solids through each other
(:mod:`touchstone.practice.model3d.solids`, :mod:`touchstone.practice.model3d.walls`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, dot

_KEY_BITS = 64
_BATCH = 1 << 18


class Audit(NamedTuple):
    """What is wrong with the edges of a mesh, and how its facets hang together.

    :param boundary: edges of one facet only; ``non_manifold`` edges of three or more.
    :param inconsistent: edges that two facets run along in the same direction.
    :param duplicates: facets that stand there a second time, whichever way they face.
    :param pairs: the two facets at every edge that has exactly two, ``(e, 2)``; ``ends``: the edge's two vertices.
    """

    edges: int
    boundary: int
    non_manifold: int
    inconsistent: int
    duplicates: int
    pairs: NDArray[np.int32]
    ends: NDArray[np.int32]

    @property
    def is_sound(self) -> bool:
        """Whether every edge is as it should be."""
        return not (self.boundary or self.non_manifold or self.inconsistent)


def audit(mesh: Mesh) -> Audit:
    """Look at every edge of a mesh."""
    low, high, half, forward = _sorted_half_edges(mesh)
    same = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    starts = np.concatenate(([0], np.flatnonzero(~same) + 1))
    uses = np.diff(np.concatenate((starts, [len(low)])))
    firsts = starts if (all_two := bool((uses == 2).all())) else starts[uses == 2]
    against = forward[firsts] != forward[firsts + 1]
    inconsistent = int((~against).sum())
    many = starts[uses > 2]
    sound = all_two and not inconsistent
    pairs = np.empty((len(firsts), 2), dtype=np.int32)
    pairs[:, 0], pairs[:, 1] = half[firsts], half[firsts + 1]
    pairs %= len(mesh.faces)
    ends = np.empty((len(firsts), 2), dtype=np.int32)
    ends[:, 0], ends[:, 1] = low[firsts], high[firsts]
    return Audit(
        edges=len(starts),
        boundary=int((uses == 1).sum()),
        non_manifold=len(many),
        inconsistent=inconsistent,
        duplicates=0 if sound else _duplicates(mesh),
        pairs=pairs,
        ends=ends,
    )


def _sorted_half_edges(mesh: Mesh) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Bools]:
    """Return, sorted by edge: the lower and the higher vertex, the half edge (side · facets + facet), and its direction.

    Where it fits, edge and half edge go into one number, so that a plain sort does it; this is four times as fast as sorting places.
    """
    faces = mesh.faces
    tails = np.concatenate((faces[:, 0], faces[:, 1], faces[:, 2]))
    heads = np.concatenate((faces[:, 1], faces[:, 2], faces[:, 0]))
    forward = tails < heads
    low, high = np.where(forward, tails, heads), np.where(forward, heads, tails)
    count = len(low)
    of_vertex, of_half = len(mesh.vertices).bit_length(), count.bit_length()
    keys = low.astype(np.uint64) << np.uint64(of_vertex)
    keys |= high.astype(np.uint64)
    if 2 * of_vertex + of_half <= _KEY_BITS:
        keys <<= np.uint64(of_half)
        keys |= np.arange(count, dtype=np.uint64)
        keys.sort()
        half = (keys & np.uint64((1 << of_half) - 1)).astype(np.int32)
        keys >>= np.uint64(of_half)
    else:
        order = np.argsort(keys, kind="stable")
        keys, half = keys[order], order.astype(np.int32)
    mask = np.uint64((1 << of_vertex) - 1)
    return (keys >> np.uint64(of_vertex)).astype(np.int32), (keys & mask).astype(np.int32), half, forward[half]


def _duplicates(mesh: Mesh) -> int:
    corners = np.sort(mesh.faces, axis=1)
    order = np.lexsort(corners.T)
    ordered = corners[order]
    return int((ordered[1:] == ordered[:-1]).all(axis=1).sum())


def components(count: int, pairs: NDArray[np.int32]) -> Ints:
    """Return for each of ``count`` things the number of the group it belongs to, where pairs belong together; from 0, by first member.

    The method of Shiloach and Vishkin (1982): every root hooks onto a smaller one it is paired with, then everything points to its root;
    the number of rounds grows with the logarithm of the count.
    """
    root = np.arange(count, dtype=np.int64)
    left, right = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    while len(left):
        a, b = root[left], root[right]
        apart = a != b
        if not apart.any():
            break
        a, b, left, right = a[apart], b[apart], left[apart], right[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = root[root]
            if np.array_equal(further, root):
                break
            root = further
    numbers = np.cumsum(root == np.arange(count)) - 1
    return np.asarray(numbers[root])


Bend = tuple[Ints, Floats, Floats]


class Smoothness(NamedTuple):
    """What a curved surface has that its facets have not.

    :param sagitta: how far it may stand above the middle of each facet, in mm.
    :param area: how much larger it is altogether, in mm².
    """

    sagitta: Floats
    area: float


def smoothness(mesh: Mesh, found: Audit) -> Smoothness:
    """Estimate how a curved surface departs from its facets.

    Where two facets meet under less than 30° they are taken for facets of one curved surface; a chord ``e`` under the angle ``θ`` of a
    circle stands ``e/2 · tan(θ/4)`` away from it at most. Over the edges of a facet that adds up, as it bends in two directions: on a
    cylinder one edge of each bends, on a sphere of equilateral facets the sum is 9/8 of what it stands above their middle. Sharper edges
    are edges of the piece.
    """
    out, bends = np.zeros(len(mesh.faces)), list(_bends(mesh, found))
    for edges, _, own in bends:
        np.add.at(out, found.pairs[edges, 0], own)
        np.add.at(out, found.pairs[edges, 1], own)
    return Smoothness(out, _unseen_area(mesh, found, bends, out))


def _bends(mesh: Mesh, found: Audit) -> Iterator[Bend]:
    """Yield the smooth edges, some at a time: which they are, the angle there, and the sagitta across each."""
    for start in range(0, len(found.pairs), _BATCH):
        left, right = found.pairs[start : start + _BATCH].T
        cosine = dot(mesh.normals[left], mesh.normals[right])
        edges = np.flatnonzero((cosine > _COS_30) & (cosine < 1 - 1e-12))
        angle = np.arccos(cosine[edges])
        edges += start
        yield edges, angle, _across(mesh, found, edges) * np.tan(angle / 4) / 2


def _unseen_area(mesh: Mesh, found: Audit, bends: list[Bend], sagitta: Floats) -> float:
    """Return how much larger a curved surface is than its facets, to the second order; exact so on cylinders and on spheres of even facets.

    Across an edge it bends by ``θ²/24`` of both facets. Where the edge itself is a chord, the strip above it is left out between the
    facets, and of a face that ends there the segment under the arc: both two thirds of a rectangle.
    """
    area, sharp = 0.0, np.ones(len(found.pairs), dtype=bool)
    for edges, angle, own in bends:
        sharp[edges] = False
        left, right = found.pairs[edges].T
        along = np.maximum(np.minimum(sagitta[left], sagitta[right]) - own, 0)
        strips = _lengths(mesh, found.ends[edges]) * along * angle
        area += float((angle**2 * (mesh.areas[left] + mesh.areas[right])).sum()) / 24 + float(strips.sum()) * 2 / 3
    edges = np.flatnonzero(sharp)
    arcs = np.maximum(sagitta[found.pairs[edges, 0]], sagitta[found.pairs[edges, 1]])
    level = dot(mesh.normals[found.pairs[edges, 0]], mesh.normals[found.pairs[edges, 1]]) > _COS_30
    return area + float((_lengths(mesh, found.ends[edges]) * arcs)[~level].sum()) * 2 / 3


_COS_30 = 0.8660254037844387


def _across(mesh: Mesh, found: Audit, edges: Ints) -> Floats:
    """Return how wide two facets are across the edge between them: the chord that bends there, the mean of their heights over it."""
    left, right = found.pairs[edges].T
    length, areas = _lengths(mesh, found.ends[edges]), mesh.areas
    return np.asarray(np.divide(areas[left] + areas[right], length, out=np.zeros_like(length), where=length > 0))


def _lengths(mesh: Mesh, ends: NDArray[np.int32]) -> Floats:
    along = mesh.vertices[ends[:, 0]] - mesh.vertices[ends[:, 1]]
    return np.asarray(np.sqrt(dot(along, along)))
