# SPDX-License-Identifier: Apache-2.0
"""What people do with groups: prepare one, hand it on, approve or decline it. Each call is one transaction, and stands in the audit log."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from touchstone.credentials.batch import preview
from touchstone.credentials.credential import AttestedUnit
from touchstone.credentials.issuing import Draft as ReadyDraft
from touchstone.credentials.issuing import Drawing
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.reading import read_badge
from touchstone.credentials.template import Template
from touchstone.recognition.wording import Words
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.text import LanguageMap
from touchstone_server import clock
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record
from touchstone_server.credentials.selectors import names_in
from touchstone_server.issuing import drafting, keys
from touchstone_server.issuing.models import Group, Row, StatusList
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.issuing.tasks import issue_group
from touchstone_server.organisations.models import Organisation

PREVIEWED = 3
"""How many certificates a preview shows."""
STALLED = dt.timedelta(minutes=2)
"""After how long without progress a group may be handed to a worker anew."""


class Draft(NamedTuple):
    """A group as it is asked for; ``id`` comes with the form, so that a form that is sent twice makes one group."""

    id: UUID
    title: str
    wanted: drafting.Wanted
    table: bytes
    table_name: str
    shown: tuple[str, ...] = ()


class GroupError(Exception):
    """Something cannot be done with a group; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def prepare(actor: Actor, organisation: Organisation, draft: Draft, origin: str) -> Group:
    """Look at a table and keep what would be issued from it; nothing is signed.

    :param origin: scheme and host of this node, below which the status lists are published.
    :raises Refused: when the actor may not, or stands in the table.
    :raises DocumentError: when the table as a whole cannot be used.
    :raises KeysUnavailableError: when the organisation has no key yet.
    """
    require(actor, Action.PREPARE_GROUP, organisation.thing)
    if found := Group.objects.filter(id=draft.id, organisation=organisation).first():
        return found
    group = Group(
        id=draft.id,
        organisation=organisation,
        title=draft.title,
        template=msgspec.json.encode(_template(organisation, draft, origin)).decode(),
        table=draft.table,
        table_name=draft.table_name,
        shown=list(draft.shown),
        prepared_by_id=actor.signed_in,
        prepared=clock.now(),
    )
    rows = _looked_at(group)
    _refuse_self(actor, Action.PREPARE_GROUP, group, rows)
    group.save(force_insert=True)
    Row.objects.bulk_create(rows)
    record(actor, Action.PREPARE_GROUP, f"group:{group.id}", organisation=organisation.id, detail={"rows": len(rows)})
    return group


@transaction.atomic
def hand_on(actor: Actor, group: Group) -> None:
    """Give a group to a second person to approve.

    :raises Refused: when the actor may not, or stands in it.
    :raises GroupError: ``state``; ``nobody`` when no row could be issued.
    """
    group = _locked(group)
    require(actor, Action.PREPARE_GROUP, group.thing)
    _refuse_self(actor, Action.PREPARE_GROUP, group, list(group.lines.all()))
    _expect(group, Group.State.DRAFT)
    if not group.lines.filter(result="ready").exists():
        raise GroupError("nobody")
    group.state = Group.State.WAITING
    group.prepared_by_id = actor.signed_in  # whoever hands it on answers for it
    group.save(update_fields=["state", "prepared_by"])
    record(actor, "groups.hand_on", f"group:{group.id}", organisation=group.organisation_id)


@transaction.atomic
def approve(actor: Actor, group: Group) -> None:
    """Approve a group, and let a worker issue it.

    :raises Refused: when the actor may not, prepared it, or stands in it.
    :raises GroupError: ``state``.
    :raises KeysUnavailableError: when nothing could be signed.
    """
    group = _locked(group)
    require(actor, Action.APPROVE_GROUP, group.thing)
    _refuse_self(actor, Action.APPROVE_GROUP, group, list(group.lines.all()))
    _expect(group, Group.State.WAITING)
    keys.signer_of(group.organisation)
    group.state, group.decided_by_id = Group.State.APPROVED, actor.signed_in
    group.decided = group.beat = clock.second()
    group.save(update_fields=["state", "decided_by", "decided", "beat"])
    record(actor, Action.APPROVE_GROUP, f"group:{group.id}", organisation=group.organisation_id)
    _hand_to_worker(group.id)


@transaction.atomic
def decline(actor: Actor, group: Group, reason: str) -> None:
    """Decline a group, or drop one's own draft.

    :raises Refused: when the actor may not.
    :raises GroupError: ``state``.
    """
    group = _locked(group)
    mine = group.prepared_by_id == actor.user
    require(actor, Action.PREPARE_GROUP if mine else Action.APPROVE_GROUP, group.thing)
    _expect(group, Group.State.DRAFT, Group.State.WAITING)
    group.state, group.reason, group.decided_by_id = Group.State.DECLINED, reason, actor.signed_in
    group.decided = clock.now()
    group.save(update_fields=["state", "reason", "decided_by", "decided"])
    record(actor, "groups.decline", f"group:{group.id}", organisation=group.organisation_id)


