# SPDX-License-Identifier: Apache-2.0
"""CSV: read with bounds, whatever mark parts the cells, in UTF-8 or GB18030; written so that no cell runs (RFC 4180)."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from touchstone.errors import DocumentError
from touchstone.standards.exchange.cells import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Sheet,
    checked,
    protected,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)
from touchstone.standards.reading import MAX_BYTES

_MAX_LINE = 400_000
_STEP = 1 << 16
_DELIMITERS = ",;\t"
_LINES_LOOKED_AT = 5
_IN_QUOTES = re.compile('"[^"]*"?')
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE = "Save it as CSV UTF-8."
READ_AS_GB18030 = "The file is not UTF-8; it was read as GB18030. Look whether the Chinese characters are right."


def read_csv(content: bytes) -> Sheet:
    """Read CSV of at most 10,000 rows and 100 columns.

    :raises DocumentError: when it is no text, or beyond a bound.
    """
    if len(content) > MAX_BYTES:
        raise DocumentError("the file is too large", expected=f"at most {MAX_BYTES} bytes", found=len(content))
    encoding = _encoding(content)
    lines = _lines(io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=""))
    rows = list(_rows(lines))
    return Sheet(rows, (READ_AS_GB18030,) if encoding == "gb18030" else ())


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV that spreadsheets open rightly: UTF-8 with a byte order mark, formulas made harmless."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([protected(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _encoding(content: bytes) -> str:
    """Return the encoding: UTF-8, or GB18030 where it can be nothing else that we read."""
    if content[:2] in _WIDE or b"\x00" in content:
        raise DocumentError("the file is not text in UTF-8", found="UTF-16, or no text at all", hint=_SAVE)
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(content, encoding):
            return encoding
    raise DocumentError("the file is neither UTF-8 nor GB18030 text", hint=_SAVE)


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _STEP):
            decoder.decode(content[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines with their ends; a bare carriage return ends one, too."""
    number = 0
    while line := text.readline(_MAX_LINE + 1):
        number += 1
        if len(line) > _MAX_LINE:
            raise DocumentError("the line is too long", line=number, expected=f"at most {_MAX_LINE} characters")
        yield line


def _rows(lines: Iterator[str]) -> Iterator[Row]:
    first = list(itertools.islice(lines, _LINES_LOOKED_AT))
    delimiter = _delimiter(first)
    reader = csv.reader(_narrow(itertools.chain(first, lines), delimiter), delimiter=delimiter, strict=True)
    count = 0
    try:
        for number, cells in enumerate(reader, start=1):
            while cells and not cells[-1].strip():
                cells.pop()
            if number > MAX_ROWS + 1 and cells:
                raise too_many_rows()
            if len(cells) > MAX_COLUMNS:
                raise too_many_columns(number)
            count += len(cells)
            if count > MAX_CELLS:
                raise too_many_cells()
            if cells:
                yield Row(number, [checked(cell, number, column) for column, cell in enumerate(cells)])
    except csv.Error as error:
        raise DocumentError(f"the file is not CSV ({error})", line=reader.line_num) from None


def _delimiter(lines: list[str]) -> str:
    """Return the mark that parts the cells: the one that stands most often in a line, outside of quotation marks."""
    bare = _IN_QUOTES.sub("", "".join(lines)).splitlines()
    return max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in bare), default=0))


def _narrow(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield the lines again, refusing those that would make a crowd of cells."""
    for number, line in enumerate(lines, start=1):
        if line.count(delimiter) > 500 * MAX_COLUMNS:
            raise too_many_columns(number)
        yield line
