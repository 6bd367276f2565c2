# SPDX-License-Identifier: Apache-2.0
"""The commands of a holder: a wallet of credentials, presenting them, and what a verifier makes of a presentation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_evidence import Challenge, Domain, Fetch, StatusFiles, lists_at_hand
from touchstone.cli_shared import (
    Json,
    Key,
    Method,
    changing,
    counted,
    load_trust,
    moment,
    now,
    open_key,
    print_plain,
    put_file,
    told_of,
)
from touchstone.errors import CredentialError, on_one_line

if TYPE_CHECKING:
    from touchstone.credentials.presentation import PresentationReport
    from touchstone.credentials.wallet import Wallet

NOT_VALID = 1
"""The exit status when a presentation is anything but valid."""

OWNER_ONLY = 0o600

WalletFile = Annotated[Path, typer.Argument(help="The wallet file.", metavar="FILE")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``touchstone wallet``."""
    wallets = typer.Typer(no_args_is_help=True, help="Carry credentials, and show them to one verifier at a time.")
    for command in (new, add, remove, present, check):
        wallets.command()(command)
    wallets.command("list")(list_wallet)
    wallets.command("get")(get)
    app.add_typer(wallets, name="wallet")


# ---------------------------------------------------------------- the wallet
def new(file: WalletFile, key: Key, json: Json = False) -> None:
    """Make an empty wallet for the holder of a key file; the key stays where it is, and need not be opened."""
    from touchstone.credentials.keystore import list_keys
    from touchstone.credentials.wallet import new_wallet

    if file.exists():
        raise CredentialError(
            "wallet_exists", "there is a file of this name, and a wallet is never overwritten", file=str(file),
            hint="Choose another name.",
        )  # fmt: skip
    in_use = [entry for entry in list_keys(key) if entry.retired is None]
    wallet = told_of(key, lambda: new_wallet(in_use[0].controller if in_use else ""))
    _put(file, wallet)
    if json:
        print_plain({"file": str(file), "holder": wallet.holder})
        return
    typer.echo(f"{file}: the wallet of {wallet.holder}. Give this DID to those who issue credentials to you.")


def add(
    file: WalletFile,
    credentials: Annotated[
        list[Path],
        typer.Argument(
            help="Credentials as JSON, or the pictures that carry them, or status lists.", metavar="CREDENTIAL..."
        ),
    ],
    json: Json = False,
) -> None:
    """Put credentials into a wallet, byte for byte; all of them, or none. A status list lets them be verified without a network."""
    from touchstone.cli_credentials import credential_in
    from touchstone.credentials.wallet import load_wallet, take_in

    with changing(file):
        wallet = load_wallet(file)
        before = len(wallet.credentials)
        for credential in credentials:
            wallet = told_of(credential, partial(take_in, wallet, credential_in(credential)))
        _put(file, wallet)
    added = len(wallet.credentials) - before
    if json:
        print_plain(_told(wallet))
        return
    typer.echo(f"{file}: {added} added, {_held(wallet)}.")


def list_wallet(file: WalletFile, json: Json = False) -> None:
    """Show what a wallet holds; nothing of it is verified here."""
    from touchstone.credentials.wallet import load_wallet

    wallet = load_wallet(file)
    told = _told(wallet)
    if json:
        print_plain(told)
        return
    typer.echo(f"The wallet of {wallet.holder}")
    for carried in told["credentials"]:
        until = f", until {carried.valid_until}" if carried.valid_until else ""
        line = on_one_line(f"{carried.name} by {carried.issuer}, from {carried.valid_from}{until}")
        typer.echo(f"{on_one_line(carried.id)}\n  {line}")
    typer.echo(f"{_held(wallet)}; not verified.")


