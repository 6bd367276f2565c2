# SPDX-License-Identifier: Apache-2.0
"""Sheets that people fill in: the same value from YAML, CSV and XLSX, and mistakes told by row and cell."""

from __future__ import annotations

from decimal import Decimal

import pytest

from touchstone.errors import InputError
from touchstone.practice.sheet import a_row_each, read_sheet
from touchstone.standards.exchange.delimited import write_csv
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.text import LanguageMap
from touchstone.value import Value

HEADINGS = {"piece": "piece · 作品 · peça", "mass": "mass · 质量 · 質量 · massa"}
ROWS = [("piece", "mass"), ("ring", "4.5"), ("brooch", "11")]


class Weighed(Value, frozen=True, kw_only=True):
    """A piece on the scales."""

    piece: str
    mass: Decimal


class Scales(Value, frozen=True, kw_only=True, tag_field="kind", tag="Scales"):
    """A sheet of the tests."""

    title: LanguageMap | None = None
    weighed: tuple[Weighed, ...]


def read(content, name):
    return read_sheet(content, name, Scales, HEADINGS, a_row_each("weighed"), needed=("piece", "mass"))


def refused(rows, name="scales.csv"):
    with pytest.raises(InputError) as error:
        read(write_csv(rows), name)
    return str(error.value.at(file=name))


def test_a_sheet_is_the_same_value_as_yaml_csv_and_workbook():
    workbook = {"weighed": ROWS, "document": [("field", "value"), ("title_en", "Monday")]}
    text = b'kind: Scales\ntitle: {en: Monday}\nweighed: [{piece: ring, mass: "4.5"}, {piece: brooch, mass: "11"}]\n'

    of_table = read(write_csv(ROWS), "scales.csv")
    of_workbook = read(write_workbook(workbook), "scales.xlsx")

    assert of_workbook == read(text, "scales.yaml")
    assert of_table.weighed == of_workbook.weighed


def test_headings_are_known_in_chinese_and_portuguese():
    assert read(write_csv([("作品", "massa"), *ROWS[1:]]), "scales.csv").weighed[0].mass == Decimal("4.5")


def test_a_bad_cell_is_told_by_row_and_cell():
    told = refused([*ROWS[:2], ("brooch", "heavy")])

    assert told == "scales.csv:3: B3 (mass): the value does not fit: expected a number such as 6 or 2.5, found 'heavy'."


def test_an_empty_cell_a_missing_column_and_a_stray_cell_are_told_by_their_place():
    assert refused([*ROWS, ("", "3")]) == "scales.csv:4: A4 (piece): the cell is empty. Add the piece."
    assert refused([("piece",), ("ring",)]).startswith("scales.csv:1: mass: the column is missing. Add a column such")
    assert refused([*ROWS, ("ring", "3", "4")]).startswith("scales.csv:4: C4: the cell stands below no heading")


def test_a_formula_is_refused_where_it_stands():
    with pytest.raises(InputError) as error:
        read(b"piece,mass\nring,=1+1\n", "scales.csv")

    assert str(error.value) == "B2 (mass): the cell begins like a formula: found '=1+1'. Paste the value."


def test_what_the_workbook_says_about_the_whole_is_told_by_its_name():
    workbook = {"weighed": ROWS, "document": [("field", "value"), ("titel", "Monday")]}

    with pytest.raises(InputError) as error:
        read(write_workbook(workbook), "scales.xlsx")

    assert str(error.value).startswith("sheet document, titel: the field is unknown")
