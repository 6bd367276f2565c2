# SPDX-License-Identifier: Apache-2.0
"""Whose the data folder is: a command that is run by somebody else would leave files in it that the node itself cannot read.

It is asked before Django is set up, which makes the node's secret where there is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def not_the_owner(data: Path, user: int) -> str:
    """Return, as a sentence, why a user must not run commands on a data folder; empty where they may, or where it is yet to be made.

    :param user: the number by which the system knows them.
    """
    try:
        owner = data.stat().st_uid
    except OSError:
        return ""
    if owner == user:
        return ""
    name = _name(owner)
    return (
        f"The data folder {data} belongs to {name}, and this runs as {_name(user)}: what it made there, the node could not read."
        f" Run it as {name}, for example by  runuser -u {name} --"
    )


def out_of_reach(data: Path) -> Iterator[Path]:
    """Yield what stands in a data folder and is not its owner's, or cannot be read and written by whoever asks."""
    owner = data.stat().st_uid
    for place in sorted(data.rglob("*")):
        try:
            theirs = place.stat().st_uid == owner
        except FileNotFoundError:
            continue  # what came and went meanwhile
        if not (theirs and os.access(place, os.R_OK | os.W_OK)):
            yield place


def current_user() -> int | None:
    """Return who runs this; None on systems that know no owners."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
