# SPDX-License-Identifier: Apache-2.0
"""The index of what this node publishes, for anyone; and the page from which its people pull."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, may
from touchstone_server.crowding import Room, full
from touchstone_server.exchange import saving, selectors, services
from touchstone_server.exchange.models import PulledDocument
from touchstone_server.exchange.publishing import published
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import JSON, file, page, paged

PULLS = Room(1)
"""Pulling waits for other people's servers, up to 20 seconds; what one pull brings is everybody's."""


@require_safe
def documents_index(request: HttpRequest) -> HttpResponse:
    """Hand out the index: id, version, kind, digest, address and proofs of every document that is published here."""
    found = published(selectors.entries())
    response = get_conditional_response(request, found.etag) or HttpResponse(
        found.content, content_type="application/json"
    )
    response["ETag"] = found.etag
    patch_cache_control(response, public=True, max_age=60)
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show what came from the peers and what was refused; pull."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.PULL_DOCUMENTS, organisation.thing)
    if request.method != "POST":
        return _exchange_page(request, locale, organisation)
    with PULLS.entered() as has_place:
        if not has_place:
            return full(request, locale)
        return _exchange_page(request, locale, organisation, services.pull_for(actor, organisation))


def _exchange_page(
    request: HttpRequest, locale: Locale, organisation: Organisation, told: Sequence[services.Pulled] = ()
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "told": told,
        "peers": selectors.peers(),
        "pulled": paged(selectors.pulled(), request),
        "refused": paged(selectors.refused(), request, "refused"),
        "published": selectors.count_published(),
    }
    return page(request, locale, "exchange/exchange.html", context)


@signed_in
@require_safe
def pulled_document(request: HttpRequest, locale: Locale, slug: str, document: str) -> HttpResponse:
    """Hand out a document that came from a peer, with its proofs, for the folder of documents that the node decides by."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    if not may(actor, Action.PULL_DOCUMENTS, organisation.thing):
        raise Http404
    found = get_object_or_404(PulledDocument, pk=document)
    return file(saving.with_proofs(found), JSON, f"{found.digest[7:15]}.json")
