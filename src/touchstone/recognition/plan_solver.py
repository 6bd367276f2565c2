# SPDX-License-Identifier: Apache-2.0
"""The cheapest plan by HiGHS, for problems beyond the own search. Needs the extra ``[plan]``; imported only when it is asked.

The requirement becomes rows over 0/1 variables: an option taken, a leaf true, a gate true, a source serving a target. Cost, hours,
number of options and weight are minimised one after the other, each fixed before the next, with a gap below one whole unit; of plans
that are equal in all of these, which are few, each is looked at. HiGHS
counts in floating point, so what it finds is judged again by the exact evaluator; only then is it called a plan. That there is none
is believed of the first question alone, and only where nobody knows a plan: a later question asks for what has been found already,
a bit cheaper, so there "impossible" is an error of rounding.
"""

from __future__ import annotations

import highspy

from touchstone.recognition.plan import Price
from touchstone.recognition.plan_search import Found, PlanProblem, places
from touchstone.recognition.pools import Edge
from touchstone.recognition.requirement import Gate
from touchstone.recognition.shortfall import Shortfall

_MOST_NODES = 100_000
_MOST_EQUALS = 50
"""Plans of equal weight looked at; beyond, the best of them stands, unproven."""
_WHOLE = 10.0**12
"""What pools count in one credit (recognition.pools)."""

_COUNTED = Price._fields[:-1]
"""The parts of a price that a solver in floating point can add up: all but the places."""

Term = tuple[int, float]


def solve(model: Model, found: Found) -> Found:
    """Return the cheapest plan; where HiGHS stops early or is refuted, the better of its plan and ``found``, unproven."""
    problem = model.problem
    taken: int | None = None
    bound, proven = found.lower_bound, True
    for part in _COUNTED:
        amounts = [getattr(price, part) for price in problem.prices]
        status, solution, dual_bound = model.minimise(amounts)
        if taken is None and found.taken is None and status == highspy.HighsModelStatus.kInfeasible:
            return Found(None, proven=True, lower_bound=0)
        if solution is None:
            proven = False
            break
        if part == "cost":
            bound = max(bound, dual_bound)
        proven = proven and status == highspy.HighsModelStatus.kOptimal
        taken = solution
        model.keep(amounts, sum(amounts[place] for place in places(solution)))
    if taken is not None and proven:
        taken, proven = _first_of_equals(model, taken)
    return _judged(problem, taken, found, bound, proven=proven)


def _first_of_equals(model: Model, taken: int) -> tuple[int, bool]:
    """Return the first by its places of all plans that cost the same in every other way, and whether there are no others."""
    first, weights = taken, [price.weight for price in model.problem.prices]
    for _ in range(_MOST_EQUALS):
        model.exclude(taken)
        status, other, _ = model.minimise(weights)
        if other is None:
            return first, status == highspy.HighsModelStatus.kInfeasible
        taken = other
        if model.problem.is_plan(taken):
            first = min(first, taken)
    return first, False


def _judged(problem: PlanProblem, taken: int | None, found: Found, bound: int, *, proven: bool) -> Found:
    """Judge HiGHS by exact arithmetic: prerequisites, limits and the requirement itself; nothing known may be cheaper."""
    if taken is None or not problem.is_plan(taken):
        return Found(found.taken, proven=False, lower_bound=found.lower_bound)
    price = problem.price(taken)
    if found.taken is not None and problem.price(found.taken) < price:
        taken, price, proven = found.taken, problem.price(found.taken), False
    return Found(taken, proven=proven, lower_bound=price.cost if proven else min(bound, price.cost))


