# SPDX-License-Identifier: Apache-2.0
"""An explanation leads with what is certain, and tells in every language what is there, what is missing, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone import strategies
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import (
    ASKS_T1,
    S1_IS_T1,
    SCALE_HOME,
    agreement,
    at_least,
    credential,
    crosswalk,
    documents,
    experience,
    person,
    pool,
    qualification,
    request,
    scale,
    unit,
)
from touchstone.library import load_library
from touchstone.logic import Experience, Person, leaves
from touchstone.recognition import compile_rulebook, decide, explain
from touchstone.recognition.wording import Words
from touchstone.standards import Agreement, Framework, Qualification
from touchstone.text import LANGUAGES


def explained(evidence, *given, language="en", **fields):
    rulebook, asked = compile_rulebook(documents_of(documents(*given))), request_of(request(evidence, **fields))
    return explain(decide(asked, rulebook), asked, rulebook, language)


ASKS_TWO = qualification(unit("T1"), unit("T2"))


def test_a_full_recognition_is_one_sentence():
    told = explained([credential("S1")], ASKS_T1, agreement(), S1_IS_T1)

    assert told.sentence == "On illustrative documents: in Hong Kong, what you hold is recognised in full as “target”."
    assert (told.reasons, told.residual) == ((), "")


def test_a_condition_is_told_with_its_deadline():
    terms = agreement(conditional={"only_missing": ["T2"], "deadline_months": 6})

    told = explained([credential("S1")], ASKS_TWO, terms, S1_IS_T1)

    assert "recognition covers 1 of the 2 things asked for “target”. Obtain “T2” within 6 months" in told.sentence


def test_a_what_if_says_so_in_its_first_words():
    told = explained([credential("S1", status=None)], ASKS_T1, agreement(), S1_IS_T1, assume={"status": "valid"})

    assert told.sentence.startswith("If proven, and on illustrative documents: ")


def test_an_open_answer_leads_with_what_is_certain_and_tells_what_a_person_must_look_at():
    terms = agreement(partial={"min_units": 1})
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S2", "closeMatch", "T2"))

    told = explained([credential("S1", "S2")], ASKS_TWO, terms, rows)

    assert (
        "in Hong Kong, recognition covers 1 of the 2 things asked for “target”. You still need “T2”." in told.sentence
    )
    assert "A person must look at “T2”; it could still become: recognised in full." in told.sentence


def test_without_an_agreement_the_way_that_is_open_is_told():
    told = explained([credential("S1")], ASKS_T1)

    assert (
        "no agreement from Guangdong to Hong Kong covers “target”: individual assessment is open to you."
        in told.sentence
    )


def test_a_bar_is_told_with_its_reason():
    barred = {**ASKS_T1, "bars": [{**person("banned", "yes"), "reason": {"en": "banned from the trade"}}]}

    told = explained([credential("S1")], barred, agreement(), S1_IS_T1, person={"banned": "yes"})

    assert told.sentence.endswith("what you hold is not recognised as “target”: banned from the trade")
    assert told.residual == ""


@pytest.mark.parametrize(
    ("asked", "residual"),
    [
        ([unit("T1"), unit("T2")], "“T2”"),
        ([unit("T1"), unit("T2"), unit("T3")], "all of: “T2” and “T3”"),
        ([{"any_of": [unit("T2"), unit("T3")]}], "one of: “T2” or “T3”"),
        (
            [at_least(3, *(unit(name) for name in ("T1", "T2", "T3", "T4", "T6")))],
            "any 2 of these 4: “T2”, “T3”, “T4” and “T6”",
        ),
        ([pool(12, "T1", "T2", "T3")], "6 more credits from: “T2” and “T3”"),
        ([unit("T1"), experience(24)], "24 months of experience (goldsmith)"),
    ],
)
def test_what_is_left_of_the_requirement_is_told(asked, residual):
    assert explained([credential("S1")], qualification(*asked), agreement(), S1_IS_T1).residual == residual


@pytest.mark.parametrize(
    ("language", "residual"),
    [
        ("zh-Hans", "24 个月工作经验（金工）"),
        ("zh-Hant-HK", "24 個月工作經驗（金工）"),
        ("zh-Hant-MO", "24 個月工作經驗（金工）"),
        ("pt", "24 meses de experiência (ourives)"),
    ],
)
def test_an_occupation_is_called_what_the_language_calls_it(language, residual):
    asked = qualification(unit("T1"), experience(24))

    assert explained([credential("S1")], asked, agreement(), S1_IS_T1, language=language).residual == residual


def expressions_of(document):
    match document:
        case Qualification():
            return [document.require, *document.bars]
        case Agreement():
            return [entry.conditions for entry in document.direct if entry.conditions]
    return []


def asked_in_the_library():
    """What our documents ask of a person beside units, as (group, name) and (fact, value)."""
    for loaded in load_library():
        if isinstance(loaded.document, Framework) and not loaded.document.official:  # a real area keeps its own name
            yield from (("area", unit.area) for unit in loaded.document.competencies if unit.area)
        for expression in expressions_of(loaded.document):
            for leaf in leaves(expression):
                match leaf:
                    case Experience(experience=part):
                        yield ("occupation", part.occupation) if part.occupation else ("area", part.area)
                    case Person(person=part):
                        yield "fact", part.fact
                        yield from ((part.fact, value) for value in part.in_)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_our_documents_ask_of_a_person_is_told_by_its_token(language):
    words = Words(language)
    asked = set(asked_in_the_library())
    raw = [
        (group, name)
        for group, name in asked
        if (told := words.named(group, name) if group in ("occupation", "area", "fact") else words.answer(group, name))
        == name
        and (language != "en" or "-" in told or "_" in told)
    ]

    assert {"goldsmith", "jewellery", "residence", "MO"} <= {name for _, name in asked}
    assert raw == []


LEVEL_TITLES = {
    "en": "QF Level {}", "pt": "nível {} do QF", "zh-Hans": "资历架构第 {} 级", "zh-Hant": "資歷架構第 {} 級",
}  # fmt: skip


def titled_scale(identifier, *codes):
    """A scale whose titles say what they are, as those of the Hong Kong framework do."""
    levels = [
        {"code": code, "title": {tag: title.format(code) for tag, title in LEVEL_TITLES.items()}} for code in codes
    ]
    return {**scale(identifier, codes), "levels": levels}


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "T1: QF Level 1 in “T1” is too low; QF Level 2 is asked."),
        ("pt", "T1: nível 1 do QF em «T1» é insuficiente; exige-se: nível 2 do QF."),
        ("zh-Hans", "T1：级别不够。你的“T1”为资历架构第 1 级，要求为资历架构第 2 级。"),
        ("zh-Hant", "T1：級別不足。你的「T1」為資歷架構第 1 級，要求為資歷架構第 2 級。"),
    ],
)
def test_a_level_is_called_a_level_once(language, why):
    held, asked = credential({"id": "T1", "level": "1"}), qualification(unit("T1", level="2"))

    told = explained([held], asked, agreement(), titled_scale(SCALE_HOME, "1", "2", "3"), language=language)

    assert why in [reason.text for reason in told.reasons]


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "T1: level 1 in “T1” is too low; level 2 is asked."),
        ("zh-Hant", "T1：級別不足。你的「T1」為第 1 級，要求為第 2 級。"),
    ],
)
def test_a_level_without_a_title_is_still_called_a_level(language, why):
    held, asked = credential({"id": "T1", "level": "1"}), qualification(unit("T1", level="2"))

    told = explained([held], asked, agreement(), language=language)

    assert why in [reason.text for reason in told.reasons]


@pytest.mark.parametrize(
    ("language", "code", "title", "told"),
    [
        ("en", "4", "intermediate", "intermediate (4)"),
        ("en", "4", "QF Level 4", "QF Level 4"),
        ("en", "senior-technician", "senior technician", "senior technician"),
        ("zh-Hans", "4", "四级/中级工", "四级/中级工"),
        ("zh-Hans", "4", "中级工", "中级工（4）"),
    ],
)
def test_a_level_has_its_code_beside_its_title_only_where_that_does_not_tell_it(language, code, title, told):
    assert Words(language).level(code, {language: title}) == told


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en", "31 March 2026"),
        ("pt", "31 de Março de 2026"),
        ("zh-Hans", "2026年3月31日"),
        ("zh-Hant-HK", "2026年3月31日"),
    ],
)
def test_a_reason_carries_a_date_and_the_reader_sees_it_written_out(language, day):
    held = credential("S1", expires="2026-03-31")
    told = explained([held], qualification(unit("T1")), agreement(), S1_IS_T1, language=language)

    assert any(day in reason.text for reason in told.reasons)
    assert not any("2026-03-31" in reason.text for reason in told.reasons)


def test_what_a_person_states_is_told_in_words():
    asked = qualification(unit("T1"), person("residence", "MO", "HK"))

    told = explained([credential("S1")], asked, agreement(), S1_IS_T1, language="zh-Hans", person={"residence": "GD"})

    assert "个人情况“拥有居留权的地区”：现为广东，要求为以下之一：澳门或香港。" in [
        reason.text for reason in told.reasons
    ]


def test_the_table_has_a_line_for_each_thing_that_is_asked():
    rows = crosswalk(("S1", "narrowMatch", "T1"), ("S2", "broadMatch", "T2"))
    asked = qualification(unit("T1", level="1"), unit("T2"), {"any_of": [unit("T1", level="1"), unit("T3")]})

    told = explained([credential({"id": "T1", "level": "2"}, "S2")], asked, agreement(), rows)

    assert [(row.name, row.state) for row in told.rows] == [
        ("T1", "recognised"),
        ("T2", "missing"),
        ("T3", "not_needed"),
    ]
    assert told.rows[1].why == ("T2: “S2” is only a part of it.",)


def test_what_is_held_but_not_asked_for_is_told_apart():
    told = explained([credential("S1", "S3")], ASKS_T1, agreement(), S1_IS_T1)

    assert [held.id for held in told.unused] == ["S3"]


def test_the_time_for_which_an_answer_holds_is_told():
    held = [credential("S1", awarded="2026-05-01", expires="2027-04-30")]

    told = explained(held, ASKS_T1, agreement(freshness_months=24, valid={"from": "2026-01-01"}), S1_IS_T1)

    assert [(str(stretch.from_), str(stretch.until), stretch.outcome) for stretch in told.stretches] == [
        ("None", "2025-12-31", "REFER"),
        ("2026-01-01", "2026-04-30", "REFUSED"),
        ("2026-05-01", "2027-04-30", "FULL"),
        ("2027-05-01", "None", "REFUSED"),
    ]
    assert told.stretches[2].causes == ("urn:example:1",)
    assert told.times[2] == "From 1 May 2026 to 30 April 2027: Recognised in full"


def test_what_the_law_also_asks_and_where_to_appeal_is_told():
    terms = agreement(also_needed=[{"title": {"en": "a dealer's registration"}}], appeal="https://appeals.example")

    told = explained([credential("S1")], ASKS_T1, terms, S1_IS_T1)

    assert [item.title["en"] for item in told.also_needed] == ["a dealer's registration"]
    assert told.appeal == "https://appeals.example"


@given(strategies.worlds, st.sampled_from(LANGUAGES))
def test_every_decision_can_be_explained_in_every_language(world, language):
    rulebook, asked = compile_rulebook(documents_of(world.documents)), request_of(world.request)

    told = explain(decide(asked, rulebook), asked, rulebook, language)

    texts = (
        told.outcome,
        told.sentence,
        told.residual,
        *(reason.text for reason in told.reasons),
        *told.times,
        *(row.state_text for row in told.rows),
    )
    assert told.outcome
    assert told.sentence
    assert told.stretches
    assert not [text for text in texts if "{" in text or "}" in text or "None" in text]
