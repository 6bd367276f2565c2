# SPDX-License-Identifier: Apache-2.0
"""The answer: what is recognised, what is missing, why, and from which documents. A value that anyone can derive again."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from touchstone.logic import Count, Identifier, Name
from touchstone.recognition.evidence import Assumption, RecognitionRequest
from touchstone.standards.envelope import StandingLabel
from touchstone.value import Value

ENGINE = "touchstone-recognition/1"
"""The version of the *meaning*, not of the code: the same inputs give the same decision under the same name."""

Rule = Literal["same_unit", "succession", "crosswalk", "direct"]
Outcome = Literal["FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER"]


class Conditions(Value, frozen=True, kw_only=True):
    """What must still be obtained, and within how many months, for a conditional recognition to become full."""

    must_obtain: tuple[str, ...]
    deadline_months: Count | None = None


class Reason(Value, frozen=True, kw_only=True):
    """Why something is not recognised: a code of the catalogue (:mod:`touchstone.recognition.reasons`) and its details.

    ``about`` is a unit id or a token such as ``holds:ID``; ``held`` and ``asked`` are the two sides of a comparison.
    """

    code: Name
    about: str | None = None
    credential: Identifier | None = None
    unit: str | None = None
    held: str | None = None
    asked: str | None = None


class HeldPart(Value, frozen=True, kw_only=True):
    """A unit in the holder's hand, on which a proof step rests."""

    credential: Identifier
    unit: Identifier
    level: Name | None = None


class RowUsed(Value, frozen=True, kw_only=True):
    """A crosswalk row on which a proof step rests, as it was read from source to target."""

    crosswalk: str
    subject: str
    predicate: Name
    object: Identifier
    confidence: Decimal | None = None


class ProofStep(Value, frozen=True, kw_only=True):
    """Why one unit is recognised: by which credentials, by which rule, under which clause; documents by digest."""

    unit: Identifier
    rule: Rule
    held: tuple[HeldPart, ...]
    rows: tuple[RowUsed, ...] = ()
    agreement: str | None = None
    clause: Name | None = None


class DocumentUsed(Value, frozen=True, kw_only=True):
    """A document that the decision consulted."""

    id: Identifier
    version: Name
    digest: str


class Inputs(Value, frozen=True, kw_only=True):
    """Everything that the decision is a function of, by digest."""

    request: str
    documents: tuple[DocumentUsed, ...]


class Decision(Value, frozen=True, kw_only=True, tag_field="kind", tag="Decision"):
    """The decision on a request. ``floor`` takes every unknown against the holder, ``ceiling`` for her."""

    outcome: Outcome
    floor: Outcome
    ceiling: Outcome
    standing: StandingLabel
    assumed: Assumption | None = None
    agreement: str | None = None
    recognised: tuple[Identifier, ...]
    missing: tuple[tuple[str, ...], ...]
    conditions: Conditions | None = None
    recognised_as: str | None = None
    open: tuple[str, ...]
    reasons: tuple[Reason, ...]
    proof: tuple[ProofStep, ...]
    inputs: Inputs
    engine: str

    @property
    def compared(self) -> bool:
        """Whether the evidence was compared at all: without an agreement nobody has found it wanting, a person must look."""
        return self.floor != "REFER"


class Receipt(Value, frozen=True, kw_only=True, tag_field="kind", tag="Receipt"):
    """A request with its decision: all that somebody needs, beside the public documents, to derive it again."""

    request: RecognitionRequest
    decision: Decision
