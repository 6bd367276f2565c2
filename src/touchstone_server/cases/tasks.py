# SPDX-License-Identifier: Apache-2.0
"""What a worker does for cases. It is given an id and no more."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task


@task()
def send_letter(case: str, origin: str) -> None:
    """Send its holder the letter that a case was decided."""
    from touchstone_server.cases.letters import deliver

    deliver(UUID(case), origin)
