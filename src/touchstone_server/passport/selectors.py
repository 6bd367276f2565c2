# SPDX-License-Identifier: Apache-2.0
"""What a person sees of their own passport, and what anybody sees through a share link. Every list is cut to what its reader may see."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from touchstone.credentials.verification import verify_and_read
from touchstone_server import clock, trust
from touchstone_server.access.rules import Action, Actor, scope
from touchstone_server.credentials.selectors import CredentialView, OutcomeView, credential_view, outcome_view
from touchstone_server.credentials.services import Judged, Verified, verify_content
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport.consents import Purpose, version_of
from touchstone_server.passport.models import Access, Consent, HeldCredential, ShareLink
from touchstone_server.passport.naming import name_of_another


class Card(NamedTuple):
    """A credential in the list: what it is, and how it stands now."""

    held: HeldCredential
    view: CredentialView


class Shown(NamedTuple):
    """What a share link shows. ``fields`` are the names of what its holder has chosen."""

    link: ShareLink
    view: CredentialView
    found: OutcomeView
    fields: frozenset[str]
    given_by: Organisation | None


class PurposeView(NamedTuple):
    """A purpose, and the consent to it that counts, if any; ``outdated`` where the words have changed since."""

    purpose: Purpose
    running: Consent | None
    outdated: bool


def count(actor: Actor) -> int:
    """Return how many credentials somebody has."""
    return _own(HeldCredential.objects.all(), actor, "holder").count()


def cards(actor: Actor, locale: Locale, *, most: int | None = None) -> list[Card]:
    """Return somebody's credentials, the newest first, each verified now.

    :param most: how many are wanted; all, where nothing is said.
    """
    mine = _own(HeldCredential.objects.all(), actor, "holder")
    lists, registry, at = trust.lists(), trust.registry(), clock.second()
    found, all_mine = [], list(mine.select_related("given_by").order_by("-received", "id")[:most])
    lists.look_up(bytes(held.content) for held in all_mine)
    for held in all_mine:
        document, report = verify_and_read(bytes(held.content), registry, at, retrieve=lists.retrieve)
        found.append(Card(held, credential_view(Judged(document, report), registry, locale)))
    return found


def credential_of(actor: Actor, key: UUID) -> HeldCredential:
    """Return one of somebody's credentials.

    :raises Http404: for any other, whether it is there or not.
    """
    return _one(_own(HeldCredential.objects.filter(pk=key), actor, "holder").select_related("given_by", "holder"))


def another_name(held: HeldCredential) -> str:
    """Return the name on a credential where it is not its holder's."""
    return name_of_another(held.holder, bytes(held.content))


def outcome_of(held: HeldCredential, locale: Locale) -> OutcomeView | None:
    """Return how a credential stands, and what it is worth in the other regions; None for one that cannot be read any more."""
    found: Verified = verify_content(bytes(held.content))
    return outcome_view(found, locale) if found.state == "verified" else None


def links(actor: Actor, held: HeldCredential | None = None) -> list[ShareLink]:
    """Return somebody's share links, or those to one credential; the newest first."""
    mine = _own(ShareLink.objects.all(), actor, "holder")
    chosen = mine.filter(credential=held) if held else mine
    return list(chosen.select_related("credential").order_by("-created", "id"))


def link_of(actor: Actor, key: UUID) -> ShareLink:
    """Return one of somebody's links.

    :raises Http404: for any other, whether it is there or not.
    """
    return _one(_own(ShareLink.objects.filter(pk=key), actor, "holder").select_related("credential"))


def accesses(actor: Actor) -> QuerySet[Access]:
    """Return who has looked at something of somebody's, the newest first."""
    mine = _own(Access.objects.all(), actor, "person")
    return mine.select_related("link", "organisation").order_by("-at", "id")


def purposes(actor: Actor) -> list[PurposeView]:
    """Return each purpose with the consent that somebody has given to it."""
    mine = _own(Consent.objects.filter(withdrawn=None), actor, "person").select_related("text")
    given = {each.purpose: each for each in mine}
    return [
        PurposeView(each, given.get(each), each in given and given[each].text.version != version_of(each))
        for each in Purpose
    ]


def past_consents(actor: Actor) -> list[Consent]:
    """Return the consents that somebody has withdrawn, the newest first."""
    mine = _own(Consent.objects.exclude(withdrawn=None), actor, "person")
    return list(mine.select_related("text").order_by("-withdrawn"))


def shown_by(link: ShareLink, locale: Locale) -> Shown | None:
    """Return what a link that is open shows; None where the credential cannot be read."""
    outcome = outcome_of(link.credential, locale)
    if outcome is None:
        return None
    view = outcome.main or outcome.inside[0]
    return Shown(link, view, outcome, frozenset(link.fields), link.credential.given_by)


def consent_of(actor: Actor, key: UUID) -> Consent:
    """Return one of somebody's consents.

    :raises Http404: for any other, whether it is there or not.
    """
    return _one(_own(Consent.objects.filter(pk=key), actor, "person"))


M = TypeVar("M", bound=Model)


def _own(found: QuerySet[M], actor: Actor, field: str) -> QuerySet[M]:
    """Return those of some things that are somebody's own: no role lets anybody see those of others."""
    person = scope(actor, Action.SEE_PASSPORT).person
    mine: dict[str, Any] = {field: person}
    return found.filter(**mine) if person else found.none()


def _one(found: QuerySet[M]) -> M:
    first = found.first()
    if first is None:
        raise Http404
    return first
