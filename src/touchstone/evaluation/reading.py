# SPDX-License-Identifier: Apache-2.0
"""From what was written down to what is known: one value of one indicator, read by its measure, with why it may not count."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from touchstone.errors import DocumentError
from touchstone.evaluation.observations import NOT_APPLICABLE, Assessed, EvaluationData, Observation
from touchstone.evaluation.result import State
from touchstone.standards.calendar import months_later
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.indicator_system import Indicator, IndicatorSystem, Measure


class Reading(NamedTuple):
    """A value (None where it does not count) and why."""

    value: Decimal | None
    state: State


MISSING = Reading(None, "missing")


def read_observations(system: IndicatorSystem, data: EvaluationData) -> list[list[Reading]]:
    """Return a row an organisation, a column a leaf of the tree.

    :raises DocumentError: for a value that its measure cannot hold, or an indicator that the system does not have.
    """
    leaves = system.leaves()
    known = {leaf.id for leaf in leaves}
    for place, organisation in enumerate(data.organisations):
        for name in (*organisation.values, *organisation.votes):
            if name not in known:
                raise DocumentError(
                    "the system has no such indicator", field=f"organisations[{place}].values.{name}",
                    expected=f"an indicator that is measured, such as {leaves[0].id}", found=name,
                )  # fmt: skip
    return [
        [_read(leaf, organisation, data.on, place) for leaf in leaves]
        for place, organisation in enumerate(data.organisations)
    ]


def _read(leaf: Indicator, organisation: Assessed, day: dt.date, place: int) -> Reading:
    given = organisation.values.get(leaf.id)
    if given is None:
        return MISSING
    field = f"organisations[{place}].values.{leaf.id}"
    observed = given if isinstance(given, Observation) else Observation(value=given)
    if observed.on and observed.on > day:
        raise DocumentError(
            "this was taken after the day of the data",
            field=field,
            expected=f"{day} at the latest",
            found=str(observed.on),
        )
    if observed.value == NOT_APPLICABLE:
        _require_may_not_apply(leaf, field)
        read = Reading(None, "not_applicable")
    else:
        read = Reading(_value(leaf, observed.value, field), "known")
    # that an indicator does not apply is always to be shown, and grows as old as any value
    if (leaf.evidence_required or read.state == "not_applicable") and not observed.evidence:
        return Reading(None, "unevidenced")
    if leaf.period_months is None:
        return read
    if observed.on is None:
        return Reading(None, "undated")
    return Reading(None, "stale") if day > months_later(observed.on, leaf.period_months) else read


def _require_may_not_apply(leaf: Indicator, field: str) -> None:
    """Refuse what would take a weight off an organisation because it says so: the system decides of which indicator that may be said."""
    if not leaf.may_not_apply:
        raise DocumentError(
            f"{leaf.id} applies to every organisation", field=field, expected="a value", found=NOT_APPLICABLE,
            hint="Leave it out where it is not known; only the system can say  may_not_apply: true.",
        )  # fmt: skip


def _value(leaf: Indicator, text: str, field: str) -> Decimal:
    measure = leaf.measure
    assert measure is not None, "a leaf has a measure"
    if measure.type == "boolean":
        if text in ("true", "false"):
            return Decimal(text == "true")
        raise DocumentError("the value does not fit", field=field, expected="true or false", found=text)
    if measure.type == "graded":
        return _grade(measure, text, field)
    try:
        value = decode(text, Decimal)
    except FieldError as error:
        raise DocumentError(error.message, field=field, expected=error.expected, found=text) from None
    _require_possible(measure, value, field)
    return value


def _require_possible(measure: Measure, value: Decimal, field: str) -> None:
    least, most = measure.possible_from, measure.possible_until
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = [f"{word} {bound}" for word, bound in (("at least", least), ("at most", most)) if bound is not None]
        unit = f" {measure.unit}" if measure.unit else ""
        raise DocumentError(
            "no such value is possible", field=field, expected=f"{' and '.join(bounds)}{unit}", found=f"{value}{unit}"
        )


def _grade(measure: Measure, text: str, field: str) -> Decimal:
    for grade in measure.grades:
        if grade.code == text:
            return grade.score
    expected = "one of " + ", ".join(grade.code for grade in measure.grades)
    raise DocumentError("the value does not fit", field=field, expected=expected, found=text)
