# SPDX-License-Identifier: Apache-2.0
"""How severe each assessor is, beside the others, on the same work.

An additive model by least squares: ``score = unit - severity of the assessor + rest``, severities summing to zero. Not everybody has to
have rated everything, but any two assessors must be joined by a chain of units that were rated in common: else nobody can tell a severe
assessor from weak work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from touchstone.practice.marking.agreement import Ratings
from touchstone.practice.marking.undetermined import Undetermined

_Matrix = list[list[float]]


class Severity(NamedTuple):
    """By how much an assessor gives less than the others, its standard uncertainty (nan: not known), and over how many units."""

    value: float
    u: float
    n: int


def severities(ratings: Ratings) -> tuple[Severity, ...]:
    """Return the severity of each rater (column).

    :raises Undetermined: when raters are not joined by units in common.
    """
    rows = [[(j, value) for j, value in enumerate(row) if value is not None] for row in ratings]
    rows = [row for row in rows if len(row) > 1]
    raters = len(ratings[0]) if ratings else 0
    if raters < 2 or not _joined(rows, raters):
        raise Undetermined("assessors_not_joined")
    inverse, right = _normal_equations(rows, raters)
    effects = [math.fsum(part * value for part, value in zip(line, right, strict=True)) for line in inverse]
    rests = [value - effects[j] - _mean(b - effects[i] for i, b in row) for row in rows for j, value in row]
    free = len(rests) - len(rows) - (raters - 1)
    variance = math.fsum(rest**2 for rest in rests) / free if free > 0 else math.nan
    counts = [sum(1 for row in rows for i, _ in row if i == j) for j in range(raters)]
    return tuple(
        Severity(-effects[j], math.sqrt(variance * max(inverse[j][j] - 1 / raters, 0.0)), counts[j]) for j in range(raters)
    )  # fmt: skip


def _joined(rows: Sequence[Sequence[tuple[int, float]]], raters: int) -> bool:
    groups = [{j} for j in range(raters)]
    for row in rows:
        together = {j for j, _ in row}
        touched = [group for group in groups if group & together]
        groups = [group for group in groups if not group & together] + [set().union(*touched)]
    return len(groups) == 1


def _normal_equations(rows: Sequence[Sequence[tuple[int, float]]], raters: int) -> tuple[_Matrix, list[float]]:
    """Return the inverse of the raters' normal equations (units eliminated, ``1/raters`` added throughout) and their right side."""
    matrix = [[1 / raters] * raters for _ in range(raters)]
    right = [0.0] * raters
    for row in rows:
        mean = _mean(value for _, value in row)
        for i, value in row:
            right[i] += value - mean
            matrix[i][i] += 1
            for j, _ in row:
                matrix[i][j] -= 1 / len(row)
    return _inverse(matrix), right


def _inverse(matrix: _Matrix) -> _Matrix:
    """Gauss and Jordan, with the largest pivot."""
    size = len(matrix)
    work = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda line: abs(work[line][column]))
        work[column], work[pivot] = work[pivot], work[column]
        work[column] = [value / work[column][column] for value in work[column]]
        for line in range(size):
            if line != column:
                factor = work[line][column]
                work[line] = [a - factor * b for a, b in zip(work[line], work[column], strict=True)]
    return [row[size:] for row in work]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return math.fsum(listed) / len(listed)
