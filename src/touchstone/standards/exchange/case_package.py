# SPDX-License-Identifier: Apache-2.0
"""Packages of the 1EdTech standard CASE 1.1 (CFPackage: CFDocument, CFItems, CFAssociations, CFDefinitions, CFRubrics).

A package is kept whole, as it came. What a framework of ours has no field for (rubrics, licences, notes, relations of every type,
fields that this version has never heard of) stays here and nowhere else: docs/decisions/0004-foreign-fields.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from touchstone.errors import DocumentError
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue, read_strict, write_json

_LINKS = ("originNodeURI", "destinationNodeURI")


class Relation(NamedTuple):
    """One association: ``isChildOf``, ``exactMatchOf``, ``isRelatedTo``, ``precedes``, ``replacedBy``, ``hasSkillLevel``, …"""

    type: str
    origin: str
    destination: str


@dataclass(frozen=True)
class CasePackage:
    """A CFPackage. ``tree`` is what was read, every field of it; nothing here changes it."""

    tree: JsonObject

    @property
    def document(self) -> JsonObject:
        """The CFDocument."""
        return _object(self.tree.get("CFDocument"), "CFDocument")

    @property
    def items(self) -> tuple[JsonObject, ...]:
        """The CFItems, in their order."""
        return tuple(node for node, _ in _nodes(self.tree, "CFItems"))

    @property
    def associations(self) -> tuple[JsonObject, ...]:
        """The CFAssociations, in their order."""
        return tuple(node for node, _ in _nodes(self.tree, "CFAssociations"))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What the associations say, by the uris of their ends."""
        return tuple(relation_of(association) for association in self.associations)


def read_case(content: bytes) -> CasePackage:
    """Read a CFPackage from JSON.

    :raises DocumentError: when it is not strict JSON, or lacks what a package cannot do without.
    """
    tree = read_strict(content)
    if not isinstance(tree, dict) or "CFDocument" not in tree:
        raise DocumentError("the file is not a CASE package", expected="an object with CFDocument, CFItems, …")
    package = CasePackage(tree)
    _require(package.document, "CFDocument", "identifier", "uri", "title")
    seen: dict[str, str] = {}
    for item, field in _nodes(tree, "CFItems"):
        _require(item, field, "identifier", "uri", "fullStatement")
        if (first := seen.setdefault(str(item["uri"]), field)) != field:
            raise DocumentError("two items bear one uri", field=f"{field}.uri", found=item["uri"], hint=f"See {first}.")
    for association, field in _nodes(tree, "CFAssociations"):
        _require(association, field, "associationType")
        for end in _LINKS:
            _require(_object(association.get(end), f"{field}.{end}"), f"{field}.{end}", "uri")
    return package


def write_case(package: CasePackage) -> bytes:
    """Return the package as JSON, every field of it."""
    return write_json(package.tree)


def relation_of(association: JsonObject) -> Relation:
    """Return what an association says."""
    ends = (_object(association.get(end), end).get("uri") for end in _LINKS)
    return Relation(str(association.get("associationType")), *map(str, ends))


def _nodes(tree: JsonObject, name: str) -> Iterator[tuple[JsonObject, str]]:
    nodes = tree.get(name)
    if nodes is None:
        return
    if not isinstance(nodes, list):
        raise DocumentError("the value does not fit", field=name, expected="a list")
    for index, node in enumerate(nodes):
        field = f"{name}[{index}]"
        yield _object(node, field), field


def _object(value: JsonValue, field: str) -> JsonObject:
    if isinstance(value, dict):
        return value
    raise DocumentError("the value does not fit", field=field, expected="an object", found=value)


def _require(node: JsonObject, field: str, *names: str) -> None:
    for name in names:
        value = node.get(name)
        if not isinstance(value, str) or not value:
            raise DocumentError("the value does not fit", field=f"{field}.{name}", expected="a text", found=value)
