# SPDX-License-Identifier: Apache-2.0
"""Reading settings from the environment: every one has a safe default, and a value that makes no sense is told in a sentence."""

from __future__ import annotations

import os


class SettingError(Exception):
    """An environment variable holds a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    """Return a setting, without surrounding spaces; an empty one counts as absent."""
    return os.environ.get(name, "").strip() or default


def names(name: str, default: str) -> list[str]:
    """Return a comma-separated setting as a list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def port(name: str, default: int) -> int:
    """Return a port number."""
    found = text(name, str(default))
    if not (found.isdecimal() and 0 < int(found) < 65536):
        raise SettingError(f"{name} is {found!r}; a port is a whole number from 1 to 65535.")
    return int(found)


def switch(name: str) -> bool:
    """Return whether a setting is switched on; only ``1`` switches it on."""
    return text(name) == "1"
