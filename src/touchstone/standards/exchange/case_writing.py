# SPDX-License-Identifier: Apache-2.0
"""Writing a framework into a CASE package, touching only what the package does not say already."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.case_package import CasePackage, relation_of
from touchstone.standards.exchange.case_reading import (
    OWN,
    STATUS_WRITTEN,
    PackageSays,
    Says,
    language_of,
    own,
    text_in,
)
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.standards.exchange.uris import level_uri, uri_of, uuid_of
from touchstone.standards.framework import Competency, Framework
from touchstone.text import LANGUAGES

_UNKNOWN = "1970-01-01T00:00:00Z"
Plain = Any  # JSON data whose shape the field's type has settled
Fields = dict[str, Plain]


def empty_package(framework: Framework, language: str) -> CasePackage:
    """Return a package with nothing in it but the document's name."""
    spoken = _spoken(framework.title, None, language)
    uri = uri_of(framework.id)
    document: JsonObject = {
        "identifier": uuid_of(uri), "uri": uri, "caseVersion": "1.1",
        "creator": framework.publisher or framework.id, "title": framework.title[spoken], "language": spoken,
        "lastChangeDateTime": _moment(framework, None),
    }  # fmt: skip
    return CasePackage({"CFDocument": document, "CFItems": [], "CFAssociations": []})


