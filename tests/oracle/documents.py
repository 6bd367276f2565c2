# SPDX-License-Identifier: Apache-2.0
"""Which version of a document speaks on the decision date, and what its units are (point 1)."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


class BadInput(ValueError):
    """The request or its documents cannot be decided at all: never a decision."""


@dataclass(frozen=True)
class Unit:
    """One competency, as the framework version that is read gives it (1.3)."""

    id: str
    framework: str
    scale: str
    credits: Fraction
    successor_of: str | None


def reference_id(reference):
    """The id of a reference, which is an id or {id, version}."""
    return reference if isinstance(reference, str) else reference["id"]


def lies_in(day, valid):
    """Whether a day lies in a period whose ends are inclusive and optional (1.1)."""
    begins, ends = valid.get("from"), valid.get("until")
    if begins is not None and day < date.fromisoformat(begins):
        return False
    return ends is None or day <= date.fromisoformat(ends)


def in_force(document, day):
    """Status and validity together (1.1)."""
    return document["status"] == "in_force" and lies_in(day, document.get("valid", {}))


def natural_order(version):
    """`2` before `10` (1.1)."""
    pieces = re.findall(r"\d+|\D+", version)
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces]


def version_order(document):
    """By `valid.from` (absent: earliest of all), then by version (1.1)."""
    return document.get("valid", {}).get("from", ""), natural_order(document["version"])


def latest(documents):
    """The last of several versions (1.1)."""
    return max(documents, key=version_order)


class Library:
    """All documents, read on one day."""

    def __init__(self, documents, day):
        self.day = day
        self.versions = {}
        for document in documents:
            self.versions.setdefault((document["kind"], document["id"]), []).append(document)
        self.units = self._read_units()
        self._successions = {}

    def of_kind(self, kind):
        """Every version of every document of a kind."""
        return [document for (each, _), versions in self.versions.items() if each == kind for document in versions]

    def referenced(self, kind, reference):
        """The version that a reference means, or None if it is not in force (1.1, 1.2)."""
        versions = self.versions.get((kind, reference_id(reference)))
        if not versions:
            raise BadInput(f"no {kind} is called {reference_id(reference)}")
        if not isinstance(reference, str) and "version" in reference:
            versions = [document for document in versions if document["version"] == reference["version"]]
        speaking = [document for document in versions if in_force(document, self.day)]
        return latest(speaking) if speaking else None

    def readable(self, kind, identifier):
        """The version in force, else the latest, else None: old documents stay readable (1.3)."""
        versions = self.versions.get((kind, identifier), [])
        speaking = [document for document in versions if in_force(document, self.day)]
        return latest(speaking or versions) if versions else None

    def _read_units(self):
        """Each unit from its framework's readable version, or from the latest version that still has it (1.3)."""
        units = {}
        for kind, identifier in self.versions:
            if kind != "Framework":
                continue
            versions = self.versions[kind, identifier]
            speaking = self.readable(kind, identifier)
            for framework in [*sorted(versions, key=version_order), speaking]:
                for competency in framework["competencies"]:
                    units[competency["id"]] = _unit(competency, framework)
        return units

    def unit(self, identifier):
        """A unit that some framework knows (1.3)."""
        if identifier not in self.units:
            raise BadInput(f"no framework knows the unit {identifier}")
        return self.units[identifier]

    def position(self, scale, code):
        """How high a level stands on its own scale, counted from the lowest."""
        codes = [level["code"] for level in self.readable("LevelScale", scale)["levels"]]
        if code not in codes:
            raise BadInput(f"{code} is no level of {scale}")
        return codes.index(code)

    def successors(self, identifier):
        """The units that supersede this one directly, with `equivalent: true` (5.1)."""
        return [unit.id for unit in self.units.values() if unit.successor_of == identifier]

    def successions(self, identifier):
        """The unit itself and every unit it reaches by succession (5.1)."""
        if identifier not in self._successions:
            reached, waiting = set(), [identifier]
            while waiting:
                unit = waiting.pop()
                if unit not in reached:
                    reached.add(unit)
                    waiting.extend(self.successors(unit))
            self._successions[identifier] = reached
        return self._successions[identifier]


def _unit(competency, framework):
    supersedes = competency.get("supersedes") or {}
    return Unit(
        id=competency["id"],
        framework=framework["id"],
        scale=reference_id(framework["level_scale"]),
        credits=Fraction(str(competency.get("credits", 0))),
        successor_of=supersedes["id"] if supersedes.get("equivalent") else None,
    )
