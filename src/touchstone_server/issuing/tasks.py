# SPDX-License-Identifier: Apache-2.0
"""What a worker does. It is given an id, and can be killed at any point."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.db import connection
from django_tasks import task

from touchstone_server.faults import PASSING
from touchstone_server.issuing.running import run

PAUSE = 5.0
"""Seconds after which a worker tries anew where the database or the disk was away."""
_log = logging.getLogger(__name__)


@task()
def issue_group(group: str) -> None:
    """Issue what is left to issue of a group that was approved; while the database is away or the disk is full, wait for it."""
    while True:
        try:
            return run(UUID(group))
        except PASSING as error:
            _log.warning("group %s waits: %s", group, str(error).strip())
            connection.close()
            time.sleep(PAUSE)
