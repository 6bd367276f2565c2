# SPDX-License-Identifier: Apache-2.0
"""The zip archive of a 3MF, looked at before anything is unpacked, and its XML parts, parsed as a stream within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from touchstone.errors import ModelError
from touchstone.practice.model3d.limits import Limits

_END, _END_OF_64 = b"PK\x05\x06", b"PK\x06\x07"
_MOST_PARTS = 500
_LARGEST_DIRECTORY = 128 * 1024
_FREE = 64 * 1024  # small parts may be packed as tightly as they like
_STEP = 1 << 16
_LONGEST_TAG = 64 * 1024
_DEEPEST = 32
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

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Archive:
    """The parts of a 3MF by their names in small letters, without the first slash."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {part.filename.casefold(): part for part in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    def parse(self, name: str, start: Start, end: End | None = None) -> None:
        """Parse a part; prefixes of names are dropped.

        :raises ModelError: ``part_missing``, ``xml``, ``dtd``, ``xml_depth`` or ``archive_damaged``.
        """
        if _key(name) not in self._parts:
            raise ModelError("part_missing", "a part of the 3MF is missing", found=name)
        parser = expat.ParserCreate()
        depth = 0

        def started(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise ModelError("xml_depth", "the 3MF nests too deeply", expected=f"at most {_DEEPEST} levels")
            start(tag.rpartition(":")[2], attributes)

        def ended(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end:
                end(tag.rpartition(":")[2])

        parser.StartElementHandler, parser.EndElementHandler = started, ended
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_doctype
        try:
            self._feed(parser, name)
        except expat.ExpatError as error:
            raise ModelError("xml", f"the 3MF is damaged ({error})", field=name, hint="Export it again.") from None

    def _feed(self, parser: expat.XMLParserType, name: str) -> None:
        fed = 0
        with self._archive.open(self._parts[_key(name)]) as stream:
            while chunk := stream.read(_STEP):
                fed += len(chunk)
                parser.Parse(chunk, False)
                if fed - parser.CurrentByteIndex > _LONGEST_TAG + _STEP:
                    raise ModelError("xml", "a tag in the 3MF is too long", field=name)
            parser.Parse(b"", True)


def _key(name: str) -> str:
    return name.lstrip("/").casefold()


def _refuse_doctype(*_: object) -> None:
    raise ModelError("dtd", "the 3MF declares a document type, which may read other files", hint="Export it again.")


@contextmanager
def opened(content: bytes, limits: Limits) -> Iterator[Archive]:
    """Open a 3MF after a look at its directory.

    :raises ModelError: ``archive_damaged``, ``archive_bomb``, ``archive_unsafe`` or ``archive_encrypted``.
    """
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if content[:4] != b"PK\x03\x04" or end < 0 or len(content) < end + 22:
        raise ModelError("archive_damaged", "the 3MF is no whole archive", hint="Export it again, or upload it again.")
    count, size = (int.from_bytes(content[end + low : end + high], "little") for low, high in ((10, 12), (12, 16)))
    if count > _MOST_PARTS or size > _LARGEST_DIRECTORY or content.rfind(_END_OF_64) >= 0:
        raise ModelError("archive_bomb", "the 3MF has too many parts", expected=f"at most {_MOST_PARTS}", found=count)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_parts(archive.infolist(), len(content), limits)
            yield Archive(archive)
    except _FAULTS as error:
        raise ModelError("archive_damaged", f"the 3MF is damaged ({error})", hint="Export it again.") from None


def _refuse_parts(parts: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    names: set[str] = set()
    for part in parts:
        name = part.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise ModelError("archive_unsafe", "the 3MF has a part that leaves its folder", found=name)
        if name.casefold() in names:
            raise ModelError("archive_unsafe", "the 3MF has two parts of one name", found=name)
        names.add(name.casefold())
        if part.flag_bits & 1:
            raise ModelError("archive_encrypted", "the 3MF is encrypted", hint="Export it without a password.")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ModelError("archive_unsafe", "the 3MF is packed in a way that is not read", found=name)
        if part.file_size > _FREE and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise ModelError("archive_bomb", "a part of the 3MF is packed too tightly",
                             expected=f"at most {limits.ratio} to 1", found=part.file_size)  # fmt: skip
    inflated = sum(part.file_size for part in parts)
    if inflated > limits.inflated or sum(part.compress_size for part in parts) > size:
        raise ModelError("archive_bomb", "the 3MF unpacks to too much", expected=f"at most {limits.inflated} bytes",
                         found=inflated)  # fmt: skip
