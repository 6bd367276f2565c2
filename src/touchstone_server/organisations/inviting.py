# SPDX-License-Identifier: Apache-2.0
"""Inviting somebody by a letter, and everybody in a table: what would come of each row, then all in one transaction. The same table again
does nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from touchstone_server import clock
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Role
from touchstone_server.audit.services import writing
from touchstone_server.language import Locale
from touchstone_server.organisations import letters
from touchstone_server.organisations.invitees import Invitee
from touchstone_server.organisations.models import Invitation, Membership, Organisation
from touchstone_server.organisations.services import Invited, addresses_of, invite, offer
from touchstone_server.organisations.tasks import send_letter


class Finding(NamedTuple):
    """What would come of a row: ``ready``, with the roles that would be offered; ``known``, or ``refused``."""

    invitee: Invitee
    result: str
    roles: tuple[Role, ...] = ()


class Link(NamedTuple):
    """Somebody who was invited, and the link that is told once."""

    finding: Finding
    invited: Invited


@writing()
def invite_by_letter(
    actor: Actor, organisation: Organisation, email: str, roles: Sequence[Role], locale: Locale, origin: str
) -> Invited:
    """Offer somebody roles, and have a letter sent to them where this node sends mail.

    :param locale: in which it is written.
    :param origin: scheme and host with which its link begins.
    :raises Refused: when the actor may not; nobody invites themselves.
    """
    invited = invite(actor, organisation, email, roles)
    if settings.EMAIL_HOST:
        letters.mark(invited.invitation, Invitation.Letter.WAITING)
        transaction.on_commit(partial(send_letter.enqueue, str(invited.invitation.id), locale.path, origin))
    return invited


def findings(actor: Actor, organisation: Organisation, invitees: Sequence[Invitee]) -> list[Finding]:
    """Return what would come of each row: only roles are offered that the person neither holds nor was offered, and nobody invites
    themselves.

    :raises Refused: when the actor may not.
    """
    require(actor, Action.INVITE_MEMBERS, organisation.thing)
    known = _known(organisation, {each.email for each in invitees if not each.problem})
    own = addresses_of(actor.signed_in)
    told = (each._replace(problem="yourself") if each.email in own and not each.problem else each for each in invitees)
    return [_finding(each, known[each.email]) for each in told]


@writing()
def invite_all(actor: Actor, organisation: Organisation, invitees: Sequence[Invitee]) -> list[Link]:
    """Invite everybody whose row is ready, all or none.

    :raises Refused: when the actor may not.
    """
    Organisation.objects.select_for_update().get(
        pk=organisation.pk
    )  # a form that is sent twice waits, and finds it done
    ready = (each for each in findings(actor, organisation, invitees) if each.result == "ready")
    return [Link(each, offer(actor, organisation, each.invitee.email, each.roles)) for each in ready]


def _finding(invitee: Invitee, known: set[Role]) -> Finding:
    if invitee.problem:
        return Finding(invitee, "refused")
    lacking = tuple(sorted(invitee.roles - known))
    return Finding(invitee, "ready", lacking) if lacking else Finding(invitee, "known")


def _known(organisation: Organisation, emails: Iterable[str]) -> defaultdict[str, set[Role]]:
    """Return the roles that people hold, or can take up, by their address."""
    now, found = clock.now(), defaultdict[str, set[Role]](set)
    held = Membership.objects.filter(
        Q(until=None) | Q(until__gt=now), organisation=organisation, user__email__in=emails
    )
    for email, role in held.values_list("user__email", "role"):
        found[email].add(Role(role))
    waiting = Invitation.objects.filter(organisation=organisation, accepted=None, expires__gt=now, email__in=emails)
    for email, roles in waiting.values_list("email", "roles"):
        found[email].update(map(Role, roles))
    return found
