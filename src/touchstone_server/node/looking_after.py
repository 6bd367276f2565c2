# SPDX-License-Identifier: Apache-2.0
"""What a worker does beside its tasks: it shows that it lives, and every hour lets go of what is no longer to be kept.

A worker that nobody misses is noticed by the age of one file in the data folder (``findings.py``): it is there when the database is not.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from touchstone_server.faults import PASSING
from touchstone_server.issuing import lists
from touchstone_server.passport import erasing

BEAT, EVERY = 30.0, 3600.0
"""Seconds between two beats, and between two rounds."""
_log = logging.getLogger(__name__)


def beat_file() -> Path:
    """Return the file whose age tells when a worker was last alive."""
    return Path(settings.TOUCHSTONE_DATA) / "worker.beat"


def begin() -> None:
    """Look after the node from now on, beside whatever this process does, and for as long as it lives."""
    threading.Thread(target=_keep_on, name="looking after", daemon=True).start()


def look_after() -> None:
    """Do one round; a part that fails is told in the log, and holds no other back."""
    for part in PARTS:
        try:
            part()
        except PASSING as error:
            _log.warning("%s waits an hour: %s", part.__name__, str(error).strip())
            connection.close()
        except Exception:
            _log.exception("%s", part.__name__)


def _keep_on() -> None:
    due = time.monotonic()
    while True:
        beat()
        if time.monotonic() >= due:
            look_after()
            connection.close()
            due = time.monotonic() + EVERY
        time.sleep(BEAT)


def beat() -> None:
    """Show that this worker lives."""
    try:
        beat_file().touch(mode=0o600)
    except OSError as error:
        _log.warning("The worker cannot show that it lives: %s", error)


def _lists() -> None:
    lists.refresh_all()


def _purge() -> None:
    erasing.purge()


def _erasures() -> None:
    erasing.note_erasures()


def _sessions() -> None:
    call_command("clearsessions")


def _tasks() -> None:
    call_command("prune_db_task_results", verbosity=0)


PARTS: tuple[Callable[[], None], ...] = (_lists, _purge, _erasures, _sessions, _tasks)
"""Status lists that are due are signed; codes nobody claimed, records past their time, sessions and tasks that have ended go;
who was erased stands on the list."""
