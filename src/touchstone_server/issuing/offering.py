# SPDX-License-Identifier: Apache-2.0
"""Handing certificates to those whom they name: a code for each, by which its holder takes it into a passport."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import QuerySet

from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import writing
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import services as passport

AT_ONCE = 500
"""Certificates that are updated by one statement."""
UNREAD = ("reservation", "learner", "shown")


@writing()
def offer_group(actor: Actor, group: Group) -> Mapping[UUID, str]:
    """Offer every certificate of a group that counts and that nobody has claimed; codes that were given before are good no more.

    :return: the codes by certificate. They are told this once: nothing here keeps them.
    :raises Refused: when the actor may not.
    """
    require(actor, Action.OFFER_CREDENTIAL, group.organisation.thing)
    Group.objects.select_for_update().get(pk=group.pk)  # two officers at once: one set of codes is good in the end
    of_group = Certificate.objects.filter(rows__group=group, rows__group__state=Group.State.ISSUED)
    _lock(of_group)
    return _offered(actor, group.organisation, f"group:{group.id}", _unclaimed(of_group))


@writing()
def offer_one(actor: Actor, certificate: Certificate) -> str:
    """Offer one certificate that counts and that nobody has claimed; a code that was given for it before is good no more.

    :return: the code, which is told this once; none where there is nothing to be claimed.
    :raises Refused: when the actor may not.
    """
    require(actor, Action.OFFER_CREDENTIAL, certificate.organisation.thing)
    itself = Certificate.objects.filter(pk=certificate.pk)
    _lock(itself)
    found = _unclaimed(itself)
    return _offered(actor, certificate.organisation, f"certificate:{certificate.id}", found).get(certificate.id, "")


def can_be_claimed(certificate: Certificate) -> bool:
    """Tell whether a certificate counts and is nobody's yet."""
    return bool(_unclaimed(Certificate.objects.filter(pk=certificate.pk)))


def _offered(actor: Actor, organisation: Organisation, about: str, found: list[Certificate]) -> dict[UUID, str]:
    before = [each.offer for each in found if each.offer]
    passport.withdraw_offers(actor, before, organisation=organisation, about=about)
    named = [(bytes(each.document or b""), each.name) for each in found]
    offered = passport.offer_all(actor, named, organisation=organisation, about=about)
    for certificate, made in zip(found, offered, strict=True):
        certificate.offer = made.offer
    Certificate.objects.bulk_update(found, ["offer"], batch_size=AT_ONCE)
    return {certificate.id: made.code for certificate, made in zip(found, offered, strict=True)}


def claimed_in(group: Group) -> Iterator[bytes]:
    """Yield the certificates of a group that somebody has claimed, as they were signed."""
    claimed = Certificate.objects.filter(rows__group=group, offer__claimed__isnull=False)
    return (bytes(content or b"") for content in claimed.values_list("document", flat=True))


def _lock(certificates: QuerySet[Certificate]) -> None:
    """Lock certificates before their offers, as whoever decides on one does: so neither waits for the other, and none is offered that is
    being revoked. What they are is read after that: PostgreSQL joins a row that it waited for to what stood beside it before.
    """
    list(certificates.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _unclaimed(certificates: QuerySet[Certificate]) -> list[Certificate]:
    issued = certificates.filter(state=Certificate.State.GOOD, document__isnull=False)
    found = issued.exclude(offer__claimed__isnull=False).select_related("offer").defer("offer__content", *UNREAD)
    return list({each.pk: each for each in found}.values())
