# SPDX-License-Identifier: Apache-2.0
"""What the issuing desk shows. Every list is cut to what the reader may see, and takes the same few queries however long it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from touchstone.credentials.keystore import KeyEntry
from touchstone.text import LanguageMap
from touchstone_server import clock
from touchstone_server.access.lists import within
from touchstone_server.access.rules import Action, Actor
from touchstone_server.codes import as_typed
from touchstone_server.issuing import drafting, keys, lists
from touchstone_server.issuing.known import with_key
from touchstone_server.issuing.models import Certificate, Group, Row, StatusChange, StatusList
from touchstone_server.issuing.seeking import sought_as
from touchstone_server.organisations.models import Organisation

OLD_KEY = dt.timedelta(days=365)
"""After this a key should be replaced (NIST SP 800-57 part 1, 5.3.6: one to three years for a signing key)."""


class Tally(NamedTuple):
    """How far a group is."""

    ready: int
    issued: int
    known: int
    refused: int

    @property
    def all(self) -> int:
        """All rows."""
        return sum(self)

    @property
    def good(self) -> int:
        """Rows that will have or have a certificate."""
        return self.ready + self.issued + self.known

    @property
    def done(self) -> int:
        """Rows that have one."""
        return self.issued + self.known


class Health(NamedTuple):
    """One thing that issuing depends on: how it is, since when, and which sentence says so."""

    name: str
    tone: str
    state: str
    day: dt.date | None = None
    detail: str = ""


def groups(actor: Actor, organisation: Organisation) -> QuerySet[Group]:
    """Return the groups of an organisation, those that wait for approval first, then the newest; without their tables."""
    waits = Case(When(state=Group.State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = within(Group.objects.filter(organisation=organisation), actor, Action.SEE_GROUPS)
    return (
        found.defer("table", "template")
        .select_related("prepared_by", "organisation")
        .annotate(
            count=Count("lines"), done=Count("lines", filter=Q(lines__result__in=["issued", "known"])), rest=waits
        )
        .order_by("rest", "-prepared", "id")
    )


def group_to_mend(actor: Actor, organisation: Organisation, identifier: str) -> Group | None:
    """Return a group of one's own whose table is there still, by what stands in an address."""
    mine = groups(actor, organisation).filter(Q(prepared_by=actor.user) | Q(handed_by=actor.user))
    try:
        return mine.filter(state__in=[Group.State.DRAFT, Group.State.DECLINED], id=UUID(identifier)).first()
    except ValueError:
        return None


def certificates(actor: Actor, organisation: Organisation, wanted: str = "") -> QuerySet[Certificate]:
    """Return the certificates of an organisation, the newest groups first, those of each in the order of its table.

    :param wanted: part of a name, a printed number, or the number that the organisation itself gave a learner.
    """
    found = seen_certificates(actor, organisation)
    if wanted:
        keyed = with_key(organisation, wanted)
        named = Q(sought__contains=sought_as(wanted)) | Q(short__startswith=as_typed(wanted))
        found = found.filter(named | Q(known_as__endswith=keyed) if keyed else named)
    newest = Coalesce("group__finished", "issued").desc()
    of_group = Row.objects.filter(certificate=OuterRef("pk"), group=OuterRef("group")).values("number")[:1]
    place = Coalesce(Subquery(of_group), Value(0))  # one that was replaced has no row of its own any more
    return found.order_by(newest, "group", place, "short")


def seen_certificates(actor: Actor, organisation: Organisation) -> QuerySet[Certificate]:
    """Return the certificates of an organisation that somebody may see, without their documents."""
    issued = Certificate.objects.filter(organisation=organisation, document__isnull=False)
    return (
        within(issued, actor, Action.SEE_GROUPS)
        .select_related("group", "organisation", "offer")
        .defer("document", "reservation", "group__table", "offer__content")
    )


def titles_of(certificates: Iterable[Certificate]) -> Mapping[UUID, LanguageMap]:
    """Return what the certificates of a page certify, by group: read once a group."""
    groups = {each.group_id: each.group for each in certificates if each.group_id and each.group}
    return {key: drafting.template_in(group).achievement.name for key, group in groups.items()}


def changes(actor: Actor, organisation: Organisation) -> QuerySet[StatusChange]:
    """Return the proposals that wait for a second person."""
    found = StatusChange.objects.filter(certificate__organisation=organisation, state=StatusChange.State.WAITING)
    seen = within(found, actor, Action.SEE_GROUPS, organisation="certificate__organisation")
    return seen.select_related("certificate", "proposed_by").defer("certificate__document").order_by("proposed", "id")


def tally(group: Group) -> Tally:
    """Count the rows of a group by what became of them."""
    found = dict(group.lines.order_by().values_list("result").annotate(Count("id")))
    return Tally(*(found.get(name, 0) for name in Tally._fields))


def health(organisation: Organisation) -> list[Health]:
    """Return how the key and the status lists of an organisation are."""
    return [_key(organisation), *(_list(each) for each in StatusList.objects.filter(organisation=organisation))]


def _key(organisation: Organisation) -> Health:
    in_use = next((each for each in keys.labels_of(organisation) if each.retired is None), None)
    begun = dt.datetime.fromisoformat(in_use.created) if in_use else None
    detail = in_use.id if isinstance(in_use, KeyEntry) else ""
    try:
        keys.signer_of(organisation)
    except keys.KeysUnavailableError as error:
        return Health("key", "no", error.code, clock.day_of(begun) if begun else None, detail)
    old = begun is not None and clock.now() - begun > OLD_KEY
    return Health(
        "key", "part" if old else "ok", "old" if old else "good", clock.day_of(begun) if begun else None, detail
    )


def _list(kept: StatusList) -> Health:
    now = clock.now()
    if kept.until < now:
        return Health(kept.purpose, "no", "stale", clock.day_of(kept.until), kept.url)
    aged = now - kept.signed > 2 * lists.FRESH
    return Health(
        kept.purpose, "part" if aged else "ok", "aged" if aged else "fresh", clock.day_of(kept.until), kept.url
    )
