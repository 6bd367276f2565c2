# SPDX-License-Identifier: Apache-2.0
"""Decoding: the type of the field decides what a text means, and every refusal says what was expected and found."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from tests.touchstone.small_world import framework
from touchstone.standards import Framework
from touchstone.standards.decoding import FieldError, decode
from touchstone.text import LanguageMap

Small = Annotated[int, Meta(ge=0, le=9)]


def refusal(tree, type_):
    with pytest.raises(FieldError) as refused:
        decode(tree, type_)
    return refused.value


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("true", bool, True),
        ("6", int, 6),
        ("-6", int, -6),
        ("0.60", Decimal, Decimal("0.6")),
        ("100", Decimal, Decimal(100)),
        ("2026-06-01", dt.date, dt.date(2026, 6, 1)),
        ("2026-06-01T08:00:00Z", dt.datetime, dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)),
        ("2026-06-01T08:00:00+08:00", dt.datetime, dt.datetime(2026, 6, 1, 0, tzinfo=dt.UTC)),
        ("2026-06-01 08:00:00z", dt.datetime, dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)),
        ("a", Literal["a", "b"], "a"),
        (["1", "2"], tuple[int, ...], (1, 2)),
        (["1", "x"], tuple[int, str], (1, "x")),
        ({"en": "x"}, LanguageMap, {"en": "x"}),
    ],
)
def test_the_type_of_the_field_decides_what_a_text_means(text, type_, value):
    assert decode(text, type_) == value


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("True", bool),
        ("yes", bool),
        ("1", bool),
        ("1.0", int),
        ("01", int),
        ("+1", int),
        ("1_000", int),
        ("٣", int),
        ("9" * 16, int),
        ("1e3", Decimal),
        ("NaN", Decimal),
        ("Infinity", Decimal),
        (".5", Decimal),
        ("1.", Decimal),
        ("1.0000001", Decimal),
        ("1,5", Decimal),
        ("2026-6-1", dt.date),
        ("20260601", dt.date),
        ("2026-W23-1", dt.date),
        ("2026-02-29", dt.date),
        ("0000-01-01", dt.date),
        ("2026-06-01T00:00:00Z", dt.date),
        ("2026-06-01", dt.datetime),
        ("2026-06-01T08:00:00", dt.datetime),
        ("2026-06-01T08:00Z", dt.datetime),
        ("2026-06-01T25:00:00Z", dt.datetime),
        ("0001-01-01T00:00:00+08:00", dt.datetime),
        ("c", Literal["a", "b"]),
        ("10", Small),
        ("-1", Small),
        ([], str),
        ({}, tuple[int, ...]),
        (["1"], tuple[int, str]),
        ({}, LanguageMap),
        ({"EN": "x"}, LanguageMap),
        ({"en": ""}, LanguageMap),
        ({"en\n": "x"}, LanguageMap),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_what_was_expected(text, type_):
    error = refusal(text, type_)

    assert error.expected
    assert error.message == "the value does not fit"


@pytest.mark.parametrize(
    "same", [("0.60", "0.6"), ("1.000", "1"), ("0", "-0"), ("0.0", "0"), ("00.5", "0.5"), ("10", "10.0")]
)
def test_one_number_has_one_value_however_it_is_written(same):
    first, second = (decode(text, Decimal) for text in same)

    assert str(first) == str(second)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_decimal_is_kept_exactly(number):
    assert decode(f"{number:f}", Decimal) == number


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_a_date_is_read_as_it_is_written(day):
    assert decode(day.isoformat(), dt.date) == day


def test_a_refusal_names_the_path_of_the_field():
    tree = {
        **framework("f", "s", "A", "B"),
        "competencies": [{"id": "A", "title": {"en": "a"}}, {"id": "B C", "title": {"en": "b"}}],
    }
    del tree["kind"]

    assert refusal(tree, Framework).path == ("competencies", 1, "id")


def test_an_unknown_field_is_refused_with_the_name_that_was_meant():
    error = refusal({**framework("f", "s", "A"), "competency": []}, Framework)

    assert error.hint == "Did you mean competencies?"
    assert error.path == ("competency",)


def test_a_missing_field_is_named():
    tree = framework("f", "s", "A")
    del tree["level_scale"]

    assert refusal(tree, Framework).message == "the field level_scale is missing"


def test_a_choice_that_is_nearly_right_is_hinted_at():
    assert refusal({**framework("f", "s", "A"), "status": "in-force"}, Framework).hint == "Did you mean in_force?"


def test_two_days_in_the_wrong_order_are_no_period():
    error = refusal({**framework("f", "s", "A"), "valid": {"from": "2026-02-01", "until": "2026-01-31"}}, Framework)

    assert "before it begins" in error.message
    assert error.path == ("valid",)
