"""Marking sheets: the same from YAML and from a workbook in four languages; mistakes told by row and column; sheets to fill in."""

from __future__ import annotations

import pytest

from tests.touchstone.practice.marking.sheets import MARKS, TEXT, WORK, rows, sheet
from touchstone.errors import InputError
from touchstone.practice.marking.moderation import sample_of
from touchstone.practice.marking.reading import blind_sheet, read_marking_sheet, template, workbook_of
from touchstone.standards.exchange import workbook
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.text import LANGUAGES

ASPECTS = [
    ("id", "criterion", "kind", "marks"),
    ("seat", "setting", "judgement", "6"),
    ("wall", "shank", "measurement", "4"),
]
ASSESSORS = [("id", "assurance"), ("wong", "provider_assessed")]
CANDIDATES = [("id",), ("c01",)]


def told(content, name):
    with pytest.raises(InputError) as error:
        read_marking_sheet(content, name)
    return str(error.value)


def yaml_told(text):
    return told(text.encode(), "sheet.yaml")


def book(**sheets):
    return write_workbook({"aspects": ASPECTS, "assessors": ASSESSORS, "candidates": CANDIDATES, **sheets})


def book_told(**sheets):
    return told(book(**sheets), "sheet.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_in_any_language_says_what_the_yaml_says(language):
    assert read_marking_sheet(workbook_of(sheet(), "s.xlsx", language), "s.xlsx") == sheet()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_can_be_read_as_it_was_written(language):
    plain = read_marking_sheet(template("t.yaml"), "t.yaml")

    assert read_marking_sheet(template("t.xlsx", language), "t.xlsx") == plain
    assert all(mark.points is None for mark in plain.marks)


def test_a_workbook_may_leave_out_what_it_does_not_need():
    found = read_marking_sheet(
        book(marks=[("candidate", "aspect", "assessor", "points"), ("c01", "seat", "wong", "3")]), "s.xlsx"
    )

    assert found.marks[0].points == 3


# ------------------------------------------------------------------ mistakes
MARK = ("candidate", "aspect", "assessor", "points")


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        (("c01", "seat", "wong", "4"), "marks!D2 (points)", "expected at most 3, found '4'"),
        (("c01", "seat", "wong", "good"), "marks!D2 (points)", "found 'good'"),
        (("c09", "seat", "wong", "2"), "marks!A2 (candidate)", "the candidate is unknown: expected one of c01"),
        (("c01", "seta", "wong", "2"), "marks!B2 (aspect)", "the aspect is unknown: expected one of seat, wall"),
        (("c01", "seat", "wang", "2"), "marks!C2 (assessor)", "the assessor is unknown"),
        (("c01", "wall", "wong", "2"), "marks!D2 (points)", "a measurement is met or not: expected 1 (met) or 0"),
        (("c01", "", "wong", "2"), "marks!B2 (aspect)", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_told_by_sheet_row_and_column(row, place, message):
    sentence = book_told(marks=[MARK, row])

    assert place in sentence
    assert message in sentence


def test_a_row_that_stands_twice_is_told_with_the_first():
    sentence = book_told(marks=[MARK, ("c01", "seat", "wong", "2"), ("c01", "seat", "wong", "3")])

    assert "marks!C3 (assessor)" in sentence
    assert "Entry 1 of marks has it already" in sentence


def test_a_column_that_is_missing_or_nearly_named_is_told():
    assert "marks!assessor: the column is missing" in book_told(
        marks=[("candidate", "aspect", "points"), ("c01", "seat", "2")]
    )
    assert "Did you mean assessor?" in book_told(marks=[("candidate", "aspect", "assesor"), ("c01", "seat", "wong")])


def test_a_workbook_of_too_many_sheets_is_told():
    assert "too many sheets" in book_told(**{f"note {number}": [("a",)] for number in range(12)})


def test_the_bound_on_cells_is_that_of_all_sheets_together(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_CELLS", 20)

    assert "too many cells" in book_told(marks=[MARK, ("c01", "seat", "wong", "2")])


def test_a_workbook_of_something_else_is_told():
    assert "no sheet of the workbook is known" in told(write_workbook({"shopping": [("what",), ("bread",)]}), "s.xlsx")
    assert "several tables" in told(b"a,b\n1,2\n", "sheet.csv")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("pass_at: \"3\"", "pass_at: \"7\"", 12, "criteria[1].pass_at", "at most 6, the marks of its aspects"),
        ("{id: setting, pass", "{id: sitting, pass", 12, "criteria[1].id", "the id is unknown"),
        ("id: seat, criterion", "id: finish, criterion", 9, "aspects[2].id", "this stands twice"),
        ("assurance: authority_assessed", "assurance: friends", 14, "assessors[0].assurance", "expected one of"),
        ("sample_least", "sample_most", 5, "sample_most", "unknown"),
    ],
)  # fmt: skip
def test_a_mistake_in_yaml_is_told_by_line_and_field(old, new, line, field, message):
    assert old in TEXT
    with pytest.raises(InputError) as error:
        sheet(text=TEXT.replace(old, new, 1))

    assert (error.value.line, error.value.field) == (line, field)
    assert message in str(error.value)


def test_a_judgement_has_no_band():
    text = TEXT.replace("kind: judgement", 'kind: judgement, half_within: "1"', 1)

    assert "half_within are of measurement aspects" in yaml_told(text + rows())


def test_one_work_of_two_candidates_is_refused():
    twin = f'  - {{id: c02, work: "{WORK}"}}\nmarks:\n'

    assert "another candidate handed in the same work" in yaml_told(TEXT.removesuffix("marks:\n") + twin + rows())


def test_who_marked_first_cannot_mark_the_same_work_second():
    sentence = yaml_told(TEXT + rows([*MARKS, ("c01", "seat", "wong", 3, ", marking: second")]))

    assert "marks[4].assessor: a second marking is by somebody else: found 'wong'" in sentence


def test_more_metal_never_comes_out_than_went_in():
    text = 'kind: MarkingSheet\npieces:\n  - {pair: a, route: hand, material_in: "5", material_out: "4", scrap: "2"}\n'

    assert "no more metal comes out" in yaml_told(text + rows())


# ------------------------------------------------------------------ the blind sheet
def test_the_second_assessor_sees_the_sample_and_nothing_of_the_first_marking():
    content = blind_sheet(sheet(text=TEXT.replace('least: "0"', 'least: "1"')), "blind.xlsx")
    blind = read_marking_sheet(content, "blind.xlsx", then=lambda _: None)

    assert {mark.candidate for mark in blind.marks} == set(
        sample_of(sheet(text=TEXT.replace('least: "0"', 'least: "1"'))).candidates
    )
    assert [(mark.aspect, mark.points, mark.marking) for mark in blind.marks] == [
        ("finish", None, "second"),
        ("seat", None, "second"),
    ]
    cells = {cell for page in read_workbook(content, most=12).values() for row in page.rows for cell in row.cells}
    assert not {"陈一", "wong", "chan", "ho"} & cells
