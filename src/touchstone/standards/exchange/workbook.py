# SPDX-License-Identifier: Apache-2.0
"""XLSX workbooks (ECMA-376, SpreadsheetML), read within bounds from the standard library alone.

A workbook is a zip of XML parts. Before anything is unpacked its directory is looked at; then only the parts that hold the cells are
read, as a stream, by a parser that refuses every document type. What computes, points outside or runs (formulas, external links,
macros, embedded objects) is refused, never dropped silently. Why not openpyxl: docs/decisions/0005-tables-from-the-standard-library.md.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from touchstone.errors import DocumentError
from touchstone.standards.exchange.cells import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Sheet,
    checked,
    place,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)
from touchstone.standards.exchange.xlsx_numbers import plain_number
from touchstone.standards.reading import MAX_BYTES

MAX_PARTS = 500
MAX_RATIO = 100
MAX_PART = 128 * 1024 * 1024
_MAX_DIRECTORY = 128 * 1024
_MAX_ELEMENTS = 1_200_000
_MAX_NESTING = 32
_MAX_TOKEN = 256 * 1024
_STEP = 1 << 16
_FREE = 64 * 1024  # small parts may be packed as tightly as they like

_END = b"PK\x05\x06"
_END_OF_64 = b"PK\x06\x07"
_REFUSED = (
    (r"vbaproject|vbadata|macrosheets|activex|customui", "the workbook holds macros"),
    (r"externallinks|connections\.xml|querytables|webextension", "the workbook links to other files"),
    (r"/embeddings/|oleobject", "the workbook holds embedded objects"),
    (r"\.(zip|xlsx|xlsm|xls|docx|gz|7z|rar|jar|exe|dll|js|vbs)$", "the workbook holds another archive or program"),
)
_HINT = "Save a copy with values only, as .xlsx."
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    LookupError,
)
Handler = Callable[[str, dict[str, str]], None]


def read_workbook(content: bytes, *, most: int = 1) -> dict[str, Sheet]:
    """Return the sheets of a workbook by their names, the first one first.

    :param most: how many of them are read, beside one that is named ``document``; with more than one, a sheet too many is refused.
    :raises DocumentError: when it is no workbook, does something, or is beyond a bound.
    """
    if len(content) > MAX_BYTES:
        raise DocumentError("the file is too large", expected=f"at most {MAX_BYTES} bytes", found=len(content))
    _refuse_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_parts(archive, len(content))
            return _sheets(archive, most)
    except _FAULTS as error:
        raise DocumentError(f"the workbook is damaged ({error})", hint="Open it and save it again.") from None


# ------------------------------------------------------------------ the archive
def _refuse_directory(content: bytes) -> None:
    """Look at the end of the zip before anybody builds a list from it."""
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if content[:4] != b"PK\x03\x04" or end < 0 or len(content) < end + 22:
        raise DocumentError("the file is not an XLSX workbook", hint="Save it as .xlsx; .xls and others are not read.")
    parts, size = (
        int.from_bytes(content[end + 10 : end + 12], "little"),
        int.from_bytes(content[end + 12 : end + 16], "little"),
    )
    if parts > MAX_PARTS or size > _MAX_DIRECTORY or content.rfind(_END_OF_64) >= 0:
        raise DocumentError("the workbook has too many parts", expected=f"at most {MAX_PARTS}", found=parts)


def _refuse_parts(archive: zipfile.ZipFile, size: int) -> None:
    names: set[str] = set()
    for part in archive.infolist():
        name = part.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise DocumentError("the workbook has a part that leaves its folder", found=name)
        if name.casefold() in names:
            raise DocumentError("the workbook has two parts of one name", found=name)
        names.add(name.casefold())
        for pattern, told in _REFUSED:
            if re.search(pattern, name, re.IGNORECASE):
                raise DocumentError(told, found=name, hint=_HINT)
        if part.flag_bits & 1:
            raise DocumentError("the workbook is encrypted", hint="Save a copy without a password.")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DocumentError("the workbook is packed in a way that is not read", found=name, hint=_HINT)
        _refuse_bomb(part)
    if sum(part.compress_size for part in archive.infolist()) > size:
        raise DocumentError("the parts of the workbook overlap", hint="Open it and save it again.")


def _refuse_bomb(part: zipfile.ZipInfo) -> None:
    if part.file_size > MAX_PART:
        raise DocumentError(
            "a part of the workbook is too large", expected=f"at most {MAX_PART} bytes", found=part.file_size
        )
    if part.file_size > _FREE and part.file_size > MAX_RATIO * max(part.compress_size, 1):
        ratio = part.file_size // max(part.compress_size, 1)
        raise DocumentError(
            "a part of the workbook is packed too tightly", expected=f"at most {MAX_RATIO} to 1", found=ratio
        )


# ------------------------------------------------------------------ XML
def _parse(
    archive: zipfile.ZipFile, name: str, start: Handler, end: Callable[[str], None], data: Callable[[str], None]
) -> None:
    """Parse one part as a stream; prefixes of names are dropped."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    elements = depth = 0

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal elements, depth
        elements, depth = elements + 1, depth + 1
        if elements > _MAX_ELEMENTS:
            raise too_many_cells()
        if depth > _MAX_NESTING:
            raise DocumentError("the workbook nests too deeply", expected=f"at most {_MAX_NESTING} levels")
        start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag if ":" not in tag else tag.rpartition(":")[2])

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        _feed(parser, archive, name)
    except expat.ExpatError as error:
        raise DocumentError(f"the workbook is damaged ({error})", hint="Open it and save it again.") from None


