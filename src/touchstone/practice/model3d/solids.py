# SPDX-License-Identifier: Apache-2.0
"""Shells, bodies and cavities of a mesh, and its volume.

A *shell* is a set of facets that hang together over edges of exactly two facets. Its signed volume (the divergence theorem, summed over
tetrahedra from the middle of the bounding box) is positive where its facets face outward. A shell within an even number of others
bounds a *body*, one within an odd number a *cavity* and must face the other way; whatever does not is inverted, or bodies overlap.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.audit import Audit, components
from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, cross, dot

_MOST_SHELLS = 2_000
"""Of more shells than that it is not asked which lies in which."""


class Solids(NamedTuple):
    """The shells of a mesh.

    :param of_facet: the shell of each facet; ``volumes`` the signed volume of each shell in mm³.
    :param within: of how many other shells each lies inside.
    """

    of_facet: Ints
    volumes: Floats
    within: Ints
    nested: bool

    @property
    def shells(self) -> int:
        """How many shells there are."""
        return len(self.volumes)

    @property
    def volume(self) -> float:
        """The sum of the signed volumes."""
        return math.fsum(self.volumes)

    @property
    def bodies(self) -> int:
        """How many shells bound a body from outside."""
        return int((self.within % 2 == 0).sum())

    @property
    def cavities(self) -> int:
        """How many shells bound a hollow."""
        return int((self.within % 2 == 1).sum())

    @property
    def inverted(self) -> bool:
        """Whether some body is bounded by facets that face inward."""
        return bool(((self.volumes < 0) & (self.within % 2 == 0)).any())

    @property
    def filled_cavity(self) -> bool:
        """Whether a shell that faces outward lies within the material of another: two solids in one place."""
        return bool(((self.volumes > 0) & (self.within % 2 == 1)).any())


def solids(mesh: Mesh, found: Audit) -> Solids:
    """Tell the shells of a mesh apart."""
    of_facet = components(len(mesh.faces), found.pairs)
    a, b, c = mesh.corners
    volumes: Floats = np.bincount(of_facet, weights=dot(a, cross(b, c)) / 6).astype(np.float64)
    few = len(volumes) <= _MOST_SHELLS
    within = _within(mesh, of_facet, len(volumes)) if few else np.zeros(len(volumes), dtype=np.int64)
    return Solids(of_facet, volumes, within, few)


def _within(mesh: Mesh, of_facet: Ints, count: int) -> Ints:
    """Return for each shell in how many others it lies; only those are asked in whose bounding box it lies."""
    within = np.zeros(count, dtype=np.int64)
    if count == 1:
        return within
    order = np.argsort(of_facet, kind="stable")
    starts = np.searchsorted(of_facet[order], np.arange(count))
    low, high = (_extreme(mesh, order, starts, which) for which in (np.minimum, np.maximum))
    ends = np.concatenate((starts[1:], [len(order)]))
    for shell in range(count):
        around = np.flatnonzero((low <= low[shell]).all(axis=1) & (high >= high[shell]).all(axis=1))
        point = mesh.corners[0][order[starts[shell]]]
        within[shell] = sum(
            abs(winding(mesh, point, order[starts[other] : ends[other]])) > 0.5 for other in around if other != shell
        )
    return within


def _extreme(mesh: Mesh, order: Ints, starts: Ints, which: np.ufunc) -> Floats:
    corners = which(which(mesh.corners[0], mesh.corners[1]), mesh.corners[2])
    return np.asarray(which.reduceat(corners[order], starts, axis=0))


def winding(mesh: Mesh, point: Floats, facets: Ints | Bools | slice) -> float:
    """Return how many times facets go around a point (seen from the middle of the box): 1 within a solid, 0 outside of it.

    The sum of solid angles by van Oosterom and Strackee (1983).
    """
    a, b, c = (corner[facets] - point for corner in mesh.corners)
    la, lb, lc = (np.sqrt(dot(each, each)) for each in (a, b, c))
    below = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb
    return float(np.arctan2(dot(a, cross(b, c)), below).sum() / (2 * np.pi))
