# SPDX-License-Identifier: Apache-2.0
"""The analytic hierarchy process: priorities from pairwise comparisons, and how consistent these are (Saaty 1980, 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Method = Literal["eigenvector", "geometric_mean"]
Index = Literal["saaty_1980", "saaty_2005", "donegan_dodd"]

RANDOM_INDEX: dict[str, tuple[float, ...]] = {
    # as most papers print it after Saaty (1980); from order 12 on they print different figures, so it ends there
    "saaty_1980": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51),
    # Saaty, Theory and Applications of the Analytic Network Process (2005), page 31
    "saaty_2005": (0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    # Donegan and Dodd, A note on Saaty's random indexes (1991)
    "donegan_dodd": (
        0, 0, 0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055, 1.4213, 1.4497, 1.4643, 1.4822, 1.4969,
    ),
}  # fmt: skip
"""What the consistency index is on average for comparisons made at random, by order of the matrix."""

ACCEPTABLE = 0.1
"""Above this consistency ratio the comparisons are to be made again (Saaty)."""


class Priorities(NamedTuple):
    """Weights that add up to 1, with the largest eigenvalue, consistency index and ratio (None beyond the table of random indices)."""

    weights: Matrix
    eigenvalue: float
    consistency: float
    ratio: float | None


class Triple(NamedTuple):
    """Three things compared in a circle: ``a`` over ``b`` and ``b`` over ``c`` say ``implied``, but ``c`` was said to be ``said``."""

    a: int
    b: int
    c: int
    said: float
    implied: float


def matrix_of(rows: Sequence[Sequence[str]]) -> Matrix:
    """Read a matrix whose cells are decimals or fractions (``1/3``)."""
    return np.array([[float(_number(cell)) for cell in row] for row in rows])


def _number(cell: str) -> Fraction:
    above, _, below = cell.partition("/")
    return Fraction(above) / Fraction(below or 1)


def is_reciprocal(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether every cell is positive and the inverse of its mirror, as exactly as one of the two is printed: 6 and 0.17 are."""
    cells = [[_number(cell) for cell in row] for row in rows]
    if any(cell <= 0 for row in cells for cell in row):
        return False
    return all(
        abs(cells[a][b] - 1 / cells[b][a]) <= _half_a_unit(rows[a][b])
        or abs(cells[b][a] - 1 / cells[a][b]) <= _half_a_unit(rows[b][a])
        for a in range(len(rows))
        for b in range(a, len(rows))
    )


def _half_a_unit(cell: str) -> Fraction:
    """Return half of the last place that a cell prints; a fraction or a whole number is exact."""
    _, point, decimals = cell.partition(".")
    return Fraction(1, 2 * 10 ** len(decimals)) if point else Fraction(0)


def priorities(matrix: Matrix, method: Method = "eigenvector", random_index: Index = "saaty_1980") -> Priorities:
    """Return the priorities of a positive reciprocal matrix.

    :param method: the principal eigenvector, or the geometric means of the rows; they differ where the comparisons are inconsistent.
    """
    weights = _eigenvector(matrix) if method == "eigenvector" else _geometric_means(matrix)
    size = len(matrix)
    eigenvalue = float(np.mean(matrix @ weights / weights))
    index = (eigenvalue - size) / (size - 1) if size > 1 else 0.0
    table = RANDOM_INDEX[random_index]
    if size > len(table):
        return Priorities(weights, eigenvalue, index, None)
    at_random = table[size - 1]
    return Priorities(weights, eigenvalue, index, index / at_random if at_random else 0.0)


def group_priorities(
    matrices: Sequence[Matrix],
    method: Method = "eigenvector",
    random_index: Index = "saaty_1980",
    by: Literal["judgements", "priorities"] = "judgements",
) -> Priorities:
    """Return the priorities of a group of experts, each of the same say.

    :param by: ``judgements`` takes the geometric mean of every cell, then the priorities (Aczel and Saaty 1983); ``priorities`` takes the
        arithmetic mean of the experts' priorities, with the consistency of the joint matrix.
    """
    joint = np.exp(np.mean([np.log(matrix) for matrix in matrices], axis=0))
    result = priorities(joint, method, random_index)
    if by == "judgements":
        return result
    weights = np.mean([priorities(matrix, method).weights for matrix in matrices], axis=0)
    return result._replace(weights=weights)


def worst_triple(matrix: Matrix) -> Triple | None:
    """Return the three comparisons that contradict each other most, or None for two things."""
    size = len(matrix)
    triples = [
        Triple(a, b, c, float(matrix[a, c]), float(matrix[a, b] * matrix[b, c]))
        for a in range(size)
        for b in range(a + 1, size)
        for c in range(b + 1, size)
    ]
    return max(triples, key=lambda triple: abs(np.log(triple.said / triple.implied)), default=None)


def _eigenvector(matrix: Matrix) -> Matrix:
    """Return the eigenvector of the largest eigenvalue, which for a positive matrix is real and positive (Perron)."""
    values, vectors = np.linalg.eig(matrix)
    principal = np.abs(vectors[:, np.argmax(values.real)].real)
    return np.asarray(principal / principal.sum(), dtype=np.float64)


def _geometric_means(matrix: Matrix) -> Matrix:
    means = np.exp(np.log(matrix).mean(axis=1))
    return np.asarray(means / means.sum(), dtype=np.float64)
