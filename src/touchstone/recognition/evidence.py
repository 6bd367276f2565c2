# SPDX-License-Identifier: Apache-2.0
"""What a holder brings: evidence, and the request to recognise it. Personal: never published.

The three kinds of evidence are those in which talent is mutually recognised: cultivation (training), evaluation (assessment)
and practice (experience).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from touchstone.errors import InputError, RequestError
from touchstone.logic import Amount, Identifier, Name
from touchstone.standards.agreement import Assurance, Purpose
from touchstone.standards.envelope import Period, Region
from touchstone.standards.folder import read_bytes, read_value
from touchstone.value import Value

FactName = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", description="the name of a fact, such as residence")
]
CredentialStatus = Literal["valid", "suspended", "revoked", "expired"]


R = TypeVar("R", bound="RecognitionRequest")


class HeldUnit(Value, frozen=True, kw_only=True):
    """A unit that a credential attests, with the level (on the scale of the unit's framework) and score reached."""

    id: Identifier
    level: Name | None = None
    score: Amount | None = None


class Evidence(Value, frozen=True, kw_only=True):
    """One credential, as far as a decision needs it. A field that is absent is unknown, never a zero."""

    credential: Identifier
    kind: Literal["training", "assessment", "practice"]
    issuer: Identifier | None = None
    units: tuple[HeldUnit, ...] = ()
    holds: tuple[Identifier, ...] = ()
    hours: Amount | None = None
    framework: Identifier | None = None
    occupation: Name | None = None
    area: Name | None = None
    period: Period | None = None
    awarded: dt.date | None = None
    expires: dt.date | None = None
    assurance: Assurance | None = None
    status: CredentialStatus | None = None
    status_checked: dt.datetime | None = None


class Assumption(Value, frozen=True, kw_only=True):
    """What a what-if takes for granted where the evidence says nothing; it never overrides what is stated."""

    assurance: Assurance | None = None
    status: CredentialStatus | None = None


class RecognitionRequest(Value, frozen=True, kw_only=True, tag_field="kind", tag="RecognitionRequest"):
    """A question: what is this evidence worth, in that region, for that qualification, on that day?

    ``decided_at`` (UTC, on the day ``decided_on``) is the moment at which the age of a status check is read; absent, it is the midnight
    that ends the day.
    """

    from_: Region
    to: Region
    target: Identifier
    purpose: Purpose
    decided_on: dt.date
    decided_at: dt.datetime | None = None
    person: dict[FactName, Name] = {}
    evidence: tuple[Evidence, ...]
    assume: Assumption | None = None

    def __post_init__(self) -> None:
        if self.decided_at and self.decided_at.date() != self.decided_on:
            raise ValueError(f"decided_at is not on the day {self.decided_on} in UTC: give both for the same day")
        seen: set[tuple[str, str]] = set()
        for evidence in self.evidence:
            if (evidence.credential, evidence.kind) in seen:
                raise ValueError(f"the credential {evidence.credential} stands twice as {evidence.kind}: give it once")
            seen.add((evidence.credential, evidence.kind))

    @property
    def moment(self) -> dt.datetime:
        """The moment at which ages of status checks are read."""
        midnight = dt.datetime.combine(self.decided_on, dt.time(), dt.UTC)
        return self.decided_at or midnight + dt.timedelta(days=1)


class _Question(RecognitionRequest, frozen=True, kw_only=True, tag_field="kind", tag="RecognitionRequest"):
    """A request whose evidence may come from elsewhere."""

    evidence: tuple[Evidence, ...] = ()


def load_request(file: Path | str) -> RecognitionRequest:
    """Read a request from a YAML or JSON file.

    :raises RequestError: with file, line, field, expected and found.
    """
    return _loaded(file, RecognitionRequest)


def load_question(file: Path | str) -> RecognitionRequest:
    """Read a request that may leave its evidence out, for it to come from a wallet.

    :raises RequestError: as :func:`load_request`.
    """
    question = _loaded(file, _Question)
    return RecognitionRequest(**{field: getattr(question, field) for field in RecognitionRequest.__struct_fields__})


def _loaded(file: Path | str, type_: type[R]) -> R:
    name = str(file)
    try:
        request, _ = read_value(read_bytes(Path(file)), name, type_)
    except InputError as error:
        raise RequestError.of(error).at(file=name) from None
    return request
