# SPDX-License-Identifier: Apache-2.0
"""Deciding: a pure function from a request and a rulebook to a decision. Same bytes in, same bytes out, on any machine."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from touchstone.errors import RequestError
from touchstone.recognition.claims import Wallet
from touchstone.recognition.decision import ENGINE, Decision, Inputs, Outcome, Reason
from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import HeldUnit, RecognitionRequest
from touchstone.recognition.exactly import exactly
from touchstone.recognition.near_misses import not_in_force, reasons_of
from touchstone.recognition.outcome import Candidate
from touchstone.recognition.proof import proof_of
from touchstone.recognition.rulebook import Rulebook
from touchstone.standards.agreement import RUNGS, Agreement
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Document
from touchstone.standards.qualification import Qualification

_RANK: dict[Outcome, int] = {outcome: rank for rank, outcome in enumerate(RUNGS)}


@exactly
def decide(request: RecognitionRequest, rulebook: Rulebook) -> Decision:
    """Decide what the evidence of ``request`` is worth (recognition-algorithm, all of it).

    :raises RequestError: when the target is unknown, not in force or not of the region asked, or the evidence names a unit or level
        that no document knows.
    :raises TooComplexError: when an exact answer would take too long.
    """
    candidate = deciding_candidate(request, rulebook)
    if candidate.terms.agreement is None and request.from_ != request.to:
        return _without_agreement(request, rulebook, candidate)
    return _settled(request, rulebook, candidate)


def deciding_candidate(request: RecognitionRequest, rulebook: Rulebook) -> Candidate:
    """Return the candidate that decides a request: the best one, or home evidence alone where no agreement applies.

    :raises RequestError: as :func:`decide`.
    """
    edition = rulebook.edition(request.decided_on)
    target = _target(request, rulebook, edition)
    check_evidence(request, edition)
    applicable = [
        agreement for agreement in rulebook.agreements(request.from_, request.to) if applies(agreement, request)
    ]
    terms = [edition.terms(agreement) for agreement in applicable]
    if request.from_ == request.to or not terms:
        terms.insert(0, edition.terms(None))
    wallet = Wallet(request)
    return min((Candidate(target, item, wallet, edition) for item in terms), key=_quality)


def applies(agreement: Agreement, request: RecognitionRequest) -> bool:
    """Tell whether an agreement of the right direction applies to a request (recognition-algorithm 2.1)."""
    if agreement.status != "in_force" or (agreement.purposes is not None and request.purpose not in agreement.purposes):
        return False
    if agreement.valid is None:
        return True
    if agreement.applies_by == "award_date":
        return agreement.valid.from_ is None or agreement.valid.from_ <= request.decided_on
    return request.decided_on in agreement.valid


def _quality(candidate: Candidate) -> tuple[int, int, tuple[str, str]]:
    """Order candidates: the best floor, then the best outcome (an open one may turn out better), then the smallest id."""
    return _RANK[candidate.floor.outcome], 0 if candidate.outcome == "REFER" else 1, candidate.terms.key


def _target(request: RecognitionRequest, rulebook: Rulebook, edition: Edition) -> Qualification:
    target = edition.qualification(request.target)
    if target is not None:
        if target.region != request.to:
            raise _of_another_region(target, request, rulebook)
        return target
    if any(isinstance(version, Qualification) for version in rulebook.by_id.get(request.target, ())):
        hint = "Ask for a version that is in force, or decide on another day."
        raise RequestError(
            f"the target is not in force on {request.decided_on}", field="target", found=request.target, hint=hint
        )
    known = [item for item in rulebook.documents if isinstance(item, Qualification)]
    there = [item.id for item in known if item.region == request.to] or [item.id for item in known]
    near = difflib.get_close_matches(request.target, there, n=1, cutoff=0.9)
    raise RequestError(
        "the target is unknown",
        field="target",
        expected="the id of a qualification" + (f" such as {there[0]}" if there and not near else ""),
        found=request.target,
        hint=f"Did you mean {near[0]}?" if near else "",
    )


def _of_another_region(target: Qualification, request: RecognitionRequest, rulebook: Rulebook) -> RequestError:
    """Complain of a target that the region asked does not award: an agreement with one region binds no other."""
    there = [item.id for item in rulebook.documents if isinstance(item, Qualification) and item.region == request.to]
    return RequestError(
        "the target is a qualification of another region",
        field="target",
        expected=f"a qualification of {request.to}" + (f" such as {there[0]}" if there else ""),
        found=target.id,
        hint=f"It is one of {target.region}: ask there, or for another.",
    )


def check_units(request: RecognitionRequest, edition: Edition) -> None:
    """Check that some framework knows each unit of the evidence; in force or not, so that it is the same on every day.

    :raises RequestError: when none does.
    """
    for field, unit in _units(request):
        if unit.id not in edition.units:
            hint = "Add the framework that defines it, or mend the id."
            raise RequestError("no framework knows the unit", field=f"{field}.id", found=unit.id, hint=hint)


def check_evidence(request: RecognitionRequest, edition: Edition) -> None:
    """Refuse evidence that names a unit or level that no document knows, with its place.

    :raises RequestError:
    """
    check_units(request, edition)
    for field, unit in _units(request):
        if not edition.knows(unit.id, unit.level):
            raise _off_the_scale(unit, field, edition)


def _units(request: RecognitionRequest) -> Iterator[tuple[str, HeldUnit]]:
    """Yield each unit of the evidence with the place where it stands."""
    for index, evidence in enumerate(request.evidence):
        for position, unit in enumerate(evidence.units):
            yield f"evidence[{index}].units[{position}]", unit


def _off_the_scale(unit: HeldUnit, field: str, edition: Edition) -> RequestError:
    levels = edition.scales[edition.scale_of(unit.id)].levels
    expected = "one of " + ", ".join(level.code for level in levels)
    return RequestError("the level is not on the scale", field=f"{field}.level", expected=expected, found=unit.level)


def _settled(request: RecognitionRequest, rulebook: Rulebook, best: Candidate) -> Decision:
    """Return the decision of the best candidate."""
    open_facts, all_tried = best.open()
    reasons = () if best.outcome == "FULL" else reasons_of(best, best.floor)
    if not all_tried:
        reasons = (*reasons, Reason(code="open_truncated"))
    outcomes = (best.outcome, best.floor.outcome, best.ceiling.outcome)
    return _decision(request, rulebook, best, outcomes, open_facts, reasons, ())


def _without_agreement(request: RecognitionRequest, rulebook: Rulebook, home: Candidate) -> Decision:
    """Decide on home evidence alone; if that is not enough, individual assessment is open to the holder."""
    if home.floor.outcome == "FULL":
        return _decision(request, rulebook, home, ("FULL", "FULL", "FULL"), (), (), ())
    directions = rulebook.agreements(request.from_, request.to)
    reasons = (Reason(code="no_agreement"), *not_in_force(directions, request.purpose, request.decided_on))
    return _decision(request, rulebook, home, ("REFER", "REFER", "REFER"), (), reasons, directions)


def _decision(
    request: RecognitionRequest,
    rulebook: Rulebook,
    candidate: Candidate,
    outcomes: tuple[Outcome, Outcome, Outcome],
    open_facts: tuple[str, ...],
    reasons: tuple[Reason, ...],
    told: Sequence[Agreement],
) -> Decision:
    """Write a decision down. ``told`` are agreements that do not apply, but that the reasons speak of."""
    outcome, floor, ceiling = outcomes
    result, agreement = candidate.floor, candidate.terms.agreement
    consulted = candidate.edition.consulted(_roots(request, candidate, told))
    return Decision(
        outcome=outcome,
        floor=floor,
        ceiling=ceiling,
        standing=consulted.standing.label,
        assumed=request.assume,
        agreement=agreement.id if agreement else None,
        recognised=result.recognised,
        missing=result.missing.sets,
        conditions=result.conditions,
        recognised_as=result.recognised_as,
        open=open_facts,
        reasons=reasons,
        proof=proof_of(candidate, result, rulebook),
        inputs=Inputs(request=digest(request), documents=consulted.documents),
        engine=ENGINE,
    )


def _roots(request: RecognitionRequest, candidate: Candidate, told: Sequence[Agreement]) -> Iterator[Document]:
    """Yield the documents that a decision looked at first: the target, the agreement, and what defines the evidence."""
    edition = candidate.edition
    yield candidate.case.qualification
    if candidate.terms.agreement:
        yield candidate.terms.agreement
    yield from told
    for evidence in request.evidence:
        for unit in evidence.units:
            yield edition.units[unit.id].framework
        for held in evidence.holds:
            if qualification := edition.defining(held):
                yield qualification
