# SPDX-License-Identifier: Apache-2.0
"""The gap between what enterprises need and what programmes give, per competency and region, never without its interval.

Demand is the share of a region's openings that ask for a competency; what is unmet, the share that asks for a target level, or more, that
no programme of the region reaches. Levels compare through the referencings, so "reached" may be unknown: then nothing is proposed.

No figure is told that one to four employers make, or one of them most of (:mod:`touchstone.programmes.suppression`): neither the demand,
nor what is unmet (or, as the rest of the demand, met), nor a target level. Only who alone asks for a competency sees her own cell. Where
the openings tell less than five equal employers would, the cell says *insufficient evidence*, however many adverts there are. A must is
judged whatever the demand: the law asks for it, so nobody is told of.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Literal, NamedTuple

from touchstone.demand.need import Need, standing_on, voice
from touchstone.errors import InputError
from touchstone.logic import Truth
from touchstone.programmes.intervals import Share, effective, shares
from touchstone.programmes.suppression import FEWEST_EMPLOYERS, Suppression
from touchstone.programmes.yardstick import Level, Offered, Yardstick
from touchstone.standards.envelope import latest_in_force
from touchstone.standards.programme import Programme
from touchstone.value import Value

MOST_LEFT_OUT = 0.05
"""Levels asked by no more than this share of the openings that ask for a competency set no target, unless that counts as demanded."""
MUST_WEIGHT = 1000
"""What a must weighs: as much as what every opening asks for."""

Class = Literal["add", "raise_level", "more_practice", "retire", "watch", "insufficient_evidence", "no_gap"]
OPEN: tuple[Class, ...] = ("add", "raise_level", "more_practice")
"""The classes that a change of programme closes."""

Because = Literal[
    "no_needs", "few_employers", "few_equal_employers", "not_demanded", "taught_not_demanded", "demand_unsure", "not_taught",
    "below_level", "level_unknown", "unmet_unsure", "little_practice", "few_ask_more", "met",
]  # fmt: skip
"""Why a cell has its class; ``wording.yaml`` says each in words."""


class Policy(NamedTuple):
    """What counts as demanded (a share of openings), how much of a unit's hours should be practice, what is a must whatever the demand,
    and when a figure is told at all.

    The figures are illustrative: a committee sets its own.
    """

    demanded: float = 0.1
    practice: Decimal = Decimal("0.5")
    must: frozenset[str] = frozenset()
    suppression: Suppression = Suppression()


class GapCell(Value, frozen=True, kw_only=True):
    """One competency in one region. Hidden numbers are absent; ``asked`` are the levels that the programmes should reach.

    ``equal_employers`` is how many employers of equal weight would tell as much as the openings do, where these are too few.
    """

    unit: str
    region: str
    class_: Class
    because: Because
    equal_employers: float | None = None
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
        ).cells(viewer and voice(viewer), seed)
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

    def usual(self, most_left_out: float) -> tuple[Level, ...]:
        """Return all levels but the rarest, those that are left out being together at most that share of the openings that ask."""
        weighed = sorted(self.by_level, key=lambda level: (sum(self.by_level[level].values()), level.scale, str(level)))
        total = sum(sum(item.values()) for item in self.by_level.values())
        left = 0
        while weighed and left + sum(self.by_level[weighed[0]].values()) <= most_left_out * total:
            left += sum(self.by_level[weighed.pop(0)].values())
        return tuple(reversed(weighed))


class _Judged(NamedTuple):
    """A competency of a region with what may be told of it.

    ``targets`` are the levels for which, or for more, it may be told that employers ask; ``more`` tells of another level that is not
    surely reached.
    """

    unit: str
    must: bool
    asking: Mapping[str, int]
    hidden: bool
    targets: tuple[Level, ...]
    unmet: Mapping[str, int]
    doubtful: Mapping[str, int]
    met: Mapping[str, int]
    more: bool


class _Region:
    """The needs and programmes of one region."""

    def __init__(
        self, needs: Sequence[Need], programmes: Sequence[Programme], yardstick: Yardstick, policy: Policy, region: str
    ) -> None:
        self.yardstick, self.policy, self.region, self.programmes = yardstick, policy, region, programmes
        self.weights: dict[str, int] = defaultdict(int)
        for need in needs:
            self.weights[need.voice] += need.weight
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
                openings[need.voice] += need.weight
        return asked

    def cells(self, viewer: str | None, seed: int) -> list[GapCell]:
        """Return the cells of every competency that is asked, taught or a must."""
        units = sorted(self.asked.keys() | {unit for _, offers in self.offers for unit in offers} | self.policy.must)
        judged = [self._judged(unit, viewer) for unit in units]
        if not self.weights:
            return [self._must(item) if item.must else self._hidden(item.unit, "no_needs") for item in judged]
        employers = sorted(self.weights)
        questions = [
            [openings.get(name, 0) for name in employers]
            for item in judged
            for openings in (item.asking, item.unmet, item.doubtful)
        ]
        found = shares([self.weights[name] for name in employers], questions, seed=seed)
        return [self._cell(item, *found[place * 3 : place * 3 + 3]) for place, item in enumerate(judged)]

    def _judged(self, unit: str, viewer: str | None) -> _Judged:
        """Find who asks for a unit, its target levels, and whose openings ask for one that is surely, or perhaps, not reached."""
        asked = self.asked.get(unit, _Asked({}))
        asking = asked.openings(asked.by_level)
        of_all = len(self.weights)
        may_tell = self.policy.suppression.admits
        own = set(asking) == {viewer} and (of_all >= FEWEST_EMPLOYERS or of_all == 1)
        hidden = not own and (of_all < FEWEST_EMPLOYERS or not may_tell(asking))
        usual = asked.usual(min(MOST_LEFT_OUT, self.policy.demanded))
        targets = tuple(level for level in usual if own or may_tell(asked.openings(self._at_least(level, asked))))
        reached = {level: self._reached(unit, level) for level in usual}
        missed = self._asking_for(asked, [level for level in targets if reached[level] is Truth.FALSE])
        unsure = self._asking_for(asked, [level for level in targets if reached[level] is not Truth.TRUE])
        return _Judged(
            unit=unit, must=unit in self.policy.must, asking=asking, hidden=hidden, targets=targets,
            unmet=asked.openings(missed), doubtful=asked.openings(unsure), met=asked.openings(asked.by_level.keys() - missed),
            more=any(reached[level] is not Truth.TRUE for level in usual if level not in targets),
        )  # fmt: skip

    def _at_least(self, level: Level, asked: _Asked) -> set[Level]:
        """Return the levels asked that surely are that level, or more."""
        return {each for each in asked.by_level if each == level or self.yardstick.meets(each, level) is Truth.TRUE}

    def _asking_for(self, asked: _Asked, targets: Iterable[Level]) -> set[Level]:
        """Return the levels asked that ask for one of the targets, or for more."""
        return {each for level in targets for each in self._at_least(level, asked)}

    def _reached(self, unit: str, level: Level) -> Truth:
        return max(
            (reached(offers.get(unit, ()), (level,), self.yardstick) for _, offers in self.offers), default=Truth.FALSE
        )

    def _cell(self, item: _Judged, demand: Share, unmet: Share, doubtful: Share) -> GapCell:
        if item.hidden:
            return self._must(item) if item.must else self._hidden(item.unit, "few_employers")
        told = effective(list(self.weights.values()))
        wanted, practised = self._practice(item)
        if item.must:
            class_, because = self._of_must(item)
        else:
            class_, because = self._class(item, demand, unmet, doubtful, told=told)
        # the rest of the demand is told with what is unmet, and must not be that of a few either
        may_tell = self.policy.suppression.admits
        shown = unmet if len(item.asking) == 1 or (may_tell(item.unmet) and may_tell(item.met)) else None
        share = shown if shown and class_ == "raise_level" else demand
        return GapCell(
            unit=item.unit, region=self.region, class_=class_, because=because, employers=len(item.asking), demand=demand,
            equal_employers=round(told, 1) if because == "few_equal_employers" else None, unmet=shown,
            supply=self._supply(item.unit, item.targets), asked=item.targets, practice_hours=wanted, practised_hours=practised,
            weight=MUST_WEIGHT if item.must else max(1, round(1000 * share.share)),
        )  # fmt: skip

    def _must(self, item: _Judged) -> GapCell:
        """Return the cell of a must for which too few ask, by what is taught alone: nothing in it is an employer's."""
        item = item._replace(targets=(), unmet={}, doubtful={}, more=False)
        class_, because = self._of_must(item)
        wanted, practised = self._practice(item)
        return GapCell(
            unit=item.unit, region=self.region, class_=class_, because=because, supply=self._supply(item.unit, ()),
            practice_hours=wanted, practised_hours=practised, weight=MUST_WEIGHT,
        )  # fmt: skip

    def _class(
        self, item: _Judged, demand: Share, unmet: Share, doubtful: Share, *, told: float
    ) -> tuple[Class, Because]:
        """Return the class of a cell, and why."""
        line = self.policy.demanded
        taught = self._taught(item.unit)
        if told < FEWEST_EMPLOYERS:
            return "insufficient_evidence", "few_equal_employers"
        if demand.high < line:
            return ("retire", "taught_not_demanded") if taught else ("no_gap", "not_demanded")
        if demand.low < line:
            return "watch", "demand_unsure"
        if not taught:
            return "add", "not_taught"
        if unmet.low >= line:
            return "raise_level", "below_level"
        if doubtful.low >= line:
            return "insufficient_evidence", "level_unknown"
        if unmet.share >= line:
            return "watch", "unmet_unsure"
        return self._of_practice(item)

    def _of_must(self, item: _Judged) -> tuple[Class, Because]:
        """Return the class of a must: any target that is not reached is to be reached."""
        if not self._taught(item.unit):
            return "add", "not_taught"
        if item.unmet:
            return "raise_level", "below_level"
        if item.doubtful:
            return "insufficient_evidence", "level_unknown"
        return self._of_practice(item)

    def _of_practice(self, item: _Judged) -> tuple[Class, Because]:
        wanted, practised = self._practice(item)
        if practised < wanted:
            return "more_practice", "little_practice"
        return ("insufficient_evidence", "few_ask_more") if item.more else ("no_gap", "met")

    def _taught(self, unit: str) -> bool:
        return any(unit in offers for _, offers in self.offers)

    def _practice(self, item: _Judged) -> tuple[int, int]:
        """Return the hours of practice that a unit should have, and the most that a programme has."""
        practised = (practice(offers.get(item.unit, ()), item.targets, self.yardstick) for _, offers in self.offers)
        return practice_hours(item.unit, self.yardstick, self.policy), max(practised, default=0)

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

    def _hidden(self, unit: str, because: Because) -> GapCell:
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
