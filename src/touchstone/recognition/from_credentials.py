# SPDX-License-Identifier: Apache-2.0
"""Evidence out of credentials: what a decision may rest on once somebody has verified what the holder brought."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials.credential import Attestation, AttestedUnit
from touchstone.credentials.reading import BadgeReading, read_badge
from touchstone.errors import CredentialError
from touchstone.recognition.evidence import CredentialStatus, Evidence, HeldUnit
from touchstone.standards.exchange.strict_json import JsonObject


def evidence_of(
    document: JsonObject, *, status: CredentialStatus | None = None, status_checked: dt.datetime | None = None
) -> Evidence:
    """Return the evidence in a badge whose proof has been verified over exactly this document.

    :param status: what the verification found; None if it could not tell.
    :param status_checked: the moment for which the status list speaks, in UTC.
    :raises CredentialError: a code of :func:`touchstone.credentials.reading.read_badge`, or ``badge_unreadable`` if it
        has no id.
    """
    return from_reading(read_badge(document), status=status, status_checked=status_checked)


def from_reading(
    reading: BadgeReading, *, status: CredentialStatus | None = None, status_checked: dt.datetime | None = None
) -> Evidence:
    """Return the evidence in a badge that has been read."""
    attested = reading.attestation
    if not reading.id:
        raise CredentialError("badge_unreadable", "a badge without an id cannot be evidence", field="id")
    return Evidence(
        credential=reading.id,
        kind=attested.kind,
        issuer=reading.issuer or None,
        units=tuple(HeldUnit(id=unit.id, level=unit.level, score=unit.score) for unit in attested.units),
        holds=attested.holds,
        hours=attested.hours,
        framework=attested.framework,
        occupation=attested.occupation,
        area=attested.area,
        period=attested.period,
        awarded=attested.awarded,
        expires=attested.expires,
        assurance=attested.assurance,
        status=status,
        status_checked=status_checked,
    )


def attestation_of(evidence: Evidence) -> Attestation:
    """Return what a credential has to attest in order to give this evidence back; its id, issuer and status are the
    credential's own.
    """
    return Attestation(
        kind=evidence.kind,
        units=tuple(AttestedUnit(id=unit.id, level=unit.level, score=unit.score) for unit in evidence.units),
        holds=evidence.holds,
        hours=evidence.hours,
        framework=evidence.framework,
        occupation=evidence.occupation,
        area=evidence.area,
        period=evidence.period,
        awarded=evidence.awarded,
        expires=evidence.expires,
        assurance=evidence.assurance,
    )
