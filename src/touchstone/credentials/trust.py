# SPDX-License-Identifier: Apache-2.0
"""What a trust registry answers: is this issuer accredited, by whom and for what; whose is this key, and was it in use then?

Every answer is a value with a code, for a day or a moment that the caller gives: what was accredited once stays answerable years later.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from touchstone.standards.trust_registry import (
    Party,
    RegisteredIssuer,
    RegisteredKey,
    RegisteredPublisher,
    TrustRegistry,
)

ScopeCode = Literal["region_not_accredited", "framework_not_accredited", "qualification_not_accredited"]
AccreditationCode = (
    Literal[
        "accredited",
        "registry_not_in_force",
        "issuer_not_listed",
        "issuer_not_accredited",
        "accreditation_not_in_force",
    ]
    | ScopeCode
)
KeyCode = Literal["key_in_use", "key_not_listed", "key_outside_period"]


class Claimed(NamedTuple):
    """Something that an issuer certifies, and to what it belongs; None is not asked about."""

    what: str
    region: str | None = None
    framework: str | None = None
    qualification: str | None = None


class Accreditation(NamedTuple):
    """Whether an issuer may certify something: a code, the issuer where it is listed, and who accredited it."""

    code: AccreditationCode
    issuer: RegisteredIssuer | None = None

    @property
    def accredited(self) -> bool:
        """Whether it may."""
        return self.code == "accredited"

    @property
    def by(self) -> str | None:
        """Who accredited the issuer."""
        return self.issuer.accredited_by if self.issuer else None


class KeyAnswer(NamedTuple):
    """Whether a party's key was in use: a code, and the key where it is listed."""

    code: KeyCode
    key: RegisteredKey | None = None


def issuer_of(registry: TrustRegistry, identifier: str) -> RegisteredIssuer | None:
    """Return the issuer of that id, or None when it is not listed."""
    return next((issuer for issuer in registry.issuers if issuer.id == identifier), None)


def publisher_of(registry: TrustRegistry, identifier: str | None) -> RegisteredPublisher | None:
    """Return the publisher of that id, or None when it is not listed."""
    return next((publisher for publisher in registry.publishers if publisher.id == identifier), None)


def accreditation_of(
    registry: TrustRegistry,
    issuer: str,
    day: dt.date,
    *,
    region: str | None = None,
    framework: str | None = None,
    qualification: str | None = None,
) -> Accreditation:
    """Tell whether an issuer was accredited on a day, for what is named; what is not named is not asked about.

    :param day: the day of the award, in UTC.
    """
    if not registry.in_force(day):
        return Accreditation("registry_not_in_force")
    listed = issuer_of(registry, issuer)
    if listed is None:
        return Accreditation("issuer_not_listed")
    if listed.accredited_by is None:
        return Accreditation("issuer_not_accredited", listed)
    if listed.valid is not None and day not in listed.valid:
        return Accreditation("accreditation_not_in_force", listed)
    beyond = beyond_scope(listed, Claimed("", region, framework, qualification))
    return Accreditation(beyond or "accredited", listed)


def beyond_scope(listed: RegisteredIssuer, claimed: Claimed) -> ScopeCode | None:
    """Tell of what an issuer may not certify why not, by the first bound that it oversteps; None when it may."""
    scopes: tuple[tuple[ScopeCode, str | None, tuple[str, ...] | None], ...] = (
        ("region_not_accredited", claimed.region, listed.regions),
        ("framework_not_accredited", claimed.framework, listed.frameworks),
        ("qualification_not_accredited", claimed.qualification, listed.qualifications),
    )
    for code, asked, admitted in scopes:
        if asked is not None and admitted is not None and asked not in admitted:
            return code
    return None


def key_of(party: Party, verification_method: str, moment: dt.datetime) -> KeyAnswer:
    """Tell whether a verification method is a party's key, in use at an aware moment; a rotated key answers for its period."""
    for key in party.keys:
        if key.id == verification_method:
            return KeyAnswer("key_in_use" if key.in_use(moment) else "key_outside_period", key)
    return KeyAnswer("key_not_listed")
