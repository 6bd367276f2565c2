# SPDX-License-Identifier: Apache-2.0
"""How thick the walls are: a ray from a point of every facet, straight inward, to where it leaves the solid.

It counts as a wall only where it leaves through a facet that faces the other way (cosine below −0.5), so that a ray which grazes a corner
tells nothing. Inscribed spheres, cones of rays and shape diameters were measured and found wrong near edges or on curves; a facet of a
smooth surface stands inside of it, which is what the uncertainty says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, dot
from touchstone.practice.model3d.rays import Facets, Rays
from touchstone.practice.model3d.solids import Solids, winding

_OPPOSING = -0.5
_FACING = 0.1
_NEAR = 4e-6  # of the diagonal: rays begin so far below the surface, well above what single precision loses
_INTO = 1e-4
_ASKED = 12
_MOST_ASKED = 50_000_000
"""How many facets are looked at altogether, over all points asked: some 5 CPU s."""

_AGAIN = ((0.5, 0.3, 0.2), (0.2, 0.5, 0.3), (0.3, 0.2, 0.5))
_SPOTS = 4_000
_MOST_CUTS = 40
_KRONECKER = (0.7548776662466927, 0.5698402909980532)  # 1/g and 1/g², g³ = g + 1
_BATCH = 1 << 18
_ROOT_3 = 3**0.5
_FLOAT32 = 2.0**-23


class Walls(NamedTuple):
    """The walls of a mesh.

    :param facets: from which facet each ray was cast, and ``begin`` from which point of it, seen from the middle of the mesh's box.
    :param values: the thickness in mm, NaN where no ray told one; ``u`` its standard uncertainty.
    :param weights: the area in mm² that each ray speaks for.
    :param hits: the facet through which the ray left, or −1.
    :param entering: where the ray met a facet from outside, though it was inside: there two solids are in one place.
    """

    facets: Ints
    begin: Floats
    values: Floats
    u: Floats
    weights: Floats
    hits: Facets
    entering: Bools

    @property
    def told(self) -> Bools:
        """On which facets a wall was measured."""
        return np.isfinite(self.values)

    def quantile(self, share: float, among: Bools | None = None) -> tuple[float, float]:
        """Return the thickness that this share of the measured area is at most, and its standard uncertainty.

        :param among: only these of the cast rays.
        """
        return self.quantiles((share,), among)[0]

    def quantiles(self, shares: Iterable[float], among: Bools | None = None) -> list[tuple[float, float]]:
        """Return as :meth:`quantile` does for several shares.

        The uncertainty is that of the readings there, and of the sampling: with n spots the share itself is known to √(s (1 − s)/n).
        """
        usable = self.told if among is None else self.told & among
        if not usable.any():
            return [(float("nan"), float("nan")) for _ in shares]
        order = np.argsort(self.values[usable], kind="stable")
        values, weights, u = self.values[usable][order], self.weights[usable][order], self.u[usable][order]
        reached = np.cumsum(weights)
        reached /= reached[-1]
        spots = spoken_for(weights)
        return [_quantile(values, u, reached, share, (share * (1 - share) / spots) ** 0.5) for share in shares]

    def share_below(self, limit: float) -> tuple[float, float]:
        """Return the share of the measured area whose wall is below a limit, and its standard uncertainty.

        That is half of what the readings' uncertainty leaves open, and the sampling's.
        """
        usable = self.told
        whole = self.weights[usable].sum()
        if not whole:
            return float("nan"), float("nan")
        values, u, weights = self.values[usable], self.u[usable], self.weights[usable]
        below, surely, perhaps = (
            float(weights[values + shift < limit].sum() / whole) for shift in (0.0, 2 * u, -2 * u)
        )
        return below, float(np.hypot((perhaps - surely) / 2, (below * (1 - below) / spoken_for(weights)) ** 0.5))


def spoken_for(weights: Floats) -> float:
    """Return how many spots of equal weight would tell as much as these (Kish's effective size of a sample)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _quantile(values: Floats, u: Floats, reached: Floats, share: float, give: float) -> tuple[float, float]:
    """Return what a share of sorted values stay below, and its uncertainty where the share is known give or take so much."""
    low, place, high = np.minimum(np.searchsorted(reached, (share - give, share, share + give)), len(values) - 1)
    near = slice(max(0, place - len(values) // 200), place + len(values) // 200 + 1)
    sampled = max(values[place] - values[low], values[high] - values[place])
    return float(values[place]), float(np.hypot(u[near].max(), sampled))


def walls(mesh: Mesh, sagitta: Floats, rays: Rays, *, most: int) -> Walls:
    """Measure walls on every facet with an area, or on every k-th where there are more than ``most``; on large facets at several places."""
    facets, shares, begin = _places(mesh, most)
    direction = -mesh.normals[facets]
    hits = rays.first(begin + _NEAR * mesh.diagonal * direction, direction)
    for weights in _AGAIN:
        missed = np.flatnonzero((hits < 0) | (hits == facets))
        if not len(missed):
            break
        begin[missed] = _at(mesh, facets[missed], np.tile(weights, (len(missed), 1)))
        hits[missed] = rays.first(begin[missed] + _NEAR * mesh.diagonal * direction[missed], direction[missed])
    hits[hits == facets] = -1
    return _measured(mesh, sagitta, _Cast(facets, shares, begin, direction), hits)


class _Cast(NamedTuple):
    facets: Ints
    shares: Floats
    begin: Floats
    direction: Floats


def _places(mesh: Mesh, most: int) -> tuple[Ints, Floats, Floats]:
    """Return where rays begin: facet, the share of its area that a ray speaks for, and the point.

    A facet much larger than its share of the surface is cut into as many small ones as needed, so that a wedge of eight facets is measured
    as well as one of eight thousand. Points are strewn, as those of a grid have rows of one thickness, between which quantiles jump.
    """
    facets = np.flatnonzero(mesh.areas > 0)
    facets = facets[:: max(1, -(-len(facets) // most))]
    wide = mesh.areas[facets] * _SPOTS / mesh.areas[facets].sum()
    cuts = np.clip(np.ceil(np.sqrt(wide)), 1, _MOST_CUTS).astype(np.int64)
    counts = cuts**2
    chosen, shares = np.repeat(facets, counts), np.repeat(mesh.areas[facets] / counts, counts)
    begin = np.empty((len(chosen), 3))
    is_cut = int(cuts.max()) > 1
    if is_cut:
        nth, cuts = np.arange(len(chosen)) - np.repeat(np.cumsum(counts) - counts, counts), np.repeat(cuts, counts)
    for start in range(0, len(chosen), _BATCH):
        part = slice(start, start + _BATCH)
        weights = strewn(len(chosen[part]), start)
        if is_cut:
            weights = _within_small(weights, cuts[part], nth[part])
        begin[part] = _at(mesh, chosen[part], weights)
    return chosen, shares, begin


def strewn(count: int, after: int = 0) -> Floats:
    """Return points strewn evenly over a triangle, as weights of its corners: the same for the same places in the row, on every machine.

    They follow a Kronecker sequence with the square of the plastic number (Roberts, 2018), kept a tenth of the way off the edges.
    """
    place = np.arange(after + 1, after + count + 1)[:, None]
    two = (place * _KRONECKER) % 1.0
    beyond = two.sum(axis=1) > 1
    two[beyond] = 1 - two[beyond]
    two += (1 / 3 - two) / 10
    return np.column_stack([1 - two.sum(axis=1), two])


def _within_small(weights: Floats, cuts: Ints, nth: Ints) -> Floats:
    """Put points of triangles into the ``nth`` of the ``cuts²`` small ones that each is cut into: rows of one, three, five … of them."""
    row = np.sqrt(nth).astype(np.int64)
    column, downward = (nth - row * row) // 2, ((nth - row * row) % 2 == 1)[:, None]
    base = np.column_stack([cuts - 1 - row, row - column, column])
    return np.asarray(np.where(downward, base + np.array([1, 0, 1]) - weights, base + weights) / cuts[:, None])


def _at(mesh: Mesh, facets: Ints, weights: Floats) -> Floats:
    a, b, c = mesh.corners
    return np.asarray(weights[:, 0:1] * a[facets] + weights[:, 1:2] * b[facets] + weights[:, 2:3] * c[facets])


def _measured(mesh: Mesh, sagitta: Floats, cast: _Cast, hits: Facets) -> Walls:
    values, along = np.empty(len(hits)), np.empty(len(hits))
    for start in range(0, len(hits), _BATCH):
        part = slice(start, start + _BATCH)
        normal = mesh.normals[hits[part]]
        along[part] = dot(normal, cast.direction[part])
        with np.errstate(divide="ignore", invalid="ignore"):
            values[part] = dot(normal, mesh.corners[0][hits[part]] - cast.begin[part]) / along[part]
    values[(hits < 0) | (along <= -_OPPOSING)] = np.nan
    coarse = np.where(hits >= 0, sagitta[cast.facets] + sagitta[hits], 0.0) / _ROOT_3
    rounding = _FLOAT32 * float(np.abs(mesh.vertices).max())
    u = np.sqrt(coarse**2 + rounding**2)
    entering = (hits >= 0) & (along < -_FACING)
    return Walls(cast.facets, cast.begin, values, u, cast.shares, hits, entering)


def interpenetrating(mesh: Mesh, found: Solids, measured: Walls, rays: Rays) -> bool | None:
    """Tell whether two solids, or two parts of one, are in one place; None where more is suspected than can be asked.

    Suspected is a facet whose inward ray meets another from outside, and one of a shell in another's bounding box whose outward ray meets
    another from inside. What is suspected is asked exactly, some of it for every pair of shells: a point in two solids has the winding
    number 2. Solids that only touch are suspected, too.
    """
    if found.filled_cavity:
        return True
    deep = _INTO * mesh.diagonal
    of_shells, left = None, _MOST_ASKED
    for points, pairs in (_met(mesh, found, measured, deep), _within_another(mesh, found, rays, deep)):
        for place in _some_of_every_pair(pairs):
            of_shells = of_shells or _Shells(mesh, found)
            around = of_shells.around(points[place])
            left -= len(around)
            if left < 0:
                return None
            if winding(mesh, points[place], around) > 1.5:
                return True
    return False


def _some_of_every_pair(pairs: Ints) -> list[int]:
    """Return the places of some suspects of every pair of shells: the first of every pair, then the next, so that none is forgotten."""
    order = np.argsort(pairs, kind="stable")
    begins = np.flatnonzero(np.concatenate(([True], pairs[order][1:] != pairs[order][:-1]))) if len(pairs) else order
    ends = np.concatenate((begins[1:], [len(pairs)]))
    chosen = [
        np.unique(np.linspace(begin, end - 1, _ASKED).astype(np.int64))
        for begin, end in zip(begins, ends, strict=False)
    ]
    turns = [(turn, pair) for pair, some in enumerate(chosen) for turn in range(len(some))]
    return [int(order[chosen[pair][turn]]) for turn, pair in sorted(turns)]


class _Shells:
    """The facets of every shell, and its box: only shells whose box holds a point can go around it."""

    def __init__(self, mesh: Mesh, found: Solids) -> None:
        self._order = np.argsort(found.of_facet, kind="stable")
        self._starts = np.searchsorted(found.of_facet[self._order], np.arange(found.shells + 1))
        corners = [corner[self._order] for corner in mesh.corners]
        self._low = np.minimum.reduceat(np.minimum.reduce(corners), self._starts[:-1], axis=0)
        self._high = np.maximum.reduceat(np.maximum.reduce(corners), self._starts[:-1], axis=0)

    def around(self, point: Floats) -> Ints:
        """Return the facets of the shells whose box holds a point."""
        holding = np.flatnonzero(((self._low <= point) & (point <= self._high)).all(axis=1))
        facets = [self._order[self._starts[shell] : self._starts[shell + 1]] for shell in holding]
        return np.concatenate(facets) if facets else np.empty(0, dtype=np.int64)


def _met(mesh: Mesh, found: Solids, measured: Walls, deep: float) -> tuple[Floats, Ints]:
    """Return points just behind the facets that rays met from outside, and the pair of shells each is suspected of."""
    which = np.flatnonzero(measured.entering)
    facets, hits = measured.facets[which], measured.hits[which]
    direction, begin = -mesh.normals[facets], measured.begin[which]
    normal = mesh.normals[hits]
    far = dot(normal, mesh.corners[0][hits] - begin) / dot(normal, direction)
    points = np.asarray(begin + (far + deep)[:, None] * direction)
    return points, _pairs(found, facets, hits)


def _within_another(mesh: Mesh, found: Solids, rays: Rays, deep: float) -> tuple[Floats, Ints]:
    """Return points just below the facets of a shell that lie within another, and the pair of shells each is suspected of."""
    near = _in_another_box(mesh, found)
    direction = mesh.normals[near]
    begin = mesh.centroids[near]
    hits = rays.first(begin + _NEAR * mesh.diagonal * direction, direction)
    from_inside = (hits >= 0) & (dot(mesh.normals[hits], direction) > _FACING)
    points = np.asarray((begin - deep * direction)[from_inside])
    return points, _pairs(found, near[from_inside], hits[from_inside])


def _pairs(found: Solids, facets: Ints, hits: Facets) -> Ints:
    return np.asarray(found.of_facet[facets] * found.shells + found.of_facet[hits])


def _in_another_box(mesh: Mesh, found: Solids) -> Ints:
    """Return the facets whose middle lies in the bounding box of another shell."""
    if found.shells == 1 or not found.nested:
        return np.empty(0, dtype=np.int64)
    a, b, c = mesh.corners
    order = np.argsort(found.of_facet, kind="stable")
    starts = np.searchsorted(found.of_facet[order], np.arange(found.shells))
    low = np.minimum.reduceat(np.minimum(np.minimum(a, b), c)[order], starts, axis=0)
    high = np.maximum.reduceat(np.maximum(np.maximum(a, b), c)[order], starts, axis=0)
    near = np.zeros(len(mesh.faces), dtype=bool)
    for shell in range(found.shells):
        meets = ((low <= high[shell]) & (high >= low[shell])).all(axis=1)
        if meets.sum() > 1:
            others = meets[found.of_facet] & (found.of_facet != shell) & (mesh.areas > 0)
            within = ((mesh.centroids >= low[shell]) & (mesh.centroids <= high[shell])).all(axis=1)
            near |= others & within
    return np.flatnonzero(near)
