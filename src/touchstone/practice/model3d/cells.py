# SPDX-License-Identifier: Apache-2.0
"""A grid of cubic cells over a mesh: which facets may touch a cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from touchstone.practice.model3d.mesh import Bools, Floats, Ints, Mesh

_MOST_CELLS = 4_000_000
_ENTRIES_A_FACET = 8
_FREE_ENTRIES = 1_000_000


class Cells:
    """The facets of every cell, in one list: those of cell ``i`` begin at ``starts[i]`` and are ``counts[i]``."""

    def __init__(self, mesh: Mesh, size: float, margin: float = 0.0) -> None:
        self.size = size
        a, b, c = mesh.corners
        low, high = np.minimum(np.minimum(a, b), c) - margin, np.maximum(np.maximum(a, b), c) + margin
        self.low = low.min(axis=0) - 1e-9 * max(mesh.diagonal, 1e-9)
        self.shape = np.maximum(1, np.ceil((high.max(axis=0) - self.low) / size + 1e-9)).astype(np.int64)
        first, last = self.cell_of(low), np.minimum(self.cell_of(high), self.shape - 1)
        spans = last - first + 1
        self.entries = int(spans.prod(axis=1).sum())
        self._first, self._spans = first, spans

    def fill(self, mesh: Mesh, margin: float = 0.0) -> Cells:
        """List the facets of the cells: those whose box reaches into a cell and whose plane crosses it."""
        per_facet = self._spans.prod(axis=1)
        facet = np.repeat(np.arange(len(per_facet)), per_facet)
        nth = expanded(np.zeros(len(per_facet), dtype=np.int64), per_facet)
        spans = self._spans[facet]
        z = nth % spans[:, 2]
        y = nth // spans[:, 2] % spans[:, 1]
        x = nth // (spans[:, 2] * spans[:, 1])
        places = self._first[facet] + np.stack([x, y, z], axis=1)
        middle = self.low + (places + 0.5) * self.size
        normal = mesh.normals[facet]
        off = np.abs(np.einsum("ij,ij->i", normal, middle - mesh.corners[0][facet]))
        near = off <= np.abs(normal).sum(axis=1) * self.size / 2 * (1 + 1e-9) + margin + 1e-12
        cell = self.index(places[near])
        order = np.argsort(cell, kind="stable")
        self.facets: NDArray[np.int32] = facet[near][order].astype(np.int32)
        total = int(self.shape.prod())
        self.counts: Ints = np.bincount(cell, minlength=total)
        self.starts: Ints = np.cumsum(self.counts) - self.counts
        return self

    @classmethod
    def of(cls, mesh: Mesh) -> Cells:
        """Return a grid whose cells are about as wide as the facets, unless there were too many then."""
        extent = mesh.bounds[1] - mesh.bounds[0]
        size = 1.5 * float(np.sqrt(2 * mesh.areas.sum() / len(mesh.faces)))
        size = max(size, float(extent.max()) / 512, 1e-6)
        while float(np.prod(np.ceil(extent / size + 1))) > _MOST_CELLS:
            size *= 1.26
        cells = cls(mesh, size)
        while cells.entries > _ENTRIES_A_FACET * len(mesh.faces) + _FREE_ENTRIES:
            cells = cls(mesh, cells.size * 1.5)
        return cells.fill(mesh)

    def cell_of(self, points: Floats) -> Ints:
        """Return the cell that each point lies in, by three numbers."""
        return np.asarray(np.floor((points - self.low) / self.size).astype(np.int64))

    def inside(self, places: Ints) -> Bools:
        """Tell which cells there are."""
        return np.asarray(((places >= 0) & (places < self.shape)).all(axis=1))

    def index(self, places: Ints) -> Ints:
        """Return the place of cells in the lists."""
        return np.asarray((places[:, 0] * self.shape[1] + places[:, 1]) * self.shape[2] + places[:, 2])


def expanded(starts: Ints, counts: Ints) -> Ints:
    """Return ``starts[0], starts[0] + 1, …`` for each start as many numbers as its count, in one list."""
    total = int(counts.sum())
    shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return np.asarray(shift + np.arange(total))


def slices(counts: Ints, most: int) -> Iterator[slice]:
    """Cut a list of counts into slices of about ``most`` together (one count may be more)."""
    sums = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = int(sums[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(sums, before + most, side="right")))
        yield slice(start, end)
        start = end
