# SPDX-License-Identifier: Apache-2.0
"""The commands for a credential that somebody holds or is shown: ``credential verify``, ``show``, ``bake``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import Json, load_trust, moment, now, print_plain, reports_in, told_of, write_file
from touchstone.errors import CredentialError, on_one_line

if TYPE_CHECKING:
    from touchstone.credentials.report import VerificationReport
    from touchstone.credentials.retrieving import Retrieve
    from touchstone.network.fetch_budget import FetchBudget
    from touchstone.practice.attesting import EvidenceCheck

NOT_VALID = 1
"""The exit status when a credential is anything but valid."""

CredentialFile = Annotated[
    Path, typer.Argument(help="A credential as JSON, or the PNG or SVG that carries it.", metavar="FILE")
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="The moment in question, such as 2026-06-01T08:00:00Z; else now.")
]


def register(credential_app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    for command in (verify, show, bake):
        credential_app.command()(command)


def verify(
    file: CredentialFile,
    trust: Annotated[Path, typer.Option("--trust", metavar="FILE", help="The trust registry that you rely on.")],
    at: At = "",
    status: Annotated[
        list[Path] | None,
        typer.Option("--status", metavar="FILE", help="A status list at hand, instead of fetching; may be repeated."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch status lists and did:web documents over https.")
    ] = False,
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence", metavar="DIR", help="The reports that you were shown: are they those that it names?"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Verify a credential: who signed it, whether anybody vouches for them, and whether it still holds; of a learner record also each
    credential in it. Exit 1 unless all are valid, and with --evidence the reports of a credential are there and say what it says.
    """
    from touchstone.credentials.verification import verify as verified
    from touchstone.standards.digest import normal_form

    content = one_credential_in(file)
    report = verified(content, load_trust(trust), moment(at), retrieve=retriever(status, fetch=fetch))
    checks = _evidence_checked(content, evidence) if evidence and report.verdict != "not_genuine" else ()
    if json:
        print_plain({**normal_form(report), "evidence": checks} if evidence else report)
    else:
        _show_report(report)
        if evidence and not checks:
            typer.echo("evidence     none was looked at: the credential is not genuine, or names no report")
        for check in checks:
            typer.echo(f"evidence     {check.report}: {_EVIDENCE_TOLD[check.found]}")
    if report.verdict != "valid" or any(check.found != "same" for check in checks):
        raise typer.Exit(NOT_VALID)


_EVIDENCE_TOLD = {
    "same": "at hand, and the credential says what it says",
    "missing": "not at hand; a report in which a byte was changed is another one",
    "differs": "at hand, and does not bear out what the credential says (results, units, scores, person)",
}


def _evidence_checked(content: bytes, folder: Path) -> tuple[EvidenceCheck, ...]:
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.clr import is_clr, read_clr
    from touchstone.practice.attesting import check_evidence

    document = strict_json.loads(content)
    if not isinstance(document, dict):
        return ()
    badges = read_clr(document).credentials if is_clr(document) else (document,)
    reports = reports_in(folder)
    return tuple(check for badge in badges for check in check_evidence(badge, reports))


def show(file: CredentialFile, json: Json = False) -> None:
    """Show what a credential says, without verifying it."""
    from touchstone.credentials.reading import read_badge

    document = object_in(file, credential_in(file))
    if json:
        print_plain(document)
        return
    badge = told_of(file, lambda: read_badge(document))
    attested = badge.attestation
    lines = [
        ("credential", badge.id),
        ("name", next(iter(badge.name.values()), "")),
        ("issuer", badge.issuer),
        ("subject", badge.subject),
        ("shown name", badge.subject_name),
        ("kind", attested.kind),
        *(("unit", _unit_told(unit.id, unit.level, unit.score)) for unit in attested.units),
        *(("holds", held) for held in attested.holds),
        ("hours", attested.hours),
        ("assurance", attested.assurance),
        ("awarded", attested.awarded),
        ("expires", attested.expires),
    ]
    for label, value in lines:
        if value not in (None, ""):
            typer.echo(f"{label:12} {on_one_line(str(value))}")
    typer.echo("Not verified: `touchstone credential verify` does that.")


