# SPDX-License-Identifier: Apache-2.0
"""Inviting by a table in two steps: look at every row, then invite. Between the two the table is kept in the form alone."""

from __future__ import annotations

import base64

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from touchstone.errors import DocumentError
from touchstone.standards.exchange.tables_apart import read_table_apart
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server import clock
from touchstone_server.access.requests import actor_of, require, signed_in
from touchstone_server.access.rules import Action, Actor
from touchstone_server.credentials.archive import is_archive
from touchstone_server.errors import CannotError
from touchstone_server.handed_in import HandedIn, handed_in
from touchstone_server.language import Locale
from touchstone_server.organisations.invitees import MOST_ROWS, Invitee, invitees_from
from touchstone_server.organisations.inviting import Finding, Link, findings, invite_all
from touchstone_server.organisations.models import Organisation
from touchstone_server.organisations.selectors import organisation_named
from touchstone_server.pages import address, origin_of, page
from touchstone_server.texts import plain_text

MOST_BYTES = 128 * 1024
RESULTS = ("ready", "known", "refused")
COLUMNS = ("name", "email", "roles", "link", "until")


class _TableError(CannotError):
    """The table as a whole is of no use; ``detail`` is the core's own sentence, in English."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite_table(request: HttpRequest, locale: Locale, slug: str) -> HttpResponse:
    """Ask for a table; show what would come of each row; invite, and hand out the links."""
    actor = actor_of(request)
    organisation = organisation_named(actor, slug)
    require(actor, Action.INVITE_MEMBERS, organisation.thing)
    if request.method != "POST":
        return _asked(request, locale, organisation)
    handed = handed_in(request, MOST_BYTES, "do")
    try:
        people = _people(handed)
    except _TableError as error:
        return _asked(request, locale, organisation, error)
    if handed.field == "invite":
        return _invited(request, locale, actor, organisation, people)
    return _looked_at(request, locale, organisation, handed, findings(actor, organisation, people))


def _people(handed: HandedIn) -> tuple[Invitee, ...]:
    if handed.too_large or (handed.content and not handed.again):
        raise _TableError("large")
    if not handed.content.strip():
        raise _TableError("both" if handed.both else "nothing")
    try:
        return invitees_from(
            read_table_apart(handed.content, "table.xlsx" if is_archive(handed.content) else "table.csv")
        )
    except DocumentError as error:
        raise _TableError("unread", str(error)) from None


def _asked(
    request: HttpRequest, locale: Locale, organisation: Organisation, error: _TableError | None = None
) -> HttpResponse:
    context = {"organisation": organisation, "problem": error, "most": MOST_ROWS}
    return page(request, locale, "organisations/table.html", context, status=400 if error else 200)


def _looked_at(
    request: HttpRequest, locale: Locale, organisation: Organisation, handed: HandedIn, found: list[Finding]
) -> HttpResponse:
    counts = {result: sum(each.result == result for each in found) for result in RESULTS}
    context = {"organisation": organisation, "found": found, "counts": counts, "again": handed.again}
    return page(request, locale, "organisations/table_looked_at.html", context)


def _invited(
    request: HttpRequest, locale: Locale, actor: Actor, organisation: Organisation, people: tuple[Invitee, ...]
) -> HttpResponse:
    links = invite_all(actor, organisation, people)
    origin = origin_of(request)
    told = [(each, origin + address("invitation", locale, None, secret=each.invited.secret)) for each in links]
    sheet = base64.b64encode(_sheet(told, locale.tag)).decode()
    waits = any(each.invited.invitation.waits for each in links)
    context = {"organisation": organisation, "told": told, "sheet": sheet, "waits": waits}
    response = page(request, locale, "organisations/table_invited.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _sheet(told: list[tuple[Link, str]], tag: str) -> bytes:
    """Return the links as a workbook, to be handed out."""
    head = [plain_text(f"desk.table_column_{name}", tag) for name in COLUMNS]
    return write_workbook({"invitations": [head, *(_row(link, where, tag) for link, where in told)]})


def _row(link: Link, where: str, tag: str) -> list[str]:
    roles = "; ".join(plain_text(f"desk.role_{role.value}", tag) for role in link.finding.roles)
    invitee, until = link.finding.invitee, clock.day_of(link.invited.invitation.expires).isoformat()
    return [invitee.name, invitee.email, roles, where, until]
