# SPDX-License-Identifier: Apache-2.0
"""Plans are as cheap as brute force says, and the same whichever solver finds them: the own search, HiGHS, CP-SAT."""

from __future__ import annotations

import random
from importlib.util import find_spec
from typing import NamedTuple

import pytest

from tests.oracle import oracle, plans
from tests.oracle.worlds import random_world
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import catalogue, framework, option, qualification, request, scale, unit
from touchstone.recognition import bridging, compile_rulebook
from touchstone.recognition.bridging import PlanWish, plan
from touchstone.recognition.plan import Limits

SAMPLE, PART = 100, 25
BY_HIGHS_ALONE = 30
SOAK = 5_000
BY_CP_SAT, OPTIONS, UNITS = 200, 60, 14


class Case(NamedTuple):
    """A world, what is offered in it, and what the holder wishes; two documents give the same plan in any order."""

    request: dict
    documents: list
    options: list
    limits: Limits

    def cheapest(self):
        """What brute force finds: cost, hours and number of options, or None."""
        return plans.cheapest(self.request, self.documents, self.options, self.limits.max_hours, self.limits.max_cost)

    def planned(self):
        """What the engine finds."""
        offered = [*self.documents, catalogue(*self.options)]
        rulebook = compile_rulebook(documents_of(offered))
        return plan(request_of(self.request), rulebook, PlanWish(limits=self.limits)).plan


def cases(first, count, at_most=12):
    """Yield worlds in which something is missing, with random catalogues and limits, from a seed on."""
    seed = first
    while count:
        rng = random.Random(seed)
        world, documents = random_world(rng)
        if oracle.decide(world, documents)["floor"] not in ("FULL", "REFER"):
            count -= 1
            options = plans.random_options(rng, documents, at_most)
            yield seed, Case(world, documents, options, random_limits(rng))
        seed += 1


def random_limits(rng):
    return Limits(max_hours=rng.choice([None, None, 6, 10]), max_cost=rng.choice([None, None, 800, 1500]))


def compared(seed, case):
    """Plan once with each; return whether there was a plan, on which both agree."""
    expected, found = case.cheapest(), case.planned()
    told = found and (found.cost.amount, found.hours, len(found.options))
    assert told == expected, f"world {seed}"
    assert found is None or (found.proven and found.lower_bound == found.cost.amount), f"world {seed}"
    return found is not None


