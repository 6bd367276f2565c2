"""Bookings of a training base: what collides, against a count hour by hour."""

from __future__ import annotations

import datetime as dt
import random

import msgspec
import pytest

from touchstone.errors import DocumentError
from touchstone.programmes.bookings import Base, Booking, conflicts, shared_use
from touchstone.standards.decoding import decode

DAY = dt.date(2026, 6, 1)
ZONE = dt.timezone(dt.timedelta(hours=8))
BASE = Base(
    id="base",
    keeper="school",
    equipment={"laser": 2, "kiln": 1},
    opens=dt.time(8),
    closes=dt.time(20),
    closed=(DAY.replace(day=2),),
)


def booking(name, begins, ends, *, equipment="laser", pieces=1, party="school", day=DAY):
    first, last = (dt.datetime.combine(day, dt.time(hour), ZONE) for hour in (begins, ends))
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


def moments(*texts):
    begins, ends = map(dt.datetime.fromisoformat, texts)
    return Booking(id="b", party="p", equipment="laser", begins=begins, ends=ends)


def test_the_hours_are_those_of_the_clock_at_the_base():
    open_at_nine, at_five = (
        moments("2026-06-01T01:00Z", "2026-06-01T02:00Z"),
        moments("2026-05-31T21:00Z", "2026-05-31T22:00Z"),
    )

    assert told(open_at_nine) == []
    assert told(at_five) == [("closed", ("b",))]
    berlin = msgspec.structs.replace(BASE, zone="Europe/Berlin")
    assert [item.code for item in conflicts(berlin, [open_at_nine])] == ["closed"]


def test_who_books_to_midnight_or_overnight_may_where_the_base_never_closes():
    always = Base(id="base", keeper="school", equipment={"laser": 1}, closed=(DAY.replace(day=4),))
    until, over, into = (
        moments(begins, ends)
        for begins, ends in (
            ("2026-06-01T22:00+08:00", "2026-06-02T00:00+08:00"),
            ("2026-06-01T22:00+08:00", "2026-06-02T06:00+08:00"),
            ("2026-06-03T22:00+08:00", "2026-06-04T06:00+08:00"),
        )
    )

    assert [len(conflicts(always, [each])) for each in (until, over, into)] == [0, 0, 1]
    assert told(over) == [("closed", ("b",))]
    assert conflicts(msgspec.structs.replace(always, opens=dt.time(8)), [until]) == ()


def test_a_time_without_its_offset_is_refused_in_a_sentence():
    tree = {
        "id": "b",
        "party": "p",
        "equipment": "laser",
        "begins": "2026-06-01T09:00:00",
        "ends": "2026-06-01T10:00:00+08:00",
    }
    with pytest.raises(DocumentError, match="expected a time such as 2026-11-24T08:00:00Z"):
        decode(tree, Booking)
    with pytest.raises(ValueError, match="the booking b has a time without its offset from UTC"):
        moments("2026-06-01T09:00", "2026-06-01T10:00")


def test_a_base_is_read_with_its_hours():
    tree = {"kind": "Base", "id": "base", "keeper": "school", "equipment": {"laser": "2"}, "opens": "08:30"}

    assert decode(tree, Base).opens == dt.time(8, 30)
    with pytest.raises(DocumentError, match="expected a time of day such as 08:30, found '8'"):
        decode({**tree, "opens": "8"}, Base)


def test_a_zone_that_nobody_knows_and_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(ValueError, match="the zone Asia/Shenzhen is not known: give one such as Asia/Hong_Kong"):
        msgspec.structs.replace(BASE, zone="Asia/Shenzhen")
    with pytest.raises(ValueError, match="the base closes at 07:00:00, not after it opens"):
        msgspec.structs.replace(BASE, closes=dt.time(7))


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
