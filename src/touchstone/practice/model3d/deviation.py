# SPDX-License-Identifier: Apache-2.0
"""How far a model departs from a reference: from every vertex and facet's middle to the nearest point of the other's
surface, in both directions.

One direction alone hides what is missing. Before, the model is moved onto the reference rigidly (point to plane, Chen and Medioni 1991),
from the position that both files have, or the quarter turn of it that fits best; how far it was moved and turned is told.
"""

from __future__ import annotations

import math
from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.cells import Cells, expanded, slices
from touchstone.practice.model3d.mesh import Floats, Ints, Mesh, cross, dot, scrambled
from touchstone.practice.model3d.rays import Facets

_MOST = 2_500
_FITTED = 500
_ALL = 50_000
"""Of how many points a mesh is asked as a whole: two rings of slivers with twice as many take 40 CPU s."""

_ALL_MIRRORED = 30_000
_FEW = 1_500
_NEAR_ROUNDS = 2
_TOGETHER = 256
_ROUNDS = 30
_PAIRS = 1 << 19
_FITS = 1e-2  # of the diagonal, at the worst point: then no other position is tried
_GLANCED = 80
_TRIED = 4
_QUARTERS = [
    turn
    for order in permutations(range(3))
    for signs in product((1.0, -1.0), repeat=3)
    if ((turn := np.eye(3)[list(order)] * np.array(signs)[:, None])[0] * cross(turn[1:2], turn[2:])[0]).sum() > 0
]
"""The 24 turns that lay the axes of a file onto each other."""


class Deviation(NamedTuple):
    """Distances in mm, weighted by area, of both directions together; ``moved`` and ``turned`` (degrees) tell the registration.

    ``every`` is 1 where all vertices and facets' middles were asked, k where every k-th facet was: ``largest`` may then have been missed.
    """

    mean: float
    p95: float
    largest: float
    moved: float
    turned: float
    samples: int
    every: int


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


