# SPDX-License-Identifier: Apache-2.0
"""A programme as a CASE 1.1 package: each module an item, each competency that it treats an association (``isRelatedTo``) with its role.

What CASE has no field for (hours, credits, place, role, level) stands in ``extensions``, under ``touchstone``, as for frameworks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from touchstone.standards.exchange.case_package import CasePackage
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.standards.exchange.uris import uri_of, uuid_of
from touchstone.standards.programme import Module, Programme
from touchstone.text import localise
from touchstone.value import Value

_UNKNOWN = "1970-01-01T00:00:00Z"


def programme_package(programme: Programme, *, language: str = "en") -> CasePackage:
    """Return a programme as a package; its texts are those of one language, the others stand among the extensions."""
    begins = programme.valid.from_ if programme.valid else None
    return _Writer(programme, language, f"{begins}T00:00:00Z" if begins else _UNKNOWN).package()


def _plain(value: Value) -> dict[str, Any]:
    """Return a value as it stands in JSON."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain


class _Writer:
    def __init__(self, programme: Programme, language: str, moment: str) -> None:
        self.programme, self.language, self.moment = programme, language, moment
        self.uri = uri_of(programme.id)

    def package(self) -> CasePackage:
        text, spoken = localise(self.programme.title, self.language)
        own = _plain(self.programme)
        document: JsonObject = {
            "identifier": uuid_of(self.uri), "uri": self.uri, "caseVersion": "1.1", "creator": self.programme.school, "title": text,
            "language": spoken, "version": self.programme.version, "lastChangeDateTime": self.moment,
            "extensions": {"touchstone": {name: own[name] for name in own if name not in ("modules", "version", "proof")}},
        }  # fmt: skip
        items: list[Any] = [self._item(module) for module in self.programme.modules]
        return CasePackage({"CFDocument": document, "CFItems": items, "CFAssociations": list(self._associations())})

    def _item(self, module: Module) -> JsonObject:
        own = _plain(module)
        uri = self._uri(module.id)
        return {
            "identifier": uuid_of(uri), "uri": uri, "CFItemType": "Module", "fullStatement": self._title(module),
            "humanCodingScheme": module.id, "lastChangeDateTime": self.moment,
            "extensions": {"touchstone": {name: own[name] for name in own if name != "competencies"}},
        }  # fmt: skip

    def _associations(self) -> list[Any]:
        found: list[Any] = []
        for module in self.programme.modules:
            title = self._title(module)
            found.append(self._link("isChildOf", (title, self._uri(module.id)), (self._title_of(), self.uri), {}))
            for before in module.prerequisites:
                found.append(self._link("precedes", (before, self._uri(before)), (title, self._uri(module.id)), {}))
            for treated in module.competencies:
                own = {name: value for name, value in _plain(treated).items() if name != "unit"}
                there = (treated.unit, uri_of(treated.unit))
                found.append(self._link("isRelatedTo", (title, self._uri(module.id)), there, {"touchstone": own}))
        return found

    def _link(
        self, type_: str, origin: tuple[str, str], destination: tuple[str, str], extensions: JsonObject
    ) -> JsonObject:
        identifier = uuid_of(f"{type_} {origin[1]} {destination[1]} {extensions}")
        ends = [{"title": title, "identifier": uuid_of(uri), "uri": uri} for title, uri in (origin, destination)]
        link: JsonObject = {
            "identifier": identifier, "uri": f"urn:uuid:{identifier}", "associationType": type_, "originNodeURI": ends[0],  # type: ignore[dict-item]
            "destinationNodeURI": ends[1], "lastChangeDateTime": self.moment,  # type: ignore[dict-item]
        }  # fmt: skip
        return {**link, "extensions": extensions} if extensions else link

    def _uri(self, module: str) -> str:
        return f"{self.uri}#{module}"

    def _title(self, module: Module) -> str:
        return localise(module.title, self.language)[0] if module.title else module.id

    def _title_of(self) -> str:
        return localise(self.programme.title, self.language)[0]
