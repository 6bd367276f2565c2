# SPDX-License-Identifier: Apache-2.0
"""Putting up a document, and publishing it once a second person says so, with reasons. Each call is one transaction, and on record."""

from __future__ import annotations

from itertools import chain

import msgspec
from django.db import IntegrityError, transaction

from touchstone.credentials.document_proofs import MAX_PROOFS, check_document, sign_document
from touchstone.credentials.trust import publisher_of
from touchstone.errors import CredentialError
from touchstone.standards import Document, Standing, TrustRegistry, canonical_bytes, digest
from touchstone.standards.envelope import recency
from touchstone_server import clock, documents, trust
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.errors import CannotError
from touchstone_server.exchange.looking import Looked, look, with_edition
from touchstone_server.exchange.models import Publication
from touchstone_server.exchange.naming import claim, known
from touchstone_server.exchange.saving import document_of, kept_here
from touchstone_server.exchange.whose import Speaker, is_in_name_of
from touchstone_server.issuing import keys
from touchstone_server.organisations.models import Organisation

State = Publication.State


class PublishingError(CannotError):
    """A document cannot be put up or published; ``code`` says why, ``looked`` what was found in it."""

    def __init__(self, code: str, looked: Looked | None = None) -> None:
        super().__init__(code)
        self.looked = looked


@writing()
def put_up(actor: Actor, organisation: Organisation, document: Document, note: str) -> Publication:
    """Put up a document for a second person to publish.

    :param note: why.
    :raises Refused: when the actor may not.
    :raises PublishingError: ``note_missing``; ``findings`` when it has mistakes; ``draft``, ``known``, ``taken``, ``identity_number``;
        ``not_theirs`` when it is another's to publish.
    """
    require(actor, Action.PROPOSE_DOCUMENT, organisation.thing)
    if not note.strip():
        raise PublishingError("note_missing")
    _refuse_unsound(look(document, beside(), known()))
    _refuse_anothers(document, organisation)
    try:
        with transaction.atomic():
            made = Publication.objects.create(
                organisation=organisation, document=document.id, version=document.version,
                kind=type(document).__name__, title=document.title, status=document.status, digest=digest(document),
                content=canonical_bytes(document).decode(), proofs=list(document.proof[: MAX_PROOFS - 1]),
                note=note.strip(), proposed_by_id=actor.signed_in, proposed=clock.second(),
            )  # fmt: skip
    except IntegrityError as error:
        raise PublishingError("known") from error
    record(actor, Action.PROPOSE_DOCUMENT, f"publication:{made.id}", organisation=organisation.id,
           detail={"digest": made.digest})  # fmt: skip
    return made


def put_up_end(actor: Actor, published: Publication, note: str) -> Publication:
    """Put up an edition of a published document that withdraws it: what was published stays, and stays known by its digest.

    :raises PublishingError: ``state``; and as :func:`put_up`.
    """
    if published.state != State.PUBLISHED:
        raise PublishingError("state")
    document = document_of(published)
    ended = msgspec.structs.replace(document, version=f"{document.version}-withdrawn", status="withdrawn", proof=())
    return put_up(actor, published.organisation, ended, note)


@writing()
def publish(actor: Actor, waiting: Publication, reason: str) -> Publication:
    """Publish a document: signed with the organisation's key where it has one, and open to all from now on.

    :raises Refused: when the actor may not, or has put it up.
    :raises PublishingError: ``state``, ``reason_missing``; and what has come up since it was put up, as :func:`put_up`.
    :raises KeysUnavailableError: when there is a key and it cannot be used.
    """
    kept = _locked(actor, waiting, reason)
    require(actor, Action.PUBLISH_DOCUMENT, kept.thing)
    document = document_of(kept)
    _refuse_unsound(look(document, beside(), known()))
    _refuse_anothers(document, kept.organisation)
    if claim(kept.document, kept.version, kept.digest) != kept.digest:
        raise PublishingError("taken")
    signed = _signed(document, kept.organisation)
    kept.proofs = list(signed.proof)
    _decide(actor, kept, State.PUBLISHED, reason)
    record(actor, Action.PUBLISH_DOCUMENT, f"publication:{kept.id}", organisation=kept.organisation_id,
           detail={"digest": kept.digest, "proofs": len(kept.proofs)})  # fmt: skip
    return kept


@writing()
def decline(actor: Actor, waiting: Publication, reason: str) -> Publication:
    """Decline a document, or take back what one has put up oneself.

    :raises Refused: when the actor may not.
    :raises PublishingError: ``state``, ``reason_missing``.
    """
    kept = _locked(actor, waiting, reason)
    mine = kept.proposed_by_id == actor.user
    require(actor, Action.PROPOSE_DOCUMENT if mine else Action.PUBLISH_DOCUMENT, kept.thing)
    _decide(actor, kept, State.DECLINED, reason)
    record(actor, "documents.decline", f"publication:{kept.id}", organisation=kept.organisation_id)
    return kept


def beside() -> list[Document]:
    """Return the documents among which a new one stands: those that this node decides by, and what is published here."""
    found = list(documents.rulebook().documents)
    published = (document_of(each) for each in Publication.objects.filter(state=State.PUBLISHED))
    for each in sorted(published, key=recency):
        found = with_edition(found, each)
    return found


def _refuse_anothers(document: Document, organisation: Organisation) -> None:
    """Refuse what is not the organisation's to publish, unless whoever speaks for it has signed it already."""
    registry = trust.registry()
    if check_document(document, registry, clock.today()).standing is Standing.VERIFIED:
        return
    editions = chain(documents.rulebook().documents, map(document_of, kept_here(document=document.id)))
    others = Organisation.objects.exclude(issuer="").values_list("issuer", flat=True)
    if not is_in_name_of(
        _speaker(organisation, registry),
        document,
        (each for each in editions if each.id == document.id),
        {*others, *(each.id for each in registry.publishers)},
    ):
        raise PublishingError("not_theirs")


def _speaker(organisation: Organisation, registry: TrustRegistry) -> Speaker:
    listed = publisher_of(registry, organisation.issuer)
    own = [organisation.region] if organisation.kind == Organisation.Kind.AUTHORITY else []
    return Speaker(organisation.issuer, frozenset([*own, *(listed.regions if listed else ())]))


def _refuse_unsound(looked: Looked) -> None:
    if not looked.is_sound:
        raise PublishingError(looked.problem or "findings", looked)


def _locked(actor: Actor, waiting: Publication, reason: str) -> Publication:
    require(actor, Action.SEE_DRAFTS, waiting.thing)
    kept = Publication.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=waiting.pk)
    if kept.state != State.WAITING:
        raise PublishingError("state")
    if not reason.strip():
        raise PublishingError("reason_missing")
    return kept


def _decide(actor: Actor, kept: Publication, state: Publication.State, reason: str) -> None:
    kept.state, kept.reason, kept.decided_by_id, kept.decided = state, reason.strip(), actor.signed_in, clock.second()
    kept.save(update_fields=["state", "reason", "decided_by", "decided", "proofs"])


def _signed(document: Document, organisation: Organisation) -> Document:
    """Return a document with the proof of an organisation, where it has a key; one that it has signed elsewhere bears that proof."""
    if not keys.labels_of(organisation):
        return document
    try:
        return sign_document(document, keys.signer_of(organisation), created=clock.second())
    except CredentialError as error:
        if error.code != "already_signed":
            raise
        return document
