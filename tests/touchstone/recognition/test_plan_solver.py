# SPDX-License-Identifier: Apache-2.0
"""What HiGHS may be believed: a plan once it is judged exactly; that there is none, only where nobody knows one."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import (
    S1_IS_T1,
    agreement,
    catalogue,
    documents,
    option,
    planned,
    qualification,
    request,
    unit,
)
from touchstone.recognition import bridging, compile_rulebook
from touchstone.recognition.engine import deciding_candidate
from touchstone.recognition.plan import Limits, Price, price_of
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


# Ties


def two_pairs_of_one_weight():
    """Two pairs of places, the pair that comes first by its places first, whose weights have the same sum."""
    (some,) = documents_of([catalogue(option("any", "T1"))])
    found = {}
    for pair in combinations(range(60), 2):
        weight = sum(price_of(some.options[0], place).weight for place in pair)
        if weight in found and not set(pair) & set(found[weight]):
            return sorted((found[weight], pair), key=lambda places: sum(1 << place for place in places))
        found[weight] = pair
    raise AssertionError("no two pairs weigh the same")


@pytest.mark.parametrize("steps", [bridging.MOST_STEPS, 0], ids=["own search", "HiGHS"])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_plans_that_cost_and_weigh_the_same_each_solver_gives_the_one_that_comes_first(
    monkeypatch, steps, turned
):
    first, second = two_pairs_of_one_weight()
    either = [("T1", "T2"), ("T3", "T4")]
    leads_to = {}
    for pair, units in zip((first, second), reversed(either) if turned else either, strict=True):
        leads_to.update(zip(pair, units, strict=True))
    offered = [
        option(f"o{place}", leads_to.get(place, "T1"), cost=50 if place in leads_to else 900) for place in range(60)
    ]
    asks = qualification({"any_of": [{"all_of": [unit(one), unit(other)]} for one, other in either]})
    monkeypatch.setattr(bridging, "MOST_STEPS", steps)

    found = planned([], asks, agreement(), catalogue(*offered)).plan

    assert (found.options, found.proven) == (tuple(f"o{place}" for place in first), True)
