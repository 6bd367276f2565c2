# SPDX-License-Identifier: Apache-2.0
"""The envelope that every public document wears: who says it, in which version, from when, and how far it can be believed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from touchstone.logic import Identifier, Name, Prose
from touchstone.text import LanguageMap
from touchstone.value import Value

Status = Literal["draft", "in_force", "suspended", "withdrawn"]
D = TypeVar("D", bound="Document")
Region = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}(-[A-Z0-9]{1,3})?$", description="a region such as GD, HK or MO")]


StandingLabel = Literal["illustrative", "unverified", "verified"]
_LABELS: tuple[StandingLabel, ...] = ("illustrative", "unverified", "verified")


class Standing(IntEnum):
    """How far a document, or a decision made from documents, can be believed; the lowest consulted one counts."""

    ILLUSTRATIVE = 0
    UNVERIFIED = 1
    VERIFIED = 2

    @property
    def label(self) -> StandingLabel:
        """The standing as it is written down."""
        return _LABELS[self]


class Period(Value, frozen=True, kw_only=True):
    """Days from ``from`` until ``until``, both inclusive; an absent end is open."""

    from_: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"the period ends on {self.until}, before it begins on {self.from_}")

    def __contains__(self, day: dt.date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class VersionReference(Value, frozen=True, kw_only=True):
    """A reference to one version of a document."""

    id: Identifier
    version: Name


Reference = Identifier | VersionReference
"""An id means the version in force on the decision date."""


class Document(Value, frozen=True, kw_only=True):
    """A public document: named by its digest, never changed once published (a change is a new version)."""

    id: Identifier
    version: Name
    title: LanguageMap
    status: Status
    publisher: Identifier | None = None
    official: bool = False
    valid: Period | None = None
    source: tuple[Prose, ...] = ()
    proof: tuple[dict[Name, Prose], ...] = ()

    @property
    def standing(self) -> Standing:
        """Illustrative unless claimed official; unverified until a publisher in a trust registry has signed it."""
        return Standing.UNVERIFIED if self.official else Standing.ILLUSTRATIVE

    def in_force(self, day: dt.date) -> bool:
        """Tell whether the document holds on ``day``."""
        return self.status == "in_force" and (self.valid is None or day in self.valid)


def natural(version: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of a version in natural order: ``2`` before ``10``, ``2026.1`` before ``2026.2``."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", version) if part
    )


def recency(document: Document) -> tuple[dt.date, tuple[tuple[int, int, str], ...]]:
    """Sort key of versions of one document: the latest beginning, then the highest version."""
    begins = document.valid.from_ if document.valid and document.valid.from_ else dt.date.min
    return begins, natural(document.version)


def reference_id(reference: Reference) -> str:
    """Return the id that a reference bears."""
    return reference.id if isinstance(reference, VersionReference) else reference


def resolve(reference: Reference, versions: Iterable[D], day: dt.date) -> D | None:
    """Return the version that ``reference`` means on ``day``, or None when none is in force."""
    in_force = [document for document in versions if document.in_force(day)]
    if isinstance(reference, VersionReference):
        in_force = [document for document in in_force if document.version == reference.version]
    return in_force[0] if len(in_force) == 1 else max(in_force, key=recency, default=None)


def latest_in_force(documents: Iterable[D], day: dt.date) -> list[D]:
    """Return what is in force on a day, in the order of first mention; of several versions of one document, the latest."""
    in_force = [document for document in documents if document.in_force(day)]
    latest = {document.id: document for document in sorted(in_force, key=recency)}
    return [latest[identifier] for identifier in dict.fromkeys(document.id for document in in_force)]


def standing_of(documents: Iterable[Document]) -> Standing:
    """Return the lowest standing of a set of documents."""
    return min((document.standing for document in documents), default=Standing.ILLUSTRATIVE)


def with_proofs_of(document: D, copy: Document) -> D:
    """Return a document with the proofs that another copy of it bears besides its own: each side may have signed another."""
    more = tuple(proof for proof in copy.proof if proof not in document.proof)
    return msgspec.structs.replace(document, proof=(*document.proof, *more)) if more else document
