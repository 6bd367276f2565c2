# SPDX-License-Identifier: Apache-2.0
"""Groups and their rows, the certificates issued to them, the lists that say whether these count, and proposals to change that."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from touchstone.credentials.status_list import Purpose
from touchstone_server.access.rules import Thing
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport.models import Offer

USER = settings.AUTH_USER_MODEL


class IssuingRegister(models.Model):
    """What an organisation issues from: the secret from which ids and indexes are drawn. Whoever issues locks this row."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="issuing_register")
    salt = models.BinaryField(max_length=32)


class Group(models.Model):
    """Learners who get the same certificate: a table as it was handed in, and the template that it is issued from.

    :param base: the address below which the status lists of its certificates are published.
    :param shown: what the public page of each certificate shows beside name, qualification and status.
    :param signatory: who signs the papers by hand, and in which ``office``, as the organisation gives it; both may be empty.
    :param table: as it was handed in; it goes when the group is issued, for then each certificate has its own row.
    :param left_out: the headings of columns that were not taken.
    :param handed_by: who sent it for approval: neither they nor whoever prepared it approves it.
    :param beat: when the worker last made something durable; ``problem`` is the code of what it cannot go on without.
    """

    class State(models.TextChoices):
        """``draft`` → ``waiting`` → ``approved`` → ``issued``, or ``declined``."""

        DRAFT = "draft"
        WAITING = "waiting"
        APPROVED = "approved"
        ISSUED = "issued"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="groups")
    title = models.CharField(max_length=120)
    template = models.TextField()
    table = models.BinaryField()
    table_name = models.CharField(max_length=120)
    shown: models.JSONField = models.JSONField(default=list)
    signatory = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=160, blank=True)
    left_out: models.JSONField = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    prepared = models.DateTimeField()
    handed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    handed = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    decided = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    beat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    problem = models.CharField(max_length=60, blank=True)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id, author=self.prepared_by_id)

    @property
    def authors(self) -> tuple[Thing, ...]:
        """The same for each of those who have had a hand in it: all of these must be let pass."""
        return tuple(self.thing._replace(author=each) for each in {self.prepared_by_id, self.handed_by_id} - {None})


class Certificate(models.Model):
    """A reservation and, once it is signed, the certificate: the row of a database that a journal's entries would be.

    :param key: the request key, a group's and a row's; none for a reservation that was let go of, whose place in the status list stays
        taken.
    :param known_as: by which it is found when a table holds its learner's key again (``known.py``); the key itself is not kept.
    :param reservation: all that was decided once, as JSON; ``document`` the signed bytes.
    :param short: its number as printed, in Crockford's base32.
    :param sought: the name as it is looked for (``seeking.py``).
    :param learner: the row of the table, as JSON, for a corrected issue.
    :param offer: under which its holder can claim it, or has.
    """

    class State(models.TextChoices):
        """What the status lists say."""

        GOOD = "good"
        SUSPENDED = "suspended"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates")
    group = models.ForeignKey(Group, models.PROTECT, related_name="certificates", null=True)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - absent, so that many may be
    known_as = models.CharField(max_length=64, null=True)  # noqa: DJ001 - absent, so that many may be
    reservation = models.TextField()
    list_url = models.CharField(max_length=300)
    index = models.PositiveIntegerField()
    document = models.BinaryField(null=True)
    short = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=200, blank=True)
    sought = models.CharField(max_length=800, blank=True)
    learner = models.TextField(blank=True)
    shown: models.JSONField = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.GOOD)
    issued = models.DateTimeField(null=True)
    offer = models.OneToOneField(Offer, models.SET_NULL, null=True, related_name="certificate")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        """Nothing is issued twice, and no place is given twice: the database itself sees to it."""

        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="one_certificate_a_key"),
            models.UniqueConstraint(fields=("list_url", "index"), name="one_certificate_a_place"),
            models.UniqueConstraint(
                fields=("organisation", "known_as"),
                condition=~models.Q(state="revoked"),
                name="one_certificate_a_learner",
            ),
        )
        indexes: ClassVar = [models.Index(fields=["organisation", "-issued"], name="certificates_by_day")]

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id)


class Row(models.Model):
    """A row of a group's table, and what became of it.

    :param certificate: what its learner has: the one that was issued to it, the one that took that one's place, or the one that was
        known before.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=10)
    errors: models.JSONField = models.JSONField(default=list)
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="rows")

    class Meta:
        """Each row once."""

        constraints = (models.UniqueConstraint(fields=("group", "number"), name="one_line_a_row"),)


class StatusList(models.Model):
    """A list of one purpose, and the signed form in which it was published last."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="status_lists")
    name = models.CharField(max_length=60, unique=True)
    url = models.CharField(max_length=300, unique=True)
    purpose = models.CharField(max_length=12, choices=[(each, each) for each in ("revocation", "suspension")])
    bits = models.BinaryField()
    document = models.BinaryField()
    signed = models.DateTimeField()
    until = models.DateTimeField()

    def purpose_of(self) -> Purpose:
        """Return its purpose as the core knows it."""
        return "revocation" if self.purpose == "revocation" else "suspension"


class StatusChange(models.Model):
    """A proposal to revoke, suspend, reinstate or reissue a certificate, and what was decided about it.

    :param correction: for a new issue, the corrected fields of the learner.
    """

    class Kind(models.TextChoices):
        """What is proposed."""

        REVOKE = "revoke"
        SUSPEND = "suspend"
        REINSTATE = "reinstate"
        REISSUE = "reissue"

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        DONE = "done"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=400)
    correction: models.JSONField = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    decided = models.DateTimeField(null=True)

    class Meta:
        """One proposal at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("certificate",), condition=models.Q(state="waiting"), name="one_waiting_change"
            ),
        )

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.certificate.organisation_id, author=self.proposed_by_id)
