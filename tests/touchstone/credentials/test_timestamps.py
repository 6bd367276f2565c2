# SPDX-License-Identifier: Apache-2.0
"""Moments as the standards write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.credentials.timestamps import read_time, write_time

MOMENT = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-06-01T08:00:00Z", "2026-06-01T16:00:00+08:00", "2026-06-01T08:00:00.000Z", "2026-06-01T07:30:00-00:30"],
)
def test_one_moment_may_be_written_in_several_ways(text):
    assert read_time(text) == MOMENT


@pytest.mark.parametrize("sign", ["+", "-"])
def test_no_time_zone_is_further_away_than_fourteen_hours(sign):
    assert read_time(f"2026-06-01T08:00:00{sign}14:00") is not None
    assert read_time(f"2026-06-01T08:00:00{sign}13:59") is not None
    assert read_time(f"2026-06-01T08:00:00{sign}14:01") is None
    assert read_time(f"2026-06-01T08:00:00{sign}14:30") is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T08:00:00",
        "2026-06-01",
        "2026-06-01 08:00:00Z",
        "2026-06-31T08:00:00Z",
        "2026-06-01T24:00:00Z",
        "2026-06-01T08:00:60Z",
        "2026-06-01T08:00:00+15:00",
        "٢026-06-01T08:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "2026-06-01T08:00:00Z ",
        "",
        None,
        20260601,
    ],
)
def test_what_is_no_moment_is_none(text):
    assert read_time(text) is None


def test_a_fraction_is_kept_to_the_microsecond():
    assert read_time("2026-06-01T08:00:00.1234567Z") == MOMENT + timedelta(microseconds=123456)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_what_is_written_is_read_as_the_same_moment_to_the_second(day, minutes):
    moment = day.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert read_time(write_time(moment)) == moment.replace(microsecond=0)


def test_a_moment_without_a_time_zone_is_not_written():
    with pytest.raises(ValueError, match="time zone"):
        write_time(datetime(2026, 6, 1))
