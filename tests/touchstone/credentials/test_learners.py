"""Learners from tables: headings in four languages, every mistake with its cell, and nothing that has no business there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from touchstone.credentials.learners import UnitResult, learners_from
from touchstone.errors import DocumentError
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.exchange.workbook_writing import write_workbook

UNITS = {"T1": "gd#T1", "T2": "gd#T2", "a=b@c": "gd#odd"}
DID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
DIGEST = "sha256:" + "ab" * 32


def read(text, scales=None, units=UNITS):
    return learners_from(read_table(text.encode(), "learners.csv"), units, scales)


def learner(text):
    (row,) = read(text).rows
    assert not row.errors
    return row.learner


def told(text, scales=None):
    reading = read(text, scales)
    return [str(error) for error in (*reading.errors, *(error for row in reading.rows for error in row.errors))]


@pytest.mark.parametrize(
    "headings",
    ["name,holder,date,until,evidence", "姓名,持有人,颁发日期,有效期至,证据", "學員姓名,持有人標識,頒發日期,到期日,證據",
     "nome,titular,data,válido até,evidência"],
)  # fmt: skip
def test_headings_are_understood_in_four_languages(headings):
    found = learner(f"{headings}\n陳大文 Chan Tai-man,{DID},2026年6月1日,2031/5/31,{DIGEST}\n")

    assert (found.name, found.holder, found.evidence) == ("陳大文 Chan Tai-man", DID, (DIGEST,))
    assert (found.awarded, found.until) == (dt.date(2026, 6, 1), dt.date(2031, 5, 31))


@pytest.mark.parametrize("heading", ["学号", "學號", "学员编号", "student no", "Student No", "número de aluno"])
def test_the_number_that_a_school_gives_its_learners_is_the_key_by_which_nobody_gets_a_second_certificate(heading):
    reading = read(f"学生姓名,{heading}\n陳大文,2026-017\n")

    assert reading.rows[0].learner.key == "2026-017"
    assert not reading.left_out


def test_a_workbook_is_read_as_csv_is():
    rows = [["姓名", "T1", "T1 等级", "日期"], ["学员甲", "85", "3", "46174"]]
    table = read_table(write_workbook({"学员": rows}, numbers=frozenset({1, 3})), "learners.xlsx")

    (row,) = learners_from(table, {"T1": "gd#T1"}).rows

    assert row.learner.units == (UnitResult(unit="gd#T1", level="3", score=Decimal(85)),)
    assert row.learner.awarded == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("name,units\nA,T1; T2\n", (("gd#T1", None, None), ("gd#T2", None, None))),
        ("name,units\nA,T1=85.5；T2@3=60\n", (("gd#T1", None, "85.5"), ("gd#T2", "3", "60"))),
        ("name,units\nA,T1＠4\n", (("gd#T1", "4", None),)),
        ("name,units\nA,a=b@c\n", (("gd#odd", None, None),)),
        ("姓名,T1 成绩,T2 成績,T2 等級,a=b@c\nA,85,,3,\n", (("gd#T1", None, "85"), ("gd#T2", "3", None))),
        ("name,units,T2\nA,T1,70\n", (("gd#T1", None, None), ("gd#T2", None, "70"))),
    ],
)
def test_units_stand_in_a_cell_or_in_columns_of_their_own(text, units):
    assert learner(text).units == tuple(
        UnitResult(unit=unit, level=level, score=score and Decimal(score)) for unit, level, score in units
    )


def test_a_unit_without_a_column_is_attested_as_the_template_says_and_one_with_an_empty_cell_is_not():
    reading = read("name,holder,T1 score,T2\nA,,85,\n")

    assert [unit.unit for unit in reading.rows[0].learner.units] == ["gd#T1", "gd#odd"]
    assert reading.remarks[0] == "No column speaks of a=b@c: every row attests it, as the template says."


def test_a_table_that_names_its_units_leaves_none_to_the_template():
    reading = read(f"name,holder,units,T1\nA,{DID},,85\n")

    assert [unit.unit for unit in reading.rows[0].learner.units] == ["gd#T1"]
    assert reading.remarks == ()


def test_a_table_that_says_nothing_of_units_leaves_them_to_the_template():
    assert learner("name\nA\n").units is None


def test_names_stay_as_they_are_written():
    written = "神\ufa19 Ｏ'Ｎeil  de\u0301"

    assert learner(f"name\n{written}\n").name == written


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,holder\nA,z6Mk\n", "row 2, B (holder): the value does not fit: expected a DID such as did:key:z6Mk…, found 'z6Mk'."),
        ("name,date\nA,1 June\n", "row 2, B (awarded): the value does not fit: expected a date such as"),
        ("name,T1\nA,good\n", "row 2, B (score T1): the value does not fit: expected a number such as 6 or 2.5, found 'good'."),
        ("name,units\nA,T9\n", "row 2, B (units): the unit is unknown: expected a unit of the template: T1, T2, a=b@c, found 'T9'."),
        ("name,units\nA,T1;T1\n", "row 2, B (units): the unit stands twice: found 'T1'."),
        ("name,units,T1\nA,T1=5,6\n", "row 2, C (score T1): the score stands in the cell units, too: found '6'."),
        ("name,T1,T2,a=b@c\nA,,,\n", "row 2, B (score T1): no unit is attested. Add a unit, or its score."),
        ("name,evidence\nA,sha256:12\n", "row 2, B (evidence): the value does not fit: expected a digest"),
        ("name,date,until\nA,2026-06-01,2026-05-01\n", "row 2, C (until): it ends before it begins: found '2026-05-01'."),
        ("name,T1\n,5\n", "row 2, A (name): the cell is empty. Add the name."),
        ("name\nA,B\n", "row 2, B: the cell stands below no heading"),
        ("name\n=1+1\n", "row 2, A (name): the cell begins like a formula: found '=1+1'."),
        ("units\nT1\n", "row 1, name: the column is missing. Add a column with this heading."),
        ("name,name\nA,B\n", "row 1, B (name): the heading stands twice."),
        ("name,evidense\nA,B\n", "row 1, B (evidense): the heading is unknown. Did you mean evidence?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_cell_what_was_expected_and_what_was_found(text, sentence):
    assert any(each.startswith(sentence) for each in told(text)), told(text)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("name,T1 level\nA,9\n", "B (level T1)"), ("name,units\nA,T1@9\n", "B (units)"),
        ("name,level\nA,9\n", "B (level)"), ("name,level,units\nA,9,T1\n", "B (level)"),
    ],
)  # fmt: skip
def test_a_level_is_refused_only_where_the_scale_of_its_unit_is_known_and_has_it_not(text, column):
    (found,) = told(text, {"gd#T1": ("1", "2", "3")})

    assert found == f"row 2, {column}: the level is not on the scale of gd#T1: expected one of 1, 2, 3, found '9'."
    assert told(text, {"gd#T1": ("8", "9")}) == told(text) == []


def test_every_mistake_of_a_row_is_told():
    assert len(told("name,holder,T1\nA,x,y\n")) == 2


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("甲,,k1,", "row 3, C (key): the key stands twice: found 'k1'. Row 2 has it already."),
        (f"乙,{DID},k2,", "row 3, B (holder): the holder stands twice"),
        (f"甲,{DID},k1,2026-06-01", "row 3, C (key): the key stands twice"),
    ],
)
def test_rows_that_stand_twice_are_found(second, sentence):
    (found,) = told(f"name,holder,key,date\n甲,{DID},k1,\n{second}\n")

    assert found.startswith(sentence)


def test_two_people_of_one_name_need_keys():
    (found,) = told("name\n甲\n甲\n")

    assert (
        found
        == "row 3, A (name): the row stands twice: found '甲'. Row 2 has it already. Two people of one name need keys."
    )
    assert told("name,key\n甲,1\n甲,2\n") == []


@pytest.mark.parametrize("number", ["11010519491231002X", "110105 19491231 002X", "A123456(3)", "1234567(8)"])
@pytest.mark.parametrize("column", ["name", "key", "evidence"])
def test_what_looks_like_an_identity_number_is_refused_and_never_repeated(number, column):
    other = "holder" if column == "name" else "name"

    found = told(f"{column},{other}\n{number},甲\n")

    assert any("looks like an identity number" in each for each in found)
    assert not any(number in each for each in found)


@pytest.mark.parametrize("text", ["a,b\nc,d\n", ""])
def test_a_table_without_headings_is_told_those_that_a_table_of_learners_begins_with(text):
    with pytest.raises(
        DocumentError, match=r"expected headings such as name, learner, .*; awarded, date, .*; holder, did, "
    ):
        read(text)


def test_a_table_without_learners_is_refused():
    with pytest.raises(DocumentError, match="the table has no learners"):
        read("name,units\n")


def test_rows_without_a_did_are_remarked_for_no_wallet_takes_their_credentials():
    assert read(f"name,holder\n甲,{DID}\n乙,\n").remarks[0].startswith("1 of 2 rows name no DID (column holder)")
    assert read(f"name,holder\n甲,{DID}\n").remarks == ()


def test_a_column_that_is_no_field_is_left_out_and_told():
    reading = read("name,身份证号\n甲,11010519491231002X\n")

    assert reading.remarks[0] == "Column B (身份证号) is not known and was left out."
    assert reading.left_out == ("身份证号",)
    assert reading.rows[0].learner.name == "甲"
