# SPDX-License-Identifier: Apache-2.0
"""The next best plans: the cheapest of all that do without some option of a better one, then the next, and so on."""

from __future__ import annotations

from heapq import heappop, heappush

from touchstone.errors import TooComplexError
from touchstone.recognition.bridging import PlanWish, plan
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.plan import BridgingPlan
from touchstone.recognition.rulebook import Rulebook

_MOST_PLANS = 40
"""Plans that are made at most in search of the next best ones."""


def alternatives(
    best: BridgingPlan, request: RecognitionRequest, rulebook: Rulebook, wish: PlanWish | None = None, *, most: int = 5
) -> list[BridgingPlan]:
    """Return up to ``most`` other plans, cheapest first: whatever options a better plan has, each does without one of them."""
    wish = wish or PlanWish()
    waiting: list[tuple[int, int, tuple[str, ...], tuple[str, ...]]] = []
    plans, tried, found = {best.options: best}, {wish.exclude}, [best]
    heappush(waiting, (*_rank(best), tuple(sorted(wish.exclude))))
    while waiting and len(found) <= most:
        *_, options, excluded = heappop(waiting)
        if plans[options] not in found:
            found.append(plans[options])
        for option in options:
            without = frozenset((*excluded, option))
            if without in tried or len(tried) > _MOST_PLANS:
                continue
            tried.add(without)
            other = _plan_within(request, rulebook, wish._replace(exclude=without))
            if other and other.options:
                plans.setdefault(other.options, other)
                heappush(waiting, (*_rank(other), tuple(sorted(without))))
    return found[1:]


def _plan_within(request: RecognitionRequest, rulebook: Rulebook, wish: PlanWish) -> BridgingPlan | None:
    """Return the cheapest plan; one that would take too long to find is passed over, for nothing hangs on it."""
    try:
        return plan(request, rulebook, wish).plan
    except TooComplexError:
        return None


def _rank(plan: BridgingPlan) -> tuple[int, int, tuple[str, ...]]:
    return plan.cost.amount, plan.hours, plan.options
