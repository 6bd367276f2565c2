# SPDX-License-Identifier: Apache-2.0
"""Fuzzy comprehensive evaluation: how far a thing belongs to each grade, level by level of the tree."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Operator = Literal["weighted_average", "max_min", "max_product"]


def membership(weights: Matrix, below: Matrix, operator: Operator = "weighted_average") -> Matrix:
    """Return B = W ∘ R: the membership of a node in each grade, from its children's (a row each).

    :param operator: M(·,+) keeps all that is said; M(∧,∨) and M(·,∨) keep only what weighs most, so their memberships need not add up to 1.
    """
    if operator == "weighted_average":
        return np.asarray(weights @ below, dtype=np.float64)
    if operator == "max_min":
        return np.asarray(np.minimum(weights[:, None], below).max(axis=0), dtype=np.float64)
    return np.asarray((weights[:, None] * below).max(axis=0), dtype=np.float64)


def worth(belongs: Matrix, grades: Matrix) -> float:
    """Return the score of a membership: each grade's score weighed by how far the thing belongs to it."""
    total = float(belongs.sum())
    return float(belongs @ grades) / total if total else float("nan")


def likeliest(belongs: Matrix) -> int:
    """Return the place of the grade by the principle of the greatest membership; of equals the first."""
    return int(np.argmax(belongs))
