# SPDX-License-Identifier: Apache-2.0
"""What must hold before a credential is signed. Nothing that fails here is signed; a signature cannot be taken back."""

from __future__ import annotations

from touchstone.credentials.canonical import DEFAULT, ContextSet, canonical_bytes
from touchstone.credentials.characters import check_characters
from touchstone.credentials.finding import Finding, finding_of
from touchstone.credentials.members import objects, strings
from touchstone.credentials.privacy import check_privacy
from touchstone.credentials.schema import check_schema
from touchstone.credentials.structure import Resources, check_structure, nothing_at_hand
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject


def lint(
    document: JsonObject,
    *,
    contexts: ContextSet = DEFAULT,
    resources: Resources = nothing_at_hand,
    terms: bool = True,
) -> list[Finding]:
    """Return everything that keeps this credential from being signed as one of ours; an empty list lets it pass.

    The form (:func:`lint_form`), privacy, characters that nobody sees, a ``validFrom`` and a status entry, without which it could never
    be revoked (a status list itself needs none).

    :param terms: whether the terms are looked at; whoever signs what they mean at once (``eddsa-rdfc-2022``) looks at them then.
    """
    return [
        *lint_form(document, contexts=contexts, resources=resources, terms=terms),
        *check_privacy(document),
        *check_characters(document),
        *_revocable(document),
        *_dated(document),
    ]


def lint_form(
    document: JsonObject,
    *,
    contexts: ContextSet = DEFAULT,
    resources: Resources = nothing_at_hand,
    terms: bool = True,
) -> list[Finding]:
    """Return what keeps a credential from being a conforming one at all, whoever issues it: structure, schema and
    terms.
    """
    found = [*check_structure(document, resources), *check_schema(document)]
    try:
        if terms:
            canonical_bytes(document, contexts)
    except CredentialError as error:
        found.append(finding_of(error))
    return found


def _revocable(document: JsonObject) -> list[Finding]:
    types = [
        type_name for entry in objects(document.get("credentialStatus")) for type_name in strings(entry.get("type"))
    ]
    if "BitstringStatusListEntry" in types or "BitstringStatusListCredential" in strings(document.get("type")):
        return []
    message = "a credential without a place in a status list can never be revoked"
    return [Finding(code="status_missing", message=message, field="credentialStatus")]


def _dated(document: JsonObject) -> list[Finding]:
    if "validFrom" in document:
        return []
    return [Finding(code="valid_from_missing", message="validFrom is missing", field="validFrom")]
