# SPDX-License-Identifier: Apache-2.0
"""Tables: what goes out comes in the same; what people wrote is understood; every mistake is told, and where."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given

from tests.touchstone.standards.exchange.generated import awkward, crosswalks, frameworks
from touchstone.errors import InputError
from touchstone.library import load_library
from touchstone.standards import Crosswalk, Framework, digest
from touchstone.standards.exchange.cells import is_formula, joined, parted, protected, unprotected
from touchstone.standards.exchange.delimited import READ_AS_GB18030
from touchstone.standards.exchange.headings import CROSSWALK, FRAMEWORK, heading_of
from touchstone.standards.exchange.tables import (
    crosswalk_from,
    csv_of,
    framework_from,
    head_of,
    read_table,
    xlsx_of,
)
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.exchange.xlsx_numbers import plain_number

GIVEN = {
    "id": "https://node.example/f", "version": "1", "title": {"zh-Hans": "首饰制作"}, "region": "GD", "level_scale": "scale",
}  # fmt: skip
CHINESE = """首饰制作单元表
编号,名称,名稱（zh-Hant）,Title_EN,等级,学分,学时,领域,标签,单元说明,负责人
J-101,爪镶,爪鑲,Claw setting,3,2.5,40,镶嵌,绿色、工艺,将圆形宝石镶入爪托,陈
J-102,钉镶,釘鑲,Pavé setting,4,3,60,镶嵌,,,张
"""


def read(content, name="units.csv", **given):
    content = content.encode() if isinstance(content, str) else content
    return framework_from(read_table(content, name), {**GIVEN, **given})


# ------------------------------------------------------------------ laws
@given(frameworks())
def test_a_framework_written_as_csv_is_read_the_same(framework):
    reading = framework_from(read_table(csv_of(framework), "units.csv"), head_of(framework))

    assert reading.errors == ()
    assert reading.document == framework


@given(frameworks())
def test_a_framework_written_as_xlsx_is_read_the_same(framework):
    reading = framework_from(read_table(xlsx_of(framework), "units.xlsx"))

    assert reading.errors == ()
    assert digest(reading.document) == digest(framework)


@given(crosswalks())
def test_a_crosswalk_written_as_csv_is_read_the_same(crosswalk):
    reading = crosswalk_from(read_table(csv_of(crosswalk), "rows.csv"), head_of(crosswalk))

    assert reading.document == crosswalk


@given(crosswalks())
def test_a_crosswalk_written_as_xlsx_is_read_the_same(crosswalk):
    reading = crosswalk_from(read_table(xlsx_of(crosswalk), "rows.xlsx"))

    assert digest(reading.document) == digest(crosswalk)


def test_the_library_survives_as_tables():
    for document in (item.document for item in load_library()):
        if isinstance(document, Framework | Crosswalk):
            make = framework_from if isinstance(document, Framework) else crosswalk_from
            assert digest(make(read_table(xlsx_of(document), "x.xlsx")).document) == digest(document)
            assert digest(make(read_table(csv_of(document), "x.csv"), head_of(document)).document) == digest(document)


@given(awkward, awkward)
def test_any_text_survives_a_cell_and_none_of_them_runs(one, other):
    for text in (one, other, one + other, f"'{one}"):
        assert unprotected(protected(text)) == text
        assert not is_formula(protected(text))
        assert protected(text)[0] not in "=@＝＋－＠\t"


@given(awkward, awkward)
def test_several_texts_survive_one_cell(one, other):
    assert parted(unprotected(protected(joined([one, other])))) == [one, other]


# ------------------------------------------------------------------ what people write
def test_a_chinese_table_is_understood():
    reading = read(CHINESE)

    first, second = reading.document.competencies
    assert reading.rows == 2
    assert first.id == "https://node.example/f#J-101"
    assert first.title == {"zh-Hans": "爪镶", "zh-Hant": "爪鑲", "en": "Claw setting"}
    assert first.statement == {"zh-Hans": "将圆形宝石镶入爪托"}
    assert (first.level, str(first.credits), str(first.hours), first.area) == ("3", "2.5", "40", "镶嵌")
    assert first.tags == ("绿色", "工艺")
    assert second.tags == ()
    assert reading.document.status == "draft"


def test_what_is_left_out_is_told_with_the_headings_that_are_known():
    *left_out, known = read(CHINESE).remarks

    assert left_out == [
        "Row 1 stands above the headings and was left out.",
        "Column K (负责人) is not known and was left out.",
    ]
    assert known.startswith(
        "Headings that are known (also in Chinese and Portuguese): id, code, title, statement, level,"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_encodings_are_told_apart(encoding):
    reading = read(CHINESE.encode(encoding))

    assert reading.document == read(CHINESE).document
    assert (READ_AS_GB18030 in reading.remarks) is (encoding == "gb18030")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_mark_parts_cells_and_rows(mark, end):
    assert read(CHINESE.replace(",", mark).replace("\n", end)).document == read(CHINESE).document


def test_a_mark_between_quotation_marks_parts_nothing():
    assert read('code,title\na,";;;"\n').document.competencies[0].title == {"en": ";;;"}


@pytest.mark.parametrize(
    ("heading", "field", "language"),
    [
        ("编号", "code", ""),
        ("編號", "code", ""),
        ("CODE", "code", ""),
        ("名称", "title", "zh-Hans"),
        ("名稱", "title", "zh-Hant"),
        ("Título", "title", "pt"),
        ("title_zh-Hans", "title", "zh-Hans"),
        ("title [pt]", "title", "pt"),
        ("名称（EN）", "title", "en"),
        ("名称（中文）", "title", "zh-Hans"),
        ("名稱（中文）", "title", "zh-Hant"),
        ("title (Chinese)", "title", "zh-Hans"),
        ("名称（葡文）", "title", "pt"),
        ("Description (English)", "statement", "en"),
        ("級別", "level", ""),
        ("學分", "credits", ""),
        ("学时", "hours", ""),
        ("範疇", "area", ""),
        ("标签", "tags", ""),
        ("单元说明", "statement", "zh-Hans"),
    ],
)
def test_a_heading_is_known_in_every_language(heading, field, language):
    assert heading_of(f" {heading} ", FRAMEWORK) == (field, language)


def test_no_heading_means_two_things():
    for table in (FRAMEWORK, CROSSWALK):
        words = [word for line in table.values() for word in line.split(" · ")]
        assert len(words) == len(set(words))


def test_every_mistake_is_told_with_its_cell():
    reading = read("code,title,credits,hours,equivalent\na,x,six,-1,\na,,1,2,perhaps\n,y,1,2,\n=b,z,1,2,\n")

    assert reading.document is None
    assert [str(error) for error in reading.errors] == [
        "row 2, C (credits): the value does not fit: expected a number such as 6 or 2.5, found 'six'.",
        "row 2, D (hours): the value does not fit: expected at least 0, found '-1'.",
        "row 3, E (equivalent): the value does not fit: expected true or false, found 'perhaps'.",
        "row 3, id: the id stands twice: found 'https://node.example/f#a'. Row 2 has it already. "
        "Give each unit an id or a code of its own.",
        "row 3, B (title_en): the cell is empty. Add the title.",
        "row 4, id: the unit has no name. Give each unit an id or a code of its own.",
        "row 5, A (code): the cell begins like a formula: found '=b'. "
        "Paste the values instead, or put an apostrophe before a text that begins like this.",
        "row 5, id: the unit has no name. Give each unit an id or a code of its own.",
    ]


def test_mistakes_beyond_two_hundred_are_counted():
    reading = read("code,title,credits\n" + "a,x,six\n" * 500)

    assert (len(reading.errors), reading.beyond) == (200, 500 + 499 - 200)


def test_headings_are_looked_at_too():
    reading = read("code,titel,title_pt,credits,credits\na,b,c,1,2\n")

    assert [str(error) for error in reading.errors] == [
        "row 1, B (titel): the heading is unknown. Did you mean title?",
        "row 1, E (credits): the heading stands twice.",
    ]


def test_a_column_that_cannot_be_done_without_is_asked_for_once():
    assert [str(error) for error in read("code,level\na,1\nb,2\n").errors] == [
        "row 1, title: the column is missing. Add a column with this heading."
    ]


def test_days_and_shares_are_read_as_spreadsheets_keep_them():
    rows = [
        ["subject_id", "predicate_id", "object_id", "mapping_justification", "mapping_date", "confidence"],
        ["S1", "skos:exactMatch", "T1", "semapv:x", "46097", "0.9"],
        ["S1", "skos:exactMatch", "T2", "semapv:x", "2026年3月16日", "90%"],
        ["S1", "skos:exactMatch", "T3", "semapv:x", "2026/3/16", ".9"],
    ]
    given = {"id": "x", "version": "1", "title": {"en": "x"}, "subject_source": "a", "object_source": "b"}

    first = crosswalk_from(read_table(write_workbook({"rows": rows[:3]}), "x.xlsx"), given)
    last = crosswalk_from(read_table(write_workbook({"rows": [rows[0], rows[3]]}), "x.xlsx"), given)

    assert [str(error) for error in last.errors] == [
        "row 2, F (confidence): the value does not fit: expected a number such as 6 or 2.5, found '.9'."
    ]
    assert {str(row.mapping_date) for row in first.document.mappings} == {"2026-03-16"}


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ("0.90000000000000002", "0.9"),
        ("1.5E3", "1500"),
        ("1E-3", "0.001"),
        ("80", "80"),
        ("2.50", "2.50"),
        ("-0.1", "-0.1"),
    ],
)
def test_a_number_is_read_as_people_write_it(kept, written):
    assert plain_number(kept) == written


# ------------------------------------------------------------------ bounds
def test_a_table_may_have_ten_thousand_rows_and_no_more():
    table = "code,title\n" + "".join(f"{number},x\n" for number in range(10_000))

    assert len(read(table).document.competencies) == 10_000
    with pytest.raises(InputError, match="too many rows"):
        read(table + "y,x\n")


def test_a_workbook_may_have_ten_thousand_rows_and_no_more():
    rows = [["code", "title"], *([str(number), "x"] for number in range(10_001))]

    assert read(write_workbook({"a": rows[:-1]}), "x.xlsx").rows == 10_000
    with pytest.raises(InputError, match="too many rows"):
        read(write_workbook({"a": rows}), "x.xlsx")


def test_a_row_may_have_a_hundred_cells_and_no_more():
    row = ["code", "title", *(f"更多{number}" for number in range(98))]

    assert read(write_workbook({"a": [row, ["a", "b"]]}), "x.xlsx").document
    for content, name in ((write_workbook({"a": [[*row, "x"]]}), "x.xlsx"), (",".join([*row, "x"]), "x.csv")):
        with pytest.raises(InputError, match="too many columns"):
            read(content, name)


def test_a_text_that_no_spreadsheet_holds_is_refused_on_the_way_out():
    framework = read("code,title\na,b\n").document
    unit = msgspec.structs.replace(framework.competencies[0], title={"en": "x" * 32_767})
    for write in (csv_of, xlsx_of):
        with pytest.raises(InputError, match="too long for a table"):
            write(msgspec.structs.replace(framework, competencies=(unit,)))


def test_no_cell_that_is_written_runs():
    framework = read("code,title\na,b\n").document
    unit = msgspec.structs.replace(framework.competencies[0], title={"en": "=cmd|'/C calc'!A0"}, code="@x")
    written = csv_of(msgspec.structs.replace(framework, competencies=(unit,)))

    assert written.startswith(b"\xef\xbb\xbf")
    for row in csv.reader(io.StringIO(written.decode("utf-8-sig"))):
        assert not any(cell[0] in "=+-@\t\r" for cell in row if cell)


def test_the_same_document_gives_the_same_bytes():
    framework = read(CHINESE).document

    assert xlsx_of(framework) == xlsx_of(framework)


def test_a_damaged_workbook_never_gives_a_traceback():
    whole = bytearray(xlsx_of(read(CHINESE).document))
    chance = random.Random(6)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(InputError):
            read(bytes(damaged), "x.xlsx")


def test_reading_a_table_needs_no_web_and_little_time_to_import():
    others = ("openpyxl", "urllib.request", "http", "yaml")
    code = f"import sys, touchstone.standards.exchange.tables; print([m for m in {others} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
