# SPDX-License-Identifier: Apache-2.0
"""Rendering a page in its language, with what every page bears: the same page in the other languages, and the way home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from touchstone_server.language import LOCALES, Locale, locale_of

PAGE = 50
"""Lines of a list on one page."""
LONGEST_QUERY = 8_000
"""Characters of a query that the links to the other languages repeat: a question about every unit is shorter."""


def page(
    request: HttpRequest, locale: Locale, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render ``template``; the page says its language, and where it stands in the other four."""
    response = render(request, template, {**context, "locale": locale}, status=status)
    response["Content-Language"] = locale.tag
    return response


def shared(request: HttpRequest) -> dict[str, Any]:
    """Return what every template has, those of pages that are not ours too."""
    locale = locale_of(request)
    found = {"locale": locale, "switches": switches(request, locale), "mails": mails()}
    return found | _demonstration(locale) if settings.TOUCHSTONE_DEMO else found


def mails() -> bool:
    """Tell whether letters reach anybody: without a server they are printed where the node runs."""
    return bool(settings.EMAIL_HOST)


def _demonstration(locale: Locale) -> dict[str, Any]:
    """Return what every page of the demonstration has: whose node this is, and the way to its people."""
    from touchstone_server.texts import region_name

    region = settings.TOUCHSTONE_REGION
    front = settings.TOUCHSTONE_DEMO_NODES.get("GD", "")
    return {
        "demo": True,
        "here": region_name(region, locale.tag) if region else "",
        "demo_home": front + address("demo_people", locale),
    }


def paged(found: QuerySet[Any] | Sequence[Any], request: HttpRequest, name: str = "page") -> Page[Any]:
    """Return that part of a list which a reader asks for by a number in the address, the first where it is none.

    :param name: how the address calls the number; a template leads on by ``components/pages.html``.
    """
    return Paginator(found, PAGE).get_page(request.GET.get(name, "")[:6])


def switches(request: HttpRequest, locale: Locale) -> list[dict[str, Any]]:
    """Return the address of this very page in each locale, with its query unless that is longer than any question."""
    _, _, rest = request.path_info.lstrip("/").partition("/")
    query = request.META.get("QUERY_STRING", "")
    tail = rest + (f"?{query}" if 0 < len(query) <= LONGEST_QUERY else "")
    return [{"locale": item, "address": f"/{item.path}/{tail}", "current": item == locale} for item in LOCALES]


def address(
    page_name: str, locale: Locale, query: Mapping[str, object] | list[tuple[str, str]] | None = None, **parts: str
) -> str:
    """Return the address of a page in a locale, with a query."""
    path = reverse(page_name, kwargs={"locale": locale, **parts})
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def origin_of(request: HttpRequest) -> str:
    """Return scheme and host of this node as readers reach it: what its owner says or, failing that, what this reader asked."""
    return settings.TOUCHSTONE_ADDRESS or f"{request.scheme}://{request.get_host()}"
