# SPDX-License-Identifier: Apache-2.0
"""Putting the cast onto a node: the same ids every time, and nothing twice."""

from __future__ import annotations

from django.conf import settings

from touchstone_server.access.rules import Actor, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.demo.cast import CastOrganisation, CastPerson, cast, fixed_id
from touchstone_server.demo.keys import make_keys
from touchstone_server.organisations.models import Organisation
from touchstone_server.organisations.services import give_role


@writing()
def seed() -> None:
    """Bring the people and organisations of this node's region here, with their keys; those of all regions where it has none."""
    region = settings.TOUCHSTONE_REGION
    make_keys(settings.TOUCHSTONE_DATA, region)
    here = {each.slug: _organisation(each) for each in cast().organisations if region in ("", each.region)}
    for person in cast().people:
        if region in ("", person.region):
            _person(person, here)


def user_of(person: CastPerson) -> User:
    """Return the account of a person of the cast, who is on this node."""
    return User.objects.get(pk=fixed_id(person.key))


def _organisation(cast_one: CastOrganisation) -> Organisation:
    found, made = Organisation.objects.get_or_create(
        pk=fixed_id(cast_one.slug),
        defaults={
            "slug": cast_one.slug,
            "kind": cast_one.kind,
            "region": cast_one.region,
            "names": cast_one.names,
            "issuer": cast_one.issuer,
        },
    )
    if made:
        record(Actor(), "organisations.found", f"organisation:{found.id}", organisation=found.id)
    return found


def _person(person: CastPerson, here: dict[str, Organisation]) -> None:
    user, made = User.objects.get_or_create(pk=fixed_id(person.key), defaults={"email": person.email})
    if made or not user.is_active:  # whoever erased what was theirs comes back when the demonstration begins anew
        user.email, user.name_han, user.name_latin = person.email, person.name_han, person.name_latin
        user.is_active = True
        user.set_unusable_password()
        user.save()
    for slug, roles in person.roles.items():
        for role in roles:
            give_role(user, here[slug], Role(role))
