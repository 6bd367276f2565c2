# SPDX-License-Identifier: Apache-2.0
"""The landing page, the choice of a language, and what a reader sees when something went wrong."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from touchstone_server import documents
from touchstone_server.access.requests import Refused, actor_of
from touchstone_server.access.rules import Refusal
from touchstone_server.audit.refusals import put_on_record
from touchstone_server.errors import UnknownValue
from touchstone_server.faults import fault_of
from touchstone_server.home.loop import loop_of, stone_of
from touchstone_server.language import Locale, locale_of, negotiate
from touchstone_server.pages import address, page
from touchstone_server.recognition.stories import stories

PATIENCE = 30
"""Seconds after which to ask a node anew whose database or disk was away."""


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send a reader to the landing page in the language that the browser asks for."""
    asked = request.headers.get("Accept-Language", "")
    response = HttpResponseRedirect(address("landing", negotiate(asked)))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def landing(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say what this is, and open three doors."""
    context = {
        "counts": documents.counts(),
        "stories": stories(),
        "loop": loop_of(locale),
        "stone": stone_of(locale),
    }
    return page(request, locale, "home/landing.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say which part of the address was not understood, and how to go on."""
    locale = locale_of(request)
    problem = exception if isinstance(exception, UnknownValue) else None
    return page(request, locale, "home/bad_request.html", {"problem": problem}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing stands at this address."""
    return page(request, locale_of(request), "home/not_found.html", {}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why somebody may not, and who can help; of what is not theirs, no more than that nothing stands here."""
    locale = locale_of(request)
    if isinstance(exception, Refused):
        put_on_record(actor_of(request), exception)
    why = exception.why if isinstance(exception, Refused) else Refusal.NOT_YOURS
    if why is Refusal.NOT_YOURS:
        return not_found(request, exception)
    return page(request, locale, "home/forbidden.html", {"why": why.value}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was sent without the token that proves it was ours, and how to go on."""
    return page(request, locale_of(request), "home/forged.html", {}, status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that something was tried too often, and that waiting helps: allauth counts, and asks for this page."""
    return page(request, locale_of(request), "home/too_many.html", {}, status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, or what the node lacks; nothing is looked up, for that may be what failed."""
    locale, fault = locale_of(request), fault_of(sys.exc_info()[1])
    if fault is None:
        return page(request, locale, "home/server_error.html", {}, status=500)
    response = page(request, locale, "home/fault.html", {"fault": fault.value}, status=fault.status)
    response["Retry-After"], response["Cache-Control"] = str(PATIENCE), "no-store"
    return response
