# SPDX-License-Identifier: Apache-2.0
"""A person's desk: where they work and what waits for them there, their own certificates and cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from touchstone_server.access.requests import actor_of, signed_in
from touchstone_server.cases import selectors as cases
from touchstone_server.home.waiting import working_places
from touchstone_server.language import Locale
from touchstone_server.pages import page
from touchstone_server.passport import selectors as passport

MOST_CARDS, MOST_CASES = 3, 5
"""How many of somebody's certificates and cases the desk itself shows."""


@signed_in
@require_safe
def desk(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show where somebody works, and what waits for them there; to whoever works nowhere, their own things first."""
    actor = actor_of(request)
    working, mine = working_places(actor), cases.mine(actor)
    context = {
        "working": working,
        "strong": actor.strong,
        "cards": [] if working else passport.cards(actor, locale, most=MOST_CARDS),
        "held": passport.count(actor),
        "cases": [(each, cases.target_title(each)) for each in mine[:MOST_CASES]],
    }
    return page(request, locale, "home/desk.html", context)
