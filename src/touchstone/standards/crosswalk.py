# SPDX-License-Identifier: Apache-2.0
"""Crosswalks: how the units of two frameworks relate, row by row (SSSOM mapping sets with SKOS predicates).

A row is read from its subject to its object: ``narrowMatch`` says that the *object* is the narrower of the two, so that who holds
the subject holds the object; ``broadMatch`` says that the object is broader, so that the subject is only part of it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Identifier, Name, Prose
from touchstone.standards.envelope import Document
from touchstone.value import Value

Predicate = Literal["skos:exactMatch", "skos:narrowMatch", "skos:broadMatch", "skos:closeMatch", "skos:relatedMatch"]
Confidence = Annotated[Decimal, Meta(ge=0, le=1)]
ComposedIdentifier = Annotated[
    str, Meta(pattern=r"^[^\s|]+(\|[^\s|]+)*$", max_length=2000, description="an id, or ids joined by |")
]

CuriePrefix = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9._-]*$", description="a CURIE prefix")]

INVERSE: dict[str, Predicate] = {
    "skos:exactMatch": "skos:exactMatch",
    "skos:narrowMatch": "skos:broadMatch",
    "skos:broadMatch": "skos:narrowMatch",
    "skos:closeMatch": "skos:closeMatch",
    "skos:relatedMatch": "skos:relatedMatch",
}


class Mapping(Value, frozen=True, kw_only=True):
    """One row. Subjects that only together cover the object are one composed subject, ``S1|S2``."""

    subject_id: ComposedIdentifier
    predicate_id: Predicate
    predicate_modifier: Literal["Not"] | None = None
    object_id: Identifier
    mapping_justification: Name
    confidence: Confidence | None = None
    mapping_date: dt.date | None = None
    author_id: Name | None = None
    reviewer_id: Name | None = None
    comment: Prose | None = None
    subject_label: Name | None = None
    object_label: Name | None = None

    def __post_init__(self) -> None:
        if len(set(self.subjects)) < len(self.subjects):
            raise ValueError(f"a part stands twice in the subject {self.subject_id}")

    @property
    def subjects(self) -> tuple[str, ...]:
        """The parts of the subject; one part unless it is composed."""
        return tuple(self.subject_id.split("|"))

    @property
    def denies(self) -> bool:
        """Whether the row says that the relation does *not* hold."""
        return self.predicate_modifier == "Not"


class Crosswalk(Document, frozen=True, kw_only=True, tag_field="kind", tag="Crosswalk"):
    """A mapping set between two frameworks; ``subject_source`` and ``object_source`` are their ids."""

    subject_source: Identifier
    object_source: Identifier
    curie_map: dict[CuriePrefix, Name] = {}
    license: Name | None = None
    description: Prose | None = None
    mappings: tuple[Mapping, ...]
