# SPDX-License-Identifier: Apache-2.0
"""What the loop between workshop and school finds, in words, in four languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from touchstone.recognition.wording import fill
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap, text_in


@cache
def wordings() -> dict[str, LanguageMap]:
    """Return all fixed texts of programmes and needs by key."""
    content = files(__package__).joinpath("wording.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(content).tree, dict[str, LanguageMap])


def say(key: str, language: str, **gaps: object) -> str:
    """Return a fixed text in a language, its gaps filled."""
    return fill(text_in(wordings()[key], language), **gaps)
