# SPDX-License-Identifier: Apache-2.0
"""Findings, caps and refusals in words, in four languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from touchstone.placement.conditions import Because
from touchstone.recognition.wording import fill
from touchstone.standards.rule_pack import MICRO, Fact, FactValue, Scaled
from touchstone.standards.wordings import texts_of
from touchstone.text import LanguageMap, text_in

if TYPE_CHECKING:
    from touchstone.placement.capacity import Cap
    from touchstone.placement.outcome import Reason, Refusal


def wordings() -> Mapping[str, LanguageMap]:
    """Return all fixed texts of placement by key."""
    return texts_of("touchstone.placement")


def say(key: str, language: str, **gaps: object) -> str:
    """Return a fixed text in a language, its gaps filled."""
    return fill(text_in(wordings()[key], language), **gaps)


def told_reason(reason: Because, declared: Mapping[str, Fact], language: str) -> str:
    """Say what a fact is and what was asked of it, or that it is missing."""
    comparison = reason.comparison
    fact = declared[comparison.fact]
    title = text_in(fact.title, language)
    if reason.found is None:
        return _told_missing(fact, language)
    bound = comparison.bound
    if reason.bound is None:
        assert isinstance(bound, Scaled)
        return _told_missing(declared[bound.fact], language)
    asked = _shown(reason.bound, fact, language)
    if isinstance(bound, Scaled):
        asked = f"{asked} ({_formula(bound, text_in(declared[bound.fact].title, language))})"
    asked = say(f"asked.{comparison.operator.rstrip('_')}", language, bound=asked)
    return say("reason.found", language, fact=title, found=_shown(reason.found, fact, language), asked=asked)


def _told_missing(fact: Fact, language: str) -> str:
    """Say that a fact is missing, and by which words it is stated."""
    title = text_in(fact.title, language)
    if not fact.words:
        return say("reason.missing", language, fact=title)
    words = ", ".join(f"{code} ({text_in(word, language)})" for code, word in fact.words.items())
    return say("reason.missing_word", language, fact=title, words=words)


def told_cap(cap: Cap, declared: Mapping[str, Fact], facts: Mapping[str, FactValue], language: str) -> str:
    """Say how many may come, and by what: ``Post capped at 4: 20 % of 22 (staff in the same kind of post)``."""
    title = text_in(cap.fact.title, language)
    if cap.most is None:
        if not cap.missing:
            return say("cap.free", language, rule=cap.rule.id, fact=title)
        missing = ", ".join(text_in(declared[name].title, language) for name in cap.missing)
        return say("cap.unknown", language, rule=cap.rule.id, fact=title, missing=missing)
    why = _why(cap, declared, facts, language)
    told = say(f"cap.{cap.fact.counts}", language, most=cap.most, why=why, rule=cap.rule.id)
    if not cap.if_known:
        return told
    missing = "; ".join(_told_missing(declared[name], language) for name in cap.if_known)
    return say("cap.perhaps", language, told=told, rule=cap.rule.id, missing=missing)


def _why(cap: Cap, declared: Mapping[str, Fact], facts: Mapping[str, FactValue], language: str) -> str:
    assert cap.by is not None
    bound = cap.by.comparison.bound
    if not isinstance(bound, Scaled):
        return say("share.fixed", language, value=_shown(cap.by.bound, cap.fact, language))
    fact, number = text_in(declared[bound.fact].title, language), _shown(facts.get(bound.fact), cap.fact, language)
    if bound.per == 1 and not bound.plus:
        percent = _decimal(bound.times * 100)
        return say("share.percent", language, percent=percent, number=number, fact=fact)
    value = _shown(cap.by.bound, cap.fact, language)
    return say("share.formula", language, formula=_formula(bound, number), value=value, fact=fact)


def _formula(bound: Scaled, name: str) -> str:
    times = f"{_decimal(bound.times)} × " if bound.times != 1 else ""
    per = f" ÷ {_decimal(bound.per)}" if bound.per != 1 else ""
    plus = f" + {_decimal(bound.plus)}" if bound.plus else ""
    return f"{times}{name}{per}{plus}"


def _shown(value: FactValue | Decimal | tuple[str, ...] | None, fact: Fact, language: str) -> str:
    match value:
        case bool():
            return say("value.yes" if value else "value.no", language)
        case int():
            return _decimal(Decimal(value) / MICRO)
        case Decimal():
            return _decimal(value)
        case dt.date():
            return value.isoformat()
        case frozenset() | tuple():
            return ", ".join(_word(word, fact, language) for word in sorted(value)) or say("value.none", language)
        case _:
            return _word(str(value), fact, language)


def _word(code: str, fact: Fact, language: str) -> str:
    return text_in(fact.words[code], language) if code in fact.words else code


def _decimal(number: Decimal) -> str:
    """Write a number without zeros at its end, rounded for the eye to four places; what is compared is exact."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def told_seat(reason: Reason, language: str) -> Iterator[str]:
    """Say where a student is placed, then why each better choice was refused."""
    seat, choices = reason.seat, reason.choices
    if seat.post:
        yield say("seat.given", language, student=seat.student, post=seat.post, choice=seat.choice, choices=choices)
    else:
        yield say("seat.none", language, student=seat.student, choices=choices)
    yield from (told_refusal(refusal, language) for refusal in reason.refused)


def told_refusal(refusal: Refusal, language: str) -> str:
    """Say what decided against a choice: ``choice 1, polishing: cut-off 71.2, your score 70.9``."""
    return say(
        f"refused.{refusal.by}", language, choice=refusal.choice, post=refusal.post, cut=refusal.cut_off.score,
        own=refusal.own_score, last=refusal.cut_off.lottery, number=refusal.own_lottery,
    )  # fmt: skip
