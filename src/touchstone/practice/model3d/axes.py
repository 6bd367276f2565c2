# SPDX-License-Identifier: Apache-2.0
"""Small systems of linear algebra in one order of operations: a library's answer differs in its last bits from one processor to another,
and what is found by steps differs by more in the end.
"""

from __future__ import annotations

import numpy as np

from touchstone.practice.model3d.mesh import Floats

_SWEEPS = 12


def main_axes(matrix: Floats) -> Floats:
    """Return the eigenvectors of a symmetric matrix as rows, that of the least eigenvalue first (Jacobi's method)."""
    a, axes = matrix.copy(), np.eye(len(matrix))
    places = [(p, q) for p in range(len(a)) for q in range(p + 1, len(a))]
    for _ in range(_SWEEPS):
        for p, q in places:
            if abs(a[p, q]) <= 1e-18 * (abs(a[p, p]) + abs(a[q, q])):
                continue
            ratio = (a[q, q] - a[p, p]) / (2 * a[p, q])
            tangent = (1.0 if ratio >= 0 else -1.0) / (abs(ratio) + np.sqrt(ratio * ratio + 1))
            cosine = 1 / np.sqrt(tangent * tangent + 1)
            sine = tangent * cosine
            for rows in (a, a.T, axes):
                rows[p], rows[q] = cosine * rows[p] - sine * rows[q], sine * rows[p] + cosine * rows[q]
    return np.asarray(axes[np.argsort(np.diag(a), kind="stable")])


def solved(matrix: Floats, right: Floats) -> Floats:
    """Return the solution of a system whose matrix is symmetric and positive (Gauss's elimination, which needs no pivot then)."""
    a, x = matrix.copy(), right.copy()
    count = len(x)
    for k in range(count):
        for i in range(k + 1, count):
            share = a[i, k] / a[k, k]
            a[i] -= share * a[k]
            x[i] -= share * x[k]
    for k in reversed(range(count)):
        x[k] = (x[k] - sum(a[k, j] * x[j] for j in range(k + 1, count))) / a[k, k]
    return x
