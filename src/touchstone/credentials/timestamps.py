# SPDX-License-Identifier: Apache-2.0
"""The moments that proofs, keys and credentials carry: XML Schema dateTimeStamps (XMLSCHEMA11-2, 3.4.28), always with a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from touchstone.errors import CredentialError

_DATE_TIME_STAMP = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?P<fraction>\d{1,9}))?"
    r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",  # no zone is further away than 14 hours (XMLSCHEMA11-2, 3.3.7.2)
    re.ASCII,
)

_LONGEST = len("2026-06-01T08:00:00.123456789+08:00")


def read_time(value: object) -> datetime | None:
    """Return the moment that a text names, in UTC; None where it is no dateTimeStamp, or names a day that there is not.

    Fractions of a second are read to the microsecond. Years outside 1 to 9999 and the leap second are not read.
    """
    return _moment(value) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(1024)
def _moment(text: str) -> datetime | None:
    found = _DATE_TIME_STAMP.fullmatch(text)
    if found is None:
        return None
    if fraction := found["fraction"]:
        text = text.replace(f".{fraction}", f".{fraction[:6]:0<6}")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def in_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC, where every day of a registry and every date of a sentence is counted.

    :raises CredentialError: ``moment_unclear``: it has no time zone, so that nobody could tell when it is, or none that reaches UTC.
    """
    expected = "a moment with its time zone, such as 2026-06-01T08:00:00Z"
    if moment.utcoffset() is None:
        raise CredentialError("moment_unclear", "the moment has no time zone", expected=expected, found=moment)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise CredentialError(
            "moment_unclear", "the moment is no day in UTC", expected=expected, found=moment
        ) from None


def write_time(moment: datetime) -> str:
    """Write a moment in UTC to the second, ``2026-06-01T08:00:00Z``.

    :raises ValueError: the moment has no time zone, so that nobody could tell when it was.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
