# SPDX-License-Identifier: Apache-2.0
"""The command that measures a model of a piece, ``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, Language, print_plain, read_artifact, told_of, write_file
from touchstone.errors import InputError, WriteError

if TYPE_CHECKING:
    from touchstone.practice.model3d.brief import ModelBrief
    from touchstone.practice.report import Report


LOOK = 3
"""The exit status when a person has to look at a criterion, and none is failed."""

PICTURES = ("top.png", "front.png", "angle.png", "wall.png", "wall.svg", "mesh.bin")
"""What is written into a folder of pictures, and taken away before: names of our own alone."""


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command(name="inspect")(inspect_model)


def inspect_model(
    model: Annotated[Path, typer.Argument(help="The model: an STL, 3MF or OBJ file.", metavar="MODEL")],
    spec: Annotated[
        Path | None, typer.Option("--spec", metavar="SPEC", help="The brief that it is held against, .yaml or .xlsx.")
    ] = None,
    alloy: Annotated[
        list[str] | None,
        typer.Option("--alloy", metavar="A", help="An alloy to tell the mass in, such as ag925; may be given again."),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option("--reference", metavar="R", help="The model that it should be like; deviations are measured."),
    ] = None,
    json: Json = False,
    pictures: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="DIR", help="Write views, walls and a histogram into this folder."),
    ] = None,
    lang: Language = "en",
) -> None:
    """Measure a model before it is cast: is it a solid, how heavy, which size, how thick. Exit 1 if a criterion is not
    met, 3 if none is failed and a person has to look at one: it could not be measured, or is too close to tell.
    """
    from touchstone.practice.model3d.limits import Limits
    from touchstone.practice.sandbox import evaluate_apart

    limits = Limits()
    brief = _brief(spec, alloy or [], reference=reference is not None)
    content, other = read_artifact(model, limits.bytes), read_artifact(reference, limits.bytes) if reference else None
    answer = told_of(
        reference or model,
        lambda: evaluate_apart("mesh", content, brief, limits=limits, reference=other, views=pictures is not None),
    )
    if pictures:
        _keep(pictures, answer.files)
        if not answer.drawn:
            from touchstone.practice.model3d.findings import say

            typer.echo(say("not_drawn", lang), err=True)
    if json:
        print_plain(answer.report)
    else:
        _show(answer.report, lang)
    if answer.report.refusal or any(verdict.status == "fail" for verdict in answer.report.verdicts):
        raise typer.Exit(1)
    if any(verdict.status != "pass" for verdict in answer.report.verdicts):
        raise typer.Exit(LOOK)


def _brief(file: Path | None, alloys: list[str], *, reference: bool) -> ModelBrief:
    """Return the brief of a file, or an empty one; with the alloys that were asked for beside its own."""
    import msgspec

    from touchstone.practice.model3d.alloys import alloy_of
    from touchstone.practice.model3d.brief import ModelBrief, read_brief, refuse_unknown_measures
    from touchstone.standards.folder import read_bytes

    brief = told_of(file, lambda: read_brief(read_bytes(file), str(file))) if file else ModelBrief()
    named = tuple(dict.fromkeys((*brief.alloys, *alloys)))
    for name in named:
        try:
            alloy_of(name)
        except InputError as error:
            raise error.at(
                field="--alloy" if name in alloys else "alloys", file=str(file) if name in brief.alloys else ""
            ) from None
    whole = msgspec.structs.replace(brief, alloys=named)
    if file:
        told_of(file, lambda: refuse_unknown_measures(whole, reference=reference))
    return whole


def _keep(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in PICTURES:  # those of another model would be taken for this one's
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(f"the folder cannot be used ({error.strerror})", file=str(folder)) from None
    for name, content in files.items():
        write_file(folder / name, content)


def _show(report: Report, language: str) -> None:
    from touchstone.practice.model3d.findings import findings
    from touchstone.practice.telling import measurements_told

    for line in measurements_told(report):
        typer.echo(line)
    for sentence in findings(report, language):
        typer.echo(sentence)
    typer.echo(report.digest)
