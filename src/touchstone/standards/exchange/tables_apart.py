# SPDX-License-Identifier: Apache-2.0
"""Tables that strangers hand in: what is packed is unpacked and parsed in a child process (:mod:`touchstone.apart`).

A workbook within every bound of its reader can still be made to take hundreds of megabytes, or seconds: such a one ends its own process,
and nobody else's. CSV is text, and takes no more than it is long: it is read here.
"""

from __future__ import annotations

import sys

import msgspec

from touchstone.apart import Bounds, ask, bind, refuse
from touchstone.errors import DocumentError
from touchstone.standards.exchange.cells import Sheet
from touchstone.standards.exchange.tables import Table, read_table
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.value import Value

BOUNDS = Bounds(memory=256 * 1024 * 1024, seconds=2, clock=20)
"""A workbook of 300,000 cells, the most that is read, takes some 100 MB and less than a second."""
_MODULE = "touchstone.standards.exchange.tables_apart"


class _Refusal(Value, frozen=True):
    """A complaint about a document, between two processes."""

    message: str
    expected: str
    found: str
    hint: str
    field: str
    line: int | None


def read_table_apart(content: bytes, name: str, *, bounds: Bounds = BOUNDS) -> Table:
    """Read a table as :func:`~touchstone.standards.exchange.tables.read_table` does, a workbook in a child process.

    :raises DocumentError: as that one; also when the workbook takes more than the bounds. When the child breaks otherwise, RuntimeError.
    """
    return read_table(content, name, workbook=lambda packed: _sheets(packed, bounds))


def _sheets(content: bytes, bounds: Bounds) -> dict[str, Sheet]:
    ended = ask(_MODULE, msgspec.msgpack.encode((bounds, content)), bounds)
    match ended.how:
        case "answered":
            return msgspec.msgpack.decode(ended.content, type=dict[str, Sheet])
        case "refused":
            told = msgspec.msgpack.decode(ended.content, type=_Refusal)
            raise DocumentError(told.message, expected=told.expected, found=told.found or None, hint=told.hint,
                                field=told.field, line=told.line)  # fmt: skip
        case "too_much":
            hint = "Save a copy that holds the table alone, or save it as CSV."
            raise DocumentError("the workbook takes too much memory or time to read", hint=hint)
        case _:
            raise RuntimeError(f"the reader of workbooks broke: {ended.told}")


def main() -> None:
    """Read one workbook from standard input, in the child process."""
    bounds, content = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Bounds, bytes])
    bind(bounds)
    try:
        sheets = read_workbook(content)
    except DocumentError as error:
        refuse(
            msgspec.msgpack.encode(
                _Refusal(error.message, error.expected, error.found, error.hint, error.field, error.line)
            )
        )
    sys.stdout.buffer.write(msgspec.msgpack.encode(sheets))


if __name__ == "__main__":
    main()
