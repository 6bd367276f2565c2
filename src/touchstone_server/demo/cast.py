# SPDX-License-Identifier: Apache-2.0
"""The made-up people and organisations of the demonstration, and on which node each is. They are data: ``cast.yaml``."""

from __future__ import annotations

import uuid
from functools import cache
from pathlib import Path

from touchstone.standards.folder import read_bytes, read_value
from touchstone.text import LanguageMap
from touchstone.value import Value

REGIONS = ("GD", "HK", "MO")
FILE = Path(__file__).parent / "cast.yaml"
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "https://touchstone.example/demo")


class CastOrganisation(Value, frozen=True, kw_only=True):
    """An organisation; one that issues has a DID, whose host is its address."""

    slug: str
    kind: str
    region: str
    names: LanguageMap
    issuer: str = ""

    @property
    def host(self) -> str:
        """The made-up host of its DID; in the demonstration it is the node of its region."""
        return self.issuer.removeprefix("did:web:")


class CastPerson(Value, frozen=True, kw_only=True):
    """A person, the node that keeps her account, and the roles that she has there by organisation."""

    key: str
    region: str
    name_han: str
    name_latin: str
    about: LanguageMap
    roles: dict[str, tuple[str, ...]] = {}

    @property
    def email(self) -> str:
        """A made-up address."""
        return f"{self.key}@demo.example"


class Cast(Value, frozen=True, kw_only=True, tag_field="kind", tag="Cast"):
    """All of them."""

    organisations: tuple[CastOrganisation, ...]
    people: tuple[CastPerson, ...]


@cache
def cast() -> Cast:
    """Return the cast."""
    return read_value(read_bytes(FILE), str(FILE), Cast)[0]


def fixed_id(name: str) -> uuid.UUID:
    """Return an id that is the same wherever and whenever the demonstration runs."""
    return uuid.uuid5(_NAMES, name)


def issuers(region: str = "") -> tuple[CastOrganisation, ...]:
    """Return the organisations that issue, those of one region or all."""
    return tuple(each for each in cast().organisations if each.issuer and region in ("", each.region))
