# SPDX-License-Identifier: Apache-2.0
"""Marking sheets from YAML, JSON or a workbook, and sheets to be filled in; a mistake is told by line, or by sheet, row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from touchstone.errors import DocumentError
from touchstone.practice.marking.moderation import blind_marks
from touchstone.practice.marking.rubric import Rubric
from touchstone.practice.marking.sheet import LISTS, Candidate, MarkingSheet, check
from touchstone.practice.sheet import Arranged, a_row_each, lines_of
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.cells import Sheet
from touchstone.standards.exchange.table_heads import head_from
from touchstone.standards.exchange.tables import HEAD_SHEET, Table
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.folder import read_value
from touchstone.standards.reading import read_yaml
from touchstone.standards.tree import Path, Tree, dotted
from touchstone.text import LanguageMap, text_in

_NEEDED = {
    "aspects": ("id", "criterion", "kind", "marks"),
    "criteria": ("id", "pass_at"),
    "assessors": ("id", "assurance"),
    "candidates": ("id",),
    "marks": ("candidate", "aspect", "assessor"),
    "quantities": ("id", "unit"),
    "gauge": ("quantity", "appraiser", "part", "trial", "value"),
    "process": ("quantity", "value"),
    "pieces": ("pair", "route"),
    "steps": ("pair", "route", "step", "active"),
}
_MOST_SHEETS = 12  # ours, and two for somebody's notes
Work = Callable[[MarkingSheet], None]


def read_marking_sheet(content: bytes, name: str, *, then: Work = check) -> MarkingSheet:
    """Read a sheet; the ending of ``name`` says how it is written.

    :param then: what looks at the sheet as a whole; a FieldError that it raises is told by its place, too.
    :raises DocumentError: for the first mistake, with line and field, or sheet, row and cell; the caller adds the file.
    """
    if name.casefold().endswith(".csv"):
        raise DocumentError(
            "a marking sheet is several tables, and CSV is one",
            hint="Give a workbook (.xlsx) or YAML; --template writes one.",
        )
    if name.casefold().endswith(".xlsx"):
        arranged = _arranged(read_workbook(content, most=_MOST_SHEETS))
        try:
            sheet = decode(arranged.tree, MarkingSheet)
            then(sheet)
        except FieldError as error:
            line, cell = arranged.of(error.path)
            raise error.at(line=line, field=cell or f"sheet {HEAD_SHEET}, {dotted(error.path)}") from None
        return sheet
    sheet, reading = read_value(content, name, MarkingSheet)
    try:
        then(sheet)
    except FieldError as error:
        raise error.at(line=reading.line_of(error.path), field=dotted(error.path)) from None
    return sheet


def _arranged(sheets: Mapping[str, Sheet]) -> Arranged:
    """Return the sheets of a workbook as fields, with the place of each: ``marks!D7 (points)``."""
    known = {word.casefold(): field for field, words in _words()["sheets"].items() for word in (field, *words.values())}
    tree: dict[str, Tree] = {"kind": str(MarkingSheet.__struct_config__.tag)}
    places: dict[Path, tuple[int, str]] = {}
    for name, sheet in sheets.items():
        if name == HEAD_SHEET:
            tree |= head_from(sheet)
        elif field := known.get(name.strip().casefold()):
            rows = _rows(field, sheet, name)
            tree |= rows.tree
            places |= {path: (line, f"{name}!{cell}") for path, (line, cell) in rows.places.items()}
    if not set(LISTS) & set(tree):
        raise DocumentError(
            "no sheet of the workbook is known",
            expected="sheets such as aspects and marks",
            found=", ".join(sheets)[:60],
        )
    return Arranged(tree, places)


def _rows(field: str, sheet: Sheet, name: str) -> Arranged:
    try:
        return a_row_each(field)(lines_of(Table(sheet, {}), _headings(field), needed=_NEEDED[field]))
    except DocumentError as error:
        error.field = f"{name}!{error.field}" if error.field else f"sheet {name}"
        raise


def _headings(field: str) -> dict[str, str]:
    fields = _words()["fields"]
    return {column: " · ".join(dict.fromkeys((column, *fields[column].values()))) for column in _columns(field)}


def _columns(field: str) -> list[str]:
    """Return the columns of a list: the fields of its rows, as they are written."""
    return [each.encode_name for each in msgspec.structs.fields(LISTS[field])]


@cache
def _words() -> dict[str, dict[str, LanguageMap]]:
    text = files("touchstone.practice.marking").joinpath("headings.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(text).tree, dict[str, dict[str, LanguageMap]])


# ------------------------------------------------------------------ to be filled in
def template(name: str, language: str = "en") -> bytes:
    """Return a sheet to be filled in; the ending of ``name`` says as what.

    :raises DocumentError: for another ending than those of YAML and of workbooks.
    """
    content = files("touchstone.practice.marking").joinpath("template.yaml").read_bytes()
    if name.casefold().endswith((".yaml", ".yml")):
        return content
    return workbook_of(read_marking_sheet(content, "template.yaml"), name, language)


def blind_sheet(sheet: MarkingSheet, name: str, language: str = "en") -> bytes:
    """Return what the second assessor fills in: the rubric and the sample's rows, nothing of the first marking and no names.

    :raises DocumentError: as :func:`template`.
    """
    marks = blind_marks(sheet)
    drawn = dict.fromkeys(mark.candidate for mark in marks)
    rubric = {field: getattr(sheet, field) for field in Rubric.__struct_fields__}
    blind = MarkingSheet(
        **rubric,
        title=sheet.title,
        candidates=tuple(Candidate(id=name) for name in drawn),
        marks=marks,
    )
    return workbook_of(blind, name, language)


def workbook_of(sheet: MarkingSheet, name: str, language: str = "en") -> bytes:
    """Return a sheet as a workbook whose names and headings are in a language.

    :raises DocumentError: when ``name`` does not end as that of a workbook does.
    """
    if not name.casefold().endswith(".xlsx"):
        raise DocumentError("this ending is unknown", field=name, expected=".xlsx, or .yaml for a template")
    plain = msgspec.json.decode(msgspec.json.encode(sheet))
    head = [("field", "value")]
    for field, value in plain.items():
        if field == "title":
            head += [(f"title_{tag}", text) for tag, text in value.items()]
        elif field not in (*LISTS, "kind"):
            head.append((field, str(value)))
    sheets: dict[str, list[Sequence[str]]] = {}
    for field in LISTS:
        columns = _columns(field)
        rows = [[str(entry.get(column, "")) for column in columns] for entry in plain.get(field, ())]
        headings = [text_in(_words()["fields"][column], language) for column in columns]
        sheets[text_in(_words()["sheets"][field], language)] = [headings, *rows]
    return write_workbook({**sheets, HEAD_SHEET: head})
