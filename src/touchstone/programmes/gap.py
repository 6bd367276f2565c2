# SPDX-License-Identifier: Apache-2.0
"""The gap between what enterprises need and what programmes give, per competency and region, never without its interval.

Demand is the share of a region's openings that ask for a competency; what is unmet, the share that asks for a level that no programme of
the region reaches. Levels compare through the referencings, so "reached" may be unknown: then nothing is proposed. A cell in which one to
four employers stand is hidden from everybody but the one that owns all of it; where the openings tell less than five equal employers
would, the cell says *insufficient evidence*, however many adverts there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Literal, NamedTuple

from touchstone.demand.need import Need, standing_on
from touchstone.errors import InputError
from touchstone.logic import Truth
from touchstone.programmes.intervals import Share, effective, shares
from touchstone.programmes.yardstick import Level, Offered, Yardstick
from touchstone.standards.envelope import latest_in_force
from touchstone.standards.programme import Programme
from touchstone.value import Value

FEWEST_EMPLOYERS = 5
MOST_LEFT_OUT = 20
"""Levels asked by no more than one in 20 of the openings that ask for a competency set no target."""

Class = Literal["add", "raise_level", "more_practice", "retire", "watch", "insufficient_evidence", "no_gap"]
OPEN: tuple[Class, ...] = ("add", "raise_level", "more_practice")
"""The classes that a change of programme closes."""


class Policy(NamedTuple):
    """What counts as demanded (a share of openings), how much of a unit's hours should be practice, what is a must whatever the demand.

    The figures are illustrative: a committee sets its own.
    """

    demanded: float = 0.1
    practice: Decimal = Decimal("0.5")
    must: frozenset[str] = frozenset()


class GapCell(Value, frozen=True, kw_only=True):
    """One competency in one region. Hidden numbers are absent; ``asked`` are the levels that the programmes should reach."""

    unit: str
    region: str
    class_: Class
    because: str
    employers: int | None = None
    demand: Share | None = None
    unmet: Share | None = None
    supply: tuple[float, float] | None = None
    asked: tuple[Level, ...] = ()
    practice_hours: int = 0
    practised_hours: int = 0
    weight: int = 0

    @property
    def open(self) -> bool:
        """Whether a change of programme could close it."""
        return self.class_ in OPEN


class Gap(Value, frozen=True, kw_only=True):
    """All cells of a day, by region and weight; ``hidden`` counts the cells whose numbers are suppressed."""

    on: dt.date
    cells: tuple[GapCell, ...]
    hidden: int = 0


def gap(
    needs: Iterable[Need],
    programmes: Iterable[Programme],
    yardstick: Yardstick,
    *,
    policy: Policy | None = None,
    viewer: str | None = None,
    seed: int = 0,
) -> Gap:
    """Return the gap on the yardstick's day.

    :param viewer: the employer who asks; she sees the cells in which she stands alone.
    :raises InputError: when a need or a programme speaks of a competency or level that nobody knows.
    """
    policy = policy or Policy()
    for unit in sorted(policy.must):
        yardstick.competency(unit)
    standing, taught = standing_on(needs, yardstick.on), latest_in_force(programmes, yardstick.on)
    regions = sorted({need.region for need in standing} | {programme.region for programme in taught})
    cells = [
        cell
        for region in regions
        for cell in _Region(
            [need for need in standing if need.region == region],
            [programme for programme in taught if programme.region == region],
            yardstick, policy, region,
        ).cells(viewer, seed)
    ]  # fmt: skip
    cells.sort(
        key=lambda cell: (cell.region, OPEN.index(cell.class_) if cell.open else len(OPEN), -cell.weight, cell.unit)
    )
    hidden = sum(cell.demand is None for cell in cells)
    return Gap(on=yardstick.on, cells=tuple(cells), hidden=hidden)


class _Asked(NamedTuple):
    """A competency as the needs of a region ask for it: for each level, the openings of each employer."""

    by_level: dict[Level, dict[str, int]]

    def openings(self, levels: Iterable[Level]) -> dict[str, int]:
        total: dict[str, int] = defaultdict(int)
        for level in levels:
            for employer, weight in self.by_level[level].items():
                total[employer] += weight
        return total

    def targets(self) -> tuple[Level, ...]:
        """Return the levels that set the target: all but the rarest, those that are left out being at most one in 20 together."""
        weighed = sorted(self.by_level, key=lambda level: (sum(self.by_level[level].values()), level.scale, str(level)))
        total = sum(sum(item.values()) for item in self.by_level.values())
        left = 0
        while weighed and MOST_LEFT_OUT * (left + sum(self.by_level[weighed[0]].values())) <= total:
            left += sum(self.by_level[weighed.pop(0)].values())
        return tuple(reversed(weighed))


class _Region:
    """The needs and programmes of one region."""

    def __init__(
        self, needs: Sequence[Need], programmes: Sequence[Programme], yardstick: Yardstick, policy: Policy, region: str
    ) -> None:
        self.yardstick, self.policy, self.region, self.programmes = yardstick, policy, region, programmes
        self.weights: dict[str, int] = defaultdict(int)
        for need in needs:
            self.weights[need.employer] += need.weight
        self.asked = self._asked(needs)
        self.offers = [(programme, _teaching(programme, yardstick)) for programme in programmes]

    def _asked(self, needs: Sequence[Need]) -> Mapping[str, _Asked]:
        asked: dict[str, _Asked] = {}
        for need in needs:
            for wanted in need.competencies:
                try:
                    level = self.yardstick.level(wanted.unit, wanted.level, need.level_scale)
                except InputError as error:
                    raise error.at(file=need.id) from None
                by_level = asked.setdefault(wanted.unit, _Asked({})).by_level
                openings = by_level.setdefault(level, defaultdict(int))
                openings[need.employer] += need.weight
        return asked

    def cells(self, viewer: str | None, seed: int) -> list[GapCell]:
        """Return the cells of every competency that is asked, taught or a must."""
        units = sorted(self.asked.keys() | {unit for _, offers in self.offers for unit in offers} | self.policy.must)
        if not self.weights:
            return [self._hidden(unit, "no needs stand in the region") for unit in units]
        employers = sorted(self.weights)
        questions = [
            [openings.get(name, 0) for name in employers] for unit in units for openings in self._questions(unit)
        ]
        found = shares([self.weights[name] for name in employers], questions, seed=seed)
        return [self._cell(unit, found[place * 3 : place * 3 + 3], viewer) for place, unit in enumerate(units)]

    def _questions(self, unit: str) -> tuple[dict[str, int], ...]:
        """Return the openings that ask for a unit at all, those surely unmet, and those not surely met."""
        asked = self.asked.get(unit, _Asked({}))
        reached = {level: self._reached(unit, level) for level in asked.by_level}
        return (
            asked.openings(reached),
            asked.openings(level for level, truth in reached.items() if truth is Truth.FALSE),
            asked.openings(level for level, truth in reached.items() if truth is not Truth.TRUE),
        )

    def _reached(self, unit: str, level: Level) -> Truth:
        return max(
            (reached(offers.get(unit, ()), (level,), self.yardstick) for _, offers in self.offers), default=Truth.FALSE
        )

    def _cell(self, unit: str, found: Sequence[Share], viewer: str | None) -> GapCell:
        demand, unmet, doubtful = found
        asked = self.asked.get(unit, _Asked({}))
        asking = asked.openings(asked.by_level)
        of_all = len(self.weights)
        hidden = of_all < FEWEST_EMPLOYERS or 0 < len(asking) < FEWEST_EMPLOYERS
        own = set(asking) == {viewer} and (of_all >= FEWEST_EMPLOYERS or of_all == 1)
        if hidden and not own:
            return self._hidden(unit, f"fewer than {FEWEST_EMPLOYERS} employers")
        targets = asked.targets()
        practised = max(
            (practice(offers.get(unit, ()), targets, self.yardstick) for _, offers in self.offers), default=0
        )
        wanted = practice_hours(unit, self.yardstick, self.policy)
        class_, because = self._class(unit, demand, unmet, doubtful, lacks_practice=practised < wanted)
        share = unmet if class_ == "raise_level" else demand
        return GapCell(
            unit=unit, region=self.region, class_=class_, because=because, employers=len(asking), demand=demand, unmet=unmet,
            supply=self._supply(unit, targets), asked=targets, practice_hours=wanted, practised_hours=practised,
            weight=max(1, round(1000 * share.share)),
        )  # fmt: skip

    def _class(
        self, unit: str, demand: Share, unmet: Share, doubtful: Share, *, lacks_practice: bool
    ) -> tuple[Class, str]:
        """Return the class of a cell, and why."""
        line, must = self.policy.demanded, unit in self.policy.must
        taught = any(unit in offers for _, offers in self.offers)
        told = effective(list(self.weights.values()))
        if not must and told < FEWEST_EMPLOYERS:
            return "insufficient_evidence", f"the openings tell no more than {told:.1f} equal employers would"
        if not must and demand.high < line:
            return ("retire", "taught, and surely not demanded") if taught else ("no_gap", "surely not demanded")
        if not must and demand.low < line:
            return "watch", "the interval of the demand crosses the line"
        if not taught:
            return "add", "demanded, and taught nowhere"
        return self._of_taught(unmet, doubtful, lacks_practice=lacks_practice)

    def _of_taught(self, unmet: Share, doubtful: Share, *, lacks_practice: bool) -> tuple[Class, str]:
        line = self.policy.demanded
        if unmet.low >= line:
            return "raise_level", "demanded at a level above what is taught"
        if doubtful.low >= line:
            return "insufficient_evidence", "no referencing says whether the level taught meets the one demanded"
        if unmet.share >= line:
            return "watch", "the interval of what is unmet crosses the line"
        if lacks_practice:
            return "more_practice", "taught at the level demanded, with too little practice"
        return "no_gap", "taught and practised at the level demanded"

    def _supply(self, unit: str, targets: tuple[Level, ...]) -> tuple[float, float] | None:
        """Return the share of places whose programme reaches the levels asked: surely, and possibly."""
        places = sum(programme.places for programme in self.programmes)
        if not places:
            return None
        truths = [
            (programme.places, reached(offers.get(unit, ()), targets, self.yardstick))
            for programme, offers in self.offers
        ]
        sure = sum(count for count, truth in truths if truth is Truth.TRUE)
        possible = sum(count for count, truth in truths if truth is not Truth.FALSE)
        return round(sure / places, 4), round(possible / places, 4)

    def _hidden(self, unit: str, because: str) -> GapCell:
        return GapCell(unit=unit, region=self.region, class_="insufficient_evidence", because=because)


def reached(offers: Iterable[Offered], targets: Iterable[Level], yardstick: Yardstick) -> Truth:
    """Tell whether what is taught or practised of one unit reaches every level asked."""
    offered = tuple(offers)
    best = (max((yardstick.meets(offer.level, level) for offer in offered), default=Truth.FALSE) for level in targets)
    return min(best, default=Truth.TRUE) if offered else Truth.FALSE


def practice(offers: Iterable[Offered], targets: Iterable[Level], yardstick: Yardstick) -> int:
    """Return the hours of practice of one unit that surely meet every level asked."""
    levels = tuple(targets)
    return sum(
        offer.hours
        for offer in offers
        if offer.role == "practises" and all(yardstick.meets(offer.level, level) is Truth.TRUE for level in levels)
    )


def practice_hours(unit: str, yardstick: Yardstick, policy: Policy) -> int:
    """Return the hours of practice that a unit should have: its share of the hours of the unit, or one where these are not stated."""
    hours = yardstick.competency(unit).hours
    return 1 if hours is None else ceil(hours * policy.practice)


def teaching(offers: Iterable[Offered]) -> dict[str, list[Offered]]:
    """Return what is taught or practised, by unit; assessing alone teaches nobody."""
    by_unit: dict[str, list[Offered]] = defaultdict(list)
    for offer in offers:
        if offer.role != "assesses":
            by_unit[offer.unit].append(offer)
    return dict(by_unit)


def _teaching(programme: Programme, yardstick: Yardstick) -> dict[str, list[Offered]]:
    return teaching(yardstick.all_offers(programme))
