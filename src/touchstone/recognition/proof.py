# SPDX-License-Identifier: Apache-2.0
"""Why yes: for each recognised unit the credential, the row or rule, and the clause, with documents named by digest."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.logic import Truth, Unit
from touchstone.recognition.case import FLOOR, Case
from touchstone.recognition.claims import Claim, Held
from touchstone.recognition.coverage import CLOSE, Coverage, Hop
from touchstone.recognition.decision import HeldPart, ProofStep, RowUsed, Rule
from touchstone.recognition.outcome import Candidate, Result
from touchstone.recognition.pools import Edge
from touchstone.recognition.rulebook import Rulebook

_TRUE = Truth.TRUE

Way = tuple[Claim, tuple[Held, ...]]
"""A claim, and for each of its parts the holding it rests on."""


def proof_of(candidate: Candidate, result: Result, rulebook: Rulebook) -> tuple[ProofStep, ...]:
    """Return one step for each recognised unit, in the order of the units, after one for a target that is granted directly."""
    case = candidate.case
    granted = [_by_grant(case, case.qualification.id, rulebook)] if result.outcome == "FULL" else []
    units = (_step(case, unit, result, rulebook) for unit in result.recognised)
    return tuple(step for step in (*granted, *units) if step)


def _by_grant(case: Case, granted: str, rulebook: Rulebook) -> ProofStep | None:
    """Return the step for a direct grant of a unit or of the target itself, if there is one."""
    for grant in case.grants:
        if granted in grant.direct.grants and grant.direct.effect == "certificate" and grant.holds(FLOOR):
            credential = case.wallet.evidence[grant.evidence_index].credential
            held = (HeldPart(credential=credential, unit=grant.direct.holds),)
            agreement = case.terms.agreement
            named = rulebook.digest_of(agreement) if agreement else None
            return ProofStep(unit=granted, rule="direct", held=held, agreement=named, clause=f"direct[{grant.place}]")
    return None


def _step(case: Case, unit: str, result: Result, rulebook: Rulebook) -> ProofStep | None:
    ways = list(_ways(case, unit, result.assignment.served.get(unit)))
    if not ways:
        return _by_grant(case, unit, rulebook)
    claim, parts = ways[0] if len(ways) == 1 else min(ways, key=_preference)
    agreement = None if claim.home else case.terms.agreement
    return ProofStep(
        unit=unit,
        rule=_rule(claim.coverage),
        held=tuple(
            [HeldPart(credential=part.evidence.credential, unit=part.unit.id, level=part.unit.level) for part in parts]
        ),
        rows=tuple([_row(hop, rulebook) for hop in claim.coverage.hops]),
        agreement=rulebook.digest_of(agreement) if agreement else None,
        clause=_clause(claim.coverage) if agreement else None,
    )


def _ways(case: Case, unit: str, edge: Edge | None) -> Iterator[Way]:
    """Yield every way in which the unit is true: by a leaf, with the holdings it rests on; else as it is served in the pools."""
    claims = [claim for claim in case.claims.by_target.get(unit, ()) if claim.coverage.truth is _TRUE]
    by_leaf = [
        way
        for leaf in case.requirement.leaves_of.get(unit, ())
        for claim in claims
        if (way := _by_leaf(case, claim, leaf))
    ]
    if by_leaf or edge is None:
        yield from by_leaf
        return
    for claim in claims:
        if claim.home == edge.home and (way := _as_served(claim, edge)):
            yield way


def _as_served(claim: Claim, edge: Edge) -> Way | None:
    """Return a claim with the usable holding of every part among the sources that an assignment uses up."""
    chosen = []
    for holdings in claim.parts:
        usable = [held for held in holdings if held.unit.id in edge.uses and held.usable is _TRUE]
        if not usable:
            return None
        chosen.append(min(usable, key=lambda held: (held.evidence.credential, held.unit.id)))
    return (claim, tuple(chosen)) if frozenset(held.unit.id for held in chosen) == edge.uses else None


def _by_leaf(case: Case, claim: Claim, leaf: Unit) -> Way | None:
    """Return a claim with its first true holding of every part, if it has one of each."""
    chosen = []
    for holdings in claim.parts:
        true = [
            held for held in holdings if case.claims.held_truth(held, claim.target, leaf.level, leaf.min_score) is _TRUE
        ]
        if not true:
            return None
        chosen.append(
            min(true, key=lambda held: (held.evidence.credential, held.unit.id)) if len(true) > 1 else true[0]
        )
    return claim, tuple(chosen)


def _preference(way: Way) -> tuple[object, ...]:
    """Order ways: home before abroad, fewest rows, one credential rather than several, then by id."""
    claim, parts = way
    names = tuple((part.evidence.credential, part.unit.id) for part in parts)
    return not claim.home, len(claim.coverage.hops), len(parts), names


def _rule(coverage: Coverage) -> Rule:
    if coverage.hops:
        return "crosswalk"
    return "succession" if coverage.succession else "same_unit"


def _clause(coverage: Coverage) -> str:
    """Return the field of the agreement that lets the coverage count."""
    if len(coverage.hops) > 1:
        return "max_hops"
    return "accept_close" if coverage.hops and coverage.hops[0].predicate == CLOSE else "predicates"


def _row(hop: Hop, rulebook: Rulebook) -> RowUsed:
    return RowUsed(
        crosswalk=rulebook.digest_of(hop.crosswalk),
        subject=hop.source,
        predicate=hop.predicate,
        object=hop.target,
        confidence=hop.confidence,
    )
