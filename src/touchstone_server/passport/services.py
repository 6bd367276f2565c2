# SPDX-License-Identifier: Apache-2.0
"""Certificates come into a passport: offered by their issuer under a code, or brought as a file. Each call is one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.privacy import check_privacy
from touchstone.errors import CredentialError
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.audit.services import record
from touchstone_server.codes import as_typed, digest_of, drawn, in_groups
from touchstone_server.credentials.unpacking import MOST_BYTES, unpack
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import consents
from touchstone_server.passport.models import Access, ClaimTries, HeldCredential, Offer

LIFE = dt.timedelta(days=60)
"""How long an offer waits."""
MOST_TRIES = 5
"""Wrong codes after which an offer is dead, and after which somebody waits for an hour."""
REST = dt.timedelta(hours=1)
LOCATOR, SECRET = 5, 10
MOST_HELD = 100


class PassportError(Exception):
    """Something cannot be taken in; ``code`` says why, ``detail`` is the core's own sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Offered(NamedTuple):
    """An offer and its code, which is told once and not kept."""

    offer: Offer
    code: str


@transaction.atomic
def offer(actor: Actor, content: bytes, name: str, *, organisation: Organisation, life: dt.timedelta = LIFE) -> Offered:
    """Let whoever has the code that is returned take a credential into their passport, once.

    :param content: the credential, signed, as JSON; kept byte for byte until it is claimed.
    :param name: for whom it is, as the issuer's own list says; it goes with the content.
    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, organisation.thing)
    locator, secret, now = _free_locator(), drawn(SECRET), _now()
    made = Offer(
        organisation=organisation,
        offered_by_id=actor.signed_in,
        name=name[:200],
        content=content,
        locator=locator,
        created=now,
        expires=now + life,
    )
    made.secret_digest = digest_of(str(made.id), secret)
    made.save(force_insert=True)
    record(actor, Action.OFFER_CREDENTIAL, f"offer:{made.id}", organisation=organisation.id)
    return Offered(made, in_groups(locator + secret))


@transaction.atomic
def withdraw_offer(actor: Actor, made: Offer) -> None:
    """Take back an offer that nobody has claimed, with its content; one that was claimed is its holder's.

    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, made.thing)
    Offer.objects.filter(pk=made.pk, claimed=None).update(expires=_now(), name="", content=b"")
    record(actor, "passport.withdraw_offer", f"offer:{made.id}", organisation=made.organisation_id)


def claim(actor: Actor, code: str) -> HeldCredential:
    """Take what is offered under a code into one's own passport.

    :raises PassportError: ``code_unknown``, ``code_dead``, ``code_expired``, ``code_used``, ``too_many_tries``; ``no_consent``,
        ``full``, ``held``.
    """
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    outcome = _claimed(actor, as_typed(code))  # a wrong try is kept, so it must not be rolled back by the error
    if isinstance(outcome, str):
        raise PassportError(outcome)
    return outcome


@transaction.atomic
def _claimed(actor: Actor, code: str) -> HeldCredential | str:
    now = _now()
    ClaimTries.objects.get_or_create(person_id=actor.signed_in, defaults={"since": now})
    tries = ClaimTries.objects.select_for_update().get(person_id=actor.signed_in)
    if tries.since <= now - REST:
        tries.wrong, tries.since = 0, now
    if tries.wrong >= MOST_TRIES:
        return "too_many_tries"
    found = Offer.objects.select_for_update().filter(locator=code[:LOCATOR]).first()
    if found is None or digest_of(str(found.id), code[LOCATOR:]) != found.secret_digest:
        tries.wrong += 1
        tries.save()
        return _wrong(found)
    if problem := _unusable(found, now):
        return problem
    try:
        held = _keep(actor, bytes(found.content), now, found.organisation_id)
    except PassportError as error:
        return error.code
    Offer.objects.filter(pk=found.pk).update(claimed=now, claimed_by=actor.user, name="", content=b"")
    record(actor, "passport.claim", f"credential:{held.id}", detail={"offer": str(found.id)})
    return held


