# SPDX-License-Identifier: Apache-2.0
"""The shell's only clock, and whose day it is: that of the regions whose people a node serves. The core knows no clock."""

from __future__ import annotations

import datetime as dt

HERE = dt.timezone(dt.timedelta(hours=8))
"""The time of Guangdong, Hong Kong and Macao alike (UTC+8, no summer time): between midnight and eight London is a day behind."""


def now() -> dt.datetime:
    """Return the moment at which something happens (UTC)."""
    return dt.datetime.now(dt.UTC)


def second() -> dt.datetime:
    """Return the same in whole seconds, as documents write it."""
    return now().replace(microsecond=0)


def today() -> dt.date:
    """Return the day on which a reader asks, in the regions."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day that a moment is on in the regions."""
    return moment.astimezone(HERE).date()
