# SPDX-License-Identifier: Apache-2.0
"""The level scales of units, as far as documents at hand know them: a level that is not on a unit's scale is not attested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from touchstone.standards import Document, Framework, LevelScale

Scales = Mapping[str, tuple[str, ...]]
"""The levels that a unit may have, lowest first, by the id of the unit. Of a unit that is not in it nothing is known."""


def scales_of(documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """Return the levels on the scale of every unit whose framework and whose scale are among the documents.

    Of a scale in several versions every level counts, for a certificate may have been earned under any of them; drafts do, too.
    """
    given = tuple(documents)
    scales: dict[str, dict[str, None]] = {}
    for scale in (each for each in given if isinstance(each, LevelScale)):
        scales.setdefault(scale.id, {}).update(dict.fromkeys(level.code for level in scale.levels))
    return {
        unit.id: tuple(scales[framework.level_scale])
        for framework in given
        if isinstance(framework, Framework) and framework.level_scale in scales
        for unit in framework.competencies
    }
