# SPDX-License-Identifier: Apache-2.0
"""Credit pools: which source unit serves which target unit is an assignment problem (recognition-algorithm 7).

One source unit (an id, not a credential) serves one target unit over all ``credits`` nodes of a qualification together, and
the *best* assignment counts, never the first that comes to hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from touchstone.errors import TooComplexError
from touchstone.logic import CreditsPart


class Edge(NamedTuple):
    """A way to serve a target unit: the source ids it uses up (none: a direct grant), and whether it is a home unit."""

    target: str
    uses: frozenset[str]
    home: bool


class Group(NamedTuple):
    """Units of a pool that are counted together, at most ``at_most`` if they are capped."""

    units: tuple[str, ...]
    at_most: int | None


class Pool(NamedTuple):
    """One ``credits`` node. Credits are counted in whole millionths of a millionth, so that shares of them stay exact."""

    at_least: int
    worth: Mapping[str, int]
    groups: tuple[Group, ...]
    recognised_at_most: int | None

    def counted(self, served: Mapping[str, Edge]) -> int:
        """Return the credits that count: caps first filled by home units, recognised units together under their share."""
        home_total = recognised_total = 0
        for units, at_most in self.groups:
            home = recognised = 0
            for unit in units:
                if edge := served.get(unit):
                    if edge.home:
                        home += self.worth[unit]
                    else:
                        recognised += self.worth[unit]
            if at_most is not None:
                home = min(home, at_most)
                recognised = min(recognised, at_most - home)
            home_total += home
            recognised_total += recognised
        if self.recognised_at_most is not None:
            recognised_total = min(recognised_total, self.recognised_at_most)
        return home_total + recognised_total

    def holds(self, served: Mapping[str, Edge]) -> bool:
        """Tell whether the credits of the served units reach the bound."""
        return self.at_least <= 0 or self.counted(served) >= self.at_least

    def lacks(self, served: Mapping[str, Edge]) -> Decimal:
        """Return how many credits are still missing, in credits."""
        return Decimal(max(self.at_least - self.counted(served), 0)) / _EXACT


_EXACT = 10**12
"""Credits and shares have at most six decimals each, so that their product is a whole number of these."""


def compile_pool(part: CreditsPart, credits_of: Callable[[str], Decimal], share: Decimal | None) -> Pool:
    """Return the pool of a ``credits`` node; ``share`` is the part of the bound that recognised units may fill."""
    units = dict.fromkeys(part.from_)
    capped = [Group(tuple(unit for unit in cap.of if unit in units), int(cap.at_most * _EXACT)) for cap in part.caps]
    free = Group(tuple(unit for unit in units if not any(unit in group.units for group in capped)), None)
    return Pool(
        at_least=int(part.at_least * _EXACT),
        worth={unit: int(credits_of(unit) * _EXACT) for unit in units},
        groups=(*capped, free),
        recognised_at_most=None if share is None else int(share * part.at_least * _EXACT),
    )


Holds = Callable[[tuple[bool, ...]], bool]
"""Whether the whole requirement is true, given which pools hold."""


class Assignment(NamedTuple):
    """Which target units are served, and how; and whether the requirement is true with it."""

    served: Mapping[str, Edge]
    holds: bool


_MOST_TARGETS = 300


class Effort:
    """How much may be searched for one case. What would take longer is refused in a sentence, never answered by a guess."""

    def __init__(self, most_steps: int = 200_000) -> None:
        self._left = most_steps

    def step(self) -> None:
        """Count one step.

        :raises TooComplexError: when there have been too many.
        """
        self._left -= 1
        if self._left < 0:
            hint = "Let fewer composed rows share their subjects, or allow reuse."
            raise TooComplexError(
                "too many credits can be earned from the same units in too many ways", field="credits", hint=hint
            )


def best_assignment(
    pools: Sequence[Pool], edges: Iterable[Edge], holds: Holds, *, reuse: bool, effort: Effort
) -> Assignment:
    """Return the best assignment: it makes the requirement true if any does, then serves the most units, then the smallest ids.

    :raises TooComplexError: when no exact answer can be had within ``effort``.
    """
    options = _options(edges)
    if len(options) > _MOST_TARGETS:
        raise TooComplexError(
            "a credit pool is too large",
            expected=f"at most {_MOST_TARGETS} units that evidence covers",
            found=len(options),
        )
    everything = {target: choices[0] for target, choices in options.items()}
    if reuse or _disjoint(everything):
        return Assignment(everything, _judge(pools, everything, holds))
    if all(len(edge.uses) <= 1 for choices in options.values() for edge in choices):
        matched = _matching(options)
        true = _judge(pools, matched, holds)
        if true or not _judge(pools, everything, holds):
            return Assignment(matched, true)
    return _search(pools, options, holds, effort)


def _options(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Group edges by target, sorted; home units first, which no share limits."""
    options: dict[str, list[Edge]] = {}
    for edge in sorted(set(edges), key=lambda edge: (edge.target, not edge.home, len(edge.uses), sorted(edge.uses))):
        options.setdefault(edge.target, []).append(edge)
    return options


def _disjoint(served: Mapping[str, Edge]) -> bool:
    used = [source for edge in served.values() for source in edge.uses]
    return len(used) == len(set(used))


def _judge(pools: Sequence[Pool], served: Mapping[str, Edge], holds: Holds) -> bool:
    return holds(tuple(pool.holds(served) for pool in pools))


def _matching(options: Mapping[str, list[Edge]]) -> dict[str, Edge]:
    """Serve as many targets as can be, the smallest ids first (augmenting paths over a transversal matroid)."""
    owner: dict[str, str] = {}
    chosen: dict[str, Edge] = {}

    def serve(target: str, tried: set[str]) -> bool:
        for edge in options[target]:
            for source in edge.uses or ("",):
                if source in tried:
                    continue
                tried.add(source)
                if not source or source not in owner or serve(owner[source], tried):
                    if source:
                        owner[source] = target
                    chosen[target] = edge
                    return True
        return False

    for target in options:
        serve(target, set())
    return chosen


def _search(pools: Sequence[Pool], options: Mapping[str, list[Edge]], holds: Holds, effort: Effort) -> Assignment:
    """Try every assignment that can still be better than the best one found; exact."""
    targets = list(options)
    best: tuple[tuple[bool, int], dict[str, Edge]] | None = None

    def extend(index: int, served: dict[str, Edge], used: frozenset[str]) -> None:
        nonlocal best
        effort.step()
        rest = targets[index:]
        if best is not None:
            possible = {**{target: options[target][0] for target in rest}, **served}
            bound = (_judge(pools, possible, holds), len(served) + len(rest))
            if bound < best[0] or (bound == best[0] and sorted(best[1]) <= _smallest(served, rest, best[0][1])):
                return
        if not rest:
            found = (_judge(pools, served, holds), len(served))
            if best is None or found > best[0] or (found == best[0] and sorted(served) < sorted(best[1])):
                best = (found, dict(served))
            return
        for edge in options[rest[0]]:
            if not edge.uses & used:
                extend(index + 1, {**served, rest[0]: edge}, used | edge.uses)
        extend(index + 1, served, used)

    extend(0, {}, frozenset())
    return Assignment(best[1], best[0][0]) if best else Assignment({}, _judge(pools, {}, holds))


def _smallest(served: Mapping[str, Edge], rest: list[str], count: int) -> list[str]:
    """Return the smallest list of ``count`` ids that the branch can still reach."""
    return sorted([*served, *rest[: max(count - len(served), 0)]])
