# SPDX-License-Identifier: Apache-2.0
"""Needs from a table: a row a need, with headings in English, 简体, 繁體 or português. Every mistake is told with its cell.

The employer and her own reference name a need, so that the same table read again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import typing
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from touchstone.demand.competency_list import CompetencyList
from touchstone.demand.need import Channel, Need, Pay, Subject, standing_until, voice
from touchstone.errors import InputError
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.envelope import Document, Period
from touchstone.standards.exchange.cells import (
    MAX_ERRORS,
    CellError,
    Row,
    column_name,
    found_in,
    is_formula,
    parted,
    unprotected,
)
from touchstone.standards.exchange.columns import columns_of, overflow
from touchstone.standards.exchange.headings import Heading
from touchstone.standards.exchange.tables import Table
from touchstone.standards.exchange.uris import percent_encoded
from touchstone.standards.exchange.xlsx_numbers import iso_day
from touchstone.standards.tree import Tree

HEADINGS = {
    "ref": "ref · reference · no. · 编号 · 序号 · 編號 · 序號 · referência",
    "employer": "employer · company · enterprise · 企业 · 单位 · 用人单位 · 企業 · 單位 · 用人單位 · empregador · empresa",
    "region": "region · 地区 · 区域 · 地區 · 區域 · região",
    "subject": "subject · list · 需求类型 · 清单 · 需求類型 · 清單 · assunto",
    "occupation": "occupation · job · job title · post · 岗位 · 职位 · 职业 · 工种 · 崗位 · 職位 · 職業 · 工種 · profissão · cargo",
    "openings": "openings · number · how many · headcount · 人数 · 需求人数 · 招聘人数 · 人數 · 需求人數 · 招聘人數 · vagas",
    "competencies": "competencies · skills · units · 能力 · 能力单元 · 技能 · 能力要求 · 能力單元 · competências",
    "level_scale": "level scale · 等级表 · 等級表 · escala de níveis",
    "from": "needed from · start · from · 到岗日期 · 开始日期 · 到崗日期 · 開始日期 · início",
    "until": "needed until · end · until · 截止日期 · 结束日期 · 結束日期 · fim",
    "place": "place · location · 工作地点 · 地点 · 工作地點 · 地點 · local",
    "pay_low": "pay from · pay low · 最低薪资 · 薪资下限 · 最低薪資 · 薪資下限 · salário mínimo",
    "pay_high": "pay to · pay high · 最高薪资 · 薪资上限 · 最高薪資 · 薪資上限 · salário máximo",
    "currency": "currency · 币种 · 貨幣 · 幣種 · moeda",
    "per": "pay per · per · 计薪周期 · 計薪週期 · por",
    "contact": "contact · 联系人 · 联系方式 · 聯絡人 · 聯絡方式 · contacto",
}
_NEEDED = ("employer", "ref", "region", "competencies")
_ITEM = re.compile(r"(?P<name>.+?)\s*(?:[@＠]\s*(?P<at>\S+)|[(（]\s*(?P<inside>[^()（）]+?)\s*[)）])?")
_LISTED = re.compile(r"[;；|\n]")
_WORDS = {
    "subject": {"人才": "talent", "技术": "technology", "技術": "technology", "产品": "product", "產品": "product"},
    "per": {"时": "hour", "小时": "hour", "小時": "hour", "日": "day", "天": "day", "月": "month", "年": "year"},
}
_HAN = re.compile("[㐀-鿿]")

STANDS = 365
"""How many days a need stands that does not say when it ends. Illustrative: an enterprise confirms its needs once a year."""
_NEAR = 0.85
_TRADITIONAL = ("HK", "MO", "TW")

What = Literal["new", "changed", "same", "gone"]
Assumed = Literal["openings", "from"]
"""What a need is taken to say where its column is not there: one opening, from now on."""


class NeedsReading(NamedTuple):
    """What became of a table: its needs, or all the mistakes (the first 200; ``beyond`` counts the others).

    :ivar left_out: the headings that are not known.
    :ivar assumed: what was taken because no column says it: one that is only called otherwise must not be lost without a word.
    """

    needs: tuple[Need, ...]
    rows: int
    errors: tuple[CellError, ...]
    beyond: int
    remarks: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()


class Arrived(NamedTuple):
    """A need that came, and what it is beside those that are known; ``gone`` is one that stands and did not come again."""

    need: Need
    what: What


def needs_from(
    table: Table,
    documents: Iterable[Document],
    *,
    channel: Channel = "form",
    on: dt.date | None = None,
    days: int = STANDS,
) -> NeedsReading:
    """Return the needs of a table. A competency is named by its id or by its title in any language, with a level as ``@3`` or ``(3)``.

    :param documents: the competency list: frameworks, and the level scales on which levels are checked.
    :param on: the day on which they come in, from which they stand for ``days`` where they do not say until when; without it, for good.
    :raises DocumentError: when no heading is understood.
    """
    columns = columns_of(table.sheet, HEADINGS)
    reader = _RowReader(columns.fields, CompetencyList(documents), channel, from_1904=table.sheet.from_1904)
    found: list[CellError] = [*columns.errors, *reader.missing_columns(columns.top.number)]
    rows = [row for row in table.sheet.rows if row.number > columns.top.number]
    fields = {heading.field for heading in columns.fields.values()}
    left_out = tuple(columns.left_out)
    assumed = tuple(name for name in get_args(Assumed) if name not in fields) if left_out else ()
    if not fields.issuperset(_NEEDED):  # said once for the table: no row of it can be a need
        return NeedsReading((), len(rows), tuple(found), 0, (*table.sheet.remarks, *columns.remarks), left_out, assumed)
    needs = []
    for row in rows:
        need, errors = reader.read(row)
        errors += overflow(row, len(columns.top.cells))
        found += errors
        if need and not errors:
            needs.append(ending(need, on, days))
    kept = () if found else tuple(needs)
    remarks = (*table.sheet.remarks, *columns.remarks, *near_names(kept))
    return NeedsReading(kept, len(rows), tuple(found[:MAX_ERRORS]), len(found[MAX_ERRORS:]), remarks, left_out, assumed)


def ending(need: Need, on: dt.date | None, days: int) -> Need:
    """Return a need with the day on which it ends, where it does not say so itself; without a day on which it came, as it is."""
    if on is None or (need.valid and need.valid.until):
        return need
    begins = need.valid.from_ if need.valid else None
    until = standing_until(need.needed, max(on, begins or on), days)
    return msgspec.structs.replace(need, valid=Period(from_=min(begins, until) if begins else None, until=until))


def arrived(needs: Iterable[Need], known: Iterable[Need], on: dt.date | None = None) -> list[Arrived]:
    """Set needs beside those known already: what is new, the same, changed (and so gets the next version), or gone.

    :param on: the day on which they come: what stands on it and does not come is gone; what comes again and stands still is the same.
    """
    old: Mapping[str, Need] = {need.id: need for need in known}
    needs = list(needs)
    found = []
    for need in needs:
        before = old.get(need.id)
        if before is None:
            found.append(Arrived(need, "new"))
        elif _same(need, before, on):
            found.append(Arrived(before, "same"))
        else:
            found.append(Arrived(msgspec.structs.replace(need, version=following_version(before)), "changed"))
    came = {need.id for need in needs}
    left = [before for name, before in sorted(old.items()) if name not in came and on and before.in_force(on)]
    return [*found, *(Arrived(before, "gone") for before in left)]


def ended(need: Need) -> Need:
    """Return a need as it is once it is taken back."""
    return msgspec.structs.replace(need, version=following_version(need), status="withdrawn")


def _same(need: Need, before: Need, on: dt.date | None) -> bool:
    """Tell whether a need says what is known; that it would stand a little longer from today is no change while it stands."""
    valid = before.valid if on and before.in_force(on) else need.valid
    return msgspec.structs.replace(need, version=before.version, valid=valid) == before


def following_version(need: Need) -> str:
    """Return the version that follows."""
    return str(int(need.version) + 1) if need.version.isdecimal() else f"{need.version}+1"


def near_names(needs: Iterable[Need]) -> list[str]:
    """Tell of employers whose names are spelt in several ways and count as one, and of names that look like one and count as two."""
    spelt: dict[str, str] = {}
    remarks = []
    for name in sorted({need.employer for need in needs if ":" not in need.employer}):
        first = spelt.setdefault(voice(name), name)
        if first != name:
            remarks.append(f"{first} and {name} count as one employer.")
    names = sorted(spelt)
    for one, other in pairwise(names):
        if SequenceMatcher(None, one, other).ratio() >= _NEAR:
            remarks.append(
                f"{spelt[one]} and {spelt[other]} look alike and count as two employers: give one identifier if they are one."
            )
    return remarks


def need_id(employer: str, reference: str) -> str:
    """Return the id of a need by its employer, however she is spelt, and her own reference."""
    return f"urn:touchstone:need:{percent_encoded(voice(employer))}:{percent_encoded(reference)}"


def titled(text: str, region: str) -> dict[str, str]:
    """Return a title in the language that its characters suggest: what only GB 2312 has is simplified, what only Big5 has traditional.

    Where they do not tell, the script of the region is taken.
    """
    if not _HAN.search(text):
        return {"en": text}
    simplified, traditional = (
        sum(_written_in(sign, one) and not _written_in(sign, other) for sign in text)
        for one, other in (("gb2312", "big5"), ("big5", "gb2312"))
    )
    if simplified == traditional:
        return {"zh-Hant" if region.startswith(_TRADITIONAL) else "zh-Hans": text}
    return {"zh-Hans" if simplified > traditional else "zh-Hant": text}


def _written_in(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class _RowReader:
    """Reads the rows of one table; remembers which needs stood in which row."""

    def __init__(
        self, columns: Mapping[int, Heading], known: CompetencyList, channel: Channel, *, from_1904: bool
    ) -> None:
        self._columns, self._known, self._channel, self._from_1904 = columns, known, channel, from_1904
        self._index = {heading.field: index for index, heading in columns.items()}
        hints: dict[str, Any] = typing.get_type_hints(Need, include_extras=True)
        pay: dict[str, Any] = typing.get_type_hints(Pay, include_extras=True)
        period: dict[str, Any] = typing.get_type_hints(Period, include_extras=True)
        self._types = {
            **{name: hints[name] for name in ("employer", "region", "occupation", "openings", "level_scale", "place", "contact")},
            "subject": Subject, "ref": hints["version"], "pay_low": pay["low"], "pay_high": pay["high"], "currency": pay["currency"],
            "per": pay["per"], "from": period["from_"], "until": period["until"],
        }  # fmt: skip
        self._seen: dict[str, int] = {}

    def missing_columns(self, row: int) -> list[CellError]:
        return [
            CellError(
                row=row, column=name, message="the column is missing", expected=f"a heading such as {HEADINGS[name]}"
            )
            for name in _NEEDED
            if name not in self._index
        ]

    def read(self, row: Row) -> tuple[Need | None, list[CellError]]:
        cells: dict[str, Tree] = {}
        errors: list[CellError] = []
        place = self._index.get("region", len(row.cells))
        region = unprotected(row.cells[place]).upper() if place < len(row.cells) else ""
        for index, heading in self._columns.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if is_formula(cell):
                errors.append(
                    self._error(
                        row, heading.field, "the cell begins like a formula", found=cell, hint="Paste the value."
                    )
                )
            elif text := unprotected(cell):
                try:
                    cells[heading.field] = self._value(heading.field, text, region)
                except InputError as error:
                    errors.append(self._error(row, heading.field, error.message, error.expected, text, error.hint))
        complained = {error.column for error in errors}
        for name in _NEEDED:
            if name in self._index and name not in cells and self._column(name) not in complained:
                errors.append(self._error(row, name, "the cell is empty"))
        return (None, errors) if errors else self._need(row, cells)

    def _value(self, name: str, text: str, region: str) -> Tree:
        """Return one cell as the field takes it, or say why not."""
        if name == "competencies":
            return [each for item in _LISTED.split(text) if item.strip() for each in self._listed(item.strip(), region)]
        value = iso_day(text, from_1904=self._from_1904) if name in ("from", "until") else text
        value = _WORDS.get(name, {}).get(value, value.upper() if name in ("region", "currency") else value)
        if name == "employer" and " " in value:
            value = value.replace(" ", "_")
        decode(value, self._types[name], (name,))
        return value

    def _listed(self, item: str, region: str) -> list[Tree]:
        """Read one item, or several that are parted by commas: a title may hold commas of its own."""
        if wanted := self._wanted(item, region):
            return [wanted]
        found: list[Tree] = []
        for each in parted(item):
            wanted = self._wanted(each, region)
            if wanted is None:
                near = self._known.near(each)
                raise FieldError(
                    "no framework knows the competency", (), expected="an id or a title of the list", found=each,
                    hint=f"Did you mean {near}?" if near else "",
                )  # fmt: skip
            found.append(wanted)
        return found

    def _wanted(self, item: str, region: str) -> Tree | None:
        """Read a competency with its level; none, where nothing bears the name. Of several that do, the one of the region is meant."""
        whole = self._known.named(item)
        written = _ITEM.fullmatch(item)
        name, level = (item, None) if whole or not written else (written["name"], written["at"] or written["inside"])
        ids = whole or self._known.named(name)
        if len(ids) > 1:
            ids = [unit for unit in ids if self._known.regions[unit] == region] or ids
        if len(ids) > 1:
            raise FieldError(
                "several competencies bear this title", (), expected="one of the ids " + ", ".join(ids), found=name
            )
        if not ids:
            return None
        return {"unit": ids[0], "level": level} if level else {"unit": ids[0]}

    def _need(self, row: Row, cells: dict[str, Tree]) -> tuple[Need | None, list[CellError]]:
        employer, reference = str(cells.pop("employer")), str(cells.pop("ref"))
        identifier = need_id(employer, reference)
        if (first := self._seen.setdefault(identifier, row.number)) != row.number:
            hint = "Give each need of an employer a reference of its own."
            other = f"another than that of row {first}"
            return None, [self._error(row, "ref", "the reference stands twice", other, reference, hint)]
        tree: dict[str, Tree] = {
            "kind": "Need", "id": identifier, "version": "1", "status": "in_force", "employer": employer, "channel": self._channel,
            "title": dict(titled(str(cells.get("occupation", reference)), str(cells["region"]))),
        }  # fmt: skip
        needed: dict[str, Tree] = {end: cells.pop(end) for end in ("from", "until") if end in cells}
        pay: dict[str, Tree] = {field: cells.pop(name) for name, field in _PAY.items() if name in cells}
        if pay and "currency" not in pay:
            return None, [self._error(row, "currency", "the pay has no currency", hint="Add one such as HKD.")]
        parts: dict[str, Tree] = {**({"needed": needed} if needed else {}), **({"pay": pay} if pay else {})}
        try:
            need = decode({**tree, **cells, **parts}, Need)
            self._known.check_levels(need)
        except FieldError as error:
            column = str(error.path[0]) if error.path else "competencies"
            return None, [self._error(row, column, error.message, error.expected, hint=error.hint)]
        except InputError as error:
            place = self._column(error.field or "competencies")
            return None, [
                CellError(
                    row=row.number, column=place, message=error.message, expected=error.expected, found=error.found, hint=error.hint
                )
            ]  # fmt: skip
        return need, []

    def _column(self, name: str) -> str:
        return f"{column_name(self._index[name])} ({name})" if name in self._index else name

    def _error(
        self, row: Row, name: str, message: str, expected: str = "", found: str = "", hint: str = ""
    ) -> CellError:
        told = found_in(found) if found else ""
        return CellError(
            row=row.number, column=self._column(name), message=message, expected=expected, found=told, hint=hint
        )


_PAY = {"pay_low": "low", "pay_high": "high", "currency": "currency", "per": "per"}
