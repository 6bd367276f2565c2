# SPDX-License-Identifier: Apache-2.0
"""3MF (3MF Core Specification 1.3): a zip of XML with a unit, meshes, components made of other objects, and a build that places them.

Only what the build places is measured, and of that neither supports nor what is not to be printed: an object of the type ``support``,
``solidsupport`` or ``other`` (Core 4.1) is no part of the piece, nor is an item with ``printable="0"`` (as slicers write it).

Components are counted before they are copied: depth, instances and triangles are bounded, and an object that contains itself is refused.
Materials, colours and slices are passed over; a component may stand in another part of the file (production extension, ``p:path``).
"""

from __future__ import annotations

import posixpath
from array import array
from typing import NamedTuple

import numpy as np

from touchstone.errors import ModelError
from touchstone.practice.model3d.archive import Archive, opened
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import Floats, Ints, Source
from touchstone.practice.model3d.stl import NUMERIC, check_count

UNITS = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0, "inch": 25.4, "foot": 304.8, "meter": 1000.0}
"""Millimetres in a unit (3MF Core 3.4.1); a model that states none is in millimetres."""

_MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_DEFAULT = "3D/3dmodel.model"
_NUMERIC = NUMERIC.decode()
_LONGEST = 40
_BESIDE = ("support", "solidsupport", "other")

Key = tuple[str, str]
"""An object: the part that it stands in, and its id there."""


class Placed(NamedTuple):
    """An object used somewhere, moved there by a matrix."""

    key: Key
    matrix: Floats | None


class Thing(NamedTuple):
    """An object: a mesh, or components; ``beside`` the piece is what has a type that is not printed as part of it."""

    vertices: Floats
    triangles: Ints
    components: tuple[Placed, ...]
    beside: bool


class Part:
    """What a model part says, gathered while it is parsed."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.unit = "millimeter"
        self.build: list[Placed] = []
        self.things: dict[str, Thing] = {}
        self._id, self._type = "", ""
        self.unprinted = 0
        self._count = 0
        self._clear()

    def _clear(self) -> None:
        self._vertices, self._triangles = array("d"), array("q")
        self._components: list[Placed] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element."""
        if tag == "vertex":
            self._vertices.extend(
                map(_number, (attributes.get("x", ""), attributes.get("y", ""), attributes.get("z", "")))
            )
            if len(self._vertices) > 9 * self.limits.triangles:
                raise ModelError("too_many_vertices", "the 3MF has too many vertices",
                                 expected=f"at most {3 * self.limits.triangles}")  # fmt: skip
        elif tag == "triangle":
            self._triangles.extend(
                map(_index, (attributes.get("v1", ""), attributes.get("v2", ""), attributes.get("v3", "")))
            )
            self._count += 1
            if self._count > self.limits.triangles:
                check_count(self._count, self.limits)
        elif tag == "object":
            self._id, self._type = attributes.get("id", ""), attributes.get("type", "model")
            self._clear()
            if self._id in self.things:
                raise ModelError("object_twice", "the 3MF has two objects of one id", found=self._id)
        elif tag == "component":
            self._components.append(self._placed(attributes))
            self._check_instances(len(self._components))
        elif tag == "item":
            if attributes.get("printable", "1") in ("0", "false"):
                self.unprinted += 1
                return
            self.build.append(self._placed(attributes))
            self._check_instances(len(self.build))
        elif tag == "model":
            self.unit = attributes.get("unit", "millimeter")
            if self.unit not in UNITS:
                raise ModelError("unit", "the unit of the 3MF is unknown", expected=", ".join(UNITS), found=self.unit)

    def end(self, tag: str) -> None:
        """Close an element: an object is complete."""
        if tag != "object":
            return
        vertices = np.frombuffer(self._vertices, dtype=np.float64).reshape(-1, 3)
        triangles = np.frombuffer(self._triangles, dtype=np.int64).reshape(-1, 3)
        if len(triangles) and int(triangles.max()) >= len(vertices):
            raise ModelError("index", "a triangle names a vertex that is not there", field=f"object {self._id}",
                             expected=f"0 to {len(vertices) - 1}", found=int(triangles.max()))  # fmt: skip
        self.things[self._id] = Thing(vertices, triangles, tuple(self._components), self._type in _BESIDE)
        self._clear()

    def _placed(self, attributes: dict[str, str]) -> Placed:
        path = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "path"), "")
        return Placed(
            (_name(path) if path else self.name, attributes.get("objectid", "")),
            _matrix(attributes.get("transform", "")),
        )

    def _check_instances(self, count: int) -> None:
        if count > self.limits.instances:
            raise ModelError("too_many_instances", "the 3MF places too many objects",
                             expected=f"at most {self.limits.instances}")  # fmt: skip


def read_3mf(content: bytes, limits: Limits) -> Source:
    """Read a 3MF.

    :raises ModelError: with the code of what is wrong (see :mod:`touchstone.practice.model3d.archive` for the archive's own).
    """
    with opened(content, limits) as archive:
        main = _start_part(archive)
        parts = {main: _part(archive, main, limits)}
        pending = _paths(parts[main]) - set(parts)
        while pending:
            name = pending.pop()
            parts[name] = _part(archive, name, limits)
            if sum(len(part.things) for part in parts.values()) > limits.instances:
                raise ModelError("too_many_instances", "the 3MF has too many objects")
            pending |= _paths(parts[name]) - set(parts)
    return _built(parts, parts[main], limits)


