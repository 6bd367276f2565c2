# SPDX-License-Identifier: Apache-2.0
"""What keeps a node from answering that is no mistake of ours: its records do not answer, or no room is left for them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from django.db import InterfaceError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
POSTGRES_FULL = "53100"
"""disk_full, in the error codes of PostgreSQL's manual."""
PASSING = (OperationalError, InterfaceError, OSError)
"""What passes when the database or the disk is there again; whoever can wait, waits."""


class Fault(StrEnum):
    """What it is; each has a page of its own that says what to do."""

    AWAY = "away"
    FULL = "full"
    RESTORED = "restored"

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 507 if self is Fault.FULL else 503


def fault_of(error: BaseException | None) -> Fault | None:
    """Return what an error comes from; None where it is a mistake of the node's own."""
    causes = list(_causes(error))
    if any(map(_is_full, causes)):
        return Fault.FULL
    return Fault.AWAY if any(isinstance(each, OperationalError | InterfaceError) for each in causes) else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return getattr(error, "sqlstate", "") == POSTGRES_FULL or (isinstance(error, OSError) and error.errno in NO_ROOM)