def _samples(mesh: Mesh, most: int) -> tuple[Floats, Floats]:
    """Return corners and middles of some facets, with the area that each speaks for; which, no order in the file can choose."""
    count = -(-len(mesh.faces) // max(1, -(-len(mesh.faces) // most)))
    facets = np.argsort(scrambled(mesh.centroids), kind="stable")[:count]
    corners = [corner[facets] for corner in mesh.corners]
    points = np.concatenate([*corners, mesh.centroids[facets]]) + mesh.middle
    return points, np.tile(mesh.areas[facets] / 4, 4)


def _points(mesh: Mesh, most: int) -> tuple[Floats, Floats, int]:
    """Return all vertices and facets' middles with the area that each speaks for; beyond ``most`` every k-th facet's; and k."""
    if len(mesh.vertices) + len(mesh.faces) > most:
        return *_samples(mesh, _MOST), -(-len(mesh.faces) // _MOST)
    quarter = mesh.areas / 4
    at_vertices = np.bincount(mesh.faces.reshape(-1), np.repeat(quarter, 3), minlength=len(mesh.vertices))
    return np.concatenate([mesh.vertices, mesh.centroids + mesh.middle]), np.concatenate([at_vertices, quarter]), 1


def deviation(model: Mesh, reference: Mesh) -> Deviation:
    """Register a model to a reference and measure both directions."""
    there = Nearest(reference)
    turn, shift = _registered(model, reference, there)
    moved = Mesh(_turned(model.vertices, turn) + shift, model.faces)
    ahead, weights, every = _points(moved, _ALL)
    back, back_weights, back_every = _points(reference, _ALL)
    far = np.concatenate([_gap(ahead, there.of(ahead)[0]), _gap(back, Nearest(moved).of(back)[0])])
    weights = np.concatenate([weights / weights.sum(), back_weights / back_weights.sum()]) / 2
    order = np.argsort(far, kind="stable")
    reached = np.cumsum(weights[order])
    p95 = float(far[order][min(int(np.searchsorted(reached, 0.95 * reached[-1])), len(far) - 1)])
    angle = math.degrees(math.acos(max(-1.0, min(1.0, (float(np.trace(turn)) - 1) / 2))))
    gone = moved.middle - model.middle
    return Deviation(
        float((far * weights).sum()), p95, float(far.max()), float(np.sqrt((gone**2).sum())), angle, len(far),
        max(every, back_every),
    )  # fmt: skip


def _gap(points: Floats, others: Floats) -> Floats:
    return np.asarray(np.sqrt(dot(points - others, points - others)))


def _turned(points: Floats, turn: Floats) -> Floats:
    return np.stack([points[:, 0] * row[0] + points[:, 1] * row[1] + points[:, 2] * row[2] for row in turn], axis=1)


def _registered(model: Mesh, reference: Mesh, there: Nearest) -> tuple[Floats, Floats]:
    """Return the rotation and the shift that put a model onto a reference.

    Models are exported lying or standing: where the position of the file does not fit, the quarter turns that fit best are tried, too.
    """
    points, _ = _samples(model, _FITTED)
    found = _moved_onto(points, model, reference, there, np.eye(3))
    least, worst = _misfit(points, there, found)
    if worst < _FITS * reference.diagonal:
        return found
    few = points[:: max(1, len(points) // _GLANCED)]
    starts = sorted(_QUARTERS, key=lambda turn: _misfit(few, there, _laid(turn, model, reference)))
    for start in starts[:_TRIED]:
        other = _moved_onto(points, model, reference, there, start)
        misfit, worst = _misfit(points, there, other)
        if misfit < 0.99 * least:
            found, least = other, misfit
        if worst < _FITS * reference.diagonal:
            break
    return found


def _laid(turn: Floats, model: Mesh, reference: Mesh) -> tuple[Floats, Floats]:
    """Return a rotation with the shift that puts the middles of both surfaces together."""
    return turn, _surface_middle(reference) - _turned(_surface_middle(model)[None], turn)[0]


def _misfit(points: Floats, there: Nearest, moved: tuple[Floats, Floats]) -> tuple[float, float]:
    """Return by how much moved points miss the reference, on the mean and at worst."""
    here = _turned(points, moved[0]) + moved[1]
    far = _gap(here, there.of(here)[0])
    return float(far.mean()), float(far.max())


def _moved_onto(points: Floats, model: Mesh, reference: Mesh, there: Nearest, start: Floats) -> tuple[Floats, Floats]:
    turn, shift = _laid(start, model, reference)
    for _ in range(_ROUNDS):
        here = _turned(points, turn) + shift
        on, facet = there.of(here)
        normal = reference.normals[facet]
        centre = here.mean(axis=0)
        rows = np.concatenate([cross(here - centre, normal), normal], axis=1)
        step = np.linalg.lstsq(
            np.einsum("ij,ik->jk", rows, rows), np.einsum("ij,i->j", rows, dot(on - here, normal)), rcond=1e-9
        )[0]
        little = _rotation(step[:3])
        turn, shift = (
            np.einsum("ij,jk->ik", little, turn),
            np.einsum("ij,j->i", little, shift - centre) + centre + step[3:],
        )
        if float(np.abs(step).max()) < 1e-7 * reference.diagonal:
            break
    return turn, shift


def _surface_middle(mesh: Mesh) -> Floats:
    return np.asarray((mesh.centroids * mesh.areas[:, None]).sum(axis=0) / mesh.areas.sum() + mesh.middle)


def _rotation(vector: Floats) -> Floats:
    """Return the rotation about a vector by its length (Rodrigues)."""
    angle = float(np.sqrt((vector**2).sum()))
    if angle == 0:
        return np.eye(3)
    x, y, z = vector / angle
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(
        np.eye(3) + math.sin(angle) * across + (1 - math.cos(angle)) * np.einsum("ij,jk->ik", across, across)
    )


def symmetry_rms(mesh: Mesh, axis: int) -> tuple[float, int, int]:
    """Return the root mean square in mm of how far the mirrored piece stands off from itself, about the plane through its middle;
    from how many points, of every how many facets.
    """
    points, weights, every = _points(mesh, _ALL_MIRRORED)
    mirrored = points.copy()
    mirrored[:, axis] = 2 * _surface_middle(mesh)[axis] - points[:, axis]
    far = _gap(mirrored, Nearest(mesh).of(mirrored)[0])
    return float(np.sqrt((far**2 * weights).sum() / weights.sum())), len(points), every
