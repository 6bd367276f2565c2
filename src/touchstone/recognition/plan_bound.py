# SPDX-License-Identifier: Apache-2.0
"""Prices for demands: a lower bound of what a plan costs, from the dual of the covering problem.

If no option costs less than the prices of the demands it helps, then no plan costs less than the prices of all demands. The closer
the prices come to that, the sooner a search can stop; a few rounds of subgradient ascent (Held and Karp) come close. They are computed in
floating point, but rounded down and repaired in whole numbers, so that the bound is exact.
"""

from __future__ import annotations

from collections.abc import Sequence

SCALE = 1 << 20
"""Prices of demands are whole numbers of this part of a minor unit."""

_ROUNDS = 60


def price_demands(costs: Sequence[int], helps: Sequence[int], demands: int) -> list[int]:
    """Return a price for each demand, in 1/SCALE minor units, such that no option costs less than what it helps.

    :param costs: the cost of each option, in minor units.
    :param helps: for each option, the mask of the demands that it helps.
    """
    columns = [[index for index in range(demands) if mask >> index & 1] for mask in helps]
    rows = [[place for place, column in enumerate(columns) if index in column] for index in range(demands)]
    if not all(rows):
        return [0] * demands
    prices = _ascend([float(cost) for cost in costs], columns, rows)
    return _repaired([max(0, int(price * SCALE)) for price in prices], costs, columns, rows)


def _ascend(costs: list[float], columns: list[list[int]], rows: list[list[int]]) -> list[float]:
    prices = [min(costs[place] / len(columns[place]) for place in row) for row in rows]
    best, best_bound, step = prices, -1.0, 1.0
    target = sum(min(costs[place] for place in row) for row in rows)
    for _ in range(_ROUNDS):
        reduced = [cost - sum(prices[index] for index in column) for cost, column in zip(costs, columns, strict=True)]
        bound = sum(prices) + sum(left for left in reduced if left < 0)
        if bound > best_bound:
            best, best_bound = prices, bound
        else:
            step *= 0.9
        slopes = [1 - sum(reduced[place] < 0 for place in row) for row in rows]
        steep = sum(slope * slope for slope in slopes)
        if not steep:
            break
        move = step * max(target - bound, 1.0) * 0.5 / steep
        prices = [max(0.0, price + move * slope) for price, slope in zip(prices, slopes, strict=True)]
    return best


def _repaired(prices: list[int], costs: Sequence[int], columns: list[list[int]], rows: list[list[int]]) -> list[int]:
    """Lower prices until no option costs less than what it helps, then raise each as far as the options that help it let it."""
    left = [cost * SCALE - sum(prices[index] for index in column) for cost, column in zip(costs, columns, strict=True)]
    for place in sorted(range(len(left)), key=lambda place: left[place]):
        for index in columns[place]:
            lower = min(prices[index], -left[place]) if left[place] < 0 else 0
            prices[index] -= lower
            for other in rows[index]:
                left[other] += lower
    for index in sorted(range(len(rows)), key=lambda index: len(rows[index])):
        higher = min(left[place] for place in rows[index])
        prices[index] += higher
        for place in rows[index]:
            left[place] -= higher
    return prices
