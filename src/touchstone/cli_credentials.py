# SPDX-License-Identifier: Apache-2.0
"""The commands for credentials: issue, award, verify, revoke, suspend, reinstate, bake, show."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import (
    Documents,
    Json,
    Key,
    Library,
    Method,
    Trust,
    load_documents,
    load_trust,
    moment,
    now,
    open_key,
    print_plain,
    put_file,
    told_of,
    write_file,
)
from touchstone.errors import CredentialError

if TYPE_CHECKING:
    from touchstone.credentials.batch import Batch, RowResult, Summary
    from touchstone.credentials.credential import Issuer
    from touchstone.credentials.did import Retrieve
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import PublishedList
    from touchstone.credentials.report import VerificationReport
    from touchstone.credentials.signer import Signer
    from touchstone.credentials.status_list import StatusList
    from touchstone.network.fetch_budget import FetchBudget
    from touchstone.recognition import Receipt
    from touchstone.standards import Document, TrustRegistry
    from touchstone.standards.exchange.tables import Table

NOT_VALID = 1
"""The exit status when a credential is anything but valid."""

SOME_REFUSED = 1
"""The exit status when rows of a table were refused."""

LIST_FILE = "status-list.json"
CREDENTIALS = "credentials"

CredentialFile = Annotated[
    Path, typer.Argument(help="A credential as JSON, or the PNG or SVG that carries it.", metavar="FILE")
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="The moment in question, such as 2026-06-01T08:00:00Z; else now.")
]
ListFile = Annotated[
    Path, typer.Option("--list", metavar="FILE", help="The status list that you keep, as `credential issue` made it.")
]
Days = Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help="For how many days the list speaks.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    credentials = typer.Typer(no_args_is_help=True, help="Issue credentials, verify them, and keep their status.")
    for command in (issue, award, verify, show, bake, revoke, suspend, reinstate):
        credentials.command()(command)
    app.add_typer(credentials, name="credential")


# ---------------------------------------------------------------- verify, show, bake
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
    json: Json = False,
) -> None:
    """Verify a credential: who signed it, whether anybody vouches for them, and whether it still holds. Exit 1 unless valid."""
    from touchstone.credentials.verification import verify as verified

    content = credential_in(file)
    report = verified(content, load_trust(trust), moment(at), retrieve=retriever(status, fetch=fetch))
    if json:
        print_plain(report)
    else:
        _show_report(report)
    if report.verdict != "valid":
        raise typer.Exit(NOT_VALID)


def show(file: CredentialFile, json: Json = False) -> None:
    """Show what a credential says, without verifying it."""
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.reading import read_badge

    document = told_of(file, lambda: strict_json.loads(credential_in(file)))
    if json:
        print_plain(document)
        return
    badge = told_of(file, lambda: read_badge(_object(document)))
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
            typer.echo(f"{label:12} {value}")
    typer.echo("Not verified: `touchstone credential verify` does that.")


def bake(
    file: CredentialFile,
    picture: Annotated[Path, typer.Argument(help="A PNG or SVG without a credential.", metavar="PICTURE")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture with the credential goes.")],
) -> None:
    """Put a credential into a picture, from which any wallet for Open Badges takes it out again."""
    from touchstone.credentials.baking import bake as baked
    from touchstone.standards.folder import read_bytes

    image = told_of(picture, lambda: baked(read_bytes(picture), credential_in(file)))
    write_file(out, image)
    typer.echo(f"{out}: {len(image)} bytes, the credential inside.")


def credential_in(file: Path) -> bytes:
    """Return the bytes of a credential, taken out of the picture that carries it if it is one."""
    from touchstone.credentials.baking import is_image, unbake
    from touchstone.standards.folder import read_bytes

    content = read_bytes(file)
    return told_of(file, lambda: unbake(content)) if is_image(content) else content


def retriever(files: list[Path] | None, *, fetch: bool) -> Retrieve | None:
    """Return what finds status lists and DID documents: files at hand by the id that they bear, then the network where it is allowed."""
    from touchstone.credentials.status_check import MAX_LIST_BYTES

    at_hand = dict(listed(file) for file in files or ())
    if not at_hand and not fetch:
        return None

    budget = _budget() if fetch else None

    def retrieve(url: str) -> bytes:
        if url in at_hand:
            return at_hand[url]
        if budget:
            return budget(url, max_bytes=MAX_LIST_BYTES)
        raise CredentialError("not_at_hand", "it is not among the files at hand", found=url, hint="Allow --fetch.")

    return retrieve


def _budget() -> FetchBudget:
    from touchstone.network.fetch_budget import FetchBudget
    from touchstone.network.fetching import retrieve

    return FetchBudget(retrieve)


def listed(file: Path) -> tuple[str, bytes]:
    """Return a status list with the URL that it bears."""
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.status_check import MAX_LIST_BYTES
    from touchstone.standards.folder import read_bytes

    content = read_bytes(file)
    document = told_of(file, lambda: strict_json.loads(content, max_bytes=MAX_LIST_BYTES))
    return str(_object(document).get("id")), content


def _show_report(report: VerificationReport) -> None:
    from touchstone.terminal_credentials import show_report

    show_report(report)


def _object(document: object) -> dict[str, Any]:
    if isinstance(document, dict):
        return document
    raise CredentialError("not_an_object", "a credential is a JSON object", found=type(document).__name__)


def _unit_told(unit: str, level: str | None, score: object) -> str:
    return " · ".join(
        [unit, *([f"level {level}"] if level else []), *([f"score {score}"] if score is not None else [])]
    )


# ---------------------------------------------------------------- issue
def issue(
    table: Annotated[Path, typer.Argument(help="The learners, as CSV or XLSX.", metavar="TABLE")],
    template: Annotated[
        Path, typer.Option("--template", metavar="FILE", help="What the credentials share, as YAML or JSON.")
    ],
    key: Key,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder that keeps the journal and the credentials.")
    ],
    method: Method = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of each row; sign and write nothing.")
    ] = False,
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue a credential to every learner in a table. Stopped at any point, the same command goes on where it was."""
    from touchstone.credentials.batch import batch_of, preview, run
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import SALT_BYTES, MemoryRegister
    from touchstone.credentials.template import load_template

    shared = load_template(template)
    batch = told_of(table, lambda: batch_of(_table(table), shared))
    signer = open_key(key, method)
    if dry_run and not (out / "journal.jsonl").exists():
        empty = MemoryRegister(bytes(SALT_BYTES))
        _tell(list(_tracked(preview(batch, signer, register=empty, at=now()), batch)), json=json)
        return
    with Journal(out, salt=os.urandom(SALT_BYTES), subject=shared.digest) as journal:
        if dry_run:
            _tell(list(_tracked(preview(batch, signer, register=journal, at=now()), batch)), json=json)
            return
        results = list(_tracked(run(batch, signer, journal=journal, at=now()), batch))
        _export(journal, batch.status, signer, out, days)
    refused = _tell(results, json=json)
    if not json:
        typer.echo(f"The credentials are in {out / CREDENTIALS}, their status list in {out / LIST_FILE}: publish it.")
    if refused:
        raise typer.Exit(SOME_REFUSED)


