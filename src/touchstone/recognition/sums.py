# SPDX-License-Identifier: Apache-2.0
"""What adds up over credentials: months of experience and hours of training (recognition-algorithm 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from touchstone.logic import Truth
from touchstone.standards.calendar import months_later

DAY = dt.timedelta(days=1)
Span = tuple[dt.date, dt.date]


class Sum:
    """An amount of which a part is certain and a part only possible; ``unbounded`` when nobody can say how much more."""

    def __init__(self, certain: Decimal | int, possible: Decimal | int, *, unbounded: bool = False) -> None:
        self.certain, self.possible, self.unbounded = certain, possible, unbounded

    def reaches(self, bound: Decimal | int) -> Truth:
        """Tell whether the amount is at least ``bound``."""
        if self.certain >= bound:
            return Truth.TRUE
        return Truth.UNKNOWN if self.unbounded or self.possible >= bound else Truth.FALSE


def sum_months(spans: Iterable[tuple[Truth, Span | None]]) -> Sum:
    """Add up periods of practice, each with the truth that it counts; a period of unknown length is None."""
    known = [(truth, span) for truth, span in spans if truth is not Truth.FALSE]
    certain = _months([span for truth, span in known if truth is Truth.TRUE and span])
    possible = _months([span for _, span in known if span])
    return Sum(certain, possible, unbounded=any(span is None for _, span in known))


def sum_hours(hours: Iterable[tuple[Truth, Decimal | None]]) -> Sum:
    """Add up hours of training, each with the truth that they count; an unknown number is None."""
    known = [(truth, amount) for truth, amount in hours if truth is not Truth.FALSE]
    certain = sum((amount for truth, amount in known if truth is Truth.TRUE and amount), Decimal(0))
    possible = sum((amount for _, amount in known if amount), Decimal(0))
    return Sum(certain, possible, unbounded=any(amount is None for _, amount in known))


def _months(spans: list[Span]) -> int:
    return sum(whole_months(first, last) for first, last in stretches(spans))


def stretches(spans: Iterable[Span]) -> list[Span]:
    """Join periods that overlap or adjoin."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def whole_months(first: dt.date, last: dt.date) -> int:
    """Return the whole months of a stretch, both ends included: 31 January to 27 February is one (28 February would begin the next)."""
    end = last + DAY
    months = (end.year - first.year) * 12 + end.month - first.month
    return months if months_later(first, months) <= end else months - 1
