# SPDX-License-Identifier: Apache-2.0
"""Pictures of a model without display or browser: three shaded views, a view coloured by wall, a histogram, and a binary for a viewer.

Every facet is covered with points not farther apart than a pixel; of the points in a pixel the nearest one counts. Facets at an open edge
or one of more than two facets are drawn in red.
"""

from __future__ import annotations

import struct
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from touchstone.practice.model3d.cells import expanded, slices
from touchstone.practice.model3d.evaluating import Inspected
from touchstone.practice.model3d.findings import say
from touchstone.practice.model3d.mesh import Floats, Ints, Mesh
from touchstone.practice.model3d.png import png
from touchstone.practice.model3d.walls import Walls

SIZE = 480
_MARGIN = 0.05
_A_PIXEL = 1.5
_POINTS = 1 << 18
_PAPER, _METAL, _RED, _UNKNOWN = (
    (250.0, 250.0, 247.0),
    (201.0, 194.0, 178.0),
    (204.0, 32.0, 32.0),
    (150.0, 150.0, 150.0),
)
_SCALE = np.array([(165, 0, 38), (244, 109, 67), (254, 224, 144), (171, 217, 233), (49, 54, 149)], dtype=np.float64)
"""Thin is red and thick is blue (ColorBrewer's RdYlBu, which those see who tell red from green badly)."""

_THIN, _THICK = 0.4, 2.0
"""The walls in mm at the ends of the scale, the same for every piece, so that two pictures can be compared."""

_LIGHT = (0.35, 0.45, 0.82)
MAGIC = b"TSWM\x01\0\0\0"


class _View(NamedTuple):
    name: str
    right: tuple[float, float, float]
    up: tuple[float, float, float]
    toward: tuple[float, float, float]


_VIEWS = (
    _View("top", (1, 0, 0), (0, 1, 0), (0, 0, 1)),
    _View("front", (1, 0, 0), (0, 0, 1), (0, -1, 0)),
    _View("angle", (0.8165, -0.4082, 0.4082), (0.0, 0.7071, 0.7071), (-0.5774, -0.5774, 0.5774)),
)


def files_of(found: Inspected, below: float, language: str) -> dict[str, bytes]:
    """Return the pictures of a model by their file names; none where the file was refused.

    :param below: the wall in mm that the histogram marks as the limit.
    """
    mesh = found.mesh
    if mesh is None:
        return {}
    colours = np.tile(np.array(_METAL), (len(mesh.faces), 1))
    colours[_defective(found)] = _RED
    files = {f"{view.name}.png": png(_drawn(mesh, view, colours)) for view in _VIEWS}
    if found.walls is not None:
        thick = wall_of_facets(mesh, found.walls)
        files["wall.png"] = png(_drawn(mesh, _VIEWS[2], _heat(thick)))
        files["wall.svg"] = histogram(found.walls, below, language).encode()
        files["mesh.bin"] = binary(mesh, thick)
    return files


def wall_of_facets(mesh: Mesh, found: Walls) -> Floats:
    """Return the least wall measured on each facet, NaN where there is none."""
    out = np.full(len(mesh.faces), np.inf)
    np.minimum.at(out, found.facets[found.told], found.values[found.told])
    out[~np.isfinite(out)] = np.nan
    return out


def _defective(found: Inspected) -> Ints:
    """Return the facets at edges that are not between two facets of one direction."""
    if found.audit is None or found.mesh is None or not (found.audit.boundary or found.audit.non_manifold):
        return np.empty(0, dtype=np.int64)
    sound = np.bincount(found.audit.pairs.reshape(-1), minlength=len(found.mesh.faces))
    return np.flatnonzero(sound < 3)


def _heat(thick: Floats) -> Floats:
    known = np.isfinite(thick)
    colours = np.tile(np.array(_UNKNOWN), (len(thick), 1))
    if known.any():
        place = np.clip((thick[known] - _THIN) / (_THICK - _THIN), 0, 1) * (len(_SCALE) - 1)
        below = np.minimum(place.astype(np.int64), len(_SCALE) - 2)
        share = (place - below)[:, None]
        colours[known] = _SCALE[below] * (1 - share) + _SCALE[below + 1] * share
    return colours


def _drawn(mesh: Mesh, view: _View, colours: Floats) -> NDArray[np.uint8]:
    facet = _visible(mesh, view)
    seen = facet >= 0
    normal = mesh.normals[facet[seen]]
    facing = sum(normal[:, axis] * view.toward[axis] for axis in range(3))
    normal = np.where(np.asarray(facing)[:, None] < 0, -normal, normal)
    light = sum(
        (normal * np.array(way)).sum(axis=1) * part
        for way, part in zip((view.right, view.up, view.toward), _LIGHT, strict=True)
    )
    pixels = np.tile(np.array(_PAPER), (SIZE * SIZE, 1))
    pixels[seen] = colours[facet[seen]] * (0.35 + 0.65 * np.clip(np.asarray(light), 0, 1))[:, None]
    return np.ascontiguousarray(pixels.reshape(SIZE, SIZE, 3).astype(np.uint8))


def _visible(mesh: Mesh, view: _View) -> Ints:
    """Return for every pixel, row by row from the top, the facet that is seen there, or −1."""
    flat = _flat(mesh, view)
    along, across = _cuts(flat)
    buffer = np.zeros(SIZE * SIZE, dtype=np.uint64)
    for part in slices(along * across, _POINTS):
        _put(buffer, flat, np.arange(len(along))[part], along[part], across[part])
    found = (buffer & np.uint64(0xFFFFFFFF)).astype(np.int64) - 1
    return found