def bake(
    file: CredentialFile,
    picture: Annotated[Path, typer.Argument(help="A PNG or SVG without a credential.", metavar="PICTURE")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture with the credential goes.")],
) -> None:
    """Put a credential into a picture, from which any wallet for Open Badges takes it out again."""
    from touchstone.credentials.baking import bake as baked
    from touchstone.standards.folder import read_bytes

    content = one_credential_in(file)
    if _kind(content) == "status list":
        raise CredentialError(
            "status_list_baked", "a status list is published at its address, not carried in a picture", file=str(file),
            hint="Bake the credential.",
        )  # fmt: skip
    image = told_of(picture, lambda: baked(read_bytes(picture), content))
    write_file(out, image)
    typer.echo(f"{out}: {len(image)} bytes, the credential inside.")


def credential_in(file: Path) -> bytes:
    """Return the bytes of a credential, taken out of the picture that carries it if it is one."""
    from touchstone.credentials.baking import is_image, unbake
    from touchstone.standards.folder import read_bytes

    content = read_bytes(file)
    return told_of(file, lambda: unbake(content)) if is_image(content) else content


_COMMANDS = {
    "presentation": "`touchstone wallet check` verifies a presentation.",
    "wallet": "`touchstone wallet list` shows what is in it, and `touchstone wallet get` takes a credential out.",
    "receipt": "`touchstone recheck` derives a receipt again.",
}
"""What takes that which is no credential."""


def one_credential_in(file: Path) -> bytes:
    """Return the bytes of a credential as :func:`credential_in` does; what is none at all, or something else, is refused by name.

    JSON that is broken or hostile is not refused here: whoever verifies it says that it is not genuine, and why.
    """
    content = credential_in(file)
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise CredentialError(
            "no_credential", "there is no credential in this file", file=str(file),
            expected="a credential as JSON, or the PNG or SVG that carries it", hint="Name the file that its issuer handed over.",
        )  # fmt: skip
    kind = _kind(content)
    if kind in _COMMANDS:
        raise CredentialError(
            "other_than_credential", f"this is a {kind}, not a credential", file=str(file), hint=_COMMANDS[kind]
        )
    return content


_KINDS = {
    "VerifiablePresentation": "presentation",
    "BitstringStatusListCredential": "status list",
    "VerifiableCredential": "credential",
}


def _kind(content: bytes) -> str:
    """Return what a JSON object says that it is; nothing where it says nothing, or cannot be read."""
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.members import strings

    try:
        document = strict_json.loads(content)
    except CredentialError:
        return ""
    if not isinstance(document, dict):
        return ""
    if document.get("format") == "touchstone-wallet":
        return "wallet"
    if document.get("kind") == "Receipt":
        return "receipt"
    types = strings(document.get("type"))
    return next((kind for word, kind in _KINDS.items() if word in types), "")


def presentation_in(file: Path) -> bytes:
    """Return the bytes of a presentation; a credential or a wallet in its place is refused by name."""
    from touchstone.standards.folder import read_bytes

    content = read_bytes(file)
    kind = _kind(content)
    if kind in ("wallet", "credential"):
        hint = "`touchstone wallet present` makes a presentation of a wallet; its holder signs it for you."
        hint = f"`touchstone credential verify` verifies a credential. {hint}" if kind == "credential" else hint
        raise CredentialError("no_presentation", f"this is a {kind}, not a presentation", file=str(file), hint=hint)
    return content


def retriever(files: list[Path] | None, *, fetch: bool) -> Retrieve | None:
    """Return what finds status lists and DID documents: files at hand by the id that they bear, then the network where it is allowed."""
    from touchstone.credentials.retrieving import Retrieved
    from touchstone.credentials.status_check import MAX_LIST_BYTES

    at_hand = dict(listed(file) for file in files or ())
    if not at_hand and not fetch:
        return None

    budget = _budget() if fetch else None

    def retrieve(url: str) -> bytes | Retrieved:
        if url in at_hand:
            return at_hand[url]
        if budget:
            return Retrieved(budget(url, max_bytes=MAX_LIST_BYTES), now())
        raise CredentialError("not_at_hand", "it is not among the files at hand", found=url, hint="Allow --fetch.")

    return retrieve


def _budget() -> FetchBudget:
    from touchstone.network.fetch_budget import FetchBudget
    from touchstone.network.fetching import retrieve

    return FetchBudget(retrieve)


def listed(file: Path) -> tuple[str, bytes]:
    """Return a status list with the URL that it bears."""
    content, document = list_in(file)
    return str(document.get("id")), content


def list_in(file: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a status list as its bytes and as what they say."""
    from touchstone.credentials.status_check import MAX_LIST_BYTES
    from touchstone.standards.folder import read_bytes

    content = read_bytes(file)
    return content, object_in(file, content, max_bytes=MAX_LIST_BYTES)


def object_in(file: Path, content: bytes, *, max_bytes: int | None = None) -> dict[str, Any]:
    """Read the JSON object of a file strictly."""
    from touchstone.credentials.canonical import strict_json

    document = told_of(file, lambda: strict_json.loads(content, max_bytes=max_bytes or strict_json.MAX_BYTES))
    if isinstance(document, dict):
        return document
    raise CredentialError(
        "not_an_object", "a credential is a JSON object", found=type(document).__name__, file=str(file)
    )


def _show_report(report: VerificationReport) -> None:
    from touchstone.terminal_credentials import show_report

    show_report(report)


def _unit_told(unit: str, level: str | None, score: object) -> str:
    return " · ".join(
        [unit, *([f"level {level}"] if level else []), *([f"score {score}"] if score is not None else [])]
    )
