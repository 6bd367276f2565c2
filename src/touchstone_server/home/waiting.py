# SPDX-License-Identifier: Apache-2.0
"""Where a person works, and what waits for them there: what they themselves may do now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet

from touchstone_server import clock
from touchstone_server.access.lists import within
from touchstone_server.access.rules import RULES, Action, Actor
from touchstone_server.accounts.models import User
from touchstone_server.cases.models import Case
from touchstone_server.exchange.models import Publication
from touchstone_server.issuing.models import Group, StatusChange
from touchstone_server.organisations.models import Invitation
from touchstone_server.organisations.selectors import Place, places

ROWS = (
    ("case_queue", "cases.queue", Action.SEE_CASES),
    ("issuing", "issuing.title", Action.SEE_GROUPS),
    ("publications", "exchange.publications", Action.SEE_DRAFTS),
    ("members", "desk.members", Action.SEE_MEMBERS),
    ("exchange", "exchange.title", Action.PULL_DOCUMENTS),
    ("transfers", "transfers.title", Action.SEE_TRANSFERS),
    ("audit_log", "audit.title", Action.SEE_AUDIT),
)
"""The pages of an organisation: what leads there, what it is called, and what a role must allow for it."""


class DeskRow(NamedTuple):
    """A page of an organisation, and how many things on it wait for whoever looks."""

    page: str
    title: str
    waits: int


class DeskPlace(NamedTuple):
    """An organisation in which somebody works: its pages, those on which something waits first."""

    place: Place
    rows: list[DeskRow]

    @property
    def waits(self) -> int:
        """How many things wait there."""
        return sum(each.waits for each in self.rows)


def working_places(actor: Actor) -> list[DeskPlace]:
    """Return where somebody works; where something waits for them first."""
    waits = waiting_for(actor)
    found = [DeskPlace(each, _rows(each, waits)) for each in places(actor)]
    return sorted(found, key=lambda each: not each.waits)


def waiting_for(actor: Actor) -> Mapping[tuple[UUID, str], int]:
    """Count what waits for somebody, by organisation and page: what they themselves may do now, their own proposals left out.

    It takes the same few queries however much there is.
    """
    found: Counter[tuple[UUID, str]] = Counter()
    for name, waiting, organisation in _waiting(actor):
        counted = waiting.order_by().values_list(organisation).annotate(Count("pk"))
        found.update({(where, name): count for where, count in counted})
    found.update((where, "members") for where in _to_confirm(actor))
    return found


def _waiting(actor: Actor) -> Iterator[tuple[str, QuerySet[Any], str]]:
    """Yield what waits, the page on which it does, and the field that leads to its organisation."""
    me = actor.user
    open_cases = Case.objects.filter(state__in=Case.OPEN, kept_until=None).exclude(holder=me).exclude(officer=me)
    yield "case_queue", within(open_cases, actor, Action.DECIDE_CASE), "organisation"
    groups = Group.objects.filter(state=Group.State.WAITING).exclude(prepared_by=me).exclude(handed_by=me)
    yield "issuing", within(groups, actor, Action.APPROVE_GROUP), "organisation"
    changes = StatusChange.objects.filter(state=StatusChange.State.WAITING).exclude(proposed_by=me)
    of_change = "certificate__organisation"
    yield "issuing", within(changes, actor, Action.APPROVE_STATUS, organisation=of_change), of_change
    documents = Publication.objects.filter(state=Publication.State.WAITING).exclude(proposed_by=me)
    yield "publications", within(documents, actor, Action.PUBLISH_DOCUMENT), "organisation"


def _to_confirm(actor: Actor) -> Iterator[UUID]:
    """Yield the organisation of each invitation to which somebody could agree as the second administrator."""
    running = Invitation.objects.filter(accepted=None, confirmed=None, expires__gt=clock.now())
    others = running.exclude(invited_by=actor.user).exclude(
        email__in=User.objects.filter(pk=actor.signed_in).values("email")
    )
    found = within(others, actor, Action.CONFIRM_ROLES).only("organisation_id", "roles", "confirmed")
    yield from (each.organisation_id for each in found if each.waits)


def _rows(place: Place, waits: Mapping[tuple[UUID, str], int]) -> list[DeskRow]:
    rows = [
        DeskRow(name, title, waits.get((place.organisation.id, name), 0))
        for name, title, action in ROWS
        if not RULES[action].roles.isdisjoint(place.roles) and (name != "issuing" or _issues(place))
    ]
    return sorted(rows, key=lambda row: not row.waits)


def _issues(place: Place) -> bool:
    """Tell whether certificates are issued there, or somebody has a role that would."""
    return bool(place.organisation.issuer) or not RULES[Action.PREPARE_GROUP].roles.isdisjoint(place.roles)
