# SPDX-License-Identifier: Apache-2.0
"""The peers from which this node pulls, what came and what was refused; and what organisations put up for others to pull."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from touchstone_server.access.rules import Thing
from touchstone_server.organisations.models import Organisation


class Peer(models.Model):
    """Another node, by its address.

    :param etag: the mark of its index when it was last read whole; an index that still bears it is not sent again.
    :param pulled: when it last answered; :param problem: what the network said where it did not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=200, unique=True)
    etag = models.CharField(max_length=220, blank=True)
    pulled = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)


class DocumentName(models.Model):
    """An id and a version, and the one content that bears them here, whether it was pulled or published: it is claimed by whatever comes
    first (:mod:`touchstone_server.exchange.naming`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.CharField(max_length=500)
    version = models.CharField(max_length=200)
    digest = models.CharField(max_length=71)

    class Meta:
        """One content a name."""

        constraints = (models.UniqueConstraint(fields=("document", "version"), name="one_content_a_name"),)


class PulledDocument(models.Model):
    """A public document that a peer published and this node did not have. It is never overwritten; one of no standing gives its name up to
    one that its publisher signed.

    :param content: its canonical bytes, of which ``digest`` is the SHA-256; :param proofs: what its publishers signed.
    :param standing: what the node's trust registry makes of the proofs; :param lacks: what it misses, as codes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="documents")
    document = models.CharField(max_length=500)
    version = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    title: models.JSONField = models.JSONField()
    digest = models.CharField(max_length=71, unique=True)
    content = models.TextField()
    proofs: models.JSONField = models.JSONField(default=list)
    standing = models.CharField(max_length=20)
    lacks: models.JSONField = models.JSONField(default=list)
    pulled = models.DateTimeField()

    class Meta:
        """One content a version: a second one is a conflict."""

        constraints = (models.UniqueConstraint(fields=("document", "version"), name="one_content_a_version"),)


class RefusedDocument(models.Model):
    """A document that a peer offered and this node did not take: another content under a name that is taken, or not what its digest says.

    :param here: the digest of what this node has under the name, where it has something.
    """

    class Why(models.TextChoices):
        """Why it was refused."""

        CONFLICT = "conflict"
        CHANGED = "changed"
        UNREADABLE = "unreadable"
        MISNAMED = "misnamed"
        DRAFT = "draft"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="refused")
    document = models.CharField(max_length=500)
    version = models.CharField(max_length=200)
    why = models.CharField(max_length=20, choices=Why.choices)
    offered = models.CharField(max_length=71)
    here = models.CharField(max_length=71, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    seen = models.DateTimeField()

    class Meta:
        """What is refused again is told once."""

        constraints = (
            models.UniqueConstraint(fields=("peer", "document", "version", "offered", "why"), name="refused_once"),
        )


class Publication(models.Model):
    """A document that somebody of an organisation put up, and what a second person decided. What was published is never changed or deleted.

    :param content: its canonical bytes, of which ``digest`` is the SHA-256; :param proofs: those that it bore, and the organisation's.
    :param note: why it was put up; :param reason: why it was published or declined.
    """

    class State(models.TextChoices):
        """``waiting`` → ``published`` or ``declined``."""

        WAITING = "waiting"
        PUBLISHED = "published"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="publications")
    document = models.CharField(max_length=500)
    version = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    title: models.JSONField = models.JSONField()
    status = models.CharField(max_length=20)
    digest = models.CharField(max_length=71, db_index=True)
    content = models.TextField()
    proofs: models.JSONField = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    note = models.CharField(max_length=1000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)

    class Meta:
        """An organisation puts up a version once, unless it was declined. Which content bears the name is settled when it is published."""

        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "document", "version"),
                condition=models.Q(state__in=("waiting", "published")),
                name="one_publication_of_each",
            ),
        )

    @property
    def thing(self) -> Thing:
        """What rules are asked about it; whoever put it up is its author."""
        return Thing(organisation=self.organisation_id, author=self.proposed_by_id)
