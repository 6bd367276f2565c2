# SPDX-License-Identifier: Apache-2.0
"""What stands on record, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from touchstone_server.access.lists import within
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.pages import part
from touchstone_server.texts import all_texts, plain_text

FAILED = ("accounts.sign_in_failed", "factors.failed")
"""What is done by whoever could not show who they are."""


class Entry(NamedTuple):
    """One entry.

    :param who: the name of a member, or of an operator who stood in; of anybody else the beginning of their id; of the node nothing.
    :param action: what was done, in the reader's language; an action that we have no words for stands as the log has it.
    :param means: by which means somebody signed in or failed to, or which of them changed; of other entries nothing.
    """

    number: int
    at: dt.datetime
    who: str
    operating: bool
    action: str
    kind: str
    thing: str
    detail: str
    means: str


def entries(actor: Actor, organisation: Organisation, locale: Locale, number: str = "") -> Page[Any]:
    """Return a page of the record of an organisation, the newest first; ``object_list`` holds :class:`Entry`."""
    kept = within(AuditEvent.objects.filter(organisation=organisation.id), actor, Action.SEE_AUDIT)
    of_here = Q(memberships__organisation=organisation) | Q(operator_sessions__organisation=organisation)
    return _page(kept, of_here, locale, number)


def of_the_node(actor: Actor, locale: Locale, number: str = "") -> Page[Any]:
    """Return a page of what belongs to no organisation: sign-ins, operators, people's own passports. Only operators bear a name there.

    :raises Refused: for anybody but an operator.
    """
    require(actor, Action.SEE_NODE_RECORD, Thing())
    return _page(AuditEvent.objects.filter(organisation=None), Q(is_operator=True), locale, number)


def sign_ins(actor: Actor, locale: Locale, number: str = "") -> Page[Any]:
    """Return a page of how somebody signed in, or somebody failed to for them, and of what changed by which they sign in."""
    require(actor, Action.SEE_SIGN_INS, Thing(person=actor.user))
    of_signing_in = Q(action__startswith="accounts.") | Q(action__startswith="factors.")
    mine = AuditEvent.objects.filter(of_signing_in, thing=f"person:{actor.user}")
    return _page(mine, Q(pk=actor.user), locale, number)


def _page(kept: QuerySet[AuditEvent], named: Q, locale: Locale, number: str) -> Page[Any]:
    found = part(kept.order_by("-number"), number)
    actors = {each.actor for each in found if each.actor}
    names = {each.id: each.name for each in User.objects.filter(named, pk__in=actors).distinct()}
    found.object_list = [_entry(each, names, locale) for each in found]
    return found


def _entry(event: AuditEvent, names: dict[UUID, str], locale: Locale) -> Entry:
    kind, _, thing = event.thing.partition(":")
    who = names.get(event.actor, str(event.actor)[:8]) if event.actor else ""
    if event.action in FAILED:
        who = plain_text("audit.unknown", locale.tag)
    return Entry(
        event.number, event.at, who, event.operating is not None, action_in(event.action, locale), kind, thing[:8],
        "; ".join(f"{name}: {_told(value)}" for name, value in event.detail.items()), _means(event, locale),
    )  # fmt: skip


def _means(event: AuditEvent, locale: Locale) -> str:
    used = event.detail.get("by") or [event.detail.get("kind", "")]
    known = [each for each in used if f"audit.means_{each}" in all_texts()]
    return " + ".join(plain_text(f"audit.means_{each}", locale.tag) for each in known)


def action_in(action: str, locale: Locale) -> str:
    """Return what was done in the words of a language."""
    name = action.replace(".", "_")
    return plain_text(f"audit.action_{name}", locale.tag) if f"audit.action_{name}" in all_texts() else action


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