def _start_part(archive: Archive) -> str:
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type") == _MODEL_TYPE:
            found.append(attributes.get("Target", ""))
            if attributes.get("TargetMode", "Internal") != "Internal":
                raise ModelError("archive_unsafe", "the 3MF points outside itself", found=attributes.get("Target", ""))

    if "_rels/.rels" in archive:
        archive.parse("_rels/.rels", start)
    return _name(found[0]) if found else _name(_DEFAULT)


def _name(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/"))


def _part(archive: Archive, name: str, limits: Limits) -> Part:
    part = Part(name, limits)
    archive.parse(name, part.start, part.end)
    return part


def _paths(part: Part) -> set[str]:
    placed = [*part.build, *(component for thing in part.things.values() for component in thing.components)]
    return {each.key[0] for each in placed}


def _built(parts: dict[str, Part], main: Part, limits: Limits) -> Source:
    things = {(name, number): thing for name, part in parts.items() for number, thing in part.things.items()}
    if not main.build:
        raise ModelError("empty", "the 3MF places nothing in its build")
    sizes: dict[Key, tuple[int, int, int]] = {}
    total = [_size(placed.key, things, sizes, (), limits) for placed in main.build]
    triangles, instances = sum(size[0] for size in total), sum(size[1] for size in total)
    if instances > limits.instances:
        raise ModelError("too_many_instances", "the 3MF places too many objects",
                         expected=f"at most {limits.instances}", found=instances)  # fmt: skip
    check_count(triangles, limits)
    corners: list[Floats] = []
    left_out = main.unprinted + sum(_place(placed, np.eye(4, 3), things, corners) for placed in main.build)
    if not corners:
        raise ModelError("empty", "the 3MF places nothing in its build that is printed as part of the piece")
    remarks = (f"{left_out} objects left out: supports, or not to be printed",) if left_out else ()
    return Source("3MF", np.concatenate(corners), main.unit, UNITS[main.unit], remarks)


def _size(
    key: Key, things: dict[Key, Thing], sizes: dict[Key, tuple[int, int, int]], above: tuple[Key, ...], limits: Limits
) -> tuple[int, int, int]:
    """Return triangles, instances and depth of an object with all that it contains, without copying anything."""
    if key in above:
        raise ModelError("component_cycle", "an object of the 3MF contains itself", found=key[1])
    if key not in things:
        raise ModelError("component_missing", "the 3MF places an object that is not there", found=key[1])
    if key not in sizes:
        if len(above) > limits.depth:
            raise ModelError("component_depth", "components of the 3MF nest too deeply",
                             expected=f"at most {limits.depth} levels")  # fmt: skip
        thing = things[key]
        inner = [_size(each.key, things, sizes, (*above, key), limits) for each in thing.components]
        sizes[key] = (
            len(thing.triangles) + sum(each[0] for each in inner),
            1 + sum(each[1] for each in inner),
            1 + max((each[2] for each in inner), default=0),
        )
    if len(above) + sizes[key][2] > limits.depth + 1:
        raise ModelError(
            "component_depth", "components of the 3MF nest too deeply", expected=f"at most {limits.depth} levels"
        )
    return sizes[key]


def _place(placed: Placed, outer: Floats, things: dict[Key, Thing], corners: list[Floats]) -> int:
    """Add the corners of an object with all that it contains; return how many objects in it are beside the piece, and were left out."""
    matrix = outer if placed.matrix is None else _chained(placed.matrix, outer)
    thing = things[placed.key]
    if thing.beside:
        return 1
    if len(thing.triangles):
        moved = _moved(thing.vertices, matrix)
        order = thing.triangles if _determinant(matrix) > 0 else thing.triangles[:, ::-1]
        corners.append(moved[order.reshape(-1)])
    return sum(_place(component, matrix, things, corners) for component in thing.components)


def _moved(points: Floats, matrix: Floats) -> Floats:
    """Return points times a matrix, summed in one order whatever the machine (a library of linear algebra would not say)."""
    x, y, z = points[:, 0:1], points[:, 1:2], points[:, 2:3]
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # what is beyond all numbers is refused with the file's other corners
        return np.asarray(x * matrix[0] + y * matrix[1] + z * matrix[2] + matrix[3])


def _chained(first: Floats, then: Floats) -> Floats:
    moved = _moved(first, then)
    moved[:3] -= then[3]
    return moved


def _determinant(matrix: Floats) -> float:
    a, b, c = (tuple(map(float, row)) for row in matrix[:3])
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])


def _matrix(text: str) -> Floats | None:
    if not text:
        return None
    numbers = [_number(word) for word in text.split(None, 13)]
    if len(numbers) != 12:
        raise ModelError("transform", "a transform of the 3MF has twelve numbers", found=len(numbers))
    matrix = np.array(numbers).reshape(4, 3)
    if not np.isfinite(matrix).all() or _determinant(matrix) == 0:
        raise ModelError("transform", "a transform of the 3MF flattens its object", found=text)
    return matrix


def _number(text: str) -> float:
    text = text.strip()
    if not text or len(text) > _LONGEST or text.strip(_NUMERIC):
        finite = "not_finite" if text.lower().lstrip("+-").startswith(("nan", "inf")) else "syntax"
        raise ModelError(finite, "a coordinate is not a finite number", found=text)
    try:
        return float(text)
    except ValueError:
        raise ModelError("syntax", "a coordinate is not a number", found=text) from None


def _index(text: str) -> int:
    text = text.strip()
    if not text.isdecimal() or len(text) > 10:
        raise ModelError("index", "a triangle names no vertex", found=text)
    return int(text)
