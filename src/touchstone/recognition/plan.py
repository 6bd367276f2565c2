# SPDX-License-Identifier: Apache-2.0
"""What a bridging plan is asked for, and what it looks like when it is found."""

from __future__ import annotations

from operator import add
from typing import NamedTuple

from touchstone.logic import Identifier
from touchstone.standards.bridging import BridgingOption, Money
from touchstone.value import Value


class BridgingPlan(Value, frozen=True, kw_only=True):
    """Options that together make the recognition full. ``lower_bound``: no plan costs less, in minor units of the same currency."""

    options: tuple[Identifier, ...]
    cost: Money
    hours: int
    proven: bool
    lower_bound: int


class PlanAnswer(Value, frozen=True, kw_only=True):
    """The cheapest plan; or none, with what no option leads to (nothing, where only a limit is in the way)."""

    plan: BridgingPlan | None = None
    unreachable: tuple[str, ...] = ()


class Limits(NamedTuple):
    """What a plan may not exceed: hours, and cost in minor units."""

    max_hours: int | None = None
    max_cost: int | None = None

    def allow(self, price: Price) -> bool:
        """Tell whether a price is within the limits."""
        return (self.max_cost is None or price.cost <= self.max_cost) and (
            self.max_hours is None or price.hours <= self.max_hours
        )


class Price(NamedTuple):
    """What is minimised, in this order: cost, hours, number of options, a fixed weight that breaks nearly all ties, and the places of
    the options as a mask, which breaks the rest: no two sets of options have the same.
    """

    cost: int
    hours: int
    options: int
    weight: int
    places: int

    def plus(self, other: Price) -> Price:
        """Return the sum, part by part, of the prices of different options."""
        return Price(*map(add, self, other))


NOTHING = Price(0, 0, 0, 0, 0)


def price_of(option: BridgingOption, place: int) -> Price:
    """Return the price of the option at ``place`` (from 0) among all options in their order.

    The weight spreads over 20 bits (multiplicative hashing after Knuth): it is small enough for a solver that counts in floating point,
    and leaves few sets of options, if any, to be told apart by their places.
    """
    return Price(option.cost.amount, option.hours, 1, ((place + 1) * 2654435761 % 2**32 >> 12) + 1, 1 << place)
