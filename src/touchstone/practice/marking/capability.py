# SPDX-License-Identifier: Apache-2.0
"""Capability of a process: Cp and Cpk, with their standard uncertainties (Bissell 1990; NIST/SEMATECH e-Handbook 6.1.6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from touchstone.practice.marking.undetermined import Undetermined


class Capability(NamedTuple):
    """Cp needs both limits (else nan), Cpk one.

    :param sigma: the standard deviation that was used, with ``method`` how it was found, from ``df`` degrees of freedom.
    """

    cp: float
    u_cp: float
    cpk: float
    u_cpk: float
    mean: float
    sigma: float
    method: str
    df: int
    n: int


def capability(groups: Sequence[Sequence[float]], low: float | None, high: float | None) -> Capability:
    """Return the capability of readings in rational subgroups; with a single group their overall deviation stands for sigma.

    The method says which: within subgroups the indices are Cp and Cpk proper, from the overall deviation some call them Pp and Ppk.

    :param low: the lower limit of the specification, ``high`` the upper.
    :raises Undetermined: when there is no limit, no spread, or not a reading more than there are groups.
    """
    if low is None and high is None:
        raise Undetermined("no_limit_given")
    n = sum(map(len, groups))
    df = n - len(groups)
    if df < 1:
        raise Undetermined("too_few_readings")
    means = [math.fsum(group) / len(group) for group in groups]
    inside = math.fsum((value - mean) ** 2 for group, mean in zip(groups, means, strict=True) for value in group)
    mean, sigma = math.fsum(value for group in groups for value in group) / n, math.sqrt(inside / df)
    if not sigma:
        raise Undetermined("readings_alike")
    method = "pooled deviation within subgroups" if len(groups) > 1 else "overall deviation"
    return capability_of(mean, sigma, low, high, df=df, n=n, method=method)


def capability_of(
    mean: float, sigma: float, low: float | None, high: float | None, *, df: int, n: int, method: str
) -> Capability:
    """Return the capability of a process of known mean and deviation."""
    sides = [
        gap
        for gap in (high - mean if high is not None else None, mean - low if low is not None else None)
        if gap is not None
    ]
    cp = (high - low) / (6 * sigma) if low is not None and high is not None else math.nan
    cpk = min(sides) / (3 * sigma)
    u_cpk = math.sqrt(1 / (9 * n) + cpk**2 / (2 * df))
    return Capability(cp, cp / math.sqrt(2 * df), cpk, u_cpk, mean, sigma, method, df, n)
