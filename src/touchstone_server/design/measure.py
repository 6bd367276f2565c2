# SPDX-License-Identifier: Apache-2.0
"""How wide a text is, near enough to break it before it overflows: a picture made on a server cannot ask the browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_NARROW = frozenset("iIjlt.,:;!|'()[]{}fr-·’")
_WIDE = frozenset("mwMW@%—–")
_SAFETY = 1.06
"""System fonts differ by some hundredths: measure for the widest of the usual ones."""
_NO_LINE_START = frozenset("，。、：；？！）」』】》〉”’…·/%)]}")
_NO_LINE_END = frozenset("（「『【《〈“‘([{")


def text_width(text: str, size: float) -> float:
    """Return the width of a text in the units of ``size``."""
    return sum(map(_ems, text)) * size * _SAFETY


def widest_piece(text: str, size: float) -> float:
    """Return the width of the widest part of a text that :func:`wrap` breaks only where it must: a word, a Han character."""
    return max((text_width(piece.rstrip(), size) for piece in _pieces(text)), default=0.0)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines of at most ``width``: Latin words at spaces, Han anywhere that punctuation allows."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if not line or text_width((line + piece).rstrip(), size) <= width:
            line += piece
        else:
            lines.append(line)
            line = piece
        while text_width(line.rstrip(), size) > width and len(line) > 1:
            head = _fitting(line, width, size)
            lines.append(head)
            line = line[len(head) :]
    return [part.strip() for part in (*lines, line) if part.strip()]


def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character == " ":
        return 0.3
    if character in _NARROW:
        return 0.36
    if character in _WIDE:
        return 0.9
    return 0.68 if character.isupper() else 0.57


def _pieces(text: str) -> Iterator[str]:
    """Yield what may not be broken: a word with its space, a Han character with the punctuation that clings to it."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _NO_LINE_START or before in _NO_LINE_END or after == " ":
        return False
    if before in " -":
        return True
    return _is_han(before) or _is_han(after) or before in _NO_LINE_START


def _is_han(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"


def _fitting(line: str, width: float, size: float) -> str:
    """Return as much of one overlong word as fits: at least one character."""
    end = 1
    while end < len(line) and text_width(line[: end + 1], size) <= width:
        end += 1
    return line[:end]
