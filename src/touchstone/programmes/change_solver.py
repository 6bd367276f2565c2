# SPDX-License-Identifier: Apache-2.0
"""The smallest change by HiGHS (extra ``[plan]``), judged again by exact arithmetic.

Every module is a 0/1 variable, every gap another. A gap that no set of modules closes is left out. If all others can be closed within the
limits, that is the most weight there is; else the most is found first and then kept. Fewest hours come next, and of these the fewest
modules.
"""

from __future__ import annotations

from math import gcd
from typing import Any

from touchstone.errors import InputError
from touchstone.programmes.change_problem import ChangeProblem

_MOST_NODES = 200_000

Term = tuple[int, float]


def solve(problem: ChangeProblem) -> tuple[int, bool]:
    """Return the modules of the smallest change as a mask, and whether it is proven.

    :raises InputError: when HiGHS is not installed.
    """
    model = _Model(problem)
    if not model.targets:
        return 0, True
    found, proven = model.fewest(closing_all=True), model.optimal
    if found is None:
        most = model.most_closed()
        proven = model.optimal
        if most is None:
            return 0, False
        fewer = model.fewest()
        found, proven = most if fewer is None else fewer, proven and model.optimal
        proven = proven and problem.closed_weight(found) >= problem.closed_weight(most)
    return (found, proven) if problem.allowed(found) else (0, False)


class _Model:
    """The problem as rows and columns."""

    def __init__(self, problem: ChangeProblem) -> None:
        try:
            import highspy
        except ModuleNotFoundError:
            raise InputError("the smallest change needs HiGHS", hint="Install touchstone-gba[plan].") from None
        self.problem, self._highspy, self.optimal = problem, highspy, False
        self.highs: Any = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.9), ("threads", 1), ("random_seed", 0),
            ("mip_max_nodes", _MOST_NODES),
        ):  # fmt: skip
            self.highs.setOptionValue(option, value)
        everything = (1 << len(problem.modules)) - 1
        self.targets = [target for target in problem.targets if target.closed(everything)]
        self.taken = [self._column() for _ in problem.modules]
        self.closed = [self._column() for _ in self.targets]
        self._rows()

    def fewest(self, *, closing_all: bool = False) -> int | None:
        """Return the modules of fewest hours, then fewest modules, or None where HiGHS finds none; ``optimal``: it is sure of that."""
        for column, module in zip(self.taken, self.problem.modules, strict=True):
            self.highs.changeColCost(column, float(module.hours * (len(self.taken) + 1) + 1))
        for column in self.closed:
            self.highs.changeColCost(column, 0.0)
            if closing_all:
                self.highs.changeColBounds(column, 1.0, 1.0)
        return self._run()

    def most_closed(self) -> int | None:
        """Return modules that close the most weight, and keep that weight from now on."""
        for column in self.taken:
            self.highs.changeColCost(column, 0.0)
        weights = [target.cell.weight for target in self.targets]
        common = gcd(*weights)
        for column, weight in zip(self.closed, weights, strict=True):
            self.highs.changeColBounds(column, 0.0, 1.0)
            self.highs.changeColCost(column, -float(weight // common))
        found = self._run()
        if found is not None:
            terms = [(column, float(weight // common)) for column, weight in zip(self.closed, weights, strict=True)]
            self._row(terms, low=self.problem.closed_weight(found) / common - 0.5)
            self._known(found)
        return found

    def _known(self, taken: int) -> None:
        """Tell HiGHS where to begin: what is known to be allowed is a bound on what is better."""
        solution = self._highspy.HighsSolution()
        solution.col_value = [float(taken >> place & 1) for place in range(len(self.taken))]
        solution.col_value += [float(target.closed(taken)) for target in self.targets]
        self.highs.setSolution(solution)

    def _run(self) -> int | None:
        self.highs.run()
        self.optimal = self.highs.getModelStatus() == self._highspy.HighsModelStatus.kOptimal
        if self.highs.getInfo().primal_solution_status != self._highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = self.highs.getSolution().col_value
        return sum(1 << place for place, column in enumerate(self.taken) if values[column] > 0.5)

    def _rows(self) -> None:
        for column, takes in zip(self.taken, self.problem.takes, strict=True):
            for before in self._of(takes):
                self._row([(before, 1.0), (column, -1.0)], low=0.0)
        for amounts, most in self.problem.caps():
            self._row(
                [(column, float(amount)) for column, amount in zip(self.taken, amounts, strict=True)], high=most + 0.5
            )
        for column, target in zip(self.closed, self.targets, strict=True):
            for reaching in target.level_rows:
                self._row([*((each, 1.0) for each in self._of(reaching)), (column, -1.0)], low=0.0)
            if target.lacking:
                # more practice than is lacking helps no further: so the relaxation is tighter
                hours = [
                    (each, float(min(amount, target.lacking)))
                    for each, amount in zip(self.taken, target.practice, strict=True)
                ]
                self._row([*hours, (column, -float(target.lacking))], low=0.0)

    def _of(self, mask: int) -> list[int]:
        return [column for place, column in enumerate(self.taken) if mask >> place & 1]

    def _column(self) -> int:
        column: int = self.highs.getNumCol()
        self.highs.addCol(0.0, 0.0, 1.0, 0, [], [])
        self.highs.changeColIntegrality(column, self._highspy.HighsVarType.kInteger)
        return column

    def _row(self, terms: list[Term], *, low: float | None = None, high: float | None = None) -> None:
        infinity = self._highspy.kHighsInf
        used = [(column, factor) for column, factor in terms if factor]
        self.highs.addRow(
            -infinity if low is None else low, infinity if high is None else high, len(used),
            [column for column, _ in used], [factor for _, factor in used],
        )  # fmt: skip
