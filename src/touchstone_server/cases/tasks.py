# SPDX-License-Identifier: Apache-2.0
"""What a worker does for cases, and asking it to. It is given an id and no more."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_tasks import task

from touchstone_server.cases.letters import deliver
from touchstone_server.cases.models import Case


def post(case: Case, origin: str) -> None:
    """Have its holder told, where this node sends mail, once the decision is made for good.

    :param origin: scheme and host with which the link begins.
    """
    if settings.EMAIL_HOST:
        transaction.on_commit(partial(send_letter.enqueue, str(case.id), origin))


@task()
def send_letter(case: str, origin: str) -> None:
    """Send its holder the letter that a case was decided."""
    deliver(UUID(case), origin)
