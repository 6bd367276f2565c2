# SPDX-License-Identifier: Apache-2.0
"""The next best plans: cheapest first, each without some option of a better one."""

from __future__ import annotations

from itertools import combinations

from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import agreement, catalogue, documents, option, qualification, request, unit
from touchstone.recognition import compile_rulebook
from touchstone.recognition.alternatives import alternatives
from touchstone.recognition.bridging import PlanWish, plan
from touchstone.recognition.plan import Limits

BOTH = qualification(unit("T1"), unit("T2"))
OFFER = (
    option("both", "T1", "T2", cost=190),
    option("T1-cheap", "T1", cost=100),
    option("T1-dear", "T1", cost=130),
    option("T2-cheap", "T2", cost=110),
    option("T2-dear", "T2", cost=170),
)


def found(*options, most=5, wish=None):
    """The options of the best plan and of the next best ones."""
    rulebook = compile_rulebook(documents_of(documents(BOTH, agreement(), catalogue(*options))))
    asked = request_of(request([]))
    best = plan(asked, rulebook, wish).plan
    return [each.options for each in (best, *alternatives(best, asked, rulebook, wish, most=most))]


def test_the_next_best_plans_are_all_the_minimal_ones_in_the_order_of_what_they_cost():
    price = {each["id"]: each["cost"]["amount"] for each in OFFER}
    pairs = [(one, other) for one, other in combinations(price, 2) if {one[:2], other[:2]} == {"T1", "T2"}]

    expected = sorted([("both",), *pairs], key=lambda names: sum(price[name] for name in names))

    assert found(*OFFER) == expected


def test_there_are_no_more_than_asked_for():
    assert len(found(*OFFER, most=2)) == 3


def test_a_plan_without_which_nothing_leads_there_has_no_other():
    assert found(option("both", "T1", "T2")) == [("both",)]


def test_what_the_holder_wishes_holds_for_the_others_too():
    wish = PlanWish(limits=Limits(max_cost=240), exclude=frozenset({"T1-cheap"}))

    assert found(*OFFER, wish=wish) == [("both",), ("T1-dear", "T2-cheap")]
