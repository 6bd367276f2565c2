# SPDX-License-Identifier: Apache-2.0
"""All minimal sets of what is missing: what must be obtained for a requirement to become true (recognition-algorithm 8.3).

A family of minimal sets is computed bottom-up: the family of *any* is the union, of *all* the pairwise union, of *k of n* both, and
what contains another set is dropped. Families are kept sorted by size, then ids. Where two parts share no name, the first sets of
the whole come from the first sets of the parts, so long families are cut early without losing any of the first. Credit pools
depend on one joint assignment, so the parts with pools are searched together, smallest sets first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from touchstone.errors import TooComplexError
from touchstone.recognition.requirement import Gate

LIMIT = 64
_WORK = 5_000
"""Sets or evaluations after which a family counts as too long to be listed whole."""

_FEW = 12
"""So many names are tried in all combinations; more are tried by size."""

Names = tuple[str, ...]


class Family(NamedTuple):
    """Minimal sets, smallest first; ``cut`` when there are more."""

    sets: tuple[Names, ...]
    cut: bool = False


NOTHING_MISSING = Family(((),))
IMPOSSIBLE = Family(())


HoldsWith = Callable[[Gate, frozenset[str], Sequence[str], int], bool]
"""``holds_with(gate, obtained, rest, more)``: whether the gate is true with ``obtained``; or, where ``more`` is not 0, whether it could
still become true with the best ``more`` of ``rest`` (an upper bound)."""


class Situation(NamedTuple):
    """A gate, what is already true (``mask``), which names would supply each leaf, and how to try a set of names on the pools."""

    gate: Gate
    mask: int
    supplied_by: tuple[frozenset[str], ...]
    pool_names: frozenset[str]
    holds_with: HoldsWith


def minimal_sets(situation: Situation, allowed: frozenset[str] | None = None) -> Family:
    """Return the minimal sets of names (of ``allowed`` ones, if given) that make the requirement true; the empty set if it is."""
    family = _Families(situation, allowed).of(situation.gate)
    return Family(family.sets[:LIMIT], family.cut or len(family.sets) > LIMIT)


class _Families:
    def __init__(self, situation: Situation, allowed: frozenset[str] | None) -> None:
        self.situation, self.allowed = situation, allowed

    def of(self, gate: Gate) -> Family:
        """Return the family of a gate; the parts that hold pools are taken together."""
        if not gate.has_pool:
            return self._threshold(gate.need, self._inputs(gate))
        if gate.need < gate.width:
            return self._search(gate)
        pooled = tuple(part for part in gate.gates if part.has_pool)
        free = tuple(part for part in gate.gates if not part.has_pool)
        core = Gate(len(gate.pools) + len(pooled), (), gate.pools, pooled)
        rest = Gate(len(gate.bits) + len(free), gate.bits, (), free)
        if self._names_of(core) & self._names_of(rest):
            return self._search(gate)
        others = self.of(rest)
        return _all((self._search(core), others)) if others.sets else IMPOSSIBLE

    def _inputs(self, gate: Gate) -> list[Family]:
        return [*(self._leaf(bit) for bit in gate.bits), *(self.of(part) for part in gate.gates)]

    def _leaf(self, bit: int) -> Family:
        if self.situation.mask & bit:
            return NOTHING_MISSING
        return _one_of(self._suppliers(bit))

    def _suppliers(self, bit: int) -> frozenset[str]:
        names = self.situation.supplied_by[bit.bit_length() - 1]
        return names if self.allowed is None else names & self.allowed

    def _threshold(self, count: int, families: list[Family]) -> Family:
        """Return the family of *at least count of these*."""
        count -= families.count(NOTHING_MISSING)
        unmet = [family for family in families if family.sets and family != NOTHING_MISSING]
        if count <= 0:
            return NOTHING_MISSING
        if count > len(unmet):
            return IMPOSSIBLE
        return _all(unmet) if count == len(unmet) else _some(count, unmet)

    def _names_of(self, gate: Gate) -> frozenset[str]:
        leaves = frozenset(chain.from_iterable(self._suppliers(bit) for bit in gate.bits))
        pools = self.situation.pool_names if gate.pools else frozenset[str]()
        return leaves.union(pools, *(self._names_of(part) for part in gate.gates))

    def _search(self, gate: Gate) -> Family:
        """Try sets of names by size, then ids: exact, until enough are found or the work is too much."""
        names = self._names_of(gate)
        candidates = sorted(names if self.allowed is None else names & self.allowed)
        return _Search(self.situation, gate, candidates).run()


class _Search:
    """Enumerates minimal sets for a gate whose pools share one assignment."""

    def __init__(self, situation: Situation, gate: Gate, candidates: list[str]) -> None:
        self.situation, self.gate, self.candidates = situation, gate, candidates
        self.found: list[Names] = []
        self.work = 0

    def run(self) -> Family:
        if not self._holds(tuple(self.candidates)):
            return IMPOSSIBLE
        if self._holds(()):
            return NOTHING_MISSING
        if len(self.candidates) <= _FEW:
            self._walk((), 0)
            return _irreducible(Family(tuple(sorted(self.found, key=_order))))
        for size in range(1, len(self.candidates) + 1):
            self._extend((), 0, size)
            if self._enough():
                break
        if not self.found:
            raise TooComplexError("what is missing can be put together in too many ways", field="require")
        return Family(tuple(self.found), cut=self._enough())

    def _walk(self, chosen: Names, start: int) -> None:
        """Add names in order until the gate is true; what is found may contain another set, which is dropped later."""
        for index in range(start, len(self.candidates)):
            wider = (*chosen, self.candidates[index])
            rest = self.candidates[index + 1 :]
            if self._holds(wider):
                self.found.append(wider)
            elif rest and self._holds(wider, rest, len(rest)):
                self._walk(wider, index + 1)

    def _enough(self) -> bool:
        return len(self.found) > LIMIT or self.work > _WORK

    def _extend(self, chosen: Names, start: int, size: int) -> None:
        taken = frozenset(chosen)
        if self._enough() or any(taken.issuperset(smaller) for smaller in self.found):
            return
        if len(chosen) == size:
            if self._holds(chosen):
                self.found.append(chosen)
            return
        if not self._holds(chosen, self.candidates[start:], size - len(chosen)):
            return
        for index in range(start, len(self.candidates) - (size - len(chosen)) + 1):
            self._extend((*chosen, self.candidates[index]), index + 1, size)

    def _holds(self, chosen: Names, rest: Sequence[str] = (), more: int = 0) -> bool:
        self.work += 1
        return self.situation.holds_with(self.gate, frozenset(chosen), rest, more)


def _one_of(names: frozenset[str]) -> Family:
    """Return the family that any one of ``names`` completes."""
    return Family(tuple((name,) for name in sorted(names)))


def _all(families: Sequence[Family]) -> Family:
    """Return the family of *all of these*: parts that share names are joined whole, the joined groups then cut and combined."""
    result = NOTHING_MISSING
    for group in _by_shared_names(_with_one_sure_set(families)):
        joined = group[0]
        for family in group[1:]:
            joined = _irreducible(_pairwise(joined, family))
        result = _pairwise(result, _cut(joined))
    return _cut(result)


def _with_one_sure_set(families: Sequence[Family]) -> list[Family]:
    """Join all families that have one set only: what they ask for is missing in any case."""
    sure = [family for family in families if len(family.sets) == 1]
    if len(sure) < 2:
        return list(families)
    names = {name for family in sure for name in family.sets[0]}
    joined = Family((tuple(sorted(names)),), any(family.cut for family in sure))
    return [joined, *(family for family in families if len(family.sets) != 1)]


def _some(count: int, families: Sequence[Family]) -> Family:
    """Return the family of *at least count of these*, by dynamic programming over how many are met so far."""
    apart = all(len(group) == 1 for group in _by_shared_names(families))
    reached = [NOTHING_MISSING] + [IMPOSSIBLE] * count
    for family in families:
        for met in range(count, 0, -1):
            either = _either(reached[met], _pairwise(reached[met - 1], family))
            reached[met] = _cut(either) if apart else _irreducible(either)
    return _cut(reached[count])


def _by_shared_names(families: Sequence[Family]) -> list[list[Family]]:
    """Group families that share a name, directly or through others."""
    if len(families) == 1:
        return [list(families)]
    groups: list[tuple[set[str], list[Family]]] = []
    for family in families:
        names = set(chain.from_iterable(family.sets))
        touching = [group for group in groups if group[0] & names]
        members = [*chain.from_iterable(group[1] for group in touching), family]
        groups = [group for group in groups if group not in touching]
        groups.append((names.union(*(group[0] for group in touching)), members))
    return [members for _, members in groups]


def _pairwise(first: Family, second: Family) -> Family:
    if first == NOTHING_MISSING:
        return second
    if second == NOTHING_MISSING:
        return first
    sets = {tuple(sorted({*one, *other})) for one in first.sets for other in second.sets}
    return _cut(Family(tuple(sorted(sets, key=_order)), first.cut or second.cut), _WORK)


def _either(first: Family, second: Family) -> Family:
    return Family(tuple(sorted({*first.sets, *second.sets}, key=_order)), first.cut or second.cut)


def _irreducible(family: Family) -> Family:
    """Drop every set that contains another."""
    kept: list[frozenset[str]] = []
    sets: list[Names] = []
    for names in family.sets:
        taken = frozenset(names)
        if not any(smaller <= taken for smaller in kept):
            kept.append(taken)
            sets.append(names)
    return Family(tuple(sets), family.cut)


def _cut(family: Family, limit: int = LIMIT + 1) -> Family:
    """Keep one set more than is listed, so that a longer family still knows that it is longer."""
    return family if len(family.sets) <= limit else Family(family.sets[:limit], cut=True)


def _order(names: Names) -> tuple[int, Names]:
    return len(names), names
