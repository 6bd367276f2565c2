# SPDX-License-Identifier: Apache-2.0
"""Training bases: what they have, who booked it, and where bookings collide. The shell holds the lock; this only looks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from touchstone.logic import Identifier, Name
from touchstone.value import Value

Pieces = Annotated[int, Meta(ge=1, le=10_000)]


class Base(Value, frozen=True, kw_only=True, tag_field="kind", tag="Base"):
    """A training base: how many of each piece of equipment, its opening hours, the days it is closed, and who keeps it.

    Hours and days are those of its ``zone``, an IANA time zone; without ``closes`` it is open until the day ends.
    """

    id: Identifier
    keeper: Identifier
    equipment: dict[Name, Pieces]
    opens: dt.time = dt.time(0)
    closes: dt.time | None = None
    closed: tuple[dt.date, ...] = ()
    zone: Name = "Asia/Shanghai"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"the zone {self.zone} is not known: give one such as Asia/Hong_Kong") from None
        if self.closes is not None and self.closes <= self.opens:
            raise ValueError(
                f"the base closes at {self.closes}, not after it opens: leave it out for the end of the day"
            )

    def clock(self, moment: dt.datetime) -> dt.datetime:
        """Return a moment as the clock at the base shows it."""
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


class Booking(Value, frozen=True, kw_only=True):
    """Some pieces of one kind of equipment, from a moment until another, which is no longer part of it; both with their offset from UTC."""

    id: Identifier
    party: Identifier
    equipment: Name
    pieces: Pieces = 1
    begins: dt.datetime
    ends: dt.datetime

    def __post_init__(self) -> None:
        if self.begins.tzinfo is None or self.ends.tzinfo is None:
            raise ValueError(
                f"the booking {self.id} has a time without its offset from UTC: write it as 2026-06-01T09:00:00+08:00"
            )
        if self.ends <= self.begins:
            raise ValueError(f"the booking {self.id} ends at {self.ends}, not after it begins")


class Bookings(Value, frozen=True, kw_only=True, tag_field="kind", tag="Bookings"):
    """Bookings of one base, as they stand in a file."""

    base: Identifier
    bookings: tuple[Booking, ...] = ()

    def __post_init__(self) -> None:
        names = [item.id for item in self.bookings]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the booking {twice[0]} stands twice")


class Conflict(Value, frozen=True, kw_only=True):
    """Why bookings cannot all stand: which of them, and for a lack of pieces from when, how many are asked and how many there are."""

    code: Literal["not_there", "closed", "too_many"]
    bookings: tuple[Identifier, ...]
    equipment: Name
    begins: dt.datetime
    asked: int = 0
    there: int = 0


def conflicts(base: Base, bookings: Iterable[Booking]) -> tuple[Conflict, ...]:
    """Return every conflict among bookings of a base, by the time at which it begins; none means that all can stand.

    A booking that ends when another begins does not collide with it.
    """
    given = sorted(bookings, key=lambda item: (item.begins, item.id))
    found = [conflict for item in given if (conflict := _alone(base, item))]
    by_equipment: dict[str, list[Booking]] = defaultdict(list)
    for item in given:
        by_equipment[item.equipment].append(item)
    for name, items in by_equipment.items():
        if name in base.equipment:
            found += _crowded(name, items, base.equipment[name])
    return tuple(sorted(found, key=lambda item: (item.begins, item.equipment, item.code, item.bookings)))


def shared_use(base: Base, bookings: Iterable[Booking]) -> Fraction | None:
    """Return the share of booked piece-hours that goes to others than the keeper; none where nothing is booked."""
    seconds: Mapping[bool, int] = _seconds(base, bookings)
    total = sum(seconds.values())
    return Fraction(seconds[False], total) if total else None


def _seconds(base: Base, bookings: Iterable[Booking]) -> dict[bool, int]:
    seconds = {True: 0, False: 0}
    for item in bookings:
        seconds[item.party == base.keeper] += item.pieces * int((item.ends - item.begins).total_seconds())
    return seconds


def _alone(base: Base, booking: Booking) -> Conflict | None:
    """Find what is wrong with a booking by itself."""
    code: Literal["not_there", "closed"]
    if booking.equipment not in base.equipment:
        code = "not_there"
    elif not _open(base, booking):
        code = "closed"
    else:
        return None
    return Conflict(code=code, bookings=(booking.id,), equipment=booking.equipment, begins=booking.begins)


def _open(base: Base, booking: Booking) -> bool:
    """Tell whether a booking lies within the opening hours of every day that it touches, as the clock at the base shows them."""
    begins, ends = base.clock(booking.begins), base.clock(booking.ends)
    day = begins.date()
    while (midnight := dt.datetime.combine(day, dt.time())) < ends:
        following = midnight + dt.timedelta(days=1)
        closes = dt.datetime.combine(day, base.closes) if base.closes else following
        within = dt.datetime.combine(day, base.opens) <= max(begins, midnight) and min(ends, following) <= closes
        if day in base.closed or not within:
            return False
        day = following.date()
    return True


def _crowded(name: str, bookings: Sequence[Booking], there: int) -> list[Conflict]:
    """Find the stretches in which more pieces are asked than there are, each told once."""
    found: list[Conflict] = []
    for item in bookings:
        together = [other for other in bookings if other.begins <= item.begins < other.ends]
        asked = sum(other.pieces for other in together)
        names = tuple(sorted(other.id for other in together))
        if asked > there and all(set(names) - set(each.bookings) for each in found):
            found.append(
                Conflict(code="too_many", bookings=names, equipment=name, begins=item.begins, asked=asked, there=there)
            )
    return found
