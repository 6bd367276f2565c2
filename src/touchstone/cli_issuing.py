# SPDX-License-Identifier: Apache-2.0
"""The commands that issue: ``credential issue`` for a table of learners, ``credential award`` for a recognition decision."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
    now,
    open_key,
    print_plain,
    put_file,
    told_of,
)
from touchstone.cli_status import Days, signed_list

if TYPE_CHECKING:
    from touchstone.credentials.batch import Batch, RowResult, Summary
    from touchstone.credentials.credential import Issuer
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import PublishedList
    from touchstone.credentials.signer import Signer
    from touchstone.recognition import Receipt
    from touchstone.standards import Document, TrustRegistry
    from touchstone.standards.exchange.tables import Table

SOME_REFUSED = 1
"""The exit status when rows of a table were refused."""

LIST_FILE = "status-list.json"
CREDENTIALS = "credentials"


def register(credential_app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    for command in (issue, award):
        credential_app.command()(command)


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
    from touchstone.credentials.status_list import new_list

    for _ in export(journal, out / CREDENTIALS):
        pass
    if not (out / LIST_FILE).exists():
        published = own_list(lists, journal.salt)
        put_file(out / LIST_FILE, signed_list(new_list(lists.purpose), published.url, signer, days))


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
