# SPDX-License-Identifier: Apache-2.0
"""Erasing a person: everything of theirs goes in one transaction, but for what the law makes us keep (``retention.py``), restricted.

Each app that keeps something of people says how it goes in one function of ``PARTS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from touchstone_server import clock
from touchstone_server.access.requests import require, take_turns
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.cases import leaving as cases
from touchstone_server.issuing import leaving as issuing
from touchstone_server.organisations.models import Invitation, Membership
from touchstone_server.passport import erasures
from touchstone_server.passport.models import Access, ClaimTries, Consent, Erasure, HeldCredential, Offer, ShareLink
from touchstone_server.passport.retention import LINK_DAYS, kept_until

NOWHERE = "erased.invalid"
"""A host that never is (RFC 2606): what stands in the place of an address that was erased."""


@writing()
def erase(actor: Actor) -> Erasure:
    """Erase whoever asks. They cannot sign in again; what they held in organisations ends; audit entries keep ids that lead nowhere.

    :return: the record of it, whose number is told to the person alone: by it they find what is kept.
    """
    require(actor, Action.USE_PASSPORT, Thing(person=actor.user))
    take_turns(actor)
    person, now = User.objects.get(pk=actor.signed_in), clock.now()
    transaction.on_commit(partial(erasures.note, person.id, now), robust=True)  # else by the next round of the worker
    return _erased(actor, person, now)


def erase_again() -> int:
    """Erase those anew whom a copy that was put back brought back, as far as the list of erasures tells; return how many.

    What the law makes us keep of them is kept for as long as it would have been. The number that they were told leads to it no more.
    """
    back = erasures.back_again()
    for person, at in back:
        _erase_again(person.id, at)
    return len(back)


@writing()
def _erase_again(identifier: UUID, at: dt.datetime) -> None:
    _erased(Actor(), User.objects.select_for_update().get(pk=identifier), at)


def _erased(actor: Actor, person: User, at: dt.datetime) -> Erasure:
    erasure = Erasure.objects.create(at=at, kept_until=kept_until(at))
    Consent.objects.filter(person=person, withdrawn=None).update(withdrawn=at)
    Consent.objects.filter(person=person).update(person=None, erasure=erasure)
    record(actor, "passport.erase", f"person:{person.id}")
    for part in PARTS:
        part(person, clock.now())
    return erasure


def note_erasures() -> None:
    """Put those on the list of erasures who are not on it yet."""
    erased = User.objects.filter(is_active=False, email__endswith=f"@{NOWHERE}")
    erasures.note_missing(list(erased.values_list("id", flat=True)), clock.now())


@writing()
def purge(now: dt.datetime | None = None) -> int:
    """Let go of what is no longer to be kept, after its time: consents and decisions of erased people, links that ended, unclaimed offers.

    :return: how many rows went, or were emptied. The node's worker calls it (node/looking_after.py).
    """
    now = now or clock.now()
    gone, _ = Erasure.objects.filter(kept_until__lte=now).delete()
    gone += cases.purge(now)
    # what an issuer put beside an old certificate at the very moment at which its holder was erased
    gone += HeldCredential.objects.filter(holder__email__endswith=f"@{NOWHERE}").delete()[0]
    long_ago = now - dt.timedelta(days=LINK_DAYS)
    gone += ShareLink.objects.filter(Q(expires__lte=long_ago) | Q(ended__lte=long_ago)).delete()[0]
    return gone + Offer.objects.filter(claimed=None, expires__lte=now).exclude(content=b"").update(name="", content=b"")


def _passport(person: User, now: dt.datetime) -> None:
    for kind in (Access.objects.filter(person=person), ShareLink.objects.filter(holder=person)):
        kind.delete()
    HeldCredential.objects.filter(holder=person).delete()
    ClaimTries.objects.filter(person=person).delete()
    Offer.objects.filter(claimed_by=person).update(claimed_by=None)


def _organisations(person: User, now: dt.datetime) -> None:
    Membership.objects.filter(user=person, until=None).update(until=now)
    Invitation.objects.filter(Q(accepted_by=person) | Q(email=person.email)).update(email=f"invited@{NOWHERE}")


def _account(person: User, now: dt.datetime) -> None:
    """Passwords, passkeys and codes go, and what else leads to the person; the row stays, because entries of others name its id."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    for session in Session.objects.filter(expire_date__gt=now).iterator():  # the worker lets go of the others
        if session.get_decoded().get("_auth_user_id") == str(person.id):
            session.delete()
    person.email = f"{person.id}@{NOWHERE}"
    person.name_han = person.name_latin = person.known_as = ""
    person.is_active = person.is_operator = False
    person.last_login = None
    person.set_unusable_password()
    person.save()


PARTS: tuple[Callable[[User, dt.datetime], None], ...] = (
    cases.leave,
    issuing.leave,
    _passport,
    _organisations,
    _account,
)
"""What is done for each app, the account last."""
