# SPDX-License-Identifier: Apache-2.0
"""How the node sends mail."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from touchstone_server.environment import SettingError


class Mail(NamedTuple):
    """Django's settings for mail."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False


def mail(address: str) -> Mail:
    """Return how mail is sent; without an address, it is printed where the node runs.

    :param address: ``smtp://user:password@host:port``; ``smtps`` begins with STARTTLS.
    :raises SettingError: for any other address.
    """
    if not address:
        return Mail("django.core.mail.backends.console.EmailBackend")
    parts = urlsplit(address)
    try:
        port = parts.port or 587
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not port:
        raise SettingError(f"TOUCHSTONE_EMAIL is {address!r}; it is smtp://user:password@host:port.")
    return Mail(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
    )
