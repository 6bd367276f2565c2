# SPDX-License-Identifier: Apache-2.0
"""The standards browser's pages, and the documents themselves as bytes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from touchstone.standards import canonical_bytes
from touchstone_server.errors import UnknownValue
from touchstone_server.exchange.selectors import published_content
from touchstone_server.language import Locale
from touchstone_server.pages import page
from touchstone_server.standards import pictures, selectors

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest, locale: Locale) -> HttpResponse:
    """List what can be browsed, or what a search finds."""
    words = request.GET.get("q", "").strip()
    context = {
        "words": words,
        "found": selectors.search(words),
        "shelf": selectors.shelf(),
        "directions": selectors.directions(),
    }
    return page(request, locale, "standards/index.html", context)


@require_safe
def framework(request: HttpRequest, locale: Locale, name: str) -> HttpResponse:
    """Show the units of a framework, all of them or those of one area or tag."""
    found = selectors.framework_by_name(name)
    if found is None:
        raise Http404
    area, tag = request.GET.get("area", ""), request.GET.get("tag", "")
    areas, tags = selectors.areas_and_tags(found)
    if area and area not in areas:
        raise UnknownValue("area", area)
    if tag and tag not in tags:
        raise UnknownValue("tag", tag)
    context = {"framework": found, "areas": areas, "tags": tags, "area": area, "tag": tag}
    context |= {"groups": selectors.units_by_area(found, area, tag), "scale": selectors.scale_of(found)}
    return page(request, locale, "standards/framework.html", context)


@require_safe
def unit(request: HttpRequest, locale: Locale, name: str) -> HttpResponse:
    """Show one unit: what it says, what came before and after it, and what it maps to."""
    found = selectors.unit_by_id(name)
    if found is None:
        raise Http404
    return page(request, locale, "standards/unit.html", {"view": found})


@require_safe
def crosswalk(request: HttpRequest, locale: Locale, name: str) -> HttpResponse:
    """Show a crosswalk as a picture and as its table."""
    found = selectors.crosswalk_by_name(name)
    if found is None:
        raise Http404
    sides, areas, area = selectors.sides_of(found), selectors.areas_of(found), request.GET.get("area", "")
    if area and area not in areas:
        raise UnknownValue("area", area)
    chart = pictures.crosswalk_chart(found, area, locale)
    context = {"crosswalk": found, "sides": sides, "areas": areas, "area": area, "chart": chart}
    context |= {"by_area": pictures.is_drawn_by_area(selectors.rows_of(found, area))}
    return page(request, locale, "standards/crosswalk.html", context)


@require_safe
def levels(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show the level scales, and what is published about how they compare."""
    listed, name = selectors.referencings(), request.GET.get("compare", "")
    shown = selectors.referencing_by_name(name) if name else next(iter(listed), None)
    if name and shown is None:
        raise UnknownValue("compare", name)
    chart = pictures.referencing_chart(shown, locale) if shown else None
    context = {"scales": selectors.scales(), "referencings": listed, "shown": shown, "chart": chart}
    return page(request, locale, "standards/levels.html", context)


@require_safe
def document(request: HttpRequest, mark: str) -> HttpResponse:
    """Hand out a public document: its canonical bytes, whose SHA-256 is its name."""
    found = selectors.document_by_mark(mark)
    content = canonical_bytes(found) if found else published_content(mark)
    if content is None:
        raise Http404
    etag = f'"{mark}"'
    response = get_conditional_response(request, etag) or HttpResponse(content, content_type="application/json")
    response["ETag"], response["Cache-Control"] = etag, FOR_EVER
    return response
