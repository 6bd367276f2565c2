# SPDX-License-Identifier: Apache-2.0
"""Verifying a list: a table with addresses or numbers of certificates, or a zip of certificate files; a row of the answer each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal, NamedTuple

from touchstone.credentials.baking import is_image
from touchstone.errors import DocumentError
from touchstone.recognition.attachment import is_pdf
from touchstone.standards.exchange.cells import Row, unprotected
from touchstone.standards.exchange.tables_apart import read_table_apart
from touchstone_server.credentials.addresses import Listed, found_at, looks_like_one
from touchstone_server.credentials.archive import ArchiveError, files_of, is_archive
from touchstone_server.credentials.services import Judged, Verified, verify_content
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.handed_in import HandedIn

MOST_ROWS = 300
SECONDS = 10.0
"""When no further row is begun with; those that are left say so."""
_WORKBOOK = b"[Content_Types].xml"

ListState = Literal["verified", "nothing", "rows", "table", "damaged", "files", "packed", "large", "no_list", "both"]


class Asked(NamedTuple):
    """A row: what it is called in the list, and what it leads to."""

    name: str
    listed: Listed


class Line(NamedTuple):
    """A row of the answer. Of what could not be verified ``state`` says why; of a link only what its holder shows is told."""

    name: str
    state: str
    judged: Judged | None = None
    shows_name: bool = True
    shows_dates: bool = True


class VerifiedList(NamedTuple):
    """What came of a list. ``detail`` is the core's own sentence, in English."""

    state: ListState
    lines: tuple[Line, ...] = ()
    detail: str = ""


def verify_handed_list(handed: HandedIn, hosts: frozenset[str]) -> VerifiedList:
    """Verify the list that was handed in, unless it is too large, or a file and a text at once."""
    if handed.too_large:
        return VerifiedList("large")
    return VerifiedList("both") if handed.both else verify_list(handed.content, handed.name, hosts)


def verify_list(content: bytes, name: str, hosts: frozenset[str]) -> VerifiedList:
    """Verify everything that a list names or holds.

    :param name: of the file; its ending tells CSV from XLSX.
    :param hosts: the hosts under which this node is reached.
    """
    if not content.strip():
        return VerifiedList("nothing")
    if is_image(content) or is_pdf(content) or (name.endswith(".xlsx") and not is_archive(content)):
        return VerifiedList("no_list")
    if len(content) > MOST_BYTES and not is_archive(content):
        return VerifiedList("large")  # a table of so many rows is none that is read
    try:
        asked = list(_of_files(content) if _is_of_files(content) else _of_table(content, name, hosts))
    except ArchiveError as error:
        return VerifiedList(error.code)  # type: ignore[arg-type]
    except DocumentError as error:
        return VerifiedList("table", detail=str(error))
    if not asked:
        return VerifiedList("nothing")
    if len(asked) > MOST_ROWS:
        return VerifiedList("rows")
    lines = tuple(_lines(asked))
    return VerifiedList("verified", lines) if len(lines) <= MOST_ROWS else VerifiedList("rows")


def _is_of_files(content: bytes) -> bool:
    return is_archive(content) and _WORKBOOK not in content


def _of_files(content: bytes) -> Iterator[Asked]:
    for name, unpacked in files_of(content):
        yield Asked(name, Listed("open", unpacked))


def _of_table(content: bytes, name: str, hosts: frozenset[str]) -> Iterator[Asked]:
    table = read_table_apart(
        content, "list.xlsx" if is_archive(content) else name if name.endswith(".csv") else "list.csv"
    )
    for place, row in enumerate(table.sheet.rows):
        text = _address_in(row)
        if text and (place or looks_like_one(text)):
            yield Asked(text[:200], found_at(text, hosts))


def _address_in(row: Row) -> str:
    """Return the cell that names a certificate, else the first that holds anything."""
    cells = [unprotected(cell).strip() for cell in row.cells if cell.strip()]
    return next((cell for cell in cells if looks_like_one(cell)), cells[0] if cells else "")


def _lines(asked: list[Asked]) -> Iterator[Line]:
    ends, seen = time.monotonic() + SECONDS, dict[bytes, Verified]()
    for row in asked:
        content = row.listed.content
        if row.listed.state != "open":
            yield Line(row.name, row.listed.state)
        elif content not in seen and time.monotonic() > ends:
            yield Line(row.name, "late")
        else:
            seen[content] = seen.get(content) or verify_content(content)
            yield from _told(row, seen[content])


def _told(row: Asked, found: Verified) -> Iterator[Line]:
    """Yield a line for each credential of a file; for a learner record, its own."""
    if found.state != "verified":
        yield Line(row.name, found.state)
        return
    judged = (found.whole,) if found.whole else found.judged
    for place, each in enumerate(judged, 1):
        name = row.name if len(judged) == 1 else f"{row.name} #{place}"
        yield Line(name, "verified", each, row.listed.shows_name, row.listed.shows_dates)
