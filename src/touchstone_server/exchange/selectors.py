# SPDX-License-Identifier: Apache-2.0
"""What a desk sees of the exchange: peers, what came and what was refused, what was put up; and what anybody can pull."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404

from touchstone.credentials.document_proofs import DocumentReport, check_document
from touchstone.standards import Document
from touchstone.standards.envelope import resolve
from touchstone.standards.findings import Finding
from touchstone_server import clock, trust
from touchstone_server.access.lists import within
from touchstone_server.access.rules import Action, Actor
from touchstone_server.cases.models import Case as Filed
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.exchange.consequences import Consequences, Counted, consequences, counted
from touchstone_server.exchange.looking import look, members_changed
from touchstone_server.exchange.models import Peer, Publication, PulledDocument, RefusedDocument
from touchstone_server.exchange.publishing import Entry, address_of, index
from touchstone_server.exchange.pulling import DIGEST
from touchstone_server.exchange.putting_up import beside
from touchstone_server.exchange.saving import document_of
from touchstone_server.organisations.models import Organisation

MOST_CASES = 200
"""Cases of which a page tells how their answers would change."""
_HOUR = 3_600


class PeerView(NamedTuple):
    """A peer of the settings, with what is known of it; None before the first pull."""

    address: str
    peer: Peer | None


def peers() -> list[PeerView]:
    """Return the peers that the settings name."""
    known = {peer.address: peer for peer in Peer.objects.filter(address__in=settings.TOUCHSTONE_PEERS)}
    return [PeerView(address, known.get(address)) for address in settings.TOUCHSTONE_PEERS]


def pulled() -> QuerySet[PulledDocument]:
    """Return what came, the newest first."""
    return PulledDocument.objects.select_related("peer").defer("content").order_by("-pulled", "document", "version")


def refused() -> QuerySet[RefusedDocument]:
    """Return what was refused, the newest first."""
    return RefusedDocument.objects.select_related("peer").order_by("-seen", "document", "id")


def count_published() -> int:
    """Return how many documents this node publishes."""
    return len(index(entries()).documents)


def entries() -> list[Entry]:
    """Return the entries of what was published at the desk, for the index that anybody reads."""
    found = Publication.objects.filter(state=Publication.State.PUBLISHED).order_by("document", "version")
    return [
        Entry(id=name, version=version, kind=kind, digest=digest, address=address_of(digest), proof=tuple(proofs))
        for name, version, kind, digest, proofs in found.values_list("document", "version", "kind", "digest", "proofs")
    ]


def published_content(mark: str) -> bytes | None:
    """Return the canonical bytes of a document that was published at the desk, by its digest."""
    if not DIGEST.fullmatch(f"sha256:{mark}"):
        return None
    found = Publication.objects.filter(state=Publication.State.PUBLISHED, digest=f"sha256:{mark}")
    content = found.values_list("content", flat=True).first()
    return content.encode() if content is not None else None


def publications(actor: Actor, organisation: Organisation) -> QuerySet[Publication]:
    """Return what an organisation has put up: what waits first, then the newest."""
    waits = Case(When(state=Publication.State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = within(Publication.objects.filter(organisation=organisation), actor, Action.SEE_DRAFTS)
    found = found.defer("content", "proofs").select_related("proposed_by").annotate(done=waits)
    return found.order_by("done", "-proposed", "id")


def publication_of(actor: Actor, organisation: Organisation, key: UUID) -> Publication:
    """Return something that an organisation has put up.

    :raises Http404: for any other.
    """
    seen = within(Publication.objects.filter(organisation=organisation, pk=key), actor, Action.SEE_DRAFTS)
    found = seen.select_related("organisation", "proposed_by", "decided_by").first()
    if found is None:
        raise Http404
    return found


class Examined(NamedTuple):
    """A document that was put up, with everything that whoever decides on it should know.

    :param report: what the node's trust registry makes of its proofs, as they are now.
    :param current: the edition in force that it follows, and in which members it differs.
    :param other_publisher: whether it names another publisher than the organisation, whose signature makes nothing official then.
    """

    document: Document
    findings: tuple[Finding, ...]
    report: DocumentReport
    current: Document | None
    members: list[str]
    effect: Consequences | None
    other_publisher: bool


def examined(kept: Publication) -> Examined:
    """Look at what was put up as it would stand among the documents of today."""
    document, today = document_of(kept), clock.today()
    others = [each for each in beside() if (each.id, each.version) != (kept.document, kept.version)]
    current = resolve(kept.document, [each for each in others if each.id == kept.document], today)
    waits = kept.state == Publication.State.WAITING
    effect = consequences(others, document, today) if waits else None
    return Examined(
        document=document,
        findings=look(document, others, {}).findings if waits else (),
        report=check_document(document, trust.registry(), today),
        current=current,
        members=members_changed(current, document) if current else [],
        effect=effect and effect._replace(**_cases(effect, kept, others)._asdict()),
        other_publisher=bool(document.publisher and document.publisher != kept.organisation.issuer),
    )


def _cases(effect: Consequences, kept: Publication, others: Iterable[Document]) -> Counted:
    """Return how many answers of a body's newest cases change. Deciding hundreds of cases is slow, and nothing but what is named here
    changes the count, so that whoever looks again need not wait for it.
    """
    filed = Filed.objects.filter(organisation=kept.organisation, kept_until=None).order_by("-filed")
    asked = list(filed.values_list("request", "id")[:MOST_CASES])
    names = sorted((each.id, each.version) for each in others)
    named = repr((effect.day, kept.digest, names, [request for request, _ in asked]))
    key = f"exchange.cases:{hashlib.sha256(named.encode()).hexdigest()}"
    known: Counted | None = caches["pages"].get(key)
    if known is None:
        receipts = Filed.objects.filter(pk__in=[each for _, each in asked]).values_list("receipt", flat=True)
        known = counted(effect, [receipt_of(text).request for text in receipts])
        caches["pages"].set(key, known, timeout=_HOUR)
    return known
