# SPDX-License-Identifier: Apache-2.0
"""When a decision changes by itself: decided again at the few days on which something begins, ends or grows too old.

The age of a status check is taken as it is on the day asked about: a wallet is checked again whenever it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from touchstone.errors import InputError
from touchstone.recognition.decision import Outcome
from touchstone.recognition.engine import check_units, decide
from touchstone.recognition.evidence import Evidence, RecognitionRequest
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.sums import Span, stretches
from touchstone.standards.agreement import Agreement
from touchstone.standards.calendar import months_later
from touchstone.value import Value

_DAY = dt.timedelta(days=1)
_MOST_DAYS = 400
"""Days looked at, the nearest to the day of the decision; more belong to wallets that nobody has."""
_MOST_WEIGHED = 16_000
"""Credentials weighed on all those days together, so that a wallet of hundreds takes a second or two, not a quarter of a minute."""
_FAR = 9000
"""A year in which nobody looks back at this."""
_Change = tuple[dt.date, str]
"""A day, and the id of what changes on it."""


class Stretch(Value, frozen=True, kw_only=True):
    """Days with one outcome, both ends included; an absent end is open. ``causes`` are the ids of what changed on its first day."""

    from_: dt.date | None
    until: dt.date | None
    outcome: Outcome | None
    causes: tuple[str, ...] = ()


def timeline(request: RecognitionRequest, rulebook: Rulebook) -> tuple[Stretch, ...]:
    """Return how the outcome changes over time, first to last; outcome None: nothing can be decided on those days.

    :raises RequestError: when the evidence names a unit that no framework knows: then nothing can be decided on any day.
    """
    check_units(request, rulebook.edition(request.decided_on))
    ends, practice = _changes(request, rulebook)
    changes = _together((*ends, *practice))
    days, seen = _days(request, {day for day, _ in ends}, {day for day, _ in practice})
    told: list[Stretch] = []
    for day in [None, *days]:
        outcome = _outcome_on(day or (days[0] - _DAY if days else request.decided_on), request, rulebook)
        if told and told[-1].outcome == outcome:
            continue
        if told and day:
            told[-1] = msgspec.structs.replace(told[-1], until=day - _DAY)
        causes = tuple(sorted(changes[day])) if day else ()
        told.append(Stretch(from_=day or seen.from_, until=None, outcome=outcome, causes=causes))
    told[-1] = msgspec.structs.replace(told[-1], until=seen.until)
    return tuple(told)


class _Seen(NamedTuple):
    """As far as is looked: both ends included, an absent one open."""

    from_: dt.date | None
    until: dt.date | None


def _days(request: RecognitionRequest, ends: set[dt.date], practice: set[dt.date]) -> tuple[list[dt.date], _Seen]:
    """Return the days to look at, first to last, and how far they tell.

    Beyond the first end or beginning that is left out nothing is told, so no outcome seems to last longer than it does. Months of practice
    are left out before any of those: they only add to what was shown.
    """

    def nearest(days: Iterable[dt.date]) -> list[dt.date]:
        return sorted(days, key=lambda day: abs(day - request.decided_on))

    most = max(1, min(_MOST_DAYS, _MOST_WEIGHED // max(1, len(request.evidence))))
    kept, left_out = nearest(ends)[:most], nearest(ends)[most:]
    before = max((day for day in left_out if day <= request.decided_on), default=None)
    after = min((day for day in left_out if day > request.decided_on), default=None)
    months = (day for day in practice - ends if (before is None or before < day) and (after is None or day < after))
    return sorted((*kept, *nearest(months)[: most - len(kept)])), _Seen(before, after and after - _DAY)


def _outcome_on(day: dt.date, request: RecognitionRequest, rulebook: Rulebook) -> Outcome | None:
    moved = day - request.decided_on
    evidence = tuple(
        msgspec.structs.replace(item, status_checked=item.status_checked + moved) if item.status_checked else item
        for item in request.evidence
    )
    decided_at = request.decided_at + moved if request.decided_at else None
    try:
        return decide(
            msgspec.structs.replace(request, decided_on=day, decided_at=decided_at, evidence=evidence), rulebook
        ).outcome
    except InputError:
        return None


def _changes(request: RecognitionRequest, rulebook: Rulebook) -> tuple[tuple[_Change, ...], tuple[_Change, ...]]:
    """Return when something that the decision looks at may begin or end, and when a month of practice is complete."""
    agreements = rulebook.agreements(request.from_, request.to)
    ends = (*_of_documents(request, rulebook, agreements), *_of_evidence(request, agreements))
    return ends, tuple(_of_practice(request))


def _together(changes: Iterable[_Change]) -> dict[dt.date, set[str]]:
    """Return all that changes on each day."""
    found: dict[dt.date, set[str]] = {}
    for day, cause in changes:
        found.setdefault(day, set()).add(cause)
    return found


def _of_documents(
    request: RecognitionRequest, rulebook: Rulebook, agreements: tuple[Agreement, ...]
) -> Iterator[tuple[dt.date, str]]:
    """Yield when any version of what the decision looks at, on this day or on another, begins or has ended."""
    edition = rulebook.edition(request.decided_on)
    held = [edition.units[unit.id].framework for evidence in request.evidence for unit in evidence.units]
    roots = (*rulebook.by_id.get(request.target, ()), *agreements, *held)
    for identifier in {used.id for used in edition.consulted(roots).documents}:
        for version in rulebook.by_id[identifier]:
            if version.valid and version.valid.from_:
                yield version.valid.from_, identifier
            if version.valid and version.valid.until:
                yield version.valid.until + _DAY, identifier


def _of_evidence(request: RecognitionRequest, agreements: tuple[Agreement, ...]) -> Iterator[tuple[dt.date, str]]:
    limits = {agreement.freshness_months for agreement in agreements if agreement.freshness_months is not None}
    for evidence in request.evidence:
        for day in _days_of(evidence, limits):
            yield day, evidence.credential


def _days_of(evidence: Evidence, limits: set[int]) -> Iterator[dt.date]:
    if evidence.awarded:
        yield evidence.awarded
        last_days = (months_later(evidence.awarded, months) for months in limits)
        yield from (day + _DAY for day in last_days if day.year < _FAR)
    if evidence.expires:
        yield evidence.expires + _DAY
    if evidence.period and evidence.period.until:
        yield evidence.period.until + _DAY


def _of_practice(request: RecognitionRequest) -> Iterator[tuple[dt.date, str]]:
    """Yield the days on which practice that goes on, and is attested already, completes a month of the stretch that it is part of.

    Any credential of a stretch may be the first that counts, so months are counted from the beginning of each; of those that began on
    the same day of the month, the earliest tells all.
    """
    spans = list(_practised(request))
    for first, last in stretches(span for span, _ in spans):
        joined = [(span, evidence) for span, evidence in spans if first <= span[0] <= last]
        earliest = {begun.day: begun for begun in sorted((span[0] for span, _ in joined), reverse=True)}
        for since, until, credential in _going_on(joined):
            for begun in earliest.values():
                for day in _completed(begun, since, until):
                    yield day, credential


def _practised(request: RecognitionRequest) -> Iterator[tuple[Span, Evidence]]:
    for evidence in request.evidence:
        period = evidence.period
        if evidence.kind == "practice" and period and period.from_ and period.until:
            yield (period.from_, period.until), evidence


def _going_on(spans: list[tuple[Span, Evidence]]) -> Iterator[tuple[dt.date, dt.date, str]]:
    """Yield the days on which practice goes on and is attested, each day once, with a credential that attests it."""
    attested = sorted((max(first, by.awarded or first), last, by.credential) for (first, last), by in spans)
    told = dt.date.min
    for first, last, credential in attested:
        if max(first, told) <= last:
            yield max(first, told), last, credential
            told = last + _DAY


def _completed(begun: dt.date, since: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield the days from ``since`` to ``until`` that complete a month counted from ``begun``."""
    before = (since.year - begun.year) * 12 + since.month - begun.month
    after = (until.year - begun.year) * 12 + until.month - begun.month
    for months in range(max(before, 1), after + 2):
        completed = months_later(begun, months) - _DAY
        if since <= completed <= until:
            yield completed
