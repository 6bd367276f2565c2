# SPDX-License-Identifier: Apache-2.0
"""Certificates come into a passport: offered by their issuer under a code, or brought as a file. Each call is one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.privacy import check_privacy
from touchstone.errors import CredentialError
from touchstone_server import clock
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.codes import as_typed, digest_of, drawn, in_groups
from touchstone_server.credentials.unpacking import MOST_BYTES, unpack
from touchstone_server.errors import CannotError
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import consents
from touchstone_server.passport.models import Access, ClaimTries, HeldCredential, Offer
from touchstone_server.passport.naming import name_of_another

LIFE = dt.timedelta(days=60)
"""How long an offer waits."""
MOST_TRIES = 5
"""Wrong codes after which an offer is dead, and after which somebody waits for an hour."""
REST = dt.timedelta(hours=1)
LOCATOR, SECRET = 5, 10
MOST_HELD = 100


class PassportError(CannotError):
    """Something cannot be taken in; ``code`` says why, ``detail`` is the core's own sentence."""


class Offered(NamedTuple):
    """An offer and its code, which is told once and not kept."""

    offer: Offer
    code: str


@writing()
def offer(actor: Actor, content: bytes, name: str, *, organisation: Organisation, life: dt.timedelta = LIFE) -> Offered:
    """Let whoever has the code that is returned take a credential into their passport, once.

    :param content: the credential, signed, as JSON; kept byte for byte until it is claimed.
    :param name: for whom it is, as the issuer's own list says; it goes with the content.
    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, organisation.thing)
    (offered,) = _offered(actor, [(content, name)], organisation, life)
    record(actor, Action.OFFER_CREDENTIAL, f"offer:{offered.offer.id}", organisation=organisation.id)
    return offered


@writing()
def offer_all(
    actor: Actor, named: Sequence[tuple[bytes, str]], *, organisation: Organisation, about: str
) -> list[Offered]:
    """Offer many credentials at once, each with the name that it is for; the same few queries however many they are.

    :param about: what they belong to, for the audit log: one entry tells of all of them.
    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, organisation.thing)
    made = _offered(actor, named, organisation, LIFE)
    record(actor, Action.OFFER_CREDENTIAL, about, organisation=organisation.id, detail={"offers": len(made)})
    return made


def withdraw_offer(actor: Actor, made: Offer) -> None:
    """Take back an offer that nobody has claimed, with its content; one that was claimed is its holder's.

    :raises Refused: when the actor does not issue for this organisation.
    """
    withdraw_offers(actor, [made], organisation=made.organisation, about=f"offer:{made.id}")


