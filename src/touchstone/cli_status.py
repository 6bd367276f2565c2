# SPDX-License-Identifier: Apache-2.0
"""The commands that keep the status of what was issued: ``credential revoke``, ``suspend``, ``reinstate``, ``renew``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_credentials import CredentialFile, credential_in, list_in, object_in
from touchstone.cli_shared import Json, Key, Method, changing, now, open_key, print_plain, put_file, told_of

if TYPE_CHECKING:
    from touchstone.credentials.did import KeyOf
    from touchstone.credentials.status_keeping import Act

ListFile = Annotated[
    Path,
    typer.Option(
        "--list",
        metavar="FILE",
        help="Your status list for revocation, or for suspension, as `credential issue` made it.",
    ),
]
Days = Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help="For how many days the list speaks.")]


def register(credential_app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    for command in (revoke, suspend, reinstate, renew):
        credential_app.command()(command)


def revoke(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Revoke a credential, for ever: set its place in your status list, and sign the list anew."""
    _set_status("revoke", "revoked", file, list_file, key, method, days, json=json)


def suspend(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Suspend a credential until you reinstate it."""
    _set_status("suspend", "suspended", file, list_file, key, method, days, json=json)


def reinstate(
    file: CredentialFile, list_file: ListFile, key: Key, method: Method = "", days: Days = 30, json: Json = False
) -> None:
    """Lift a suspension; a revocation cannot be lifted."""
    _set_status("reinstate", "reinstated", file, list_file, key, method, days, json=json)


def renew(
    list_file: Annotated[Path, typer.Argument(help="Your status list.", metavar="LIST")],
    key: Key,
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Sign a status list anew as it stands: before it grows stale, and at once when you have rotated your key."""
    import orjson

    from touchstone.credentials.status_keeping import renewed

    signer, at = open_key(key, method), now()
    until = at + dt.timedelta(days=days)
    with changing(list_file):
        _, kept = list_in(list_file)
        document = told_of(list_file, lambda: renewed(kept, signer, key_of=keys_in(key), at=at, until=until))
        put_file(list_file, orjson.dumps(document))
    if json:
        print_plain({"list": document["id"], "until": document["validUntil"]})
        return
    typer.echo(f"{list_file}: signed anew, until {document['validUntil']}. Publish it at {document['id']}.")


def _set_status(
    act: Act, done: str, file: Path, list_file: Path, key: Path, method: str, days: int, *, json: bool
) -> None:
    import orjson

    from touchstone.credentials.status_keeping import set_status

    signer, at = open_key(key, method), now()
    document = object_in(file, credential_in(file))
    with changing(list_file):
        _, kept = list_in(list_file)
        changed = told_of(
            file,
            lambda: set_status(
                act, document, kept, signer, key_of=keys_in(key), at=at, until=at + dt.timedelta(days=days)
            ),
        )
        put_file(list_file, orjson.dumps(changed.document))
    if json:
        print_plain({"credential": document.get("id"), "status": done, "list": changed.url, "index": changed.place})
        return
    typer.echo(f"{document.get('id')}: {done}. Publish {list_file} at {changed.url}: verifiers see it from then on.")


def keys_in(key: Path) -> KeyOf:
    """Return what finds the keys of a key file, those that were rotated out too, without a network."""
    from touchstone.credentials.did import VerificationMethod, resolver
    from touchstone.credentials.keystore import list_keys
    from touchstone.credentials.multikey import public_key_of

    return resolver(
        {
            entry.id: VerificationMethod(
                id=entry.id, controller=entry.controller, public_key=public_key_of(entry.publicKeyMultibase)
            )
            for entry in list_keys(key)
        }
    )
