# SPDX-License-Identifier: Apache-2.0
"""Writing the audit log, and checking that nobody has changed it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Max

from touchstone_server import clock
from touchstone_server.access.rules import Actor
from touchstone_server.audit.models import AuditEvent, AuditHead

BEGINNING = "0" * 64
HOUR = dt.timedelta(hours=1)


_waiting: ContextVar[list[AuditEvent] | None] = ContextVar("waiting", default=None)
"""What the transaction that is running has recorded, in order; None outside of :func:`writing`."""


@contextmanager
def writing() -> Iterator[None]:
    """Run a transaction that writes, as a decorator or a context: what it records is chained at its very end.

    Every writer locks the log's head, so whoever has it must want no other lock: else two that meet would wait for each other, and one that
    is slow would stop the node. Within another one it is a part of it: if it fails, its entries go with it.
    """
    outer, mine = _waiting.get(), list[AuditEvent]()
    token = _waiting.set(mine)
    try:
        with transaction.atomic():
            yield
            if outer is None:
                _chain(mine)
    finally:
        _waiting.reset(token)
    if outer is not None:
        outer.extend(mine)


def record(
    actor: Actor, action: str, thing: str, *, organisation: UUID | None = None, detail: Mapping[str, Any] | None = None
) -> None:
    """Write down what is done, in the transaction that does it (:func:`writing`): either both are there afterwards, or neither.

    :param action: what was done, as in :class:`~touchstone_server.access.rules.Action`.
    :param thing: kind and id of what it was done to, ``group:6f1c…``.
    :param detail: plain data; no names, and nothing that a person would want erased.
    """
    event = AuditEvent(
        at=clock.second(),
        actor=actor.user,
        operating=actor.operating,
        organisation=organisation,
        action=str(action),
        thing=thing,
        detail=dict(detail or {}),
    )
    waiting = _waiting.get()
    if waiting is None:
        _chain([event])
    else:
        waiting.append(event)


def record_once_an_hour(
    actor: Actor, action: str, thing: str, *, organisation: UUID | None = None, detail: Mapping[str, Any] | None = None
) -> None:
    """Write down what somebody could do without end, such as trying and asking: an entry says that it was done within the hour."""
    lately = AuditEvent.objects.filter(thing=thing, at__gt=clock.now() - HOUR, actor=actor.user, action=str(action))
    if not lately.filter(detail=dict(detail or {})).exists():
        record(actor, action, thing, organisation=organisation, detail=detail)


@transaction.atomic
def _chain(events: list[AuditEvent]) -> None:
    """Bind entries to the newest one, and to each other."""
    if not events:
        return
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    for event in events:
        event.number = head.number = head.number + 1
        event.digest = head.digest = digest_of(event, head.digest)
    AuditEvent.objects.bulk_create(events)
    head.save(update_fields=["number", "digest"])


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

    An entry that is missing at the end shows by the head alone: it is told as the number after the last. So is a head that is not there.
    What is written while this reads is not looked at: the head is read first.
    """
    head, previous, expected = AuditHead.objects.filter(pk=1).first(), BEGINNING, 1
    read = AuditEvent.objects.filter(number__lte=head.number) if head else AuditEvent.objects.all()
    for event in read.order_by("number").iterator():
        if event.number != expected or event.digest != digest_of(event, previous):
            yield event.number
        previous, expected = event.digest, event.number + 1
    if head is None or (head.number, head.digest) != (expected - 1, previous):
        yield expected
    elif (last := AuditEvent.objects.aggregate(last=Max("number"))["last"] or 0) > newest().number:
        yield last  # the head was set back


class Mark(NamedTuple):
    """How far the log goes: whoever keeps it elsewhere sees later whether what came before was written anew."""

    number: int
    digest: str


def newest() -> Mark:
    """Return the newest entry's number and digest."""
    head = AuditHead.objects.filter(pk=1).first()
    return Mark(head.number, head.digest) if head else Mark(0, BEGINNING)


def still_holds(known: Mark) -> bool:
    """Tell whether the log is whole, and all that stood in it at a mark stands in it now.

    An owner of the database can write the whole chain anew, and a key on the same machine would sign that, too: only a mark that was kept
    elsewhere tells.
    """
    found = AuditEvent.objects.filter(pk=known.number).values_list("digest", flat=True).first()
    return (found or BEGINNING) == known.digest and next(broken_links(), None) is None
