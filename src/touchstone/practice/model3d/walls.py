# SPDX-License-Identifier: Apache-2.0
"""How thick the walls are: a ray from the middle of every facet, straight inward, to where it leaves the solid.

It counts as a wall only where it leaves through a facet that faces the other way (cosine below −0.5), so that a ray which grazes a corner
tells nothing. Inscribed spheres, cones of rays and shape diameters were measured and found wrong near edges or on curves; a facet of a
smooth surface stands inside of it, which is what the uncertainty says.
"""

from __future__ import annotations

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
_AGAIN = ((0.5, 0.3, 0.2), (0.2, 0.5, 0.3), (0.3, 0.2, 0.5))
_SPOTS = 4_000
_MOST_CUTS = 40
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
        usable = self.told if among is None else self.told & among
        if not usable.any():
            return float("nan"), float("nan")
        values, weights, u = self.values[usable], self.weights[usable], self.u[usable]
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weights[order])
        place = min(int(np.searchsorted(reached, share * reached[-1])), len(order) - 1)
        near = slice(max(0, place - len(order) // 200), place + len(order) // 200 + 1)
        return float(values[order][place]), float(u[order][near].max())

    def share_below(self, limit: float) -> tuple[float, float]:
        """Return the share of the measured area whose wall is below a limit, and half of what the readings' uncertainty leaves open."""
        usable = self.told
        whole = self.weights[usable].sum()
        if not whole:
            return float("nan"), float("nan")
        values, u, weights = self.values[usable], self.u[usable], self.weights[usable]
        below, surely, perhaps = (
            float(weights[values + shift < limit].sum() / whole) for shift in (0.0, 2 * u, -2 * u)
        )
        return below, (perhaps - surely) / 2


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
    as well as one of eight thousand.
    """
    facets = np.flatnonzero(mesh.areas > 0)
    facets = facets[:: max(1, -(-len(facets) // most))]
    wide = mesh.areas[facets] * _SPOTS / mesh.areas[facets].sum()
    cuts = np.clip(np.ceil(np.sqrt(wide)), 1, _MOST_CUTS).astype(np.int64)
    if int(cuts.max()) == 1:
        centroids = mesh.centroids
        return facets, mesh.areas[facets], centroids if len(facets) == len(centroids) else centroids[facets]
    chosen, shares, begin = [], [], []
    for cut in np.unique(cuts):
        some = facets[cuts == cut]
        spots = barycentric(int(cut))
        chosen.append(np.repeat(some, len(spots)))
        shares.append(np.repeat(mesh.areas[some] / len(spots), len(spots)))
        begin.append(_at(mesh, chosen[-1], np.tile(spots, (len(some), 1))))
    return np.concatenate(chosen), np.concatenate(shares), np.concatenate(begin)


def barycentric(cut: int) -> Floats:
    """Return the middles of the ``cut²`` small triangles of a triangle, as weights of its corners."""
    upward = [(3 * i + 1, 3 * j + 1) for i in range(cut) for j in range(cut - i)]
    downward = [(3 * i + 2, 3 * j + 2) for i in range(cut - 1) for j in range(cut - 1 - i)]
    two = np.array(upward + downward) / (3 * cut)
    return np.column_stack([1 - two.sum(axis=1), two])


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


def interpenetrating(mesh: Mesh, found: Solids, measured: Walls, rays: Rays) -> bool:
    """Tell whether two solids, or two parts of one, are in one place.

    Suspected is a facet whose inward ray meets another from outside, and one of a shell in another's bounding box whose outward ray meets
    another from inside. What is suspected is asked exactly: a point in two solids has the winding number 2.
    """
    if found.filled_cavity:
        return True
    deep = _INTO * mesh.diagonal
    suspects = [_met(mesh, measured, deep), _within_another(mesh, found, rays, deep)]
    for points in suspects:
        chosen = np.unique(np.linspace(0, len(points) - 1, _ASKED).astype(np.int64)) if len(points) else ()
        if any(winding(mesh, points[place], slice(None)) > 1.5 for place in chosen):
            return True
    return False


def _met(mesh: Mesh, measured: Walls, deep: float) -> Floats:
    """Return points just behind the facets that rays met from outside."""
    which = np.flatnonzero(measured.entering)
    facets, hits = measured.facets[which], measured.hits[which]
    direction, begin = -mesh.normals[facets], measured.begin[which]
    normal = mesh.normals[hits]
    far = dot(normal, mesh.corners[0][hits] - begin) / dot(normal, direction)
    return np.asarray(begin + (far + deep)[:, None] * direction)


def _within_another(mesh: Mesh, found: Solids, rays: Rays, deep: float) -> Floats:
    """Return points just below the facets of a shell that lie within another."""
    near = _in_another_box(mesh, found)
    direction = mesh.normals[near]
    begin = mesh.centroids[near]
    hits = rays.first(begin + _NEAR * mesh.diagonal * direction, direction)
    from_inside = (hits >= 0) & (dot(mesh.normals[hits], direction) > _FACING)
    return np.asarray((begin - deep * direction)[from_inside])


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
