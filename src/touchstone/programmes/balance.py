# SPDX-License-Identifier: Apache-2.0
"""The balance of a region: who is needed, who graduates, who is certified already, and who could be within some hours, by quarter."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from touchstone.demand.candidates import Candidates, Passports, candidates, compile_needs
from touchstone.demand.need import Need, Wanted, standing_on
from touchstone.demand.passport import Passport
from touchstone.errors import InputError
from touchstone.logic import Count, Identifier, Truth
from touchstone.programmes.gap import reached, teaching
from touchstone.programmes.suppression import Suppression
from touchstone.programmes.yardstick import Level, Offered, Yardstick
from touchstone.standards.envelope import Region, latest_in_force
from touchstone.standards.programme import Programme
from touchstone.value import Value

FEWEST_PEOPLE = 5


class FollowUp(Value, frozen=True, kw_only=True):
    """What became of a cohort 6 or 12 months after it graduated: placed in the trade, still there, moved to another region."""

    months: Literal["6", "12"]
    placed: Count
    kept: Count
    moved: Count


class Cohort(Value, frozen=True, kw_only=True, tag_field="kind", tag="Cohort"):
    """The people of a programme who graduate on one day."""

    id: Identifier
    programme: Identifier
    region: Region
    size: Annotated[int, Meta(ge=1, le=100_000)]
    graduates: dt.date
    follow_ups: tuple[FollowUp, ...] = ()


class Range(NamedTuple):
    """How many people surely, and how many at most."""

    sure: int
    possible: int


class BalanceRow(Value, frozen=True, kw_only=True):
    """One competency at one level in one region and quarter.

    ``needed`` is absent where fewer than five employers ask or one makes most of it (as in the gap), ``certified`` and ``bridgeable`` where
    fewer than five people are meant, or, with ``other_scale``, where the level stands on another scale than the competency's. Those two are
    people now, in every quarter.
    """

    unit: str
    level: str | None
    region: str
    quarter: str
    needed: int | None
    graduating: Range
    certified: Range | None = None
    bridgeable: int | None = None
    other_scale: bool = False


class Balance(Value, frozen=True, kw_only=True):
    """The rows, by region, quarter and competency, and what became of earlier cohorts, by programme and months.

    ``unknown_units`` is how many units of passports counted for nothing because no framework knows them.
    """

    on: dt.date
    hours: int
    rows: tuple[BalanceRow, ...]
    outcomes: dict[str, dict[str, dict[str, int]]]
    unknown_units: int = 0


def quarter_of(day: dt.date) -> str:
    """Return the quarter of a day, such as ``2026-Q4``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarters_from(day: dt.date, count: int) -> list[str]:
    """Return that many quarters, from the one of the day."""
    first = day.year * 4 + (day.month - 1) // 3
    return [f"{number // 4}-Q{number % 4 + 1}" for number in range(first, first + count)]


def balance(
    needs: Iterable[Need],
    cohorts: Iterable[Cohort],
    credentials: Iterable[Passport] | None,
    programmes: Iterable[Programme],
    yardstick: Yardstick,
    *,
    hours: int,
    quarters: int = 4,
    suppression: Suppression | None = None,
) -> Balance:
    """Return the balance on the yardstick's day, for that many quarters.

    :param credentials: the passports of those who consent; who is certified and who can be bridged is what the engine says of each; without
        them nothing is said of either.
    :param hours: of the plans by which somebody counts as bridgeable.
    :param suppression: when a number of openings is told.
    :param programmes: of each the latest version in force is what is taught; of one that is not in force nobody graduates.
    :raises InputError: when a need or a programme speaks of a competency or level that nobody knows, or a cohort of an unknown programme.
    """
    standing, known = standing_on(needs, yardstick.on), list(cohorts)
    wanted = _wanted(standing, yardstick)
    taught = _taught(list(programmes), known, yardstick)
    people, unknown = _people(wanted, None if credentials is None else list(credentials), yardstick, hours)
    rows = []
    for quarter in quarters_from(yardstick.on, quarters):
        graduating = [item for item in known if quarter_of(item.graduates) == quarter and item.programme in taught]
        for (region, unit, level), openings in wanted.items():
            truths = [
                (cohort.size, reached(taught[cohort.programme].get(unit, ()), (level,), yardstick))
                for cohort in graduating
                if cohort.region == region
            ]
            certified, bridgeable = people.get((region, unit, level), (None, None))
            rows.append(
                BalanceRow(
                    unit=unit, level=level.code, region=region, quarter=quarter,
                    needed=_needed(openings, quarter, suppression or Suppression()),
                    graduating=Range(
                        sum(size for size, truth in truths if truth is Truth.TRUE),
                        sum(size for size, truth in truths if truth is not Truth.FALSE),
                    ),
                    certified=certified, bridgeable=bridgeable, other_scale=(region, unit, level) not in people,
                )
            )  # fmt: skip
    rows.sort(key=lambda row: (row.region, row.quarter, row.unit, row.level or ""))
    return Balance(on=yardstick.on, hours=hours, rows=tuple(rows), outcomes=_outcomes(known), unknown_units=unknown)


