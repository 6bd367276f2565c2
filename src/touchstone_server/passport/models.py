# SPDX-License-Identifier: Apache-2.0
"""What a passport consists of. Every row belongs to one person, and goes when that person asks for it (``erasing.py``)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from touchstone_server import clock
from touchstone_server.access.rules import Thing
from touchstone_server.organisations.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class Offer(models.Model):
    """A credential that waits for whoever has its code. Of the code only a digest is kept; the content goes when it is claimed.

    :param locator: the beginning of the code, by which the offer is found; the rest is the secret, which is tried five times at most.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offers")
    offered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    content = models.BinaryField()
    locator = models.CharField(max_length=5, unique=True)
    secret_digest = models.CharField(max_length=64)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    claimed = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id, author=self.offered_by_id)


class ClaimTries(models.Model):
    """How often somebody has typed a wrong code since a moment."""

    person = models.OneToOneField(PERSON, models.CASCADE, primary_key=True, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()


class HeldCredential(models.Model):
    """A credential as the bytes in which it was handed over; how it stands is worked out whenever it is looked at.

    :param given_by: the organisation that gave it out by a code; None where its holder brought it as a file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(PERSON, models.CASCADE, related_name="credentials")
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    received = models.DateTimeField()

    class Meta:
        """The same bytes once a person."""

        constraints = (models.UniqueConstraint(fields=("holder", "digest"), name="held_once"),)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(person=self.holder_id)


class ShareLink(models.Model):
    """An address at which anybody sees chosen fields of one credential, until it expires or its holder ends it.

    :param label: for whom it is, in the holder's own words; nobody else reads it.
    :param token_digest: the address's token itself follows from the id and the node's secret key, and is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(PERSON, models.CASCADE, related_name="share_links")
    credential = models.ForeignKey(HeldCredential, models.CASCADE, related_name="share_links")
    fields: models.JSONField = models.JSONField()
    label = models.CharField(max_length=80, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(person=self.holder_id)

    @property
    def state(self) -> str:
        """Whether it is ``open``, has ``expired`` or was ``ended``."""
        if self.ended:
            return "ended"
        return "open" if self.expires > clock.now() else "expired"


class Access(models.Model):
    """That somebody looked at something of a person: by a share link (nobody knows who), or in an organisation's work.

    :param link: None where it was no link.
    """

    class What(models.TextChoices):
        """What was looked at."""

        LINK = "link"
        CASE = "case"
        CERTIFICATE = "certificate"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="accesses")
    link = models.ForeignKey(ShareLink, models.CASCADE, null=True, related_name="accesses")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20, choices=What.choices)
    at = models.DateTimeField()

    class Meta:
        """Read by person, the newest first."""

        indexes = (models.Index(fields=("person", "-at"), name="access_person_at"),)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(person=self.person_id)


class ConsentText(models.Model):
    """The very words to which somebody agreed, kept once for all who did.

    :param version: the same for all languages in which the words stood side by side.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=16)
    language = models.CharField(max_length=20)
    words = models.TextField()


class Erasure(models.Model):
    """That a person was erased, with what the law makes us keep, restricted: no page shows it. The person alone knows its number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    kept_until = models.DateTimeField()


class Consent(models.Model):
    """That a person agreed to a purpose, when, to which words in which language; and when that was withdrawn.

    :param erasure: after erasing, the only thing that leads to it; ``person`` is None then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, related_name="consents")
    erasure = models.ForeignKey(Erasure, models.CASCADE, null=True, related_name="consents")
    purpose = models.CharField(max_length=20)
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        """A record is about a person or, afterwards, of an erasure; one runs for each purpose."""

        constraints = (
            models.UniqueConstraint(
                fields=("person", "purpose"), condition=models.Q(withdrawn=None), name="one_running_consent"
            ),
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(erasure=None), name="consent_of_somebody_or_restricted"
            ),
        )

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(person=self.person_id)
