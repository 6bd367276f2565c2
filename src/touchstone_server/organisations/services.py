# SPDX-License-Identifier: Apache-2.0
"""Members come and go: invitations, roles, and sessions of operators. Each call is one transaction, and stands in the audit log."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from touchstone_server import clock
from touchstone_server.access.requests import Refused, require, roles_of
from touchstone_server.access.rules import Action, Actor, Refusal, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.errors import CannotError
from touchstone_server.organisations.models import Invitation, Membership, OperatorSession, Organisation

LIFE = dt.timedelta(days=14)
"""How long an invitation can be taken up."""


class InvitationError(CannotError):
    """An invitation cannot be taken up; ``code`` says why: unknown, expired, used, own, agreed, other, or waits."""


class Invited(NamedTuple):
    """An invitation and the secret of its link, which is told once and not kept."""

    invitation: Invitation
    secret: str


@writing()
def invite(actor: Actor, organisation: Organisation, email: str, roles: Sequence[Role]) -> Invited:
    """Offer somebody roles in an organisation.

    :raises Refused: when the actor may not; nobody invites themselves.
    """
    require(actor, Action.INVITE_MEMBERS, organisation.thing._replace(person=_person_at(email)))
    return offer(actor, organisation, email, roles)


def offer(actor: Actor, organisation: Organisation, email: str, roles: Sequence[Role]) -> Invited:
    """Keep an invitation, within the transaction of whoever has asked whether the actor may."""
    secret, now = secrets.token_urlsafe(24), clock.second()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.strip().lower(),
        roles=sorted({role.value for role in roles}),
        secret_digest=digest_of(secret),
        invited_by_id=actor.signed_in,
        created=now,
        expires=now + LIFE,
    )
    record(actor, Action.INVITE_MEMBERS, f"invitation:{invitation.id}", organisation=organisation.id,
           detail={"roles": invitation.roles})  # fmt: skip
    return Invited(invitation, secret)


def invitation_of(secret: str) -> Invitation:
    """Return the invitation that a link names.

    :raises InvitationError: when it cannot be taken up.
    """
    named = Q(secret_digest=digest_of(secret)) | Q(letter_digest=digest_of(secret))
    found = Invitation.objects.filter(named).select_related("organisation").first()
    if found is None:
        raise InvitationError("unknown")
    if found.accepted:
        raise InvitationError("used")
    if found.expires <= clock.second() or not _stood_by(found):
        raise InvitationError("expired")
    return found


def _stood_by(invitation: Invitation) -> bool:
    """Tell whether whoever invited, and whoever agreed, could do so now: what somebody dismissed has left behind lets nobody in."""
    behind = User.objects.filter(
        pk__in=[each for each in (invitation.invited_by_id, invitation.confirmed_by_id) if each]
    )
    return all(
        each.is_operator or Role.ADMINISTRATOR in roles_of(each.id).get(invitation.organisation_id, ())
        for each in behind
    )


@writing()
def confirm(actor: Actor, invitation: Invitation) -> None:
    """Agree, as a second administrator, that somebody shall have roles that approve.

    :raises Refused: when the actor may not: not whoever invited, and not the one who is invited.
    """
    require(actor, Action.CONFIRM_ROLES, invitation.thing._replace(person=_person_at(invitation.email)))
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted=None, confirmed=None)
    if waiting.update(confirmed=clock.second(), confirmed_by=actor.signed_in):
        record(actor, Action.CONFIRM_ROLES, f"invitation:{invitation.id}", organisation=invitation.organisation_id,
               detail={"roles": invitation.roles})  # fmt: skip


@writing()
def accept(actor: Actor, secret: str) -> Organisation:
    """Take up an invitation: the person of its address, signed in, becomes a member.

    :raises InvitationError: when it cannot be taken up.
    """
    found = invitation_of(secret)
    _in_turn(found.organisation_id)  # nobody who stands behind it is dismissed meanwhile
    Invitation.objects.select_for_update().get(pk=found.pk)
    invitation = invitation_of(secret)
    if problem := standing_for(actor, invitation):
        raise InvitationError(problem)
    now = clock.second()
    for role in invitation.roles:
        _give(actor.signed_in, invitation.organisation_id, Role(role), now)
    invitation.accepted_by_id, invitation.accepted = actor.signed_in, now
    invitation.save(update_fields=["accepted_by", "accepted"])
    record(actor, "members.accept", f"invitation:{invitation.id}", organisation=invitation.organisation_id,
           detail={"roles": invitation.roles})  # fmt: skip
    return invitation.organisation


def standing_for(actor: Actor, invitation: Invitation) -> str:
    """Return why somebody cannot take up an invitation that is open: own, agreed, other, or waits; an empty text where they can."""
    if invitation.invited_by_id == actor.user:
        return "own"
    if invitation.confirmed_by_id == actor.user:
        return "agreed"
    if invitation.email != User.objects.get(pk=actor.signed_in).email.lower():
        return "other"
    return "waits" if invitation.waits else ""


@writing()
def withdraw(actor: Actor, invitation: Invitation) -> None:
    """Let an invitation count no more that nobody has taken up; a link that was lost is made anew by inviting again.

    :raises Refused: when the actor may not.
    """
    require(actor, Action.INVITE_MEMBERS, invitation.thing)
    now = clock.second()
    if Invitation.objects.filter(pk=invitation.pk, accepted=None, expires__gt=now).update(expires=now):
        record(actor, "members.withdraw", f"invitation:{invitation.id}", organisation=invitation.organisation_id)


@writing()
def end_membership(actor: Actor, membership: Membership) -> None:
    """Take a role from a member, from now on.

    :raises Refused: when the actor may not; nobody takes a role from themselves, and none takes the last administrator's.
    """
    require(actor, Action.CHANGE_MEMBERS, membership.thing)
    _in_turn(membership.organisation_id)  # two who end each other
    membership.refresh_from_db(fields=["until"])
    if membership.until is None:
        if is_last_administrator(membership):
            raise Refused(Refusal.LAST_ADMINISTRATOR, Action.CHANGE_MEMBERS, membership.thing)
        membership.until = clock.second()
        membership.save(update_fields=["until"])
        record(actor, Action.CHANGE_MEMBERS, f"membership:{membership.id}", organisation=membership.organisation_id,
               detail={"ended": membership.role})  # fmt: skip


def _in_turn(organisation: UUID) -> None:
    """Let one at a time change who is a member, from here to the end of the transaction."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation)


