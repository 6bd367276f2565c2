# SPDX-License-Identifier: Apache-2.0
"""Whether a credential was revoked or suspended: its status lists fetched, verified as the issuer's own, and read."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from touchstone.credentials import status_list
from touchstone.credentials.canonical import ContextSet, strict_json
from touchstone.credentials.canonical.strict_json import Json
from touchstone.credentials.cryptosuites import Secured
from touchstone.credentials.did import KeyOf
from touchstone.credentials.finding import refuse
from touchstone.credentials.members import identifier, objects, string
from touchstone.credentials.proof import ProofReport, check_proofs
from touchstone.credentials.report import Check
from touchstone.credentials.retrieving import Retrieve, Retrieved, retrieved
from touchstone.credentials.signing_time import check_key, made_later
from touchstone.credentials.status_list import Status
from touchstone.credentials.structure import check_structure
from touchstone.errors import CredentialError, InputError
from touchstone.standards.trust_registry import RegisteredIssuer

MAX_LIST_BYTES = 1024 * 1024
"""Bytes of a status list credential at most."""

MAX_LIST_VALUES = 500
"""Members and items of a status list credential at most; one has about twenty."""

MAX_ENTRIES, MAX_LISTS = 8, 4
"""Status entries of one credential that are looked at, and the lists that they name; each list may cost a connection."""


class Asked(NamedTuple):
    """Whose status lists are asked, when, and by what means.

    :param at: the moment in question, in UTC.
    :param retrieve: fetches a list by its URL; without it the status of a credential that has one is *unknown*.
    :param listed: the issuer as the verifier's trust registry lists it: only keys that were in use sign its lists.
    """

    issuer: str
    at: dt.datetime
    key_of: KeyOf
    retrieve: Retrieve | None
    contexts: ContextSet
    listed: RegisteredIssuer | None = None


class VerifiedList(NamedTuple):
    """A status list credential that was verified, and when it was fetched, if it was."""

    document: dict[str, Json]
    fetched: dt.datetime | None


def check_status(document: dict[str, Json], asked: Asked) -> Check:
    """Tell what the status lists of a credential say at a moment (Bitstring Status List 1.0, 3.2)."""
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
    lists: dict[str, VerifiedList] = {}
    told = [_status(entry, asked, lists) for entry in entries]
    worst = status_list.worst(told) or told[0]
    if worst.state == "good":
        return Check(check="status", result="passed", code="status_good", message=worst.message)
    if worst.state == "unknown":
        return Check(check="status", result="unknown", code=worst.code, message=worst.message)
    return Check(check="status", result="failed", code=worst.state, message=worst.message)


def _status(entry: dict[str, Json], asked: Asked, lists: dict[str, VerifiedList]) -> Status:
    """Return what one entry's list says; ``lists`` keeps those that were fetched, as entries of several purposes may share one."""
    try:
        status_list.read_entry(entry)
        url = string(entry.get("statusListCredential"))
        if url not in lists:
            lists[url] = verified_list(url, asked)
    except CredentialError as error:
        purpose = string(entry.get("statusPurpose"))
        return Status(state="unknown", code=error.code, message=str(error), purpose=purpose)
    listed, fetched = lists[url]
    return status_list.check(entry, listed, asked.at, retrieved=fetched)


def verified_list(url: str, asked: Asked) -> VerifiedList:
    """Fetch a status list credential, and check that it is sound and that the issuer of the credential has signed it.

    Where the registry lists the issuer's keys, the list's key must have been in use when it signed, and must be so still at the moment
    asked about: the proof's ``created`` and the list's ``validFrom`` are the signer's own word, and whoever has stolen a key that was
    rotated out could date both back, and undo what was revoked since. So an issuer that rotates its key signs its lists anew at once.

    :raises CredentialError: ``status_list_not_retrieved``, ``status_list_issuer``, ``status_list_proof``, or what its form lacks.
    """
    content, fetched = _retrieved(url, asked.retrieve)
    read = strict_json.read(content, max_bytes=MAX_LIST_BYTES)
    listed = read.value
    if not isinstance(listed, dict):
        raise CredentialError("status_list_malformed", "the status list is no JSON object", found=url)
    strict_json.check_values(listed, MAX_LIST_VALUES)
    refuse(check_structure(listed, asked.contexts.content))
    found = identifier(listed.get("issuer"))
    if found != asked.issuer:
        raise CredentialError(
            "status_list_issuer", "the status list is another issuer's", expected=asked.issuer, found=found
        )
    if amiss := _amiss(listed, read, asked):
        raise CredentialError(
            "status_list_proof",
            f"the proof of the status list does not hold ({amiss.code})",
            found=url,
            hint=amiss.message,
        )
    return VerifiedList(listed, fetched)


class _Amiss(NamedTuple):
    """Why the proof of a list does not hold."""

    code: str
    message: str


def _amiss(listed: dict[str, Json], read: Secured, asked: Asked) -> _Amiss | None:
    """Return what keeps the proof of a list from holding; None where it holds."""
    proofs = check_proofs(read, asked.key_of, at=asked.at, controllers=(asked.issuer,), contexts=asked.contexts)
    if proofs.result != "passed":
        return _unlisted_key(proofs, asked.listed) or _Amiss(proofs.code, proofs.message)
    signing = proofs.by(asked.issuer)
    if any(made_later(proof, asked.at) for proof in signing):
        return _Amiss("proof_created_later", "It says that it was made later than the moment asked about.")
    key = check_key(asked.listed, signing, asked.at, still=True)
    return None if key.result == "passed" else _Amiss(key.code, key.message)


def _unlisted_key(proofs: ProofReport, listed: RegisteredIssuer | None) -> _Amiss | None:
    """Name a key that the registry does not list, where it lists others of the issuer: after a rotation that is the usual reason."""
    if listed is None or not listed.keys:
        return None
    known = {key.id for key in listed.keys}
    used = (proof.verification_method for proof in proofs.proofs if proof.controller in ("", listed.id))
    unlisted = next((method for method in used if method.startswith(listed.id) and method not in known), None)
    if unlisted is None:
        return None
    message = f"The trust registry does not list the key {unlisted}: get its newest edition, or ask the issuer to publish the key."
    return _Amiss("key_not_listed", message)


def _retrieved(url: str, retrieve: Retrieve | None) -> Retrieved:
    if retrieve is None:
        raise CredentialError(
            "status_list_not_retrieved",
            "the status list was not fetched",
            found=url,
            hint="Allow fetching, or hand in the list as a file.",
        )
    try:
        return retrieved(url, retrieve)
    except (InputError, OSError) as error:
        raise CredentialError(
            "status_list_not_retrieved", "the status list cannot be had", found=url, hint=str(error)
        ) from None
