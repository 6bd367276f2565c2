# SPDX-License-Identifier: Apache-2.0
"""What the demonstration's pages show."""

from __future__ import annotations

from typing import Any, NamedTuple

from touchstone_server.demo import certificate
from touchstone_server.demo.cast import REGIONS, CastOrganisation, CastPerson, cast
from touchstone_server.demo.nodes import address_of
from touchstone_server.language import Locale
from touchstone_server.pages import address


class Chosen(NamedTuple):
    """A person who can be chosen: where, with which roles, and the address that lets one in."""

    person: CastPerson
    organisation: CastOrganisation | None
    roles: tuple[str, ...]
    enter: str


class Region(NamedTuple):
    """A region, the address of its node, and the people there."""

    code: str
    home: str
    people: tuple[Chosen, ...]


def regions(locale: Locale) -> list[Region]:
    """Return the three regions with their people."""
    return [
        Region(
            code,
            address_of(code) + address("landing", locale),
            tuple(_chosen(person, locale) for person in cast().people if person.region == code),
        )
        for code in REGIONS
    ]


def story(locale: Locale) -> dict[str, Any]:
    """Return what the story needs: the wallet, where each step is done, and whether the certificate still counts."""

    def at(region: str, page_name: str) -> str:
        return address_of(region) + address(page_name, locale)

    return {
        "wallet": certificate.carried().decode(),
        "revoked": certificate.revoked_at(),
        "gd_verify": at("GD", "verify"),
        "hk_verify": at("HK", "verify"),
        "hk_explorer": at("HK", "explorer_file"),
        "mo_explorer": at("MO", "explorer_file"),
    }


def _chosen(person: CastPerson, locale: Locale) -> Chosen:
    slug = next(iter(person.roles), "")
    organisation = next((each for each in cast().organisations if each.slug == slug), None)
    roles = tuple(role for held in person.roles.values() for role in held if role != "administrator")
    enter = address_of(person.region) + address("demo_enter", locale, None, key=person.key)
    return Chosen(person, organisation, roles, enter)
