# SPDX-License-Identifier: Apache-2.0
"""The record of an organisation, for those who look after it and those who check them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action
from touchstone_server.audit import selectors
from touchstone_server.language import Locale
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import number_in, page


@signed_in
@require_safe
def audit_log(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show what was done in an organisation, the newest first."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.SEE_AUDIT, organisation.thing)
    entries = selectors.entries(actor, organisation, locale, number_in(request))
    return page(request, locale, "audit/log.html", {"organisation": organisation, "entries": entries})
