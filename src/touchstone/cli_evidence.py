# SPDX-License-Identifier: Apache-2.0
"""Where `recognise` takes its evidence from: a wallet, or what a holder presented; and what became of each credential."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from touchstone.cli_shared import load_trust, told_of
from touchstone.errors import InputError, on_one_line

if TYPE_CHECKING:
    from touchstone.recognition import Decision, RecognitionRequest, Rulebook
    from touchstone.recognition.edition import Edition
    from touchstone.recognition.from_wallet import Lists, WalletEvidence
    from touchstone.standards import TrustRegistry

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
    from touchstone.cli_credentials import presentation_in
    from touchstone.credentials.wallet import lists_of, load_wallet
    from touchstone.recognition.from_wallet import evidence_from, evidence_shown

    if source.presentation:
        content, lists = presentation_in(source.presentation), lists_at_hand({}, source.status, fetch=source.fetch)
        asked = {"domain": source.domain, "challenge": source.challenge}
        return told_of(source.presentation, lambda: evidence_shown(content, trust, at, lists, edition, **asked))
    wallet = load_wallet(source.wallet or Path())
    lists = lists_at_hand(lists_of(wallet), source.status, fetch=source.fetch)
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


def lists_at_hand(carried: dict[str, bytes], files: list[Path] | None, *, fetch: bool) -> Lists:
    """Return the status lists at hand, those of files before those of the wallet; allowed to fetch, it fetches what no file has."""
    from touchstone.cli_credentials import listed, retriever
    from touchstone.recognition.from_wallet import Lists

    given = dict(listed(file) for file in files or ())
    if not fetch:
        return Lists({**carried, **given})
    return Lists(given, retriever(None, fetch=True))
