# SPDX-License-Identifier: Apache-2.0
"""Who works in an organisation, and invitations to join."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from touchstone_server.access.lists import within
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, may
from touchstone_server.accounts.anew import asked_anew
from touchstone_server.language import Locale
from touchstone_server.organisations import inviting, selectors, services
from touchstone_server.organisations.forms import InvitationForm
from touchstone_server.organisations.models import Invitation, Membership
from touchstone_server.pages import address, number_in, origin_of, page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show the members of an organisation; invite somebody."""
    actor = actor_of(request)
    organisation = selectors.organisation_named(actor, slug)
    require(actor, Action.INVITE_MEMBERS if request.method == "POST" else Action.SEE_MEMBERS, organisation.thing)
    form, told = InvitationForm(request.POST or None), {}
    if request.method == "POST" and form.is_valid():
        origin = origin_of(request)
        invited = inviting.invite_by_letter(actor, organisation, *form.invited(), locale, origin)
        link = origin + address("invitation", locale, None, secret=invited.secret)
        form, told = InvitationForm(), {"invited": invited.invitation, "link": link}
    context = {
        "organisation": organisation,
        "members": selectors.members(actor, organisation, number_in(request)),
        "invitations": selectors.open_invitations(actor, organisation),
        "may_invite": may(actor, Action.INVITE_MEMBERS, organisation.thing),
        "me": actor.user,
        "form": form,
        **told,
    }
    return page(request, locale, "organisations/members.html", context, status=400 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@asked_anew()
def end_membership(request: HttpRequest, locale: Locale, slug: str, membership: UUID) -> HttpResponse:
    """Ask whether a member shall lose a role; take it from them."""
    actor = actor_of(request)
    organisation = selectors.organisation_named(actor, slug)
    seen = within(Membership.objects.filter(organisation=organisation), actor, Action.SEE_MEMBERS)
    held = get_object_or_404(seen.select_related("user"), pk=membership)
    require(actor, Action.CHANGE_MEMBERS, held.thing)
    last = services.is_last_administrator(held)
    if request.method == "POST" and not last:
        services.end_membership(actor, held)
        return HttpResponseRedirect(address("members", locale, None, slug=slug))
    context = {"organisation": organisation, "held": held, "last": last}
    return page(request, locale, "organisations/end.html", context, status=409 if request.method == "POST" else 200)


@signed_in
@require_POST
@asked_anew()
def confirm(request: HttpRequest, locale: Locale, slug: str, invitation: UUID) -> HttpResponse:
    """Agree to an invitation to roles that approve."""
    actor = actor_of(request)
    organisation = selectors.organisation_named(actor, slug)
    seen = within(Invitation.objects.filter(organisation=organisation), actor, Action.CONFIRM_ROLES)
    services.confirm(actor, get_object_or_404(seen, pk=invitation))
    return HttpResponseRedirect(address("members", locale, None, slug=slug))


@signed_in
@require_POST
def withdraw(request: HttpRequest, locale: Locale, slug: str, invitation: UUID) -> HttpResponse:
    """Let an invitation count no more."""
    actor = actor_of(request)
    organisation = selectors.organisation_named(actor, slug)
    seen = within(Invitation.objects.filter(organisation=organisation), actor, Action.INVITE_MEMBERS)
    services.withdraw(actor, get_object_or_404(seen, pk=invitation))
    return HttpResponseRedirect(address("members", locale, None, slug=slug))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, locale: Locale, secret: str) -> HttpResponse:
    """Show an invitation; take it up."""
    actor = actor_of(request)
    try:
        offered = services.invitation_of(secret)
        if request.method == "POST" and actor.user:
            services.accept(actor, secret)
            return HttpResponseRedirect(address("desk", locale))
    except services.InvitationError as error:
        return page(request, locale, "organisations/invitation.html", {"problem": error.code}, status=404)
    standing = services.standing_for(actor, offered) if actor.user else ""
    context = {"offered": offered, "signed_in": actor.user is not None, "standing": standing}
    doors = {name: f"{reverse(name)}?next={request.path}" for name in ("account_login", "account_signup")}
    return page(request, locale, "organisations/invitation.html", {**context, **doors})
