# SPDX-License-Identifier: Apache-2.0
"""The commands for an issuer's keys: ``key new``, ``key list``, ``key rotate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, new_passphrase, now, passphrase, print_plain

if TYPE_CHECKING:
    from touchstone.credentials.keystore import KeyEntry

KeyFile = Annotated[Path, typer.Argument(help="The key file.", metavar="KEYFILE")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``touchstone key``."""
    keys = typer.Typer(no_args_is_help=True, help="Make, list and rotate the keys that you sign with.")
    for command in (new, rotate):
        keys.command()(command)
    keys.command("list")(list_keys)
    app.add_typer(keys, name="key")


def new(
    file: KeyFile,
    controller: Annotated[
        str,
        typer.Option(metavar="DID", help="Whose key it is, such as did:web:school.example; else the key names itself."),
    ] = "",
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What the key is called in its owner's DID document, such as key-2026.")
    ] = "",
    json: Json = False,
) -> None:
    """Make a key file with one new key, sealed by a passphrase (TOUCHSTONE_PASSPHRASE, or asked for twice)."""
    from touchstone.credentials import keystore

    entry = keystore.new(file, new_passphrase(), created=now(), controller=controller, fragment=name)
    _tell([entry], json=json)
    if not json:
        typer.echo(
            f"Written to {file}. Keep it and its passphrase apart, and list its public key in the trust registry of those who rely on you."
        )


def list_keys(file: KeyFile, json: Json = False) -> None:
    """Show the public half of every key in a file; it needs no passphrase."""
    from touchstone.credentials import keystore

    _tell(keystore.list_keys(file), json=json)


def rotate(
    file: KeyFile,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the new key is called, such as key-2027.")] = "",
    json: Json = False,
) -> None:
    """Retire the key in use and make a new one; what the old one signed stays good for its period."""
    from touchstone.credentials import keystore

    keystore.rotate(file, passphrase(), at=now(), fragment=name)
    _tell(keystore.list_keys(file), json=json)
    if not json:
        typer.echo("Publish both with their periods: the old key until today, the new one from today on.")
        typer.echo(
            "Sign your status lists anew today (touchstone credential renew): the old key's count no longer from tomorrow."
        )


def _tell(entries: tuple[KeyEntry, ...] | list[KeyEntry], *, json: bool) -> None:
    if json:
        print_plain(entries)
        return
    for entry in entries:
        until = f"retired {entry.retired}" if entry.retired else "in use"
        typer.echo(f"{entry.id}\n  {entry.publicKeyMultibase}  since {entry.created}, {until}")
