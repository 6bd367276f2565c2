# SPDX-License-Identifier: Apache-2.0
"""What people do with groups: prepare one, hand it on, approve or decline it. Each call is one transaction, and stands in the audit log."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.db import transaction

from touchstone.credentials.batch import Batch, RowResult, preview
from touchstone.credentials.template import Template
from touchstone_server import clock
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor, may
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.errors import CannotError
from touchstone_server.issuing import drafting, keys
from touchstone_server.issuing.known import Blank, Known, came_since, known_in, namesakes, twins
from touchstone_server.issuing.lists import base_of
from touchstone_server.issuing.models import Certificate, Group, Row
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.issuing.same_person import names_one_of
from touchstone_server.issuing.tasks import issue_group
from touchstone_server.organisations.models import Organisation

STALLED = dt.timedelta(minutes=2)
"""After how long without progress a group may be handed to a worker anew."""


class Draft(NamedTuple):
    """A group as it is asked for.

    :param form: comes with the form, so that a form that is sent twice makes one group.
    :param instead: the draft that it takes the place of.
    :param signatory: who signs the papers, and in which ``office``.
    """

    form: UUID
    title: str
    wanted: drafting.Wanted
    table: bytes
    table_name: str
    shown: tuple[str, ...] = ()
    instead: UUID | None = None
    signatory: str = ""
    office: str = ""


class GroupError(CannotError):
    """Something cannot be done with a group; ``code`` says why."""


def group_id(organisation: Organisation, form: UUID) -> UUID:
    """Return the id of the group that a form makes: no form can name another organisation's."""
    return uuid5(organisation.id, form.hex)


@writing()
def prepare(actor: Actor, organisation: Organisation, draft: Draft, origin: str) -> Group:
    """Look at a table and keep what would be issued from it; nothing is signed.

    :param origin: scheme and host of this node, below which the status lists are published.
    :raises Refused: when the actor may not, or stands in the table.
    :raises DocumentError: when the table as a whole cannot be used.
    :raises KeysUnavailableError: when the organisation has no key yet.
    """
    require(actor, Action.PREPARE_GROUP, organisation.thing)
    take_turns(actor)
    if found := Group.objects.filter(id=group_id(organisation, draft.form)).first():
        return found
    group = Group(
        id=group_id(organisation, draft.form),
        organisation=organisation,
        title=draft.title,
        template=msgspec.json.encode(_template(organisation, draft, origin)).decode(),
        table=draft.table,
        table_name=draft.table_name,
        shown=list(draft.shown),
        signatory=draft.signatory,
        office=draft.office,
        prepared_by_id=actor.signed_in,
        prepared=clock.now(),
    )
    batch = drafting.batch_in(group)
    drafting.refuse_table(batch)
    rows = _looked_at(group, batch)
    _refuse_self(actor, Action.PREPARE_GROUP, group, rows)
    group.left_out = list(batch.left_out)
    _drop(actor, organisation, draft.instead)
    group.save(force_insert=True)
    Row.objects.bulk_create(rows)
    record(actor, Action.PREPARE_GROUP, f"group:{group.id}", organisation=organisation.id, detail={"rows": len(rows)})
    return group


@writing()
def hand_on(actor: Actor, group: Group, *, confirmed: bool = False) -> None:
    """Give a group to a second person to approve.

    :param confirmed: whether the actor has looked at those whose key or name somebody has who has such a certificate, or waits for one.
    :raises Refused: when the actor may not, or stands in it.
    :raises GroupError: ``state``; ``nobody`` when no row could be issued; ``unconfirmed``.
    """
    group = _locked(group)
    require(actor, Action.PREPARE_GROUP, group.thing)
    _refuse_self(actor, Action.PREPARE_GROUP, group, list(group.lines.all()))
    _expect(group, Group.State.DRAFT)
    if not group.lines.filter(result="ready").exists():
        raise GroupError("nobody")
    if not confirmed and to_confirm(group):
        raise GroupError("unconfirmed")
    group.state, group.handed_by_id, group.handed = Group.State.WAITING, actor.signed_in, clock.now()
    group.save(update_fields=["state", "handed_by", "handed"])
    record(actor, "groups.hand_on", f"group:{group.id}", organisation=group.organisation_id)


