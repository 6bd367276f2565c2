# SPDX-License-Identifier: Apache-2.0
"""Cases, the rulings on them, and appeals. Receipts stand as they were written: their digest is what anybody derives again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from touchstone_server.access.rules import Thing
from touchstone_server.issuing.models import Certificate
from touchstone_server.organisations.models import Organisation


class Case(models.Model):
    """What somebody asks a body to decide, on evidence that was verified.

    :param receipt: the engine's answer on the day of filing, as canonical JSON.
    :param shown: whom each certificate names, and how the holder showed to be that person (``proving.Shown``).
    :param subject: the one DID that the certificates are about, where the holder has proven to be it.
    :param note: what the holder would like the officer to know.
    :param kept_until: set when its holder was erased, or withdrew it: from then on no page shows it, and then it goes.
    :param officer: who decided last: on appeal it is another's turn.
    """

    class State(models.TextChoices):
        """Where a case stands; after an appeal a decision is final here."""

        WAITING = "waiting"
        DECIDED = "decided"
        APPEALED = "appealed"
        FINAL = "final"
        WITHDRAWN = "withdrawn"

    OPEN = (State.WAITING, State.APPEALED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cases")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    region = models.CharField(max_length=8)
    target = models.CharField(max_length=500)
    outcome = models.CharField(max_length=12)
    request = models.CharField(max_length=71)
    receipt = models.TextField()
    shown: models.JSONField = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    filed = models.DateTimeField()
    kept_until = models.DateTimeField(null=True)

    class Meta:
        """A request is filed with a body once, and while one waits no other for the same."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "holder", "request"), condition=~models.Q(state="withdrawn"), name="filed_once"
            ),
            models.UniqueConstraint(
                fields=("organisation", "holder", "target"),
                condition=models.Q(state__in=("waiting", "appealed")),
                name="waits_once",
            ),
        )
        indexes = (models.Index(fields=("organisation", "state", "filed"), name="case_queue"),)

    @property
    def is_open(self) -> bool:
        """Whether it waits for an officer."""
        return self.state in self.OPEN

    @property
    def standing(self) -> int:
        """The number of the ruling that stands; 0 while there is none, or one that was appealed."""
        return {self.State.DECIDED: 1, self.State.FINAL: 2}.get(self.State(self.state), 0)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it; whoever decided it before is its author, so that an appeal goes to another."""
        return Thing(self.organisation_id, self.holder_id, self.officer_id)


class Ruling(models.Model):
    """A person's decision on a case.

    :param findings: what the officer found of each open fact, and why; :param reasons: the reasons of the whole.
    :param receipt: the request with the findings, and what the engine decides of it; :param digest: that of the receipt.
    :param credential: the decision as a credential of the body, once it was issued; :param certificate: its entry in the body's register,
        by which it can be revoked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="rulings")
    number = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made = models.DateTimeField()
    findings: models.JSONField = models.JSONField()
    reasons = models.TextField()
    outcome = models.CharField(max_length=12)
    receipt = models.TextField()
    digest = models.CharField(max_length=71)
    credential = models.TextField(blank=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, related_name="ruling")

    class Meta:
        """The first ruling, and the one on appeal."""

        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_ruling_a_turn"),)


class Appeal(models.Model):
    """Why the holder does not agree with a decision; there is one a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="appeal")
    grounds = models.TextField()
    filed = models.DateTimeField()
