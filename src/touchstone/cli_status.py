# SPDX-License-Identifier: Apache-2.0
"""The commands that keep the status of what was issued: ``credential revoke``, ``suspend``, ``reinstate``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_credentials import CredentialFile, credential_in, list_in, object_in
from touchstone.cli_shared import Json, Key, Method, now, open_key, print_plain, put_file, told_of
from touchstone.errors import CredentialError

if TYPE_CHECKING:
    from touchstone.credentials.signer import Signer
    from touchstone.credentials.status_list import StatusList

ListFile = Annotated[
    Path, typer.Option("--list", metavar="FILE", help="The status list that you keep, as `credential issue` made it.")
]
Days = Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help="For how many days the list speaks.")]


def register(credential_app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    for command in (revoke, suspend, reinstate):
        credential_app.command()(command)


def revoke(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Revoke a credential, for ever: set its place in your status list, and sign the list anew."""
    from touchstone.credentials.status_list import revoke as revoked

    _set_status(file, list_file, open_key(key, method), revoked, "revocation", "revoked", days, json=json)


def suspend(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Suspend a credential until you reinstate it."""
    from touchstone.credentials.status_list import suspend as suspended

    _set_status(file, list_file, open_key(key, method), suspended, "suspension", "suspended", days, json=json)


def reinstate(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Lift a suspension; a revocation cannot be lifted."""
    from touchstone.credentials.status_list import reinstate as reinstated

    _set_status(file, list_file, open_key(key, method), reinstated, "suspension", "reinstated", days, json=json)


def _set_status(
    file: Path,
    list_file: Path,
    signer: Signer,
    change: Callable[[StatusList, int], StatusList],
    purpose: str,
    done: str,
    days: int,
    *,
    json: bool,
) -> None:
    from touchstone.credentials import status_list

    document = object_in(file, credential_in(file))
    _, kept = list_in(list_file)
    url = str(kept.get("id"))
    index = told_of(file, lambda: _place(document, url, purpose))
    _check_keeper(kept, document, signer, list_file)
    changed = told_of(list_file, lambda: change(status_list.read_list(kept, purpose), index))
    put_file(list_file, signed_list(changed, url, signer, days))
    if json:
        print_plain({"credential": document.get("id"), "status": done, "list": url, "index": index})
        return
    typer.echo(f"{document.get('id')}: {done}. Publish {list_file} at {url}: verifiers see it from then on.")


def _place(document: dict[str, Any], url: str, purpose: str) -> int:
    """Return the index of a credential in a list."""
    from touchstone.credentials.status_list import read_entry, status_entries

    for entry in status_entries(document):
        if entry.get("statusListCredential") == url and entry.get("statusPurpose") == purpose:
            return read_entry(entry)
    raise CredentialError(
        "status_not_kept", f"the credential has no place for {purpose} in this list", expected=f"an entry that names {url}",
        hint="Name the list that the credential was issued with.",
    )  # fmt: skip


def _check_keeper(kept: dict[str, Any], document: dict[str, Any], signer: Signer, list_file: Path) -> None:
    """Only who issued the credential and keeps the list may change it."""
    from touchstone.credentials.members import identifier

    for found in (identifier(kept.get("issuer")), identifier(document.get("issuer"))):
        if found != signer.controller:
            raise CredentialError(
                "issuer_not_signer",
                "the key is not the issuer's",
                expected=found,
                found=signer.controller,
                file=str(list_file),
            )


def signed_list(listed: StatusList, url: str, signer: Signer, days: int) -> bytes:
    """Return a status list as the credential that its issuer publishes, good for some days from now."""
    import orjson

    from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
    from touchstone.credentials.proof import add_proof
    from touchstone.credentials.status_list import status_list_credential

    begins = now()
    document = status_list_credential(
        listed, id=url, issuer=signer.controller, valid_from=begins, valid_until=begins + dt.timedelta(days=days)
    )
    return orjson.dumps(add_proof(document, signer, cryptosuite=EDDSA_RDFC_2022, created=begins))
