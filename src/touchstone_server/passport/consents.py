# SPDX-License-Identifier: Apache-2.0
"""Consents: to which words somebody agreed, when and in which language. Words that change are asked anew."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from touchstone_server import clock
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.audit.services import record, writing
from touchstone_server.codes import digest_of
from touchstone_server.passport.models import Consent, ConsentText, HeldCredential, ShareLink
from touchstone_server.texts import all_texts, plain_text


class Purpose(StrEnum):
    """What a person agrees to, each on its own: that the node keeps the passport, and that links show parts of it."""

    KEEP = "keep"
    SHARE = "share"


def words_of(purpose: Purpose, tag: str) -> str:
    """Return what somebody agrees to."""
    return plain_text(f"passport.consent_{purpose}", tag)


def version_of(purpose: Purpose) -> str:
    """Return what the words in all languages are called together: it changes with any of them."""
    words = all_texts()[f"passport.consent_{purpose}"]
    return digest_of(*(f"{tag}={words[tag]}" for tag in sorted(words)))[:12]


def running(person: UUID, purpose: Purpose) -> Consent | None:
    """Return the consent that counts now: not withdrawn, and to the words of today."""
    return Consent.objects.filter(
        person_id=person, purpose=purpose, withdrawn=None, text__version=version_of(purpose)
    ).first()


@writing()
def give(actor: Actor, purpose: Purpose, tag: str) -> Consent:
    """Note that somebody agrees, to the words as they stand in a language; what they agreed to before ends with it."""
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    take_turns(actor)
    if found := running(actor.signed_in, purpose):
        return found
    words, now = words_of(purpose, tag), clock.now()
    text, _ = ConsentText.objects.get_or_create(
        digest=digest_of(purpose, version_of(purpose), tag, words),
        defaults={"purpose": purpose, "version": version_of(purpose), "language": tag, "words": words},
    )
    Consent.objects.filter(person_id=actor.signed_in, purpose=purpose, withdrawn=None).update(withdrawn=now)
    given = Consent.objects.create(person_id=actor.signed_in, purpose=purpose, text=text, given=now)
    record(actor, "passport.consent", f"consent:{given.id}", detail={"purpose": purpose, "text": text.digest})
    return given


@writing()
def withdraw(actor: Actor, consent: Consent) -> None:
    """Note that somebody agrees no longer; what rested on it ends at once: the share links, or all that is kept in the passport.

    One that was withdrawn before ends nothing: what there is now rests on another.

    :raises Refused: when it is somebody else's.
    """
    require(actor, Action.USE_PASSPORT, consent.thing)
    take_turns(actor)
    now = clock.now()
    if not Consent.objects.filter(pk=consent.pk, withdrawn=None).update(withdrawn=now):
        return
    if consent.purpose == Purpose.KEEP:
        HeldCredential.objects.filter(holder_id=consent.person_id).delete()
    ShareLink.objects.filter(holder_id=consent.person_id, ended=None).update(ended=now)
    record(actor, "passport.withdraw_consent", f"consent:{consent.id}")
