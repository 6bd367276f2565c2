# SPDX-License-Identifier: Apache-2.0
"""Learners as a table: a row a person, read within the bounds of every table, each mistake told with its cell.

A unit may have columns of its own, headed by its code (``T1``: its score; ``T1 level``: its level), or stand in the cell ``units`` as
``T1``, ``T1=85`` or ``T1@3=85``: code, level, score. What the table has a column for, the row decides: a unit whose cells are empty is
not attested. What it has no column for, the template decides: such a unit is attested to everybody, unless there is a column ``units``,
which names all that are. So a column of scores for one unit takes none of the others away.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from msgspec import Meta

from touchstone.credentials.identifiers import Did
from touchstone.credentials.privacy import has_identity_number
from touchstone.credentials.scales import Scales
from touchstone.errors import DocumentError
from touchstone.logic import Amount, Name
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.cells import CellError, Row, column_name, found_in, is_formula, parted, unprotected
from touchstone.standards.exchange.columns import Columns, columns_of, overflow
from touchstone.standards.exchange.tables import Table
from touchstone.standards.exchange.xlsx_numbers import iso_day
from touchstone.value import Value

HEADINGS = {
    "name": "name · learner · learner name · student · student name · full name · 姓名 · 学员 · 学员姓名 · 学生 · 学生姓名"
    " · 學員 · 學員姓名 · 學生 · 學生姓名 · nome · nome do formando",
    "key": "key · request key · reference · 申请编号 · 请求编号 · 申請編號 · 請求編號 · chave · referência"
    " · student no · student number · student id · 学号 · 学员编号 · 学员号 · 學號 · 學員編號 · 學員號"
    " · número de aluno · número do formando",
    "holder": "holder · did · holder did · 持有人 · 持有人标识 · 持有人標識 · 持证人 · 持證人 · titular",
    "awarded": "awarded · date · award date · 日期 · 颁发日期 · 发证日期 · 获证日期 · 頒發日期 · 頒授日期 · 發證日期 · data",
    "until": "until · valid until · expires · 有效期至 · 到期日 · 到期日期 · válido até",
    "level": "level · 等级 · 级别 · 等級 · 級別 · 資歷級別 · nível",
    "score": "score · mark · 分数 · 成绩 · 得分 · 分數 · 成績 · pontuação · nota",
    "units": "units · units passed · 单元 · 能力单元 · 單元 · 能力單元 · unidades",
    "evidence": "evidence · evidence digest · 证据 · 证据摘要 · 佐证材料 · 證據 · 證據摘要 · 佐證材料 · evidência",
}
_SCORE_WORDS, _LEVEL_WORDS = (
    ("score", "成绩", "成績", "分数", "分數", "nota"),
    ("level", "等级", "级别", "等級", "級別", "nível"),
)
_ITEM = re.compile(r"(?P<unit>.+?)(?:@(?P<level>[^@=]+))?(?:=(?P<score>[^=]+))?")

Key = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}$", description="1 to 200 printable characters")]
Digest = Annotated[
    str, Meta(pattern=r"^sha256:[0-9a-f]{64}$", description="a digest, sha256: and 64 hexadecimal digits")
]
PersonName = Annotated[str, Meta(min_length=1, max_length=200, description="a name of at most 200 characters")]
_TYPES: dict[str, Any] = {
    "name": PersonName, "key": Key, "holder": Did, "awarded": dt.date, "until": dt.date, "level": Name, "score": Amount,
}  # fmt: skip


class UnitResult(Value, frozen=True, kw_only=True):
    """A unit that a learner holds: its id, and the level and score reached."""

    unit: str
    level: Name | None = None
    score: Amount | None = None


class Learner(Value, frozen=True, kw_only=True):
    """A row. Names are as they were written: never split, never normalised (NFC changes some Han characters).

    :param key: the request key that the table gives; without one the content of the row is its own key.
    :param units: None where the table says nothing of units.
    """

    name: PersonName
    key: Key | None = None
    holder: Did | None = None
    awarded: dt.date | None = None
    until: dt.date | None = None
    level: Name | None = None
    score: Amount | None = None
    units: tuple[UnitResult, ...] | None = None
    evidence: tuple[Digest, ...] = ()


class LearnerRow(NamedTuple):
    """What became of a row: a learner, or its mistakes."""

    number: int
    learner: Learner | None
    errors: tuple[CellError, ...]


class LearnersReading(NamedTuple):
    """What became of a table: its rows, and what is wrong with the table as a whole, for which no row is used.

    :param remarks: what its owner should know: columns that were left out, and how the table speaks of units and holders.
    :param left_out: the headings of the columns that were left out.
    """

    rows: tuple[LearnerRow, ...]
    errors: tuple[CellError, ...]
    remarks: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def learners_from(table: Table, units: Mapping[str, str], scales: Scales | None = None) -> LearnersReading:
    """Return the learners of a table (:func:`touchstone.standards.exchange.tables.read_table`).

    :param units: the ids of the units that may be attested, by the codes that the table calls them.
    :param scales: the levels of units whose scale is known; another level is refused.
    :raises DocumentError: when no heading is understood, or no row stands below them.
    """
    columns = columns_of(table.sheet, _headings(units))
    reader = _Reader(columns, units, scales or {}, from_1904=table.sheet.from_1904)
    errors = [*columns.errors, *reader.missing_columns()]
    rows = tuple(reader.read(row) for row in table.sheet.rows if row.number > columns.top.number)
    if not rows:
        raise DocumentError(
            "the table has no learners", line=columns.top.number, hint="Add a row below the headings for every learner."
        )
    remarks = (*table.sheet.remarks, *columns.remarks, *reader.remarks(rows))
    return LearnersReading(rows, tuple(errors), remarks, tuple(columns.left_out))


def _headings(units: Mapping[str, str]) -> dict[str, str]:
    """Return the headings of this table: those of every table, and those of the units' own columns."""
    own: dict[str, str] = {}
    for code in units:
        own[f"score {code}"] = " · ".join([code, *(f"{code} {word}" for word in _SCORE_WORDS)])
        own[f"level {code}"] = " · ".join(f"{code} {word}" for word in _LEVEL_WORDS)
    return {**own, **HEADINGS}


