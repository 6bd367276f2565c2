# SPDX-License-Identifier: Apache-2.0
"""The register of cross-border transfers of an organisation: what its administrators enter, and what the rule makes of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from touchstone_server import clock
from touchstone_server.access.lists import within
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import transfers
from touchstone_server.passport.models import Transfer

_BETWEEN = re.compile("[,;，；、]")


class Entry(NamedTuple):
    """A row of the register, its contract, and what keeps it from counting today, if anything does."""

    transfer: Transfer
    contract: str
    faults: tuple[str, ...]


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


def register(actor: Actor, organisation: Organisation, on: dt.date) -> list[Entry]:
    """Return the rows that somebody may see, the newest first."""
    seen = within(Transfer.objects.filter(organisation=organisation), actor, Action.SEE_TRANSFERS)
    return [_entry(each, on) for each in seen.select_related("organisation").order_by("-created", "id")]


def denial(
    organisation: Organisation, *, to_region: str, recipient: str, purpose: str, categories: Iterable[str], on: dt.date
) -> str:
    """Return why an organisation may not send personal data to a recipient on a day; empty where it may (:mod:`.transfers`)."""
    rows = [
        _row(each)
        for each in Transfer.objects.filter(organisation=organisation, ended=None).select_related("organisation")
    ]
    return transfers.denial(
        rows,
        from_region=organisation.region,
        to_region=to_region,
        recipient=recipient,
        purpose=purpose,
        categories=categories,
        on=on,
    )


def _entry(transfer: Transfer, on: dt.date) -> Entry:
    row = _row(transfer)
    faults = list(transfers.faults_of(row))
    if transfer.ended:
        faults.append("ended")
    elif not row.effective <= on <= row.until:
        faults.append("not_in_force")
    return Entry(transfer, transfers.contract_between(row.from_region, row.to_region), tuple(faults))


def _row(transfer: Transfer) -> transfers.Row:
    return transfers.Row(
        from_region=transfer.organisation.region,
        to_region=transfer.to_region,
        recipient=transfer.recipient,
        purpose=transfer.purpose,
        categories=frozenset(filter(None, map(str.strip, _BETWEEN.split(transfer.categories)))),
        reference=transfer.reference,
        assessed=transfer.assessed,
        effective=transfer.effective,
        filed=transfer.filed,
        until=transfer.until,
    )
