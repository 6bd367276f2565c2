# SPDX-License-Identifier: Apache-2.0
"""Scores from 0 to 1 by the measure of each indicator, whatever its unit; and the table that all methods work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.errors import DocumentError
from touchstone.evaluation.conditions import conditions_of, is_struck
from touchstone.evaluation.observations import EvaluationData
from touchstone.evaluation.reading import Reading, read_observations
from touchstone.evaluation.result import Condition
from touchstone.evaluation.weights import least, minmax, most
from touchstone.standards.indicator_system import Conventions, Indicator, IndicatorSystem, Measure

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Table(NamedTuple):
    """Organisations in rows, scored leaves in columns.

    :ivar values: as observed; NaN where nothing counts.
    :ivar scores: 0 to 1; NaN where nothing counts, 0 where the policy of the indicator says ``worst``.
    :ivar open: where a value is missing and the policy leaves it unknown: the total lies between two bounds.
    :ivar costs: which columns are costs.
    :ivar readings: every leaf, gates and vetoes too, in the order of ``system.leaves()``.
    :ivar conditions: the gates and vetoes of each organisation.
    :ivar counted: whose values set scales, ideals and weights from data: those whom no veto and no failed gate strikes, so that a
        figure made up by who is struck moves nobody else's. Where all are struck, all.
    """

    system: IndicatorSystem
    data: EvaluationData
    conventions: Conventions
    leaves: tuple[Indicator, ...]
    values: Matrix
    scores: Matrix
    open: Flags
    costs: Flags
    readings: list[list[Reading]]
    conditions: tuple[tuple[Condition, ...], ...]
    counted: Flags


def table_of(system: IndicatorSystem, data: EvaluationData, conventions: Conventions | None = None) -> Table:
    """Read and score all observations.

    :raises DocumentError: for a value that does not fit, another system's data, or an indicator without the anchors that its scaling needs.
    """
    if data.system != system.id:
        raise DocumentError("the data is of another system", field="system", expected=system.id, found=data.system)
    said = conventions or system.conventions
    readings = read_observations(system, data)
    everything = system.leaves()
    places = [place for place, leaf in enumerate(everything) if leaf.role == "scored"]
    leaves = tuple(everything[place] for place in places)
    if not leaves:
        raise DocumentError("the system has no scored indicator", field="indicators")
    values = np.array([[_number(row[place]) for place in places] for row in readings])
    costs = np.array([leaf.measure is not None and leaf.measure.type == "cost" for leaf in leaves])
    conditions = tuple(conditions_of(everything, row) for row in readings)
    stands = np.array([not is_struck(each) for each in conditions])
    counted = stands if stands.any() else np.ones_like(stands)
    scores = np.column_stack([_scored(leaf, values[:, place], counted, said) for place, leaf in enumerate(leaves)])
    missing = np.isnan(values)
    applies = np.array([[row[place].state != "not_applicable" for place in places] for row in readings])
    worst = np.array([leaf.missing == "worst" for leaf in leaves])
    unknown = np.array([leaf.missing == "unknown" for leaf in leaves])
    scores = np.where(missing & applies & worst, 0.0, scores)
    return Table(
        system, data, said, leaves, values, scores, missing & applies & unknown, costs, readings, conditions, counted
    )


def _number(reading: Reading) -> float:
    return float("nan") if reading.value is None else float(reading.value)


def _scored(leaf: Indicator, column: Matrix, counted: Flags, conventions: Conventions) -> Matrix:
    measure = leaf.measure
    assert measure is not None, "a leaf has a measure"
    if measure.type in ("boolean", "graded"):
        return column
    if measure.type == "interval":
        return _within(column, measure)
    if conventions.scaling == "anchors":
        return _between_anchors(column, leaf.id, measure)
    if np.all(np.isnan(column[counted])):
        return np.where(np.isnan(column), np.nan, 1.0)  # alone in being known: as if all were alike
    own = column[counted][:, None]
    within = np.clip(column, least(own), most(own))
    if conventions.scaling == "ratio":
        return _ratio(within, measure.type == "cost", leaf.id)
    return minmax(within[:, None], np.array([measure.type == "cost"]))[:, 0]


def _between_anchors(column: Matrix, name: str, measure: Measure) -> Matrix:
    if measure.worst is None or measure.best is None:
        raise DocumentError(
            "the indicator says neither which value is worth nothing nor which is worth all", field=name, expected="worst and best",
            hint="Add them, or choose the scaling minmax, by which an organisation's score depends on the others'.",
        )  # fmt: skip
    worst, best = float(measure.worst), float(measure.best)
    return np.clip((column - worst) / (best - worst), 0.0, 1.0)


def _ratio(column: Matrix, is_cost: bool, name: str) -> Matrix:
    """Return x / max, or min / x of a cost."""
    if np.nanmin(column) < 0 or (is_cost and np.nanmin(column) == 0):
        raise DocumentError("a ratio needs values above 0", field=name, hint="Choose the scaling anchors or minmax.")
    if is_cost:
        return np.asarray(np.nanmin(column) / column, dtype=np.float64)
    most = np.nanmax(column)
    return column / most if most > 0 else column


def _within(column: Matrix, measure: Measure) -> Matrix:
    """Return 1 in the best range, falling straight to 0 at the edges of what is tolerated."""
    points = (measure.tolerated_from, measure.best_from, measure.best_until, measure.tolerated_until)
    least, low, high, most = (float(point) for point in points if point is not None)
    rising = np.where(column >= low, 1.0, (column - least) / (low - least) if low > least else 0.0)
    falling = np.where(column <= high, 1.0, (most - column) / (most - high) if most > high else 0.0)
    result = np.clip(np.minimum(rising, falling), 0.0, 1.0)
    return np.where(np.isnan(column), np.nan, result)
