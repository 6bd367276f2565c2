# SPDX-License-Identifier: Apache-2.0
"""What a bridging plan is asked for, and what it looks like when it is found."""

from __future__ import annotations

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
    """What is minimised, in this order: cost, hours, number of options, and a fixed weight that breaks what ties remain."""

    cost: int
    hours: int
    options: int
    weight: int

    def plus(self, other: Price) -> Price:
        """Return the sum, part by part."""
        return Price(
            self.cost + other.cost, self.hours + other.hours, self.options + other.options, self.weight + other.weight
        )


NOTHING = Price(0, 0, 0, 0)


def price_of(option: BridgingOption, place: int) -> Price:
    """Return the price of the option at ``place`` (from 0) among all options in their order.

    The weight spreads over 20 bits (multiplicative hashing after Knuth), so that different sets of options all but never weigh the
    same, and whichever solver is used returns the same plan.
    """
    return Price(option.cost.amount, option.hours, 1, ((place + 1) * 2654435761 % 2**32 >> 12) + 1)
