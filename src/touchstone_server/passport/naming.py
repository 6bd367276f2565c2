# SPDX-License-Identifier: Apache-2.0
"""Whose name stands on a certificate: its holder's, or somebody else's."""

from __future__ import annotations

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.privacy import subject_names
from touchstone.errors import CredentialError
from touchstone_server.accounts.models import User
from touchstone_server.credentials.unpacking import MOST_BYTES
from touchstone_server.issuing.same_person import names_one_of


def name_of_another(person: User, content: bytes) -> str:
    """Return the name on a certificate where it is none of a person's; an empty text where it is, or where no name stands there."""
    try:
        document = strict_json.loads(content, max_bytes=MOST_BYTES)
    except CredentialError:
        return ""
    names = [name for name in subject_names(document) if name] if isinstance(document, dict) else []
    called = (person.name_han, person.name_latin)
    return "" if any(names_one_of(name, called) for name in names) else next(iter(names), "")
