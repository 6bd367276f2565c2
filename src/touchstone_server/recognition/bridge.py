# SPDX-License-Identifier: Apache-2.0
"""What would close the gap of an answer: the cheapest plan and the next best ones. The core plans; this arranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from touchstone.errors import InputError, RequestError
from touchstone.recognition.alternatives import alternatives
from touchstone.recognition.bridging import PlanWish, catalogues_on, options_on, plan
from touchstone.recognition.plan import BridgingPlan, PlanAnswer
from touchstone.standards import BridgingCatalogue
from touchstone.standards.bridging import BridgingOption, Money, in_units
from touchstone.standards.envelope import Period
from touchstone_server import documents
from touchstone_server.recognition.services import Answer

MOST_OTHERS = 5


class Step(NamedTuple):
    """An option of a plan, with the units that it leads to and its dates that are not over."""

    option: BridgingOption
    leads_to: tuple[str, ...]
    dates: tuple[Period, ...]

    @property
    def price(self) -> str:
        """What it costs, in whole units, as people write it."""
        return in_units(self.option.cost)


class Way(NamedTuple):
    """A plan as it is carried out: what is needed first comes first."""

    plan: BridgingPlan
    steps: tuple[Step, ...]

    @property
    def price(self) -> str:
        """What all of it costs."""
        return in_units(self.plan.cost)

    @property
    def least(self) -> str:
        """What no plan costs less than, with its currency."""
        least = Money(amount=self.plan.lower_bound, currency=self.plan.cost.currency)
        return f"{least.currency} {in_units(least)}"


class Bridge(NamedTuple):
    """The cheapest way and others, or what nothing on offer leads to."""

    best: Way | None
    others: tuple[Way, ...]
    unreachable: tuple[str, ...]
    illustrative: bool
    """Whether what is on offer is made up."""


def bridge_of(answer: Answer) -> Bridge | None:
    """Return what would close the gap; None where nothing is missing, a person must compare first, nothing is on offer there, or
    what is on offer cannot be compared in time or in one currency.
    """
    if not answer.decision.missing or not answer.decision.compared:
        return None
    try:
        found, wish = _planned(answer)
    except InputError:
        return None
    offered = _catalogues(answer, found)
    if not offered or (found.plan is None and not found.unreachable):
        return None
    best, day = found.plan, answer.question.day
    others = alternatives(best, answer.request, documents.rulebook(), wish, most=MOST_OTHERS) if best else []
    names = frozenset(name for names in answer.decision.missing for name in names)
    return Bridge(
        best=_way(best, names, day) if best else None,
        others=tuple(_way(other, names, day) for other in others),
        unreachable=found.unreachable,
        illustrative=any(map(documents.is_illustrative, offered)),
    )


def _catalogues(answer: Answer, found: PlanAnswer) -> list[BridgingCatalogue]:
    """Return the catalogues that a plan draws on or, without a plan, those of the region of destination."""
    offered = catalogues_on(answer.question.day, documents.rulebook())
    if found.plan is None:
        return [item for item in offered if item.region == answer.request.to]
    return [item for item in offered if any(option.id in found.plan.options for option in item.options)]


def _planned(answer: Answer) -> tuple[PlanAnswer, PlanWish]:
    """Plan with all that is on offer anywhere or, where prices cannot be compared, with what the region of destination offers."""
    try:
        return plan(answer.request, documents.rulebook()), PlanWish()
    except RequestError:
        wish = PlanWish(region=answer.request.to)
        return plan(answer.request, documents.rulebook(), wish), wish


def _way(found: BridgingPlan, names: frozenset[str], day: dt.date) -> Way:
    options = options_on(day, documents.rulebook())
    taken = _in_order([options[identifier] for identifier in found.options])
    return Way(found, tuple(Step(option, _wanted(option, names), _ahead(option.dates, day)) for option in taken))


def _in_order(options: Iterable[BridgingOption]) -> Iterator[BridgingOption]:
    """Yield options, each after what it needs first; those that need one another, as they come."""
    waiting = {option.id: option for option in options}
    while waiting:
        ready = [option.id for option in waiting.values() if waiting.keys().isdisjoint(option.prerequisites)]
        for identifier in ready or list(waiting):
            yield waiting.pop(identifier)


def _wanted(option: BridgingOption, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(unit for unit in option.covers if unit in names)


def _ahead(dates: Iterable[Period], day: dt.date) -> tuple[Period, ...]:
    return tuple(period for period in dates if period.until is None or period.until >= day)
