# SPDX-License-Identifier: Apache-2.0
"""The bore of a ring and its size.

The bore is the widest cylinder that passes through: what a stick gauge feels. Of a bore modelled as an n-gon that is the circle within the
polygon; the one through its corners is told beside it. Whatever part of the piece reaches into that circle, such as a strut across it,
narrows it, and the widest one beside that part is looked for.

Sizes: ISO 8653:2016 numbers a ring by its inner circumference in mm; the American scale is ``d = 0.458 in + 0.032 in · size``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.axes import main_axes
from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh, dot
from touchstone.practice.model3d.solids import Solids

INCH = 25.4
_SAME = 1 - 1e-9
_STRAIGHT = 1 - 1e-13  # half a millionth of a radian: over a ring's height, nanometres
_STEEP = 0.35
_COVERED = 0.8
SECTORS = 36
_NARROW = 1.25
_RIM = 0.02
_ANGLES = np.arange(16) * np.pi / 8
_AROUND = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_MOST_STEPS = 200
_TOUCHED = 1 - 1e-6
_ROUNDS = 4
_BATCH = 1 << 18
_ALIKE = 0.99
_ASKED_SHELLS = 12
_LEAST = 1e-3  # of the diagonal


class Bore(NamedTuple):
    """A bore.

    :param diameter: of the widest cylinder that passes, in mm; ``through_corners`` that of the circle through the corners there.
    :param axis: its direction; ``centre`` a point on it, seen from the middle of the mesh's box.
    :param facets: the facets that bound it.
    :param is_free: whether nothing but what bounds it narrows it; else people say what its size is.
    """

    diameter: float
    u: float
    through_corners: float
    axis: Floats
    centre: Floats
    facets: Ints
    is_free: bool

    def sectors_of(self, points: Floats) -> Ints:
        """Return in which of so many equal sectors around the axis points lie, seen from the middle of the mesh's box."""
        return _sectors(_projected(points - self.centre, _across(self.axis)))

    def is_hole_of(self, other: Bore) -> bool:
        """Tell whether two bores are one hole, such as those of a lining and of the ring around it, which the lining narrows."""
        apart = float(np.sqrt(((self.centre - other.centre) ** 2).sum()))
        return abs(float((self.axis * other.axis).sum())) > _ALIKE and 2 * apart < min(self.diameter, other.diameter)


def iso_size(diameter: float) -> float:
    """Return the size by ISO 8653: the inner circumference in mm."""
    return math.pi * diameter


def us_size(diameter: float) -> float:
    """Return the American size of an inner diameter in mm."""
    return (diameter / INCH - 0.458) / 0.032


def bores_of(mesh: Mesh, sagitta: Floats, solids: Solids) -> list[Bore]:
    """Return the bores of a file, the widest first: one of each of its largest bodies, as the walls of two rings bound no bore together.

    Where no body has one by itself, such as the halves of a ring, they are looked at together.
    """
    if solids.shells > 1 and solids.nested:
        found = [bore for facets in _bodies(mesh, solids) if (bore := _bore(mesh, sagitta, facets)) is not None]
        if found:
            return sorted(found, key=lambda bore: -bore.diameter)
    whole = _bore(mesh, sagitta, slice(None))
    return [] if whole is None else [whole]


def _bodies(mesh: Mesh, solids: Solids) -> list[Ints]:
    """Return the facets of the bodies that have the largest surface."""
    of_shell = np.bincount(solids.of_facet, weights=mesh.areas)
    of_shell[solids.within % 2 == 1] = 0
    largest = np.argsort(-of_shell, kind="stable")[:_ASKED_SHELLS]
    return [np.flatnonzero(solids.of_facet == shell) for shell in largest if of_shell[shell] > 0]


def _bore(mesh: Mesh, sagitta: Floats, among: Ints | slice) -> Bore | None:
    """Return the widest bore that some facets of a mesh bound, or None where no hole goes through."""
    axes: list[Floats] = []
    for axis in _axes(mesh, among):
        if all(abs(float((axis * other).sum())) < _SAME for other in axes):
            axes.append(axis)
    found = [bore for axis in axes if (bore := _along(mesh, sagitta, among, axis)) is not None]
    if not found:
        return None
    best = max(found, key=lambda bore: bore.diameter)
    straight = _straightened(mesh, best)
    if abs(float((straight * best.axis).sum())) > _STRAIGHT:
        return best
    finer = _along(mesh, sagitta, among, straight)
    return finer if finer is not None and finer.diameter > best.diameter else best


def _axes(mesh: Mesh, among: Ints | slice) -> list[Floats]:
    """Return directions that a bore may have: those of the file, and the main ones of its normals and of its shape."""
    weights = mesh.areas[among][:, None]
    of_normals = np.einsum("ij,ik->jk", mesh.normals[among] * weights, mesh.normals[among])
    centroids = mesh.centroids[among]
    away = centroids - (centroids * weights).sum(axis=0) / weights.sum()
    of_shape = np.einsum("ij,ik->jk", away * weights, away)
    return [*np.eye(3), *main_axes(of_normals), *main_axes(of_shape)]