def _wrong(found: Offer | None) -> str:
    """Count a wrong secret; the fifth is the end of the offer."""
    if found is None or found.claimed:
        return "code_unknown"
    found.wrong_tries = min(found.wrong_tries + 1, MOST_TRIES)
    found.save(update_fields=["wrong_tries"])
    if found.wrong_tries >= MOST_TRIES:
        Offer.objects.filter(pk=found.pk).update(name="", content=b"")
    return "code_unknown"


def _unusable(found: Offer, now: dt.datetime) -> str:
    if found.claimed:
        return "code_used"
    if found.wrong_tries >= MOST_TRIES:
        return "code_dead"
    return "code_expired" if found.expires <= now else ""


@transaction.atomic
def bring(actor: Actor, content: bytes) -> list[HeldCredential]:
    """Take the credentials of a file into one's own passport: a credential, a picture that carries one, a learner record, a wallet.

    What is in the passport already is passed over. Nothing is believed for being brought: how each stands is worked out when it is
    looked at.

    :raises PassportError: ``unreadable``, ``receipt``, ``status_list``, ``nothing``, ``identity_number``, ``no_consent``, ``full``, or
        ``held`` where all of it is.
    """
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    pieces, now = _pieces(content), _now()
    for piece in pieces:
        _refuse_identity_numbers(piece)
    kept = []
    for piece in pieces:
        try:
            kept.append(_keep(actor, piece, now, None))
        except PassportError as error:
            if error.code != "held":
                raise
    if not kept:
        raise PassportError("held")
    for held in kept:
        record(actor, "passport.bring", f"credential:{held.id}")
    return kept


@transaction.atomic
def remove(actor: Actor, held: HeldCredential) -> None:
    """Remove a credential from one's passport, and the links that show it. Whoever issued it has it still.

    :raises Refused: when it is somebody else's.
    """
    require(actor, Action.USE_PASSPORT, held.thing)
    record(actor, "passport.remove", f"credential:{held.id}")
    held.delete()


def note_access(person: UUID, what: Access.What, organisation: Organisation) -> None:
    """Tell a person that an organisation has looked at something of theirs: whatever shows it calls this."""
    Access.objects.create(person_id=person, what=what, organisation=organisation, at=_now())


def note_certificate_seen(organisation: Organisation, content: bytes) -> None:
    """Tell whoever has claimed a certificate that its issuer has looked at it; of one that nobody has claimed nobody is told."""
    claimed = HeldCredential.objects.filter(given_by=organisation, digest=hashlib.sha256(content).hexdigest())
    for holder in claimed.values_list("holder_id", flat=True):
        note_access(holder, Access.What.CERTIFICATE, organisation)


def _pieces(content: bytes) -> tuple[bytes, ...]:
    if not content.strip():
        raise PassportError("nothing")
    try:
        unpacked = unpack(content)
    except CredentialError as error:
        raise PassportError("unreadable", str(error)) from None
    if unpacked.kind in ("receipt", "status_list", "pdf"):
        raise PassportError(unpacked.kind)
    pieces = (unpacked.whole,) if unpacked.kind == "record" else unpacked.credentials
    if not pieces:
        raise PassportError("nothing")
    return pieces


def _refuse_identity_numbers(content: bytes) -> None:
    """No identity number is kept anywhere (design/security.md), in whosever certificate it stands."""
    try:
        document = strict_json.loads(content, max_bytes=MOST_BYTES)
    except CredentialError as error:
        raise PassportError("unreadable", str(error)) from None
    if isinstance(document, dict) and any(found.code == "identity_number" for found in check_privacy(document)):
        raise PassportError("identity_number")


def _keep(actor: Actor, content: bytes, now: dt.datetime, given_by: UUID | None) -> HeldCredential:
    if consents.running(actor.signed_in, consents.Purpose.KEEP) is None:
        raise PassportError("no_consent")
    digest = hashlib.sha256(content).hexdigest()
    mine = HeldCredential.objects.filter(holder_id=actor.signed_in)
    if mine.count() >= MOST_HELD:
        raise PassportError("full")
    if mine.filter(digest=digest).exists():
        raise PassportError("held")
    return HeldCredential.objects.create(
        holder_id=actor.signed_in, content=content, digest=digest, received=now, given_by_id=given_by
    )


def _free_locator() -> str:
    while Offer.objects.filter(locator=(found := drawn(LOCATOR))).exists():
        pass
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
