# SPDX-License-Identifier: Apache-2.0
"""A model laid onto a reference, rigidly (point to plane, Chen and Medioni 1991), from whatever position its file has.

Steps go only downhill, so that they begin from several positions: that of the files, the turns between axes (Y up, Z up: the commonest
difference of exports), and those in which the main axes of both surfaces agree. The file's own is kept unless another is clearly better.
Spots that lie three times farther off than nine tenths do not pull (much as in Chetverikov et al. 2002): what is wrong in one place is
not spread over all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations, product

import numpy as np

from touchstone.practice.model3d.axes import main_axes, solved
from touchstone.practice.model3d.mesh import Floats, Mesh, cross, dot
from touchstone.practice.model3d.nearest import Nearest
from touchstone.practice.model3d.spots import Spots

_FITTED = 1_000
_TRIED = 500
_ROUGH, _ROUGH_OTHER = 200, 600
_BEST = 3
_ROUNDS = 30
_FIRST_ROUNDS = 8
_STILL = 1e-6
_MOST, _PULLING = 0.9, 3
_AT_REST = 1e-4  # of the diagonal: spots that lie so near on the mean fit
_DAMPED = 1e-4
"""Of the mean of the squares: a direction that moves the surface within itself by less is not determined, and not gone into."""


def registered(
    model: Mesh, of_model: Spots, reference: Mesh, of_reference: Spots, there: Nearest
) -> tuple[Floats, Floats]:
    """Return the rotation and the shift that lay a model onto a reference.

    :param there: answers for the reference.
    """
    tried, rest = of_model.some(_TRIED).on(model), _AT_REST * reference.diagonal
    best, least, unsure = (np.eye(3), np.zeros(3)), math.inf, 0.0
    for turn in _starts(model, of_model, reference, of_reference):
        shift = surface_middle(reference) - turned(surface_middle(model)[None], turn)[0]
        found = _stepped(tried, turn, shift, reference, there, _FIRST_ROUNDS)
        here = turned(tried, found[0]) + found[1]
        away = there.of(here)[0] - here
        far = np.sqrt(dot(away, away))
        off, its_own = float(far.mean()), float(far.std()) / math.sqrt(len(far))
        if math.isinf(least) or off < least - 2 * math.hypot(unsure, its_own) or off < min(rest, least / 4):
            best, least, unsure = found, off, its_own
        if least < rest:
            break
    return _stepped(of_model.some(_FITTED).on(model), *best, reference, there, _ROUNDS)


def _starts(model: Mesh, of_model: Spots, reference: Mesh, of_reference: Spots) -> Iterator[Floats]:
    """Yield rotations to begin from: none, those of the main axes, and those between axes by which spots lie nearest, roughly."""
    yield np.eye(3)
    own, other = (_spread(mesh) for mesh in (model, reference))
    main = [
        np.einsum("ki,k,kj->ij", other, np.array(signs), own)
        for signs in product((1.0, -1.0), repeat=3)
        if math.prod(signs) * _handed(own) * _handed(other) > 0
    ]
    here = of_model.some(_ROUGH).on(model) - surface_middle(model)
    there = of_reference.some(_ROUGH_OTHER).on(reference) - surface_middle(reference)
    turns = sorted(_between_axes(), key=lambda turn: _roughly_off(turned(here, turn), there))
    yield from (*main, *turns[:_BEST])


def _between_axes() -> list[Floats]:
    """Return the 23 rotations other than none that lay axes onto axes."""
    found = []
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        turn = np.eye(3)[list(order)] * np.array(signs)[:, None]
        if _handed(turn) > 0 and not np.array_equal(turn, np.eye(3)):
            found.append(turn)
    return found


def _handed(axes: Floats) -> float:
    return float((cross(axes[:1], axes[1:2])[0] * axes[2]).sum())


def _roughly_off(points: Floats, others: Floats) -> float:
    """Return how far spots are from the nearest spots of the other side, on the mean of both directions."""
    far = ((points[:, None] - others[None]) ** 2).sum(axis=2)
    return float(np.sqrt(far.min(axis=0)).mean() + np.sqrt(far.min(axis=1)).mean())


def _spread(mesh: Mesh) -> Floats:
    """Return the main axes of a surface: of its exact second moments, whatever facets it is cut into."""
    middle = surface_middle(mesh) - mesh.middle
    corners = [corner - middle for corner in mesh.corners]
    moments = sum(np.einsum("i,ij,ik->jk", mesh.areas, each, each) for each in corners)
    centres = (corners[0] + corners[1] + corners[2]) / 3
    return main_axes(np.asarray(moments + 9 * np.einsum("i,ij,ik->jk", mesh.areas, centres, centres)))


def _stepped(
    points: Floats, turn: Floats, shift: Floats, reference: Mesh, there: Nearest, rounds: int
) -> tuple[Floats, Floats]:
    arm = reference.diagonal / 2
    for _ in range(rounds):
        here = turned(points, turn) + shift
        on, facet = there.of(here)
        away = dot(on - here, on - here)
        near = away <= max(_PULLING**2 * float(np.quantile(away, _MOST)), (_AT_REST * reference.diagonal) ** 2)
        here, on, normal = here[near], on[near], reference.normals[facet[near]]
        centre = here.mean(axis=0)
        rows = np.concatenate([cross(here - centre, normal) / arm, normal], axis=1)
        squares = np.einsum("ij,ik->jk", rows, rows)
        damped = squares + np.eye(6) * (_DAMPED * np.trace(squares) / 6)
        step = solved(damped, np.einsum("ij,i->j", rows, dot(on - here, normal)))
        little = _rotation(step[:3] / arm)
        turn = np.einsum("ij,jk->ik", little, turn)
        shift = np.einsum("ij,j->i", little, shift - centre) + centre + step[3:]
        if float(np.abs(step).max()) < _STILL * reference.diagonal:
            break
    return turn, shift


def turned(points: Floats, turn: Floats) -> Floats:
    """Return points turned by a rotation."""
    return np.stack([points[:, 0] * row[0] + points[:, 1] * row[1] + points[:, 2] * row[2] for row in turn], axis=1)


def surface_middle(mesh: Mesh) -> Floats:
    """Return the middle of a surface, in the coordinates of the file."""
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