class PackageWriter:
    """Writes one framework into a copy of one package."""

    def __init__(
        self, start: CasePackage, says: PackageSays, framework: Framework, changed: dt.datetime | None, language: str
    ) -> None:
        self._tree: JsonObject = copy.deepcopy(start.tree)
        self._document = CasePackage(self._tree).document
        self._says, self._framework = says, framework
        self._language, self._moment, self._changed = (
            says.language or language,
            _moment(framework, changed),
            changed is not None,
        )
        self._items = {str(item["uri"]): item for item in CasePackage(self._tree).items}
        self._uris = {str(said["id"]): uri for uri, said in says.items.items()}
        for unit in framework.competencies:
            self._uris.setdefault(unit.id, uri_of(unit.id))
        self._associations = list(CasePackage(self._tree).associations)

    def written(self) -> CasePackage:
        """Return the package."""
        self._write_document()
        kept = [self._write_item(unit) for unit in self._framework.competencies]
        for unit in self._framework.competencies:
            self._write_relations(unit)
        self._arrange(kept)
        return CasePackage(self._tree)

    # ------------------------------------------------------------------ the document
    def _write_document(self) -> None:
        wanted = _fields(self._framework, "kind", "competencies")
        said = _normal(self._says.document, Framework)
        for name in dict.fromkeys([*wanted, *said]):
            if wanted.get(name) != said.get(name):
                self._set_document(name, wanted.get(name))
                self._touch(self._document)

    def _set_document(self, name: str, value: Plain) -> None:
        node = self._document
        match name:
            case "title":
                spoken = _spoken(value, None, language_of(node, self._language))
                node["title"] = value[spoken]
                self._speak(node, spoken)
                _set_own(node, "title", _without(value, spoken))
            case "version":
                node["version"] = value
            case "status":
                node["adoptionStatus"] = STATUS_WRITTEN[value]
                _set_own(node, "status", value if value == "suspended" else None)
            case "valid":
                _set(node, "statusStartDate", (value or {}).get("from"))
                _set(node, "statusEndDate", (value or {}).get("until"))
            case "publisher" if value and value.startswith("did:") and _is_did(node.get("publisher", "did:")):
                node["publisher"] = value
                _set_own(node, "publisher", None)
            case "source":
                self._set_source(value or [])
            case _:
                if name == "publisher" and _is_did(node.get("publisher")):
                    del node["publisher"]
                _set_own(node, name, value)

    def _set_source(self, sources: list[str]) -> None:
        first = next((source for source in sources if re.match(r"https?://\S+$", source)), None)
        _set(self._document, "officialSourceURL", first)
        _set_own(self._document, "source", sources if sources and sources != [first] else None)

    # ------------------------------------------------------------------ items
    def _write_item(self, unit: Competency) -> JsonObject:
        uri = self._uris[unit.id]
        said = _normal(self._says.items.get(uri, {}), Competency)
        item = self._items.get(uri) or self._new_item(uri)
        wanted = _fields(unit)
        texts = ("title", "statement")
        if any(wanted.get(name) != said.get(name) for name in texts):
            self._set_texts(item, wanted["title"], wanted.get("statement"))
        for name in ("code", "credits", "hours", "area", "tags"):
            if wanted.get(name) != said.get(name):
                _set_item(item, name, wanted.get(name))
                self._touch(item)
        return item

    def _new_item(self, uri: str) -> JsonObject:
        item: JsonObject = {"identifier": uuid_of(uri), "uri": uri, "fullStatement": ""}
        item["lastChangeDateTime"] = self._moment
        self._items[uri] = item
        document = _link(text_in(self._document, "title"), self._document, str(self._document["uri"]))
        self._associate("isChildOf", item, document, sequenceNumber=len(self._items))
        return item

    def _set_texts(self, item: JsonObject, title: Mapping[str, str], statement: Mapping[str, str] | None) -> None:
        spoken = _spoken(title, statement, language_of(item, self._language))
        self._speak(item, spoken)
        if statement and spoken in statement:
            item["fullStatement"], item["abbreviatedStatement"] = statement[spoken], title[spoken]
        else:
            item["fullStatement"] = title[spoken]
            item.pop("abbreviatedStatement", None)
        _set_own(item, "title", _without(title, spoken))
        _set_own(item, "statement", _without(statement or {}, spoken))
        self._touch(item)

    def _touch(self, node: JsonObject) -> None:
        """Say when a node was changed, if anybody knows; a time that was there is not replaced by a guess."""
        if self._changed:
            node["lastChangeDateTime"] = self._moment

    def _speak(self, node: JsonObject, spoken: str) -> None:
        if language_of(node, self._language) != spoken:
            _set_own(node, "language", spoken)

    # ------------------------------------------------------------------ associations
    def _write_relations(self, unit: Competency) -> None:
        uri = self._uris[unit.id]
        said = _normal(self._says.items.get(uri, {}), Competency)
        wanted = _fields(unit)
        if wanted.get("level") != said.get("level"):
            self._set_level(self._items[uri], unit.level)
        if wanted.get("supersedes") != said.get("supersedes"):
            self._set_supersession(self._items[uri], unit)

    def _set_level(self, item: JsonObject, level: str | None) -> None:
        scale = uri_of(self._framework.level_scale)
        self._dissociate("hasSkillLevel", origin=str(item["uri"]), within=f"{scale}#")
        if level is None:
            item.pop("educationLevel", None)
            return
        uri = level_uri(self._framework.level_scale, level)
        self._associate("hasSkillLevel", item, {"title": level, "identifier": uuid_of(uri), "uri": uri})

    def _set_supersession(self, item: JsonObject, unit: Competency) -> None:
        old = self._uris.get(unit.supersedes.id, uri_of(unit.supersedes.id)) if unit.supersedes else None
        uri, kept = str(item["uri"]), None
        for association in self._associations:
            relation = relation_of(association)
            if relation.type == "replacedBy" and (relation.origin, relation.destination) == (old, uri):
                kept = association
        self._associations = [
            each for each in self._associations
            if each is kept or relation_of(each).type != "replacedBy" or relation_of(each).destination != uri
        ]  # fmt: skip
        if not unit.supersedes or old is None:
            return
        if kept is None:
            origin = self._items.get(old) or {
                "identifier": uuid_of(old),
                "uri": old,
                "fullStatement": unit.supersedes.id,
            }
            kept = self._associate("replacedBy", origin, _link(None, item, uri))
        _set_own(kept, "equivalent", unit.supersedes.equivalent or None)

    def _associate(self, type_: str, item: JsonObject, destination: JsonObject, **more: JsonValue) -> JsonObject:
        origin = _link(None, item, str(item["uri"]))
        identifier = uuid_of(f"{type_} {origin['uri']} {destination['uri']}")
        association: JsonObject = {
            "identifier": identifier, "uri": f"urn:uuid:{identifier}", "associationType": type_, **more,
            "originNodeURI": origin, "destinationNodeURI": destination, "lastChangeDateTime": self._moment,
        }  # fmt: skip
        self._associations.append(association)
        return association

    def _dissociate(self, type_: str, *, origin: str, within: str) -> None:
        def meant(association: JsonObject) -> bool:
            relation = relation_of(association)
            return (relation.type, relation.origin) == (type_, origin) and relation.destination.startswith(within)

        self._associations = [each for each in self._associations if not meant(each)]

    # ------------------------------------------------------------------ putting it together
    def _arrange(self, kept: list[JsonObject]) -> None:
        """Units in the framework's order, in the places where units stood; what is no unit stays where it is."""
        named = {str(item["uri"]) for item in kept}
        gone = self._says.items.keys() - named
        waiting = iter(kept)
        items: list[JsonValue] = []
        for item in CasePackage(self._tree).items:
            uri = str(item["uri"])
            if uri in named:
                items.extend(self._up_to_a_known_one(waiting))
            elif uri not in gone:
                items.append(item)
        items.extend(waiting)
        associations: list[JsonValue] = [each for each in self._associations if not self._dangles(each, gone)]
        for name, nodes in (("CFItems", items), ("CFAssociations", associations)):
            if nodes or self._tree.get(name):
                self._tree[name] = nodes
        for node in (item for item in kept if not item.get("fullStatement")):
            node["fullStatement"] = str(node["uri"])
        self._title_links()

    def _up_to_a_known_one(self, waiting: Iterator[JsonObject]) -> Iterator[JsonObject]:
        """Yield the units that come next, new ones first, and last the one that takes the place of another."""
        for item in waiting:
            yield item
            if str(item["uri"]) in self._says.items:
                return

    def _dangles(self, association: JsonObject, gone: set[str]) -> bool:
        relation = relation_of(association)
        if relation.destination in gone:
            return True
        return relation.origin in gone and relation.type != "replacedBy"

    def _title_links(self) -> None:
        """Give the ends of new associations the words of their items, which were not written when they were made."""
        for association in self._associations:
            for end in ("originNodeURI", "destinationNodeURI"):
                link = association[end]
                if isinstance(link, dict) and link.get("title") == "":
                    item = self._items.get(str(link["uri"]), {})
                    link["title"] = (
                        text_in(item, "abbreviatedStatement") or text_in(item, "fullStatement") or str(link["uri"])
                    )


