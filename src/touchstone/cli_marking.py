# SPDX-License-Identifier: Apache-2.0
"""The command that marks candidates and studies assessors, gauges and routes, ``marking``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, Language, print_plain, reports_in, told_of, write_file
from touchstone.errors import InputError, WriteError, on_one_line

if TYPE_CHECKING:
    from touchstone.practice.marking.marking import MarkingResult
    from touchstone.practice.marking.sheet import MarkingSheet
    from touchstone.practice.report import Report


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command(name="marking")(marking)


def marking(
    sheet: Annotated[
        Path | None, typer.Argument(help="The marking sheet, .yaml or .xlsx.", metavar="SHEET", show_default=False)
    ] = None,
    reports: Annotated[
        Path | None,
        typer.Option(
            "--reports", metavar="DIR", help="Reports of evaluators on the candidates' work (`inspect --json`)."
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Write each report, and the table that `credential issue` takes."),
    ] = None,
    blind: Annotated[
        Path | None,
        typer.Option(
            "--blind",
            metavar="FILE",
            help="Write what the second assessor fills in, .xlsx: the sample alone, no marks.",
        ),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="Write a sheet to be filled in, .yaml or .xlsx.")
    ] = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Mark candidates by rubric, and tell how far assessors, gauges and comparisons can be relied on.

    Exit 1 while marks are missing or people have something to settle. A missing mark is never a zero.
    """
    from touchstone.practice.marking.reading import template as written

    if template:
        write_file(template, written(str(template), lang))
        if sheet is None:
            return
    if sheet is None:
        raise InputError("no sheet is named", field="SHEET", hint="Give one, or --template FILE for one to fill in.")
    read, result, found = _marked(sheet, reports)
    if blind:
        from touchstone.practice.marking.reading import blind_sheet

        write_file(blind, blind_sheet(read, str(blind), lang))
    left_out = _keep(keep, read, result, found) if keep else {}
    if json:
        print_plain(result)
    else:
        _show(result, lang, keep, left_out)
    if any(each.total is None or each.report.flags for each in result.candidates):
        raise typer.Exit(1)


def _marked(file: Path, folder: Path | None) -> tuple[MarkingSheet, MarkingResult, list[Report]]:
    """Read a sheet and mark it; what marking finds wrong is told by its place in the sheet, too."""
    from touchstone.practice.marking.marking import mark
    from touchstone.practice.marking.reading import read_marking_sheet
    from touchstone.practice.marking.sheet import check
    from touchstone.standards.folder import read_bytes

    found = list(reports_in(folder)) if folder else []
    results: list[MarkingResult] = []

    def work(sheet: MarkingSheet) -> None:
        check(sheet)
        results.append(mark(sheet, found))

    sheet = told_of(file, lambda: read_marking_sheet(read_bytes(file), str(file), then=work))
    return sheet, results[0], found


def _keep(folder: Path, sheet: MarkingSheet, result: MarkingResult, found: list[Report]) -> dict[str, str]:
    """Write reports in normal form and the table of learners; return who is not in it, and why."""
    from touchstone.practice.attesting import learners_table

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"the folder cannot be used ({error.strerror})", file=str(folder)) from None
    for marked in result.candidates:
        write_file(folder / f"marks-{marked.candidate}.json", marked.report.canonical)
    for report in found:
        write_file(folder / f"report-{report.digest[7:23]}.json", report.canonical)
    write_file(folder / "studies.json", result.studies.canonical)
    table, left_out = learners_table(sheet, result, found)
    write_file(folder / "learners.csv", table)
    return left_out


def _show(result: MarkingResult, language: str, keep: Path | None, left_out: dict[str, str]) -> None:
    from touchstone.practice.marking.findings import findings, say, table
    from touchstone.practice.telling import measurements_told

    if result.candidates:
        _show_table(table(result, language))
    for line in measurements_told(result.studies, language):
        typer.echo(on_one_line(line))
    for sentence in findings(result, language):
        typer.echo(on_one_line(sentence))
    for name, why in left_out.items():
        typer.echo(say("left_out", language, candidate=name, why=say(why, language)))
    if keep:
        typer.echo(say("kept", language, folder=keep))


def _show_table(rows: list[tuple[str, ...]]) -> None:
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())
