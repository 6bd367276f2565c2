# SPDX-License-Identifier: Apache-2.0
"""The issuing desk: what waits, a group from its table to its certificates, and what becomes of a certificate later."""

from __future__ import annotations

from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from touchstone.errors import CredentialError, InputError
from touchstone.fonts import PdfUnavailableError
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, Actor, may
from touchstone_server.accounts.anew import asked_anew
from touchstone_server.audit.services import record_once_an_hour
from touchstone_server.design.confirming import ConfirmForm
from touchstone_server.documents import short
from touchstone_server.handed_in import too_large
from touchstone_server.issuing import archive as archives
from touchstone_server.issuing import drafting, offering, roll, selectors, services, status
from touchstone_server.issuing.certificate_paper import certificate_pdf as pdf_of
from touchstone_server.issuing.certificate_paper import paper_locale, spaced
from touchstone_server.issuing.forms import ChangeForm, GroupForm, ReasonForm, asked_again
from touchstone_server.issuing.keys import KeysUnavailableError
from touchstone_server.issuing.known import came_since
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.issuing.sheets import COLUMNS, sample_text, sheet_for, sheets_of
from touchstone_server.issuing.shown import own_number, previewed, signed
from touchstone_server.language import LOCALES, Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import (
    CSV,
    JSON,
    PDF,
    XLSX,
    ZIP,
    address,
    file,
    file_in_parts,
    number_in,
    origin_of,
    page,
    paged,
)
from touchstone_server.passport.services import note_certificates_seen
from touchstone_server.texts import plain_text

MOST_REFUSED = 100
"""How many refused rows a page tells of; the others are counted."""
WATCHED = 20
"""Seconds after which a page of progress asks anew, for those who have asked it to. By itself it never does: a page that moves under its
reader's hands, and that they cannot stop, fails WCAG 2.2.1 and 2.2.4; one that they have started, and can stop, does not."""


