# SPDX-License-Identifier: Apache-2.0
"""What a holder's evidence says about the units that a qualification names, under given terms (recognition-algorithm 3 and 5).

A *claim* is one way in which a target unit may be covered: by one held unit, or by several that only together cover it. Its value
for a leaf is the minimum of everything that must be so; the value of the leaf is the best of its claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

import msgspec

from touchstone.logic import Truth
from touchstone.recognition.coverage import Coverage
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.evidence import Evidence, HeldUnit, RecognitionRequest
from touchstone.recognition.pools import Edge
from touchstone.recognition.usability import usable
from touchstone.standards.agreement import Agreement

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE


class Held(NamedTuple):
    """A unit that a credential attests, with the truth that the credential may be used for it."""

    evidence: Evidence
    unit: HeldUnit
    scale: str
    usable: Truth


class Claim(NamedTuple):
    """A way to cover ``target``: every part by the best of its holdings. ``home``: by home terms, without any agreement."""

    target: str
    coverage: Coverage
    parts: tuple[tuple[Held, ...], ...]
    part_names: tuple[str, ...]
    home: bool


class Wallet:
    """The evidence of one request, in an order of its own, with its usability under each agreement, computed once."""

    def __init__(self, request: RecognitionRequest) -> None:
        self.request = request
        self.evidence = tuple(sorted(map(_ordered, request.evidence), key=lambda item: (item.credential, item.kind)))
        self._usable: dict[tuple[int, str, str], Truth] = {}

    def usable(self, index: int, agreement: Agreement | None) -> Truth:
        """Return whether the credential at ``index`` may be used under an agreement, or under home terms (None)."""
        key = (index, agreement.id, agreement.version) if agreement else (index, "", "")
        if key not in self._usable:
            self._usable[key] = usable(self.evidence[index], self.request, agreement)
        return self._usable[key]


class Standpoint(NamedTuple):
    """From where evidence is judged: the terms, the framework that is home, and whether everything counts as home."""

    terms: Terms
    home_framework: str
    all_home: bool

    def credential_truth(self, wallet: Wallet, index: int, *, home: bool, framework: str | None = None) -> Truth:
        """Return whether a credential may be used for something that is home or not, in a framework if there is one."""
        if home or self.all_home:
            return wallet.usable(index, None)
        agreement = self.terms.agreement
        if agreement is None or not self.terms.in_scope(framework):
            return _FALSE
        return wallet.usable(index, agreement)


class Seen(NamedTuple):
    """What a unit is from a standpoint, whoever holds it: home or not, in scope or not, and what it covers."""

    home: bool
    in_scope: bool
    scale: str
    covers: tuple[tuple[str, Coverage], ...]


class Outlook:
    """What every unit is worth from one standpoint, for the units that a qualification names; looked up once a unit."""

    def __init__(self, standpoint: Standpoint, wanted: frozenset[str], edition: Edition) -> None:
        self.standpoint, self.wanted, self.edition = standpoint, wanted, edition
        self._seen: dict[str, Seen] = {}

    def of(self, unit: str) -> Seen:
        """Return what a unit is worth."""
        if unit not in self._seen:
            self._seen[unit] = self._look(unit)
        return self._seen[unit]

    def _look(self, unit: str) -> Seen:
        framework = self.edition.units[unit].framework
        home = self.standpoint.all_home or framework.id == self.standpoint.home_framework
        table = self.standpoint.terms.table
        covered = self.edition.home_coverage(unit) if home or table is None else table.of(unit)
        covers = tuple((target, coverage) for target, coverage in covered.items() if target in self.wanted)
        in_scope = home or (table is not None and self.standpoint.terms.in_scope(framework.id, framework.version))
        return Seen(home, in_scope, framework.level_scale, covers if home or table else ())


class Claims:
    """All claims on the units that a qualification names."""

    def __init__(self, outlook: Outlook, wallet: Wallet) -> None:
        self._outlook, self._standpoint, self._edition = outlook, outlook.standpoint, outlook.edition
        self._levels = outlook.standpoint.terms.levels
        self.by_target: dict[str, list[Claim]] = {}
        self.foreign: list[Held] = []
        for index, evidence in enumerate(wallet.evidence):
            if evidence.units:
                self._take(wallet, index, evidence)
        if self.foreign:
            self._compose()

    def truth(self, target: str, level: str | None = None, min_score: Decimal | None = None) -> Truth:
        """Return whether ``target`` is covered, at a level and with a score if they are asked."""
        best = _FALSE
        for claim in self.by_target.get(target, ()):
            best = max(best, self.claim_truth(claim, level, min_score))
            if best is _TRUE:
                return best
        if best is _FALSE and self._standpoint.terms.unmapped is _UNKNOWN:
            values = (self.held_truth(held, target, level, min_score) for held in self.unmapped(target))
            best = min(_UNKNOWN, max(values, default=_FALSE))
        return best

    def claim_truth(self, claim: Claim, level: str | None, min_score: Decimal | None) -> Truth:
        """Return the value of one claim: the coverage, and for every part the best holding."""
        value = claim.coverage.truth
        for holdings in claim.parts:
            if value is _FALSE:
                return value
            value = min(
                value,
                max((self.held_truth(held, claim.target, level, min_score) for held in holdings), default=_FALSE),
            )
        return value

    def held_truth(self, held: Held, target: str, level: str | None, min_score: Decimal | None) -> Truth:
        """Return whether a holding is usable and meets level and score."""
        value = held.usable
        if level is not None and value is not _FALSE:
            value = min(value, self._levels.meets(held.scale, held.unit.level, self._edition.scale_of(target), level))
        if min_score is not None and value is not _FALSE:
            value = min(value, _score(held.unit.score, min_score))
        return value

    def unmapped(self, target: str) -> Iterator[Held]:
        """Yield the foreign holdings that no route connects with ``target``."""
        table = self._standpoint.terms.table
        return (held for held in self.foreign if table and target not in table.of(held.unit.id))

    def edges(self, target: str) -> Iterator[tuple[Truth, Edge]]:
        """Yield the ways to serve ``target`` in a credit pool, each with its truth."""
        for claim in self.by_target.get(target, ()):
            for chosen in product(*(_best_by_unit(holdings).items() for holdings in claim.parts)):
                truth = min((truth for _, truth in chosen), default=_TRUE)
                yield min(truth, claim.coverage.truth), Edge(target, frozenset(unit for unit, _ in chosen), claim.home)
        if self._standpoint.terms.unmapped is _UNKNOWN:
            for held in self.unmapped(target):
                yield min(held.usable, _UNKNOWN), Edge(target, frozenset((held.unit.id,)), home=False)

    def _take(self, wallet: Wallet, index: int, evidence: Evidence) -> None:
        agreement = self._standpoint.terms.agreement
        for unit in evidence.units:
            home, in_scope, scale, covers = self._outlook.of(unit.id)
            usable_here = in_scope and (home or agreement is not None)
            truth = wallet.usable(index, None if home else agreement) if usable_here else _FALSE
            held = Held(evidence, unit, scale, truth)
            if not home and agreement:
                self.foreign.append(held)
            for target, coverage in covers:
                claim = Claim(target, coverage, ((held,),), (unit.id,), home)
                self.by_target.setdefault(target, []).append(claim)

    def _compose(self) -> None:
        table = self._standpoint.terms.table
        for composed in table.composed if table else ():
            if composed.target in self._outlook.wanted:
                parts = tuple(tuple(self._holdings_of(part)) for part in composed.parts)
                if any(parts):
                    claim = Claim(composed.target, composed.coverage, parts, composed.parts, home=False)
                    self.by_target.setdefault(composed.target, []).append(claim)

    def _holdings_of(self, part: str) -> Iterator[Held]:
        """Yield the foreign holdings that are a part, or a predecessor that stands for it."""
        return (held for held in self.foreign if part in self._edition.home_coverage(held.unit.id))


def _best_by_unit(holdings: Iterable[Held]) -> dict[str, Truth]:
    """Return each unit held with the truth of its best credential: which credential it is makes no difference to a pool."""
    best: dict[str, Truth] = {}
    for held in holdings:
        best[held.unit.id] = max(held.usable, best.get(held.unit.id, _FALSE))
    return best


def _ordered(evidence: Evidence) -> Evidence:
    """Return a credential with its units sorted, so that no answer depends on the order in which they were written."""
    if len(evidence.units) < 2:
        return evidence
    units = sorted(evidence.units, key=lambda unit: (unit.id, unit.level or "", unit.score or 0))
    return msgspec.structs.replace(evidence, units=tuple(units))


def _score(held: Decimal | None, asked: Decimal) -> Truth:
    if held is None:
        return _UNKNOWN
    return _TRUE if held >= asked else _FALSE


def best_edges(edges: Iterable[tuple[Truth, Edge]]) -> dict[Edge, Truth]:
    """Return each way to serve a unit once, with its best truth; ways that cannot be are left out."""
    best: dict[Edge, Truth] = {}
    for truth, edge in edges:
        if truth is not _FALSE:
            best[edge] = max(truth, best.get(edge, _FALSE))
    return best