def _moment(framework: Framework, changed: dt.datetime | None) -> str:
    if changed:
        return changed.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{framework.valid.from_}T00:00:00Z" if framework.valid and framework.valid.from_ else _UNKNOWN


def _fields(value: Framework | Competency, *without: str) -> Fields:
    fields: Fields = msgspec.json.decode(msgspec.json.encode(value))
    return {name: item for name, item in fields.items() if name not in without}


def _normal(said: Says, struct: type[Framework] | type[Competency]) -> Fields:
    """Return what is said as the framework would say it; what does not fit was not said."""
    normal: Fields = {}
    for field in msgspec.structs.fields(struct):
        if field.encode_name in said:
            try:
                value = decode(said[field.encode_name], field.type, (field.encode_name,))
            except FieldError:
                continue
            plain = msgspec.json.decode(msgspec.json.encode(value))
            if plain != field.default and plain not in ([], {}):
                normal[field.encode_name] = plain
    return normal


def _set_item(item: JsonObject, name: str, value: Plain) -> None:
    match name:
        case "code":
            _set(item, "humanCodingScheme", value)
        case "tags":
            _set(item, "conceptKeywords", value or None)
        case "area":
            several = isinstance(subject := item.get("subject"), list) and len(subject) > 1
            _set_own(item, "area", value if several else None)
            if not several:
                _set(item, "subject", [value] if value else None)
        case _:
            _set_own(item, name, value)


def _set(node: JsonObject, name: str, value: JsonValue) -> None:
    if value is None:
        node.pop(name, None)
    else:
        node[name] = value


def _set_own(node: JsonObject, name: str, value: Plain) -> None:
    """Set a field of ours among the extensions; empty ones are taken out, and with the last of them the place itself."""
    ours = {**own(node), name: value}
    ours = {field: item for field, item in ours.items() if item not in (None, [], {})}
    extensions = node.get("extensions")
    others = {field: item for field, item in extensions.items() if field != OWN} if isinstance(extensions, dict) else {}
    if ours:
        node["extensions"] = {**others, OWN: ours}
    elif others or not isinstance(extensions, dict) or OWN not in extensions:
        _set(node, "extensions", others or extensions)
    else:
        del node["extensions"]


def _spoken(title: Mapping[str, str], statement: Mapping[str, str] | None, preferred: str) -> str:
    """Choose the language of a node's texts: the preferred one, or the first in which there is most to say."""
    order = [tag for tag in (preferred, *LANGUAGES, *sorted(title)) if tag in title]
    both = [tag for tag in order if statement and tag in statement]
    return (both or order)[0]


def _without(texts: Mapping[str, str], tag: str) -> dict[str, str]:
    return {other: text for other, text in texts.items() if other != tag}


def _is_did(publisher: JsonValue) -> bool:
    return isinstance(publisher, str) and publisher.startswith("did:")


def _link(title: str | None, node: JsonObject, uri: str) -> JsonObject:
    return {"title": title or "", "identifier": node.get("identifier"), "uri": uri, "targetType": "CASE"}
