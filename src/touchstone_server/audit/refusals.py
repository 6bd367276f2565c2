# SPDX-License-Identifier: Apache-2.0
"""Refusals on record: that somebody tried what they may not shows to those who check the organisation."""

from __future__ import annotations

from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record_once_an_hour


def put_on_record(actor: Actor, refused: Refused) -> None:
    """Write down that somebody was refused something, once an hour for each action and place; of strangers nothing."""
    if actor.user is None:
        return
    place = refused.thing.organisation
    record_once_an_hour(
        actor,
        f"refused.{refused.why}",
        f"organisation:{place}" if place else f"person:{actor.user}",
        organisation=place,
        detail={"action": refused.action.value},
    )
