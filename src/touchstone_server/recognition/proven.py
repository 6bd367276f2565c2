# SPDX-License-Identifier: Apache-2.0
"""Verified evidence in an address: sealed by the node that verified it, so that nobody can write *proven* into an address by hand.

The seal is Django's signature with a time. It opens for a day: what was revoked since would not show. Evidence names no person; see
docs/decisions/0008.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from django.core import signing

from touchstone.errors import DocumentError
from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import Evidence
from touchstone.standards.decoding import decode
from touchstone_server.errors import UnknownValue

LONGEST = 6_000
"""Characters of sealed evidence; an address holds some 8,000."""
SECONDS = 24 * 60 * 60
_SALT = "touchstone.proven"


class Proven(NamedTuple):
    """Evidence that this node has verified, and how it stands in an address."""

    token: str
    evidence: tuple[Evidence, ...]


def seal(evidence: Iterable[Evidence]) -> Proven | None:
    """Return evidence sealed; None for more than an address holds."""
    verified = tuple(evidence)
    token = signing.dumps(msgspec.json.decode(msgspec.json.encode(verified)), salt=_SALT, compress=True)
    return Proven(token, verified) if len(token) <= LONGEST else None


def opened(token: str) -> Proven:
    """Return the evidence in an address.

    :raises UnknownValue: it was not sealed here, or longer ago than a day.
    """
    try:
        if len(token) > LONGEST:
            raise signing.BadSignature
        sealed = signing.loads(token, salt=_SALT, max_age=SECONDS)
        return Proven(token, decode(sealed, tuple[Evidence, ...]))
    except (signing.BadSignature, DocumentError):
        raise UnknownValue("proven", token) from None


def region_of(evidence: Iterable[Evidence], edition: Edition) -> str:
    """Return the region that most of what is attested belongs to; empty where no document here knows any of it."""
    found: Counter[str] = Counter()
    for each in evidence:
        units = [edition.units[unit.id].framework.region for unit in each.units if unit.id in edition.units]
        held = [item.region for name in each.holds if (item := edition.qualification(name))]
        found.update(units + held)
    return found.most_common(1)[0][0] if found else ""
