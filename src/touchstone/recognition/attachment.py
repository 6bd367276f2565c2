# SPDX-License-Identifier: Apache-2.0
"""Finding the receipt or the credential that one of our PDFs carries.

No reader of PDF in general: it looks for one embedded JSON file, within bounds.
"""

from __future__ import annotations

import re
import zlib

MOST_RECEIPT = 256 * 1024
_MOST_STREAMS = 64
_EMBEDDED = re.compile(rb"/EmbeddedFile\b")
_LENGTH = re.compile(rb"/Length\s+([0-9]{1,7})\b")
_HEAD = 512
"""Bytes around the mark in which the dictionary of a stream must begin and end."""


def is_pdf(content: bytes) -> bool:
    """Tell whether bytes are a PDF."""
    return content.startswith(b"%PDF-")


def attached_json(pdf: bytes) -> bytes | None:
    """Return the JSON file that is embedded in a PDF as we write it; None where there is none that can be read.

    What another program has rewritten (encrypted, packed anew) is not looked into.
    """
    for count, mark in enumerate(_EMBEDDED.finditer(pdf)):
        if count >= _MOST_STREAMS:
            return None
        content = _stream_at(pdf, mark.start())
        if content is not None and content.lstrip().startswith(b"{"):
            return content
    return None


def _stream_at(pdf: bytes, place: int) -> bytes | None:
    """Return the content of the stream whose dictionary holds ``place``, unfolded to at most 256 KiB."""
    start = pdf.rfind(b"obj", max(0, place - _HEAD), place)
    end = pdf.find(b"stream", place, place + _HEAD)
    if start < 0 or end < 0:
        return None
    head = pdf[start:end]
    length = _LENGTH.search(head)
    if not length:
        return None
    begin = end + len(b"stream")
    begin += 2 if pdf[begin : begin + 2] == b"\r\n" else 1
    raw = pdf[begin : begin + int(length[1])]
    if b"/Filter" not in head:
        return raw[:MOST_RECEIPT]
    return _unfolded(raw) if re.search(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?", head) else None


def _unfolded(raw: bytes) -> bytes | None:
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(raw, MOST_RECEIPT)
    except zlib.error:
        return None
    return content if reader.eof else None
