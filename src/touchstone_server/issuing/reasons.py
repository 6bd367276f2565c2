# SPDX-License-Identifier: Apache-2.0
"""Why a row cannot be issued, in the reader's language: the core tells its mistakes in English, each with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from touchstone_server.texts import all_texts, plain_text

KINDS: Mapping[str, str] = {
    "the cell is empty": "empty",
    "the cell begins like a formula": "formula",
    "the cell looks like an identity number": "identity_number",
    "the cell stands below no heading": "no_heading",
    "no unit is attested": "no_unit",
    "the unit is unknown": "unknown_unit",
    "the unit stands twice": "unit_twice",
    "the score stands in the cell units, too": "said_twice",
    "the level stands in the cell units, too": "said_twice",
    "it ends before it begins": "ends_first",
    "the row is the example": "example",
    "the row stands twice": "row_twice",
    "the key stands twice": "key_twice",
    "the holder stands twice": "holder_twice",
    "the day of award is missing": "no_award",
    "the day of award is after the day of issue": "later",
    "the score is of no one unit": "whose_score",
    "the key is that of another certificate": "key_taken",
}
"""The core's sentences, by the name of ours; one whose end differs is known by its beginning (``_BEGINNINGS``)."""
_BEGINNINGS = {"the level is not on the scale of": "off_scale"}
_CHOICES = re.compile(r"^(a unit of the template: |one of )")
"""What stands before codes and levels, which are the same in every language."""
_UNFIT = "the value does not fit"
_COLUMN = re.compile(r"(?:(?P<letters>[A-Z]+) \()?(?P<field>[^()]*)\)?")


class Reason(NamedTuple):
    """A mistake as a reader is told it.

    :param column: its letters and what the column holds.
    :param expected: what could stand there: codes or levels or, with a sentence of the core's, its own words.
    :param language: of ``words``: English where the core tells something that we have no sentence for.
    """

    column: str
    words: str
    found: str = ""
    expected: str = ""
    language: str = ""


def reason(error: Mapping[str, str], tag: str) -> Reason:
    """Return a mistake that is kept with its row, in a language."""
    message, column = error.get("message", ""), error.get("column", "")
    place, found = _column(column, tag), error.get("found", "")
    if kind := _kind(message, column):
        choices = _CHOICES.sub("", error.get("expected", "")) if kind in ("off_scale", "unknown_unit") else ""
        return Reason(place, plain_text(f"issuing.reason_{kind}", tag), found, choices)
    words = error.get("sentence") or f"{message}. {error.get('hint', '')}".strip()
    return Reason(place, words, found, error.get("expected", ""), "en")


def _kind(message: str, column: str) -> str:
    if message == _UNFIT:
        kind = f"unfit_{_field(column).partition(' ')[0]}"
        return kind if f"issuing.reason_{kind}" in all_texts() else ""
    return KINDS.get(message) or next((kind for start, kind in _BEGINNINGS.items() if message.startswith(start)), "")


def _column(column: str, tag: str) -> str:
    """Return what a column is called: ``C · Awarded on``, and of a unit's own column its code."""
    found, field = _COLUMN.fullmatch(column), _field(column)
    what, _, code = field.partition(" ")
    key = f"issuing.column_{what}"
    name = plain_text(key, tag) if key in all_texts() else what
    letters = found["letters"] if found and found["letters"] else ""
    return " · ".join(filter(None, (letters, name, code)))


def _field(column: str) -> str:
    found = _COLUMN.fullmatch(column)
    return found["field"] if found else column
