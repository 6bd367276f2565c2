# SPDX-License-Identifier: Apache-2.0
"""Keeping the register: administrators enter a contract, and end it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from touchstone_server import clock
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.organisations.models import Organisation
from touchstone_server.transfers.models import Transfer


@writing()
def enter(actor: Actor, organisation: Organisation, told: Mapping[str, Any]) -> Transfer:
    """Enter a contract into the register.

    :param told: the fields of a :class:`Transfer`. One with faults is entered, too: a register tells what is, and it counts for nothing.
    :raises Refused: when the actor is no administrator of the organisation.
    """
    require(actor, Action.KEEP_TRANSFERS, organisation.thing)
    entered = Transfer.objects.create(organisation=organisation, created=clock.now(), **told)
    record(actor, Action.KEEP_TRANSFERS, f"transfer:{entered.id}", organisation=organisation.id)
    return entered


@writing()
def end(actor: Actor, transfer: Transfer) -> None:
    """End a row: from now on nothing may be sent under it. It stays in the register.

    :raises Refused: when the actor is no administrator of the organisation.
    """
    require(actor, Action.KEEP_TRANSFERS, transfer.thing)
    Transfer.objects.filter(pk=transfer.pk, ended=None).update(ended=clock.now())
    record(
        actor,
        Action.KEEP_TRANSFERS,
        f"transfer:{transfer.id}",
        organisation=transfer.organisation_id,
        detail={"ended": True},
    )
