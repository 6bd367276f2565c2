# SPDX-License-Identifier: Apache-2.0
"""A wallet: one file with a holder's credentials, every one as the bytes in which it was handed over.

Nothing that a wallet holds is trusted for being in it: a wallet is the holder's own file, and whoever is shown its credentials verifies
them. It carries status lists beside them, so that they can be verified where there is no network. The holder's key stays in its key
file (``keystore.py``); a wallet names the holder by the DID that this key speaks for, or by the URN of an issuer that knew none, and
takes in nothing that is about anybody else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.canonical.strict_json import Json
from touchstone.credentials.finding import refuse
from touchstone.credentials.members import identifier, objects, string, strings, values
from touchstone.credentials.status_check import MAX_LIST_BYTES
from touchstone.credentials.structure import check_structure
from touchstone.errors import CredentialError
from touchstone.standards.folder import read_bytes
from touchstone.standards.reading import MAX_BYTES
from touchstone.value import Value

MAX_CARRIED = 500
"""Credentials in one wallet at most, and status lists."""

HolderText = Annotated[str, Meta(pattern=r"^(did:[a-z0-9]+|urn:[a-z0-9][a-z0-9-]{1,31}):\S+$", max_length=2048)]
"""A DID, or the URN (RFC 8141) by which an issuer named a person whose DID it did not know."""


class Wallet(Value, frozen=True, kw_only=True):
    """What a wallet file says. ``credentials`` and ``status_lists`` are JSON texts, character for character as they came.

    :param holder: the DID of the person whose credentials these are, or the URN that their issuer gave them.
    """

    format: Literal["touchstone-wallet"]
    version: Literal[1]
    holder: HolderText
    credentials: Annotated[tuple[str, ...], Meta(max_length=MAX_CARRIED)] = ()
    status_lists: Annotated[tuple[str, ...], Meta(max_length=MAX_CARRIED)] = ()


class Carried(Value, frozen=True, kw_only=True):
    """A credential of a wallet as its owner sees it; nothing of it has been verified."""

    id: str
    name: str
    issuer: str
    valid_from: str
    valid_until: str


def new_wallet(holder: str) -> Wallet:
    """Return the empty wallet of a holder.

    :raises CredentialError: ``holder_malformed`` for what is neither a DID nor a URN.
    """
    try:
        return msgspec.convert({"format": "touchstone-wallet", "version": 1, "holder": holder}, Wallet)
    except msgspec.ValidationError:
        raise CredentialError(
            "holder_malformed",
            "a holder is named by a DID, or by the URN that an issuer gave them",
            expected="did:key:…",
            found=holder,
        ) from None


def add(wallet: Wallet, content: bytes) -> Wallet:
    """Return the wallet with one more credential, kept byte for byte.

    :param content: the credential as JSON, as it was handed over.
    :raises CredentialError: ``credential_without_id``; ``subject_not_holder``; ``credential_carried`` for an id that the wallet holds;
        ``wallet_full``; or what keeps it from being a credential at all (the codes of ``strict_json`` and ``structure``).
    """
    document = _credential(content)
    name = string(document.get("id"))
    if not name:
        raise CredentialError("credential_without_id", "a credential that is carried needs an id", field="id")
    if not is_about(document, wallet.holder):
        raise CredentialError(
            "subject_not_holder", "the credential is not about the holder of this wallet",
            field="credentialSubject.id", expected=wallet.holder, found=_subject(document),
            hint="Ask its issuer for one that names your DID as its subject.",
        )  # fmt: skip
    if any(_is_named(text, name) for text in wallet.credentials):
        raise CredentialError(
            "credential_carried", "the wallet holds a credential of this id", found=name,
            hint="Remove that one first, if this one is to take its place.",
        )  # fmt: skip
    if len(wallet.credentials) >= MAX_CARRIED:
        raise _full(f"at most {MAX_CARRIED} credentials")
    return msgspec.structs.replace(wallet, credentials=(*wallet.credentials, content.decode()))


def carry_list(wallet: Wallet, content: bytes) -> Wallet:
    """Return the wallet with a status list, in the place of an earlier one of the same id.

    :raises CredentialError: ``not_a_status_list``, ``wallet_full``, or what keeps it from being a credential at all.
    """
    document = _credential(content, max_bytes=MAX_LIST_BYTES)
    if not _is_list(document):
        raise CredentialError(
            "not_a_status_list", "this is no status list", field="type", expected="BitstringStatusListCredential"
        )
    others = tuple(text for text in wallet.status_lists if _name(text) != document.get("id"))
    if len(others) >= MAX_CARRIED:
        raise _full(f"at most {MAX_CARRIED} status lists")
    return msgspec.structs.replace(wallet, status_lists=(*others, content.decode()))


def take_in(wallet: Wallet, content: bytes) -> Wallet:
    """Return the wallet with whatever this is: a status list is carried beside the credentials, anything else is added to them.

    :raises CredentialError: as :func:`carry_list`, or as :func:`add`.
    """
    if b"BitstringStatusListCredential" in content and _is_list(strict_json.loads(content, max_bytes=MAX_LIST_BYTES)):
        return carry_list(wallet, content)
    return add(wallet, content)


def remove(wallet: Wallet, id: str) -> Wallet:
    """Return the wallet without the credential of that id.

    :raises CredentialError: ``credential_not_carried``.
    """
    get(wallet, id)
    return msgspec.structs.replace(wallet, credentials=tuple(text for text in wallet.credentials if _name(text) != id))


def get(wallet: Wallet, id: str) -> bytes:
    """Return the bytes of the credential of that id, as it was handed over.

    :raises CredentialError: ``credential_not_carried``.
    """
    for text in wallet.credentials:
        if _is_named(text, id):
            return text.encode()
    raise CredentialError(
        "credential_not_carried", "the wallet holds no credential of this id", found=id,
        hint="`touchstone wallet list` shows the ids.",
    )  # fmt: skip


def contents(wallet: Wallet) -> tuple[Carried, ...]:
    """Return what the wallet holds, in the order in which it was added."""
    return tuple(_carried(_credential(text.encode())) for text in wallet.credentials)


def lists_of(wallet: Wallet) -> dict[str, bytes]:
    """Return the status lists that the wallet carries, by the URLs that they bear."""
    return {_name(text): text.encode() for text in wallet.status_lists}


def is_about(document: dict[str, Any], holder: str) -> bool:
    """Tell whether a credential is about the holder: every subject of it bears the holder's id (VC Data Model 2.0, 4.8)."""
    subjects = values(document.get("credentialSubject"))
    return bool(subjects) and all(isinstance(each, dict) and each.get("id") == holder for each in subjects)


