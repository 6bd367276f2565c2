# SPDX-License-Identifier: Apache-2.0
"""Calendar months, counted the way the page counts them (3.3, 6.1)."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day, months):
    """The same day some months later, clamped to that month's end (3.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(first, last):
    """The largest n with first + n months no later than the day after last (6.1)."""
    months = 0
    while add_months(first, months + 1) <= last + timedelta(days=1):
        months += 1
    return months


def stretches(periods):
    """Join overlapping and adjoining periods, both ends included (6.1)."""
    joined = []
    for first, last in sorted(periods):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def months_in(periods):
    """The whole months of each stretch, added up (6.1)."""
    return sum(whole_months(first, last) for first, last in stretches(periods))
