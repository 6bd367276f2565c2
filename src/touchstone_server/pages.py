# SPDX-License-Identifier: Apache-2.0
"""Rendering a page in its language, with what every page bears: the same page in the other languages, and the way home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from touchstone_server.language import LOCALES, Locale, locale_of
from touchstone_server.texts import region_name

Response = TypeVar("Response", bound=HttpResponseBase)
PAGE = 50
"""Lines of a list on one page."""
CSV, JSON, PDF, XLSX, ZIP = (
    "text/csv; charset=utf-8",
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
)
"""Kinds of files that are handed out."""
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
    region = settings.TOUCHSTONE_REGION
    front = settings.TOUCHSTONE_DEMO_NODES.get("GD", "")
    return {
        "demo": True,
        "here": region_name(region, locale.tag) if region else "",
        "demo_home": front + address("demo_people", locale),
    }


def file(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return something to be saved; it is kept by nobody on the way, nor shown in place of a page.

    :param kind: its media type.
    :param name: under which it is saved.
    """
    return _to_be_saved(HttpResponse(content, kind), name)


def file_in_parts(parts: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """Return the same of what is made while it is handed out."""
    return _to_be_saved(StreamingHttpResponse(parts, kind), name)


def _to_be_saved(response: Response, name: str) -> Response:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def number_in(request: HttpRequest, name: str = "page") -> str:
    """Return which part of a list a reader asks for in the address: as it stands there, for :func:`part`.

    :param name: how the address calls the number; a template leads on by ``components/pages.html``.
    """
    return request.GET.get(name, "")[:6]


def part(found: QuerySet[Any] | Sequence[Any], number: str) -> Page[Any]:
    """Return a part of a list by its number; the first where it is none, the last where there are not so many."""
    return Paginator(found, PAGE).get_page(number)


def paged(found: QuerySet[Any] | Sequence[Any], request: HttpRequest, name: str = "page") -> Page[Any]:
    """Return that part of a list which a reader asks for in the address."""
    return part(found, number_in(request, name))


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
