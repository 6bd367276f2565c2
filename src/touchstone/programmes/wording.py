# SPDX-License-Identifier: Apache-2.0
"""What the loop between workshop and school finds, in words, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

from touchstone.recognition.wording import fill
from touchstone.standards.wordings import texts_of
from touchstone.text import LanguageMap, text_in


def wordings() -> Mapping[str, LanguageMap]:
    """Return all fixed texts of programmes and needs by key."""
    return texts_of("touchstone.programmes")


def say(key: str, language: str, **gaps: object) -> str:
    """Return a fixed text in a language, its gaps filled."""
    return fill(text_in(wordings()[key], language), **gaps)
