# SPDX-License-Identifier: Apache-2.0
"""What a CASE package says about the fields of a framework, as texts; what it does not say is left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from touchstone.standards.exchange.case_package import CasePackage, relation_of
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.standards.exchange.uris import id_of, percent_decoded, uri_of
from touchstone.standards.tree import Tree, tree_of

OWN = "touchstone"
"""Our name among the extensions of a node."""
STATUS_WRITTEN = {"draft": "Draft", "in_force": "Adopted", "suspended": "Deprecated", "withdrawn": "Deprecated"}
_STATUS_READ = {
    "private draft": "draft", "draft": "draft", "adopted": "in_force", "implemented": "in_force", "deprecated": "withdrawn",
}  # fmt: skip
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_LONGEST_NAME = 200

Says = dict[str, Tree]


class PackageSays(NamedTuple):
    """What the document and each item say; items by their uri, in the order of the package."""

    document: Says
    items: dict[str, Says]
    language: str


def package_says(package: CasePackage, *, language: str, item_types: Collection[str], scale: str | None) -> PackageSays:
    """Return what a package says about a framework and its units."""
    document = package.document
    said = dict(_document_says(document, language))
    scale = scale or (said["level_scale"] if isinstance(said.get("level_scale"), str) else None)  # type: ignore[assignment]
    spoken = _tag(text_in(document, "language"), language)
    relations = _Relations(package, scale)
    items: dict[str, Says] = {}
    for item in package.items:
        if not item_types or item.get("CFItemType") in item_types:
            uri = str(item["uri"])
            items[uri] = dict(_item_says(item, spoken, relations))
    return PackageSays(said, items, spoken)


def own(node: JsonObject) -> JsonObject:
    """Return what stands in the node's extensions under our name; empty if nothing does."""
    extensions = node.get("extensions")
    ours = extensions.get(OWN) if isinstance(extensions, dict) else None
    return ours if isinstance(ours, dict) else {}


def language_of(node: JsonObject, otherwise: str) -> str:
    """Return the language of a node's texts, as a tag of ours; the document's ``language`` is that of its items, too."""
    return _tag(text_in(own(node), "language") or text_in(node, "language"), otherwise)


def text_in(node: JsonObject, name: str) -> str | None:
    """Return the text of a field, or None where there is none worth the name."""
    value = node.get(name)
    return value if isinstance(value, str) and value else None


def texts_of(node: JsonObject, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and statement of an item as language maps; an empty map is no statement."""
    spoken = language_of(node, language)
    title, statement = _others(node, "title"), _others(node, "statement")
    full, short = text_in(node, "fullStatement"), text_in(node, "abbreviatedStatement")
    if full and short:
        statement[spoken] = full
    if shown := short or full:
        title[spoken] = shown
    return title, statement


def area_of(item: JsonObject) -> str | None:
    """Return the area of an item: ours, or its only subject."""
    return text_in(own(item), "area") or _only(item.get("subject"))


def _document_says(document: JsonObject, language: str) -> Iterator[tuple[str, Tree]]:
    ours = own(document)
    yield "id", text_in(ours, "id") or id_of(str(document["uri"]))
    yield "title", {**_others(document, "title"), language_of(document, language): str(document["title"])}
    for name in ("region", "level_scale"):
        if value := text_in(ours, name):
            yield name, value
    for name in ("official", "proof"):
        if name in ours:
            yield name, tree_of(ours[name])
    if version := _name(document.get("version")):
        yield "version", version
    if status := _status(document):
        yield "status", status
    if publisher := text_in(ours, "publisher") or _did(document):
        yield "publisher", publisher
    if valid := _period(document):
        yield "valid", valid
    if source := _source(document):
        yield "source", source


def _status(document: JsonObject) -> str | None:
    adopted, ours = text_in(document, "adoptionStatus"), text_in(own(document), "status")
    if ours and STATUS_WRITTEN.get(ours) == adopted:
        return ours
    return _STATUS_READ.get(adopted.casefold()) if adopted else None


def _did(document: JsonObject) -> str | None:
    publisher = text_in(document, "publisher")
    return publisher if publisher and publisher.startswith("did:") else None


def _period(document: JsonObject) -> dict[str, Tree] | None:
    first, last = (text_in(document, name) for name in ("statusStartDate", "statusEndDate"))
    period: dict[str, Tree] = {
        end: day for end, day in (("from", first), ("until", last)) if day and _DAY.fullmatch(day)
    }
    return period or None


def _source(document: JsonObject) -> Tree | None:
    ours, official = own(document).get("source"), text_in(document, "officialSourceURL")
    if isinstance(ours, list) and (official is None or official in ours):
        return tree_of(ours)
    return [official] if official else None


def _item_says(item: JsonObject, language: str, relations: _Relations) -> Iterator[tuple[str, Tree]]:
    uri, ours = str(item["uri"]), own(item)
    yield "id", id_of(uri)
    title, statement = texts_of(item, language)
    yield "title", {**title}
    if statement:
        yield "statement", {**statement}
    if code := _name(item.get("humanCodingScheme")):
        yield "code", code
    if level := relations.level(item):
        yield "level", level
    for name in ("credits", "hours"):
        if amount := text_in(ours, name):
            yield name, amount
    if area := area_of(item):
        yield "area", area
    keywords = item.get("conceptKeywords")
    if isinstance(keywords, list) and (tags := [name for name in map(_name, keywords) if name]):
        yield "tags", [*tags]
    if supersedes := relations.superseded_by(uri):
        yield "supersedes", supersedes


class _Relations:
    """The associations that have a field of their own in a framework."""

    def __init__(self, package: CasePackage, scale: str | None) -> None:
        self._levels: dict[str, str] = {}
        self._replaced: dict[str, list[JsonObject]] = {}
        prefix = f"{uri_of(scale)}#" if scale else None
        for association in package.associations:
            relation = relation_of(association)
            if relation.type == "replacedBy":
                self._replaced.setdefault(relation.destination, []).append(association)
            elif relation.type == "hasSkillLevel" and prefix and relation.destination.startswith(prefix):
                self._levels.setdefault(relation.origin, percent_decoded(relation.destination.removeprefix(prefix)))

    def level(self, item: JsonObject) -> str | None:
        return self._levels.get(str(item["uri"])) or _only(item.get("educationLevel"))

    def superseded_by(self, uri: str) -> dict[str, Tree] | None:
        """Return the unit that the item replaced; None if there is none, or more than a unit of ours can name."""
        match self._replaced.get(uri, []):
            case [association]:
                equivalent = own(association).get("equivalent") is True
                return {"id": id_of(relation_of(association).origin), "equivalent": "true" if equivalent else "false"}
            case _:
                return None


def _others(node: JsonObject, name: str) -> dict[str, str]:
    """Return the texts in languages beside the node's own."""
    others = own(node).get(name)
    if not isinstance(others, dict):
        return {}
    return {tag: text for tag, text in others.items() if isinstance(text, str)}


def _name(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME else None


def _tag(language: str | None, otherwise: str) -> str:
    first, _, rest = (language or otherwise).replace("_", "-").partition("-")
    tag = f"{first.lower()}-{rest}" if rest else first.lower()
    return tag if _TAG.fullmatch(tag) else otherwise


def _only(values: JsonValue) -> str | None:
    return _name(values[0]) if isinstance(values, list) and len(values) == 1 else None
