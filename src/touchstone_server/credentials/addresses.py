# SPDX-License-Identifier: Apache-2.0
"""Addresses and numbers by which a certificate of this node is named in a list. Nothing is fetched from anywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

FINDERS: Mapping[str, str] = MappingProxyType(
    {"C": "touchstone_server.issuing.numbers.listed", "S": "touchstone_server.passport.sharing.listed"}
)
"""Who finds what stands at ``/LETTER/TOKEN``; a number alone is looked up as that of a certificate, ``C``."""
_SHORT = re.compile(r"/([A-Z])/([0-9A-Za-z-]{6,40})/?")
_SHARED = re.compile(r"/[a-z-]{2,12}/passport/shared/([0-9A-Za-z]{6,40})/?")
_CERTIFICATE = re.compile(r"/[a-z-]{2,12}/certificate/([0-9A-Za-z-]{6,40})/?")
_NUMBER = re.compile(r"[0-9A-Za-z]([0-9A-Za-z -]{4,38})[0-9A-Za-z]")


class Listed(NamedTuple):
    """What stands at an address: a credential and what may be told of it; without content the state says why.

    :param state: ``open``, or ``unknown``, ``expired``, ``ended``, ``elsewhere``.
    """

    state: str
    content: bytes = b""
    shows_name: bool = True
    shows_dates: bool = True


def found_at(text: str, hosts: frozenset[str]) -> Listed:
    """Return what an address or a number of this node leads to.

    :param hosts: the hosts under which this node is reached, in small letters.
    """
    parts = urlsplit(text.strip()) if "/" in text else None
    if parts and parts.netloc and parts.netloc.lower() not in hosts:
        return Listed("elsewhere")
    letter, token = _named(parts.path if parts else text.strip())
    finder: Callable[[str], Listed] | None = import_string(FINDERS[letter]) if letter in FINDERS else None
    return finder(token) if finder else Listed("unknown")


def looks_like_one(text: str) -> bool:
    """Tell whether a cell may name a certificate, as a heading does not."""
    return "/" in text or (any(letter.isdigit() for letter in text) and _NUMBER.fullmatch(text.strip()) is not None)


def _named(path: str) -> tuple[str, str]:
    if short := _SHORT.fullmatch(path):
        return short[1], short[2]
    if shared := _SHARED.fullmatch(path):
        return "S", shared[1]
    if certificate := _CERTIFICATE.fullmatch(path):
        return "C", certificate[1]
    return ("C", path) if _NUMBER.fullmatch(path) else ("", "")