def get(
    file: WalletFile,
    credential: Annotated[str, typer.Argument(help="The id of a credential.", metavar="ID")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the credential goes.")],
) -> None:
    """Take a copy of a credential out of a wallet, byte for byte as it was handed over."""
    from touchstone.credentials import wallet as wallets

    content = told_of(file, lambda: wallets.get(wallets.load_wallet(file), credential))
    put_file(out, content, mode=OWNER_ONLY)
    typer.echo(f"{out}: {counted(len(content), 'byte')}. `touchstone credential verify` tells whether it holds.")


def remove(
    file: WalletFile,
    credential: Annotated[str, typer.Argument(help="The id of a credential.", metavar="ID")],
    json: Json = False,
) -> None:
    """Remove a credential from a wallet. It is not revoked by that: only its issuer can do so."""
    from touchstone.credentials import wallet as wallets

    with changing(file):
        wallet = told_of(file, lambda: wallets.remove(wallets.load_wallet(file), credential))
        _put(file, wallet)
    if json:
        print_plain(_told(wallet))
        return
    typer.echo(f"{file}: {_held(wallet)} left.")


# ---------------------------------------------------------------- presenting
def present(
    file: WalletFile,
    key: Key,
    domain: Domain,
    challenge: Challenge,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the presentation goes.")],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="A credential to show, by its id; may be repeated. Else all."),
    ] = None,
    method: Method = "",
    json: Json = False,
) -> None:
    """Show credentials to one verifier: what it may see, signed with your key for its name and its challenge."""
    import orjson

    from touchstone.credentials import presentation
    from touchstone.credentials import wallet as wallets

    wallet = wallets.load_wallet(file)
    ids = only or [carried.id for carried in told_of(file, lambda: wallets.contents(wallet))]
    shown = told_of(file, lambda: [wallets.get(wallet, each) for each in ids])
    signer = open_key(key, method)
    document = told_of(
        file,
        lambda: presentation.present(shown, signer, created=now(), domain=domain, challenge=challenge),
    )
    put_file(out, orjson.dumps(document), mode=OWNER_ONLY)
    if json:
        print_plain({"file": str(out), "holder": signer.controller, "domain": domain, "credentials": ids})
        return
    typer.echo(
        f"{out}: {counted(len(ids), 'credential')} for {domain}. Send it there; it is good for this challenge only."
    )


def check(
    file: Annotated[Path, typer.Argument(help="A presentation.", metavar="PRESENTATION")],
    trust: Annotated[Path, typer.Option("--trust", metavar="FILE", help="The trust registry that you rely on.")],
    domain: Domain,
    challenge: Challenge,
    at: Annotated[
        str,
        typer.Option("--at", metavar="TIME", help="The moment in question, such as 2026-06-01T08:00:00Z; else now."),
    ] = "",
    status: StatusFiles = None,
    fetch: Fetch = False,
    json: Json = False,
) -> None:
    """Verify a presentation that was made for you: its holder's proof, then every credential. Exit 1 unless all is valid."""
    from touchstone.cli_credentials import presentation_in
    from touchstone.credentials.presentation import verify_presentation

    lists = lists_at_hand({}, status, fetch=fetch)
    report = verify_presentation(
        presentation_in(file),
        load_trust(trust),
        moment(at),
        domain=domain,
        challenge=challenge,
        retrieve=lists.retrieve,
    )
    if json:
        print_plain(_plain(report))
    else:
        _show(report)
    if not report.valid:
        raise typer.Exit(NOT_VALID)


# ---------------------------------------------------------------- in common
def _put(file: Path, wallet: Wallet) -> None:
    from touchstone.credentials.wallet import write_wallet

    put_file(file, told_of(file, lambda: write_wallet(wallet)), mode=OWNER_ONLY)


def _told(wallet: Wallet) -> dict[str, Any]:
    from touchstone.credentials.wallet import contents, lists_of

    return {
        "holder": wallet.holder,
        "credentials": contents(wallet),
        "status_lists": sorted(lists_of(wallet)),
    }


def _held(wallet: Wallet) -> str:
    credentials, lists = (
        counted(len(wallet.credentials), "credential"),
        counted(len(wallet.status_lists), "status list"),
    )
    return f"{credentials} and {lists}"


def _plain(report: PresentationReport) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(report)
    return {"valid": report.valid, **plain}


def _show(report: PresentationReport) -> None:
    from touchstone.terminal_credentials import show_presentation

    show_presentation(report)
