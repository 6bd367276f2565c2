# SPDX-License-Identifier: Apache-2.0
"""Members come and go: invitations, roles, and sessions of operators. Each call is one transaction, and stands in the audit log."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction

from touchstone_server import clock
from touchstone_server.access.requests import Refused, require
from touchstone_server.access.rules import Action, Actor, Refusal, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record
from touchstone_server.organisations.models import Invitation, Membership, OperatorSession, Organisation

LIFE = dt.timedelta(days=14)
"""How long an invitation can be taken up."""


class InvitationError(Exception):
    """An invitation cannot be taken up; ``code`` says why: unknown, expired, or used."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Invited(NamedTuple):
    """An invitation and the secret of its link, which is told once and not kept."""

    invitation: Invitation
    secret: str


@transaction.atomic
def invite(actor: Actor, organisation: Organisation, email: str, roles: Sequence[Role]) -> Invited:
    """Offer somebody roles in an organisation.

    :raises Refused: when the actor may not.
    """
    require(actor, Action.INVITE_MEMBERS, organisation.thing)
    return offer(actor, organisation, email, roles)


def offer(actor: Actor, organisation: Organisation, email: str, roles: Sequence[Role]) -> Invited:
    """Keep an invitation, within the transaction of whoever has asked whether the actor may."""
    secret, now = secrets.token_urlsafe(24), clock.second()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.strip().lower(),
        roles=sorted({role.value for role in roles}),
        secret_digest=_digest(secret),
        invited_by_id=actor.signed_in,
        created=now,
        expires=now + LIFE,
    )
    record(actor, Action.INVITE_MEMBERS, f"invitation:{invitation.id}", organisation=organisation.id,
           detail={"roles": invitation.roles})  # fmt: skip
    return Invited(invitation, secret)


def send(invited: Invited, address: str, subject: str, text: str) -> None:
    """Send the link of an invitation by mail.

    :param text: the letter, with ``{address}`` where the link stands.
    """
    send_mail(subject, text.format(address=address), None, [invited.invitation.email])


def invitation_of(secret: str) -> Invitation:
    """Return the invitation that a link names.

    :raises InvitationError: when it cannot be taken up.
    """
    found = Invitation.objects.filter(secret_digest=_digest(secret)).select_related("organisation").first()
    if found is None:
        raise InvitationError("unknown")
    if found.accepted:
        raise InvitationError("used")
    if found.expires <= clock.second():
        raise InvitationError("expired")
    return found


@transaction.atomic
def accept(actor: Actor, secret: str) -> Organisation:
    """Take up an invitation: whoever has its link and has signed in becomes a member. Nobody gives a role to themselves.

    :raises InvitationError: when it cannot be taken up.
    :raises Refused: when the actor made it: an hour of standing in for somebody would last for ever.
    """
    invitation = invitation_of(secret)
    if invitation.invited_by_id == actor.user:
        raise Refused(Refusal.OWN_PROPOSAL, Action.INVITE_MEMBERS, invitation.thing)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted:
        raise InvitationError("used")
    now = clock.second()
    for role in invitation.roles:
        _give(actor.signed_in, invitation.organisation_id, Role(role), now)
    invitation.accepted_by_id, invitation.accepted = actor.signed_in, now
    invitation.save(update_fields=["accepted_by", "accepted"])
    record(actor, "members.accept", f"invitation:{invitation.id}", organisation=invitation.organisation_id,
           detail={"roles": invitation.roles})  # fmt: skip
    return invitation.organisation


@transaction.atomic
def withdraw(actor: Actor, invitation: Invitation) -> None:
    """Let an invitation count no more that nobody has taken up; a link that was lost is made anew by inviting again.

    :raises Refused: when the actor may not.
    """
    require(actor, Action.INVITE_MEMBERS, invitation.thing)
    now = clock.second()
    if Invitation.objects.filter(pk=invitation.pk, accepted=None, expires__gt=now).update(expires=now):
        record(actor, "members.withdraw", f"invitation:{invitation.id}", organisation=invitation.organisation_id)


@transaction.atomic
def end_membership(actor: Actor, membership: Membership) -> None:
    """Take a role from a member, from now on.

    :raises Refused: when the actor may not; nobody takes a role from themselves.
    """
    require(actor, Action.CHANGE_MEMBERS, membership.thing)
    if membership.until is None:
        membership.until = clock.second()
        membership.save(update_fields=["until"])
        record(actor, Action.CHANGE_MEMBERS, f"membership:{membership.id}", organisation=membership.organisation_id,
               detail={"ended": membership.role})  # fmt: skip


@transaction.atomic
def found_organisation(
    slug: str, kind: str, region: str, names: dict[str, str], administrator: User, issuer: str = ""
) -> Organisation:
    """Bring an organisation onto the node, with its first administrator; the node's operator does so by command."""
    organisation = Organisation.objects.create(slug=slug, kind=kind, region=region, names=names, issuer=issuer)
    _give(administrator.id, organisation.id, Role.ADMINISTRATOR, clock.second())
    record(Actor(), "organisations.found", f"organisation:{organisation.id}", organisation=organisation.id)
    return organisation


@transaction.atomic
def operate(user: User, organisation: Organisation, reason: str, length: dt.timedelta) -> OperatorSession:
    """Let an operator of the node stand in for an organisation's administrator, for a while and for a reason.

    :raises ValueError: when they are no operator, give no reason, or ask for more than an hour.
    """
    if not user.is_operator:
        raise ValueError("only an operator of this node may do so")
    if len(reason.strip()) < 10:
        raise ValueError("say in a sentence why")
    if not dt.timedelta(0) < length <= OperatorSession.LONGEST:
        raise ValueError("an hour at most")
    now = clock.second()
    session = OperatorSession.objects.create(
        user=user, organisation=organisation, reason=reason.strip(), began=now, until=now + length
    )
    record(Actor(user.id, operating=session.id), "operators.begin", f"operator_session:{session.id}",
           organisation=organisation.id, detail={"minutes": int(length.total_seconds() // 60)})  # fmt: skip
    return session


def give_role(user: User, organisation: Organisation, role: Role) -> Membership:
    """Give a role without an invitation: for commands of the node's operator and for the demonstration."""
    return _give(user.id, organisation.id, role, clock.second())


def _give(user: UUID, organisation: UUID, role: Role, now: dt.datetime) -> Membership:
    membership, _ = Membership.objects.get_or_create(
        user_id=user, organisation_id=organisation, role=role.value, until=None, defaults={"since": now}
    )
    return membership


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
