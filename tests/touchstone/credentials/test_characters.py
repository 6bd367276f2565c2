# SPDX-License-Identifier: Apache-2.0
"""A credential reads as it is written: no character in it that nobody sees, and every letter that a name needs."""

from __future__ import annotations

import pytest

from tests.touchstone.credentials.sample_badges import badge, changed, codes
from touchstone.credentials.characters import check_characters
from touchstone.credentials.lint import lint

BEYOND = {
    "end of text": "\x00", "escape": "\x1b", "delete": "\x7f", "next line": "\x85", "soft hyphen": "\xad",
    "Arabic letter mark": "\u061c", "zero-width space": "\u200b", "right-to-left mark": "\u200f", "line separator": "\u2028",
    "right-to-left override": "\u202e", "word joiner": "\u2060", "left-to-right isolate": "\u2066",
    "byte order mark": "\ufeff", "tag": "\U000e0041", "joiner between Latin letters": "\u200d",
}  # fmt: skip


@pytest.mark.parametrize("character", BEYOND.values(), ids=BEYOND)
def test_a_character_that_nobody_sees_is_not_signed_in_a_name(character):
    document = changed(badge(), "name", f"Stone{character}setting")

    assert codes(lint(document)) == ["unseen_character"]


def test_its_place_and_number_are_told():
    (finding,) = check_characters({"credentialSubject": {"identifier": [{"identityHash": "Lin\u202e"}]}})

    assert finding.field == "credentialSubject.identifier[0].identityHash"
    assert finding.message == "a text holds a character that nobody sees, U+202E; take it out"


@pytest.mark.parametrize(
    "name",
    [
        "陈大文", "𠮷野 龍󠄀", "葛\U000e0100城", "João Conceição", "Joa\u0303o", "D’Ávila-Brandão", "O‑Brien", "LIN Siyu 林思雨",
        "نی‌لوفر", "श्री क्‍ष", "Jürgen · 3 — “A”",
    ],
)  # fmt: skip
def test_names_are_written_with_every_letter_and_mark_that_they_need(name):
    assert check_characters({"name": name}) == []


def test_line_breaks_stand_in_prose_and_not_in_names():
    prose = {"criteria": {"narrative": "Sets stones.\n\t* claw\r\n* channel"}}

    assert check_characters(prose) == []
    assert codes(check_characters({"name": "Stone\nsetting"})) == ["unseen_character"]
    assert codes(check_characters({"name": [{"@language": "en", "@value": "Stone\nsetting"}]})) == ["unseen_character"]
    assert codes(check_characters({"name\n": "x"})) == ["unseen_character"]


def test_a_text_of_prose_is_looked_at_as_well():
    assert codes(check_characters({"description": "safe\u202edetrever"})) == ["unseen_character"]
