# SPDX-License-Identifier: Apache-2.0
"""The catalogue of reasons: every code a decision can give, what mends it, and how it reads in four languages.

The texts stand in ``reasons.yaml``; :mod:`touchstone.recognition.explanation` fills in ``{unit}``, ``{held}``, ``{asked}`` and so on.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap
from touchstone.value import Value

Remedy = Literal["document", "wait", "person", "learn", "none"]

REMEDIES: tuple[Remedy, ...] = ("document", "wait", "person", "learn", "none")
"""What mends a reason, the easiest first: another paper, time, a person's judgement, learning; ``none``: nothing does."""


class ReasonEntry(Value, frozen=True, kw_only=True):
    """One code: what mends it, and its text."""

    remedy: Remedy
    text: LanguageMap


@cache
def catalogue() -> dict[str, ReasonEntry]:
    """Return all reasons by code."""
    content = files(__package__).joinpath("reasons.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(content).tree, dict[str, ReasonEntry])


def __getattr__(name: str) -> dict[str, ReasonEntry]:
    """Offer the catalogue as ``CATALOGUE``, read when it is first asked for."""
    if name == "CATALOGUE":
        return catalogue()
    raise AttributeError(name)


def by_remedy(code: str) -> int:
    """Return the place of a code in the order of remedies: what needs no course comes first."""
    return REMEDIES.index(catalogue()[code].remedy)
