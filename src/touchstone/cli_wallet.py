# SPDX-License-Identifier: Apache-2.0
"""The commands of a holder: a wallet of credentials, presenting them, and what a verifier makes of a presentation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from touchstone.cli_shared import (
    Json,
    Key,
    Method,
    counted,
    load_trust,
    moment,
    now,
    open_key,
    print_plain,
    put_file,
    told_of,
)
from touchstone.errors import CredentialError, InputError, on_one_line

if TYPE_CHECKING:
    from touchstone.credentials.presentation import PresentationReport
    from touchstone.credentials.wallet import Wallet
    from touchstone.recognition import Decision, RecognitionRequest, Rulebook
    from touchstone.recognition.edition import Edition
    from touchstone.recognition.from_wallet import Lists, WalletEvidence
    from touchstone.standards import TrustRegistry

NOT_VALID = 1
"""The exit status when a presentation is anything but valid."""

OWNER_ONLY = 0o600

WalletFile = Annotated[Path, typer.Argument(help="The wallet file.", metavar="FILE")]
WalletOption = Annotated[
    Path | None,
    typer.Option("--wallet", metavar="FILE", help="Take the evidence from a wallet; needs --trust to verify it."),
]
PresentationOption = Annotated[
    Path | None,
    typer.Option(
        "--presentation",
        metavar="FILE",
        help="Take the evidence from what a holder presented to you; needs --domain, --challenge and --trust.",
    ),
]
StatusFiles = Annotated[
    list[Path] | None,
    typer.Option("--status", metavar="FILE", help="A status list at hand, instead of fetching; may be repeated."),
]
Fetch = Annotated[bool, typer.Option("--fetch", help="Fetch status lists and did:web documents over https.")]
Domain = Annotated[str, typer.Option("--domain", metavar="NAME", help="The verifier's name, such as hk-body.example.")]
Challenge = Annotated[
    str, typer.Option("--challenge", metavar="WORD", help="The word that the verifier drew for this one presentation.")
]


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
    from touchstone.credentials.wallet import load_wallet

    wallet = load_wallet(file)
    before = len(wallet.credentials)
    for credential in credentials:
        wallet = told_of(credential, _taking_in(wallet, credential_in(credential)))
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
    from touchstone.credentials.presentation import verify_presentation
    from touchstone.standards.folder import read_bytes

    lists = _lists({}, status, fetch=fetch)
    report = verify_presentation(
        read_bytes(file), load_trust(trust), moment(at), domain=domain, challenge=challenge, retrieve=lists.retrieve
    )
    if json:
        print_plain(_plain(report))
    else:
        _show(report)
    if not report.valid:
        raise typer.Exit(NOT_VALID)


# ---------------------------------------------------------------- recognising
class Brought(NamedTuple):
    """A request with the evidence of a wallet, what became of its credentials, and the options that say so again."""

    request: RecognitionRequest
    found: WalletEvidence
    options: str


class Source(NamedTuple):
    """Where evidence comes from: a wallet, or a presentation with what it must answer, and by what it is verified."""

    wallet: Path | None
    presentation: Path | None
    domain: str
    challenge: str
    trust: Path
    status: list[Path]
    fetch: bool

    @property
    def options(self) -> str:
        """The options of the command line that say so again."""
        asked = f" --domain {self.domain} --challenge {self.challenge}"
        place = f" --wallet {self.wallet}" if self.wallet else f" --presentation {self.presentation}{asked}"
        return place + "".join(f" --status {each}" for each in self.status) + (" --fetch" if self.fetch else "")


def source_of(
    wallet: Path | None,
    presentation: Path | None,
    domain: str,
    challenge: str,
    trust: Path | None,
    status: list[Path] | None,
    *,
    fetch: bool,
) -> Source | None:
    """Return where the evidence comes from, None for the request itself; options that do not go together are refused."""
    if wallet and presentation:
        raise InputError("evidence comes from one place", field="--presentation", hint="Leave out one of the two.")
    if not wallet and not presentation:
        given = {"--status": status, "--fetch": fetch, "--domain": domain, "--challenge": challenge}
        for option in (name for name, value in given.items() if value):
            raise InputError("there is nothing to verify", field=option, hint="Give --wallet or --presentation.")
        return None
    if presentation and not (domain and challenge):
        raise InputError(
            "a presentation proves nothing without what it must answer", field="--presentation",
            hint="Give the --domain and the --challenge that you sent to its holder.",
        )  # fmt: skip
    if trust is None:
        raise InputError(
            "credentials cannot be verified without a trust registry", field="--wallet" if wallet else "--presentation",
            hint="Name the registry that you rely on with --trust.",
        )  # fmt: skip
    return Source(wallet, presentation, domain, challenge, trust, status or [], fetch)


def brought(request_file: Path, source: Source, rulebook: Rulebook) -> Brought:
    """Read a request, and take its evidence from credentials as far as they verify as of the moment of the decision."""
    from touchstone.recognition.evidence import load_question
    from touchstone.recognition.from_wallet import moment_of, with_evidence

    question = load_question(request_file)
    found = _found(source, load_trust(source.trust), moment_of(question), rulebook.edition(question.decided_on))
    request = told_of(request_file, lambda: with_evidence(question, found))
    return Brought(request, found, source.options)


def _found(source: Source, trust: TrustRegistry, at: dt.datetime, edition: Edition) -> WalletEvidence:
    from touchstone.credentials.wallet import load_wallet
    from touchstone.recognition.from_wallet import evidence_from, evidence_shown
    from touchstone.standards.folder import read_bytes

    if source.presentation:
        content, lists = read_bytes(source.presentation), _lists({}, source.status, fetch=source.fetch)
        asked = {"domain": source.domain, "challenge": source.challenge}
        return told_of(source.presentation, lambda: evidence_shown(content, trust, at, lists, edition, **asked))
    wallet = load_wallet(source.wallet or Path())
    lists = _lists(_carried_lists(wallet), source.status, fetch=source.fetch)
    return evidence_from([text.encode() for text in wallet.credentials], wallet.holder, trust, at, lists, edition)


def with_brought(decision: Decision, brought: Brought) -> dict[str, Any]:
    """Return a decision as plain data with what became of the credentials beside it."""
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(decision)
    used = [{"credential": each.credential, "status": each.status} for each in brought.found.evidence]
    return {**plain, "used": used, "refused": msgspec.to_builtins(brought.found.refused)}


def tell_brought(brought: Brought) -> None:
    """Say which credentials count and which were refused, and why."""
    found = brought.found
    for each in found.evidence:
        typer.echo(on_one_line(f"✓ {each.credential}: verified, {each.status}"))
    for refused in found.refused:
        name = refused.credential or "a credential without an id"
        verdict = refused.verdict.replace("_", " ")
        typer.echo(on_one_line(f"✗ {name}: refused, {verdict} ({refused.code}): {refused.message}"))
    if not found.evidence:
        typer.echo("No credential could be used, so this is decided without evidence.")


# ---------------------------------------------------------------- in common
def _taking_in(wallet: Wallet, content: bytes) -> Callable[[], Wallet]:
    from touchstone.credentials import wallet as wallets

    def take_in() -> Wallet:
        is_list = b"BitstringStatusListCredential" in content and _is_list(content)
        return wallets.carry_list(wallet, content) if is_list else wallets.add(wallet, content)

    return take_in


def _is_list(content: bytes) -> bool:
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.members import strings
    from touchstone.credentials.status_check import MAX_LIST_BYTES

    document = strict_json.loads(content, max_bytes=MAX_LIST_BYTES)
    return isinstance(document, dict) and "BitstringStatusListCredential" in strings(document.get("type"))


def _put(file: Path, wallet: Wallet) -> None:
    from touchstone.credentials.wallet import write_wallet

    put_file(file, told_of(file, lambda: write_wallet(wallet)), mode=OWNER_ONLY)


def _told(wallet: Wallet) -> dict[str, Any]:
    from touchstone.credentials.wallet import contents

    return {
        "holder": wallet.holder,
        "credentials": contents(wallet),
        "status_lists": sorted(_carried_lists(wallet)),
    }


def _held(wallet: Wallet) -> str:
    credentials, lists = (
        counted(len(wallet.credentials), "credential"),
        counted(len(wallet.status_lists), "status list"),
    )
    return f"{credentials} and {lists}"


def _carried_lists(wallet: Wallet) -> dict[str, bytes]:
    from touchstone.credentials.wallet import lists_of

    return lists_of(wallet)


def _lists(carried: dict[str, bytes], files: list[Path] | None, *, fetch: bool) -> Lists:
    """Return the status lists at hand, those of files before those of the wallet; allowed to fetch, it fetches what no file has."""
    from touchstone.cli_credentials import listed, retriever
    from touchstone.recognition.from_wallet import Lists

    given = dict(listed(file) for file in files or ())
    if not fetch:
        return Lists({**carried, **given})
    return Lists(given, retriever(None, fetch=True))


def _plain(report: PresentationReport) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(report)
    return {"valid": report.valid, **plain}


def _show(report: PresentationReport) -> None:
    from touchstone.terminal_credentials import show_presentation

    show_presentation(report)
