# SPDX-License-Identifier: Apache-2.0
"""The command that issues to a table of learners, ``credential issue``; and what every command that issues leaves in its folder."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_credentials import list_in
from touchstone.cli_shared import (
    Documents,
    Json,
    Key,
    Library,
    Method,
    counted,
    load_documents,
    now,
    open_key,
    print_plain,
    put_file,
    reports_in,
    told_of,
)
from touchstone.cli_status import Days, keys_in
from touchstone.errors import CredentialError, InputError, on_one_line

if TYPE_CHECKING:
    from touchstone.credentials.batch import Batch, RowResult, Summary
    from touchstone.credentials.did import KeyOf
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import PublishedList
    from touchstone.credentials.signer import Signer
    from touchstone.credentials.status_list import Purpose
    from touchstone.credentials.template import Reports, Template
    from touchstone.standards import Document
    from touchstone.standards.exchange.tables import Table

SOME_REFUSED = 1
"""The exit status when rows of a table were refused."""

HAVE_FILES = ("issued", "known")
"""The results of rows that have a credential; what is refused may bear the key of somebody else's."""

STOPPED = 130
"""The exit status when somebody stopped it (Ctrl-C), as shells have it."""

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
    documents: Documents = None,
    library: Library = False,
    days: Days = 30,
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence", metavar="DIR", help="The reports that the table names: their verdicts become results."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Issue a credential to every learner in a table. Stopped at any point, the same command goes on where it was.

    A level is refused where the documents know the scale of its unit, and the scale has no such level. With --evidence a row is refused
    whose reports are not there, are about somebody else, or do not find each of its units shown with its score; and nobody is assured
    further than by those who assessed.
    """
    from msgspec.structs import replace

    from touchstone.credentials.batch import batch_of, run
    from touchstone.credentials.journal import Journal
    from touchstone.credentials.register import SALT_BYTES
    from touchstone.credentials.scales import scales_of
    from touchstone.credentials.template import load_template

    shared = load_template(template)
    given = [item.document for item in load_documents(documents, library=library)]
    learners = told_of(table, lambda: _table(table))
    reports = _reports(evidence) if evidence else None
    batch = _about_its_file(template, table, lambda: batch_of(learners, shared, scales_of(given), reports))
    batch = batch._replace(remarks=(*batch.remarks, *_unknown_units(shared, given)))
    signer = open_key(key, method)
    if dry_run:
        _tell_preview(_looked_at(batch, signer, out, shared.digest), batch, json=json)
        return
    with Journal(out, salt=os.urandom(SALT_BYTES), subject=shared.digest) as journal:
        make_lists(journal, batch.status, signer, keys_in(key), out, days)
        results, stopped = _as_far_as_it_comes(_tracked(run(batch, signer, journal=journal, at=now()), batch))
        if stopped:
            journal.read_again()
        export_issued(journal, out)
        files = issued_files(journal, out)
    results = [replace(each, file=str(files[each.key])) if each.result in HAVE_FILES else each for each in results]
    refused = _tell(results, batch.remarks, json=json)
    if files and not json:
        typer.echo(told_where(batch.status, out))
    if stopped:
        typer.echo(
            f"Stopped after {len(results)} of {counted(len(batch.rows), 'row')}; the same command goes on from there.",
            err=True,
        )
        raise typer.Exit(STOPPED)
    if refused:
        raise typer.Exit(SOME_REFUSED)


def issued_files(journal: Journal, out: Path) -> dict[str, Path]:
    """Return the file of every credential that was issued from a folder, by its request key."""
    from touchstone.credentials.batch import file_name

    return {key: out / CREDENTIALS / file_name(number) for number, key in enumerate(journal.keys_issued, start=1)}


def _as_far_as_it_comes(results: Iterator[RowResult]) -> tuple[list[RowResult], bool]:
    """Return the results of rows until somebody stops it (Ctrl-C), and whether somebody did."""
    done: list[RowResult] = []
    try:
        done.extend(results)  # what came before the stop is in the list
    except KeyboardInterrupt:
        return done, True
    return done, False


def _about_its_file(template: Path, table: Path, read: Callable[[], Batch]) -> Batch:
    """Run ``read``; what it complains about stands in the template if it names a field of it, else in the table."""
    try:
        return read()
    except InputError as error:
        raise error.at(file=str(template if error.field.startswith("attests") else table)) from None


def _unknown_units(template: Template, documents: list[Document]) -> Iterator[str]:
    """Say which units of a template no document knows: a mistyped one would be signed as it stands."""
    from touchstone.standards import Framework

    known = {unit.id for document in documents if isinstance(document, Framework) for unit in document.competencies}
    if unknown := [unit.id for unit in template.attests.units if unit.id not in known]:
        yield (
            f"No document at hand knows {', '.join(unknown)}: neither id nor level could be looked at. "
            "Is the id right? Name the folder of its framework with --documents."
        )


def _looked_at(batch: Batch, signer: Signer, out: Path, subject: str) -> list[RowResult]:
    """Return what would become of each row, by what was issued so far; nothing is written."""
    from touchstone.credentials.batch import preview
    from touchstone.credentials.journal import JournalReading

    with JournalReading(out, subject=subject) as records:
        return list(_tracked(preview(batch, signer, register=records, at=now()), batch))


def _reports(folder: Path) -> Reports:
    from touchstone.practice.attesting import exhibited

    return {report.digest: exhibited(report) for report in reports_in(folder)}


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


def export_issued(journal: Journal, out: Path) -> None:
    """Write what was issued to files."""
    from touchstone.credentials.batch import export

    for _ in export(journal, out / CREDENTIALS):
        pass


def make_lists(journal: Journal, lists: PublishedList, signer: Signer, key_of: KeyOf, out: Path, days: int) -> None:
    """Make the status lists before anything is issued. One in which something has its place is never made anew: it would be empty.

    :param key_of: finds the keys that may have signed a list that is there.
    :raises CredentialError: ``status_list_lost`` when such a list is not there any more; or as ``read_kept`` for one that is.
    """
    import orjson

    from touchstone.credentials.register import own_list
    from touchstone.credentials.status_keeping import read_kept, signed_list
    from touchstone.credentials.status_list import new_list

    at, files, in_use = now(), list_files(lists, out), journal.lists_in_use
    for purpose, url in own_list(lists, journal.salt).urls.items():
        file = files[purpose]
        if file.exists():
            _, kept = list_in(file)
            told_of(file, partial(read_kept, kept, url, purpose, signer, key_of=key_of))
        elif url in in_use:
            raise CredentialError(
                "status_list_lost", "the status list is not there, and a new one would forget what was revoked",
                file=str(file), expected=f"the list that is published at {url}", hint="Put back the copy that is published.",
            )  # fmt: skip
        else:
            listed = signed_list(new_list(purpose), url, signer, at=at, until=at + dt.timedelta(days=days))
            put_file(file, orjson.dumps(listed))


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


def _tell_preview(results: list[RowResult], batch: Batch, *, json: bool) -> None:
    from touchstone.terminal_credentials import show_first_rows

    if not json:
        show_first_rows(batch)
    _tell(results, batch.remarks, json=json)


def _tell(results: list[RowResult], remarks: tuple[str, ...], *, json: bool) -> int:
    """Say what became of the rows, and return how many were refused."""
    from touchstone.credentials.batch import summary

    made: Summary = summary(results)
    if json:
        print_plain({"summary": made, "remarks": remarks, "rows": results})
        return made.refused
    for each in results:
        for error in each.errors:
            typer.echo(str(error))
        if each.file:
            typer.echo(on_one_line(f"row {each.row}, {each.name}: {each.file}"))
    for remark in remarks:
        typer.echo(f"Remark: {on_one_line(remark)}")
    counts = {"ready": made.ready, "issued": made.issued, "known": made.known, "refused": made.refused}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    typer.echo(f"{counted(made.rows, 'row')}: {told or 'nothing done'}.")
    return made.refused
