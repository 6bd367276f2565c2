# SPDX-License-Identifier: Apache-2.0
"""Texts in several languages: a reader gets the nearest written text, and is told which it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import touchstone.recognition
from tests.touchstone import strategies
from touchstone.recognition.reasons import catalogue
from touchstone.recognition.wording import Words, fill, wordings
from touchstone.text import LANGUAGES, fallback_chain, known_language, localise, text_in

RECOGNITION = Path(touchstone.recognition.__file__).parent
GAP = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("en", ("en",)),
        ("pt", ("pt", "en")),
        ("pt-PT", ("pt-PT", "pt", "en")),
        ("zh-Hant", ("zh-Hant", "zh", "zh-Hans", "en")),
        ("zh-Hans", ("zh-Hans", "zh", "zh-Hant", "en")),
        ("zh-Hant-HK", ("zh-Hant-HK", "zh-Hant", "zh", "zh-Hans", "en")),
        ("fr", ("fr", "en")),
    ],
)
def test_a_missing_language_falls_back_to_its_neighbour_and_at_last_to_english(tag, chain):
    assert fallback_chain(tag) == chain


def test_a_text_is_told_with_the_language_it_is_really_in():
    title = {"zh-Hans": "金工", "en": "goldsmith"}

    assert localise(title, "zh-Hant") == ("金工", "zh-Hans")
    assert localise(title, "pt") == ("goldsmith", "en")
    assert localise({"mi": "kaimahi"}, "pt") == ("kaimahi", "mi")
    assert localise({}, "pt") == ("", "pt")


@given(strategies.language_maps, st.sampled_from(LANGUAGES))
def test_a_map_with_any_text_gives_one_of_its_texts(texts, tag):
    assert text_in(texts, tag) in texts.values()


# Every fixed text stands in all four languages, with the same gaps


def fixed_texts():
    yield from ((f"wording {key}", texts) for key, texts in wordings().items())
    yield from ((f"reason {code}", entry.text) for code, entry in catalogue().items())


@pytest.mark.parametrize(
    ("name", "texts"), list(fixed_texts()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_fixed_text_stands_in_every_language_with_the_same_gaps(name, texts):
    gaps = {language: sorted(set(GAP.findall(text))) for language, text in texts.items()}

    assert set(LANGUAGES) <= set(gaps) <= {*LANGUAGES, "zh-Hant-MO"}, "Macao's text stands only where it differs"
    assert texts.get("zh-Hant-MO") != texts["zh-Hant"]
    assert len({tuple(names) for names in gaps.values()}) == 1, gaps


@pytest.mark.parametrize("name", ["reasons.yaml", "explanation.yaml"])
def test_no_fixed_text_is_written_twice(name):
    lines = (RECOGNITION / name).read_text(encoding="utf-8").splitlines()
    keys = [line.split(":", 1)[0] for line in lines if re.match(r"[a-z_.A-Z0-9-]+:", line)]

    assert len(keys) == len(set(keys))
    assert set(keys) == set(yaml.safe_load("\n".join(lines)))


def test_what_is_filled_in_is_never_read_as_a_gap_again():
    assert fill("{a} and {b}", a="{b}", b="two") == "{b} and two"
    assert fill("{unknown} {a", a="x") == "{unknown} {a"


def test_the_word_beside_a_number_tells_one_from_many():
    texts = [Words(language).say("deadline", months=months) for language in ("en", "pt") for months in (1, 6)]

    assert texts == [" within 1 month", " within 6 months", " no prazo de 1 mês", " no prazo de 6 meses"]
    assert Words("zh-Hans").say("plan.total", currency="HKD", amount="600.00", hours=1) == "HKD 600.00，1 小时"


def test_no_text_has_a_plural_beside_a_gap():
    """``{months} months`` would tell of 1 months: the word belongs into forms of its own, ``{months|month|months}``."""
    plural = re.compile(r"\{\w+\} (months|hours|credits|documents|things|meses|horas|créditos|documentos|requisitos)\b")
    texts = [*wordings().values(), *(entry.text for entry in catalogue().values())]

    assert not [text for texts_ in texts for text in texts_.values() if plural.search(text)]


def test_what_is_filled_in_is_set_apart_where_han_script_meets_a_letter_or_a_digit():
    assert fill("要求为{a}。", a="24 个月") == "要求为 24 个月。"
    assert fill("“{a}”为{b}级", a="T1", b="3") == "“T1”为 3 级"
    assert fill("第 {a} 级，{b}", a="3", b="金工") == "第 3 级，金工"
    assert fill("{a}{b}", a="unit", b="2") == "unit2"
    assert Words("zh-Hans").listed(["“甲”", "36 个月工作经验"], "or") == "“甲”或 36 个月工作经验"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "a, b and c"), ("pt", "a, b e c"), ("zh-Hans", "a、b和 c"), ("zh-Hant", "a、b和 c")]
)
def test_a_list_is_written_as_each_language_writes_it(language, told):
    assert Words(language).listed(["a", "b", "c"]) == told
    assert Words(language).listed(["a"]) == "a"
    assert Words(language).listed([]) == ""


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"), ("EN_gb.UTF-8", "en"), ("pt-PT", "pt"), ("zh", "zh-Hans"), ("zh_CN", "zh-Hans"), ("zh-SG", "zh-Hans"),
        ("zh_TW", "zh-Hant"), ("zh-hant", "zh-Hant"), ("zh-HK", "zh-Hant-HK"), ("zh-Hant-MO", "zh-Hant-MO"),
        ("yue", "zh-Hant-HK"), ("zh-Hans-HK", "zh-Hans"), ("fr", ""), ("xx", ""), ("", ""), ("zh-XX", ""),
    ],
)  # fmt: skip
def test_a_language_is_known_however_its_tag_is_written(tag, language):
    assert known_language(tag) == language
