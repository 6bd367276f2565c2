# SPDX-License-Identifier: Apache-2.0
"""What a worker does for organisations. It is given ids and no secret."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from touchstone_server.organisations.letters import deliver


@task()
def send_letter(invitation: str, locale: str, origin: str) -> None:
    """Send the letter of an invitation."""
    deliver(UUID(invitation), locale, origin)
