# SPDX-License-Identifier: Apache-2.0
"""Finding a certificate by the number that is printed on it."""

from __future__ import annotations

from touchstone_server.codes import as_typed
from touchstone_server.credentials.addresses import Listed
from touchstone_server.issuing.models import Certificate


def certificate_numbered(typed: str) -> Certificate | None:
    """Return the certificate with a number, as somebody has typed it."""
    return Certificate.objects.filter(short=as_typed(typed), document__isnull=False).first()


def listed(typed: str) -> Listed:
    """Return what a list may tell of the certificate with a number: what its public page shows, no more."""
    found = certificate_numbered(typed)
    if found is None:
        return Listed("unknown")
    return Listed(
        "open", bytes(found.document or b""), shows_dates="dates" in found.shown, shows_units="units" in found.shown
    )
