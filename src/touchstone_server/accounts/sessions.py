# SPDX-License-Identifier: Apache-2.0
"""Sessions that end when nobody is there, and after a working day in any case (ASVS 5.0, 7.3.1 and 7.3.2; NIST SP 800-63B-4, 2.2.3).

It is looked at where a session is read, so that pages that read none ask no database.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db

from touchstone_server import clock

IDLE, LONGEST = dt.timedelta(hours=1), dt.timedelta(hours=12)
"""A session ends after so long without a request, and so long after it began."""
STEP = dt.timedelta(minutes=5)
"""How much may pass before a request is noted: reading pages does not write each time."""
BEGAN, SEEN = "began", "seen"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with the moments at which one began and was used last."""

    def load(self) -> dict[str, Any]:
        """Return what a session holds; one that has ended holds nothing, and has no key any more."""
        told: dict[str, Any] = super().load()
        if not told:
            return told
        now = clock.now().timestamp()
        rested, lasted = now - told.get(SEEN, now), now - told.get(BEGAN, now)
        if rested > IDLE.total_seconds() or lasted > LONGEST.total_seconds():
            self._session_key = None
            return {}
        self.modified = self.modified or rested > STEP.total_seconds()
        return told

    def save(self, must_create: bool = False) -> None:
        """Keep the session, used now."""
        told = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's own, which its stubs leave out
        told[SEEN] = clock.now().timestamp()
        told.setdefault(BEGAN, told[SEEN])
        super().save(must_create=must_create)
