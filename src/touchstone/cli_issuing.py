# SPDX-License-Identifier: Apache-2.0
"""The command that issues to a table of learners, ``credential issue``; and what every command that issues leaves in its folder."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import (
    Json,
    Key,
    Method,
    counted,
    now,
    open_key,
    print_plain,
    put_file,
    told_of,
)
from touchstone.cli_status import Days

if TYPE_CHECKING:
    from touchstone.credentials.batch import Batch, RowResult, Summary
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import PublishedList
    from touchstone.credentials.signer import Signer
    from touchstone.credentials.status_list import Purpose
    from touchstone.standards.exchange.tables import Table

SOME_REFUSED = 1
"""The exit status when rows of a table were refused."""

LIST_FILE = "status-list.json"
CREDENTIALS = "credentials"

Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="The folder that keeps the journal and the credentials.")
]


def register(credential_app: typer.Typer) -> None:
    """Add the command to ``touchstone credential``."""
    credential_app.command()(issue)


def issue(
    table: Annotated[Path, typer.Argument(help="The learners, as CSV or XLSX.", metavar="TABLE")],
    template: Annotated[
        Path, typer.Option("--template", metavar="FILE", help="What the credentials share, as YAML or JSON.")
    ],
    key: Key,
    out: Out,
    method: Method = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of each row; sign and write nothing.")
    ] = False,
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue a credential to every learner in a table. Stopped at any point, the same command goes on where it was."""
    from touchstone.credentials.batch import batch_of, run
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import SALT_BYTES
    from touchstone.credentials.template import load_template

    shared = load_template(template)
    batch = told_of(table, lambda: batch_of(_table(table), shared))
    signer = open_key(key, method)
    if dry_run:
        _tell(_looked_at(batch, signer, out, shared.digest), json=json)
        return
    with Journal(out, salt=os.urandom(SALT_BYTES), subject=shared.digest) as journal:
        results = list(_tracked(run(batch, signer, journal=journal, at=now()), batch))
        export_issued(journal, batch.status, signer, out, days)
    refused = _tell(results, json=json)
    if not json:
        typer.echo(told_where(batch.status, out))
    if refused:
        raise typer.Exit(SOME_REFUSED)


def _looked_at(batch: Batch, signer: Signer, out: Path, subject: str) -> list[RowResult]:
    """Return what would become of each row, by what was issued so far; nothing is written."""
    from touchstone.credentials.batch import preview
    from touchstone.credentials.journal import JournalReading

    with JournalReading(out, subject=subject) as records:
        return list(_tracked(preview(batch, signer, register=records, at=now()), batch))


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
        results,
        counted(count, "learner"),
        total=count,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def export_issued(journal: Journal, lists: PublishedList, signer: Signer, out: Path, days: int) -> None:
    """Write what was issued, and the status lists that it names unless they are there already."""
    import orjson

    from touchstone.credentials.batch import export
    from touchstone.credentials.register import own_list
    from touchstone.credentials.status_keeping import signed_list
    from touchstone.credentials.status_list import new_list

    for _ in export(journal, out / CREDENTIALS):
        pass
    at, files = now(), list_files(lists, out)
    for purpose, url in own_list(lists, journal.salt).urls.items():
        if not files[purpose].exists():
            listed = signed_list(new_list(purpose), url, signer, at=at, until=at + dt.timedelta(days=days))
            put_file(files[purpose], orjson.dumps(listed))


def list_files(lists: PublishedList, out: Path) -> dict[Purpose, Path]:
    """Return where each status list is kept; that of the lists' own purpose has the name that it had when it was the only one."""
    from touchstone.credentials.status_list import PURPOSES

    return {
        purpose: out / (LIST_FILE if purpose == lists.purpose else f"status-list-{purpose}.json")
        for purpose in PURPOSES
    }


def told_where(lists: PublishedList, out: Path) -> str:
    """Return the sentence that says where everything is."""
    return f"The credentials are in {out / CREDENTIALS}, their status lists in {named(lists, out)}: publish both."


def named(lists: PublishedList, out: Path) -> str:
    """Return the names of the files of the status lists."""
    return " and ".join(str(file) for file in list_files(lists, out).values())


def _tell(results: list[RowResult], *, json: bool) -> int:
    """Say what became of the rows, and return how many were refused."""
    from touchstone.credentials.batch import summary

    made: Summary = summary(results)
    if json:
        print_plain({"summary": made, "rows": results})
        return made.refused
    for refusal in made.refusals:
        for error in refusal.errors:
            expected = f": expected {error.expected}" if error.expected else ""
            found = f", found {error.found}" if error.found else ""
            typer.echo(f"row {error.row}, {error.column}: {error.message}{expected}{found}. {error.hint}".rstrip())
    counts = {"ready": made.ready, "issued": made.issued, "known": made.known, "refused": made.refused}
    typer.echo(
        f"{counted(made.rows, 'row')}: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count) + "."
    )
    return made.refused
