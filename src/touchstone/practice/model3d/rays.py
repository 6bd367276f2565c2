# SPDX-License-Identifier: Apache-2.0
"""The first facet that a ray meets: by embreex (Intel's Embree) where it is installed, else by a grid in numpy.

A backend only says *which* facet is met; how far away it is, is computed from its plane in double precision by whoever asked, so that both
give the same number where they name the same facet.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from touchstone.practice.model3d.cells import Cells, expanded, slices
from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, cross, dot

Backend = Literal["auto", "embreex", "numpy"]
Facets = NDArray[np.int32]

_BATCH = 1 << 16
_PAIRS = 1 << 20
_SLACK = 1e-9
"""How far outside of a facet, as a share of it, a ray still counts as meeting it: a ray through an edge meets one of the two."""


class Rays(Protocol):
    """What finds the first facet along rays."""

    name: str
    is_fast: bool

    def first(self, origins: Floats, directions: Floats) -> Facets:
        """Return for each ray the facet that it meets first, or −1; coordinates count from the middle of the mesh's box."""
        ...


def rays_of(mesh: Mesh, backend: Backend = "auto") -> Rays:
    """Return a backend for a mesh.

    :raises ImportError: when embreex is asked for by name and is not installed.
    """
    if backend != "numpy":
        try:
            return EmbreeRays(mesh)
        except ImportError:
            if backend == "embreex":
                raise
    return GridRays(mesh)


class EmbreeRays:
    """Rays by Embree, in single precision."""

    is_fast = True

    def __init__(self, mesh: Mesh) -> None:
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self.name = f"embreex {version('embreex')}"
        self._scene: Any = EmbreeScene(robust=True)
        vertices = (mesh.vertices - mesh.middle).astype(np.float32)
        self._mesh = TriangleMesh(self._scene, vertices, mesh.faces)

    def first(self, origins: Floats, directions: Floats) -> Facets:
        """Return the first facet of each ray."""
        out = np.empty(len(origins), dtype=np.int32)
        for start in range(0, len(origins), _BATCH):
            part = slice(start, start + _BATCH)
            out[part] = self._scene.run(origins[part].astype(np.float32), directions[part].astype(np.float32))
        return out


class GridRays:
    """Rays by numpy: all rays walk through a grid of cells, step by step (Amanatides and Woo, 1987), and meet the facets of each cell."""

    is_fast = False

    def __init__(self, mesh: Mesh) -> None:
        self.name = f"numpy {np.__version__}"
        a, b, c = mesh.corners
        self._cells = Cells.of(mesh)
        self._a, self._ab, self._ac = a, b - a, c - a

    def first(self, origins: Floats, directions: Floats) -> Facets:
        """Return the first facet of each ray."""
        out = np.full(len(origins), -1, dtype=np.int32)
        for start in range(0, len(origins), _BATCH):
            part = slice(start, start + _BATCH)
            out[part] = self._walk(origins[part], directions[part])
        return out

    def _walk(self, origins: Floats, directions: Floats) -> Facets:
        cells = self._cells
        count = len(origins)
        found = np.full(count, -1, dtype=np.int32)
        nearest = np.full(count, np.inf)
        here = cells.cell_of(origins)
        step = np.sign(directions).astype(np.int64)
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.abs(cells.size / directions)
            border = cells.low + (here + (step > 0)) * cells.size
            ahead = np.where(step == 0, np.inf, (border - origins) / directions)
        active = np.flatnonzero(cells.inside(here))
        here, step, each, ahead = here[active], step[active], each[active], ahead[active]
        while len(active):
            self._meet(origins, directions, active, cells.index(here), nearest, found)
            axis = np.argmin(ahead, axis=1)
            row = np.arange(len(active))
            leaving = ahead[row, axis]
            here[row, axis] += step[row, axis]
            ahead[row, axis] += each[row, axis]
            go = (nearest[active] > leaving) & cells.inside(here)
            active, here, step, each, ahead = active[go], here[go], step[go], each[go], ahead[go]
        return found

    def _meet(
        self, origins: Floats, directions: Floats, active: Ints, where: Ints, nearest: Floats, found: Facets
    ) -> None:
        starts, counts = self._cells.starts[where], self._cells.counts[where]
        occupied = np.flatnonzero(counts)
        for part in slices(counts[occupied], _PAIRS):
            some = occupied[part]
            facets = self._cells.facets[expanded(starts[some], counts[some])]
            which = np.repeat(np.arange(len(some)), counts[some])
            ray = active[some][which]
            far = self._distances(origins[ray], directions[ray], facets)
            begins = np.concatenate(([0], np.cumsum(counts[some])[:-1]))
            best = np.minimum.reduceat(far, begins)
            closer = best < nearest[active[some]]
            if not closer.any():
                continue
            hit = (far == best[which]) & closer[which]
            nearest[ray[hit]], found[ray[hit]] = far[hit], facets[hit]

    def _distances(self, origins: Floats, directions: Floats, facets: NDArray[np.int32]) -> Floats:
        """Return how far along each ray its facet is met, or infinity (Möller and Trumbore, 1997)."""
        ab, ac = self._ab[facets], self._ac[facets]
        p = cross(directions, ac)
        determinant = dot(ab, p)
        away = origins - self._a[facets]
        with np.errstate(divide="ignore", invalid="ignore"):
            u = dot(away, p) / determinant
            q = cross(away, ab)
            v = dot(directions, q) / determinant
            far = dot(ac, q) / determinant
            met: Bools = (u >= -_SLACK) & (v >= -_SLACK) & (u + v <= 1 + _SLACK) & (far > 0)
        return np.where(met, far, np.inf)
