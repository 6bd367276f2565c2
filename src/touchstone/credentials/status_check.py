# SPDX-License-Identifier: Apache-2.0
"""Whether a credential was revoked or suspended: its status lists fetched, verified as the issuer's own, and read."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials import status_list
from touchstone.credentials.canonical import ContextSet, strict_json
from touchstone.credentials.canonical.strict_json import Json
from touchstone.credentials.did import KeyOf, Retrieve
from touchstone.credentials.finding import refuse
from touchstone.credentials.members import identifier, objects, string
from touchstone.credentials.proof import check_proofs
from touchstone.credentials.report import Check
from touchstone.credentials.status_list import Status
from touchstone.credentials.structure import check_structure
from touchstone.errors import CredentialError, InputError

MAX_LIST_BYTES = 1024 * 1024
"""Bytes of a status list credential at most."""

MAX_LIST_VALUES = 500
"""Members and items of a status list credential at most; one has about twenty."""

MAX_ENTRIES, MAX_LISTS = 8, 4
"""Status entries of one credential that are looked at, and the lists that they name; each list may cost a connection."""


def check_status(
    document: dict[str, Json],
    issuer: str,
    key_of: KeyOf,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None,
    contexts: ContextSet,
) -> Check:
    """Tell what the status lists of a credential say at a moment (Bitstring Status List 1.0, 3.2).

    :param retrieve: fetches a list by its URL; without it the status of a credential that has one is *unknown*.
    """
    entries = objects(document.get("credentialStatus"))
    if not entries:
        message = "The issuer keeps no list in which it could be revoked."
        return Check(check="status", result="passed", code="status_not_kept", message=message)
    if len(entries) > MAX_ENTRIES:
        message = f"The credential has {len(entries)} status entries; at most {MAX_ENTRIES} are looked at."
        return Check(check="status", result="unknown", code="status_too_many", message=message)
    named = {string(entry.get("statusListCredential")) for entry in entries}
    if len(named) > MAX_LISTS:
        message = f"The credential names {len(named)} status lists; at most {MAX_LISTS} are looked at."
        return Check(check="status", result="unknown", code="status_too_many", message=message)
    lists: dict[str, dict[str, Json]] = {}
    told = [_status(entry, issuer, key_of, at, retrieve, contexts, lists) for entry in entries]
    worst = status_list.worst(told) or told[0]
    if worst.state == "good":
        return Check(check="status", result="passed", code="status_good", message=worst.message)
    if worst.state == "unknown":
        return Check(check="status", result="unknown", code=worst.code, message=worst.message)
    return Check(check="status", result="failed", code=worst.state, message=worst.message)


def _status(
    entry: dict[str, Json],
    issuer: str,
    key_of: KeyOf,
    at: dt.datetime,
    retrieve: Retrieve | None,
    contexts: ContextSet,
    lists: dict[str, dict[str, Json]],
) -> Status:
    """Return what one entry's list says; ``lists`` keeps those that were fetched, as entries of several purposes may share one."""
    try:
        status_list.read_entry(entry)
        url = string(entry.get("statusListCredential"))
        if url not in lists:
            lists[url] = verified_list(url, issuer, key_of, at, retrieve, contexts)
    except CredentialError as error:
        purpose = string(entry.get("statusPurpose"))
        return Status(state="unknown", code=error.code, message=str(error), purpose=purpose)
    return status_list.check(entry, lists[url], at)


def verified_list(
    url: str,
    issuer: str,
    key_of: KeyOf,
    at: dt.datetime,
    retrieve: Retrieve | None,
    contexts: ContextSet,
) -> dict[str, Json]:
    """Fetch a status list credential, and check that it is sound and that the issuer of the credential has signed it.

    :raises CredentialError: ``status_list_not_retrieved``, ``status_list_issuer``, ``status_list_proof``, or what its form lacks.
    """
    read = strict_json.read(_retrieved(url, retrieve), max_bytes=MAX_LIST_BYTES)
    listed = read.value
    if not isinstance(listed, dict):
        raise CredentialError("status_list_malformed", "the status list is no JSON object", found=url)
    strict_json.check_values(listed, MAX_LIST_VALUES)
    refuse(check_structure(listed, contexts.content))
    found = identifier(listed.get("issuer"))
    if found != issuer:
        raise CredentialError("status_list_issuer", "the status list is another issuer's", expected=issuer, found=found)
    proofs = check_proofs(read, key_of, at=at, controllers=(issuer,), contexts=contexts)
    if proofs.result != "passed":
        raise CredentialError(
            "status_list_proof", f"the proof of the status list does not hold ({proofs.code})", found=url
        )
    return listed


def _retrieved(url: str, retrieve: Retrieve | None) -> bytes:
    if retrieve is None:
        raise CredentialError(
            "status_list_not_retrieved",
            "the status list was not fetched",
            found=url,
            hint="Allow fetching, or hand in the list as a file.",
        )
    try:
        return retrieve(url)
    except (InputError, OSError) as error:
        raise CredentialError(
            "status_list_not_retrieved", "the status list cannot be had", found=url, hint=str(error)
        ) from None
