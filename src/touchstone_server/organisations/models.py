# SPDX-License-Identifier: Apache-2.0
"""Organisations, memberships, invitations, and the time-limited sessions in which an operator may look into an organisation."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from touchstone.text import text_in
from touchstone_server import clock
from touchstone_server.access.rules import APPROVING, Role, Thing

if TYPE_CHECKING:
    from touchstone.text import LanguageTag


class Organisation(models.Model):
    """A school, an enterprise, a park, an association, a certification body or an authority.

    :param slug: its name in addresses; :param names: a language map; :param issuer: the did under which it issues, if it does.
    """

    class Kind(models.TextChoices):
        """The kinds of the seed (design/cooperation.md)."""

        SCHOOL = "school"
        ENTERPRISE = "enterprise"
        PARK = "park"
        ASSOCIATION = "association"
        CERTIFICATION_BODY = "certification_body"
        AUTHORITY = "authority"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True, max_length=60)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.CharField(max_length=8)
    names: models.JSONField = models.JSONField()
    issuer = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def name_in(self, tag: LanguageTag) -> str:
        """Return its name in a language, or the nearest there is."""
        return text_in(self.names, tag)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.id)


class Membership(models.Model):
    """One role that a person holds in an organisation, from a moment on, until another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One running membership a role."""

        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation", "role"), condition=models.Q(until=None), name="one_running_role"
            ),
        )

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id, person=self.user_id)


class Invitation(models.Model):
    """An offer of roles to the person of an address, taken up by the link. Only the digest of the link's secret is kept.

    :param confirmed: when a second administrator agreed; roles that approve (:data:`~touchstone_server.access.rules.APPROVING`) wait
        for that.
    :param letter: what became of the letter, which has a link of its own, so that no secret waits in the queue of tasks.
    """

    class Letter(models.TextChoices):
        """A letter and its fate."""

        NONE = "none"
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    roles: models.JSONField = models.JSONField()
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    letter = models.CharField(max_length=10, choices=Letter.choices, default=Letter.NONE)
    letter_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - most have none, and none is not twice
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted = models.DateTimeField(null=True)

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id, author=self.invited_by_id)

    @property
    def waits(self) -> bool:
        """Whether a second administrator has yet to agree."""
        return self.confirmed is None and not APPROVING.isdisjoint(self.roles)


class OperatorSession(models.Model):
    """An hour at most in which an operator of the node stands in for an organisation's administrator, for a reason that is on record."""

    LONGEST = dt.timedelta(hours=1)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="operator_sessions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="operator_sessions")
    reason = models.CharField(max_length=300)
    began = models.DateTimeField()
    until = models.DateTimeField()

    @classmethod
    def running(cls) -> models.QuerySet[OperatorSession]:
        """Return the sessions that run now."""
        return cls.objects.filter(until__gt=clock.now())
