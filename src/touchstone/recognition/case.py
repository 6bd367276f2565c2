# SPDX-License-Identifier: Apache-2.0
"""One qualification judged for one person under one set of terms: every fact with its truth, and what follows for a resolution.

A *resolution* says which unknown facts are taken for the holder: none of them at the floor, all of them at the ceiling, and every
mixture in between when we ask which facts matter (recognition-algorithm 8 and 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from touchstone.logic import Experience, Holds, Leaf, Person, Training, Truth, Unit
from touchstone.recognition.blueprint import blueprint
from touchstone.recognition.claims import Claims, Wallet, best_edges
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.pools import Assignment, Edge, Effort, best_assignment
from touchstone.recognition.requirement import Gate, Requirement
from touchstone.recognition.sums import Span, Sum, sum_hours, sum_months
from touchstone.standards.agreement import DirectRecognition
from touchstone.standards.qualification import Qualification

Resolution = frozenset[str] | None
"""The unknown facts that are taken for the holder; None means all of them."""

FLOOR: Resolution = frozenset()
CEILING: Resolution = None

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE


class Facts(NamedTuple):
    """The truths of the leaves of one compiled expression, as masks."""

    requirement: Requirement
    certain: int
    unknown: int

    def mask(self, resolution: Resolution) -> int:
        """Return the leaves that are true when the unknown facts of the resolution speak for the holder."""
        if resolution is None:
            return self.certain | self.unknown
        return self.certain | (
            self.unknown & self.requirement.bits_named(resolution) if self.unknown and resolution else 0
        )

    def mask_of_bar(self, resolution: Resolution) -> int:
        """Return the same for a bar, where an unknown leaf speaks for the holder when it is false."""
        if resolution is None:
            return self.certain
        return self.certain | (self.unknown & ~self.requirement.bits_named(resolution))

    def unknown_names(self) -> Iterator[str]:
        """Yield the names of the unknown leaves."""
        return (name for index, name in enumerate(self.requirement.names) if self.unknown >> index & 1)


class Grant(NamedTuple):
    """A direct recognition, with the truth that its certificate is held and the facts of its conditions."""

    place: int
    direct: DirectRecognition
    held: Truth
    conditions: Facts | None
    evidence_index: int

    @property
    def names(self) -> frozenset[str]:
        """The names of the leaves that the grant makes true; effect ``access`` only speaks for what asks to hold it."""
        held = {f"holds:{granted}" for granted in self.direct.grants}
        return frozenset(held.union(self.direct.grants) if self.direct.effect == "certificate" else held)

    @property
    def name(self) -> str:
        """The name of the fact that the certificate is held."""
        return f"holds:{self.direct.holds}"

    def holds(self, resolution: Resolution, *, in_bar: bool = False) -> bool:
        """Tell whether the grant is given under a resolution; in a bar, every unknown is resolved the other way round."""
        if self.held is _UNKNOWN and in_bar is (resolution is None or self.name in resolution):
            return False
        if self.conditions is None:
            return True
        mask = self.conditions.mask_of_bar(resolution) if in_bar else self.conditions.mask(resolution)
        return self.conditions.requirement.gate.holds(mask, ())

    def unknown_names(self) -> Iterator[str]:
        """Yield the names of the unknown facts on which the grant rests."""
        if self.held is _UNKNOWN:
            yield self.name
        if self.conditions:
            yield from self.conditions.unknown_names()


class Case:
    """A qualification under terms, for one wallet."""

    def __init__(self, qualification: Qualification, terms: Terms, wallet: Wallet, edition: Edition) -> None:
        self.qualification, self.terms, self.wallet, self.edition = qualification, terms, wallet, edition
        all_home = terms.agreement is None and wallet.request.from_ == wallet.request.to
        drawn = blueprint(qualification, terms, edition, all_home=all_home)
        self.requirement, self.obtaining, self.standpoint = drawn.requirement, drawn.obtaining, drawn.outlook.standpoint
        self._effort = Effort()
        self.reuse = terms.agreement is not None and terms.agreement.reuse_allowed
        self.claims = Claims(drawn.outlook, wallet)
        self.facts = self._facts(self.requirement)
        self.bars = tuple(self._facts(bar) for bar in drawn.bars)
        self.grants = tuple(self._grants(drawn.conditions))
        self.edges = self._pool_edges()

    # What is true

    def barred(self, resolution: Resolution) -> bool:
        """Tell whether a bar excludes the holder; an unknown bar does unless its facts are taken for her."""
        return any(
            bar.requirement.gate.holds(
                bar.mask_of_bar(resolution) | self._granted_bits(bar.requirement, resolution, in_bar=True), ()
            )
            for bar in self.bars
        )

    def granted(self, resolution: Resolution) -> bool:
        """Tell whether the qualification itself is granted directly."""
        return any(
            grant.direct.effect == "certificate"
            and self.qualification.id in grant.direct.grants
            and grant.holds(resolution)
            for grant in self.grants
        )

    def mask(self, resolution: Resolution) -> int:
        """Return the true leaves of the requirement, direct grants included."""
        return self.facts.mask(resolution) | self._granted_bits(self.requirement, resolution)

    def assignment(self, resolution: Resolution, mask: int) -> Assignment:
        """Return the best use of sources in the credit pools, and whether the requirement is true with it."""
        if not self.requirement.pools:
            return Assignment({}, self.requirement.gate.holds(mask, ()))
        return self.assign(self.requirement.gate, mask, self.edges_for(resolution))

    def recognised(self, mask: int, assignment: Assignment) -> tuple[str, ...]:
        """Return the units that are true in a leaf or served in a pool, sorted."""
        units = {unit for bit, unit in self.requirement.unit_bits if mask & bit}
        return tuple(sorted(units | assignment.served.keys()))

    def unknown_names(self) -> frozenset[str]:
        """Return the names of all facts that nobody knows and that this case asks about."""
        names = set(self.facts.unknown_names())
        for facts in self.bars:
            names.update(facts.unknown_names())
        for grant in self.grants:
            names.update(grant.unknown_names())
        names.update(edge.target for edge, truth in self.edges.items() if truth is _UNKNOWN)
        return frozenset(names)

    # How the facts are found

    def _facts(self, requirement: Requirement) -> Facts:
        certain = unknown = 0
        for index, leaf in enumerate(requirement.leaves):
            truth = self.leaf_truth(leaf)
            if truth is _TRUE:
                certain |= 1 << index
            elif truth is _UNKNOWN:
                unknown |= 1 << index
        return Facts(requirement, certain, unknown)

    def leaf_truth(self, leaf: Leaf) -> Truth:
        """Return the truth of a leaf by evidence alone (direct grants are looked at apart)."""
        match leaf:
            case Unit(unit=unit, level=level, min_score=score):
                return self.claims.truth(unit, level, score)
            case Holds(holds=qualification):
                return self._held(qualification)[0]
            case Experience(experience=part):
                return self.experience(part.occupation, part.area).reaches(part.months)
            case Training(training=part):
                return self.training(part.framework).reaches(part.hours)
            case Person(person=part):
                value = self.wallet.request.person.get(part.fact)
                return _UNKNOWN if value is None else Truth.TRUE if value in part.in_ else _FALSE
            case _:
                raise TypeError(f"{type(leaf).__name__} is not a leaf with one truth")

    def experience(self, occupation: str | None, area: str | None) -> Sum:
        """Return the months of practice in an occupation or in an area."""
        return sum_months(self._spans(occupation, area))

    def training(self, framework: str) -> Sum:
        """Return the hours of training in a framework."""
        return sum_hours(self._hours(framework))

    def _spans(self, occupation: str | None, area: str | None) -> Iterator[tuple[Truth, Span | None]]:
        for index, evidence in enumerate(self.wallet.evidence):
            if evidence.kind != "practice":
                continue
            asked, stated = (occupation, evidence.occupation) if occupation is not None else (area, evidence.area)
            match = _UNKNOWN if stated is None else _TRUE if stated == asked else _FALSE
            truth = min(match, self.standpoint.credential_truth(self.wallet, index, home=False))
            period, today = evidence.period, self.wallet.request.decided_on
            if period is None or period.from_ is None or period.until is None:
                yield truth, None
            elif period.from_ <= today:
                yield truth, (period.from_, min(period.until, today))

    def _hours(self, framework: str) -> Iterator[tuple[Truth, Decimal | None]]:
        home = framework == self.qualification.framework
        for index, evidence in enumerate(self.wallet.evidence):
            if evidence.kind == "training":
                match = _UNKNOWN if evidence.framework is None else _TRUE if evidence.framework == framework else _FALSE
                usable = self.standpoint.credential_truth(self.wallet, index, home=home, framework=framework)
                yield min(match, usable), evidence.hours

    def _held(self, qualification: str, *, abroad: bool = False) -> tuple[Truth, int]:
        """Return whether a qualification is held, and by which credential; ``abroad``: under agreement terms in any case."""
        home = not abroad and self.edition.framework_of(qualification) == self.qualification.framework
        best, by = _FALSE, -1
        for index, evidence in enumerate(self.wallet.evidence):
            if qualification in evidence.holds:
                truth = self.standpoint.credential_truth(self.wallet, index, home=home)
                if truth > best:
                    best, by = truth, index
        return best, by

    def _grants(self, conditions: Sequence[Requirement | None]) -> Iterator[Grant]:
        for place, (direct, condition) in enumerate(zip(self.terms.direct, conditions, strict=True)):
            held, index = self._held(direct.holds, abroad=True)
            if held is not _FALSE:
                yield Grant(place, direct, held, self._facts(condition) if condition else None, index)

    def _granted_bits(self, requirement: Requirement, resolution: Resolution, *, in_bar: bool = False) -> int:
        bits = 0
        for grant in self.grants:
            if grant.holds(resolution, in_bar=in_bar):
                bits |= requirement.bits_named(grant.names)
        return bits

    # Credit pools

    def _pool_edges(self) -> Mapping[Edge, Truth]:
        return best_edges(pair for unit in self.requirement.pool_units for pair in self.claims.edges(unit))

    def edges_for(self, resolution: Resolution) -> tuple[Edge, ...]:
        """Return the ways to serve pool units under a resolution, direct grants included."""
        edges = [
            edge
            for edge, truth in self.edges.items()
            if truth is _TRUE or resolution is None or edge.target in resolution
        ]
        for grant in self.grants:
            if grant.direct.effect == "certificate" and grant.holds(resolution):
                units = self.requirement.pool_units.intersection(grant.direct.grants)
                edges.extend(Edge(unit, frozenset(), home=False) for unit in units)
        return tuple(edges)

    def assign(self, gate: Gate, mask: int, edges: Iterable[Edge]) -> Assignment:
        """Return the best assignment for a gate of the requirement."""

        def holds(pools: tuple[bool, ...]) -> bool:
            return gate.holds(mask, pools)

        return best_assignment(self.requirement.pools, edges, holds, reuse=self.reuse, effort=self._effort)
