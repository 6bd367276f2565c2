# SPDX-License-Identifier: Apache-2.0
"""Learners who have their certificate already: found again by the key that a table gives them, never by their name alone.

A row's own request key is its group's and its number, so that two people of one name get two certificates. Where the table has a key,
the organisation keeps a digest of it under its secret: enough to find the certificate again, and not the number of a learner. What was
revoked is not known: it can be issued again.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from touchstone.credentials.batch import Row
from touchstone.credentials.learners import Learner
from touchstone.credentials.register import SALT_BYTES
from touchstone.credentials.template import Template
from touchstone.standards.decoding import decode
from touchstone.standards.exchange.cells import CellError
from touchstone.standards.reading import read_json
from touchstone_server.codes import in_groups
from touchstone_server.issuing import models
from touchstone_server.issuing.models import Certificate, Group, IssuingRegister
from touchstone_server.organisations.models import Organisation


class Blank:
    """What a preview is drawn from: nothing is on record under a group's keys before it is issued, and nothing comes on record."""

    salt = bytes(SALT_BYTES)
    taken = frozenset[tuple[str, int]]()

    def reservation(self, key: str) -> None:
        """Return nothing."""

    def issued(self, key: str) -> None:
        """Return nothing."""


class Known(NamedTuple):
    """A certificate that the key of a row leads to, or why that cannot be."""

    certificate: Certificate
    error: CellError | None


def known_as(salt: bytes, template: Template, key: str) -> str:
    """Return what is kept in the place of a learner's key: for one template, under the organisation's secret."""
    return f"{_mark(template)}/{_digest(salt, key)}"


def known_in(organisation: Organisation, template: Template, rows: list[Row]) -> dict[int, Known]:
    """Return the certificates that some rows' keys lead to, by the rows' numbers."""
    register = IssuingRegister.objects.filter(organisation=organisation).first()
    keyed = {row.learner.key: row for row in rows if row.learner and row.learner.key}
    if register is None or not keyed:
        return {}
    marks = {known_as(bytes(register.salt), template, key): row for key, row in keyed.items()}
    found = Certificate.objects.filter(organisation=organisation, known_as__in=marks, document__isnull=False)
    standing = found.exclude(state=Certificate.State.REVOKED).defer("document", "reservation")
    return {marks[each.known_as or ""].number: _compared(each, marks[each.known_as or ""]) for each in standing}


def with_key(organisation: Organisation, key: str) -> str:
    """Return how ``known_as`` ends for a key, from whatever template it was issued; nothing where nothing was issued."""
    register = IssuingRegister.objects.filter(organisation=organisation).first()
    return f"/{_digest(bytes(register.salt), key)}" if register else ""


def namesakes(group: Group) -> dict[str, list[Certificate]]:
    """Return the certificates that somebody of the same name was issued from the same template, by name: other people, or the same."""
    names = group.lines.filter(result="ready").values("name")
    found = Certificate.objects.filter(
        organisation=group.organisation_id, group__template=group.template, name__in=names, document__isnull=False
    )
    others = found.exclude(group=group).exclude(state=Certificate.State.REVOKED).defer("document", "reservation")
    told: dict[str, list[Certificate]] = {}
    for each in others.order_by("issued"):
        told.setdefault(each.name, []).append(each)
    return told


def twins(group: Group) -> dict[str, list[models.Row]]:
    """Return the rows of the same name that wait in other groups of the same template, handed on or approved: the same class, perhaps."""
    names = group.lines.filter(result="ready").values("name")
    others = Group.objects.filter(
        organisation=group.organisation_id,
        template=group.template,
        state__in=(Group.State.WAITING, Group.State.APPROVED),
    ).exclude(pk=group.pk)
    found = models.Row.objects.filter(group__in=others, result="ready", certificate=None, name__in=names)
    told: dict[str, list[models.Row]] = {}
    for each in found.select_related("group").order_by("group__handed", "number"):
        told.setdefault(each.name, []).append(each)
    return told


def came_since(group: Group) -> bool:
    """Tell whether somebody in a group that was handed on was issued such a certificate since, or is about to: nobody was asked of that."""
    if group.handed is None:
        return False
    since = group.handed.replace(microsecond=0)  # times of approval are whole seconds
    issued = (each.issued for some in namesakes(group).values() for each in some)
    approved = (each.group.decided for some in twins(group).values() for each in some)
    return any(moment and moment >= since for moment in (*issued, *approved))


def _compared(certificate: Certificate, row: Row) -> Known:
    """Refuse a key under which something else was issued: nobody could say which of the two is meant."""
    learner = row.learner
    assert learner is not None
    same = _learner_of(certificate) == learner if certificate.learner else certificate.name == learner.name
    return Known(certificate, None if same else taken_error(row, certificate))


def taken_error(row: Row, certificate: Certificate) -> CellError:
    """Return why a row cannot be issued whose key leads to a certificate that says something else."""
    return CellError(
        row=row.number,
        column="key",
        message="the key is that of another certificate",
        found=in_groups(certificate.short, 4),
        hint="Give another key, or have that certificate issued anew.",
    )


def _learner_of(certificate: Certificate) -> Learner | None:
    tree = read_json(certificate.learner).tree
    return decode(tree, Learner) if isinstance(tree, dict) else None


def _mark(template: Template) -> str:
    return template.digest.removeprefix("sha256:")[:12]


def _digest(salt: bytes, key: str) -> str:
    return hmac.digest(salt, f"learner\0{key}".encode(), "sha256").hex()[:32]
