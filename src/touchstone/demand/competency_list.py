# SPDX-License-Identifier: Apache-2.0
"""The competency list that needs are read with: what each competency is called, and the levels on which it may be asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from touchstone.demand.need import Need
from touchstone.errors import InputError
from touchstone.standards.envelope import Document
from touchstone.standards.framework import Framework
from touchstone.standards.levels import LevelScale


class CompetencyList:
    """Names, regions and levels of all competencies of some documents; other kinds of document say nothing here."""

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = tuple(documents)
        frameworks = [item for item in documents if isinstance(item, Framework)]
        self.regions = {unit.id: item.region for item in frameworks for unit in item.competencies}
        self._scales = {unit.id: item.level_scale for item in frameworks for unit in item.competencies}
        self._codes = {
            item.id: [level.code for level in item.levels] for item in documents if isinstance(item, LevelScale)
        }
        names: dict[str, set[str]] = {}
        for framework in frameworks:
            for unit in framework.competencies:
                for name in (unit.id, unit.code or unit.id, *unit.title.values()):
                    names.setdefault(_folded(name), set()).add(unit.id)
        self._names = {name: sorted(ids) for name, ids in names.items()}

    def named(self, name: str) -> list[str]:
        """Return the ids of the competencies that are called so, in any case, width and language."""
        return self._names.get(_folded(name), [])

    def near(self, name: str) -> str | None:
        """Return the name known that is nearest to one that is not."""
        return next(iter(get_close_matches(_folded(name), self._names, n=1, cutoff=0.75)), None)

    def check_levels(self, need: Need) -> None:
        """Refuse a level that is not on its scale, so that no gap stumbles over it later.

        :raises InputError: with the codes of the scale. A framework's own scale that was not given is not looked at.
        """
        if need.level_scale and self._codes and need.level_scale not in self._codes:
            raise InputError(
                "the level scale is unknown", field="level_scale", expected="one of " + ", ".join(self._codes),
                found=need.level_scale,
            )  # fmt: skip
        for wanted in need.competencies:
            codes = self._codes.get(need.level_scale or self._scales[wanted.unit])
            if wanted.level is not None and codes is not None and wanted.level not in codes:
                raise InputError(
                    "the level is not on the scale of the competency", field="competencies",
                    expected="one of " + ", ".join(codes), found=f"{wanted.unit}@{wanted.level}",
                )  # fmt: skip


def _folded(name: str) -> str:
    """Return a name without case, width and white space: a bracket is one whether it was typed in Chinese or in English."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