@writing()
def approve(actor: Actor, group: Group, *, confirmed: bool = False) -> None:
    """Approve a group, and let a worker issue it.

    :param confirmed: whether the actor has looked at those whose name somebody has who was given such a certificate since it was handed on.
    :raises Refused: when the actor may not, prepared it or handed it on, or stands in it.
    :raises GroupError: ``state``; ``outdated`` when a certificate that somebody in it was to keep counts no more; ``unconfirmed``.
    :raises KeysUnavailableError: when nothing could be signed.
    """
    group = _locked(group)
    for thing in group.authors:
        require(actor, Action.APPROVE_GROUP, thing)
    _refuse_self(actor, Action.APPROVE_GROUP, group, list(group.lines.all()))
    _expect(group, Group.State.WAITING)
    if group.lines.filter(certificate__state=Certificate.State.REVOKED).exists():
        raise GroupError("outdated")
    keys.signer_of(group.organisation)
    DatabaseRegister(
        group.organisation, lock=True
    )  # of two approvals one sees the other; and the secret is there before any worker
    if not confirmed and came_since(group):
        raise GroupError("unconfirmed")
    group.state, group.decided_by_id = Group.State.APPROVED, actor.signed_in
    group.decided = group.beat = clock.second()
    group.save(update_fields=["state", "decided_by", "decided", "beat"])
    record(actor, Action.APPROVE_GROUP, f"group:{group.id}", organisation=group.organisation_id)
    _hand_to_worker(group.id)


def expect_issued(group: Group) -> None:
    """Let nothing be handed out of a group before it is issued, not even a certificate that somebody in it has already.

    :raises GroupError: ``not_issued``.
    """
    if group.state != Group.State.ISSUED:
        raise GroupError("not_issued")


def may_approve(actor: Actor, group: Group) -> bool:
    """Tell whether somebody may approve a group, as far as that can be told without its rows."""
    return all(may(actor, Action.APPROVE_GROUP, thing) for thing in group.authors)


def is_mine(actor: Actor, group: Group) -> bool:
    """Tell whether somebody has prepared a group or handed it on."""
    return actor.user in {group.prepared_by_id, group.handed_by_id}


def to_confirm(group: Group) -> int:
    """Count those in a group of whom somebody must say that they are, or are not, who has such a certificate already or waits for one."""
    return group.lines.filter(result="known").count() + len(namesakes(group).keys() | twins(group).keys())


@writing()
def decline(actor: Actor, group: Group, reason: str) -> None:
    """Decline a group, or drop one's own draft.

    :raises Refused: when the actor may not.
    :raises GroupError: ``state``.
    """
    group = _locked(group)
    mine = is_mine(actor, group)
    require(actor, Action.PREPARE_GROUP if mine else Action.APPROVE_GROUP, group.thing)
    _expect(group, Group.State.DRAFT, Group.State.WAITING)
    group.state, group.reason, group.decided_by_id = Group.State.DECLINED, reason, actor.signed_in
    group.decided = clock.now()
    group.save(update_fields=["state", "reason", "decided_by", "decided"])
    record(actor, "groups.decline", f"group:{group.id}", organisation=group.organisation_id)


@writing()
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


# ------------------------------------------------------------------ steps
def _template(organisation: Organisation, draft: Draft, origin: str) -> Template:
    if not organisation.issuer:
        raise keys.KeysUnavailableError("none")
    return drafting.template_of(organisation, draft.wanted, base_of(organisation, origin))


def _drop(actor: Actor, organisation: Organisation, former: UUID | None) -> None:
    """Let go of the draft that another takes the place of; one that was handed on stays as it is."""
    drafts = Group.objects.select_for_update().filter(organisation=organisation, state=Group.State.DRAFT)
    if former and (found := drafts.filter(id=former, prepared_by_id=actor.user).first()):
        found.delete()
        record(actor, "groups.replace", f"group:{former}", organisation=organisation.id)


def _looked_at(group: Group, batch: Batch) -> list[Row]:
    """Return every row with what would become of it."""
    half = keys.public_half(group.organisation)
    known = known_in(group.organisation, drafting.template_in(group), list(batch.rows))
    results = preview(batch, half, register=Blank(), at=clock.now())
    return [_row(group, each, known.get(each.row)) for each in results]


def _row(group: Group, found: RowResult, known: Known | None) -> Row:
    """Return a row as it was found; one whose key leads to a certificate gets no other."""
    row = Row(group=group, number=found.row, name=found.name, result=found.result, errors=drafting.told(found.errors))
    if known and found.result == "ready":
        if known.error:
            row.result, row.errors = "refused", drafting.told([known.error])
        else:
            row.result, row.certificate = "known", known.certificate
    return row


def _refuse_self(actor: Actor, action: Action, group: Group, rows: list[Row]) -> None:
    """Nobody issues to themselves: whoever stands in the table neither prepares nor approves it."""
    user = User.objects.get(id=actor.signed_in)
    if any(names_one_of(row.name, (user.name_han, user.name_latin)) for row in rows):
        require(actor, action, group.thing._replace(person=user.id, author=None))


def _locked(group: Group) -> Group:
    return Group.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=group.pk)


def _expect(group: Group, *states: Group.State) -> None:
    if group.state not in states:
        raise GroupError("state")


def _hand_to_worker(group: UUID) -> None:
    transaction.on_commit(partial(issue_group.enqueue, str(group)))
