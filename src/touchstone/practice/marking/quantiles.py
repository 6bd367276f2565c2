# SPDX-License-Identifier: Apache-2.0
"""Student's t and Fisher's F: distribution and quantile, from the regularised incomplete beta function.

The beta function's continued fraction is DLMF 8.17.22, evaluated by Lentz's method; quantiles are found by halving an interval until two
neighbouring floats are left, which cannot fail to converge. Both agree with printed tables in every digit that those print.
"""

from __future__ import annotations

import math

_TINY = 1e-300
_TERMS = 10_000


def t_quantile(p: float, df: float) -> float:
    """Return the value that Student's t with ``df`` degrees of freedom stays below with probability ``p``, 0 < p < 1."""
    if p == 0.5:
        return 0.0
    if p < 0.5:
        return -t_quantile(1 - p, df)
    return math.sqrt(f_quantile(2 * p - 1, 1, df))


def f_cdf(f: float, df1: float, df2: float) -> float:
    """Return with which probability F with ``df1`` and ``df2`` degrees of freedom is at most ``f``."""
    return 0.0 if f <= 0 else beta_cdf(df1 * f / (df1 * f + df2), df1 / 2, df2 / 2)


def f_tail(f: float, df1: float, df2: float) -> float:
    """Return with which probability F is above ``f``: the p-value of a test."""
    return 1.0 if f <= 0 else beta_cdf(df2 / (df1 * f + df2), df2 / 2, df1 / 2)


def f_quantile(p: float, df1: float, df2: float) -> float:
    """Return the value that F stays below with probability ``p``, 0 < p < 1.

    :raises ValueError: for a probability or degrees of freedom outside of their range.
    """
    if not (0 < p < 1 and df1 > 0 and df2 > 0):
        raise ValueError(f"no quantile of F for p = {p} and {df1}, {df2} degrees of freedom")
    low, high = 0.0, 1.0
    while f_cdf(high, df1, df2) < p:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if f_cdf(middle, df1, df2) < p else (low, middle)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast below that (DLMF 8.17.22)
        return 1 - beta_cdf(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the denominator of the continued fraction, by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        m = term // 2
        part = (
            m * (b - m) / ((a + term - 1) * (a + term))
            if term % 2 == 0
            else -(a + m) * (a + b + m) / ((a + term - 1) * (a + term))
        )
        d = 1 / _off_zero(1 + part * x * d)
        c = _off_zero(1 + part * x / c)
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def _off_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