def _taught(
    programmes: Sequence[Programme], cohorts: Iterable[Cohort], yardstick: Yardstick
) -> dict[str, dict[str, list[Offered]]]:
    """Return what each programme teaches; a cohort whose programme is not among them must not vanish without a word."""
    names = {programme.id for programme in programmes}
    for cohort in cohorts:
        if cohort.programme not in names:
            near = get_close_matches(cohort.programme, names, n=1, cutoff=0.8)
            hint = f"Did you mean {near[0]}?" if near else "Give its file, or mend the id."
            raise InputError(
                "the programme of the cohort is unknown", file=cohort.id, field="programme", found=cohort.programme, hint=hint
            )  # fmt: skip
    in_force = latest_in_force(programmes, yardstick.on)
    return {programme.id: teaching(yardstick.all_offers(programme)) for programme in in_force}


Cell = tuple[str, str, Level]
Openings = dict[str, dict[str, int]]
"""The openings of each employer, by quarter."""


def _wanted(needs: Iterable[Need], yardstick: Yardstick) -> dict[Cell, Openings]:
    wanted: dict[Cell, Openings] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for need in needs:
        starts = need.needed.from_ if need.needed and need.needed.from_ else yardstick.on
        quarter = quarter_of(max(starts, yardstick.on))
        for item in need.competencies:
            level = yardstick.level(item.unit, item.level, need.level_scale)
            wanted[need.region, item.unit, level][quarter][need.voice] += need.openings
    return dict(wanted)


def _needed(openings: Openings, quarter: str, suppression: Suppression) -> int | None:
    employers = openings.get(quarter, {})
    return sum(employers.values()) if suppression.admits(employers) else None


def _people(
    wanted: Iterable[Cell], passports: Sequence[Passport] | None, yardstick: Yardstick, hours: int
) -> tuple[dict[Cell, tuple[Range | None, int | None]], int]:
    """Ask the engine for each competency and level who has it, and who can have it within the hours; count the units nobody knows."""
    asked: dict[Cell, Need] = {}
    for place, (region, unit, level) in enumerate(wanted):
        if level.scale == yardstick.edition.scale_of(unit):
            asked[region, unit, level] = Need(
                id=f"urn:touchstone:balance:{place}", version="1", title={"en": unit}, status="in_force", employer="urn:touchstone:balance",
                region=region, competencies=(Wanted(unit=unit, level=level.code),),
            )  # fmt: skip
    if passports is None:
        return dict.fromkeys(asked, (None, None)), 0
    rulebook = compile_needs(yardstick.rulebook.documents, asked.values())
    compiled = Passports(passports, rulebook, yardstick.on)
    found = {cell: candidates(need, compiled, max_hours=hours) for cell, need in asked.items()}
    return {cell: _counted(answer) for cell, answer in found.items()}, len(compiled.unknown)


def _counted(answer: Candidates) -> tuple[Range | None, int | None]:
    sure, bridgeable = len(answer.ready), len(answer.bridgeable)
    certified = Range(sure, sure + len(answer.perhaps))
    hidden = any(
        0 < count < FEWEST_PEOPLE for count in (certified.sure, certified.possible, certified.possible - certified.sure)
    )
    return None if hidden else certified, None if 0 < bridgeable < FEWEST_PEOPLE else bridgeable


def _outcomes(cohorts: Iterable[Cohort]) -> dict[str, dict[str, dict[str, int]]]:
    """Add up what became of cohorts, by programme and months; groups of fewer than five are left out."""
    added: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for cohort in cohorts:
        for each in cohort.follow_ups if cohort.size >= FEWEST_PEOPLE else ():
            found = added[cohort.programme][each.months]
            for name, count in (
                ("of", cohort.size),
                ("placed", each.placed),
                ("kept", each.kept),
                ("moved", each.moved),
            ):
                found[name] += count
    return {
        name: {months: dict(found) for months, found in sorted(each.items())} for name, each in sorted(added.items())
    }
