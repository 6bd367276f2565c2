# SPDX-License-Identifier: Apache-2.0
"""Addresses and numbers by which a certificate of this node is named in a list. Nothing is fetched from anywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from touchstone_server.codes import ALPHABET, as_typed
from touchstone_server.handed_in import HandedIn
from touchstone_server.language import Locale
from touchstone_server.pages import address

FINDERS: Mapping[str, str] = MappingProxyType(
    {"C": "touchstone_server.issuing.numbers.listed", "S": "touchstone_server.passport.sharing.listed"}
)
"""Who finds what stands at ``/LETTER/TOKEN``; a number alone is looked up as that of a certificate, ``C``."""
PAGES: Mapping[str, tuple[str, str]] = MappingProxyType({"C": ("certificate_page", "short"), "S": ("shared", "token")})
"""The page of each, and what it calls the token."""
_SHORT = re.compile(r"/([CScs])/([0-9A-Za-z-]{6,40})/?")
_SHARED = re.compile(r"/[a-z-]{2,12}/passport/shared/([0-9A-Za-z]{6,40})/?")
_CERTIFICATE = re.compile(r"/[a-z-]{2,12}/certificate/([0-9A-Za-z-]{6,40})/?")
_NUMBER = re.compile(r"[0-9A-Za-z]([0-9A-Za-z -]{4,38})[0-9A-Za-z]")


NUMBER = 16
"""Characters of a certificate's number."""
LONGEST_TYPED = 200
"""Characters of a number or an address."""


class Listed(NamedTuple):
    """What stands at an address: a credential and what may be told of it; without content the state says why.

    :param state: ``open``, or ``unknown``, ``expired``, ``ended``, ``elsewhere``.
    """

    state: str
    content: bytes = b""
    shows_name: bool = True
    shows_dates: bool = True
    shows_units: bool = True


def hosts_of(request: HttpRequest) -> frozenset[str]:
    """Return the hosts under which this node is reached."""
    return frozenset({request.get_host().lower(), urlsplit(settings.TOUCHSTONE_ADDRESS).netloc.lower()})


def typed_in(handed: HandedIn) -> str:
    """Return the number or address that was typed: in its own field ``number``, or where the text of a certificate would stand."""
    if typed := handed.field.strip():
        return typed
    text = handed.content[: LONGEST_TYPED + 1].decode("utf-8", "replace").strip()
    return text if len(text) <= LONGEST_TYPED and looks_like_one(text) and not handed.name else ""


def page_of(text: str, hosts: frozenset[str], locale: Locale) -> str | None:
    """Return where the page of an address or a number of this node stands, whether there is anything or not; empty for what stands at
    another node, None for what is neither.

    :param hosts: as in :func:`found_at`.
    """
    letter, token, is_here = _read(text, hosts)
    if not letter or not looks_like_one(text):
        return None
    return address(PAGES[letter][0], locale, None, **{PAGES[letter][1]: as_typed(token)}) if is_here else ""


def found_at(text: str, hosts: frozenset[str]) -> Listed:
    """Return what an address or a number of this node leads to.

    :param hosts: the hosts under which this node is reached, in small letters.
    """
    letter, token, is_here = _read(text, hosts)
    if not is_here:
        return Listed("elsewhere")
    finder: Callable[[str], Listed] | None = import_string(FINDERS[letter]) if letter in FINDERS else None
    return finder(token) if finder else Listed("unknown")


def looks_like_one(text: str) -> bool:
    """Tell whether a cell may name a certificate, as a heading does not."""
    if len(code := as_typed(text)) == NUMBER and set(code) <= set(ALPHABET):
        return True
    return "/" in text or (any(letter.isdigit() for letter in text) and _NUMBER.fullmatch(text.strip()) is not None)


def _read(text: str, hosts: frozenset[str]) -> tuple[str, str, bool]:
    """Return what is named, by letter and token, and whether it is this node's."""
    try:
        parts = urlsplit(text.strip()) if "/" in text else None
    except ValueError:
        parts = None  # a bracket that opens no address
    letter, token = _named(parts.path if parts else text.strip())
    return letter, token, not (parts and parts.netloc and parts.netloc.lower() not in hosts)


def _named(path: str) -> tuple[str, str]:
    if short := _SHORT.fullmatch(path):
        return short[1].upper(), short[2]
    if shared := _SHARED.fullmatch(path):
        return "S", shared[1]
    if certificate := _CERTIFICATE.fullmatch(path):
        return "C", certificate[1]
    return ("C", path) if _NUMBER.fullmatch(path) else ("", "")
