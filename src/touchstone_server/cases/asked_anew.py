# SPDX-License-Identifier: Apache-2.0
"""Whether the certificates of a case still hold: weeks may pass between its filing and its decision, and its certificate is issued later.

A decision is derived as of the day of filing (docs/decisions/0015), but never on what was revoked or suspended since
(docs/decisions/0030): the lists of the issuers are asked again, and what they say takes the place of what they said then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from touchstone.credentials.verification import status_again
from touchstone.recognition.evidence import CredentialStatus, Evidence, RecognitionRequest
from touchstone_server import clock, trust
from touchstone_server.cases.models import Case
from touchstone_server.cases.proving import Shown
from touchstone_server.cases.receipts import receipt_of

_STATUS: dict[str, CredentialStatus] = {"revoked": "revoked", "suspended": "suspended"}


class Anew(NamedTuple):
    """A certificate of a case, and what its issuer's lists say of it now; ``unknown`` where they cannot be had."""

    item: Evidence
    status: Literal["valid", "revoked", "suspended", "unknown"]

    @property
    def has_ended(self) -> bool:
        """Whether it held when the case was filed, and does so no longer."""
        return self.item.status == "valid" and self.status in ("revoked", "suspended")


def asked_anew(case: Case) -> tuple[Anew, ...]:
    """Ask the lists of all certificates of a case. It may have to fetch some, so nothing is locked meanwhile."""
    shown = {(each.credential, each.issuer): each for each in msgspec.convert(case.shown, tuple[Shown, ...])}
    lists, registry, now = trust.lists(), trust.registry(), clock.second()
    found = []
    for item in receipt_of(case.receipt).request.evidence:
        kept = shown.get((item.credential, item.issuer or ""))
        if kept is None or kept.entries is None:
            found.append(Anew(item, "unknown"))
            continue
        check = status_again(kept.issuer, kept.entries, registry, now, retrieve=lists.retrieve)
        known = "valid" if check.result == "passed" else _STATUS.get(check.code, "unknown")
        found.append(Anew(item, known))  # type: ignore[arg-type]
    return tuple(found)


def as_of_now(request: RecognitionRequest, found: Iterable[Anew]) -> RecognitionRequest:
    """Return a request in which certificates that were revoked or suspended since it was made, or count again, say so."""
    now = clock.second()
    changed = {
        (each.item.credential, each.item.kind): msgspec.structs.replace(
            each.item, status=each.status, status_checked=now
        )
        for each in found
        if each.status not in ("unknown", each.item.status) and each.item.status != "expired"
    }
    evidence = tuple(changed.get((each.credential, each.kind), each) for each in request.evidence)
    return msgspec.structs.replace(request, evidence=evidence)
