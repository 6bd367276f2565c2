# SPDX-License-Identifier: Apache-2.0
"""The alternative that fills the most seats, then reserved ones, and then gives the best choices: and how many it lets envy.

As many students as can be are placed; among such placements as many reserved seats as can be go to their regions; among those the sum
of choices is least. It is a flow, so its linear programme has whole solutions; HiGHS (extra ``[plan]``) solves it by its interior point
method, and the counts are made again from the seats. Nobody's claim to a seat is kept: the number of blocking pairs says what that costs.

HiGHS works beside the interpreter, so that Ctrl-C is heard, and gives up after a time.
"""

from __future__ import annotations

import time

import highspy
import numpy as np
from numpy.typing import NDArray

from touchstone.errors import TooComplexError
from touchstone.placement.contracts import Contracts, Whole
from touchstone.placement.matching import NOBODY

Amounts = NDArray[np.float64]
SECONDS = 300.0
"""How long the alternative may take."""


def most_welfare(contracts: Contracts, seconds: float = SECONDS) -> Whole:
    """Return for each student the contract of the welfare-maximising placement, or -1.

    :param seconds: how long it may take; what it found by then is thrown away, being no optimum.
    :raises TooComplexError: it was not found in that time.
    :raises RuntimeError: HiGHS found no optimum, which a flow always has.
    """
    count = contracts.post.size
    given = np.full(len(contracts.students), NOBODY, dtype=np.int64)
    if not count:
        return given
    until = time.monotonic() + seconds
    highs, columns = _programme(contracts)
    places = np.concatenate((np.ones(count), np.zeros(columns - count)))
    placed = round(_maximise(highs, places, until)[0])
    highs.addRow(float(placed), highspy.kHighsInf, count, np.arange(count, dtype=np.int32), np.ones(count))
    rank = np.arange(count) - contracts.first[contracts.student]
    heavier = float(count + 1)
    _, values = _maximise(highs, np.concatenate((-rank.astype(float), np.full(columns - count, heavier))), until)
    chosen = np.flatnonzero(values[:count] > 0.5)
    given[contracts.student[chosen]] = chosen
    return given


def _programme(contracts: Contracts) -> tuple[highspy.Highs, int]:
    """A column for every contract and, for every reserve, one that counts its seats in use."""
    n, p, h, c = len(contracts.students), len(contracts.posts), len(contracts.hosts), len(contracts.cells)
    count = contracts.post.size
    upper = np.concatenate((np.ones(n), contracts.post_seats, contracts.host_seats, np.zeros(c))).astype(float)
    starts: list[int] = []
    rows: list[int] = []
    values: list[float] = []
    for contract in range(count):
        starts.append(len(rows))
        post, cell = int(contracts.post[contract]), int(contracts.cell[contract])
        rows += [int(contracts.student[contract]), n + post, n + p + int(contracts.host_of[post])]
        values += [1.0, 1.0, 1.0]
        if cell >= 0:
            rows.append(n + p + h + cell)
            values.append(-1.0)
    for cell in range(c):
        starts.append(len(rows))
        rows.append(n + p + h + cell)
        values.append(1.0)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count + c, upper.size
    model.col_cost_ = np.zeros(count + c)
    model.col_lower_ = np.zeros(count + c)
    model.col_upper_ = np.concatenate((np.ones(count), contracts.cell_seats)).astype(float)
    model.row_lower_ = np.full(upper.size, -highspy.kHighsInf)
    model.row_upper_ = upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.array([*starts, len(rows)], dtype=np.int32)
    model.a_matrix_.index_ = np.array(rows, dtype=np.int32)
    model.a_matrix_.value_ = np.array(values)
    model.sense_ = highspy.ObjSense.kMaximize
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("solver", "ipm")):
        highs.setOptionValue(option, value)
    highs.passModel(model)
    return highs, count + c


def _maximise(highs: highspy.Highs, amounts: Amounts, until: float) -> tuple[float, Amounts]:
    highs.changeColsCost(amounts.size, np.arange(amounts.size, dtype=np.int32), amounts)
    _run(highs, until)
    if highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
        raise TooComplexError(
            "the alternative that fills the most seats was not found in time", hint="Leave it out, or give it longer."
        )
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS: {highs.getModelStatus()}")
    return highs.getInfo().objective_function_value, np.array(highs.getSolution().col_value)


def _run(highs: highspy.Highs, until: float) -> None:
    """Run HiGHS in its own thread and wait in ours, which alone hears Ctrl-C."""
    highs.HandleUserInterrupt = True
    highs.setOptionValue("time_limit", highs.getRunTime() + max(until - time.monotonic(), 0.0))
    highs.startSolve()
    try:
        while not highs.wait(0.05)[0]:
            pass
    except BaseException:
        highs.cancelSolve()
        while not highs.wait(0.05)[0]:  # a process that ends under its feet would abort
            pass
        raise