def is_last_administrator(membership: Membership) -> bool:
    """Tell whether nobody would look after an organisation without this membership."""
    others = Membership.objects.filter(
        organisation=membership.organisation_id, role=Role.ADMINISTRATOR, until=None, user__is_active=True
    )
    runs = membership.until is None and membership.role == Role.ADMINISTRATOR
    return runs and not others.exclude(user=membership.user_id).exists()


@writing()
def found_organisation(
    slug: str, kind: str, region: str, names: dict[str, str], administrator: User, issuer: str = ""
) -> Organisation:
    """Bring an organisation onto the node, with its first administrator; the node's operator does so by command."""
    organisation = Organisation.objects.create(slug=slug, kind=kind, region=region, names=names, issuer=issuer)
    _give(administrator.id, organisation.id, Role.ADMINISTRATOR, clock.second())
    record(Actor(), "organisations.found", f"organisation:{organisation.id}", organisation=organisation.id)
    return organisation


@writing()
def operate(user: User, organisation: Organisation, reason: str, length: dt.timedelta) -> OperatorSession:
    """Let an operator of the node stand in for an organisation's administrator, for a while and for a reason; for one at a time, so that it
    is plain for which of them something was done.

    :raises ValueError: when they are no operator, give no reason, or ask for more than an hour.
    """
    if not user.is_operator:
        raise ValueError("only an operator of this node may do so")
    if len(reason.strip()) < 10:
        raise ValueError("say in a sentence why")
    if not dt.timedelta(0) < length <= OperatorSession.LONGEST:
        raise ValueError("an hour at most")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    for running in OperatorSession.running().filter(user=user):
        _end_session(running)
    now = clock.second()
    session = OperatorSession.objects.create(
        user=user, organisation=organisation, reason=reason.strip(), began=now, until=now + length
    )
    record(Actor(user.id, operating=session.id), "operators.begin", f"operator_session:{session.id}",
           organisation=organisation.id, detail={"minutes": int(length.total_seconds() // 60)})  # fmt: skip
    return session


@writing()
def appoint_operator(user: User, *, is_operator: bool) -> None:
    """Make somebody an operator of the node, or one no longer: then all that they operate ends, too."""
    user.is_operator = is_operator
    user.save(update_fields=["is_operator"])
    record(Actor(), "operators.appoint" if is_operator else "operators.dismiss", f"person:{user.id}")
    for session in OperatorSession.running().filter(user=user) if not is_operator else ():
        _end_session(session)


@writing()
def end_operating(user: User, organisation: Organisation) -> bool:
    """End the time in which an operator stands in for an administrator; tell whether there was one."""
    running = list(OperatorSession.running().filter(user=user, organisation=organisation))
    for session in running:
        _end_session(session)
    return bool(running)


def _end_session(session: OperatorSession) -> None:
    session.until = clock.second()
    session.save(update_fields=["until"])
    record(Actor(session.user_id, operating=session.id), "operators.end", f"operator_session:{session.id}",
           organisation=session.organisation_id)  # fmt: skip


def give_role(user: User, organisation: Organisation, role: Role) -> Membership:
    """Give a role without an invitation: for commands of the node's operator and for the demonstration."""
    return _give(user.id, organisation.id, role, clock.second())


def _give(user: UUID, organisation: UUID, role: Role, now: dt.datetime) -> Membership:
    membership, _ = Membership.objects.get_or_create(
        user_id=user, organisation_id=organisation, role=role.value, until=None, defaults={"since": now}
    )
    return membership


def _person_at(email: str) -> UUID | None:
    """Return whose address it is: the one that they sign in with, or another that they have shown to be theirs."""
    address = email.strip().lower()
    found = User.objects.filter(email=address).values_list("pk", flat=True).first()
    others = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return found or others.values_list("user_id", flat=True).first()


def addresses_of(person: UUID) -> set[str]:
    """Return the addresses by which somebody could be invited."""
    first, others = User.objects.filter(pk=person), EmailAddress.objects.filter(user=person)
    return {each.lower() for found in (first, others) for each in found.values_list("email", flat=True)}


def digest_of(secret: str) -> str:
    """Return what is kept of the secret of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()
