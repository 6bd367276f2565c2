# SPDX-License-Identifier: Apache-2.0
"""Keeping a status list: what its issuer changes in it, and how it is signed anew.

A revocation is for ever, so nothing is taken on trust before it: the credential must be as its issuer signed it, or a place that somebody
wrote into a copy would revoke another person's; and so must the list, or whatever somebody set in it would be signed along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from touchstone.credentials import status_list
from touchstone.credentials.canonical import DEFAULT, ContextSet
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.did import KeyOf
from touchstone.credentials.members import first_object, objects, string, values
from touchstone.credentials.proof import add_proof, check_proofs
from touchstone.credentials.signer import Signer, check_issuer
from touchstone.credentials.status_list import Purpose, StatusList
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject

Act = Literal["revoke", "suspend", "reinstate"]

_CHANGES: Mapping[Act, tuple[Purpose, Callable[[StatusList, int], StatusList]]] = {
    "revoke": ("revocation", status_list.revoke),
    "suspend": ("suspension", status_list.suspend),
    "reinstate": ("suspension", status_list.reinstate),
}

_AS_ISSUED = "Take the file that was issued, and the key file that signed it."
_PUT_BACK = "Put back the copy that is published."


class Kept(NamedTuple):
    """A status list as its keeper publishes it, with the address where, and the place in it that was set."""

    document: JsonObject
    url: str
    place: int


def set_status(
    act: Act,
    credential: JsonObject,
    kept: JsonObject,
    signer: Signer,
    *,
    key_of: KeyOf,
    at: dt.datetime,
    until: dt.datetime,
    contexts: ContextSet = DEFAULT,
) -> Kept:
    """Return a status list with the place of a credential set or lifted, signed anew.

    :param credential: the credential, and ``kept`` the list, both read strictly. Their proofs are checked here.
    :param signer: who issued the one and keeps the other.
    :param key_of: finds the keys of both proofs, those that were rotated out too.
    :param at: from when on the list speaks, ``until`` when.
    :raises CredentialError: ``issuer_not_signer``; ``status_not_kept`` for a credential that has no place in this list;
        ``credential_altered`` for what is not as its issuer signed it; or as :func:`read_kept`.
    """
    purpose, change = _CHANGES[act]
    for document in (credential, kept):
        check_issuer(document, signer)
    url = string(kept.get("id"))
    index = _place(credential, url, purpose)
    by = _By(signer, key_of, contexts)
    _check_proof("credential_altered", "the credential is not as its issuer signed it", credential, by)
    changed = change(read_kept(kept, url, purpose, signer, key_of=key_of, contexts=contexts), index)
    return Kept(signed_list(changed, url, signer, at=at, until=until), url, index)


def read_kept(
    kept: JsonObject, url: str, purpose: Purpose, signer: Signer, *, key_of: KeyOf, contexts: ContextSet = DEFAULT
) -> StatusList:
    """Return a status list as its keeper signed it: the one that is published at an address, for one purpose alone.

    :raises CredentialError: ``issuer_not_signer``; ``status_list_mismatch`` for one of another address; ``status_list_of_several`` for one
        of several purposes, of which all but one would be lost; ``status_list_altered``; or what the list lacks.
    """
    check_issuer(kept, signer)
    if kept.get("id") != url:
        raise CredentialError(
            "status_list_mismatch", "this is the status list of another address", expected=url, found=kept.get("id"),
            hint=_PUT_BACK,
        )  # fmt: skip
    listed = status_list.read_list(kept, purpose)
    (subject,) = objects(kept.get("credentialSubject"))
    if values(subject.get("statusPurpose")) != [purpose]:
        raise CredentialError(
            "status_list_of_several", "the status list serves several purposes, and would be signed for one alone",
            expected=purpose, found=subject.get("statusPurpose"), hint="Keep it with the program that made it.",
        )  # fmt: skip
    by = _By(signer, key_of, contexts)
    _check_proof("status_list_altered", "the status list is not as its keeper signed it", kept, by, hint=_PUT_BACK)
    return listed


def renewed(
    kept: JsonObject,
    signer: Signer,
    *,
    key_of: KeyOf,
    at: dt.datetime,
    until: dt.datetime,
    contexts: ContextSet = DEFAULT,
) -> JsonObject:
    """Return a status list as it stands, signed anew: before it is stale, and with the new key as soon as one was rotated in.

    The parameters are those of :func:`set_status`.

    :raises CredentialError: as :func:`read_kept`.
    """
    url, subject = string(kept.get("id")), first_object(kept.get("credentialSubject"))
    purpose: Purpose = "suspension" if subject.get("statusPurpose") == "suspension" else "revocation"
    listed = read_kept(kept, url, purpose, signer, key_of=key_of, contexts=contexts)
    return signed_list(listed, url, signer, at=at, until=until)


def signed_list(
    listed: StatusList, url: str, signer: Signer, *, at: dt.datetime, until: dt.datetime | None = None
) -> JsonObject:
    """Return a status list as the credential that its keeper publishes.

    :param url: where it is published: the ``statusListCredential`` of the credentials in it.
    :param at: the moment of signing, from which on it speaks; after ``until`` it is stale.
    """
    document = status_list.status_list_credential(
        listed, id=url, issuer=signer.controller, valid_from=at, valid_until=until
    )
    return add_proof(document, signer, cryptosuite=EDDSA_RDFC_2022, created=at)


def _place(credential: JsonObject, url: str, purpose: Purpose) -> int:
    """Return the index of a credential in a list."""
    own = ""
    for entry in status_list.status_entries(credential):
        if entry.get("statusListCredential") == url and entry.get("statusPurpose") == purpose:
            return status_list.read_entry(entry)
        if entry.get("statusPurpose") == purpose:
            own = string(entry.get("statusListCredential"))
    hint = f"Name the list for {purpose} that the credential was issued with." if own else "It was issued without one."
    raise CredentialError(
        "status_not_kept", f"the credential has no place for {purpose} in this list", expected=own and f"the list at {own}",
        found=url, hint=hint,
    )  # fmt: skip


class _By(NamedTuple):
    signer: Signer
    key_of: KeyOf
    contexts: ContextSet


def _check_proof(code: str, message: str, document: JsonObject, by: _By, hint: str = _AS_ISSUED) -> None:
    """Only when it was signed is not asked: what has expired can still be revoked."""
    report = check_proofs(document, by.key_of, controllers=(by.signer.controller,), contexts=by.contexts)
    if report.result != "passed":
        raise CredentialError(
            code, f"{message} ({report.code}: {report.message.removesuffix('.')})",
            hint=hint,
        )  # fmt: skip
