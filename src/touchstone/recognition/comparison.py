# SPDX-License-Identifier: Apache-2.0
"""Comparing levels: by position on one scale, by published referencings between two. Never by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from touchstone.logic import Truth
from touchstone.standards.levels import LevelReferencing, LevelScale

Positions = Mapping[str, int]


class _United(NamedTuple):
    """All admitted referencings from one scale to another, as one (recognition-algorithm 4.2)."""

    bounds: dict[int, tuple[int, int]]
    absent: frozenset[int]
    monotone: bool


class LevelComparison:
    """Answers whether a held level meets an asked one, under a set of admitted referencings."""

    def __init__(self, scales: Iterable[LevelScale], referencings: Iterable[LevelReferencing]) -> None:
        self._positions: dict[str, Positions] = {
            scale.id: {level.code: position for position, level in enumerate(scale.levels)} for scale in scales
        }
        self._united = self._unite(list(referencings))
        self._known: dict[tuple[str, str, str, str], Truth] = {}

    def meets(self, held_scale: str, held: str | None, asked_scale: str, asked: str | None) -> Truth:
        """Tell whether level ``held`` is at least level ``asked``; nothing asked is always met, nothing held is unknown."""
        if asked is None:
            return Truth.TRUE
        if held is None:
            return Truth.UNKNOWN
        key = (held_scale, held, asked_scale, asked)
        if key not in self._known:
            self._known[key] = self._compare(held_scale, held, asked_scale, asked)
        return self._known[key]

    def _compare(self, held_scale: str, held: str, asked_scale: str, asked: str) -> Truth:
        have, need = self._positions[held_scale].get(held), self._positions[asked_scale].get(asked)
        if have is None or need is None:
            return Truth.UNKNOWN
        if held_scale == asked_scale:
            return Truth.TRUE if have >= need else Truth.FALSE
        united = self._united.get((held_scale, asked_scale))
        if united is None or have in united.absent:
            return Truth.UNKNOWN
        lowest, highest = _bounds(united, have)
        if lowest is not None and lowest >= need:
            return Truth.TRUE
        return Truth.FALSE if highest is not None and highest < need else Truth.UNKNOWN

    def _unite(self, referencings: list[LevelReferencing]) -> dict[tuple[str, str], _United]:
        united: dict[tuple[str, str], _United] = {}
        for pair in {(referencing.from_, referencing.to) for referencing in referencings}:
            same = [referencing for referencing in referencings if (referencing.from_, referencing.to) == pair]
            source, target = self._positions[pair[0]], self._positions[pair[1]]
            mapped: dict[int, list[int]] = {}
            for referencing in same:
                for held, equal in referencing.pairs:
                    if held in source and equal in target:  # a level that the scale no longer has compares with nothing
                        mapped.setdefault(source[held], []).append(target[equal])
            united[pair] = _United(
                {position: (min(levels), max(levels)) for position, levels in mapped.items()},
                frozenset(source[code] for referencing in same for code in referencing.absent if code in source),
                all(referencing.policy == "monotone" for referencing in same),
            )
        return united


def _bounds(united: _United, position: int) -> tuple[int | None, int | None]:
    """Return the lowest and the highest comparable position, None where nothing bounds it."""
    if position in united.bounds:
        return united.bounds[position]
    if not united.monotone:
        return None, None
    below = max((mapped for mapped in united.bounds if mapped < position), default=None)
    above = min((mapped for mapped in united.bounds if mapped > position), default=None)
    lowest = united.bounds[below][0] if below is not None else None
    highest = united.bounds[above][1] if above is not None else None
    return lowest, highest