@writing()
def withdraw_offers(actor: Actor, made: Sequence[Offer], *, organisation: Organisation, about: str) -> None:
    """Take back those of an organisation's offers that nobody has claimed; one entry in the audit log tells of all of them.

    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, organisation.thing)
    if not made:
        return
    mine = Offer.objects.filter(organisation=organisation, pk__in=[each.pk for each in made], claimed=None)
    mine.update(expires=clock.second(), name="", content=b"")
    record(actor, "passport.withdraw_offer", about, organisation=organisation.id, detail={"offers": len(made)})


@writing()
def succeed(actor: Actor, former: bytes, content: bytes, *, organisation: Organisation) -> Offer | None:
    """Put what was issued in a credential's place beside it, in the passport of whoever has claimed that one here and holds it still.

    :return: the offer as which it counts; none where nobody holds the former one, or who does keeps nothing here any more.
    :raises Refused: when the actor does not issue for this organisation.
    """
    require(actor, Action.OFFER_CREDENTIAL, organisation.thing)
    digest, now = hashlib.sha256(former).hexdigest(), clock.second()
    held = HeldCredential.objects.filter(given_by=organisation, digest=digest).first()
    if held is None or consents.running(held.holder_id, consents.Purpose.KEEP) is None:
        return None
    (made,) = _offered(actor, [(b"", "")], organisation, LIFE)
    made.offer.claimed, made.offer.claimed_by_id = now, held.holder_id
    made.offer.save(update_fields=["claimed", "claimed_by"])
    fresh = HeldCredential.objects.create(
        holder_id=held.holder_id,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        received=now,
        given_by=organisation,
    )
    record(
        actor,
        "passport.succeed",
        f"credential:{fresh.id}",
        organisation=organisation.id,
        detail={"former": str(held.id)},
    )
    return made.offer


def _offered(
    actor: Actor, named: Sequence[tuple[bytes, str]], organisation: Organisation, life: dt.timedelta
) -> list[Offered]:
    now, made = clock.second(), []
    for (content, name), locator in zip(named, _free_locators(len(named)), strict=True):
        secret = drawn(SECRET)
        fresh = Offer(
            organisation=organisation,
            offered_by_id=actor.signed_in,
            name=name[:200],
            content=content,
            locator=locator,
            created=now,
            expires=now + life,
        )
        fresh.secret_digest = digest_of(str(fresh.id), secret)
        made.append(Offered(fresh, in_groups(locator + secret)))
    Offer.objects.bulk_create([each.offer for each in made])
    return made


def claim(actor: Actor, code: str, *, only_own: bool = False) -> HeldCredential:
    """Take what is offered under a code into one's own passport.

    :param only_own: not what bears a name that the account has not, for whoever takes it uses up the code of somebody else: people are
        asked first.
    :raises PassportError: ``code_unknown``, ``code_dead``, ``code_expired``, ``code_used``, ``too_many_tries``; ``no_consent``,
        ``full``, ``held``; ``another_name``, with that name.
    """
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    outcome = _claimed(
        actor, as_typed(code), only_own
    )  # a wrong try is kept, so it must not be rolled back by the error
    if isinstance(outcome, PassportError):
        raise outcome
    return outcome


@writing()
def _claimed(actor: Actor, code: str, only_own: bool) -> HeldCredential | PassportError:
    take_turns(actor)
    now = clock.second()
    ClaimTries.objects.get_or_create(person_id=actor.signed_in, defaults={"since": now})
    tries = ClaimTries.objects.select_for_update().get(person_id=actor.signed_in)
    if tries.since <= now - REST:
        tries.wrong, tries.since = 0, now
    if tries.wrong >= MOST_TRIES:
        return PassportError("too_many_tries")
    found = Offer.objects.select_for_update().filter(locator=code[:LOCATOR]).first()
    if found is None or digest_of(str(found.id), code[LOCATOR:]) != found.secret_digest:
        tries.wrong += 1
        tries.save()
        return PassportError(_wrong(found))
    if problem := _unusable(found, now):
        return PassportError(problem)
    if only_own and (name := name_of_another(User.objects.get(pk=actor.signed_in), bytes(found.content))):
        return PassportError("another_name", name)
    try:
        held = _keep(actor, bytes(found.content), now, found.organisation_id)
    except PassportError as error:
        return error
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


@writing()
def bring(actor: Actor, content: bytes) -> list[HeldCredential]:
    """Take the credentials of a file into one's own passport: a credential, a picture that carries one, a learner record, a wallet.

    What is in the passport already is passed over. Nothing is believed for being brought: how each stands is worked out when it is
    looked at.

    :raises PassportError: ``unreadable``, ``receipt``, ``status_list``, ``nothing``, ``identity_number``, ``no_consent``, ``full``, or
        ``held`` where all of it is.
    """
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    take_turns(actor)
    pieces, now = _pieces(content), clock.second()
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


@writing()
def remove(actor: Actor, held: HeldCredential) -> None:
    """Remove a credential from one's passport, and the links that show it. Whoever issued it has it still.

    :raises Refused: when it is somebody else's.
    """
    require(actor, Action.USE_PASSPORT, held.thing)
    take_turns(actor)
    record(actor, "passport.remove", f"credential:{held.id}")
    held.delete()


def note_access(person: UUID, what: Access.What, organisation: Organisation) -> None:
    """Tell a person that an organisation has looked at something of theirs: whatever shows it calls this."""
    Access.objects.create(person_id=person, what=what, organisation=organisation, at=clock.second())


def note_certificates_seen(organisation: Organisation, contents: Iterable[bytes]) -> None:
    """Tell whoever has claimed one of some certificates that its issuer has looked at it; of one that nobody has claimed nobody is told."""
    digests = {hashlib.sha256(content).hexdigest() for content in contents}
    claimed = HeldCredential.objects.filter(given_by=organisation, digest__in=digests).values_list(
        "holder_id", flat=True
    )
    at, what = clock.second(), Access.What.CERTIFICATE
    Access.objects.bulk_create(
        Access(person_id=holder, what=what, organisation=organisation, at=at) for holder in claimed
    )


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


def _free_locators(count: int) -> set[str]:
    """Return so many beginnings of codes that no offer has."""
    free: set[str] = set()
    while len(free) < count:
        tried = {drawn(LOCATOR) for _ in range(count - len(free))}
        free |= tried - set(Offer.objects.filter(locator__in=tried).values_list("locator", flat=True))
    return free
