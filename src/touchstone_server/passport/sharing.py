# SPDX-License-Identifier: Apache-2.0
"""Share links: made, ended, opened. The token in an address follows from the link's id and the node's secret key: whoever copies the
database alone opens none, and the holder sees the address again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac

from touchstone_server import clock
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.codes import as_typed, digest_of, of_bytes
from touchstone_server.credentials.addresses import Listed
from touchstone_server.passport import consents
from touchstone_server.passport.models import Access, HeldCredential, ShareLink
from touchstone_server.passport.services import PassportError
from touchstone_server.passport.sharing_fields import Field

DAYS = (1, 7, 30, 90)
"""For how long a link can be made to last."""
MOST_LINKS = 100
MOST_NOTED = 200
"""Openings of one link of which the time is kept; all are counted."""


def token_of(link: UUID, secret: str | None = None) -> str:
    """Return the token of a link: 125 bits, in the characters of a QR code.

    :param secret: with which it is made; the node's key, unless another is named.
    """
    return of_bytes(salted_hmac("touchstone.passport.share", str(link), secret, algorithm="sha256").digest()[:16])


def opening(link: ShareLink) -> str:
    """Return the token that opens a link, by the node's key or one of those it had before; an empty text where none of them does."""
    tokens = (token_of(link.id, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return next((token for token in tokens if digest_of(token) == link.token_digest), "")


@writing()
def share(actor: Actor, held: HeldCredential, fields: Iterable[Field], days: int, label: str = "") -> ShareLink:
    """Make a link that shows chosen fields of a credential for some days.

    :raises Refused: when it is somebody else's.
    :raises PassportError: ``no_consent`` where its holder has not agreed to sharing; ``too_many_links``.
    """
    require(actor, Action.USE_PASSPORT, held.thing)
    take_turns(actor)
    if days not in DAYS:
        raise ValueError(f"a link lasts {DAYS} days, not {days}")
    if consents.running(actor.signed_in, consents.Purpose.SHARE) is None:
        raise PassportError("no_consent")
    chosen, now = set(fields), clock.now()
    if ShareLink.objects.filter(holder_id=actor.signed_in, ended=None, expires__gt=now).count() >= MOST_LINKS:
        raise PassportError("too_many_links")
    link = ShareLink(
        holder_id=actor.signed_in,
        credential=held,
        fields=[each.value for each in Field if each in chosen],
        label=label.strip()[:80],
        created=now,
        expires=now + dt.timedelta(days=days),
    )
    link.token_digest = digest_of(token_of(link.id))
    link.save(force_insert=True)
    record(actor, "passport.share", f"link:{link.id}", detail={"fields": link.fields, "days": days})
    return link


@writing()
def end(actor: Actor, link: ShareLink) -> None:
    """End a link: from now on its address shows nothing.

    :raises Refused: when it is somebody else's.
    """
    require(actor, Action.USE_PASSPORT, link.thing)
    ShareLink.objects.filter(pk=link.pk, ended=None).update(ended=clock.now())
    record(actor, "passport.end_link", f"link:{link.id}")


def link_at(token: str) -> ShareLink | None:
    """Return the link that a token opens, whether it is open still or not."""
    found = ShareLink.objects.filter(token_digest=digest_of(as_typed(token)))
    return found.select_related("credential").first()


@writing()
def count_view(link: ShareLink) -> None:
    """Count that somebody has opened a link, and note when; nobody asks who."""
    ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1)
    if link.views < MOST_NOTED:
        Access.objects.create(person_id=link.holder_id, link=link, what=Access.What.LINK, at=clock.now())


def listed(token: str) -> Listed:
    """Return what a link shows to whoever verifies a list in which its address stands; it is counted like any other opening."""
    link = link_at(token)
    if link is None or link.state != "open":
        return Listed(link.state if link else "unknown")
    count_view(link)
    fields = frozenset(link.fields)
    shown = (each in fields for each in (Field.NAME, Field.DATES, Field.UNITS))
    return Listed("open", bytes(link.credential.content), *shown)
