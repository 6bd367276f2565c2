# SPDX-License-Identifier: Apache-2.0
"""What stands on record, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Q

from touchstone_server.access.lists import within
from touchstone_server.access.rules import Action, Actor
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.pages import part
from touchstone_server.texts import all_texts, plain_text


class Entry(NamedTuple):
    """One entry.

    :param who: the name of a member, or of an operator who stood in; of anybody else the beginning of their id.
    :param action: what was done, in the reader's language; an action that we have no words for stands as the log has it.
    """

    number: int
    at: dt.datetime
    who: str
    operating: bool
    action: str
    kind: str
    thing: str
    detail: str


def entries(actor: Actor, organisation: Organisation, locale: Locale, number: str = "") -> Page[Any]:
    """Return a page of the record of an organisation, the newest first; ``object_list`` holds :class:`Entry`."""
    kept = within(AuditEvent.objects.filter(organisation=organisation.id), actor, Action.SEE_AUDIT).order_by("-number")
    found = part(kept, number)
    names = _names(organisation, {each.actor for each in found if each.actor})
    found.object_list = [_entry(each, names, locale) for each in found]
    return found


def _names(organisation: Organisation, people: Iterable[UUID]) -> dict[UUID, str]:
    of_here = Q(memberships__organisation=organisation) | Q(operator_sessions__organisation=organisation)
    return {each.id: each.name for each in User.objects.filter(of_here, pk__in=people).distinct()}


def _entry(event: AuditEvent, names: dict[UUID, str], locale: Locale) -> Entry:
    kind, _, thing = event.thing.partition(":")
    who = names.get(event.actor, str(event.actor)[:8]) if event.actor else ""
    return Entry(
        event.number, event.at, who, event.operating is not None, action_in(event.action, locale), kind, thing[:8],
        "; ".join(f"{name}: {_told(value)}" for name, value in event.detail.items()),
    )  # fmt: skip


def action_in(action: str, locale: Locale) -> str:
    """Return what was done in the words of a language."""
    name = action.replace(".", "_")
    return plain_text(f"audit.action_{name}", locale.tag) if f"audit.action_{name}" in all_texts() else action


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
