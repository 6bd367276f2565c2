# SPDX-License-Identifier: Apache-2.0
"""A node that was put back from a copy signs nothing, and hands out no status list, until its owner says ``touchstone-node resume``.

What was revoked after the copy was taken would count again: an old list, signed afresh, un-revokes it, and nobody could see that.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

FILE = "restored"


def wait_for_resume(data: Path, taken: str) -> None:
    """Hold the node back; *taken* is when the copy was taken."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / FILE).write_text(taken, encoding="utf-8")


def taken() -> str:
    """Return when the copy was taken that this node waits over, empty where it waits for nothing."""
    try:
        return (Path(settings.TOUCHSTONE_DATA) / FILE).read_text("utf-8") or "?"
    except FileNotFoundError:
        return ""


def go_on() -> None:
    """Wait no longer."""
    (Path(settings.TOUCHSTONE_DATA) / FILE).unlink(missing_ok=True)
