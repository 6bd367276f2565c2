# SPDX-License-Identifier: Apache-2.0
"""The command that measures a model of a piece, ``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, Language, exit_by, print_plain, read_artifact, told_of, write_file
from touchstone.errors import InputError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from touchstone.practice.model3d.brief import ModelBrief
    from touchstone.practice.model3d.limits import Limits
    from touchstone.practice.report import Report
    from touchstone.value import Value


PICTURES = ("top.png", "front.png", "angle.png", "wall.png", "wall.svg", "mesh.bin")
"""What is written into a folder of pictures, and taken away before: names of our own alone."""


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command(name="inspect")(inspect_model)


def inspect_model(
    model: Annotated[
        Path | None,
        typer.Argument(help="The model: an STL, 3MF or OBJ file.", metavar="MODEL", show_default=False),
    ] = None,
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
    evaluator: Annotated[
        str,
        typer.Option("--evaluator", metavar="NAME", help="Measure with another evaluator, such as a school's own."),
    ] = "mesh",
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="Write a brief to begin with: .yaml or .xlsx.")
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

    if template:
        _write_template(template)
        return
    if model is None:
        raise InputError("no model was given", hint="Give a file, or --template FILE for a brief to begin with.")
    limits = Limits()
    if evaluator != "mesh":
        refuse_for_others = {"--alloy": alloy, "--reference": reference, "--pictures": pictures}
        for option in (name for name, given in refuse_for_others.items() if given):
            raise InputError("this is for models alone", field=option, hint="Leave it out, or leave out --evaluator.")
        _inspect_by(evaluator, model, spec, limits, json=json, lang=lang)
        return
    brief = _brief(spec, alloy or [], with_reference=reference is not None)
    content, other = read_artifact(model, limits.bytes), read_artifact(reference, limits.bytes) if reference else None
    answer = told_of(
        reference or model,
        lambda: evaluate_apart(
            "mesh", content, brief, limits=limits, reference=other, views=pictures is not None, language=lang
        ),
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
    exit_by(answer.report)


def _write_template(file: Path) -> None:
    from touchstone.practice.model3d.template import template

    write_file(file, told_of("--template", lambda: template(file.name)))


def _inspect_by(name: str, file: Path, spec: Path | None, limits: Limits, *, json: bool, lang: str) -> None:
    """Measure anything with an evaluator that is registered by this name."""
    from touchstone.practice.evaluators import evaluator_of
    from touchstone.practice.sandbox import evaluate_apart
    from touchstone.practice.telling import findings
    from touchstone.standards.folder import read_bytes, read_value

    kind = evaluator_of(name).spec
    if spec is None and _is_needed(kind):
        raise InputError("this evaluator needs a brief", field="--spec", found=name)
    brief = told_of(spec, lambda: read_value(read_bytes(spec), str(spec), kind)[0]) if spec else kind()
    content = read_artifact(file, limits.bytes)
    report = told_of(file, lambda: evaluate_apart(name, content, brief, limits=limits)).report
    if json:
        print_plain(report)
    else:
        _tell(report, findings(report, lang), lang)
    exit_by(report)


def _is_needed(kind: type[Value]) -> bool:
    import msgspec

    return any(field.required for field in msgspec.structs.fields(kind))


def _brief(file: Path | None, alloys: list[str], *, with_reference: bool) -> ModelBrief:
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
        told_of(file, lambda: refuse_unknown_measures(whole, with_reference=with_reference))
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

    _tell(report, findings(report, language), language)


def _tell(report: Report, sentences: Iterable[str], language: str) -> None:
    from touchstone.practice.telling import measurements_told

    for line in (*measurements_told(report, language), *sentences, report.digest):
        typer.echo(line)
