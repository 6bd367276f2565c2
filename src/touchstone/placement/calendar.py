# SPDX-License-Identifier: Apache-2.0
"""Ages and spans in whole years, days and months, as the rules count them."""

from __future__ import annotations

import datetime as dt

from touchstone.recognition.sums import whole_months


def age_on(born: dt.date, day: dt.date) -> int:
    """Return the whole years completed on ``day``; the birthday counts, and 29 February is kept on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def days_from(first: dt.date, last: dt.date) -> int:
    """Return the days of a span, both ends included; none where it ends before it begins."""
    return max(0, (last - first).days + 1)


def months_from(first: dt.date, last: dt.date) -> int:
    """Return the whole months of a span, both ends included, counted as practice is; none where it ends before it begins."""
    return whole_months(first, last) if first <= last else 0