@pytest.mark.parametrize("part", range(SAMPLE // PART))
def test_plans_are_as_cheap_as_brute_force_says_on_a_sample_of_worlds(part):
    """Worlds with up to ten options, some with limits and some without a plan; the soak takes thousands with twelve."""
    assert sum(compared(seed, case) for seed, case in cases(part * 1_000, PART, at_most=10)) > 0


def test_highs_alone_finds_the_same_options_as_the_own_search(monkeypatch):
    pytest.importorskip("highspy")
    asked = [case for _, case in cases(50_000, BY_HIGHS_ALONE, at_most=9)]
    own = [case.planned() for case in asked]

    monkeypatch.setattr(bridging, "MOST_STEPS", 0)

    assert [case.planned() for case in asked] == own
    assert any(own)


@pytest.mark.soak
def test_plans_equal_brute_force_on_five_thousand_worlds_with_up_to_twelve_options(tell):
    feasible = sum(compared(seed, case) for seed, case in cases(1_000_000, SOAK))

    tell(f"plan = brute force on {SOAK} worlds: {feasible} with a plan, {SOAK - feasible} without")
    assert min(feasible, SOAK - feasible) > SOAK // 10


@pytest.mark.soak
def test_highs_alone_equals_the_own_search_on_two_thousand_worlds(monkeypatch, tell):
    pytest.importorskip("highspy")
    asked = [case for _, case in cases(2_000_000, 2_000)]
    own = [case.planned() for case in asked]

    monkeypatch.setattr(bridging, "MOST_STEPS", 0)

    assert [case.planned() for case in asked] == own
    tell(
        f"HiGHS = own search, option by option, on {len(own)} worlds: {sum(found is not None for found in own)} with a plan"
    )


# Larger problems, and a third solver


def large(seed):
    """A qualification of many units, and more courses than brute force can try: some lead to several, some need another first."""
    rng = random.Random(seed)
    names = [f"U{number}" for number in range(UNITS)]
    parts = [unit(name) for name in names]
    some = {"at_least": {"count": rng.randint(1, 3), "of": parts[:5]}}
    either = {"any_of": [parts[5], {"all_of": parts[6:8]}]}
    options = []
    for number in range(OPTIONS):
        before = {"prerequisites": [f"option-{rng.randrange(number)}"]} if number and rng.random() < 0.15 else {}
        covers = rng.sample(names, rng.randint(1, 4))
        price = {"cost": rng.randint(20, 200) * 1000, "hours": rng.randint(4, 60)}
        options.append(option(f"option-{number}", *covers, **price, **before))
    home = framework("framework", "scale", *names)
    asks = qualification(some, either, *parts[8:], framework="framework")
    world = [scale("scale", ["1", "2"]), home, asks]
    limits = Limits(max_hours=rng.choice([None, 60, 90, 120]))
    return Case(request([], **{"from": "HK"}), world, options, limits)


def test_highs_finds_the_same_options_in_problems_of_sixty(monkeypatch):
    pytest.importorskip("highspy")
    asked = [large(seed) for seed in range(12)]
    own = [case.planned() for case in asked]

    monkeypatch.setattr(bridging, "MOST_STEPS", 0)

    assert [case.planned() for case in asked] == own
    assert all(found is None or found.proven for found in own)


def by_cp_sat(case):
    """The least cost, then the least hours, then the fewest options, by CP-SAT."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = {each["id"]: model.new_bool_var(each["id"]) for each in case.options}
    for each in case.options:
        for before in each.get("prerequisites", []):
            model.add_implication(taken[each["id"]], taken[before])

    def holds(expression):
        """A variable that may be true only where the expression is."""
        if "unit" in expression:
            inputs, need = [taken[each["id"]] for each in case.options if expression["unit"] in each["covers"]], 1
        else:
            ((kind, body),) = expression.items()
            inputs = [holds(part) for part in (body["of"] if kind == "at_least" else body)]
            need = {"any_of": 1, "all_of": len(inputs)}.get(kind) or body["count"]
        told = model.new_bool_var("")
        model.add(sum(inputs) >= need).only_enforce_if(told)
        return told

    (asks,) = [each["require"] for each in case.documents if each["kind"] == "Qualification"]
    model.add(holds(asks) == 1)
    hours = sum(each["hours"] * taken[each["id"]] for each in case.options)
    if case.limits.max_hours is not None:
        model.add(hours <= case.limits.max_hours)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    found = []
    for aim in (sum(each["cost"]["amount"] * taken[each["id"]] for each in case.options), hours, sum(taken.values())):
        model.minimize(aim)
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        found.append(round(solver.objective_value))
        model.add(aim <= found[-1])
    return tuple(found)


@pytest.mark.soak
@pytest.mark.skipif(
    find_spec("ortools") is None, reason="needs CP-SAT: pip install ortools, a test tool and no dependency"
)
def test_plans_equal_cp_sat_on_two_hundred_problems_with_sixty_options(tell):
    feasible = 0
    for seed in range(BY_CP_SAT):
        case = large(seed)
        found = case.planned()
        told = found and (found.cost.amount, found.hours, len(found.options))
        assert told == by_cp_sat(case), f"problem {seed}"
        assert found is None or found.proven
        feasible += found is not None
    tell(
        f"plan = CP-SAT on {BY_CP_SAT} problems with {OPTIONS} options: {feasible} with a plan, {BY_CP_SAT - feasible} without"
    )
    assert feasible > BY_CP_SAT // 2
