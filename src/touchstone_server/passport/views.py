# SPDX-License-Identifier: Apache-2.0
"""A person's own pages: their certificates, what each is worth, the links that show them, and who looked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from touchstone.qr import qr_address, qr_svg
from touchstone_server.access.requests import actor_of, signed_in
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.design.confirming import ConfirmForm
from touchstone_server.handed_in import handed_in
from touchstone_server.language import Locale
from touchstone_server.pages import JSON, address, file, origin_of, page, paged
from touchstone_server.passport import consents, selectors, services, sharing
from touchstone_server.passport.carrying import carried
from touchstone_server.passport.forms import BringForm, ClaimForm, ShareForm
from touchstone_server.passport.models import HeldCredential
from touchstone_server.passport.services import PassportError
from touchstone_server.passport.sharing_fields import Field
from touchstone_server.texts import plain_text

asks = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@require_safe
def passport(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show somebody's certificates, and the doors to everything else of theirs."""
    actor = actor_of(request)
    context = {
        "cards": selectors.cards(actor, locale),
        "links": [link for link in selectors.links(actor) if link.state == "open"],
        "accesses": selectors.accesses(actor)[:5],
    }
    return page(request, locale, "passport/passport.html", context)


@signed_in
@asks
def claim(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for the code of a certificate, and take it in."""
    actor, problem = actor_of(request), None
    form = ClaimForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _agree(request, locale, form.cleaned_data, consents.Purpose.KEEP)
            held = services.claim(actor, form.cleaned_data["code"], only_own=not form.cleaned_data.get("anyway"))
            return HttpResponseRedirect(address("held", locale, None, credential=str(held.id)))
        except PassportError as error:
            problem = error
            if error.code == "another_name":
                form.ask_anyway()
    return _asked(request, locale, "passport/claim.html", form, problem)


@signed_in
@asks
def bring(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Ask for a file, and take in what it holds."""
    actor, problem, handed = actor_of(request), None, handed_in(request, MOST_BYTES)
    if handed.too_large:
        return _asked(request, locale, "passport/bring.html", BringForm(actor), PassportError("too_large"))
    form = BringForm(actor, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _agree(request, locale, form.cleaned_data, consents.Purpose.KEEP)
            services.bring(actor, handed.content)
            return HttpResponseRedirect(address("passport", locale))
        except PassportError as error:
            problem = error
    return _asked(request, locale, "passport/bring.html", form, problem)


@signed_in
@require_safe
def credential(request: HttpRequest, locale: Locale, credential: UUID) -> HttpResponse:
    """Show how one certificate stands, and what it is worth in the other regions."""
    held = selectors.credential_of(actor_of(request), credential)
    return _credential(request, locale, held, confirming(request))


def _credential(request: HttpRequest, locale: Locale, held: HeldCredential, confirm: ConfirmForm) -> HttpResponse:
    context = {
        "held": held,
        "shown": selectors.outcome_of(held, locale),
        "another": selectors.another_name(held),
        "links": selectors.links(actor_of(request), held),
        "confirm": confirm,
    }
    return page(request, locale, "passport/credential.html", context, status=400 if confirm.errors else 200)


@signed_in
@require_safe
def credential_file(request: HttpRequest, locale: Locale, credential: UUID) -> HttpResponse:
    """Hand out a certificate with the lists that say whether it still counts."""
    held = selectors.credential_of(actor_of(request), credential)
    return file(carried(bytes(held.content)), JSON, "certificate.json")


@signed_in
@require_safe
def credential_alone(request: HttpRequest, locale: Locale, credential: UUID) -> HttpResponse:
    """Hand out a certificate as it came, byte for byte."""
    held = selectors.credential_of(actor_of(request), credential)
    return file(bytes(held.content), JSON, "certificate.json")


@signed_in
@require_POST
def remove(request: HttpRequest, locale: Locale, credential: UUID) -> HttpResponse:
    """Remove a certificate from the passport: what came by a code does not come again."""
    actor = actor_of(request)
    held, confirm = selectors.credential_of(actor, credential), confirming(request, request.POST)
    if not confirm.is_valid():
        return _credential(request, locale, held, confirm)
    services.remove(actor, held)
    return HttpResponseRedirect(address("passport", locale))


@signed_in
@asks
def share(request: HttpRequest, locale: Locale, credential: UUID) -> HttpResponse:
    """Ask what of a certificate a link shall show, and for how long; make it."""
    actor, problem = actor_of(request), None
    held = selectors.credential_of(actor, credential)
    form = ShareForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _agree(request, locale, form.cleaned_data, consents.Purpose.SHARE)
            told = form.cleaned_data
            made = sharing.share(actor, held, map(Field, told["fields_shown"]), told["days"], told["label"])
            return HttpResponseRedirect(address("share_link", locale, None, link=str(made.id)))
        except PassportError as error:
            problem = error
    return _asked(request, locale, "passport/share.html", form, problem, held=held)


@signed_in
@require_safe
def link(request: HttpRequest, locale: Locale, link: UUID) -> HttpResponse:
    """Show a link to its owner: its address, its QR code, and how often it was opened."""
    actor = actor_of(request)
    found, origin = selectors.link_of(actor, link), origin_of(request)
    token = sharing.opening(found)
    if not token:
        return page(request, locale, "passport/link.html", {"link": found, "is_lost": True})
    printed = qr_address(origin, "S", token)
    context = {
        "link": found,
        "address": origin + address("shared", locale, None, token=token),
        "printed": printed,
        "qr": mark_safe(qr_svg(printed, plain_text("passport.qr", locale.tag))),  # noqa: S308 - our own drawing
        "accesses": paged(found.accesses.order_by("-at", "id"), request),
    }
    return page(request, locale, "passport/link.html", context)


@signed_in
@require_POST
def end_link(request: HttpRequest, locale: Locale, link: UUID) -> HttpResponse:
    """End a link."""
    actor = actor_of(request)
    found = selectors.link_of(actor, link)
    sharing.end(actor, found)
    return HttpResponseRedirect(address("share_link", locale, None, link=str(found.id)))


@signed_in
@require_safe
def log(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show who looked at something of somebody's, and every link there is or was."""
    actor = actor_of(request)
    context = {"accesses": paged(selectors.accesses(actor), request), "links": selectors.links(actor)}
    return page(request, locale, "passport/log.html", context)


def confirming(request: HttpRequest, told: QueryDict | None = None) -> ConfirmForm:
    """Return the question that stands before what cannot be undone: one's own address, typed out."""
    assert request.user.is_authenticated, "only people who have signed in are asked"
    return ConfirmForm(request.user.email, told)


def _agree(request: HttpRequest, locale: Locale, told: dict[str, object], purpose: consents.Purpose) -> None:
    if told.get("agreed"):
        consents.give(actor_of(request), purpose, locale.tag)


def _asked(
    request: HttpRequest, locale: Locale, template: str, form: object, problem: PassportError | None, **more: object
) -> HttpResponse:
    failed = problem is not None or bool(getattr(form, "errors", None))
    return page(request, locale, template, {"form": form, "problem": problem, **more}, status=400 if failed else 200)
