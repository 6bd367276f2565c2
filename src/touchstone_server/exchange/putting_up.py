# SPDX-License-Identifier: Apache-2.0
"""Putting up a document, and publishing it once a second person says so, with reasons. Each call is one transaction, and on record."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db import IntegrityError, transaction

from touchstone.credentials.document_proofs import MAX_PROOFS, sign_document
from touchstone.errors import CredentialError
from touchstone.standards import Document, canonical_bytes, digest
from touchstone.standards.envelope import recency
from touchstone_server import clock, documents
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.errors import CannotError
from touchstone_server.exchange.looking import Looked, look, read, with_edition
from touchstone_server.exchange.models import Publication, PulledDocument
from touchstone_server.exchange.pulling import Known
from touchstone_server.issuing import keys
from touchstone_server.organisations.models import Organisation

State = Publication.State
STANDING = (State.WAITING, State.PUBLISHED)


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
    :raises PublishingError: ``note_missing``; ``findings`` when it has mistakes; ``draft``, ``known``, ``taken``, ``identity_number``.
    """
    require(actor, Action.PROPOSE_DOCUMENT, organisation.thing)
    if not note.strip():
        raise PublishingError("note_missing")
    _refuse_unsound(look(document, beside(), known()))
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
    _refuse_unsound(look(document, beside(), known(but=kept)))
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


def document_of(kept: Publication) -> Document:
    """Return the document of a publication, with the proofs that it bears."""
    return msgspec.structs.replace(read(kept.content.encode(), "document.json"), proof=tuple(kept.proofs))


def beside() -> list[Document]:
    """Return the documents among which a new one stands: those that this node decides by, and what is published here."""
    found = list(documents.rulebook().documents)
    published = (document_of(each) for each in Publication.objects.filter(state=State.PUBLISHED))
    for each in sorted(published, key=recency):
        found = with_edition(found, each)
    return found


def known(states: Sequence[Publication.State] = STANDING, but: Publication | None = None) -> Known:
    """Return the digests of everything that has a name here, by id and version.

    :param states: of what was put up at the desk.
    """
    rulebook = documents.rulebook()
    pulled = PulledDocument.objects.values_list("document", "version", "digest")
    put_up = Publication.objects.filter(state__in=states).exclude(pk__in=[but.pk] if but else [])
    named = [*pulled, *put_up.values_list("document", "version", "digest")]
    ours = {(each.id, each.version): rulebook.digest_of(each) for each in rulebook.documents}
    return {(name, version): mark for name, version, mark in named} | ours


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
