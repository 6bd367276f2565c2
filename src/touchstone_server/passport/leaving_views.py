# SPDX-License-Identifier: Apache-2.0
"""What somebody has agreed to; taking everything along; and leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from touchstone_server.access.requests import actor_of, signed_in
from touchstone_server.accounts.models import User
from touchstone_server.language import Locale
from touchstone_server.pages import address, page
from touchstone_server.passport import consents as agreeing
from touchstone_server.passport import erasing, exporting, selectors
from touchstone_server.passport.forms import EraseForm
from touchstone_server.passport.views import asks


@signed_in
@require_safe
def consents(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show what somebody has agreed to, and when."""
    actor = actor_of(request)
    context = {"purposes": selectors.purposes(actor), "past": selectors.past_consents(actor)}
    return page(request, locale, "passport/consents.html", context)


@signed_in
@require_POST
def withdraw(request: HttpRequest, locale: Locale, consent: UUID) -> HttpResponse:
    """Withdraw a consent."""
    actor = actor_of(request)
    agreeing.withdraw(actor, selectors.consent_of(actor, consent))
    return HttpResponseRedirect(address("consents", locale))


@signed_in
@asks
def export(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say what the file holds; hand it out."""
    if request.method != "POST":
        return page(request, locale, "passport/export.html", {})
    response = HttpResponse(exporting.export(actor_of(request), locale.tag), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="passport.zip"'
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@asks
def erase(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say what goes and what is kept; erase whoever types their own address."""
    actor = actor_of(request)
    form = EraseForm(get_object_or_404(User, pk=actor.user).email, request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasure = erasing.erase(actor)
        logout(request)
        return page(request, locale, "passport/erased.html", {"erasure": erasure})
    return page(request, locale, "passport/erase.html", {"form": form}, status=400 if form.errors else 200)
