# SPDX-License-Identifier: Apache-2.0
"""The word that a holder's presentation repeats: drawn for one session, good for an hour, taken once."""

from __future__ import annotations

import datetime as dt
import secrets
from urllib.parse import urlsplit

from django.http import HttpRequest

from touchstone_server import clock
from touchstone_server.pages import origin_of

LIFE = dt.timedelta(hours=1)
_KEY = "cases.challenge"


def domain_of(request: HttpRequest) -> str:
    """Return the name by which this node asks for a presentation."""
    return urlsplit(origin_of(request)).netloc


def challenge_of(request: HttpRequest) -> str:
    """Return the word of this session; a new one where there is none, or it is too old."""
    word, drawn = request.session.get(_KEY, ("", ""))
    if not word or dt.datetime.fromisoformat(drawn) <= clock.second() - LIFE:
        word = secrets.token_hex(16)
        request.session[_KEY] = (word, clock.second().isoformat())
    return str(word)


def taken(request: HttpRequest) -> None:
    """Let a word go that a presentation has used."""
    request.session.pop(_KEY, None)
