# SPDX-License-Identifier: Apache-2.0
"""What issuers of this node keep of somebody who has claimed a certificate: to take along, and what goes when that person leaves.

The register of what was issued stays with its issuer (``passport/retention.py``): number, name, the signed certificate and how it stands.
What it was made from goes. Of a certificate that nobody has claimed, nobody here knows whose it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import orjson
from django.db.models import QuerySet

from touchstone_server.accounts.models import User
from touchstone_server.issuing.certificate_paper import spaced
from touchstone_server.issuing.models import Certificate, Row, StatusChange


def told_of(person: User) -> Iterator[dict[str, object]]:
    """Yield what issuers keep of the certificates that somebody has claimed."""
    found = (
        _claimed(person).select_related("organisation", "group").prefetch_related("changes").order_by("issued", "id")
    )
    for each in found:
        yield {
            "number": spaced(each.short),
            "organisation": each.organisation.names,
            "group": each.group and each.group.title,
            "name": each.name,
            "learner": orjson.loads(each.learner) if each.learner else None,
            "shown": each.shown,
            "state": each.state,
            "issued": each.issued,
            "changes": [
                {"kind": change.kind, "reason": change.reason, "correction": change.correction, "state": change.state}
                for change in each.changes.all()
            ],
        }


def leave(person: User, now: dt.datetime) -> None:
    """Let go of the row that claimed certificates were made from, and of what their pages showed beside the least.

    A new issue that was proposed is declined: what it would be made from is gone.
    """
    claimed = list(_claimed(person).values_list("pk", flat=True))
    changes = StatusChange.objects.filter(certificate__in=claimed)
    changes.filter(state=StatusChange.State.WAITING, kind=StatusChange.Kind.REISSUE).update(
        state=StatusChange.State.DECLINED, decided=now
    )
    changes.update(correction={})
    Row.objects.filter(certificate__in=claimed).update(name="", errors=[])
    Certificate.objects.filter(pk__in=claimed).update(learner="", shown=[])


def _claimed(person: User) -> QuerySet[Certificate]:
    """Return the certificates that somebody has claimed, in the passport still or not."""
    return Certificate.objects.filter(offer__claimed_by=person)
