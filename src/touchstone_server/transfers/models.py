# SPDX-License-Identifier: Apache-2.0
"""What an organisation enters into its register of cross-border transfers."""

from __future__ import annotations

import uuid

from django.db import models

from touchstone_server.access.rules import Thing
from touchstone_server.organisations.models import Organisation


class Transfer(models.Model):
    """A row of the register of cross-border transfers that an organisation keeps (``rules.py`` says what makes it good).

    :param reference: the number of the filing with the authority, or of the notification to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="transfers")
    to_region = models.CharField(max_length=8)
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    categories = models.CharField(max_length=200)
    reference = models.CharField(max_length=80)
    effective = models.DateField()
    filed = models.DateField()
    assessed = models.CharField(max_length=80)
    until = models.DateField()
    ended = models.DateTimeField(null=True)
    created = models.DateTimeField()

    @property
    def thing(self) -> Thing:
        """What rules are asked about it."""
        return Thing(organisation=self.organisation_id)
