# SPDX-License-Identifier: Apache-2.0
"""Trust registries: who may publish documents, who may issue credentials, and with which keys, day by day.

A registry is what its reader has chosen to rely on. Everything that a proof is worth follows from it, so it says only what can be
checked: parties, what each may speak for, who accredited them, and their keys with the days on which each was in use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, field

from touchstone.logic import Identifier
from touchstone.standards.envelope import Document, Period, Region
from touchstone.text import LanguageMap
from touchstone.value import Value

KeyText = Annotated[
    str,
    Meta(
        pattern=r"^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$",
        description="an Ed25519 public key as multibase, z6Mk and base58btc",
    ),
]


class RegisteredKey(Value, frozen=True, kw_only=True):
    """A public key (W3C Multikey) under the id of its verification method; a key that was rotated keeps its period."""

    id: Identifier
    public_key: KeyText = field(name="publicKeyMultibase")
    valid: Period | None = None

    def in_use(self, moment: dt.datetime) -> bool:
        """Tell whether the key was in use at an aware ``moment``; days are those of UTC."""
        return self.valid is None or moment.astimezone(dt.UTC).date() in self.valid


class RegisteredIssuer(Value, frozen=True, kw_only=True):
    """Who may issue credentials: for which regions, frameworks and qualifications, and by whose accreditation.

    ``valid`` is the period of the accreditation. An issuer without keys here signs with those of its DID.
    """

    id: Identifier
    name: LanguageMap
    accredited_by: Identifier | None = None
    valid: Period | None = None
    regions: tuple[Region, ...] | None = None
    frameworks: tuple[Identifier, ...] | None = None
    qualifications: tuple[Identifier, ...] | None = None
    keys: tuple[RegisteredKey, ...] = ()


class RegisteredPublisher(Value, frozen=True, kw_only=True):
    """Who may sign public documents, and the regions that it speaks for."""

    id: Identifier
    name: LanguageMap
    regions: tuple[Region, ...] = ()
    keys: tuple[RegisteredKey, ...] = ()


Party = RegisteredIssuer | RegisteredPublisher


class TrustRegistry(Document, frozen=True, kw_only=True, tag_field="kind", tag="TrustRegistry"):
    """Publishers of documents and issuers of credentials, with their accreditation and keys; signed by its keeper."""

    issuers: tuple[RegisteredIssuer, ...]
    publishers: tuple[RegisteredPublisher, ...] = ()

    def parties(self) -> Iterator[tuple[str, int, Party]]:
        """Yield every party with the field and the place where it stands."""
        yield from (("issuers", index, issuer) for index, issuer in enumerate(self.issuers))
        yield from (("publishers", index, publisher) for index, publisher in enumerate(self.publishers))