def _table(file: Path) -> Table:
    from touchstone.standards.exchange.tables import read_table
    from touchstone.standards.folder import read_bytes

    return read_table(read_bytes(file), file.name)


def _tracked(results: Iterator[RowResult], batch: Batch) -> Iterator[RowResult]:
    """Show how far it is, on a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    count = len(batch.rows)
    yield from track(
        results, f"{count} learners", total=count, console=console, transient=True, disable=not console.is_terminal
    )


def _export(journal: Journal, lists: PublishedList, signer: Signer, out: Path, days: int) -> None:
    """Write what was issued, and the status list that it names unless there is one already."""
    from touchstone.credentials.batch import export
    from touchstone.credentials.register import own_list
    from touchstone.credentials.status_list import MINIMUM_BITS, StatusList

    for _ in export(journal, out / CREDENTIALS):
        pass
    if not (out / LIST_FILE).exists():
        published = own_list(lists, journal.salt)
        empty = StatusList(purpose=lists.purpose, bits=bytes(MINIMUM_BITS // 8))
        put_file(out / LIST_FILE, _signed_list(empty, published.url, signer, days))


def _tell(results: list[RowResult], *, json: bool) -> int:
    """Say what became of the rows, and return how many were refused."""
    from touchstone.credentials.batch import summary

    counted: Summary = summary(results)
    if json:
        print_plain({"summary": counted, "rows": results})
        return counted.refused
    for refusal in counted.refusals:
        for error in refusal.errors:
            expected = f": expected {error.expected}" if error.expected else ""
            found = f", found {error.found}" if error.found else ""
            typer.echo(f"row {error.row}, {error.column}: {error.message}{expected}{found}. {error.hint}".rstrip())
    counts = {"ready": counted.ready, "issued": counted.issued, "known": counted.known, "refused": counted.refused}
    typer.echo(f"{counted.rows} rows: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count) + ".")
    return counted.refused


# ---------------------------------------------------------------- award
def award(
    receipt_file: Annotated[Path, typer.Argument(help="A receipt that `recognise --save` wrote.", metavar="RECEIPT")],
    key: Key,
    subject: Annotated[str, typer.Option("--subject", metavar="DID", help="The holder, as her wallet names her.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What your body is called.")],
    status: Annotated[
        str, typer.Option("--status", metavar="URL", help="Below which address you publish status lists.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder that keeps the journal and the credentials.")
    ],
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="The language of its texts.")] = "en",
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue a recognition decision as a credential of the deciding body, once it has been derived again from its receipt."""
    from touchstone.credentials.credential import Issuer
    from touchstone.credentials.issuing import IssuingRequest
    from touchstone.credentials.issuing import issue as issued
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import SALT_BYTES, PublishedList, own_list
    from touchstone.recognition import load_receipt
    from touchstone.standards.digest import digest

    receipt = load_receipt(receipt_file)
    signer = open_key(key, method)
    given = [item.document for item in load_documents(documents, library=library)]
    registry = load_trust(trust) if trust else None
    issuer = Issuer(id=signer.controller, name={lang: name})
    document = told_of(receipt_file, lambda: _awarded(receipt, given, registry, issuer, subject, lang))
    lists = PublishedList(url=status)
    with Journal(out, salt=os.urandom(SALT_BYTES), subject="recognition decisions") as journal:
        request = IssuingRequest(digest(receipt), document)
        content = issued(request, signer, register=journal, at=now(), status=own_list(lists, journal.salt))
        _export(journal, lists, signer, out, days)
        place = out / CREDENTIALS / f"{list(journal.keys_issued).index(request.key) + 1:04}.json"
    if json:
        print_plain({"file": str(place), "outcome": receipt.decision.outcome, "bytes": len(content)})
        return
    typer.echo(f"{place}: {receipt.decision.outcome}, issued. Give it to the holder, and publish {out / LIST_FILE}.")


