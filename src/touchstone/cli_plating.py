# SPDX-License-Identifier: Apache-2.0
"""The command that goes through the sheet of a plating bath, ``plating``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, Language, exit_by, print_plain, read_artifact, told_of, write_file
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.practice.plating.bath_sheet import PlatingBrief
    from touchstone.practice.report import Report


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command(name="plating")(account_for_plating)


def account_for_plating(
    sheet: Annotated[
        Path | None, typer.Argument(help="The sheet of the bath: a .yaml, .xlsx or .csv file.", metavar="SHEET")
    ] = None,
    spec: Annotated[
        Path | None, typer.Option("--spec", metavar="SPEC", help="The brief that it is held against, .yaml or .xlsx.")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Write a sheet to begin with: .yaml, .xlsx or .csv."),
    ] = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Account for a plating bath: deposits, drag-out, rinses, metal, effluent, carbon. Exit 1 if a limit is not
    kept, 3 if all that could be decided are and a person has to look at one.
    """
    from touchstone.practice.model3d.limits import Limits
    from touchstone.practice.sandbox import evaluate_apart
    from touchstone.standards.reading import MAX_BYTES

    if template:
        _write_template(template)
        return
    if sheet is None:
        raise InputError("no sheet was given", hint="Give a file, or --template FILE for one to begin with.")
    content, brief = read_artifact(sheet, MAX_BYTES), _brief(spec)
    report = told_of(sheet, lambda: evaluate_apart("plating", content, brief, limits=Limits())).report
    if json:
        print_plain(report)
    else:
        _show(report, lang)
    exit_by(report)


def _write_template(file: Path) -> None:
    from touchstone.practice.plating.template import template

    write_file(file, told_of("--template", lambda: template(file.name)))


def _brief(spec: Path | None) -> PlatingBrief:
    from touchstone.practice.plating.bath_sheet import PlatingBrief
    from touchstone.practice.plating.bath_table import read_plating_brief
    from touchstone.standards.folder import read_bytes

    return told_of(spec, lambda: read_plating_brief(read_bytes(spec), str(spec))) if spec else PlatingBrief()


def _show(report: Report, language: str) -> None:
    from touchstone.practice.plating.findings import findings
    from touchstone.practice.telling import measurements_told

    for line in measurements_told(report, language):
        typer.echo(line)
    for sentence in findings(report, language):
        typer.echo(sentence)
    typer.echo(report.digest)
