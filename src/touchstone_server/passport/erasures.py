# SPDX-License-Identifier: Apache-2.0
"""Who was erased, outside the database: a copy that is put back brings people back, and by this list they are erased anew.

A line a person, only ever appended: when, and the SHA-256 of the person's id. The id is random and leads to nobody once the person is
erased, so whoever has the list alone learns nothing from it. It is in no copy: it belongs beside them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from touchstone_server.accounts.models import User

FILE = "erasures.txt"


def note(person: UUID, at: dt.datetime) -> None:
    """Put a person on the list, for good before this returns."""
    with os.fdopen(os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb") as out:
        out.write(f"{at.isoformat(timespec='seconds')} {_digest(person)}\n".encode())
        out.flush()
        os.fsync(out.fileno())


def note_missing(erased: list[UUID], now: dt.datetime) -> int:
    """Put those on the list who were erased without it: before there was one, or while the disk was full. Return how many."""
    known = listed()
    lacking = [each for each in erased if _digest(each) not in known]
    for each in lacking:
        note(each, now)
    return len(lacking)


def listed() -> dict[str, dt.datetime]:
    """Return when each was erased first, by the digest of the id; a line that was cut off is passed over."""
    found: dict[str, dt.datetime] = {}
    for line in _file().read_text("ascii", "replace").splitlines() if _file().exists() else ():
        at, _, digest = line.partition(" ")
        if len(digest) == hashlib.sha256().digest_size * 2:
            found.setdefault(digest, dt.datetime.fromisoformat(at))
    return found


def back_again() -> list[tuple[User, dt.datetime]]:
    """Return the people who are on the list and have an account all the same, and when they were erased."""
    known = listed()
    active = User.objects.filter(is_active=True) if known else User.objects.none()
    return [(each, known[_digest(each.id)]) for each in active.iterator() if _digest(each.id) in known]


def _file() -> Path:
    return Path(settings.TOUCHSTONE_DATA) / FILE


def _digest(person: UUID) -> str:
    return hashlib.sha256(person.bytes).hexdigest()
