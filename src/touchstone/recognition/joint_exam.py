# SPDX-License-Identifier: Apache-2.0
"""One examination, several certificates (一试多证): what a candidate's results on a joint standard are worth in each region.

The certificates are awarded by each region's own body; here is only decided which of them are earned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from touchstone.credentials.identifiers import Did
from touchstone.errors import RulebookError
from touchstone.logic import AllOf, Identifier, Name
from touchstone.recognition.case import FLOOR, Case
from touchstone.recognition.claims import Wallet
from touchstone.recognition.engine import check_evidence, decide
from touchstone.recognition.evidence import FactName, RecognitionRequest
from touchstone.recognition.exactly import exactly
from touchstone.recognition.joint import requirement_of
from touchstone.recognition.rulebook import Rulebook
from touchstone.standards.criterion import Criterion
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Region
from touchstone.standards.joint import JointStandard
from touchstone.standards.qualification import Qualification
from touchstone.value import Value

Mode = Literal["all_or_nothing", "regional_fallback"]


class Candidate(Value, frozen=True, kw_only=True):
    """A candidate: evidence, that of the session included, and what was measured, by criterion id; ``holder`` is the DID of her wallet."""

    candidate: Name
    holder: Did | None = None
    request: RecognitionRequest
    measured: dict[FactName, Decimal] = {}


class Session(Value, frozen=True, kw_only=True, tag_field="kind", tag="ExamSession"):
    """The candidates of one examination session. Personal: never published."""

    candidates: tuple[Candidate, ...]

    def __post_init__(self) -> None:
        for field, what in (("candidate", "name"), ("holder", "holder")):
            places: dict[str, int] = {}
            for place, each in enumerate(self.candidates):
                named = getattr(each, field)
                first = places.setdefault(named, place) if named else place
                if first != place:
                    raise ValueError(
                        f"candidates[{first}] and candidates[{place}] have one {what}, {named}: each gets results of her own"
                    )


class RegionalResult(Value, frozen=True, kw_only=True):
    """Whether one region's certificate is earned, and if not, what is missing and which criteria are not met."""

    region: Region
    qualification: Identifier
    earned: bool
    missing: tuple[tuple[str, ...], ...] = ()
    criteria_not_met: tuple[str, ...] = ()


@exactly
def examine(
    joint: JointStandard, candidate: Candidate, rulebook: Rulebook, *, mode: Mode = "all_or_nothing"
) -> tuple[RegionalResult, ...]:
    """Return what a candidate has earned in each region, in the order of the parts.

    With ``all_or_nothing`` a certificate is earned only with the whole joint standard; with ``regional_fallback`` also by meeting a
    region's own requirement and criteria. A region's own bars hold in either case.

    :raises RulebookError: when a part of the joint standard is not among the documents, or not in force on the day of the decision.
    :raises RequestError: when the evidence names a unit or level that no document knows.
    """
    passed = passes(joint, candidate, rulebook)
    return tuple(_regional(part, candidate, rulebook, passed, mode) for part in parts_of(joint, rulebook))


@exactly
def passes(joint: JointStandard, candidate: Candidate, rulebook: Rulebook) -> bool:
    """Tell whether a candidate passes the joint standard as a whole, by no part's bar excluded; one with conflicts cannot be passed.

    :raises RequestError: when the evidence names a unit or level that no document knows.
    """
    check_evidence(candidate.request, rulebook.edition(candidate.request.decided_on))
    if joint.conflicts or _not_met(joint.criteria, candidate):
        return False
    parts = parts_of(joint, rulebook)
    whole = msgspec.structs.replace(
        parts[0],
        id=digest(joint),
        version=joint.version,
        require=AllOf(all_of=requirement_of(joint)),
        bars=tuple(bar for part in parts for bar in part.bars),
    )
    request = _at_home(candidate.request, parts[0])
    edition = rulebook.edition(request.decided_on)
    case = Case(whole, edition.terms(None), Wallet(request), edition)
    return case.assignment(FLOOR, case.mask(FLOOR)).holds and not case.barred(FLOOR)


def parts_of(joint: JointStandard, rulebook: Rulebook) -> Sequence[Qualification]:
    """Return the qualifications that a joint standard was composed from, found by their digests."""
    qualifications = (document for document in rulebook.documents if isinstance(document, Qualification))
    by_digest = {rulebook.digest_of(document): document for document in qualifications}
    for part in joint.parts:
        if part not in by_digest:
            raise RulebookError(
                "a part of the joint standard is not among the documents", found=part, hint="Add that version."
            )
    return [by_digest[part] for part in joint.parts]


def _regional(
    part: Qualification, candidate: Candidate, rulebook: Rulebook, passed: bool, mode: Mode
) -> RegionalResult:
    request = _at_home(candidate.request, part)
    if rulebook.edition(request.decided_on).qualification(part.id) is not part:
        raise RulebookError(
            f"a part of the joint standard is not the version in force on {request.decided_on}",
            found=part.id,
            hint="Compose the standard anew for that day.",
        )
    decision = decide(request, rulebook)
    not_met = _not_met(part.criteria, candidate)
    own = decision.floor == "FULL" and not not_met
    return RegionalResult(
        region=part.region,
        qualification=part.id,
        earned=own and (passed or mode == "regional_fallback"),
        missing=decision.missing,
        criteria_not_met=not_met,
    )


def _at_home(request: RecognitionRequest, part: Qualification) -> RecognitionRequest:
    """Return the request as the region of ``part`` sees the results of its own examination: at home, without any agreement."""
    return msgspec.structs.replace(request, from_=part.region, to=part.region, target=part.id)


def _not_met(criteria: Iterable[Criterion], candidate: Candidate) -> tuple[str, ...]:
    """Return the criteria that a candidate does not meet; what was not measured is not met."""
    return tuple(
        f"{criterion.id}:{criterion.direction}"
        for criterion in criteria
        if criterion.id not in candidate.measured or not criterion.holds(candidate.measured[criterion.id])
    )
