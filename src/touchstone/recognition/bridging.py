# SPDX-License-Identifier: Apache-2.0
"""The cheapest bridge: which courses, tests and adaptation periods together make a recognition full, for the least money and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from touchstone.errors import InputError, RequestError, TooComplexError
from touchstone.recognition.case import FLOOR
from touchstone.recognition.engine import decide, deciding_candidate
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.exactly import exactly
from touchstone.recognition.plan import BridgingPlan, Limits, PlanAnswer, price_of
from touchstone.recognition.plan_search import Found, PlanProblem, places, search
from touchstone.recognition.prerequisites import unlocked
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.shortfall import Shortfall
from touchstone.standards.bridging import BridgingCatalogue, BridgingOption, Money
from touchstone.standards.envelope import resolve

MOST_STEPS = 20_000
"""Branches after which the own search gives up and the solver (extra ``[plan]``) is asked."""
NO_CURRENCY = "XXX"
"""ISO 4217: no currency; what an empty plan costs where no catalogue names one."""


class PlanWish(NamedTuple):
    """What the holder wants of a plan: limits, a region to stay in, options to leave out."""

    limits: Limits = Limits()
    region: str | None = None
    exclude: frozenset[str] = frozenset()


@exactly
def plan(request: RecognitionRequest, rulebook: Rulebook, wish: PlanWish | None = None) -> PlanAnswer:
    """Return the cheapest plan that makes the recognition full: least cost, then hours, then options, then a fixed order.

    :raises RequestError: when the request cannot be decided, an excluded option is unknown, or the options that could help are
        priced in more than one currency.
    :raises TooComplexError: when neither a plan within the limits nor that there is none was found in the steps allowed.
    """
    wish = wish or PlanWish()
    decision = decide(request, rulebook)
    options = _options(request, rulebook, wish)
    if not decision.compared:
        return PlanAnswer()
    candidate = deciding_candidate(request, rulebook)
    shortfall = Shortfall(candidate.case)
    if candidate.case.barred(FLOOR):
        return PlanAnswer()
    if candidate.case.granted(FLOOR) or shortfall.holds(frozenset()):
        return PlanAnswer(plan=_written(0, options, proven=True, lower_bound=0))
    offered = options_on(request.decided_on, rulebook).values()
    usable = _usable(unlocked(options, offered, candidate.case), shortfall.names())
    everything = frozenset[str]().union(*(option.covers for option in usable.values()))
    if not shortfall.holds(everything):
        ways = shortfall.missing_beside(everything).sets
        return PlanAnswer(unreachable=ways[0] if ways else ())
    return _cheapest(list(usable.values()), shortfall, wish.limits)


def options_of(rulebook: Rulebook) -> Iterator[BridgingOption]:
    """Yield every option of every catalogue, in force or not."""
    for document in rulebook.documents:
        if isinstance(document, BridgingCatalogue):
            yield from document.options


def catalogues_on(day: dt.date, rulebook: Rulebook) -> list[BridgingCatalogue]:
    """Return every catalogue in the version that is in force on a day, by id."""
    catalogues = [document for document in rulebook.documents if isinstance(document, BridgingCatalogue)]
    return [item for item in catalogues if resolve(item.id, rulebook.by_id[item.id], day) is item]


def options_on(day: dt.date, rulebook: Rulebook) -> dict[str, BridgingOption]:
    """Return what is on offer on a day, by id."""
    return {option.id: option for catalogue in catalogues_on(day, rulebook) for option in catalogue.options}


def _options(request: RecognitionRequest, rulebook: Rulebook, wish: PlanWish) -> list[BridgingOption]:
    """Return the options of every catalogue in force, in the order of catalogue ids and then as listed, without what is excluded."""
    known = {option.id for option in options_of(rulebook)}
    if unknown := sorted(wish.exclude - known):
        raise InputError(
            "the excluded option is unknown", file="--exclude", expected="the id of a bridging option", found=unknown[0]
        )
    offered = catalogues_on(request.decided_on, rulebook)
    here = [catalogue for catalogue in offered if wish.region in (None, catalogue.region)]
    return [option for catalogue in here for option in catalogue.options if option.id not in wish.exclude]


def _usable(options: Sequence[BridgingOption], helpful: frozenset[str]) -> dict[str, BridgingOption]:
    """Return the options that help, and those that lead to them; an option that cannot be begun is left out."""
    usable = _within_reach(options)
    kept: set[str] = set()
    wanted = [option for option in usable.values() if not helpful.isdisjoint(option.covers)]
    while wanted:
        option = wanted.pop()
        if option.id not in kept:
            kept.add(option.id)
            wanted.extend(usable[item] for item in option.prerequisites)
    return {name: option for name, option in usable.items() if name in kept}


def _within_reach(options: Sequence[BridgingOption]) -> dict[str, BridgingOption]:
    """Return the options that can be begun, at once or after others that can; those that wait for one another never can."""
    reached: set[str] = set()
    waiting = list(options)
    while ready := [option.id for option in waiting if reached.issuperset(option.prerequisites)]:
        reached.update(ready)
        waiting = [option for option in waiting if option.id not in reached]
    return {option.id: option for option in options if option.id in reached}


def _cheapest(options: list[BridgingOption], shortfall: Shortfall, limits: Limits) -> PlanAnswer:
    _check_currency(options)
    problem = _problem(options, shortfall, limits)
    found = search(problem, MOST_STEPS)
    if not found.proven:
        found = _ask_solver(problem, shortfall, found)
    if found.taken is None:
        if not found.proven:
            raise TooComplexError(
                "whether any plan keeps within the limits takes too long to find out", hint="Raise or drop a limit."
            )
        return PlanAnswer()
    return PlanAnswer(plan=_written(found.taken, options, proven=found.proven, lower_bound=found.lower_bound))


def _problem(options: list[BridgingOption], shortfall: Shortfall, limits: Limits) -> PlanProblem:
    by_id = {option.id: place for place, option in enumerate(options)}
    helpful = shortfall.names()
    return PlanProblem(
        prices=[price_of(option, place) for place, option in enumerate(options)],
        names_of=[helpful.intersection(option.covers) for option in options],
        takes=[_with_prerequisites(option, options, by_id) for option in options],
        holds=lru_cache(maxsize=None)(shortfall.holds),
        demands=lru_cache(maxsize=None)(shortfall.demands),
        limits=limits,
    )


def _with_prerequisites(option: BridgingOption, options: list[BridgingOption], by_id: dict[str, int]) -> int:
    taken, waiting = 0, [option]
    while waiting:
        current = waiting.pop()
        bit = 1 << by_id[current.id]
        if not taken & bit:
            taken |= bit
            waiting.extend(options[by_id[item]] for item in current.prerequisites)
    return taken


def _ask_solver(problem: PlanProblem, shortfall: Shortfall, found: Found) -> Found:
    """Ask HiGHS, if it is installed; without it, the best plan so far stands, unproven."""
    try:
        from touchstone.recognition.plan_solver import Model, solve
    except ModuleNotFoundError:
        return found
    return solve(Model(problem, shortfall), found)


def _check_currency(options: Sequence[BridgingOption]) -> None:
    currencies = sorted({option.cost.currency for option in options})
    if len(currencies) > 1:
        hint = "Ask for one region with --region, or leave options out with --exclude."
        raise RequestError(
            "the options that could help are priced in several currencies",
            expected="one",
            found=", ".join(currencies),
            hint=hint,
        )


def _written(chosen: int, options: Sequence[BridgingOption], *, proven: bool, lower_bound: int) -> BridgingPlan:
    taken = [options[place] for place in places(chosen)]
    currency = next((option.cost.currency for option in (*taken, *options)), NO_CURRENCY)
    return BridgingPlan(
        options=tuple(option.id for option in taken),
        cost=Money(amount=sum(option.cost.amount for option in taken), currency=currency),
        hours=sum(option.hours for option in taken),
        proven=proven,
        lower_bound=lower_bound,
    )
