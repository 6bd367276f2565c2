# SPDX-License-Identifier: Apache-2.0
"""What is found when documents are looked at together, and the look-ups that finding it takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal, NamedTuple

from touchstone.standards.envelope import Document, recency
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.levels import LevelScale
from touchstone.standards.qualification import Qualification
from touchstone.standards.references import Referral
from touchstone.standards.tree import Path, dotted

_MOST_HINTS = 20

Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One thing to look at, with the document and the field where it stands."""

    severity: Severity
    code: str
    message: str
    document: str
    version: str
    path: Path
    hint: str = ""

    @property
    def field(self) -> str:
        """The field as people write it: ``competencies[3].level``."""
        return dotted(self.path)


class Library:
    """Documents looked up by id; units and levels looked up by name."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self._hints = 0
        self.by_id: dict[str, list[Document]] = {}
        self.units: dict[str, tuple[Competency, Framework]] = {}
        self.levels: dict[str, set[str]] = {}
        for document in sorted(self.documents, key=recency):  # the latest version says what a unit is
            self.by_id.setdefault(document.id, []).append(document)
            if isinstance(document, Framework):
                self.units.update({competency.id: (competency, document) for competency in document.competencies})
            if isinstance(document, LevelScale):
                self.levels.setdefault(document.id, set()).update(level.code for level in document.levels)

    def has(self, referral: Referral) -> bool:
        """Tell whether what a reference means is there."""
        if referral.kind == "unit":
            return referral.id in self.units
        if referral.kind == "unit or Qualification":
            return referral.id in self.units or any(
                isinstance(item, Qualification) for item in self.by_id.get(referral.id, ())
            )
        versions = self.by_id.get(referral.id, [])
        wanted = None if isinstance(referral.target, str) else referral.target.version
        return any(type(item).__name__ == referral.kind and wanted in (None, item.version) for item in versions)

    def near(self, name: str) -> str:
        """Return a hint at an id that looks like ``name``; after a few, people look for a common cause instead."""
        self._hints += 1
        if self._hints > _MOST_HINTS:
            return ""
        near = difflib.get_close_matches(name, [*self.units, *self.by_id], n=1, cutoff=0.8)
        return f"Did you mean {near[0]}?" if near else "Add the document that defines it, or mend the id."

    def knows_level(self, scale: str, level: str | None) -> bool:
        """Tell whether a level is on a scale; a scale that is not there is another finding."""
        return level is None or scale not in self.levels or level in self.levels[scale]

    def scale_of(self, unit: str) -> str:
        """Return the scale of a unit, empty when the unit is not known."""
        return self.units[unit][1].level_scale if unit in self.units else ""


def finding(severity: Severity, code: str, document: Document, path: Path, message: str, hint: str = "") -> Finding:
    """Return a finding about a field of ``document``."""
    return Finding(severity, code, message, document.id, document.version, path, hint)
