# SPDX-License-Identifier: Apache-2.0
"""The files of a zip that a stranger hands in, read within bounds: its directory is looked at before anything is unpacked, and what is
unpacked is counted as it comes, whatever the directory says. All of it in a child process (:mod:`touchstone.apart`).
"""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Iterator

import msgspec

from touchstone.apart import Bounds, ask, bind, refuse
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.errors import CannotError

MOST_FILES = 300
MOST_UNPACKED = 16 * 1024 * 1024
MOST_RATIO = 100
BOUNDS = Bounds(memory=256 * 1024 * 1024, seconds=2, clock=20)
_MODULE = "touchstone_server.credentials.archive"
_FREE = 64 * 1024  # small files may be packed as tightly as they like
_MOST_DIRECTORY = 128 * 1024
_END = b"PK\x05\x06"
_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, LookupError
)  # fmt: skip


class ArchiveError(CannotError):
    """A zip is not read; ``code`` says why: ``damaged``, ``files``, ``packed`` or ``large``."""


def is_archive(content: bytes) -> bool:
    """Tell whether bytes are a zip; a workbook is one, too."""
    return content[:4] in (b"PK\x03\x04", _END)  # one that is empty begins with its end


def files_of(content: bytes) -> list[tuple[str, bytes]]:
    """Return the files of a zip with their names, in its order.

    :raises ArchiveError: it is damaged, or beyond a bound. When the child breaks otherwise, RuntimeError.
    """
    ended = ask(_MODULE, content, BOUNDS)
    match ended.how:
        case "answered":
            return msgspec.msgpack.decode(ended.content, type=list[tuple[str, bytes]])
        case "refused":
            raise ArchiveError(ended.content.decode())
        case "too_much":
            raise ArchiveError("large")
        case _:
            raise RuntimeError(f"the reader of zips broke: {ended.told}")


def main() -> None:
    """Read one zip from standard input, in the child process."""
    content = sys.stdin.buffer.read()
    bind(BOUNDS)
    try:
        files = list(_unpacked(content))
    except ArchiveError as error:
        refuse(error.code.encode())
    sys.stdout.buffer.write(msgspec.msgpack.encode(files))


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    _refuse_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = list(_certificates(archive.infolist()))
            if len(parts) > MOST_FILES:
                raise ArchiveError("files")
            if sum(part.compress_size for part in archive.infolist()) > len(content):
                raise ArchiveError("damaged")  # parts that overlap
            left = MOST_UNPACKED
            for part in parts:
                unpacked = _read(archive, part)
                left -= len(unpacked)
                if left < 0:
                    raise ArchiveError("large")
                yield part.filename, unpacked
    except _FAULTS:
        raise ArchiveError("damaged") from None


def _refuse_directory(content: bytes) -> None:
    """Look at the end of the zip before anybody builds a list from it."""
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if end < 0 or len(content) < end + 22:
        raise ArchiveError("damaged")
    parts = int.from_bytes(content[end + 10 : end + 12], "little")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    if parts > 2 * MOST_FILES or size > _MOST_DIRECTORY:
        raise ArchiveError("files")


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError("packed")
    most = MOST_BYTES if part.compress_size * MOST_RATIO > MOST_BYTES else max(_FREE, part.compress_size * MOST_RATIO)
    with archive.open(part) as file:
        unpacked = file.read(most + 1)
    if len(unpacked) > most:
        raise ArchiveError("large")
    return unpacked


def _certificates(parts: list[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    """Yield what may be a certificate: no tables, and of a paper beside the file of the same name, as a desk packs them, the file alone."""
    names = {part.filename for part in parts}
    for part in parts:
        stem, _, ending = part.filename.rpartition(".")
        is_twin = ending.lower() == "pdf" and f"{stem}.json" in names
        if not (part.is_dir() or _is_of_the_system(part.filename) or is_twin or ending.lower() in ("csv", "xlsx")):
            yield part


def _is_of_the_system(name: str) -> bool:
    """Tell whether a file is one that computers put beside those of people."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


if __name__ == "__main__":
    main()