@transaction.atomic
def resume(actor: Actor, group: Group) -> None:
    """Hand a group to a worker anew that stands still: nothing is lost by it, and nothing issued twice.

    :raises Refused: when the actor may not.
    :raises GroupError: ``state``; ``running`` when it moves.
    """
    group = _locked(group)
    require(actor, Action.APPROVE_GROUP, group.thing._replace(author=None))
    _expect(group, Group.State.APPROVED)
    if not stands_still(group):
        raise GroupError("running")
    group.beat, group.problem = clock.now(), ""
    group.save(update_fields=["beat", "problem"])
    record(actor, "groups.resume", f"group:{group.id}", organisation=group.organisation_id)
    _hand_to_worker(group.id)


def resume_all() -> int:
    """Hand every unfinished group to a worker anew; a worker that begins does so, for its predecessor may have been killed."""
    found = list(Group.objects.filter(state=Group.State.APPROVED).values_list("id", flat=True))
    for each in found:
        _hand_to_worker(each)
    return len(found)


def stands_still(group: Group) -> bool:
    """Tell whether an approved group has made no progress for a while, or cannot go on."""
    return bool(group.problem) or group.beat is None or clock.now() - group.beat > STALLED


class Shown(NamedTuple):
    """A certificate as it would be signed, for a reader who is asked to approve it."""

    people: tuple[str, ...]
    title: LanguageMap
    begins: dt.date | None
    ends: dt.date | None
    units: tuple[ShownUnit, ...]


class ShownUnit(NamedTuple):
    """A unit that it attests, with level and score."""

    title: LanguageMap
    note: str


def previewed(group: Group, tag: str) -> list[Shown]:
    """Return the first certificates of a group as they would be signed, levels in the words of a language."""
    first = group.lines.order_by("number").values_list("number", flat=True).first() or 0
    ready = set(group.lines.filter(result="ready").order_by("number").values_list("number", flat=True)[:PREVIEWED])
    batch = drafting.batch_in(group, only={first, *ready})
    register = DatabaseRegister(group.organisation, lock=False)
    half = keys.public_half(group.organisation)
    drawing = Drawing(register, half, at=clock.now(), status=drafting.published_list(batch, register.salt))
    drawn = (drawing.draft(row.request) for row in batch.rows if row.request and row.number in ready)
    return [_shown(each.document, Words(tag)) for each in drawn if isinstance(each, ReadyDraft)]


def _shown(document: JsonObject, words: Words) -> Shown:
    badge = read_badge(document)
    attested = badge.attestation
    units = tuple(ShownUnit(drafting.unit_title(each), _note(each, words)) for each in attested.units)
    begins = attested.awarded or (clock.day_of(badge.valid_from) if badge.valid_from else None)
    people = tuple(name for name in subject_names(document) if name)
    return Shown(people, names_in(document.get("name")), begins, attested.expires, units)


def _note(unit: AttestedUnit, words: Words) -> str:
    level = words.level(unit.level, None) if unit.level else ""
    return " · ".join(filter(None, (level, "" if unit.score is None else str(unit.score))))


def base_of(organisation: Organisation, origin: str) -> str:
    """Return the address below which status lists are published: that of the lists that are there, else of this node."""
    found = StatusList.objects.filter(organisation=organisation).values_list("url", flat=True).first()
    return found.rpartition("/")[0] if found else f"{origin}/status"


def names_person(user: User, name: str) -> bool:
    """Tell whether a name in a table is that of a person; where two share one, a third sees to it."""
    told = _folded(name)
    return any(
        part and _folded(part) in {told, *(_folded(each) for each in _parts(name))}
        for part in (user.name_han, user.name_latin)
    )


# ------------------------------------------------------------------ steps
def _template(organisation: Organisation, draft: Draft, origin: str) -> Template:
    if not organisation.issuer:
        raise keys.KeysUnavailableError("none")
    return drafting.template_of(organisation, draft.wanted, base_of(organisation, origin))


def _looked_at(group: Group) -> list[Row]:
    """Return every row with what would become of it."""
    batch = drafting.batch_in(group)
    drafting.refuse_table(batch)
    register = DatabaseRegister(group.organisation, lock=False)
    half = keys.public_half(group.organisation)
    return [
        Row(
            group=group,
            number=each.row,
            name=each.name,
            result=each.result,
            errors=[{"column": error.column, "sentence": str(error)} for error in each.errors],
        )
        for each in preview(batch, half, register=register, at=clock.now())
    ]


def _refuse_self(actor: Actor, action: Action, group: Group, rows: list[Row]) -> None:
    """Nobody issues to themselves: whoever stands in the table neither prepares nor approves it."""
    user = User.objects.get(id=actor.signed_in)
    if any(names_person(user, row.name) for row in rows):
        require(actor, action, group.thing._replace(person=user.id, author=None))


def _parts(name: str) -> list[str]:
    """Return a name's parts in each script: tables often hold both, as ``陳大文 CHAN Tai Man``."""
    han = "".join(character for character in name if character >= "\u2e80")
    latin = " ".join(
        "".join(character if character < "\u2e80" else " " for character in name)
        .replace("(", " ")
        .replace(")", " ")
        .split()
    )
    return [han, latin]


def _folded(name: str) -> str:
    return " ".join(name.replace(",", " ").casefold().split())


def _locked(group: Group) -> Group:
    return Group.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=group.pk)


def _expect(group: Group, *states: Group.State) -> None:
    if group.state not in states:
        raise GroupError("state")


def _hand_to_worker(group: UUID) -> None:
    transaction.on_commit(partial(issue_group.enqueue, str(group)))
