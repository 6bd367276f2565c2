# SPDX-License-Identifier: Apache-2.0
"""Spots drawn from a surface, each of which speaks for the same area.

They are drawn by the content of the mesh, so that the same bytes give the same spots, and neither the order of its facets nor their size
says which part is looked at: whoever changes anything draws anew.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from touchstone.practice.model3d.mesh import Floats, Ints, Mesh


class Spots(NamedTuple):
    """Spots by facet, and as weights of its corners: they stay on the surface wherever the mesh is moved."""

    facets: Ints
    weights: Floats

    def on(self, mesh: Mesh) -> Floats:
        """Return where the spots are, in the coordinates of the file."""
        parts = (self.weights[:, place, None] * corner[self.facets] for place, corner in enumerate(mesh.corners))
        return np.asarray(sum(parts) + mesh.middle)

    def some(self, most: int) -> Spots:
        """Return every k-th spot, so that there are so many at most."""
        step = max(1, -(-len(self.facets) // most))
        return Spots(self.facets[::step], self.weights[::step])


def spots_of(mesh: Mesh, count: int) -> Spots:
    """Draw spots from a mesh, one from each of ``count`` equal parts of its area."""
    seed = hashlib.sha256(mesh.vertices.tobytes() + mesh.faces.tobytes()).digest()
    # this stream is the same on every machine (NEP 19)
    raw = np.random.PCG64(int.from_bytes(seed, "big")).random_raw(3 * count)
    place, first, second = ((raw >> np.uint64(11)) * 2.0**-53).reshape(3, count)
    reached = np.cumsum(mesh.areas)
    facets = np.searchsorted(reached, (np.arange(count) + place) / count * reached[-1], side="right")
    root = np.sqrt(first)
    weights = np.column_stack([1 - root, root * (1 - second), root * second])
    return Spots(np.minimum(facets, len(reached) - 1), weights)