def _feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, name: str) -> None:
    fed = 0
    with archive.open(name) as stream:
        while chunk := stream.read(_STEP):
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                raise DocumentError("a tag in the workbook is too long", found=name)
        parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise DocumentError("the workbook declares a document type", hint=_HINT)


def _ignore(_: str) -> None:
    pass


# ------------------------------------------------------------------ the workbook
class _Listed(NamedTuple):
    name: str
    relation: str


def _sheets(archive: zipfile.ZipFile, most: int) -> dict[str, Sheet]:
    listed: list[_Listed] = []
    dates_from_1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal dates_from_1904
        if tag == "sheet":
            relation = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            listed.append(_Listed(attributes.get("name", ""), relation))
        elif tag == "workbookPr":
            dates_from_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "externalReference":
            raise DocumentError("the workbook links to other files", hint=_HINT)

    _need(archive, "xl/workbook.xml")
    _parse(archive, "xl/workbook.xml", start, _ignore, _ignore)
    targets = _targets(archive)
    texts = _shared_texts(archive)
    chosen = [sheet for index, sheet in enumerate(listed[:50]) if index < most or sheet.name == "document"]
    if not chosen:
        raise DocumentError("the workbook has no sheet")
    if most > 1 and len(listed) > len(chosen):
        raise DocumentError("the workbook has too many sheets", expected=f"at most {most}", found=len(listed))
    if most > 1 and len({targets.get(sheet.relation) for sheet in chosen}) < len(chosen):
        raise DocumentError("two sheets of the workbook are one part", hint="Open it and save it again.")
    sheets: dict[str, Sheet] = {}
    cells = 0
    for sheet in chosen:
        sheets[sheet.name] = _sheet(archive, targets.get(sheet.relation, ""), texts, dates_from_1904)
        cells += sum(len(row.cells) for row in sheets[sheet.name].rows) if most > 1 else 0
        if cells > MAX_CELLS:
            raise too_many_cells()
    if len(listed) > len(chosen):
        first = chosen[0].name
        sheets[first] = sheets[first]._replace(remarks=(f"Only the sheet {first[:40]!r} was read.",))
    return sheets


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            if attributes.get("TargetMode") == "External":
                raise DocumentError("the workbook links to other files", found=attributes.get("Target"), hint=_HINT)
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")

    _need(archive, "xl/_rels/workbook.xml.rels")
    _parse(archive, "xl/_rels/workbook.xml.rels", start, _ignore, _ignore)
    return targets


def _need(archive: zipfile.ZipFile, name: str) -> None:
    if name not in archive.namelist():
        raise DocumentError(
            "the workbook is damaged", expected=f"a part {name or 'for each sheet'}", hint="Open it and save it again."
        )


