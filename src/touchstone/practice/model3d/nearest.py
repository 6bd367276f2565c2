# SPDX-License-Identifier: Apache-2.0
"""The point of a mesh that is nearest to another point."""

from __future__ import annotations

import numpy as np

from touchstone.practice.model3d.cells import Cells, expanded, slices
from touchstone.practice.model3d.mesh import Floats, Ints, Mesh, cross, dot
from touchstone.practice.model3d.rays import Facets

_FEW = 1_500
_NEAR_ROUNDS = 2
_TOGETHER = 256
_PAIRS = 1 << 19


class Nearest:
    """The nearest point on a mesh."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._cells: dict[float, Cells] = {}

    def of(self, points: Floats) -> tuple[Floats, Ints]:
        """Return for each point (in the file's coordinates) the nearest point of the surface, and its facet.

        Facets are listed in every cell within a margin of them, and a distance counts that is within the margin. The margin is doubled
        once; points still farther away are looked for among coarse cells, of which only those can matter that are not farther than some
        vertex.
        """
        local = points - self._mesh.middle
        nearest, facet = np.empty_like(local), np.full(len(local), -1, dtype=np.int64)
        reach = max(1.5 * float(np.sqrt(2 * self._mesh.areas.sum() / len(self._mesh.faces))), self._mesh.diagonal / 256)
        left = np.arange(len(local))
        for _ in range(_NEAR_ROUNDS):
            if reach not in self._cells:
                self._cells[reach] = Cells(self._mesh, reach, margin=reach).fill(self._mesh, margin=reach)
            cells = self._cells[reach]
            here = cells.cell_of(local[left])
            reachable = np.flatnonzero(cells.inside(here))
            asked = left[reachable]
            found, which, far = self._among(local[asked], cells, cells.index(here[reachable]))
            near = far <= reach
            nearest[asked[near]], facet[asked[near]] = found[near], which[near]
            left, reach = left[facet[left] < 0], reach * 2
        for start in range(0, len(left), _TOGETHER):
            asked = left[start : start + _TOGETHER]
            nearest[asked], facet[asked] = self._far(local[asked])
        return nearest + self._mesh.middle, facet

    def _far(self, points: Floats) -> tuple[Floats, Ints]:
        size = self._mesh.diagonal / 32
        if size not in self._cells:
            self._cells[size] = Cells(self._mesh, size).fill(self._mesh)
        cells = self._cells[size]
        corners = self._mesh.corners[0][:: max(1, len(self._mesh.faces) // _FEW)]
        most = np.sqrt(((points[:, None] - corners[None]) ** 2).sum(axis=2)).min(axis=1)
        occupied = np.flatnonzero(cells.counts)
        low = cells.low + np.stack(np.unravel_index(occupied, cells.shape), axis=1) * size
        off = np.maximum(np.maximum(low[None] - points[:, None], points[:, None] - low[None] - size), 0)
        row, cell = np.nonzero(np.sqrt((off**2).sum(axis=2)) <= most[:, None] * (1 + 1e-9))
        counts = cells.counts[occupied[cell]]
        found, which, far = np.zeros_like(points), np.zeros(len(points), dtype=np.int64), np.full(len(points), np.inf)
        for part in slices(counts, _PAIRS):
            facets = cells.facets[expanded(cells.starts[occupied[cell[part]]], counts[part])]
            rows = np.repeat(row[part], counts[part])
            on = _on_facets(self._mesh, facets, points[rows])
            away = np.sqrt(dot(on - points[rows], on - points[rows]))
            best = far.copy()
            np.minimum.at(best, rows, away)
            hit = np.flatnonzero((away == best[rows]) & (away < far[rows]))[::-1]
            found[rows[hit]], which[rows[hit]] = on[hit], facets[hit]
            far = best
        return found, which

    def _among(self, points: Floats, cells: Cells, where: Ints) -> tuple[Floats, Ints, Floats]:
        starts, counts = cells.starts[where], cells.counts[where]
        found, which, far = (
            np.zeros_like(points),
            np.full(len(points), -1, dtype=np.int64),
            np.full(len(points), np.inf),
        )
        occupied = np.flatnonzero(counts)
        for part in slices(counts[occupied], _PAIRS):
            some = occupied[part]
            facets = cells.facets[expanded(starts[some], counts[some])]
            row = np.repeat(np.arange(len(some)), counts[some])
            on = _on_facets(self._mesh, facets, points[some][row])
            away = np.sqrt(dot(on - points[some][row], on - points[some][row]))
            begins = np.concatenate(([0], np.cumsum(counts[some])[:-1]))
            best = np.minimum.reduceat(away, begins)
            hit = np.flatnonzero(away == best[row])[::-1]  # the first of equals is written last
            found[some[row[hit]]], which[some[row[hit]]], far[some[row[hit]]] = on[hit], facets[hit], away[hit]
        return found, which, far


def _on_facets(mesh: Mesh, facets: Facets, points: Floats) -> Floats:
    """Return the point of each facet that is nearest to each point: its foot on the plane if that lies within, else one on an edge."""
    a, b, c = (corner[facets] for corner in mesh.corners)
    normal = mesh.normals[facets]
    best = points - dot(points - a, normal)[:, None] * normal
    inside = np.logical_and.reduce([dot(cross(q - p, best - p), normal) >= 0 for p, q in ((a, b), (b, c), (c, a))])
    inside &= dot(normal, normal) > 0
    least = np.where(inside, 0.0, np.inf)
    for p, q in ((a, b), (b, c), (c, a)):
        along = q - p
        length = dot(along, along)
        share = np.clip(np.divide(dot(points - p, along), length, out=np.zeros_like(length), where=length > 0), 0, 1)
        on = p + share[:, None] * along
        far = dot(on - points, on - points)
        nearer = ~inside & (far < least)
        best[nearer], least[nearer] = on[nearer], far[nearer]
    return best