class Model:
    """The problem as rows and columns."""

    def __init__(self, problem: PlanProblem, shortfall: Shortfall) -> None:
        self.problem, self.shortfall = problem, shortfall
        self.highs = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.9), ("threads", 1), ("random_seed", 0),
            ("mip_max_nodes", _MOST_NODES),
        ):  # fmt: skip
            self.highs.setOptionValue(option, value)
        self.taken = [self._column() for _ in problem.prices]
        for place, takes in enumerate(problem.takes):
            for before in places(takes & ~(1 << place)):
                self._row([(self.taken[before], 1.0), (self.taken[place], -1.0)], low=0.0)
        self._limit([price.cost for price in problem.prices], problem.limits.max_cost)
        self._limit([price.hours for price in problem.prices], problem.limits.max_hours)
        self.pools = self._pools()
        self._demand(shortfall.gate)

    def minimise(self, amounts: list[int]) -> tuple[highspy.HighsModelStatus, int | None, int]:
        """Minimise the sum of ``amounts`` over the options taken; return status, the options taken, and a bound from below."""
        for column, amount in zip(self.taken, amounts, strict=True):
            self.highs.changeColCost(column, float(amount))
        self.highs.run()
        info = self.highs.getInfo()
        status = self.highs.getModelStatus()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return status, None, 0
        values = self.highs.getSolution().col_value
        taken = sum(1 << place for place, column in enumerate(self.taken) if values[column] > 0.5)
        bound = info.mip_dual_bound
        return status, taken, max(0, round(bound + 0.499)) if abs(bound) < 1e15 else 0

    def keep(self, amounts: list[int], total: int) -> None:
        """Allow no more than ``total`` from now on."""
        self._limit(amounts, total)

    def exclude(self, taken: int) -> None:
        """Allow no more the plan ``taken``, nor any that has its options and others besides."""
        self._row([(self.taken[place], 1.0) for place in places(taken)], high=taken.bit_count() - 0.5)

    def _column(self, high: float = 1.0, *, whole: bool = True) -> int:
        column: int = self.highs.getNumCol()
        self.highs.addCol(0.0, 0.0, high, 0, [], [])
        if whole:
            self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _row(self, terms: list[Term], *, low: float = -highspy.kHighsInf, high: float = highspy.kHighsInf) -> None:
        self.highs.addRow(low, high, len(terms), [column for column, _ in terms], [factor for _, factor in terms])

    def _limit(self, amounts: list[int], most: int | None) -> None:
        if most is not None:
            terms = [(column, float(amount)) for column, amount in zip(self.taken, amounts, strict=True) if amount]
            self._row(terms, high=most + 0.5)

    def _demand(self, gate: Gate) -> None:
        """Add rows that make ``gate`` true."""
        if gate.need == gate.width:
            for bit in gate.bits:
                self._row(self._leaf(bit), low=1.0 - self._constant(bit))
            for pool in gate.pools:
                self._row([(self.pools[pool], 1.0)], low=1.0)
            for part in gate.gates:
                self._demand(part)
            return
        terms, constant = self._inputs(gate)
        self._row(terms, low=gate.need - constant)

    def _inputs(self, gate: Gate) -> tuple[list[Term], float]:
        terms: list[Term] = []
        constant = 0.0
        for bit in gate.bits:
            if self._constant(bit):
                constant += 1.0
            else:
                column = self._column()
                self._row([(column, -1.0), *self._leaf(bit)], low=0.0)
                terms.append((column, 1.0))
        terms += [(self.pools[pool], 1.0) for pool in gate.pools]
        for part in gate.gates:
            column = self._column()
            inner, given = self._inputs(part)
            self._row([(column, -float(part.need)), *inner], low=-given)
            terms.append((column, 1.0))
        return terms, constant

    def _constant(self, bit: int) -> float:
        return float(bool(self.shortfall.mask & bit))

    def _leaf(self, bit: int) -> list[Term]:
        suppliers = self.shortfall.obtaining.suppliers[bit.bit_length() - 1]
        return self._obtaining(suppliers)

    def _obtaining(self, names: frozenset[str]) -> list[Term]:
        """Return the options of which one must be taken to obtain one of ``names``."""
        return [
            (self.taken[place], 1.0) for place, own in enumerate(self.problem.names_of) if not names.isdisjoint(own)
        ]

    def _pools(self) -> list[int]:
        """Add the credit pools; return a column for each that may be 1 only where the pool holds."""
        pools = self.shortfall.case.requirement.pools
        served = self._serving() if pools else []
        columns = []
        for pool in pools:
            holds = self._column()
            counted: list[Term] = []
            recognised: list[Term] = []
            for units, at_most in pool.groups:
                home, foreign = (
                    self._column(highspy.kHighsInf, whole=False),
                    self._column(highspy.kHighsInf, whole=False),
                )
                for column, is_home in ((home, True), (foreign, False)):
                    worths = [
                        (edge_column, pool.worth[edge.target] / _WHOLE)
                        for edge, edge_column in served
                        if edge.target in units and edge.home is is_home
                    ]
                    self._row([(column, -1.0), *worths], low=0.0)
                if at_most is not None:
                    self._row([(home, 1.0), (foreign, 1.0)], high=at_most / _WHOLE)
                counted += [(home, 1.0), (foreign, 1.0)]
                recognised.append((foreign, 1.0))
            if pool.recognised_at_most is not None:
                self._row(recognised, high=pool.recognised_at_most / _WHOLE)
            self._row([(holds, -pool.at_least / _WHOLE), *counted], low=0.0)
            columns.append(holds)
        return columns

    def _serving(self) -> list[tuple[Edge, int]]:
        """Add a column for every way to serve a pool unit; each source serves once unless reuse is allowed."""
        served: list[tuple[Edge, int]] = [(edge, self._column()) for edge in self.shortfall.edges]
        for name in sorted(self.shortfall.obtaining.pool_names):
            options = self._obtaining(frozenset((name,)))
            for edge in self.shortfall.obtaining.edges((name,)) if options else ():
                column = self._column()
                self._row([(column, -1.0), *options], low=0.0)
                served.append((edge, column))
        for target in sorted({edge.target for edge, _ in served}):
            self._row([(column, 1.0) for edge, column in served if edge.target == target], high=1.0)
        if not self.shortfall.case.reuse:
            for source in sorted({source for edge, _ in served for source in edge.uses}):
                self._row([(column, 1.0) for edge, column in served if source in edge.uses], high=1.0)
        return served