class _Text:
    """Gathers the text of one cell, within its bound."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > 8 * MAX_CELL:
            raise DocumentError("a cell is too long", expected=f"at most {MAX_CELL} characters", found=self._length)
        self._pieces.append(piece)

    def taken(self) -> str:
        text = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    texts: list[str] = []
    if "xl/sharedStrings.xml" not in archive.namelist():
        return texts
    text, inside, phonetic = _Text(), False, False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, phonetic
        phonetic = phonetic or tag == "rPh"
        inside = tag == "t" and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, phonetic
        inside, phonetic = False, phonetic and tag != "rPh"
        if tag == "si":
            texts.append(_unescaped(text.taken()))
            if len(texts) > MAX_CELLS:
                raise too_many_cells()

    def data(piece: str) -> None:
        if inside:
            text.add(piece)

    _parse(archive, "xl/sharedStrings.xml", start, end, data)
    return texts


def _sheet(archive: zipfile.ZipFile, name: str, texts: list[str], dates_from_1904: bool) -> Sheet:
    _need(archive, name)
    reader = _SheetReader(texts)
    _parse(archive, name, reader.start, reader.end, reader.data)
    return Sheet(reader.rows, (), dates_from_1904)


class _SheetReader:
    """Takes the elements of a worksheet as they come, and keeps the rows that hold something."""

    def __init__(self, texts: list[str]) -> None:
        self.rows: list[Row] = []
        self._shared = texts
        self._text = _Text()
        self._row, self._column, self._type = 0, -1, ""
        self._inside, self._phonetic, self._filled = False, False, 0
        self._cells: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "c":
                self._start_cell(attributes)
            case "v" | "t":
                self._inside = not self._phonetic
            case "row":
                self._start_row(attributes)
            case "rPh":
                self._phonetic = True
            case "f":
                raise DocumentError(
                    "the cell holds a formula", field=place(self._row, max(self._column, 0)), hint=_HINT
                )
            case _:
                pass

    def data(self, piece: str) -> None:
        if self._inside:
            self._text.add(piece)

    def end(self, tag: str) -> None:
        match tag:
            case "v" | "t":
                self._inside = False
            case "c":
                self._end_cell()
            case "rPh":
                self._phonetic = False
            case "row":
                if self._cells:
                    self.rows.append(Row(self._row, self._cells))
            case _:
                pass

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self._row + 1
        if number <= self._row:
            raise DocumentError("the rows of the workbook are out of order", line=number)
        self._row, self._column, self._cells = number, -1, []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._type = attributes.get("t", "n")
        column = self._column + 1
        if "r" in attributes:
            cell = _CELL.fullmatch(attributes["r"])
            if not cell or int(cell[2]) != self._row:
                raise DocumentError(
                    "a cell of the workbook is not where it says", found=attributes["r"], line=self._row
                )
            column = _column_of(cell[1])
        if column <= self._column:
            raise DocumentError("the cells of the workbook are out of order", line=self._row)
        self._column = column

    def _end_cell(self) -> None:
        value = self._value(self._text.taken())
        if not value:
            return
        if self._row > MAX_ROWS + 1:
            raise too_many_rows()
        if self._column >= MAX_COLUMNS:
            raise too_many_columns(self._row)
        self._filled += 1
        if self._filled > MAX_CELLS:
            raise too_many_cells()
        self._cells.extend([""] * (self._column - len(self._cells)))
        self._cells.append(checked(value, self._row, self._column))

    def _value(self, text: str) -> str:
        match self._type:
            case "s":
                return self._shared[_index(text)] if text else ""
            case "inlineStr" | "str":
                return _unescaped(text)
            case "b":
                return {"1": "true", "0": "false"}.get(text, text)
            case "e":
                raise DocumentError("the cell holds an error", field=place(self._row, self._column), found=text)
            case "d":
                return text[:10]
            case _:
                return plain_number(text)


def _index(text: str) -> int:
    index = int(text)
    if index < 0:
        raise IndexError("a text that is not there")
    return index


def _column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _unescaped(text: str) -> str:
    """Return a text with ``_x000D_`` and its like as the characters they stand for (ST_Xstring)."""
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text
