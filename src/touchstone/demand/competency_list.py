# SPDX-License-Identifier: Apache-2.0
"""The competency list that needs are read with: what each competency is called, and the levels on which it may be asked."""

from __future__ import annotations

from collections.abc import Iterable

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
                    names.setdefault(name.casefold(), set()).add(unit.id)
        self._names = {name: sorted(ids) for name, ids in names.items()}

    def named(self, name: str) -> list[str]:
        """Return the ids of the competencies that are called so, in any case and language."""
        return self._names.get(name.casefold(), [])

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
                    f"the level of {wanted.unit} is not on the scale", field="competencies",
                    expected="one of " + ", ".join(codes), found=wanted.level,
                )  # fmt: skip
