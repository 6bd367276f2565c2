# SPDX-License-Identifier: Apache-2.0
"""The secret with which sessions and addresses are sealed: made once, kept where only the node's own user reads it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from touchstone_server.environment import SettingError

FILE = "secret.key"


def secret_in(data: Path) -> str:
    """Return the secret that a data folder keeps; make it where there is none.

    :raises SettingError: when the folder cannot be written.
    """
    file = data / FILE
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Two processes may begin at once: whoever comes first makes it, and the other reads it.
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise SettingError(
            f"The data folder {data} cannot be used ({error.strerror}). Name another in TOUCHSTONE_DATA."
        ) from None
    with os.fdopen(made, "w", encoding="ascii") as opened:
        opened.write(secret := secrets.token_urlsafe(50))
    return secret


def _read(file: Path) -> str:
    try:
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingError(f"The secret in {file} cannot be read ({error}).") from None
    if len(secret) < 40:
        raise SettingError(
            f"The secret in {file} is too short. Delete it, and the node makes a new one; all sign in again."
        )
    return secret
