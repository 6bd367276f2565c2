# SPDX-License-Identifier: Apache-2.0
"""The register of an organisation, and what the rule makes of each row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from touchstone_server.access.lists import within
from touchstone_server.access.rules import Action, Actor
from touchstone_server.organisations.models import Organisation
from touchstone_server.transfers import rules
from touchstone_server.transfers.models import Transfer

_BETWEEN = re.compile("[,;，；、]")


class Entry(NamedTuple):
    """A row of the register, its contract, and what keeps it from counting today, if anything does."""

    transfer: Transfer
    contract: str
    faults: tuple[str, ...]


def register(actor: Actor, organisation: Organisation, on: dt.date) -> list[Entry]:
    """Return the rows that somebody may see, the newest first."""
    seen = within(Transfer.objects.filter(organisation=organisation), actor, Action.SEE_TRANSFERS)
    return [_entry(each, on) for each in seen.select_related("organisation").order_by("-created", "id")]


def denial(
    organisation: Organisation, *, to_region: str, recipient: str, purpose: str, categories: Iterable[str], on: dt.date
) -> str:
    """Return why an organisation may not send personal data to a recipient on a day; empty where it may (:mod:`.rules`)."""
    rows = [
        _row(each)
        for each in Transfer.objects.filter(organisation=organisation, ended=None).select_related("organisation")
    ]
    return rules.denial(
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
    faults = list(rules.faults_of(row))
    if transfer.ended:
        faults.append("ended")
    elif not row.effective <= on <= row.until:
        faults.append("not_in_force")
    return Entry(transfer, rules.contract_between(row.from_region, row.to_region), tuple(faults))


def _row(transfer: Transfer) -> rules.Row:
    return rules.Row(
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