@signed_in
@require_safe
def issuing(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show what waits at the desk, and how the key and the status lists are."""
    actor, organisation = _place(request, slug)
    context = {
        "organisation": organisation,
        "groups": paged(selectors.groups(actor, organisation), request),
        "changes": paged(selectors.changes(actor, organisation), request, "changes"),
        "health": selectors.health(organisation) if may(actor, Action.SEE_KEYS, organisation.thing) else [],
        "may_prepare": may(actor, Action.PREPARE_GROUP, organisation.thing),
    }
    return page(request, locale, "issuing/desk.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Ask for a group; look at its table, and keep it as a draft."""
    actor, organisation = _place(request, slug)
    require(actor, Action.PREPARE_GROUP, organisation.thing)
    again = selectors.group_to_mend(actor, organisation, request.GET.get("again", ""))
    form = GroupForm(
        organisation, request.POST or None, request.FILES or None, initial=asked_again(again) if again else {}
    )
    refused = too_large(request, form, plain_text("issuing.too_large", locale.tag))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.prepare(actor, organisation, form.draft(), origin_of(request))
            return HttpResponseRedirect(address("group", locale, None, slug=slug, group=str(made.id)))
        except InputError as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        except KeysUnavailableError as error:
            form.add_error(None, plain_text(f"issuing.key_{error.code}", locale.tag))
    context = {
        "organisation": organisation,
        "form": form,
        "too_large": refused and not form.is_bound,
        "sheets": sheets_of(organisation, locale.tag),
        "sample": sample_text(organisation),
        "columns": COLUMNS,
    }
    return page(request, locale, "issuing/new.html", context, status=400 if form.errors or refused else 200)


@signed_in
@require_safe
def sheet(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Hand out a workbook for the learners of one qualification: its headings, the codes of its units, a row as an example."""
    actor, organisation = _place(request, slug)
    require(actor, Action.PREPARE_GROUP, organisation.thing)
    of = request.GET.get("of")
    wanted = next((each for each in drafting.offered(organisation) if of in (None, each.id)), None)
    if wanted is None:
        raise Http404
    return file(sheet_for(organisation, wanted, locale), XLSX, f"{short(wanted.id)}.xlsx")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@asked_anew("approve")
def group(request: HttpRequest, locale: Locale, slug: str, group: UUID) -> HttpResponse:
    """Show a group as it stands, and do what is asked with it."""
    actor, organisation = _place(request, slug)
    found = get_object_or_404(selectors.groups(actor, organisation), pk=group)
    form, problem = ReasonForm(request.POST if request.POST.get("do") == "decline" else None), ""
    if request.method == "POST":
        problem = _do(actor, found, request.POST.get("do", ""), form, confirmed="confirmed" in request.POST)
        if not problem:
            return HttpResponseRedirect(request.path)
    context = _group_context(actor, found, locale) | {"form": form, "problem": problem}
    context["roll"] = roll.roll_of(found, number_in(request), locale.tag)
    watched = WATCHED if context["moving"] and request.GET.get("watch") else 0
    response = page(
        request, locale, "issuing/group.html", {**context, "watched": watched, "may_watch": WATCHED},
        status=400 if problem else 200,
    )  # fmt: skip
    if watched:
        response["Refresh"] = str(watched)
    return response


def _do(actor: Actor, group: Group, what: str, form: ReasonForm, *, confirmed: bool) -> str:
    """Do something with a group; return the code of what kept it from being done."""
    try:
        if what == "hand_on":
            services.hand_on(actor, group, confirmed=confirmed)
        elif what == "approve":
            services.approve(actor, group, confirmed=confirmed)
        elif what == "resume":
            services.resume(actor, group)
        elif what == "decline" and form.is_valid():
            services.decline(actor, group, form.cleaned_data["reason"])
        else:
            return "unclear"
    except services.GroupError as error:
        return error.code
    except KeysUnavailableError as error:
        return f"key_{error.code}"
    return ""


def _group_context(actor: Actor, found: Group, locale: Locale) -> dict[str, object]:
    refused = found.lines.filter(result="refused").order_by("number")
    moving = found.state == Group.State.APPROVED and not services.stands_still(found)
    draft = found.state in (Group.State.DRAFT, Group.State.WAITING)
    return {
        "organisation": found.organisation,
        "group": found,
        "terms": roll.terms_of(found, locale.tag),
        "tally": selectors.tally(found),
        "refused": refused[:MOST_REFUSED],
        "kept": found.state in roll.OPEN,
        "folded": draft,
        "look_at": roll.to_look_at(found, locale.tag) if draft else [],
        "came_since": found.state == Group.State.WAITING and came_since(found),
        "previewed": previewed(found, locale.tag) if draft else [],
        "moving": moving,
        "still": found.state == Group.State.APPROVED and not moving,
        "mine": services.is_mine(actor, found),
        "may_prepare": may(actor, Action.PREPARE_GROUP, found.thing),
        "may_approve": services.may_approve(actor, found),
        "may_offer": may(actor, Action.OFFER_CREDENTIAL, found.organisation.thing),
        "may_resume": may(actor, Action.APPROVE_GROUP, found.thing._replace(author=None)),
    }


@signed_in
@require_safe
def group_table(request: HttpRequest, locale: Locale, slug: str, group: UUID) -> HttpResponse:
    """Hand out the table of a group as it was handed in, for whoever is to approve it."""
    actor, organisation = _place(request, slug)
    found = get_object_or_404(selectors.groups(actor, organisation).filter(state__in=roll.OPEN), pk=group)
    record_once_an_hour(actor, "groups.save_table", f"group:{found.id}", organisation=organisation.id)
    ending = ".xlsx" if found.table_name.casefold().endswith(".xlsx") else ".csv"
    kind = XLSX if ending == ".xlsx" else CSV
    return file(bytes(found.table), kind, f"{str(found.id)[:8]}{ending}")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@asked_anew()
def archive(request: HttpRequest, locale: Locale, slug: str, group: UUID) -> HttpResponseBase:
    """Hand out all certificates of a group: PDF and JSON, with a table that says whose is which; when posted, new codes to claim them.

    Whoever has claimed one of them is told.
    """
    actor, organisation = _place(request, slug)
    found = get_object_or_404(selectors.groups(actor, organisation), pk=group)
    paper, origin = paper_locale(organisation, "", locale), origin_of(request)
    try:
        parts = archives.hand_out(actor, found, paper, origin, with_codes=request.method == "POST")
    except services.GroupError as error:
        return _cannot(request, locale, organisation, problem=error.code)
    except PdfUnavailableError as error:
        return _cannot(request, locale, organisation, 503, what=error.what)
    return file_in_parts(parts, ZIP, f"certificates-{str(found.id)[:8]}.zip")


@signed_in
@require_safe
def certificates(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Show what was issued; find one by name or number."""
    actor, organisation = _place(request, slug)
    wanted = request.GET.get("q", "").strip()[:80]
    found = paged(selectors.certificates(actor, organisation, wanted), request)
    titles = selectors.titles_of(found)
    listed = [(each, titles.get(each.group_id) if each.group_id else None) for each in found]
    context = {"organisation": organisation, "found": found, "listed": listed, "wanted": wanted}
    return page(request, locale, "issuing/certificates.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, locale: Locale, slug: str, certificate: UUID) -> HttpResponse:
    """Show a certificate and what became of it; propose a change."""
    found = _certificate(request, slug, certificate)
    actor, form, problem = actor_of(request), ChangeForm(found, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            status.propose(actor, found, StatusChange.Kind(said["kind"]), said["reason"], form.correction())
            return HttpResponseRedirect(request.path)
        except status.StatusError as error:
            problem = error.code
    return _certificate_page(request, locale, found, form, problem)


def _certificate_page(
    request: HttpRequest,
    locale: Locale,
    found: Certificate,
    form: ChangeForm,
    problem: str = "",
    confirm: ConfirmForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    waiting = found.changes.filter(state=StatusChange.State.WAITING).select_related("proposed_by").first()
    context = {
        "organisation": found.organisation,
        "certificate": found,
        "number": spaced(found.short),
        "says": signed(found, locale.tag),
        "own_number": own_number(found),
        "claimed": found.offer.claimed if found.offer else None,
        "papers": [each for each in LOCALES if each != paper_locale(found.organisation, "", locale)],
        "changes": found.changes.exclude(state=StatusChange.State.WAITING)
        .select_related("proposed_by", "decided_by")
        .order_by("-decided"),
        "waiting": waiting,
        "may_propose": not waiting and bool(form.offered) and may(actor, Action.PROPOSE_STATUS, found.thing),
        "may_decide": bool(waiting) and may(actor, Action.APPROVE_STATUS, waiting.thing) if waiting else False,
        "may_offer": may(actor, Action.OFFER_CREDENTIAL, found.organisation.thing) and offering.can_be_claimed(found),
        "successor": Certificate.objects.filter(replaces=found).first(),
        "form": form,
        "problem": problem,
        "confirm": confirm or (_confirming(waiting) if waiting and status.is_final(waiting) else None),
    }
    wrong = form.errors or problem or (confirm and confirm.errors)
    return page(request, locale, "issuing/certificate.html", context, status=400 if wrong else 200)


def _confirming(change: StatusChange, told: QueryDict | None = None) -> ConfirmForm:
    """Return the question that stands before what ends a certificate: its number, typed out."""
    return ConfirmForm(spaced(change.certificate.short), told)


@signed_in
@require_POST
def certificate_code(request: HttpRequest, locale: Locale, slug: str, certificate: UUID) -> HttpResponse:
    """Give one certificate a new claim code, and tell it this once."""
    found = _certificate(request, slug, certificate)
    code = offering.offer_one(actor_of(request), found)
    context = {"organisation": found.organisation, "certificate": found, "code": code}
    response = page(request, locale, "issuing/code.html", context, status=200 if code else 409)
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_POST
@asked_anew("approve")
def decide(request: HttpRequest, locale: Locale, slug: str, change: UUID) -> HttpResponse:
    """Approve a proposal, or decline it; what is final is confirmed first."""
    actor, organisation = _place(request, slug)
    found = get_object_or_404(selectors.changes(actor, organisation), pk=change)
    require(actor, Action.APPROVE_STATUS, found.thing)
    approved, confirm = request.POST.get("do") == "approve", _confirming(found, request.POST)
    if approved and status.is_final(found) and not confirm.is_valid():
        return _certificate_page(request, locale, found.certificate, ChangeForm(found.certificate), confirm=confirm)
    try:
        if request.POST.get("do") not in ("approve", "decline"):
            raise status.StatusError("no_choice")
        status.decide(actor, found, approved=approved)
    except (status.StatusError, KeysUnavailableError, CredentialError) as error:
        code = {KeysUnavailableError: f"key_{error.code}", CredentialError: "correction"}.get(type(error), error.code)
        return _cannot(request, locale, organisation, problem=code)
    back = address("certificate", locale, None, slug=slug, certificate=str(found.certificate_id))
    return HttpResponseRedirect(back)


@signed_in
@require_safe
def certificate_pdf(request: HttpRequest, locale: Locale, slug: str, certificate: UUID) -> HttpResponse:
    """Hand out a certificate on paper."""
    found = _certificate(request, slug, certificate)
    try:
        paper = paper_locale(found.organisation, request.GET.get("in", ""), locale)
        content = pdf_of(found, paper, origin_of(request))
    except PdfUnavailableError as error:
        return _cannot(request, locale, found.organisation, 503, what=error.what)
    _on_record(request, found)
    return file(content, PDF, f"{found.short}.pdf")


@signed_in
@require_safe
def certificate_json(request: HttpRequest, locale: Locale, slug: str, certificate: UUID) -> HttpResponse:
    """Hand out a certificate as it was signed."""
    found = _certificate(request, slug, certificate)
    _on_record(request, found)
    return file(bytes(found.document or b""), JSON, f"{found.short}.json")


def _cannot(
    request: HttpRequest, locale: Locale, organisation: Organisation, status: int = 409, **told: str
) -> HttpResponse:
    """Say what cannot be done, by ``problem``, or ``what`` is not installed for it."""
    return page(request, locale, "issuing/cannot.html", {"organisation": organisation, **told}, status=status)


def _place(request: HttpRequest, slug: str) -> tuple[Actor, Organisation]:
    """Return who asks, and the organisation at whose desk they may be."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.SEE_GROUPS, organisation.thing)
    return actor, organisation


def _certificate(request: HttpRequest, slug: str, certificate: UUID) -> Certificate:
    """Return a certificate that somebody looks at; whoever has claimed it is told so."""
    actor, organisation = _place(request, slug)
    found = get_object_or_404(selectors.seen_certificates(actor, organisation), pk=certificate)
    note_certificates_seen(organisation, [bytes(found.document or b"")])
    return found


def _on_record(request: HttpRequest, saved: Certificate) -> None:
    thing = f"certificate:{saved.id}"
    record_once_an_hour(actor_of(request), "certificates.save", thing, organisation=saved.organisation_id)
