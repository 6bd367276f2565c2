# SPDX-License-Identifier: Apache-2.0
"""The explorer takes a number or an address of this node in the place of a file: as evidence counts what stands there in public, no more.

Whoever has seen a paper knows its number. What its issuer or its holder does not show by it would otherwise stand in the address of the
answer, and in its receipt.
"""

from __future__ import annotations

import msgspec

from touchstone.recognition.evidence import Evidence
from touchstone_server.credentials.addresses import Listed, found_at, looks_like_one
from touchstone_server.credentials.selectors import CredentialView
from touchstone_server.credentials.services import State, Verified, verify_content

_CLOSED: dict[str, State] = {"elsewhere": "elsewhere", "expired": "closed", "ended": "closed"}


def found_by(typed: str, hosts: frozenset[str]) -> tuple[Verified, Listed]:
    """Return what was found at a number or an address, verified, and what may be told of it.

    :param hosts: as in :func:`~touchstone_server.credentials.addresses.found_at`.
    """
    if not looks_like_one(typed):
        return Verified("no_number"), Listed("unknown")
    listed = found_at(typed, hosts)
    if listed.state != "open":
        return Verified(_CLOSED.get(listed.state, "unknown")), listed
    return verify_content(listed.content), listed


def in_public(view: CredentialView, listed: Listed) -> CredentialView:
    """Return a certificate as far as it is shown at its address."""
    return view._replace(
        people=view.people if listed.shows_name else (), evidence=view.evidence and _public(view.evidence, listed)
    )


def _public(evidence: Evidence, listed: Listed) -> Evidence:
    """Return what is shown of evidence; scores nowhere are. What is left out is unknown, and counts for nothing."""
    if not listed.shows_units:
        evidence = Evidence(
            credential=evidence.credential, kind=evidence.kind, issuer=evidence.issuer, holds=evidence.holds,
            assurance=evidence.assurance, status=evidence.status, status_checked=evidence.status_checked,
            awarded=evidence.awarded, expires=evidence.expires,
        )  # fmt: skip
    if not listed.shows_dates:
        evidence = msgspec.structs.replace(evidence, awarded=None, expires=None, period=None)
    units = tuple(msgspec.structs.replace(each, score=None) for each in evidence.units)
    return msgspec.structs.replace(evidence, units=units)
