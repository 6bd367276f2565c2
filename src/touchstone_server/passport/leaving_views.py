# SPDX-License-Identifier: Apache-2.0
"""What somebody has agreed to; taking everything along; and leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from touchstone_server.access.requests import actor_of, signed_in
from touchstone_server.accounts.anew import asked_anew
from touchstone_server.design.confirming import ConfirmForm
from touchstone_server.language import Locale
from touchstone_server.pages import ZIP, address, file, page
from touchstone_server.passport import consents as agreeing
from touchstone_server.passport import erasing, exporting, selectors
from touchstone_server.passport.views import asks, confirming


@signed_in
@require_safe
def consents(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show what somebody has agreed to, and when."""
    return _consents(request, locale, confirming(request))


@signed_in
@require_POST
def withdraw(request: HttpRequest, locale: Locale, consent: UUID) -> HttpResponse:
    """Withdraw a consent; that on which the whole passport rests is confirmed first."""
    actor = actor_of(request)
    found, confirm = selectors.consent_of(actor, consent), confirming(request, request.POST)
    if found.purpose == agreeing.Purpose.KEEP and not confirm.is_valid():
        return _consents(request, locale, confirm)
    agreeing.withdraw(actor, found)
    return HttpResponseRedirect(address("consents", locale))


def _consents(request: HttpRequest, locale: Locale, confirm: ConfirmForm) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "purposes": selectors.purposes(actor),
        "past": selectors.past_consents(actor),
        "confirm": confirm,
    }
    return page(request, locale, "passport/consents.html", context, status=400 if confirm.errors else 200)


@signed_in
@asks
@asked_anew()
def export(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say what the file holds; hand it out."""
    if request.method != "POST":
        return page(request, locale, "passport/export.html", {})
    return file(exporting.export(actor_of(request), locale.tag), ZIP, "passport.zip")


@signed_in
@asks
@asked_anew()
def erase(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say what goes and what is kept; erase whoever types their own address."""
    actor = actor_of(request)
    confirm = confirming(request, request.POST or None)
    if request.method == "POST" and confirm.is_valid():
        erasure = erasing.erase(actor)
        logout(request)
        return page(request, locale, "passport/erased.html", {"erasure": erasure})
    return page(request, locale, "passport/erase.html", {"confirm": confirm}, status=400 if confirm.errors else 200)
