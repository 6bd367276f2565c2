# SPDX-License-Identifier: Apache-2.0
"""The words of an evaluation in four languages (``words.yaml``)."""

from __future__ import annotations

from touchstone.standards.wordings import texts_of
from touchstone.text import text_in


def say(key: str, language: str, **parts: object) -> str:
    """Return a text in a language, its ``{…}`` filled in."""
    return text_in(texts_of("touchstone.evaluation", "words.yaml")[key], language).format(**parts)


def worded(code: object, language: str) -> str:
    """Return the value of a convention in a language; a number as it stands."""
    return say(f"code.{code}", language) if isinstance(code, str) else str(code)
