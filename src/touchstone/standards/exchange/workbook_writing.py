# SPDX-License-Identifier: Apache-2.0
"""XLSX workbooks, written: the same sheets give the same bytes, and every cell is a text or a number, never a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from touchstone.standards.exchange.cells import place, protected
from touchstone.standards.exchange.xlsx_numbers import is_plain

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

Rows = Iterable[Sequence[str]]


def write_workbook(sheets: Mapping[str, Rows], *, numbers: frozenset[int] = frozenset()) -> bytes:
    """Return a workbook; ``numbers`` are the columns of the first sheet whose cells are numbers where they can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts(sheets, numbers):
            archive.writestr(_entry(name), _HEAD + text)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _parts(sheets: Mapping[str, Rows], numbers: frozenset[int]) -> Iterable[tuple[str, str]]:
    names = [f"worksheets/sheet{index}.xml" for index in range(1, len(sheets) + 1)]
    yield "[Content_Types].xml", _content_types(names)
    office = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    yield "_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{office}</Relationships>'
    listed = "".join(
        f'<sheet name="{title}" sheetId="{index}" r:id="rId{index}"/>' for index, title in enumerate(sheets, 1)
    )
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    related = "".join(
        f'<Relationship Id="rId{index}" Type="{_OFFICE}/worksheet" Target="{name}"/>'
        for index, name in enumerate(names, 1)
    )
    yield "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
    for index, (name, rows) in enumerate(zip(names, sheets.values(), strict=True)):
        yield f"xl/{name}", _sheet(rows, numbers if index == 0 else frozenset())


def _content_types(names: Sequence[str]) -> str:
    sheets = "".join(f'<Override PartName="/xl/{name}" ContentType="{_TYPE}.worksheet+xml"/>' for name in names)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{sheets}</Types>'
    )


def _sheet(rows: Rows, numbers: frozenset[int]) -> str:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    body = "".join(_row(number, row, numbers) for number, row in enumerate(rows, 1))
    return f'<worksheet xmlns="{_MAIN}">{views}<sheetData>{body}</sheetData></worksheet>'


def _row(number: int, row: Sequence[str], numbers: frozenset[int]) -> str:
    cells = (_cell(place(number, column), text, column in numbers) for column, text in enumerate(row) if text)
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(name: str, text: str, number: bool) -> str:
    if number and is_plain(text):
        return f'<c r="{name}"><v>{text}</v></c>'
    inner = _ESCAPED.sub(_escape, protected(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{inner}</t></is></c>'


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found.group()):04X}_"
