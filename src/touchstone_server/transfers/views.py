# SPDX-License-Identifier: Apache-2.0
"""The page on which administrators keep the register of cross-border transfers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from touchstone_server import clock
from touchstone_server.access.lists import within
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, may
from touchstone_server.language import Locale
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import address, page, paged
from touchstone_server.recognition.question import BAY
from touchstone_server.transfers import selectors, services
from touchstone_server.transfers.forms import TransferForm
from touchstone_server.transfers.models import Transfer
from touchstone_server.transfers.rules import contract_between


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def transfers(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show the register; enter a contract."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.KEEP_TRANSFERS if request.method == "POST" else Action.SEE_TRANSFERS, organisation.thing)
    others = [region for region in BAY if region != organisation.region]
    form = TransferForm(others, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.enter(actor, organisation, form.cleaned_data)
        return HttpResponseRedirect(address("transfers", locale, None, slug=slug))
    context = {
        "organisation": organisation,
        "entries": paged(selectors.register(actor, organisation, clock.today()), request),
        "contracts": [(region, contract_between(organisation.region, region)) for region in others],
        "may_keep": may(actor, Action.KEEP_TRANSFERS, organisation.thing),
        "form": form,
    }
    return page(request, locale, "transfers/register.html", context, status=400 if form.errors else 200)


@signed_in
@require_POST
def end_transfer(request: HttpRequest, locale: Locale, slug: str, transfer: UUID) -> HttpResponse:
    """End a contract."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    seen = within(Transfer.objects.filter(organisation=organisation), actor, Action.SEE_TRANSFERS)
    services.end(actor, get_object_or_404(seen, pk=transfer))
    return HttpResponseRedirect(address("transfers", locale, None, slug=slug))
