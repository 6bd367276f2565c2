# SPDX-License-Identifier: Apache-2.0
"""Level scales, and what is published about how the levels of two scales compare.

Level *numbers* are never compared: the mainland's 一级 is the top of its scale, HKQF 1 the bottom of its own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Identifier, Name
from touchstone.standards.envelope import Document
from touchstone.text import LanguageMap
from touchstone.value import Value


class Level(Value, frozen=True, kw_only=True):
    """One level of a scale."""

    code: Name
    title: LanguageMap | None = None


class LevelScale(Document, frozen=True, kw_only=True, tag_field="kind", tag="LevelScale"):
    """The levels of one qualification system, lowest first."""

    levels: Annotated[tuple[Level, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        codes = [level.code for level in self.levels]
        if len(codes) != len(set(codes)):
            raise ValueError("a level code stands on the scale twice")

    def position(self, code: str) -> int | None:
        """Return the position of a level, 0 for the lowest, or None when it is not on this scale."""
        return next((position for position, level in enumerate(self.levels) if level.code == code), None)


class LevelReferencing(Document, frozen=True, kw_only=True, tag_field="kind", tag="LevelReferencing"):
    """A published comparison of the levels of one scale with those of another; many-to-many, never inverted, never chained.

    A level listed as ``absent`` is a fact (no comparable level was agreed), not a zero. With policy ``monotone``
    a level without a pair is bounded by its nearest mapped neighbours; with ``none`` it stays unknown.
    """

    from_: Identifier
    to: Identifier
    pairs: tuple[tuple[Name, Name], ...] = ()
    absent: tuple[Name, ...] = ()
    policy: Literal["none", "monotone"] = "none"
