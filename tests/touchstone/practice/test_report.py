"""Verdicts with guard bands, and reports in normal form."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest

from touchstone.practice.reasons import because
from touchstone.practice.report import Limit, Report, digest_of, judge, measured

LIMIT = Limit(value=Decimal("0.60"), unit="mm", bound="at_least")


def verdict(value, u, limit=LIMIT, **more):
    return judge("wall", measured("wall", value, "mm", u=u, method="test"), limit, **more)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (0.63, "pass"),
        (0.62, "pass"),
        (0.61, "indeterminate"),
        (0.60, "indeterminate"),
        (0.58, "indeterminate"),
        (0.57, "fail"),
    ],
)
def test_a_value_passes_or_fails_only_outside_of_the_guard_band(value, status):
    assert verdict(value, 0.01).status == status


def test_a_limit_from_above_turns_the_margin_around():
    found = verdict(0.5, 0.01, Limit(value=Decimal("0.60"), unit="mm", bound="at_most"))

    assert (found.status, found.margin) == ("pass", Decimal("0.1"))


def test_what_is_counted_has_no_guard_band():
    assert verdict(0.60, None).status == "pass"
    assert verdict(0.599999, None).status == "fail"


def test_what_has_no_value_is_not_measurable_and_never_zero():
    found = verdict(float("nan"), 0.01, why=because("open"))

    assert (found.status, found.margin, found.reasons) == ("not_measurable", None, because("open"))


def test_an_unconfirmed_limit_says_so():
    assert verdict(
        0.7, 0.01, Limit(value=Decimal("0.6"), unit="mm", bound="at_least", status="unconfirmed")
    ).rule.endswith("unconfirmed")


def test_another_unit_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="mm"):
        verdict(0.7, 0.01, Limit(value=Decimal(1), unit="g", bound="at_least"))


@pytest.mark.parametrize(
    ("value", "u", "told"),
    [
        (0.5993, 0.00081234, ("0.59930", "0.00082")),
        (123.456, 2.01, ("123.5", "2.1")),
        (-0.0, 0.1, ("0.00", "0.10")),
        (5.0, 0.05, ("5.000", "0.050")),
    ],
)
def test_a_value_is_rounded_to_what_its_uncertainty_carries_which_is_rounded_up(value, u, told):
    found = measured("x", value, "mm", u=u, method="test")

    assert (str(found.value), str(found.u)) == told


def test_a_report_is_named_by_its_content():
    report = Report(artifact=digest_of(b"a"), spec=digest_of(b"b"), evaluator="mesh", version="1")

    assert report.canonical.startswith(b'{"artifact":"sha256:')
    assert report.digest == digest_of(report.canonical)


@pytest.mark.parametrize("value", [1e30, 1.5e300, -1e-300])
def test_a_number_of_any_size_is_rounded(value):
    found = measured("volume", value, "mm3", u=0.001, method="test").value

    assert found == Decimal(repr(value)).quantize(Decimal("0.0001"), context=Context(prec=400))
