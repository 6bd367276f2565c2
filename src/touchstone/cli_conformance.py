# SPDX-License-Identifier: Apache-2.0
"""The command that asks another implementation of the standard the conformance vectors, and says how it did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, counted, print_plain
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.conformance import ClassResult, Report, Vector

FAILED = 1
_TOLD = 10


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command("conformance")(conformance)
    app.command("conformance-answer", hidden=True)(conformance_answer)


def conformance(
    command: Annotated[
        str,
        typer.Argument(
            help="The command to ask, in quotation marks: it reads a question a line and writes an answer a line.",
            metavar="COMMAND",
        ),
    ],
    vectors: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder of vectors. Without it: the shipped ones.")
    ] = None,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="CLASS",
            help="digest, reader, decider or explainer; may be given again. Without it: all four.",
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=86_400, metavar="SECONDS", help="How long one answer may take.")
    ] = 30,
    json: Json = False,
) -> None:
    """Ask another implementation the conformance vectors. Exit 0 only when every class asked for passes wholly, else 1."""
    from touchstone.conformance import CLASSES, load_vectors

    unknown = [name for name in classes or () if name not in CLASSES]
    if unknown:
        raise InputError("the class is unknown", expected="one of " + ", ".join(CLASSES), found=unknown[0])
    report = _run(command, load_vectors(vectors), tuple(dict.fromkeys(classes or CLASSES)), timeout)
    if json:
        print_plain(_plain(report))
    else:
        _show(report)
    if not report.passes:
        raise typer.Exit(FAILED)


def conformance_answer() -> None:
    """Answer questions of the conformance protocol with the engine, a line for a line."""
    from touchstone.conformance.answering import serve

    serve()


def _run(command: str, vectors: tuple[Vector, ...], classes: tuple[str, ...], timeout: float) -> Report:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from touchstone.conformance import run

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)

    def began(count: int) -> None:
        progress.update(task, total=count)
        if not console.is_terminal:  # there is no bar, and an answer may take its time
            typer.echo(f"Asking {counted(count, 'vector')}; an answer may take {timeout:g} s.", err=True)

    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("vectors", total=None)
        return run(command, vectors, classes, seconds=timeout, began=began, answered=lambda: progress.advance(task))


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from touchstone.conformance import CLASSES

    if report.stopped and not any(_answered(result) for result in report.classes):
        typer.echo(f"touchstone: nothing was answered, so nothing is judged. {report.stopped}", err=True)
        return
    console = Console(highlight=False)
    table = Table(border_style="dim")
    for title in ("class", "vectors", "answered", "passed", ""):
        table.add_column(title, overflow="fold", justify="left" if title in ("class", "") else "right")
    for result in report.classes:
        mark = Text("✓ passes", style="green") if result.passes else Text("✗ fails", style="red")
        told = Text.assemble((result.name, "bold"), f"\n{CLASSES[result.name].meaning}")
        table.add_row(told, str(result.vectors), str(_answered(result)), str(result.passed), mark)
    console.print(table)
    for result in report.classes:
        _show_complaints(result)
    if report.stopped:
        typer.echo(f"touchstone: {report.stopped}", err=True)


def _answered(result: ClassResult) -> int:
    from touchstone.conformance.running import NOT_ANSWERED

    return result.vectors - sum(each.complaint == NOT_ANSWERED for each in result.complaints)


def _show_complaints(result: ClassResult) -> None:
    from touchstone.conformance.running import NOT_ANSWERED

    told = [each for each in result.complaints if each.complaint != NOT_ANSWERED]
    for each in told[:_TOLD]:
        where = f" ({', '.join(each.points)})" if each.points else ""
        typer.echo(f"{result.name}: {each.vector}{where}: {each.title}\n    {each.complaint}")
    if len(told) > _TOLD:
        typer.echo(f"{result.name}: {len(told) - _TOLD} more; --json lists them all.")


def _plain(report: Report) -> dict[str, object]:
    classes = [
        {
            "class": each.name,
            "passes": each.passes,
            "vectors": each.vectors,
            "passed": each.passed,
            "complaints": each.complaints,
        }
        for each in report.classes
    ]
    return {"command": report.command, "passes": report.passes, "stopped": report.stopped, "classes": classes}
