# SPDX-License-Identifier: Apache-2.0
"""The bore of a ring and its size.

The bore is the widest cylinder that passes through: what a stick gauge feels. Of a bore modelled as an n-gon that is the circle within the
polygon; the one through its corners is told beside it.

Sizes: ISO 8653:2016 numbers a ring by its inner circumference in mm; the American scale is ``d = 0.458 in + 0.032 in · size``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, dot

INCH = 25.4
_SAME = 1 - 1e-9
_STEEP = 0.35
_COVERED = 0.8
_SECTORS = 36
_NARROW = 1.25
_RIM = 0.02
_ANGLES = np.arange(16) * np.pi / 8
_AROUND = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_MOST_STEPS = 200
_LEAST = 1e-3  # of the diagonal


class Bore(NamedTuple):
    """A bore.

    :param diameter: of the widest cylinder that passes, in mm; ``through_corners`` that of the circle through the corners there.
    :param axis: its direction; ``centre`` a point on it, seen from the middle of the mesh's box.
    :param facets: the facets that bound it.
    :param obstructed: whether something that does not bound it reaches into it, so that people say what its size is.
    """

    diameter: float
    u: float
    through_corners: float
    axis: Floats
    centre: Floats
    facets: Ints
    obstructed: bool = False

    def sector_of(self, points: Floats) -> Ints:
        """Return in which of the 36 sectors around the axis points lie."""
        away = _projected(points - self.centre, _across(self.axis))
        return _sectors(away)


def iso_size(diameter: float) -> float:
    """Return the size by ISO 8653: the inner circumference in mm."""
    return math.pi * diameter


def us_size(diameter: float) -> float:
    """Return the American size of an inner diameter in mm."""
    return (diameter / INCH - 0.458) / 0.032


def bore_of(mesh: Mesh, sagitta: Floats) -> Bore | None:
    """Return the widest bore of a mesh, or None where no hole goes through."""
    axes: list[Floats] = []
    for axis in _axes(mesh):
        if all(abs(float((axis * other).sum())) < _SAME for other in axes):
            axes.append(axis)
    found = [bore for axis in axes if (bore := _along(mesh, sagitta, axis)) is not None]
    if not found:
        return None
    best = max(found, key=lambda bore: bore.diameter)
    finer = _along(mesh, sagitta, _straightened(mesh, best))
    return finer if finer is not None and finer.diameter > best.diameter else best


def _axes(mesh: Mesh) -> list[Floats]:
    """Return directions that a bore may have: those of the file, and the main ones of its normals and of its shape."""
    weights = mesh.areas[:, None]
    of_normals = np.einsum("ij,ik->jk", mesh.normals * weights, mesh.normals)
    centroids = mesh.centroids
    away = centroids - (centroids * weights).sum(axis=0) / weights.sum()
    of_shape = np.einsum("ij,ik->jk", away * weights, away)
    return [*np.eye(3), *np.linalg.eigh(of_normals)[1].T, *np.linalg.eigh(of_shape)[1].T]


def _straightened(mesh: Mesh, bore: Bore) -> Floats:
    """Return the direction that the facets of a bore are most nearly along."""
    normals = mesh.normals[bore.facets]
    weights = mesh.areas[bore.facets, None]
    return np.asarray(np.linalg.eigh(np.einsum("ij,ik->jk", normals * weights, normals))[1][:, 0])


def _along(mesh: Mesh, sagitta: Floats, axis: Floats) -> Bore | None:
    across = _across(axis)
    steep = np.flatnonzero((np.abs(_projected(mesh.normals, axis[None])[:, 0]) < _STEEP) & (mesh.areas > 0))
    if len(steep) < 3:
        return None
    a, b, c = mesh.corners
    normals, middles = (
        _projected(mesh.normals[steep], across),
        _projected((a[steep] + b[steep] + c[steep]) / 3, across),
    )
    normals /= np.sqrt(dot(normals, normals))[:, None]
    chosen = _facing(normals, middles, mesh.areas[steep])
    if chosen is None:
        return None
    inward, centre = chosen
    facets = steep[inward]
    corners = [_projected(corner[facets], across) for corner in mesh.corners]
    far = dot(normals[inward], centre - middles[inward])
    tight = far < _NARROW * far.min()
    segments = _segments([corner[tight] for corner in corners])
    if _is_covered_over(mesh, across, centre) or not _surrounds(middles[inward][tight] - centre):
        return None
    centre, widest = _widest(segments, centre)
    all_near = _reaching(mesh, across, centre, widest)
    radius = min(widest, _distance(all_near, centre))
    if _LEAST * mesh.diagonal < radius < widest * (1 - _RIM):
        centre, radius = _widest(_reaching(mesh, across, centre, 2 * widest), centre)
    if radius < _LEAST * mesh.diagonal:
        return None
    bounding = facets[tight]
    gap = float(sagitta[bounding].max())
    u = float(np.hypot(2 * gap / math.sqrt(3), 2.0**-23 * mesh.diagonal))
    on_axis = centre[0] * across[0] + centre[1] * across[1]
    return Bore(2 * radius, u, 2 * (radius + gap), axis, on_axis, bounding, radius < widest * (1 - _RIM))


def _across(axis: Floats) -> Floats:
    """Return two directions at right angles to an axis and to each other."""
    other = np.eye(3)[int(np.argmin(np.abs(axis)))]
    first = other - axis * float((axis * other).sum())
    first /= np.sqrt((first**2).sum())
    return np.stack([first, np.array([axis[1] * first[2] - axis[2] * first[1], axis[2] * first[0] - axis[0] * first[2],
                                      axis[0] * first[1] - axis[1] * first[0]])])  # fmt: skip


def _projected(points: Floats, onto: Floats) -> Floats:
    return np.stack([points[:, 0] * row[0] + points[:, 1] * row[1] + points[:, 2] * row[2] for row in onto], axis=1)


def _facing(normals: Floats, middles: Floats, areas: Floats) -> tuple[Ints, Floats] | None:
    """Return the facets that face one centre, and the centre: where the lines along their normals nearly meet."""
    some = np.arange(len(normals))
    centre = np.zeros(2)
    for _ in range(5):
        n, p, w = normals[some], middles[some], areas[some]
        side = np.stack([-n[:, 1], n[:, 0]], axis=1)
        a = np.einsum("i,ij,ik->jk", w, side, side)
        b = np.einsum("i,ij,i->j", w, side, dot(side, p))
        determinant = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
        if determinant <= 1e-12 * w.sum() ** 2:
            return None
        centre = np.array([a[1, 1] * b[0] - a[0, 1] * b[1], a[0, 0] * b[1] - a[1, 0] * b[0]]) / determinant
        away = centre - middles
        ahead = dot(normals, away)
        aside = np.abs(normals[:, 0] * away[:, 1] - normals[:, 1] * away[:, 0])
        some = np.flatnonzero((ahead > 0) & (aside < 0.3 * ahead))
        if len(some) < 3:
            return None
    return some, centre


def _segments(corners: list[Floats]) -> tuple[Floats, Floats]:
    begin = np.concatenate(corners)
    end = np.concatenate([corners[1], corners[2], corners[0]])
    return begin, end - begin


def _distance(segments: tuple[Floats, Floats], centre: Floats) -> float:
    begin, along = segments
    length = dot(along, along)
    share = np.divide(dot(centre - begin, along), length, out=np.zeros_like(length), where=length > 0)
    nearest = begin + np.clip(share, 0.0, 1.0)[:, None] * along - centre
    return float(np.sqrt(dot(nearest, nearest).min()))


def _widest(segments: tuple[Floats, Floats], centre: Floats) -> tuple[Floats, float]:
    """Return the centre from which the nearest segment is farthest; the distance is concave within a convex bore, so uphill is enough.

    Only segments near the circle can come to touch it while the centre moves a little; they are chosen anew whenever it has moved on.
    """
    radius = _distance(segments, centre)
    step, moves = radius / 1000, 0
    start, some = centre, _near(segments, centre, radius * (1 + _RIM))
    few = _near(some, centre, radius + 8 * step)
    for _ in range(_MOST_STEPS):
        if step < 1e-7 * radius:
            break
        tried = [(_distance(few, centre + step * way), way) for way in _AROUND]
        best, way = max(tried, key=lambda pair: pair[0])
        if best > radius + 1e-3 * step:
            centre, radius, moves = centre + step * way, best, moves + 1
        else:
            step, moves = step / 4, 3
        if moves == 3:
            if float(np.abs(centre - start).max()) > radius * _RIM / 4:
                start, some = centre, _near(segments, centre, radius * (1 + _RIM))
            few, moves = _near(some, centre, radius + 8 * step), 0
    return centre, _distance(segments, centre)


def _near(segments: tuple[Floats, Floats], centre: Floats, reach: float) -> tuple[Floats, Floats]:
    begin, along = segments
    length = dot(along, along)
    share = np.clip(np.divide(dot(centre - begin, along), length, out=np.zeros_like(length), where=length > 0), 0, 1)
    nearest = begin + share[:, None] * along - centre
    near: Bools = dot(nearest, nearest) < reach * reach
    return begin[near], along[near]


def _reaching(mesh: Mesh, across: Floats, centre: Floats, radius: float) -> tuple[Floats, Floats]:
    """Return the edges of the whole piece, seen along the axis, that come as near as the radius, whose ends may be away."""
    places = _projected(mesh.vertices - mesh.middle, across)
    away = np.sqrt(dot(places - centre, places - centre))
    corners = [places[mesh.faces[:, n]] for n in range(3)]
    longest = np.sqrt(
        np.maximum.reduce([dot(corners[n] - corners[n - 1], corners[n] - corners[n - 1]) for n in range(3)])
    )
    near = np.minimum.reduce([away[mesh.faces[:, n]] for n in range(3)]) - longest / 2 <= radius
    return _segments([corner[near] for corner in corners])


def _is_covered_over(mesh: Mesh, across: Floats, centre: Floats) -> bool:
    """Tell whether a facet lies over the centre: then the hole goes not through."""
    a, b, c = (_projected(corner, across) - centre for corner in mesh.corners)
    turns = [p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0] for p, q in ((a, b), (b, c), (c, a))]
    left, right = (np.logical_and.reduce([sign * turn > 0 for turn in turns]) for sign in (1, -1))
    return bool((left | right).any())


def _sectors(away: Floats) -> Ints:
    return np.asarray(((np.arctan2(away[:, 1], away[:, 0]) / (2 * np.pi) + 0.5) * _SECTORS).astype(np.int64) % _SECTORS)


def _surrounds(away: Floats) -> bool:
    """Tell whether points lie in most directions from the centre."""
    reached = np.unique(_sectors(away))
    return len(reached) >= min(_COVERED * _SECTORS, 0.8 * len(away)) and len(reached) >= 3
