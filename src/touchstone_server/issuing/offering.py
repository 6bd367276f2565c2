# SPDX-License-Identifier: Apache-2.0
"""Handing certificates to those whom they name: a code for each, by which its holder takes it into a passport."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.passport import services as passport


@transaction.atomic
def offer_group(actor: Actor, group: Group) -> Mapping[UUID, str]:
    """Offer every certificate of a group that counts and that nobody has claimed; codes that were given before are good no more.

    :return: the codes by certificate. They are told this once: nothing here keeps them.
    :raises Refused: when the actor may not.
    """
    require(actor, Action.OFFER_CREDENTIAL, group.organisation.thing)
    Group.objects.select_for_update().get(pk=group.pk)  # two officers at once: one set of codes is good in the end
    return {each.id: _code(actor, each) for each in _unclaimed(group)}


def _unclaimed(group: Group) -> list[Certificate]:
    issued = Certificate.objects.filter(rows__group=group, state=Certificate.State.GOOD, document__isnull=False)
    return list(issued.exclude(offer__claimed__isnull=False).select_related("offer", "organisation").distinct())


def _code(actor: Actor, certificate: Certificate) -> str:
    if certificate.offer:
        passport.withdraw_offer(actor, certificate.offer)
    content = bytes(certificate.document or b"")
    offered = passport.offer(actor, content, certificate.name, organisation=certificate.organisation)
    Certificate.objects.filter(pk=certificate.pk).update(offer=offered.offer)
    return offered.code
