# SPDX-License-Identifier: Apache-2.0
"""Agreements: under which terms one region recognises what another has certified (CTDL: TransferAgreement).

An agreement is directional and never transitive: GD→HK and HK→MO do not make GD→MO.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Count, Expression, Identifier, Prose
from touchstone.standards.crosswalk import Confidence, Predicate
from touchstone.standards.envelope import Document, Reference, Region
from touchstone.text import LanguageMap
from touchstone.value import Value

Purpose = Literal["employment", "further_study", "licensing"]
Assurance = Literal["self_declared", "employer_attested", "provider_assessed", "authority_assessed"]
Rung = Literal["FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED"]

ASSURANCES: tuple[Assurance, ...] = ("self_declared", "employer_attested", "provider_assessed", "authority_assessed")
"""Assurances, weakest first."""
RUNGS: tuple[Rung, ...] = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED")
"""Outcomes that an agreement can prefer, best first."""


class Conditional(Value, frozen=True, kw_only=True):
    """Recognition now, if only these units are missing and are obtained within the deadline."""

    only_missing: tuple[Identifier, ...]
    deadline_months: Count | None = None


class Partial(Value, frozen=True, kw_only=True):
    """Recognition of the units that are there, if there are enough of them."""

    min_units: Count


class DirectRecognition(Value, frozen=True, kw_only=True):
    """A named certificate that grants units or qualifications, under conditions.

    Effect ``certificate`` stands for the granted thing itself; ``access`` only admits to what asks for it.
    """

    holds: Identifier
    grants: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    conditions: Expression | None = None
    effect: Literal["certificate", "access"] = "certificate"


class AlsoNeeded(Value, frozen=True, kw_only=True):
    """What the law also asks for (a permit, a registration): told, never computed."""

    title: LanguageMap
    source: Prose | None = None


class Agreement(Document, frozen=True, kw_only=True, tag_field="kind", tag="Agreement"):
    """Terms of recognition from one region to another; an absent term does not restrict.

    ``freshness_months`` are calendar months since the award, ``status_max_age_hours`` hours since the last status check,
    ``recognised_share_max`` the share of a credit requirement that recognised units may fill.
    """

    from_: Region
    to: Region
    purposes: tuple[Purpose, ...] | None = None
    applies_by: Literal["award_date", "decision_date"] = "decision_date"
    frameworks: tuple[Reference, ...] | None = None
    issuers: tuple[Identifier, ...] | None = None
    crosswalks: tuple[Reference, ...] = ()
    referencings: tuple[Reference, ...] = ()
    predicates: tuple[Predicate, ...] | None = None
    accept_close: bool = False
    mapping_complete: bool = False
    max_hops: Annotated[int, Meta(ge=0, le=4)] = 1
    min_confidence: Confidence | None = None
    min_assurance: Assurance | None = None
    freshness_months: Count | None = None
    status_max_age_hours: Count | None = None
    recognised_share_max: Confidence | None = None
    reuse_allowed: bool = False
    conditional: Conditional | None = None
    alternative: tuple[Reference, ...] | None = None
    partial: Partial | None = None
    preference: tuple[Rung, ...] | None = None
    direct: tuple[DirectRecognition, ...] = ()
    also_needed: tuple[AlsoNeeded, ...] = ()
    appeal: Prose | None = None