class _Reader:
    """Reads the rows of one table; remembers what stood in which row."""

    def __init__(self, columns: Columns, units: Mapping[str, str], scales: Scales, *, from_1904: bool) -> None:
        self._columns, self._units, self._scales, self._from_1904 = columns, units, scales, from_1904
        self._fields = {heading.field: index for index, heading in columns.fields.items()}
        self._has_units = any(field.startswith(("score ", "level ", "units")) for field in self._fields)
        headed = {code for field in self._fields for _, mark, code in (field.partition(" "),) if mark}
        self._by_template = [] if "units" in self._fields else [code for code in units if code not in headed]
        self._seen: dict[object, int] = {}

    def missing_columns(self) -> list[CellError]:
        """Return a mistake for the one column that no table can do without."""
        if "name" in self._fields:
            return []
        hint = "Add a column with this heading."
        return [CellError(row=self._columns.top.number, column="name", message="the column is missing", hint=hint)]

    def remarks(self, rows: Sequence[LearnerRow]) -> Iterator[str]:
        """Say what the table leaves to the template, and who cannot carry a credential in a wallet."""
        if self._has_units and self._by_template:
            yield f"No column speaks of {', '.join(self._by_template)}: every row attests it, as the template says."
        without = sum(1 for row in rows if row.learner and not row.learner.holder)
        if without:
            yield (
                f"{without} of {len(rows)} rows name no DID (column holder): a pseudonym stands in such a credential, and no wallet "
                "takes it. Ask the learners for the DIDs of their wallets if they are to carry it."
            )

    def read(self, row: Row) -> LearnerRow:
        """Return the learner of a row, or every mistake in it."""
        errors: list[CellError] = []
        suspect = has_identity_number(
            "\n".join(row.cells)
        )  # one look at all; a number does not reach over a line's end
        cells = dict(self._cells(row, errors, suspect=suspect))
        plain = {name: self._taken(row, name, cells[name], errors) for name in _TYPES if name in cells}
        evidence = [self._decoded(row, "evidence", item, Digest, errors) for item in parted(cells.get("evidence", ""))]
        results = self._results(row, cells, errors)
        errors += self._off_scale(row, plain.get("level"), results)
        errors += overflow(row, len(self._columns.top.cells))
        if "name" not in cells and not any(error.column == self._column("name") for error in errors):
            errors.append(self._error(row, "name", "the cell is empty", hint="Add the name."))
        if errors:
            return LearnerRow(row.number, None, tuple(errors))
        learner = Learner(**plain, units=results, evidence=tuple(evidence))
        errors += self._impossible(row, learner)
        return LearnerRow(row.number, None if errors else learner, tuple(errors))

    def _cells(self, row: Row, errors: list[CellError], *, suspect: bool) -> Iterator[tuple[str, str]]:
        """Yield the cells that hold something, by their field."""
        for field, index in self._fields.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if is_formula(cell):
                hint = "Paste the values instead, or put an apostrophe before a text that begins like this."
                errors.append(self._error(row, field, "the cell begins like a formula", found=cell, hint=hint))
            elif suspect and has_identity_number(cell):
                hint = "No credential, file name or log ever holds one: leave it out."
                errors.append(self._error(row, field, "the cell looks like an identity number", hint=hint))
            elif text := unprotected(cell):
                yield field, text

    def _taken(self, row: Row, field: str, text: str, errors: list[CellError]) -> Any:  # noqa: ANN401  # the field's type
        if _TYPES[field] is dt.date:
            text = iso_day(text, from_1904=self._from_1904)
        return self._decoded(row, field, text, _TYPES[field], errors)

    def _decoded(self, row: Row, field: str, text: str, type_: Any, errors: list[CellError]) -> Any:  # noqa: ANN401
        try:
            return decode(text, type_, (field,))
        except FieldError as error:
            errors.append(self._error(row, field, error.message, error.expected, text, error.hint))
            return None

    def _results(self, row: Row, cells: Mapping[str, str], errors: list[CellError]) -> tuple[UnitResult, ...] | None:
        """Return the units that a row attests, each once; None where the table says nothing of units."""
        if not self._has_units:
            return None
        said: dict[str, dict[str, str]] = {}
        for item in parted(cells.get("units", "")):
            self._take_item(row, item, said, errors)
        for field, text in cells.items():
            what, mark, code = field.partition(" ")
            if mark:
                self._take_part(row, (field, code, what, text), said, errors)
        for code in self._by_template:
            said.setdefault(code, {})
        if not said and not errors:
            errors.append(
                self._error(row, self._units_field(), "no unit is attested", hint="Add a unit, or its score.")
            )
        return tuple(self._result(row, code, parts, errors) for code, parts in said.items())

    def _take_item(self, row: Row, item: str, said: dict[str, dict[str, str]], errors: list[CellError]) -> None:
        """Take one item of the cell ``units``; a code may hold the marks, so a whole item that is a code is one."""
        text = unicodedata.normalize("NFKC", item)
        found = _ITEM.fullmatch(text)
        parts = {"unit": item} if item in self._units or not found else found.groupdict()
        code = (parts.pop("unit") or "").strip()
        if code not in self._units:
            expected = "a unit of the template: " + ", ".join(list(self._units)[:8])
            errors.append(self._error(row, "units", "the unit is unknown", expected, item))
        elif code in said:
            errors.append(self._error(row, "units", "the unit stands twice", found=code))
        else:
            said[code] = {what: value.strip() for what, value in parts.items() if value}

    def _take_part(
        self, row: Row, part: tuple[str, str, str, str], said: dict[str, dict[str, str]], errors: list[CellError]
    ) -> None:
        """Take one cell of a unit's own columns."""
        field, code, what, text = part
        parts = said.setdefault(code, {})
        if what in parts:
            errors.append(self._error(row, field, f"the {what} stands in the cell units, too", found=text))
        parts[what] = text

    def _result(self, row: Row, code: str, parts: Mapping[str, str], errors: list[CellError]) -> UnitResult:
        values = {
            what: self._decoded(row, self._part_field(what, code), text, _TYPES[what], errors)
            for what, text in parts.items()
        }
        unit = self._units[code]
        errors += self._not_on_scale(row, self._part_field("level", code), values.get("level"), unit)
        return UnitResult(unit=unit, **values)

    def _off_scale(self, row: Row, level: str | None, results: tuple[UnitResult, ...] | None) -> Iterator[CellError]:
        """Look at the level of the whole row on the scale of every unit that it is of; the first that lacks it is told."""
        ids = self._units.values() if results is None else [each.unit for each in results if each.level is None]
        for unit in ids:
            if found := list(self._not_on_scale(row, "level", level, unit)):
                yield from found
                return

    def _not_on_scale(self, row: Row, field: str, level: str | None, unit: str) -> Iterator[CellError]:
        scale = self._scales.get(unit)
        if level is not None and scale and level not in scale:
            message, expected = f"the level is not on the scale of {unit}", "one of " + ", ".join(scale)
            yield self._error(row, field, message, expected, level)

    def _impossible(self, row: Row, learner: Learner) -> Iterator[CellError]:
        """Find what no row can say alone: an end before its beginning, and a person or a key that stands twice."""
        if learner.awarded and learner.until and learner.until < learner.awarded:
            yield self._error(row, "until", "it ends before it begins", found=learner.until.isoformat())
        for field, value in (("key", learner.key), ("holder", learner.holder), ("name", learner)):
            first = self._seen.setdefault((field, value), row.number) if value is not None else row.number
            if first != row.number:
                message = "the row stands twice" if field == "name" else f"the {field} stands twice"
                hint = f"Row {first} has it already." + (
                    " Two people of one name need keys." if field == "name" else ""
                )
                yield self._error(row, field, message, found=learner.name if field == "name" else str(value), hint=hint)
                return

    def _units_field(self) -> str:
        return next(field for field in self._fields if field.startswith(("units", "score ", "level ")))

    def _part_field(self, what: str, code: str) -> str:
        own = f"{what} {code}"
        return own if own in self._fields else "units"

    def _column(self, field: str) -> str:
        """Return what a reader calls a column: its letters and its field."""
        index = self._fields.get(field)
        return field if index is None else f"{column_name(index)} ({field})"

    def _error(
        self, row: Row, field: str, message: str, expected: str = "", found: str = "", hint: str = ""
    ) -> CellError:
        told = found_in(found) if found else ""
        return CellError(
            row=row.number, column=self._column(field), message=message, expected=expected, found=told, hint=hint
        )
