# SPDX-License-Identifier: Apache-2.0
"""Words: fixed texts in four languages with gaps to fill, and lists as each language writes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache

from touchstone.standards.wordings import texts_of
from touchstone.text import LanguageMap, text_in

_HAN_NUMERALS = "零一二三四五六七八九十"
_HAN_THEN_LATIN = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


@cache
def wordings() -> Mapping[str, LanguageMap]:
    """Return all fixed texts of explanations by key."""
    return texts_of("touchstone.recognition", "explanation.yaml")


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **gaps: object) -> str:
        """Return a text with its gaps filled.

        :raises KeyError: when there is no such text, which is a bug.
        """
        return fill(text_in(wordings()[key], self.language), **gaps)

    def has(self, key: str) -> bool:
        """Tell whether there is a text for ``key``."""
        return key in wordings()

    def region(self, code: str) -> str:
        """Return the name of a region, or its code."""
        return self.say(f"region.{code}") if self.has(f"region.{code}") else code

    def place(self, code: str) -> str:
        """Return a region as the place with which a sentence begins: ``In Macao``, ``No Interior da China``, ``澳門``."""
        return self.say(f"place.{code}") if self.has(f"place.{code}") else self.say("place.other", region=code)

    def named(self, group: str, name: str) -> str:
        """Return what an ``occupation``, an ``area``, a ``fact`` is called; one that we have no word for stands as its document says."""
        key = f"{group}.{name.replace(' ', '-').replace('_', '-')}"
        return self.say(key) if self.has(key) else name

    def answer(self, fact: str, value: str) -> str:
        """Return what a person states of a fact; where it names a region, the region's name."""
        told = self.named("answer", f"{fact}-{value}")
        return told if told != f"{fact}-{value}" else self.region(value)

    def date(self, day: dt.date) -> str:
        """Return a date in its long form, which no two regions read differently: ``1 May 2026``, ``2026年5月1日``."""
        month = self.say(f"date.month-{day.month}")
        # No gaps to fill: a Chinese date is written without spaces.
        return text_in(wordings()["date.long"], self.language).format(day=day.day, month=month, year=day.year)

    def level(self, code: str, title: Mapping[str, str] | None) -> str:
        """Return a level by its title, with its code where that does not tell it: ``QF Level 4``, ``intermediate (4)``, ``四级/中级工``."""
        told = text_in(title, self.language) if title else ""
        if not told:
            return self.say("name.level", code=code) if code.isdigit() else code
        return told if _tells(told, code) else self.say("name.level-titled", title=told, code=code)

    def listed(self, items: Sequence[str], joint: str = "and") -> str:
        """Write a list: ``a, b and c``; ``甲、乙和丙``."""
        if len(items) < 2:
            return "".join(items)
        return self.say("list.comma").join(items[:-1]) + set_apart(self.say(f"list.{joint}"), items[-1])


def _tells(title: str, code: str) -> bool:
    """Tell whether the title of a level makes its code superfluous. A code that is a word is for machines; a number counts."""
    han = _HAN_NUMERALS[int(code)] if code.isdecimal() and int(code) < len(_HAN_NUMERALS) else code
    return code in title or han in title or not any(map(str.isdigit, code))


def set_apart(before: str, after: str) -> str:
    """Join two pieces of text, with a space where Han script meets a Latin letter or a digit."""
    return before + " " * bool(_HAN_THEN_LATIN.fullmatch(before[-1:] + after[:1])) + after


def fill(text: str, **gaps: object) -> str:
    """Replace ``{name}`` in ``text``; what is filled in is never read as a gap again, and set apart where scripts meet.

    ``{months|month|months}`` is not the number but the word that goes with it: the first for one, the second for any other.
    """
    told, rest = "", text
    while rest:
        before, brace, after = rest.partition("{")
        told = set_apart(told, before)
        if not brace:
            break
        name, closing, rest = after.partition("}")
        told = set_apart(told, _filled(name, gaps) if closing else brace + name)
    return told


def _filled(gap: str, gaps: Mapping[str, object]) -> str:
    name, *forms = gap.split("|")
    if name not in gaps:
        return f"{{{gap}}}"
    if len(forms) == 2:
        return forms[str(gaps[name]) != "1"]
    return str(gaps[name])