def _awarded(
    receipt: Receipt,
    given: list[Document],
    registry: TrustRegistry | None,
    issuer: Issuer,
    subject: str,
    language: str,
) -> dict[str, Any]:
    """Return the credential of a decision without what is drawn for it; a decision that does not come out again is not issued."""
    from touchstone.recognition import recheck
    from touchstone.recognition.awarding import Award, credential_of_decision
    from touchstone.recognition.receipt import rulebook_of

    recheck(receipt, given, registry)
    drawn = Award(id="urn:x-touchstone:drawn", issuer=issuer, subject=subject, valid_from=now(), language=language)
    document = credential_of_decision(receipt, rulebook_of(receipt, given, registry), drawn)
    return {member: value for member, value in document.items() if member not in ("id", "validFrom")}


# ---------------------------------------------------------------- status
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
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.status_check import MAX_LIST_BYTES
    from touchstone.standards.folder import read_bytes

    document = _object(told_of(file, lambda: strict_json.loads(credential_in(file))))
    kept = _object(told_of(list_file, lambda: strict_json.loads(read_bytes(list_file), max_bytes=MAX_LIST_BYTES)))
    url = str(kept.get("id"))
    index = told_of(file, lambda: _place(document, url, purpose))
    _check_keeper(kept, document, signer, list_file)
    changed = told_of(list_file, lambda: change(status_list.read_list(kept, purpose), index))
    put_file(list_file, _signed_list(changed, url, signer, days))
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


def _signed_list(listed: StatusList, url: str, signer: Signer, days: int) -> bytes:
    import orjson

    from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
    from touchstone.credentials.proof import add_proof
    from touchstone.credentials.status_list import status_list_credential

    begins = now()
    document = status_list_credential(
        listed, id=url, issuer=signer.controller, valid_from=begins, valid_until=begins + dt.timedelta(days=days)
    )
    return orjson.dumps(add_proof(document, signer, cryptosuite=EDDSA_RDFC_2022, created=begins))