# ---------------------------------------------------------------- the file


def load_wallet(file: Path) -> Wallet:
    """Read a wallet file of at most 8 MiB.

    :raises CredentialError: ``wallet_unreadable``.
    """
    return read_wallet(read_bytes(file), str(file))


def read_wallet(content: bytes, name: str = "") -> Wallet:
    """Read a wallet from its bytes; ``name`` is what errors call the file.

    :raises CredentialError: ``wallet_unreadable``, also where something is in it that :func:`add` would not have taken.
    """
    try:
        wallet = msgspec.json.decode(content, type=Wallet)
        strict_json.loads(content, max_bytes=MAX_BYTES)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, CredentialError) as error:
        # What the decoder says may quote the file; a wallet is quoted nowhere.
        code = f" ({error.code})" if isinstance(error, CredentialError) else ""
        raise CredentialError(
            "wallet_unreadable", f"this is no wallet, or one of another version{code}", file=name
        ) from None
    return wallet


def write_wallet(wallet: Wallet) -> bytes:
    """Return the bytes of a wallet file.

    :raises CredentialError: ``wallet_full`` where they are more than are read again.
    """
    content = msgspec.json.format(msgspec.json.encode(wallet), indent=2) + b"\n"
    if len(content) > MAX_BYTES:
        raise _full(f"at most {MAX_BYTES} bytes")
    return content


# ---------------------------------------------------------------- one credential


def _credential(content: bytes, *, max_bytes: int = strict_json.MAX_BYTES) -> dict[str, Any]:
    document = strict_json.loads(content, max_bytes=max_bytes)
    if not isinstance(document, dict):
        raise CredentialError("not_an_object", "a credential is a JSON object", found=type(document).__name__)
    refuse(check_structure(document))
    return document


def _carried(document: dict[str, Any]) -> Carried:
    name = document.get("name")
    return Carried(
        id=string(document.get("id")),
        name=string(name) or next((string(each.get("@value")) for each in objects(name)), ""),
        issuer=identifier(document.get("issuer")),
        valid_from=string(document.get("validFrom")),
        valid_until=string(document.get("validUntil")),
    )


def _is_list(document: Json) -> bool:
    return isinstance(document, dict) and "BitstringStatusListCredential" in strings(document.get("type"))


def _name(text: str) -> str:
    """Return the id of what is in the wallet; it was looked at when it was added, and is again whenever it is verified."""
    document = strict_json.loads(text.encode(), max_bytes=MAX_LIST_BYTES)
    return string(document.get("id")) if isinstance(document, dict) else ""


def _is_named(text: str, name: str) -> bool:
    """Tell whether a text bears an id; only one in which it can stand, plainly or escaped, is read for it."""
    return (name in text or "\\" in text) and _name(text) == name


def _subject(document: dict[str, Any]) -> str:
    return ", ".join(string(each.get("id")) or "nobody" for each in objects(document.get("credentialSubject")))


def _full(expected: str) -> CredentialError:
    return CredentialError("wallet_full", "the wallet is full", expected=expected, hint="Begin a second one.")
