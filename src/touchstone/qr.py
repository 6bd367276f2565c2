# SPDX-License-Identifier: Apache-2.0
"""QR codes (ISO/IEC 18004) as SVG and PNG: black on white, error correction level M, a quiet zone of four modules.

What we print is an address in capitals: scheme and host are read without regard to case, and the rest is upper-case letters and
digits by design. A symbol in the alphanumeric mode holds such a text in 5.5 bits a character instead of 8, so it is smaller and read
from further away.
"""

from __future__ import annotations

import re
import struct
import zlib
from html import escape
from itertools import groupby
from typing import Any

from touchstone.errors import InputError

QUIET_ZONE = 4
"""Modules of white around a symbol (ISO/IEC 18004, 9.1)."""
MOST_VERSION = 25
"""The largest symbol that we print: 117 modules, which a phone still reads from paper at half a millimetre each."""
_LONGEST = 2_000
_TOKEN = re.compile(r"[0-9A-Z]+")
_HOST = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.IGNORECASE)

Matrix = tuple[tuple[bool, ...], ...]


def qr_address(origin: str, *parts: str) -> str:
    """Return an address as it is printed: all of it in the characters of the alphanumeric mode (ISO/IEC 18004, table 5).

    Only the brackets of an IPv6 address are not among them; its symbol is larger.

    :param origin: scheme and host, with a port if need be, for example ``https://node.example``.
    :param parts: what follows, each of upper-case letters and digits only.
    :raises InputError: when a part holds anything else.
    """
    if not _HOST.fullmatch(origin):
        raise InputError("the address of the node cannot stand in a QR code", expected="scheme and host", found=origin)
    for part in parts:
        if not _TOKEN.fullmatch(part):
            raise InputError(
                "a part of the address cannot stand in a QR code",
                expected="upper-case letters and digits",
                found=part,
            )
    return "/".join((origin.upper(), *parts))


def qr_matrix(payload: str) -> Matrix:
    """Return the modules of a symbol, row by row, dark ones as True, without the quiet zone.

    :raises InputError: for a payload that is empty, or too long for a symbol of version 25.
    """
    if not payload:
        raise InputError("there is nothing to put into a QR code")
    if len(payload) > _LONGEST:
        raise _too_long(payload)
    import zxingcpp

    try:
        code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError:
        raise _too_long(payload) from None
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(image).tolist()
    if len(rows) > 17 + 4 * MOST_VERSION:
        raise _too_long(payload)
    return tuple(tuple(value == 0 for value in row) for row in rows)


def qr_svg(payload: str, title: str = "") -> str:
    """Return a symbol as SVG: one path on a white ground, whatever the page around it looks like.

    :param title: what the symbol is, in the reader's language; without one it is marked as decoration.
    :raises InputError: as :func:`qr_matrix`.
    """
    matrix = qr_matrix(payload)
    size = len(matrix) + 2 * QUIET_ZONE
    named = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
        f' shape-rendering="crispEdges" {named}><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="none" stroke="#000" d="{_strokes(matrix)}"/></svg>'
    )


def qr_png(payload: str, scale: int = 8) -> bytes:
    """Return a symbol as PNG (one bit a pixel).

    :param scale: pixels of a module, from 1 to 64.
    :raises InputError: as :func:`qr_matrix`, or for another scale.
    """
    if not 1 <= scale <= 64:
        raise InputError("a module cannot be that many pixels wide", expected="from 1 to 64", found=scale)
    matrix = qr_matrix(payload)
    width = (len(matrix) + 2 * QUIET_ZONE) * scale
    blank = _packed([False] * width)
    lines = [blank] * (QUIET_ZONE * scale)
    for row in matrix:
        margin = [False] * (QUIET_ZONE * scale)
        lines += [_packed([*margin, *(module for module in row for _ in range(scale)), *margin])] * scale
    lines += [blank] * (QUIET_ZONE * scale)
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    content = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")


def _strokes(matrix: Matrix) -> str:
    """Return the dark modules as horizontal strokes of width 1: half as long as rectangles."""
    parts: list[str] = []
    for number, row in enumerate(matrix):
        parts.append(f"M{QUIET_ZONE} {QUIET_ZONE + number}.5")
        for dark, run in groupby(row):
            length = len(list(run))
            parts.append(f"h{length}" if dark else f"m{length} 0")
    return "".join(parts)


def _packed(pixels: list[bool]) -> bytes:
    """Return one line of a PNG: no filter, eight pixels a byte, white as 1."""
    bits = "".join("0" if dark else "1" for dark in pixels)
    whole = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return b"\0" + int(whole, 2).to_bytes(len(whole) // 8, "big")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _too_long(payload: str) -> InputError:
    return InputError(
        "the text is too long for a QR code that a phone reads from paper",
        expected=f"what fits a symbol of version {MOST_VERSION} at level M",
        found=f"{len(payload)} characters",
        hint="Put the digest and an address into it, and hand over the file beside it.",
    )
