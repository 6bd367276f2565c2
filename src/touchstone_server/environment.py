# SPDX-License-Identifier: Apache-2.0
"""Reading settings from the environment: every one has a safe default, and a value that makes no sense is told in a sentence."""

from __future__ import annotations

import json
import os
import re
from typing import Any


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


def origin(name: str) -> str:
    """Return scheme and host, with a port if need be; an empty text when the setting is absent."""
    return _origin(name, text(name).rstrip("/"))


def origins(name: str) -> list[str]:
    """Return a comma-separated setting of schemes and hosts, each once."""
    return list(dict.fromkeys(_origin(name, each.rstrip("/")) for each in names(name, "")))


def _origin(name: str, found: str) -> str:
    if found and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", found):
        raise SettingError(f"{name} is {found!r}; it is scheme and host alone, for example https://node.example.")
    return found


def named_origins(name: str) -> dict[str, str]:
    """Return what stands for what in a setting such as ``GD=http://localhost:8000,HK=http://localhost:8001``."""
    pairs = [each.partition("=")[::2] for each in names(name, "")]
    if not all(key and re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", value) for key, value in pairs):
        raise SettingError(f"{name} is {text(name)!r}; it is NAME=scheme and host, with commas between them.")
    return dict(pairs)


def json_object(name: str, default: dict[str, Any]) -> dict[str, Any]:
    """Return a setting that is a JSON object."""
    found = text(name)
    if not found:
        return default
    try:
        value = json.loads(found)
    except ValueError as error:
        raise SettingError(f"{name} is no JSON ({error}).") from None
    if not isinstance(value, dict):
        raise SettingError(f"{name} is no JSON object, such as {{}}.")
    return value
