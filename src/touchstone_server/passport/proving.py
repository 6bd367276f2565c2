# SPDX-License-Identifier: Apache-2.0
"""Who somebody is to the issuers of their certificates: the DID that those certificates name which were claimed by a code.

Whoever claims a certificate had the code that its issuer gave to the person whom it names. One that was brought as a file proves nothing:
anybody may have a copy.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.members import identifier, objects, string
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.passport.models import HeldCredential


class Shown(NamedTuple):
    """A certificate by its id and its issuer."""

    id: str
    issuer: str


def proven_subject(holder: UUID, shown: Collection[Shown]) -> str:
    """Return the one DID that some certificates are about, where the holder has claimed every one of them; else an empty text."""
    claimed = HeldCredential.objects.filter(holder_id=holder, given_by__isnull=False)
    subjects = dict(_subject(bytes(content)) for content in claimed.values_list("content", flat=True))
    named = {subjects.get(each, "") for each in shown}
    subject = named.pop() if len(named) == 1 else ""
    return subject if subject.startswith("did:") else ""


def _subject(content: bytes) -> tuple[Shown, str]:
    """Return a certificate's name, and whom it is about where that is one."""
    try:
        document = strict_json.loads(content, max_bytes=MOST_BYTES)
    except CredentialError:
        return Shown("", ""), ""
    read: JsonObject = document if isinstance(document, dict) else {}
    about = [string(each.get("id")) for each in objects(read.get("credentialSubject"))]
    return Shown(string(read.get("id")), identifier(read.get("issuer"))), about[0] if len(set(about)) == 1 else ""
