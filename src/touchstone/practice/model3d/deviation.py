# SPDX-License-Identifier: Apache-2.0
"""How far a model departs from a reference: from spots all over each surface to the nearest point of the other, in both directions.

One direction alone hides what is missing. Before, the model is laid onto the reference (:mod:`touchstone.practice.model3d.registration`);
how far it was moved and turned is told. Mean and quantile come from spots that each speak for the same area; the largest is asked of all
vertices and facets' middles as well.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.mesh import Floats, Mesh, dot
from touchstone.practice.model3d.nearest import Nearest
from touchstone.practice.model3d.registration import registered, surface_middle, turned
from touchstone.practice.model3d.spots import spots_of

SPOTS = 5_000
_ALL = 50_000
"""Of how many points a mesh is asked as a whole: two rings of slivers with twice as many take 40 CPU s."""


class Deviation(NamedTuple):
    """Distances in mm of both directions together; ``moved`` and ``turned`` (degrees) tell the registration.

    ``u_mean`` and ``u_p95`` are the standard uncertainties of the sampling alone. ``largest`` may have been missed where not all vertices
    and facets' middles were asked (``is_whole``).
    """

    mean: float
    u_mean: float
    p95: float
    u_p95: float
    largest: float
    is_whole: bool
    moved: float
    turned: float
    samples: int


def deviation(model: Mesh, reference: Mesh) -> Deviation:
    """Register a model to a reference and measure both directions."""
    there, of_model, of_reference = Nearest(reference), spots_of(model, SPOTS), spots_of(reference, SPOTS)
    turn, shift = registered(model, of_model, reference, of_reference, there)
    moved = Mesh(turned(model.vertices, turn) + shift, model.faces)
    here = Nearest(moved)
    ahead, back = _off(of_model.on(moved), there), _off(of_reference.on(reference), here)
    is_whole = all(len(mesh.vertices) + len(mesh.faces) <= _ALL for mesh in (model, reference))
    corners = [_off(_points(mesh), other) for mesh, other in ((moved, there), (reference, here))] if is_whole else []
    far = np.sort(np.concatenate([ahead, back]))
    p95, u_p95 = _quantile(far, 0.95)
    angle = math.degrees(math.acos(max(-1.0, min(1.0, (float(np.trace(turn)) - 1) / 2))))
    gone = moved.middle - model.middle
    return Deviation(
        mean=float(far.mean()), u_mean=math.hypot(float(ahead.std()), float(back.std())) / 2 / math.sqrt(SPOTS),
        p95=p95, u_p95=u_p95, largest=max(float(each.max()) for each in (far, *corners)), is_whole=is_whole,
        moved=float(np.sqrt((gone**2).sum())), turned=angle, samples=len(far) + sum(map(len, corners)),
    )  # fmt: skip


def _points(mesh: Mesh) -> Floats:
    return np.concatenate([mesh.vertices, mesh.centroids + mesh.middle])


def _off(points: Floats, surface: Nearest) -> Floats:
    away = surface.of(points)[0] - points
    return np.asarray(np.sqrt(dot(away, away)))


def _quantile(far: Floats, share: float) -> tuple[float, float]:
    """Return a quantile of sorted distances, and its standard uncertainty: the share itself is known to √(s (1 − s)/n)."""
    give = math.sqrt(share * (1 - share) / len(far))
    low, place, high = (min(int(part * len(far)), len(far) - 1) for part in (share - give, share, share + give))
    return float(far[place]), float(max(far[place] - far[low], far[high] - far[place]))


def symmetry_rms(mesh: Mesh, axis: int) -> tuple[float, float]:
    """Return the root mean square in mm of how far the mirrored piece stands off from itself, about the plane through its middle, and the
    standard uncertainty of the sampling.
    """
    mirrored = spots_of(mesh, 2 * SPOTS).on(mesh)
    mirrored[:, axis] = 2 * surface_middle(mesh)[axis] - mirrored[:, axis]
    squares = _off(mirrored, Nearest(mesh)) ** 2
    rms = math.sqrt(float(squares.mean()))
    return rms, float(squares.std()) / math.sqrt(len(squares)) / (2 * rms) if rms else 0.0
