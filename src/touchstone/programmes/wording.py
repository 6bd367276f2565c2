# SPDX-License-Identifier: Apache-2.0
"""What the loop between workshop and school finds, in words, in four languages."""

from __future__ import annotations

from collections.abc import Mapping

from touchstone.recognition.wording import fill
from touchstone.standards.exchange.cells import CellError
from touchstone.standards.wordings import texts_of
from touchstone.text import LanguageMap, text_in


def wordings() -> Mapping[str, LanguageMap]:
    """Return all fixed texts of programmes and needs by key."""
    return texts_of("touchstone.programmes")


def say(key: str, language: str, **gaps: object) -> str:
    """Return a fixed text in a language, its gaps filled."""
    return fill(text_in(wordings()[key], language), **gaps)


def told_cell(error: CellError, language: str) -> str:
    """Return a mistake in a cell in a language. What the readers of tables say is its own key; one without words stays English."""
    told = say(
        "cell.place", language, row=error.row, column=error.column, message=_known("message", error.message, language)
    )
    for part, text in (("expected", _expected(error.expected, language)), ("found", error.found)):
        told += say(f"cell.{part}", language, what=text) if text else ""
    hint = _known("hint", error.hint, language)
    return say("cell.hint", language, told=told, hint=hint) if hint else say("cell.end", language, told=told)


def _expected(text: str, language: str) -> str:
    """Return what was expected; behind ``one of`` and ``a heading such as`` stand names, which are nobody's language."""
    for opening in ("one of ", "one of the ids ", "a heading such as "):
        if text.startswith(opening) and f"expected.{opening.strip()}" in wordings():
            return say(f"expected.{opening.strip()}", language, names=text.removeprefix(opening))
    return _known("expected", text, language)


def _known(part: str, text: str, language: str) -> str:
    key = f"{part}.{text}"
    return say(key, language) if key in wordings() else text
