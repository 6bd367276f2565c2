# SPDX-License-Identifier: Apache-2.0
"""Issuing a group that was approved, 64 rows at a time, each time in one transaction.

A worker that is killed leaves whole steps: what is issued stays issued, with the same bytes, and the rest is issued by whoever runs the
group next. Ids and indexes are drawn from the organisation's secret and the request key; the time is that of the approval, or that at
which the key was made if it was renewed since.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from touchstone.credentials import batch as core
from touchstone.credentials.signer import Signer
from touchstone.credentials.timestamps import read_time
from touchstone.errors import InputError
from touchstone_server import clock
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.issuing import drafting, keys, lists
from touchstone_server.issuing.known import Known, known_as, known_in, taken_error
from touchstone_server.issuing.models import Certificate, Group, Row
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.issuing.seeking import sought_as

_log = logging.getLogger(__name__)


def run(identifier: UUID, *, step: int = core.GROUP) -> None:
    """Issue what is left of a group; nothing where nothing is left.

    :param step: how many rows are made durable together.
    """
    group = Group.objects.select_related("organisation").filter(id=identifier, state=Group.State.APPROVED).first()
    if group is None:
        return
    try:
        signer = keys.signer_of(group.organisation)
        batch = drafting.batch_in(group)
    except keys.KeysUnavailableError as error:
        _cannot(group, f"key_{error.code}")
        return
    except InputError:
        _log.exception("group %s", group.id)
        _cannot(group, "table")
        return
    rows = iter([row for row in batch.rows if row.request])
    while some := list(islice(rows, step)):
        _issue(group, batch, some, signer)
    _finish(group)


@writing()
def _issue(group: Group, batch: core.Batch, some: Sequence[core.Row], signer: Signer) -> None:
    """Issue some rows, durable together when the transaction ends; those that another worker issued meanwhile are left alone."""
    register = DatabaseRegister(group.organisation, lock=True)
    left = {row.number: row for row in _left(group).filter(number__in=[each.number for each in some])}
    if not left or group.decided is None:
        return
    status = drafting.published_list(batch, register.salt)
    lists.ensure(group.organisation, status, signer)
    template = drafting.template_in(group)
    taken = known_in(group.organisation, template, [each for each in some if each.number in left])
    todo = [_refused_if_taken(each, taken) for each in some if each.number in left]
    results = core.issue_rows(todo, signer, register=register, at=_time_of(group, group.decided, signer), status=status)
    _name(group, todo, results, partial(known_as, register.salt, template))
    certificates = dict(
        Certificate.objects.filter(organisation=group.organisation, key__in=[each.key for each in results]).values_list(
            "key", "id"
        )
    )
    for result in results:
        row = left[result.row]
        row.result, row.certificate_id = result.result, certificates.get(result.key)
        row.errors = drafting.told(result.errors)
    Row.objects.bulk_update(left.values(), ["result", "errors", "certificate"])
    Group.objects.filter(pk=group.pk).update(beat=clock.now(), problem="")


def _time_of(group: Group, decided: dt.datetime, signer: Signer) -> dt.datetime:
    """Return the time of a group's certificates: nobody counts what a key has signed before it was made."""
    labels = keys.labels_of(group.organisation)
    made = next((read_time(each.created) for each in labels if each.id == signer.verification_method), None)
    return max(decided, made) if made else decided


def _refused_if_taken(row: core.Row, taken: Mapping[int, Known]) -> core.Row:
    """Refuse a row under whose key another group was issued since this one was approved: nobody has looked at that."""
    if row.number not in taken:
        return row
    return row._replace(request=None, errors=(taken_error(row, taken[row.number].certificate),))


def _name(
    group: Group, rows: Iterable[core.Row], results: Iterable[core.RowResult], known: Callable[[str], str]
) -> None:
    """Note on new certificates whose they are, for the desk; a certificate that was known keeps what it has."""
    learners = {row.number: row.learner for row in rows}
    fresh = {each.key: each for each in results if each.result == "issued"}
    found = list(Certificate.objects.filter(organisation=group.organisation, key__in=fresh))
    for certificate in found:
        result = fresh[certificate.key or ""]
        certificate.group, certificate.name, certificate.shown = group, result.name, group.shown
        certificate.sought = sought_as(result.name)
        learner = learners[result.row]
        certificate.learner = msgspec.json.encode(learner).decode()
        certificate.known_as = known(learner.key) if learner and learner.key else None
    Certificate.objects.bulk_update(found, ["group", "name", "shown", "learner", "known_as", "sought"])


@writing()
def _finish(group: Group) -> None:
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if locked.state != Group.State.APPROVED or _left(locked).exists():
        return
    locked.state, locked.finished, locked.problem = Group.State.ISSUED, clock.now(), ""
    locked.table, locked.table_name = b"", ""  # each certificate has its own row of it, which goes with its holder
    locked.save(update_fields=["state", "finished", "problem", "table", "table_name"])
    counts = {result: locked.lines.filter(result=result).count() for result in ("issued", "known", "refused")}
    record(Actor(), "groups.issued", f"group:{group.id}", organisation=group.organisation_id, detail=counts)


def _left(group: Group) -> QuerySet[Row]:
    """Return the rows that have no certificate yet."""
    return group.lines.filter(result="ready", certificate=None)


def _cannot(group: Group, problem: str) -> None:
    """Note what the group waits for; the page says it, and how to go on."""
    Group.objects.filter(pk=group.pk).update(problem=problem)
