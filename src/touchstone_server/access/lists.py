# SPDX-License-Identifier: Apache-2.0
"""The other half of every rule on a thing: the list that holds it."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from touchstone_server.access.rules import Action, Actor, scope

M = TypeVar("M", bound=Model)


def within(
    found: QuerySet[M], actor: Actor, action: Action, *, organisation: str = "organisation", person: str = ""
) -> QuerySet[M]:
    """Return those of some things that somebody may see.

    :param organisation: the field that leads to the organisation to which a thing belongs.
    :param person: the field that leads to the person whom it is about, where there is one.
    """
    covered = scope(actor, action)
    wanted = Q(**{f"{organisation}__in": covered.organisations})
    if person and covered.person:
        about: dict[str, Any] = {person: covered.person}
        wanted |= Q(**about)
    return found.filter(wanted)
