# SPDX-License-Identifier: Apache-2.0
"""The exact search for the cheapest plan: branch and bound over what must be helped.

Every way to make the requirement true helps each open demand; so of the options that help one demand, the plan has the first, or the
second without the first, and so on. Each demand has a price such that no option costs less than the demands it helps together
(:mod:`touchstone.recognition.plan_bound`); a branch is left when what it costs, with the prices of its open demands, is more than the
best plan found.

Sets of options and of demands are bit masks: bit *n* is the option at place *n*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from touchstone.recognition.plan import NOTHING, Limits, Price
from touchstone.recognition.plan_bound import SCALE, price_demands

Names = frozenset[str]


class PlanProblem(NamedTuple):
    """Options by place: the price of each, the names it leads to, and the mask of itself with its prerequisites."""

    prices: Sequence[Price]
    names_of: Sequence[Names]
    takes: Sequence[int]
    holds: Callable[[Names], bool]
    demands: Callable[[Names], list[Names]]
    limits: Limits

    def names(self, taken: int) -> Names:
        """Return all names that a set of options leads to."""
        return frozenset[str]().union(*(self.names_of[place] for place in places(taken)))

    def price(self, taken: int) -> Price:
        """Return the price of a set of options."""
        price = NOTHING
        for place in places(taken):
            price = price.plus(self.prices[place])
        return price

    def is_plan(self, taken: int) -> bool:
        """Tell whether a set of options is complete, within the limits, and makes the requirement true."""
        complete = all(self.takes[place] & ~taken == 0 for place in places(taken))
        return complete and self.limits.allow(self.price(taken)) and self.holds(self.names(taken))


class Found(NamedTuple):
    """The best set of options found, whether nothing is better, and a cost below which no plan comes."""

    taken: int | None
    proven: bool
    lower_bound: int


def places(taken: int) -> Iterator[int]:
    """Yield the places in a mask, smallest first."""
    while taken:
        lowest = taken & -taken
        yield lowest.bit_length() - 1
        taken ^= lowest


def search(problem: PlanProblem, most_steps: int) -> Found:
    """Return the cheapest plan, or the best one that ``most_steps`` branches led to."""
    searcher = _Searcher(problem, most_steps)
    searcher.branch(0, NOTHING, searcher.all_demands, searcher.all_options)
    if searcher.steps > most_steps:
        return Found(searcher.best, proven=False, lower_bound=-(-sum(searcher.demand_prices) // SCALE))
    return Found(searcher.best, proven=True, lower_bound=searcher.best_price.cost)


class _Searcher:
    def __init__(self, problem: PlanProblem, most_steps: int) -> None:
        self.problem, self.most_steps = problem, most_steps
        demands = problem.demands(frozenset())
        self.helped_by = [
            sum(1 << place for place, names in enumerate(problem.names_of) if not names.isdisjoint(demand))
            for demand in demands
        ]
        self.helps = [
            sum(1 << index for index, helpers in enumerate(self.helped_by) if helpers >> place & 1)
            for place in range(len(problem.prices))
        ]
        self.demand_prices = price_demands([price.cost for price in problem.prices], self.helps, len(demands))
        self.all_demands, self.all_options = (1 << len(demands)) - 1, (1 << len(problem.prices)) - 1
        self.steps = 0
        self.best: int | None = None
        self.best_price = NOTHING

    def branch(self, taken: int, price: Price, open_: int, allowed: int) -> None:
        """Go on from the options ``taken``, with the first demands ``open_`` not helped; only ``allowed`` options may be added."""
        self.steps += 1
        if self.steps > self.most_steps or self._is_hopeless(price, open_):
            return
        if open_:
            helpers = min((self.helped_by[index] & allowed for index in places(open_)), key=int.bit_count)
        else:
            names = self.problem.names(taken)
            if self.problem.holds(names):
                self._keep(taken, price)
                return
            helpers = self._helpers_of(names, allowed)
        for place in sorted(places(helpers), key=lambda place: self._dearness(place, taken, open_)):
            takes = self.problem.takes[place] & ~taken
            if takes & ~allowed == 0:
                rest = self._helped(takes)
                self.branch(taken | takes, price.plus(self.problem.price(takes)), open_ & ~rest, allowed & ~takes)
            allowed &= ~(1 << place)

    def _keep(self, taken: int, price: Price) -> None:
        if self.problem.limits.allow(price) and (self.best is None or price < self.best_price):
            self.best, self.best_price = taken, price

    def _is_hopeless(self, price: Price, open_: int) -> bool:
        if not self.problem.limits.allow(price):
            return True
        least = price.cost + -(-self._prices_of(open_) // SCALE)
        if self.problem.limits.max_cost is not None and least > self.problem.limits.max_cost:
            return True
        return self.best is not None and (
            least > self.best_price.cost or (least == price.cost and price >= self.best_price)
        )

    def _prices_of(self, open_: int) -> int:
        return sum(self.demand_prices[index] for index in places(open_))

    def _helped(self, takes: int) -> int:
        helped = 0
        for place in places(takes):
            helped |= self.helps[place]
        return helped

    def _helpers_of(self, names: Names, allowed: int) -> int:
        """Return the options that help the later demand which the fewest help."""
        return min((self._helping(demand) & allowed for demand in self.problem.demands(names)), key=int.bit_count)

    def _helping(self, demand: Names) -> int:
        return sum(1 << place for place, names in enumerate(self.problem.names_of) if not names.isdisjoint(demand))

    def _dearness(self, place: int, taken: int, open_: int) -> tuple[int, Price]:
        """Order options: least cost beyond the prices of the demands they help, then least price."""
        takes = self.problem.takes[place] & ~taken
        price = self.problem.price(takes)
        return price.cost * SCALE - self._prices_of(self._helped(takes) & open_), price
