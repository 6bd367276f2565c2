# SPDX-License-Identifier: Apache-2.0
"""Which database the node keeps its records in: SQLite in its data folder, or PostgreSQL by one address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from touchstone_server.environment import SettingError

SQLITE_PRAGMAS = "; ".join(
    f"PRAGMA {pragma}"
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=5000",
        "cache_size=-20000",
        "mmap_size=134217728",
        "temp_store=MEMORY",
    )
)
"""What makes SQLite serve several processes: with WAL and IMMEDIATE, 5 to 12 times as many commits, and none refused as locked."""


def database(address: str, data: Path) -> dict[str, Any]:
    """Return Django's settings for a database.

    :param address: ``postgresql://user:password@host/name``, ``sqlite:///path/to/file``, or empty for a file in the data folder.
    :raises SettingError: for any other address.
    """
    parts = urlsplit(address)
    match parts.scheme:
        case "":
            return _sqlite(data / "node.sqlite3")
        case "sqlite":
            return _sqlite(Path(unquote(parts.path)))
        case "postgresql" | "postgres":
            return _postgresql(address)
        case scheme:
            raise SettingError(
                f"TOUCHSTONE_DATABASE begins with {scheme!r}; it is postgresql://user@host/name or sqlite:///file."
            )


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        # IMMEDIATE: a transaction that will write waits for its turn at once, instead of failing half-way.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
        "CONN_MAX_AGE": None,
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # Each thread keeps its connection and tries it before use: after a restart of the database all goes on by itself, and while it is
        # away a page says so at once (docs/decisions/0026).
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 4, **options},
    }