def _flat(mesh: Mesh, view: _View) -> list[Floats]:
    """Return the corners of all facets in pixels right and up of the middle, and toward the viewer."""
    scale = SIZE * (1 - 2 * _MARGIN) / max(mesh.diagonal, 1e-9)
    return [np.stack([(corner * np.array(way)).sum(axis=1) for way in (view.right, view.up, view.toward)], axis=1) * scale
            for corner in mesh.corners]  # fmt: skip


def _cuts(flat: list[Floats]) -> tuple[Ints, Ints]:
    """Return into how many points each facet is cut along its base and across, in this view: a sliver needs one row, not a square."""
    edges = [np.sqrt(((q - p)[:, :2] ** 2).sum(axis=1)) for p, q in zip(flat, (*flat[1:], flat[0]), strict=True)]
    base = np.maximum(np.maximum(*edges[:2]), edges[2])
    first, second = flat[1] - flat[0], flat[2] - flat[0]
    twice = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    height = np.divide(twice, base, out=np.zeros_like(base), where=base > 0)
    along, across = (np.clip(np.ceil(span * _A_PIXEL), 1, SIZE * _A_PIXEL).astype(np.int64) for span in (base, height))
    return along, across


def _put(buffer: NDArray[np.uint64], flat: list[Floats], facets: Ints, along: Ints, across: Ints) -> None:
    """Put the points of facets into the buffer: rows parallel to the longest edge in the view."""
    corners = np.stack([corner[facets] for corner in flat], axis=1)
    edges = np.roll(corners, -1, axis=1) - corners
    longest = np.argmax((edges[:, :, :2] ** 2).sum(axis=2), axis=1)
    a, b, c = (corners[np.arange(len(facets)), (longest + step) % 3] for step in range(3))
    counts = along * across
    place, which = expanded(np.zeros_like(counts), counts), np.repeat(np.arange(len(facets)), counts)
    row, column = np.divmod(place, along[which])
    up, share = ((row + 0.5) / across[which])[:, None], ((column + 0.5) / along[which])[:, None]
    points = a[which] + (1 - up) * share * (b - a)[which] + up * (c - a)[which]
    x, y = (points[:, 0] + SIZE / 2).astype(np.int64), (SIZE / 2 - points[:, 1]).astype(np.int64)
    depth = np.clip((points[:, 2] + SIZE) / (2 * SIZE) * 2**31, 1, 2**32 - 1).astype(np.uint64)
    keys = (depth << np.uint64(32)) | (facets[which] + 1).astype(np.uint64)
    within = (x >= 0) & (x < SIZE) & (y >= 0) & (y < SIZE)
    np.maximum.at(buffer, (y * SIZE + x)[within], keys[within])


def histogram(found: Walls, below: float, language: str, bars: int = 40) -> str:
    """Return how much of the surface has which wall, as SVG with axes in a language; a line stands at the limit ``below``, in mm."""
    values, weights = found.values[found.told], found.weights[found.told]
    title = escape(say("histogram.title", language))
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 264" role="img" font-family="sans-serif" font-size="12">'
        f"<title>{title}</title>"
    )
    if not len(values):
        return f"{head}</svg>\n"
    top = max(found.quantile(0.98)[0], below) * 1.05
    share, edges = np.histogram(np.minimum(values, top), bins=bars, range=(0.0, top), weights=weights / weights.sum())
    width, most = 600 / bars, float(share.max())
    drawn = "".join(
        f'<rect x="{40 + place * width:.1f}" y="{220 - part / most * 180:.1f}" width="{width - 1:.1f}" height="{part / most * 180:.1f}">'
        f"<title>{edges[place]:.2f}–{edges[place + 1]:.2f} mm: {part:.1%}</title></rect>"
        for place, part in enumerate(share)
    )
    marks = "".join(f'<text x="{40 + 150 * i}" y="240" text-anchor="middle">{top * i / 4:.2f}</text>' for i in range(5))
    shares = "".join(f'<text x="36" y="{224 - 90 * i}" text-anchor="end">{most * i / 2:.0%}</text>' for i in range(3))
    limit, at = escape(say("histogram.limit", language, limit=f"{below:g}")), 40 + below / top * 600
    return (
        f'{head}<text x="40" y="16" font-weight="bold">{title}</text><g fill="#4a6fa5">{drawn}</g>'
        f'<path d="M40 40V220H640" fill="none" stroke="#444"/><g fill="#444">{marks}{shares}<text x="620" y="258">mm</text></g>'
        f'<path d="M{at:.1f} 36V220" stroke="#b00020" stroke-dasharray="4 3"/>'
        f'<text x="{at + 4:.1f}" y="34" fill="#b00020">{limit}</text></svg>\n'
    )


def binary(mesh: Mesh, thick: Floats) -> bytes:
    """Return the mesh with its walls for a viewer, all little-endian.

    ``TSWM``, version 1 and three zeros; then as u4 the numbers of vertices and facets; positions as f4 × 3 a vertex; indices as u4 × 3 a
    facet; wall as u2 a facet in µm, 0 where there is none, 65535 where it is 65.535 mm or more.
    """
    micrometres = np.where(np.isfinite(thick), np.clip(np.nan_to_num(thick) * 1000, 1, 65535), 0)
    return b"".join(
        (
            MAGIC,
            struct.pack("<II", len(mesh.vertices), len(mesh.faces)),
            (mesh.vertices - mesh.middle).astype("<f4").tobytes(),
            mesh.faces.astype("<u4").tobytes(),
            micrometres.astype("<u2").tobytes(),
        )
    )
