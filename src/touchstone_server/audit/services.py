# SPDX-License-Identifier: Apache-2.0
"""Writing the audit log, and checking that nobody has changed it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from touchstone_server import clock
from touchstone_server.access.rules import Actor
from touchstone_server.audit.models import AuditEvent, AuditHead

BEGINNING = "0" * 64


@transaction.atomic
def record(
    actor: Actor, action: str, thing: str, *, organisation: UUID | None = None, detail: Mapping[str, Any] | None = None
) -> AuditEvent:
    """Write down what is done, in the transaction that does it: either both are there afterwards, or neither.

    :param action: what was done, as in :class:`~touchstone_server.access.rules.Action`.
    :param thing: kind and id of what it was done to, ``group:6f1c…``.
    :param detail: plain data; no names, and nothing that a person would want erased.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    event = AuditEvent(
        number=head.number + 1,
        at=clock.second(),
        actor=actor.user,
        operating=actor.operating,
        organisation=organisation,
        action=str(action),
        thing=thing,
        detail=dict(detail or {}),
    )
    event.digest = digest_of(event, head.digest)
    event.save(force_insert=True)
    head.number, head.digest = event.number, event.digest
    head.save(update_fields=["number", "digest"])
    return event


def digest_of(event: AuditEvent, previous: str) -> str:
    """Return the digest that binds an entry to the one before it."""
    said = [
        previous,
        event.number,
        event.at.astimezone(dt.UTC).isoformat(),
        *(str(each or "") for each in (event.actor, event.operating, event.organisation)),
        event.action,
        event.thing,
        event.detail,
    ]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def broken_links() -> Iterator[int]:
    """Yield the number of every entry that does not follow from the one before it; none where the log is whole.

    An entry that is missing at the end shows by the head alone: it is told as the number after the last.
    """
    previous, expected = BEGINNING, 1
    for event in AuditEvent.objects.order_by("number").iterator():
        if event.number != expected or event.digest != digest_of(event, previous):
            yield event.number
        previous, expected = event.digest, event.number + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head and (head.number, head.digest) != (expected - 1, previous):
        yield expected
