# SPDX-License-Identifier: Apache-2.0
"""Which unit covers which: succession, crosswalk rows, and chains of rows (recognition-algorithm 5).

A *route* leads from a held unit to an asked one. Rows are hops; succession (a unit to the one that supersedes it with
``equivalent: true``) is free. Rows are read from source to target, as written or inverted.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import prod
from typing import NamedTuple

from touchstone.logic import Truth
from touchstone.standards.agreement import Agreement
from touchstone.standards.crosswalk import INVERSE, Crosswalk
from touchstone.standards.crosswalk import Mapping as Row

Successors = Mapping[str, tuple[str, ...]]

EXACT, NARROW, BROAD, CLOSE, RELATED = (
    "skos:exactMatch", "skos:narrowMatch", "skos:broadMatch", "skos:closeMatch", "skos:relatedMatch",
)  # fmt: skip
_CODES = {BROAD: "part_only", CLOSE: "close_match", RELATED: "related_only"}


class Hop(NamedTuple):
    """A crosswalk row, as read from ``source`` to ``target``."""

    source: str
    target: str
    predicate: str
    confidence: Decimal | None
    crosswalk: Crosswalk
    row: Row


class Coverage(NamedTuple):
    """How far a source covers a target, by which rows; ``code`` is the reason where it is not simply true."""

    truth: Truth
    hops: tuple[Hop, ...] = ()
    code: str = ""
    succession: bool = False


class ComposedCoverage(NamedTuple):
    """Parts that only together cover a target."""

    parts: tuple[str, ...]
    target: str
    coverage: Coverage


class _Route(NamedTuple):
    """A way from a source to the last of its ``units``; ``rows_before[i]`` counts the rows before the unit at place ``i``."""

    units: tuple[str, ...]
    rows_before: tuple[int, ...]
    hops: tuple[Hop, ...]
    confidence: Decimal
    denied: bool

    @property
    def order(self) -> tuple[int, Decimal, tuple[str, ...], tuple[str, ...]]:
        """Fewest rows first, then the surest; what goes on from a route never comes before it."""
        return len(self.hops), -self.confidence, tuple(map(_named, self.hops)), self.units

    @property
    def chains(self) -> bool:
        """Whether rows may follow: only after exact and narrow ones."""
        return not self.hops or self.hops[-1].predicate in (EXACT, NARROW)


def successions(successors: Successors, unit: str) -> Iterator[tuple[str, ...]]:
    """Yield every line of succession that begins with ``unit``, the unit alone first."""
    waiting: list[tuple[str, ...]] = [(unit,)]
    while waiting:
        line = waiting.pop()
        yield line
        waiting.extend(
            (*line, successor) for successor in reversed(successors.get(line[-1], ())) if successor not in line
        )


class CoverageTable:
    """All coverage under one agreement, for every unit that its crosswalks or successions reach."""

    def __init__(self, agreement: Agreement, crosswalks: Iterable[Crosswalk], successors: Successors) -> None:
        self._agreement = agreement
        self._successors = successors
        self._denied: set[frozenset[str]] = set()
        self._denied_sets: set[tuple[frozenset[str], str]] = set()
        self._hops: dict[str, list[Hop]] = {}
        self._set_aside: dict[tuple[str, str], str] = {}
        composed: list[Hop] = []
        for crosswalk in crosswalks:
            for row in crosswalk.mappings:
                self._take(crosswalk, row, composed)
        self.unmapped = Truth.FALSE if agreement.mapping_complete else Truth.UNKNOWN
        self._by_source: dict[str, dict[str, Coverage]] = {}
        self.composed = tuple(sorted(self._compose(composed), key=_composed_order))

    def of(self, source: str) -> Mapping[str, Coverage]:
        """Return what ``source`` covers, by target; a target that is not there has no route (:attr:`unmapped`)."""
        if source not in self._by_source:
            self._by_source[source] = self._cover(source)
        return self._by_source[source]

    def set_aside(self, source: str, target: str) -> str:
        """Return why a row between two units does not count, as the code of a reason; empty if there is no such row."""
        return self._set_aside.get((source, target), "")

    def _take(self, crosswalk: Crosswalk, row: Row, composed: list[Hop]) -> None:
        """Sort a row into denials, composed rows, and hops in both directions; a row that does not exist is left out."""
        subjects = row.subjects
        if row.denies:
            if len(subjects) > 1:
                self._denied_sets.add((frozenset(subjects), row.object_id))
            else:
                self._denied.add(frozenset((row.subject_id, row.object_id)))
            return
        forward = Hop(row.subject_id, row.object_id, row.predicate_id, row.confidence, crosswalk, row)
        if len(subjects) > 1:
            if self._exists(forward):
                composed.append(forward)
            return
        back = forward._replace(source=row.object_id, target=row.subject_id, predicate=INVERSE[row.predicate_id])
        for hop in (forward, back):
            if self._exists(hop):
                self._hops.setdefault(hop.source, []).append(hop)
            else:
                self._put_aside(hop)

    def _exists(self, hop: Hop) -> bool:
        if hop.predicate == CLOSE:
            return True
        admitted = self._agreement.predicates
        return (admitted is None or hop.predicate in admitted) and self._confident(hop.confidence)

    def _put_aside(self, hop: Hop) -> None:
        pair, code = (hop.source, hop.target), self._why_not(hop)
        self._set_aside[pair] = min(code, self._set_aside.get(pair, code))

    def _why_not(self, hop: Hop) -> str:
        if hop.predicate in _CODES:
            return _CODES[hop.predicate]
        return "row_too_unsure" if not self._confident(hop.confidence) else "predicate_not_admitted"

    def _confident(self, confidence: Decimal | None) -> bool:
        asked = self._agreement.min_confidence
        return asked is None or (confidence is not None and confidence >= asked)

    def _value(self, hop: Hop) -> tuple[Truth, str]:
        if hop.predicate in (EXACT, NARROW):
            return Truth.TRUE, ""
        if hop.predicate == CLOSE and self._agreement.accept_close and self._confident(hop.confidence):
            return Truth.TRUE, ""
        return (Truth.UNKNOWN if hop.predicate == CLOSE else Truth.FALSE), _CODES[hop.predicate]

    def _cover(self, source: str) -> dict[str, Coverage]:
        best: dict[str, Coverage] = {}
        for line in successions(self._successors, source):
            best[line[-1]] = Coverage(Truth.TRUE, succession=len(line) > 1)
        for route in self._routes(source):
            target, found = route.units[-1], self._judge(route)
            if found and (target not in best or _rank(found) < _rank(best[target])):
                best[target] = found
        for pair in self._denied:
            if source in pair:
                (target,) = pair - {source} or {source}
                best.setdefault(target, Coverage(Truth.FALSE, code="denied"))
        return best

    def _routes(self, source: str) -> Iterator[_Route]:
        """Yield every route of at least one row that can matter, the best first.

        Of two routes to a unit the later one is left out when it is no surer and no less restricted by denials: nothing that goes
        on from it could do better.
        """
        waiting = [(route.order, route) for route in (_Route((source,), (0,), (), Decimal(1), denied=False),)]
        seen: dict[str, list[_Route]] = {}
        while waiting:
            _, route = heapq.heappop(waiting)
            if route.chains:
                before = seen.setdefault(route.units[-1], [])
                if any(self._makes_needless(other, route) for other in before):
                    continue
                before.append(route)
            if route.hops:
                yield route
            for further in self._further(route):
                heapq.heappush(waiting, (further.order, further))

    def _further(self, route: _Route) -> Iterator[_Route]:
        """Yield what goes on from a route by one step of succession or by one row, over distinct units."""
        here = route.units[-1]
        for successor in self._successors.get(here, ()):
            if successor not in route.units:
                yield self._step(route, successor, None)
        if not route.chains or len(route.hops) >= self._agreement.max_hops:
            return
        for hop in self._hops.get(here, ()):
            if hop.target in route.units or (route.hops and hop.predicate not in (EXACT, NARROW)):
                continue
            yield self._step(route, hop.target, hop)

    def _step(self, route: _Route, unit: str, hop: Hop | None) -> _Route:
        hops = (*route.hops, hop) if hop else route.hops
        confidence = route.confidence * (hop.confidence or Decimal(0)) if hop else route.confidence
        denied = route.denied or any(
            frozenset((other, unit)) in self._denied
            for other, rows in zip(route.units, route.rows_before, strict=True)
            if rows < len(hops)
        )
        return _Route((*route.units, unit), (*route.rows_before, len(hops)), hops, confidence, denied)

    def _makes_needless(self, other: _Route, route: _Route) -> bool:
        """Tell whether a route to the same unit, which comes earlier, can do all that ``route`` can."""
        if other.denied > route.denied or not other.hops:
            return not other.hops
        if self._agreement.min_confidence is not None and other.confidence < route.confidence:
            return False
        return not self._denied or self._restricting(other) <= self._restricting(route)

    def _restricting(self, route: _Route) -> frozenset[tuple[str, bool]]:
        """Return the units on a route that a denial names, each with whether a row has followed it already."""
        named = frozenset[str]().union(*self._denied)
        passed = (
            (unit, rows < len(route.hops))
            for unit, rows in zip(route.units, route.rows_before, strict=True)
            if unit in named
        )
        return frozenset(pair for unit, followed in passed for pair in ((unit, False), (unit, followed)))

    def _judge(self, route: _Route) -> Coverage | None:
        """Return what a route is worth; None for a chain that is not sure enough, which is as if it were not there."""
        if len(route.hops) == 1:
            truth, code = self._value(route.hops[0])
        elif self._agreement.min_confidence is None or self._confident(route.confidence):
            truth, code = Truth.TRUE, ""
        else:
            return None
        if route.denied:
            truth, code = Truth.FALSE, "denied"
        return Coverage(truth, route.hops, code, succession=len(route.units) > len(route.hops) + 1)

    def _compose(self, rows: list[Hop]) -> Iterator[ComposedCoverage]:
        if self._agreement.max_hops < 1:
            return
        for hop in rows:
            parts = tuple(dict.fromkeys(hop.row.subjects))
            for line in successions(self._successors, hop.target):
                truth, code = self._value(hop)
                if any((frozenset(parts), unit) in self._denied_sets for unit in line):
                    truth, code = Truth.FALSE, "denied"
                yield ComposedCoverage(parts, line[-1], Coverage(truth, (hop,), code, succession=len(line) > 1))


def _composed_order(composed: ComposedCoverage) -> tuple[object, ...]:
    return composed.target, _rank(composed.coverage), composed.parts


def _named(hop: Hop) -> str:
    return f"{hop.crosswalk.id} {hop.source} {hop.predicate} {hop.target}"


def _rank(coverage: Coverage) -> tuple[int, int, Decimal, tuple[str, ...]]:
    """Order coverages of one target: the truest, then the fewest rows, then the surest, then by their rows."""
    confidence = prod((hop.confidence or Decimal(0) for hop in coverage.hops), start=Decimal(1))
    return -coverage.truth, len(coverage.hops), -confidence, tuple(map(_named, coverage.hops))
