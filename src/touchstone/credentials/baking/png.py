# SPDX-License-Identifier: Apache-2.0
"""PNG: one uncompressed ``iTXt`` chunk with the keyword ``openbadgecredential`` (Open Badges 3.0, 5.3.1; PNG, third
edition, 11.3.3.4).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from touchstone.errors import CredentialError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
MAX_CHUNKS = 5_000

_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_PREFIX = KEYWORD + b"\0"
_UNCOMPRESSED = b"\0\0"


def is_png(content: bytes) -> bool:
    """Tell whether these bytes begin as a PNG does."""
    return content.startswith(SIGNATURE)


def bake(image: bytes, credential: bytes) -> bytes:
    """Return the PNG with the credential in a chunk before its end.

    :raises CredentialError: ``bake_twice``, or as :func:`unbake`.
    """
    end = len(SIGNATURE)
    for name, data, start in _chunks(image):
        if _is_baked(name, data):
            raise CredentialError(
                "bake_twice", "the picture carries a credential already", hint="Take the bare picture."
            )
        end = start
    chunk = b"iTXt" + _PREFIX + _UNCOMPRESSED + b"\0\0" + credential
    baked = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return image[:end] + baked + image[end:]


def unbake(image: bytes) -> bytes:
    """Return the credential of a PNG.

    :raises CredentialError: ``bake_missing``, ``bake_twice``, ``bake_malformed``, ``png_truncated``, ``png_crc``,
        ``png_malformed``.
    """
    found = [(name, data) for name, data, _ in _chunks(image) if _is_baked(name, data)]
    if not found:
        raise CredentialError(
            "bake_missing", "the picture carries no credential",
            hint="Chats, mails and screenshots take it out: ask for the file as its issuer handed it over.",
        )  # fmt: skip
    if len(found) > 1:
        raise CredentialError("bake_twice", "the picture carries more than one credential")
    name, data = found[0]
    if name != b"iTXt" or data[len(_PREFIX) : len(_PREFIX) + 2] != _UNCOMPRESSED:
        raise _malformed("the credential does not stand in an uncompressed iTXt chunk")
    _language, separator, rest = bytes(data[len(_PREFIX) + 2 :]).partition(b"\0")
    _translated, second, text = rest.partition(b"\0")
    if not separator or not second:
        raise _malformed("the iTXt chunk of the credential is incomplete")
    return text


def _is_baked(name: bytes, data: memoryview) -> bool:
    return name in _TEXT_CHUNKS and data[: len(_PREFIX)] == _PREFIX


def _malformed(message: str) -> CredentialError:
    return CredentialError("bake_malformed", message)


def _chunks(image: bytes) -> Iterator[tuple[bytes, memoryview, int]]:
    """Walk the chunks: name, data, and where each begins. A length is believed only as far as its bytes are there."""
    view, place = memoryview(image), len(SIGNATURE)
    for number in range(MAX_CHUNKS):
        if len(image) < place + 12:
            raise CredentialError(
                "png_truncated", "the PNG ends before its end", found=f"{len(image)} bytes",
                hint="It was cut on the way: take the file itself, not a copy out of a chat or a mail.",
            )  # fmt: skip
        length, name = struct.unpack_from(">I4s", view, place)
        if not (name.isalpha() and name.isascii()) or (number == 0) != (name == b"IHDR"):
            raise CredentialError("png_malformed", "the PNG is not a sequence of chunks that begins with IHDR")
        if length > len(image) - place - 12:
            raise CredentialError(
                "png_truncated", "a chunk of the PNG is longer than the file", found=f"{length} bytes"
            )
        data = view[place + 8 : place + 8 + length]
        if zlib.crc32(view[place + 4 : place + 8 + length]) != struct.unpack_from(">I", view, place + 8 + length)[0]:
            raise CredentialError("png_crc", "a chunk of the PNG is damaged", found=name.decode("ascii"))
        yield name, data, place
        place += 12 + length
        if name == b"IEND":
            if place != len(image):
                raise CredentialError("png_malformed", "the PNG goes on behind its end")
            return
    raise CredentialError("png_malformed", "the PNG has too many chunks", expected=f"at most {MAX_CHUNKS}")