def _straightened(mesh: Mesh, bore: Bore) -> Floats:
    """Return the direction that the facets of a bore are most nearly along."""
    normals = mesh.normals[bore.facets]
    weights = mesh.areas[bore.facets, None]
    return np.asarray(main_axes(np.einsum("ij,ik->jk", normals * weights, normals))[0])


def _along(mesh: Mesh, sagitta: Floats, among: Ints | slice, axis: Floats) -> Bore | None:
    across = _across(axis)
    steep = np.flatnonzero(
        (np.abs(_projected(mesh.normals[among], axis[None])[:, 0]) < _STEEP) & (mesh.areas[among] > 0)
    )
    steep = steep if isinstance(among, slice) else among[steep]
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
    flat = _projected(mesh.vertices - mesh.middle, across)
    if not _surrounds(middles[inward][tight] - centre) or _is_covered_over(mesh, flat, centre):
        return None
    centre, widest = _widest(segments, centre)
    centre, radius = _beside_what_reaches_in(mesh, flat, segments, centre, widest)
    if radius < _LEAST * mesh.diagonal:
        return None
    bounding = facets[tight]
    gap = float(sagitta[bounding].max())
    u = float(np.hypot(2 * gap / math.sqrt(3), 2.0**-23 * mesh.diagonal))
    on_axis = centre[0] * across[0] + centre[1] * across[1]
    return Bore(2 * radius, u, 2 * (radius + gap), axis, on_axis, bounding, radius >= widest * (1 - _RIM))


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


def _beside_what_reaches_in(
    mesh: Mesh, flat: Floats, segments: tuple[Floats, Floats], centre: Floats, radius: float
) -> tuple[Floats, float]:
    """Return the widest circle that no facet of the piece reaches into: what does so narrows it, and it gives way."""
    for _ in range(_ROUNDS):
        reaching = _reaching_in(mesh, flat, centre, radius)
        free = _distance(reaching, centre) if len(reaching[0]) else radius
        if free >= radius * _TOUCHED:
            return centre, radius
        segments = np.concatenate([segments[0], reaching[0]]), np.concatenate([segments[1], reaching[1]])
        centre, radius = _climbed(segments, centre, free)
    reaching = _reaching_in(mesh, flat, centre, radius)
    return centre, min(radius, _distance(reaching, centre)) if len(reaching[0]) else radius


def _climbed(segments: tuple[Floats, Floats], centre: Floats, radius: float) -> tuple[Floats, float]:
    """Go uphill in strides from a centre that may be far from the best one."""
    step = radius / 4
    for _ in range(_MOST_STEPS):
        if step < 1e-7 * radius:
            break
        best, way = max(((_distance(segments, centre + step * way), way) for way in _AROUND), key=lambda pair: pair[0])
        if best > radius:
            centre, radius = centre + step * way, best
        else:
            step /= 4
    return centre, radius


def _batches(mesh: Mesh, flat: Floats, centre: Floats) -> Iterator[list[Floats]]:
    """Yield the three corners of facets, some at a time, as they lie across the axis, seen from a centre."""
    for start in range(0, len(mesh.faces), _BATCH):
        faces = mesh.faces[start : start + _BATCH]
        yield [flat[faces[:, corner]] - centre for corner in range(3)]


def _reaching_in(mesh: Mesh, flat: Floats, centre: Floats, radius: float) -> tuple[Floats, Floats]:
    """Return the edges of facets whose box reaches into a circle."""
    found = []
    for corners in _batches(mesh, flat, centre):
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        off = np.maximum(np.maximum(low, -high), 0)
        near = dot(off, off) < radius * radius
        found.append([corner[near] + centre for corner in corners])
    return _segments([np.concatenate(each) for each in zip(*found, strict=True)])


def _is_covered_over(mesh: Mesh, flat: Floats, centre: Floats) -> bool:
    """Tell whether a facet lies over the centre: then the hole goes not through."""
    for a, b, c in _batches(mesh, flat, centre):
        turns = [p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0] for p, q in ((a, b), (b, c), (c, a))]
        left, right = (np.logical_and.reduce([sign * turn > 0 for turn in turns]) for sign in (1, -1))
        if (left | right).any():
            return True
    return False


def _surrounds(away: Floats) -> bool:
    """Tell whether points lie in most directions from the centre."""
    reached = np.unique(_sectors(away))
    return len(reached) >= min(_COVERED * SECTORS, 0.8 * len(away)) and len(reached) >= 3


def _sectors(away: Floats) -> Ints:
    return np.asarray(((np.arctan2(away[:, 1], away[:, 0]) / (2 * np.pi) + 0.5) * SECTORS).astype(np.int64) % SECTORS)
