# SPDX-License-Identifier: Apache-2.0
"""What a worker does. It is given an id, and can be killed at any point."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task


@task()
def issue_group(group: str) -> None:
    """Issue what is left to issue of a group that was approved."""
    from touchstone_server.issuing.running import run

    run(UUID(group))
