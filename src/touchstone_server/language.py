# SPDX-License-Identifier: Apache-2.0
"""The five locales of the pages: how they stand in an address, what they are called, and which one a browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from touchstone.text import known_language


class Locale(NamedTuple):
    """A locale: the first part of an address, its BCP 47 tag, and its name in its own script."""

    path: str
    tag: str
    name: str


LOCALES = (
    Locale("zh-hans", "zh-Hans", "简体"),
    Locale("zh-hant-hk", "zh-Hant-HK", "繁體（香港）"),
    Locale("zh-hant-mo", "zh-Hant-MO", "繁體（澳門）"),
    Locale("en", "en", "English"),
    Locale("pt", "pt", "Português"),
)
BY_PATH = {locale.path: locale for locale in LOCALES}
DEFAULT = BY_PATH["en"]


class LocaleConverter:
    """The first part of every address."""

    regex = "|".join(sorted(BY_PATH, key=len, reverse=True))

    def to_python(self, value: str) -> Locale:
        """Return the locale that an address names."""
        return BY_PATH[value]

    def to_url(self, value: Locale) -> str:
        """Return what stands for a locale in an address."""
        return value.path


def negotiate(accept_language: str) -> Locale:
    """Return the first locale that a browser's ``Accept-Language`` asks for and we have, else English."""
    for asked, quality in parse_accept_lang_header(accept_language[:500]):
        if quality > 0 and (found := _locale_for(asked)):
            return found
    return DEFAULT


def locale_of(request: HttpRequest) -> Locale:
    """Return the locale of a request, even of one whose address leads nowhere."""
    first = request.path_info.lstrip("/").split("/", 1)[0].lower()
    return BY_PATH.get(first) or negotiate(request.headers.get("Accept-Language", ""))


_current: ContextVar[Locale] = ContextVar("locale", default=DEFAULT)


def current() -> Locale:
    """Return the locale of the request that is being answered."""
    return _current.get()


class LocaleMiddleware:
    """Lets pages that are not ours, which know of no locale, speak the language of the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request in its locale."""
        locale = locale_of(request)
        token = _current.set(locale)
        try:
            with translation.override(django_code(locale, foreign=is_foreign(request))):
                return self.get_response(request)
        finally:
            _current.reset(token)


class CurrentLocale(LocalePrefixPattern):
    """The first part of the address of pages that are not ours: the locale of the request."""

    @property
    def language_prefix(self) -> str:
        """What the address begins with."""
        return current().path + "/"


def is_foreign(request: HttpRequest) -> bool:
    """Tell whether a page speaks by Django's translation; ours must not, for it would write the numbers in pictures with a comma."""
    return request.path_info.split("/")[2:3] == ["account"]


_FOREIGN = {"zh-hant-hk": "zh-hant", "zh-hant-mo": "zh-hant@mo", "pt": "pt-pt"}


def django_code(locale: Locale, *, foreign: bool) -> str:
    """Return the language that Django is to speak: one of its own a locale, since Django keeps addresses by language.

    What follows an ``@`` makes no difference to the words (gettext's modifier, as in ``ca@valencia``).
    """
    return _FOREIGN.get(locale.path, locale.path) if foreign else "en@" + locale.path.replace("-", "")


def _locale_for(asked: str) -> Locale | None:
    """Return the locale for what a browser calls a language, or for the beginning of it that we know; ``zh-Hant`` is Hong Kong's."""
    parts = asked.split("-")
    for length in range(len(parts), 0, -1):
        if tag := known_language("-".join(parts[:length])):
            return BY_PATH.get(tag.lower(), BY_PATH["zh-hant-hk"])
    return None
