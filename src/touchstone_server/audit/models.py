# SPDX-License-Identifier: Apache-2.0
"""The audit log. Entries name people and things by id alone, so that erasing a person leaves the log whole."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEvent(models.Model):
    """One thing that was done. The database itself refuses to change or delete it (migrations 0002 and 0003).

    :param digest: SHA-256 over the entry and the digest of the one before it.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    operating = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True, db_index=True)
    action = models.CharField(max_length=60)
    thing = models.CharField(max_length=120)
    detail: models.JSONField = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["thing", "at"], name="audit_of_a_thing")]


class AuditHead(models.Model):
    """The newest entry, in one row that every writer locks: so that entries have an order, and no gap."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
