# SPDX-License-Identifier: Apache-2.0
"""Numbers and days as workbooks keep them: doubles, and days counted from an origin (ECMA-376, 18.17.4)."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal

_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?", re.ASCII)
_MOST_DIGITS = 15
_LAST_DAY = 2_958_465


def plain_number(text: str) -> str:
    """Return a number as people write it: ``0.1`` for ``0.10000000000000001``, ``1500`` for ``1.5E3``.

    :raises ValueError: when it is none.
    """
    if not text or (len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit()):
        return text
    if _PLAIN.fullmatch(text) and sum(map(str.isdigit, text)) <= _MOST_DIGITS:
        return text
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number that is not finite")
    return f"{Decimal(f'{number:.15g}'):f}"


def is_plain(text: str) -> bool:
    """Tell whether a workbook gives this number back as it was written."""
    return bool(_PLAIN.fullmatch(text)) and sum(map(str.isdigit, text)) <= _MOST_DIGITS


def day_of(number: str, *, from_1904: bool) -> dt.date | None:
    """Return the day that a workbook counts, or None when the text is no such count."""
    if not re.fullmatch(r"[0-9]{1,7}", number, re.ASCII) or not 60 < int(number) <= _LAST_DAY:
        return None
    origin = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
    try:
        return origin + dt.timedelta(days=int(number))
    except OverflowError:
        return None


def iso_day(text: str, *, from_1904: bool) -> str:
    """Return a day as ``2026-06-01``, however a table writes it (``2026年6月1日``, ``2026/6/1``, a count of days); else the text."""
    if day := day_of(text, from_1904=from_1904):
        return day.isoformat()
    written = _DAY.fullmatch(text)
    return f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}" if written else text
