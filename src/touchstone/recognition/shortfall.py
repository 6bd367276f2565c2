# SPDX-License-Identifier: Apache-2.0
"""What a requirement still lacks, and what obtaining names would change: for the minimal missing sets, and for bridging plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from touchstone.recognition.case import FLOOR, Case, Resolution
from touchstone.recognition.missing import Family, Situation, minimal_sets
from touchstone.recognition.pools import Edge, Pool
from touchstone.recognition.requirement import Gate

Demand = frozenset[str]
"""Names of which at least one more must be obtained."""


class Shortfall:
    """The requirement of a case under a resolution of the unknown facts."""

    def __init__(self, case: Case, resolution: Resolution = FLOOR) -> None:
        self.case, self.gate, self.obtaining = case, case.requirement.gate, case.obtaining
        self.mask = case.mask(resolution)
        self.edges = case.edges_for(resolution) if case.requirement.pools else ()
        self._gains = tuple(self._gains_of(pool) for pool in case.requirement.pools)

    def missing(self, allowed: frozenset[str] | None = None) -> Family:
        """Return the minimal sets of names (of ``allowed`` ones, if given) whose acquisition makes the requirement true."""
        names = self.obtaining.pool_names
        return minimal_sets(Situation(self.gate, self.mask, self.obtaining.suppliers, names, self.holds_with), allowed)

    def missing_beside(self, obtained: frozenset[str]) -> Family:
        """Return the minimal sets of what is missing still, once ``obtained`` is."""

        def holds_with(gate: Gate, more_obtained: frozenset[str], rest: Sequence[str], more: int) -> bool:
            return self.holds_with(gate, more_obtained | obtained, rest, more)

        names, mask = self.obtaining.pool_names, self._mask_with(obtained)
        return minimal_sets(Situation(self.gate, mask, self.obtaining.suppliers, names, holds_with))

    def holds(self, obtained: frozenset[str]) -> bool:
        """Tell whether the requirement is true once ``obtained`` is."""
        return self.holds_with(self.gate, obtained, (), 0)

    def holds_with(self, gate: Gate, obtained: frozenset[str], rest: Sequence[str], more: int) -> bool:
        """Tell whether a gate is true once ``obtained`` is; with ``more``, whether ``more`` of ``rest`` could still make it so.

        The second is a bound: it may say yes where the truth is no, never the other way round.
        """
        mask = self._mask_with(obtained)
        edges = [*self.edges, *self.obtaining.edges(obtained)] if gate.has_pool else ()
        if more:
            return self._fewest(gate, mask, edges, frozenset(rest)) <= more
        return self.case.assign(gate, mask, edges).holds if gate.has_pool else gate.holds(mask, ())

    def _fewest(self, gate: Gate, mask: int, edges: Sequence[Edge], rest: frozenset[str]) -> float:
        """Return a number of names of ``rest`` below which a gate cannot become true.

        Every input is counted by the names it needs at least; as one name may help several inputs, the sum is divided by the most
        that one helps.
        """
        served = {edge.target: edge for edge in edges if not edge.home}
        served.update({edge.target: edge for edge in edges if edge.home})
        return self._needs(gate, mask, served, rest) / self._most_helped(gate, rest)

    def _needs(self, gate: Gate, mask: int, served: Mapping[str, Edge], rest: frozenset[str]) -> float:
        needs = [0.0 if mask & bit else 1.0 if self._suppliers(bit) & rest else inf for bit in gate.bits]
        needs += [self._pool_needs(pool, served, rest) for pool in gate.pools]
        needs += [self._needs(part, mask, served, rest) for part in gate.gates]
        return sum(sorted(needs)[: gate.need]) if gate.need <= len(needs) else inf

    def _pool_needs(self, place: int, served: Mapping[str, Edge], rest: frozenset[str]) -> float:
        """Return how many names a pool needs at least, if every source served everywhere at once."""
        pool = self.case.requirement.pools[place]
        lacking = pool.at_least - pool.counted(served)
        gains = sorted((gain for name, gain in self._gains[place].items() if name in rest), reverse=True)
        for count, gain in enumerate(gains):
            if lacking <= 0:
                return count
            lacking -= gain
        return len(gains) if lacking <= 0 else inf

    def _most_helped(self, gate: Gate, rest: frozenset[str]) -> int:
        """Return how many inputs one name helps at most."""
        counts = Counter(name for bit in _all_bits(gate) for name in self._suppliers(bit) & rest)
        for pool in _all_pools(gate):
            counts.update(self._gains[pool].keys() & rest)
        return max(counts.values(), default=1)

    def demands(self, obtained: frozenset[str]) -> list[Demand]:
        """Return what every way to make the requirement true has to help, where it is not true yet: each of them must be.

        A demand of one leaf names what supplies it; one of an *any* or a *k of n* names everything that could help it.
        """
        demands = list(self._of_gate(self.gate, self._mask_with(obtained)))
        return demands or [self.names() - obtained]

    def names(self) -> frozenset[str]:
        """Return every name whose acquisition could help."""
        return self.obtaining.pool_names.union(*self.obtaining.suppliers)

    def _mask_with(self, obtained: frozenset[str]) -> int:
        mask = self.mask
        if obtained:
            for index, suppliers in enumerate(self.obtaining.suppliers):
                if not suppliers.isdisjoint(obtained):
                    mask |= 1 << index
        return mask

    def _gains_of(self, pool: Pool) -> dict[str, int]:
        """Return the most credits that each obtained unit could add to a pool, if any: it serves one target, or all it covers where
        reuse is allowed.
        """
        most = sum if self.case.reuse else max
        gains = {
            name: most(pool.worth.get(edge.target, 0) for edge in self.obtaining.edges((name,)))
            for name in self.obtaining.pool_names
        }
        return {name: gain for name, gain in gains.items() if gain}

    def _of_gate(self, gate: Gate, mask: int) -> Iterator[Demand]:
        """Yield the demands of a gate. Pools hold or not together, so what holds them is never a demand of its own."""
        if gate.need == gate.width:
            yield from (self._suppliers(bit) for bit in gate.bits if not mask & bit)
            for part in gate.gates:
                yield from self._of_gate(part, mask)
        elif not gate.has_pool and not gate.holds(mask, ()):
            yield self._helpful(gate, mask)

    def _helpful(self, gate: Gate, mask: int) -> Demand:
        leaves = (self._suppliers(bit) for bit in gate.bits if not mask & bit)
        return frozenset[str]().union(*leaves, *(self._helpful(part, mask) for part in gate.gates))

    def _suppliers(self, bit: int) -> Demand:
        return self.obtaining.suppliers[bit.bit_length() - 1]


def _all_bits(gate: Gate) -> Iterator[int]:
    yield from gate.bits
    for part in gate.gates:
        yield from _all_bits(part)


def _all_pools(gate: Gate) -> Iterator[int]:
    yield from gate.pools
    for part in gate.gates:
        yield from _all_pools(part)
