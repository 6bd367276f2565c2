# SPDX-License-Identifier: Apache-2.0
"""What members see of their organisations. Every list is cut to what the reader may see."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404

from touchstone_server import clock
from touchstone_server.access.lists import within
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Role
from touchstone_server.accounts.models import User
from touchstone_server.organisations.models import Invitation, Membership, Organisation
from touchstone_server.pages import part


class Place(NamedTuple):
    """An organisation in which somebody holds roles."""

    organisation: Organisation
    roles: tuple[Role, ...]


class Member(NamedTuple):
    """A member and the roles that they hold now."""

    user: User
    memberships: tuple[Membership, ...]


def places(actor: Actor) -> list[Place]:
    """Return the organisations in which somebody holds roles now."""
    found = Organisation.objects.filter(id__in=actor.roles).order_by("slug")
    return [Place(each, tuple(sorted(actor.roles[each.id]))) for each in found]


def organisation_named(actor: Actor, slug: str) -> Organisation:
    """Return an organisation in which somebody holds a role.

    :raises Http404: for any other, whether it is there or not.
    :raises Refused: for one of theirs, after signing in by password alone.
    """
    found = Organisation.objects.filter(slug=slug, id__in=actor.roles).first()
    if found is None:
        raise Http404
    require(actor, Action.SEE_MEMBERS, found.thing)
    return found


def members(actor: Actor, organisation: Organisation, number: str = "") -> Page[Any]:
    """Return a page of the members of an organisation, by address; ``object_list`` holds :class:`Member`."""
    running = Membership.objects.filter(Q(until=None) | Q(until__gt=clock.now()), organisation=organisation)
    seen = within(running, actor, Action.SEE_MEMBERS)
    found = part(User.objects.filter(pk__in=seen.values("user")).order_by("email"), number)
    held = seen.filter(user__in=[each.pk for each in found]).select_related("user").order_by("user__email", "role")
    found.object_list = [Member(user, tuple(roles)) for user, roles in groupby(held, key=lambda each: each.user)]
    return found


def open_invitations(actor: Actor, organisation: Organisation) -> list[Invitation]:
    """Return the invitations that can still be taken up."""
    waiting = Invitation.objects.filter(organisation=organisation, accepted=None, expires__gt=clock.now())
    return list(within(waiting, actor, Action.INVITE_MEMBERS).order_by("-created"))
