# SPDX-License-Identifier: Apache-2.0
"""What HiGHS may be believed: a plan once it is judged exactly; that there is none, only where nobody knows one."""

from __future__ import annotations

import pytest

from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import S1_IS_T1, agreement, catalogue, documents, option, qualification, request, unit
from touchstone.recognition import bridging, compile_rulebook
from touchstone.recognition.engine import deciding_candidate
from touchstone.recognition.plan import Limits, Price
from touchstone.recognition.plan_search import Found
from touchstone.recognition.shortfall import Shortfall

pytest.importorskip("highspy")

from touchstone.recognition.plan_solver import Model, solve

DEAR, CHEAP_AND_LONG, CHEAP, CHEAP_TOO = 1, 2, 4, 8
NOTHING_FOUND = Found(None, proven=False, lower_bound=0)


class Rounding(Model):
    """A model in which one part of the price is kept a little lower than what was found, as rounding may do it."""

    rounded = "cost"

    def keep(self, amounts, total):
        parts = {part: [getattr(price, part) for price in self.problem.prices] for part in Price._fields}
        super().keep(amounts, total - 1 if amounts == parts[self.rounded] else total)


def asked(model=Model, limits=None):
    """A model of: which of four courses leads to T1, at 90 and 10 hours, 50 and 30 hours, 50 and 20 hours twice."""
    world = [qualification(unit("T1")), agreement(), S1_IS_T1, catalogue()]
    rulebook, question = compile_rulebook(documents_of(documents(*world))), request_of(request([]))
    prices = ((90, 10), (50, 30), (50, 20), (50, 20))
    offered = catalogue(
        *(option(f"o{place}", "T1", cost=cost, hours=hours) for place, (cost, hours) in enumerate(prices))
    )
    options = list(documents_of([offered])[0].options)
    shortfall = Shortfall(deciding_candidate(question, rulebook).case)
    return model(bridging._problem(options, shortfall, limits or Limits()), shortfall)


def test_the_best_is_proven():
    assert solve(asked(), NOTHING_FOUND) == Found(CHEAP_TOO, proven=True, lower_bound=50)


def test_that_there_is_no_plan_is_believed_of_the_first_question():
    assert solve(asked(limits=Limits(max_cost=49)), NOTHING_FOUND) == Found(None, proven=True, lower_bound=0)


@pytest.mark.parametrize(
    ("rounded", "expected"),
    [("cost", {CHEAP_AND_LONG, CHEAP, CHEAP_TOO}), ("hours", {CHEAP, CHEAP_TOO}), ("options", {CHEAP, CHEAP_TOO})],
)
def test_an_impossible_later_question_leaves_the_plan_of_the_earlier_ones_with_its_proven_cost(rounded, expected):
    class Rounded(Rounding):
        pass

    Rounded.rounded = rounded

    found = solve(asked(Rounded), NOTHING_FOUND)

    assert found.taken in expected
    assert (found.proven, found.lower_bound) == (False, 50)


def test_a_plan_that_is_known_already_refutes_that_there_is_none():
    known = Found(CHEAP, proven=False, lower_bound=40)

    class Blind(Model):
        def __init__(self, problem, shortfall):
            super().__init__(problem._replace(limits=Limits(max_cost=49)), shortfall)
            self.problem = problem

    assert solve(asked(Blind), known) == known


def test_a_cheaper_plan_that_is_known_already_is_kept():
    class Wasteful(Model):
        def minimise(self, amounts):
            return super().minimise([-amount for amount in amounts])

    known = Found(CHEAP, proven=False, lower_bound=40)

    assert solve(asked(Wasteful), known)[:2] == (CHEAP, False)
