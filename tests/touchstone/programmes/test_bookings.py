"""Bookings of a training base: what collides, against a count hour by hour."""

from __future__ import annotations

import datetime as dt
import random

from touchstone.programmes.bookings import Base, Booking, conflicts, shared_use

DAY = dt.date(2026, 6, 1)
BASE = Base(
    id="base",
    keeper="school",
    equipment={"laser": 2, "kiln": 1},
    opens=dt.time(8),
    closes=dt.time(20),
    closed=(DAY.replace(day=2),),
)


def booking(name, begins, ends, *, equipment="laser", pieces=1, party="school", day=DAY):
    first, last = (dt.datetime.combine(day, dt.time(hour)) for hour in (begins, ends))
    return Booking(id=name, party=party, equipment=equipment, pieces=pieces, begins=first, ends=last)


def told(*bookings):
    return [(item.code, item.bookings) for item in conflicts(BASE, bookings)]


def test_as_many_as_there_are_may_be_used_at_once():
    assert told(booking("a", 9, 12), booking("b", 9, 12), booking("k", 9, 12, equipment="kiln")) == []
    assert told(booking("a", 9, 12), booking("b", 10, 12, pieces=2)) == [("too_many", ("a", "b"))]


def test_a_booking_that_begins_when_another_ends_does_not_collide():
    assert told(booking("a", 9, 12, pieces=2), booking("b", 12, 14, pieces=2)) == []


def test_closed_hours_closed_days_and_missing_equipment_are_told():
    night, holiday = booking("n", 7, 9), booking("h", 9, 10, day=DAY.replace(day=2))

    assert told(night, holiday, booking("x", 9, 10, equipment="mill")) == [
        ("closed", ("n",)),
        ("not_there", ("x",)),
        ("closed", ("h",)),
    ]


def test_it_equals_a_count_hour_by_hour_whatever_the_order():
    chance = random.Random(1)
    for _ in range(300):
        items = []
        for number in range(chance.randint(1, 8)):
            begins = chance.randint(8, 18)
            items.append(booking(f"b{number}", begins, chance.randint(begins + 1, 20), pieces=chance.randint(1, 2)))
        crowded = any(sum(i.pieces for i in items if i.begins.hour <= hour < i.ends.hour) > 2 for hour in range(24))

        assert bool(told(*items)) == crowded
        assert told(*items) == told(*items[::-1])


def test_shared_use_is_the_share_of_piece_hours_that_others_have():
    assert shared_use(BASE, [booking("a", 8, 10), booking("b", 8, 9, pieces=2, party="shop")]).as_integer_ratio() == (
        1,
        2,
    )
    assert shared_use(BASE, []) is None
