# SPDX-License-Identifier: Apache-2.0
"""Who asks in a request, and what a view says to somebody who may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from touchstone_server import clock
from touchstone_server.access.rules import NOBODY, Action, Actor, Refusal, Role, Thing, refusal
from touchstone_server.accounts.models import User
from touchstone_server.accounts.views import to_sign_in
from touchstone_server.organisations.models import Membership, OperatorSession

SESSION_METHODS = "account_authentication_methods"
"""Where allauth notes how somebody signed in."""


class Refused(PermissionDenied):
    """Somebody may not do something; the page says why, and who can help."""

    def __init__(self, why: Refusal, action: Action, thing: Thing) -> None:
        super().__init__(why.value)
        self.why, self.action, self.thing = why, action, thing


def require(actor: Actor, action: Action, thing: Thing) -> None:
    """Go on only if somebody may do something. Every service that writes begins with it.

    :raises Refused: when they may not.
    """
    if why := refusal(actor, action, thing):
        raise Refused(why, action, thing)


def take_turns(actor: Actor) -> None:
    """Let one request at a time write for a person, from here to the end of the transaction: none goes on beside what erases them, and what
    is counted or looked up first still stands when it is written.

    :raises Refused: when the person was erased.
    """
    found = User.objects.select_for_update(no_key=True).filter(pk=actor.signed_in, is_active=True)
    if not found.values_list("pk", flat=True):
        raise Refused(Refusal.SIGN_IN, Action.USE_PASSPORT, Thing(person=actor.user))


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, with the roles that they hold at this moment; read once in a request."""
    if not hasattr(request, "_actor"):
        request._actor = _actor(request)  # type: ignore[attr-defined]
    return request._actor  # type: ignore[attr-defined]


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    methods = request.session.get(SESSION_METHODS, [])
    operating, operated = _operating(user.id)
    roles = roles_of(user.id)
    if operated:
        roles[operated] = roles.get(operated, frozenset()) | {Role.ADMINISTRATOR, Role.AUDITOR}
    return Actor(user.id, roles, any(each.get("method") == "mfa" for each in methods), operating, user.is_operator)


def roles_of(user: UUID) -> dict[UUID, frozenset[Role]]:
    """Return the roles that somebody holds now, by organisation."""
    found: defaultdict[UUID, set[Role]] = defaultdict(set)
    now = clock.now()
    running = Membership.objects.filter(Q(until=None) | Q(until__gt=now), user=user)
    for organisation, role in running.values_list("organisation_id", "role"):
        found[organisation].add(Role(role))
    return {organisation: frozenset(held) for organisation, held in found.items()}


def _operating(user: UUID) -> tuple[UUID | None, UUID | None]:
    found = OperatorSession.running().filter(user=user).order_by("-began").first()
    return (found.id, found.organisation_id) if found else (None, None)


View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let only people in who have signed in; others are sent to the page where they can."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if actor_of(request).user is None:
            return to_sign_in(request)
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = (
                "private, no-store"  # what is somebody's own is kept by no proxy, nor by the next at this machine
            )
        return response

    return guarded
