"""Needs that come in: by table in two languages, by JobPosting; every mistake with its cell, and never twice."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import msgspec
import pytest

from tests.touchstone.demand.people import DAY, DOCUMENTS, FRAMEWORKS
from touchstone.demand.importing import HEADINGS, arrived, ended, needs_from, titled
from touchstone.demand.job_posting import needs_of, posting_of
from touchstone.demand.need import standing_on, voice
from touchstone.errors import DocumentError
from touchstone.programmes.wording import told_cell, wordings
from touchstone.standards.exchange.headings import heading_of
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.exchange.workbook_writing import write_workbook

LISTS = DOCUMENTS
ENGLISH = """Ref,Employer,Region,Job title,Openings,Competencies,Needed from,Pay from,Pay to,Currency
7,did:web:workshop.example,HK,Caster,3,DEMO-HK:casting@2; DEMO-HK:wax (2),2027-01-04,18000,22000,HKD
8,did:web:workshop.example,HK,Polisher,1,DEMO-HK:polishing,,,,
"""
CHINESE = """招聘需求
编号,用人单位,地区,岗位,人数,能力单元,到岗日期,备注
1,粤宝首饰,GD,执模工,5,金工基本功：锯、锉、焊（4）,2027年1月4日,急
"""


def read(text, name="needs.csv", **named):
    return needs_from(read_table(text if isinstance(text, bytes) else text.encode(), name), LISTS, **named)


def complaints(text):
    return [str(error) for error in read(text).errors]


# ------------------------------------------------------------------ tables
def test_a_row_is_a_need():
    first, second = read(ENGLISH).needs

    assert [(item.unit, item.level) for item in first.competencies] == [("DEMO-HK:casting", "2"), ("DEMO-HK:wax", "2")]
    assert (first.openings, first.region, str(first.needed.from_), first.occupation) == (
        3,
        "HK",
        "2027-01-04",
        "Caster",
    )
    assert (str(first.pay.low), str(first.pay.high), first.pay.currency, first.pay.per) == (
        "18000",
        "22000",
        "HKD",
        "month",
    )
    assert (second.openings, second.pay, second.needed) == (1, None, None)


def test_chinese_headings_dates_and_titles_are_understood():
    (need,) = read(CHINESE).needs

    assert (need.employer, need.openings, str(need.needed.from_)) == ("粤宝首饰", 5, "2027-01-04")
    assert [(item.unit, item.level) for item in need.competencies] == [("DEMO-GD:bench", "4")]
    assert need.title == {"zh-Hans": "执模工"}
    assert "Column H (备注) is not known and was left out." in read(CHINESE).remarks


def test_a_competency_may_be_named_by_its_title_in_any_language():
    unit = FRAMEWORKS["GD"].competencies[1]
    for title in unit.title.values():
        reading = read(f'ref,employer,region,competencies\n1,e,GD,"{title}@3; DEMO-GD:bench"\n')
        assert not reading.errors
        assert [(item.unit, item.level) for item in reading.needs[0].competencies] == [
            (unit.id, "3"),
            ("DEMO-GD:bench", None),
        ]


def test_a_workbook_is_read_like_a_table():
    rows = [line.split(",") for line in ENGLISH.strip().splitlines()]

    assert read(write_workbook({"needs": rows}), "needs.xlsx").needs == read(ENGLISH).needs


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1,e,HK,DEMO-HK:castng,1", "row 2, D (competencies): no framework knows the competency"),
        ("1,e,HK,,1", "row 2, D (competencies): the cell is empty."),
        (
            "1,e,HK,DEMO-HK:wax,none",
            "row 2, E (openings): the value does not fit: expected a whole number such as 6, found 'none'",
        ),
        ("1,e,HK,DEMO-HK:wax,0", "row 2, E (openings): the value does not fit: expected at least 1"),
        ("1,=e(),HK,DEMO-HK:wax,1", "row 2, B (employer): the cell begins like a formula"),
        (
            "1,e,Hong Kong,DEMO-HK:wax,1",
            "row 2, C (region): the value does not fit: expected a region such as GD, HK or MO",
        ),
        (
            "1,e,HK,DEMO-HK:wax@9,1",
            "D (competencies): the level is not on the scale of the competency: expected one of 1, 2, 3, 4, 5, 6, 7, found 'DEMO-HK:wax@9'",
        ),
        ("1,e,HK,DEMO-HK:wax,1,x", "row 2, F: the cell stands below no heading"),
        ("1,e,HK,DEMO-HK:wax@1; DEMO-HK:wax@2,1", "a competency stands twice in the need"),
    ],
)
def test_a_mistake_is_told_with_its_cell(row, expected):
    told = complaints(f"ref,employer,region,competencies,openings\n{row}\n")

    assert any(expected in each for each in told), told
    assert not read(f"ref,employer,region,competencies,openings\n{row}\n2,e,HK,DEMO-HK:wax,1\n").needs


def test_a_reference_that_stands_twice_and_a_missing_column_are_told():
    assert any("another than that of row 2" in each for each in complaints(ENGLISH.replace("\n8,", "\n7,")))
    assert complaints("ref,employer,region\n1,e,HK\n")[0].startswith(
        "row 1, competencies: the column is missing: expected"
    )


WHOLE = "编号,用人单位,地区,岗位,人数,能力单元,到岗日期\n1,甲,HK,铸造工,4,DEMO-HK:casting@2,2027-01-04\n"


@pytest.mark.parametrize("named", ["编号", "用人单位", "地区", "能力单元"])
def test_a_table_without_a_column_that_a_need_must_have_is_told_so_once_whatever_stands_there_instead(named):
    reading = read(WHOLE.replace(named, "说不清"))

    assert [error.message for error in reading.errors] == ["the column is missing"]
    assert named in reading.errors[0].expected
    assert (reading.needs, reading.left_out) == ((), ("说不清",))


@pytest.mark.parametrize(("named", "assumed"), [("人数", "openings"), ("到岗日期", "from")])
def test_a_column_that_is_only_called_otherwise_is_not_lost_without_a_word(named, assumed):
    reading = read(WHOLE.replace(named, "说不清"))

    assert (reading.left_out, reading.assumed) == (("说不清",), (assumed,))
    assert read("ref,employer,region,competencies\n1,e,HK,DEMO-HK:wax\n").assumed == ()  # nothing was lost


def test_a_title_is_the_same_in_any_width_and_a_near_one_is_asked_about():
    unit = next(item for item in FRAMEWORKS["GD"].competencies if any("：" in title for title in item.title.values()))
    title = next(title for title in unit.title.values() if "：" in title)

    (need,) = read(f'ref,employer,region,competencies\n1,e,GD,"{title.replace("：", ": ")}"\n').needs
    told = complaints(f'ref,employer,region,competencies\n1,e,GD,"{title[:-1]}"\n')

    assert [item.unit for item in need.competencies] == [unit.id]
    assert "Did you mean" in told[0]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "error: row 2, E (openings): the value does not fit; expected a whole number such as 6; found 'none'."),
        ("zh-Hans", "错误：第 2 行，E (openings)：数值不符合要求；应为整数，如 6；现为 'none'。"),
        (
            "pt",
            "erro: linha 2, E (openings): o valor não serve; esperado: um número inteiro como 6; encontrado: 'none'.",
        ),
    ],
)
def test_a_mistake_in_a_cell_is_told_in_the_language_asked_for(language, sentence):
    (error,) = read("ref,employer,region,competencies,openings\n1,e,HK,DEMO-HK:wax,none\n").errors

    assert told_cell(error, language) == sentence


def test_every_mistake_that_a_table_of_needs_can_have_has_words_in_every_language():
    source = Path(inspect.getsourcefile(needs_from)).read_text(encoding="utf-8")
    said = set(re.findall(r'(?:_error\(row, [^,]+, |message=|FieldError\(\s*)"([^"]+)"', source))

    assert len(said) > 5
    assert {f"message.{each}" for each in said} <= set(wordings())


def test_the_same_table_read_again_changes_nothing_and_a_change_is_a_new_version():
    first = read(ENGLISH).needs
    again = arrived(read(ENGLISH.replace("Polisher,1", "Polisher,2")).needs, first)

    assert [(each.what, each.need.version) for each in arrived(first, first)] == [("same", "1"), ("same", "1")]
    assert [(each.what, each.need.version) for each in again] == [("same", "1"), ("changed", "2")]
    assert [each.what for each in arrived(first, ())] == ["new", "new"]


def test_a_need_stands_until_people_are_needed_no_more_or_for_a_year():
    times = ["2027-01-04,2027-03-31", "2027-01-04,", ","]
    rows = [f"{number},e,HK,DEMO-HK:wax,{each}" for number, each in enumerate(times)]
    found = read("\n".join(["ref,employer,region,competencies,from,until", *rows, ""]), on=DAY).needs

    assert [str(need.valid.until) for need in found] == ["2027-03-31", "2028-01-04", "2027-11-24"]
    assert not standing_on(found, DAY.replace(year=2035))


def test_what_comes_again_while_it_stands_is_the_same_and_afterwards_stands_again():
    first = read(ENGLISH, on=DAY).needs
    soon, late = DAY.replace(day=30), DAY.replace(year=2035)

    assert [each.what for each in arrived(read(ENGLISH, on=soon).needs, first, soon)] == ["same", "same"]
    assert [each.what for each in arrived(read(ENGLISH, on=late).needs, first, late)] == ["changed", "changed"]


def test_what_stands_and_does_not_come_again_is_gone_until_it_is_ended():
    first = read(ENGLISH, on=DAY).needs
    (gone,) = [each for each in arrived(first[:1], first, DAY) if each.what == "gone"]

    assert gone.need == first[1]
    assert [each.what for each in arrived(first[:1], [first[0], ended(first[1])], DAY)] == ["same"]
    assert [each.what for each in arrived(first, [first[0], ended(first[1])], DAY)] == ["same", "changed"]


def test_one_employer_in_five_spellings_is_one_and_is_told():
    names = ["Lotus Gems Ltd", "lotus gems ltd", "Lotus Gems Co. Ltd.", "ＬＯＴＵＳ GEMS LTD", "Lotus  Gems"]
    rows = [f"{number},{name},HK,DEMO-HK:wax" for number, name in enumerate(names)]
    reading = read("\n".join(["ref,employer,region,competencies", *rows, "7,Lotus Gens,HK,DEMO-HK:wax"]) + "\n")

    assert len({need.voice for need in reading.needs}) == 2
    assert "Lotus_Gems_Co._Ltd. and Lotus__Gems count as one employer." in reading.remarks
    assert any("look alike and count as two employers" in remark for remark in reading.remarks)
    assert any(
        "another than that of row 2" in each
        for each in complaints(
            f"ref,employer,region,competencies\n1,{names[0]},HK,DEMO-HK:wax\n1,{names[1]},HK,DEMO-HK:wax\n"
        )
    )


@pytest.mark.parametrize(
    ("one", "other"), [("莲花珠宝", "莲花珠宝有限公司"), ("莲花珠宝", "莲花珠宝股份有限公司"), ("Lótus", "LÓTUS, Lda.")]
)
def test_the_form_of_a_company_makes_no_other_employer(one, other):
    assert voice(one) == voice(other)
    assert voice("有限公司") == "有限公司"  # a name of nothing else stays a name


def test_an_identifier_is_never_folded():
    assert voice("did:key:zAb") != voice("did:key:zaB")


@pytest.mark.parametrize(
    ("title", "region", "language"),
    [
        ("鑄造工", "HK", "zh-Hant"),
        ("鑄造工", "GD", "zh-Hant"),
        ("铸造工", "HK", "zh-Hans"),
        ("工人", "MO", "zh-Hant"),
        ("工人", "GD", "zh-Hans"),
        ("Caster", "HK", "en"),
    ],
)
def test_a_title_is_in_the_language_of_its_characters(title, region, language):
    assert titled(title, region) == {language: title}


@pytest.mark.parametrize("field", HEADINGS)
def test_every_heading_means_one_field(field):
    for word in HEADINGS[field].split(" · "):
        assert heading_of(word, HEADINGS).field == field


# ------------------------------------------------------------------ JobPosting
def test_a_need_that_goes_out_as_a_posting_comes_in_the_same():
    for need in read(ENGLISH).needs:
        (again,) = needs_of(json.dumps(posting_of(need)).encode(), LISTS, region="HK", channel="form").needs
        assert (again.competencies, again.pay, again.openings, again.needed) == (
            need.competencies,
            need.pay,
            need.openings,
            need.needed,
        )
        assert again.employer == need.employer


def test_skills_in_free_words_are_left_out_and_told():
    posting = {
        "@type": "JobPosting",
        "title": "Caster",
        "identifier": {"@type": "PropertyValue", "value": 12},
        "datePosted": "2026-06-01T08:00:00+08:00",
        "hiringOrganization": {"@type": "Organization", "name": "A workshop"},
        "skills": ["team spirit", {"@type": "DefinedTerm", "termCode": "DEMO-HK:casting"}],
    }
    (need,), remarks = needs_of(json.dumps([posting]).encode(), LISTS, region="HK")

    assert [item.unit for item in need.competencies] == ["DEMO-HK:casting"]
    assert (need.channel, need.employer, str(need.valid.from_)) == ("feed", "A_workshop", "2026-06-01")
    assert remarks == ("JobPosting 1: the skill 'team spirit' names no competency of the list and was left out.",)


def test_a_posting_stands_until_it_says_and_its_levels_are_on_the_scale():
    posting = {
        "@type": "JobPosting", "title": "Caster", "identifier": "1", "hiringOrganization": "x", "datePosted": "2026-06-01",
        "skills": [{"@type": "DefinedTerm", "termCode": "DEMO-HK:casting"}],
    }  # fmt: skip
    (need,), _ = needs_of(msgspec.json.encode({**posting, "validThrough": "2026-12-31"}), LISTS, region="HK", on=DAY)
    (open_end,), _ = needs_of(msgspec.json.encode(posting), LISTS, region="HK", on=DAY)
    posting["skills"][0]["additionalProperty"] = {"name": "level", "value": "99"}

    assert (str(need.valid.until), str(open_end.valid.until)) == ("2026-12-31", "2027-11-24")
    with pytest.raises(
        DocumentError,
        match=r"JobPosting 1: skills: the level is not on the scale of the competency: .* found 'DEMO-HK:casting@99'\.",
    ):
        needs_of(msgspec.json.encode(posting), LISTS, region="HK")


@pytest.mark.parametrize(
    ("posting", "complaint"),
    [
        ({"@type": "Person"}, "this is no JobPosting"),
        ({"@type": "JobPosting", "hiringOrganization": "x", "identifier": "1"}, "the posting has no title"),
        ({"@type": "JobPosting", "title": "x", "identifier": "1"}, "the posting has no hiringOrganization"),
        ({"@type": "JobPosting", "title": "x", "hiringOrganization": "x"}, "the posting has no identifier"),
        (
            {
                "@type": "JobPosting",
                "title": "x",
                "hiringOrganization": "x",
                "identifier": "1",
                "totalJobOpenings": "many",
            },
            "the value does not fit: expected a whole number",
        ),
    ],
)
def test_a_posting_that_says_too_little_is_refused(posting, complaint):
    with pytest.raises(DocumentError, match=complaint):
        needs_of(msgspec.json.encode(posting), LISTS, region="HK")
