# SPDX-License-Identifier: Apache-2.0
"""The desk's pages of publication: what was put up, putting up a document, and one with all that whoever decides on it should know."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from touchstone.errors import InputError
from touchstone_server import pages
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, Actor, may
from touchstone_server.accounts.anew import asked_anew
from touchstone_server.exchange import looking, putting_up, saving, selectors
from touchstone_server.exchange.consequences import told
from touchstone_server.exchange.forms import DocumentForm, NoteForm
from touchstone_server.exchange.models import Publication
from touchstone_server.exchange.publishing import address_of
from touchstone_server.exchange.putting_up import PublishingError
from touchstone_server.handed_in import too_large
from touchstone_server.issuing.keys import KeysUnavailableError, labels_of
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import JSON, address, page, paged
from touchstone_server.texts import plain_text


@signed_in
@require_safe
def publications(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """List what an organisation has put up, what waits first."""
    actor, organisation = _place(request, slug)
    context = {
        "organisation": organisation,
        "found": paged(selectors.publications(actor, organisation), request),
        "may_propose": may(actor, Action.PROPOSE_DOCUMENT, organisation.thing),
    }
    return page(request, locale, "exchange/publications.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Take a document in, look at it, and keep it for a second person where nothing is wrong with it."""
    actor, organisation = _place(request, slug)
    require(actor, Action.PROPOSE_DOCUMENT, organisation.thing)
    form, looked = DocumentForm(request.POST or None, request.FILES or None), None
    refused = too_large(request, form, plain_text("exchange.too_large", locale.tag))
    if request.method == "POST" and form.is_valid():
        try:
            made = putting_up.put_up(actor, organisation, looking.read(*form.content()), form.cleaned_data["note"])
            return HttpResponseRedirect(address("publication", locale, None, slug=slug, publication=str(made.id)))
        except InputError as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        except PublishingError as error:
            looked = error.looked
            form.add_error(None, _cannot(error, organisation, locale))
    context = {
        "organisation": organisation,
        "form": form,
        "looked": looked,
        "too_large": refused and not form.is_bound,
    }
    return page(request, locale, "exchange/new.html", context, status=400 if form.errors or refused else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@asked_anew("publish")
def publication(request: HttpRequest, locale: Locale, slug: str, publication: UUID) -> HttpResponse:
    """Show what was put up, and what it would change for whom; publish it, decline it, or put up its end."""
    actor, organisation = _place(request, slug)
    found = selectors.publication_of(actor, organisation, publication)
    form = NoteForm(request.POST or None, label=_asked(found))
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _do(actor, found, request.POST.get("do", ""), form.cleaned_data["note"])
            return HttpResponseRedirect(address("publication", locale, None, slug=slug, publication=str(made.id)))
        except PublishingError as error:
            problem = _cannot(error, organisation, locale)
        except KeysUnavailableError as error:
            problem = plain_text(f"issuing.key_{error.code}", locale.tag)
    status = 409 if problem else 400 if form.errors else 200
    return page(
        request, locale, "exchange/publication.html", _context(actor, found, form, problem, locale), status=status
    )


@signed_in
@require_safe
def file(request: HttpRequest, locale: Locale, slug: str, publication: UUID) -> HttpResponse:
    """Hand out a document that was put up, with its proofs."""
    found = selectors.publication_of(*_place(request, slug), publication)
    return pages.file(saving.with_proofs(found), JSON, f"{found.digest[7:15]}.json")


def _place(request: HttpRequest, slug: str) -> tuple[Actor, Organisation]:
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.SEE_DRAFTS, organisation.thing)
    return actor, organisation


def _cannot(error: PublishingError, organisation: Organisation, locale: Locale) -> str:
    return plain_text(f"exchange.cannot_{error.code}", locale.tag, did=organisation.issuer or "–")


def _asked(found: Publication) -> str:
    return "field_end" if found.state == Publication.State.PUBLISHED else "field_reason"


def _do(actor: Actor, found: Publication, what: str, note: str) -> Publication:
    match what:
        case "publish":
            return putting_up.publish(actor, found, note)
        case "decline":
            return putting_up.decline(actor, found, note)
        case "end":
            return putting_up.put_up_end(actor, found, note)
        case _:
            raise PublishingError("unclear")


def _context(actor: Actor, found: Publication, form: NoteForm, problem: str, locale: Locale) -> dict[str, object]:
    waits, mine = found.state == Publication.State.WAITING, found.proposed_by_id == actor.user
    proposes = may(actor, Action.PROPOSE_DOCUMENT, found.organisation.thing)
    examined = selectors.examined(found)
    return {
        "organisation": found.organisation,
        "publication": found,
        "examined": examined,
        "told": list(told(examined.effect, locale.tag)) if examined.effect else [],
        "address": address_of(found.digest),
        "form": form,
        "problem": problem,
        "has_key": bool(labels_of(found.organisation)),
        "mine": mine,
        "may_publish": waits and may(actor, Action.PUBLISH_DOCUMENT, found.thing),
        "may_decline": waits and ((mine and proposes) or may(actor, Action.PUBLISH_DOCUMENT, found.thing)),
        "may_end": found.state == Publication.State.PUBLISHED and found.status not in looking.ENDS and proposes,
    }
