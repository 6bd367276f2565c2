# SPDX-License-Identifier: Apache-2.0
"""Weights from the data itself (entropy, CRITIC), and weights of two origins combined. A column an indicator; what is missing is NaN."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from touchstone.errors import DocumentError

Matrix = NDArray[np.float64]


def entropy_weights(values: Matrix) -> Matrix:
    """Return Shannon entropy weights: an indicator on which all are alike tells nothing and weighs 0 (Hwang and Yoon 1981).

    :param values: not below 0. A missing value is left out of its own column only; a zero adds 0 (the limit of p ln p).
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    totals = filled.sum(axis=0)
    shares = np.divide(filled, totals, out=np.zeros_like(filled), where=totals > 0)
    terms = np.zeros_like(shares)
    np.log(shares, out=terms, where=shares > 0)
    count = known.sum(axis=0)
    scale = np.log(np.maximum(count, 2))
    entropy = -(shares * terms).sum(axis=0) / scale
    differs = np.where((totals > 0) & (count > 1), np.clip(1 - entropy, 0, None), 0.0)
    differs[differs < 1e-12] = 0.0  # a column of equal values has no noise that counts
    return normalised(differs)


def critic_weights(scores: Matrix) -> Matrix:
    """Return CRITIC weights: contrast times conflict with the other indicators (Diakoulaki and others 1995).

    :param scores: scaled to 0..1. Whether costs were turned round before (``critic_directions``) decides the result: papers do both.
    """
    known = ~np.isnan(scores)
    count = known.sum(axis=0)
    means = np.where(known, scores, 0.0).sum(axis=0) / np.maximum(count, 1)
    contrast = np.sqrt(np.where(known, (scores - means) ** 2, 0.0).sum(axis=0) / np.maximum(count - 1, 1))
    conflict = np.sum(1 - _correlations(scores), axis=1)
    return normalised(contrast * conflict)


def combined_weights(
    subjective: Matrix, objective: Matrix, how: Literal["product", "linear"] = "product", share: float = 0.5
) -> Matrix:
    """Return weights of two origins as one.

    :param how: ``product`` multiplies and normalises; ``linear`` gives ``share`` to the subjective weights and the rest to the others.
    """
    if how == "product":
        if not (subjective * objective).sum() > 0:
            raise DocumentError(
                "the product of the weights is nothing everywhere: what the one weighs, the other does not",
                field="conventions.combination", expected="linear", found="product",
            )  # fmt: skip
        return normalised(subjective * objective)
    return normalised(share * subjective + (1 - share) * objective)


def minmax(values: Matrix, costs: NDArray[np.bool_] | None = None) -> Matrix:
    """Scale each column to 0..1 by its least and greatest value; ``costs`` are turned round. A column of equal values is worth all."""
    low, high = least(values), most(values)
    spread = high - low
    scaled = np.divide(values - low, spread, out=np.ones_like(values), where=spread > 0)
    if costs is not None:
        scaled = np.where(costs & (spread > 0), 1 - scaled, scaled)
    return np.where(np.isnan(values), np.nan, scaled)


def least(values: Matrix) -> Matrix:
    """Return the least known value of each column; 0 where none is known."""
    found = np.min(np.where(np.isnan(values), np.inf, values), axis=0)
    return np.where(np.isinf(found), 0.0, found)


def most(values: Matrix) -> Matrix:
    """Return the greatest known value of each column; 0 where none is known."""
    return -least(-values)


def normalised(weights: Matrix) -> Matrix:
    """Return weights that add up to 1; where all are 0, nothing is told apart and all weigh the same."""
    total = weights.sum()
    if total <= 0:
        return np.full(len(weights), 1 / len(weights))
    return np.asarray(weights / total, dtype=np.float64)


def _correlations(scores: Matrix) -> Matrix:
    """Return Pearson's r of every two columns over the rows that know both; 0 where it is not defined, as for a constant column."""
    known = (~np.isnan(scores)).astype(np.float64)
    # shifting a column changes no correlation, and keeps what is summed small
    filled = np.nan_to_num(scores - least(scores))
    count = known.T @ known
    of_both = filled.T @ known
    products = count * (filled.T @ filled) - of_both * of_both.T
    squares = (filled**2).T @ known
    spread = np.clip(count * squares - of_both**2, 0, None)
    below = np.sqrt(spread * spread.T)
    result = np.divide(products, below, out=np.zeros_like(products), where=below > 1e-12)
    np.fill_diagonal(result, 1.0)
    return np.asarray(np.clip(result, -1, 1), dtype=np.float64)
