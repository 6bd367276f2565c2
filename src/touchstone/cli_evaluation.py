# SPDX-License-Identifier: Apache-2.0
"""The commands that evaluate organisations: ``evaluate SYSTEM DATA``, ``evaluate trend``, ``evaluate lint``, ``evaluate report``."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from touchstone.cli_shared import (
    Documents,
    Json,
    Language,
    load_documents,
    named_document,
    option_of,
    place_of,
    print_plain,
    write_blocks,
)
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.evaluation.observations import EvaluationData
    from touchstone.standards import IndicatorSystem, Loaded, Standard
    from touchstone.standards.indicator_system import Conventions

SystemName = Annotated[
    str, typer.Argument(help="An indicator system: its file, or its id among the documents.", metavar="SYSTEM")
]
DataFile = Annotated[
    Path, typer.Argument(help="The observations, as YAML or JSON (kind EvaluationData).", metavar="DATA")
]
Aggregate = Annotated[
    str,
    typer.Option(
        "--aggregation", metavar="NAME", help="weighted_sum, topsis, grey_relational or fuzzy, instead of the system's."
    ),
]
Weighing = Annotated[
    str,
    typer.Option(
        "--weighting", metavar="NAME", help="given, equal, ahp, entropy, critic or combined, instead of the system's."
    ),
]


class _ScoreFirst(TyperGroup):
    """Lets ``evaluate SYSTEM DATA`` stand beside ``evaluate lint``: what is no command is scored."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's own signature
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["score", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ScoreFirst,
    no_args_is_help=True,
    help="Evaluate organisations by an indicator system: `touchstone evaluate SYSTEM DATA`.",
)


@app.command()
def score(
    system: SystemName,
    data: DataFile,
    documents: Documents = None,
    aggregation: Aggregate = "",
    weighting: Weighing = "",
    stability: Annotated[
        int,
        typer.Option(min=0, max=100_000, metavar="N", help="Move the weights N times, and tell how firm each rank is."),
    ] = 0,
    spread: Annotated[str, typer.Option(metavar="SHARE", help="By how much of itself each weight may move.")] = "0.2",
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="The seed of these trials; the same seed, the same trials.")
    ] = 0,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Score organisations: gates, vetoes, totals and ranks. The word `score` may be left out."""
    _with_numbers()
    from touchstone.evaluation.evaluating import evaluate
    from touchstone.evaluation.stability import Spread
    from touchstone.evaluation.stability import stability as tried
    from touchstone.evaluation.telling import firmness_of, lines_of

    chosen = _system(system, documents)
    observed = _data(data)
    conventions = _conventions(chosen, aggregation, weighting)
    result = _about(data, lambda: evaluate(chosen, observed, conventions))
    share: Decimal = option_of("--spread", spread, Spread)
    firm = tried(chosen, observed, conventions, trials=stability, spread=share, seed=seed) if stability else None
    if json:
        print_plain({"result": result, "stability": firm} if firm else {"result": result})
        return
    for line in (*lines_of(result, chosen, lang), *(firmness_of(firm, lang) if firm else ())):
        typer.echo(line)


@app.command()
def lint(
    system: SystemName,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DATA", help="Observations too: what they say about the indicators is told."),
    ] = None,
    documents: Documents = None,
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Look for mistakes in an indicator system: sums of weights, inconsistent comparisons, duplicates, indicators of no clause.

    Exit 2 for an error.
    """
    _with_numbers()
    from touchstone.evaluation.lint import lint as find
    from touchstone.evaluation.lint import lint_data
    from touchstone.evaluation.scoring import table_of
    from touchstone.evaluation.telling import finding_told
    from touchstone.evaluation.words import say

    chosen = _system(system, documents)
    findings = list(find(chosen, _standard(chosen, documents)))
    errors = sum(each.severity == "error" for each in findings)
    if data and not errors:
        observed = _data(data)
        findings += _about(data, lambda: lint_data(table_of(chosen, observed)))
    loaded = _loaded(system, documents)
    if json:
        print_plain([{**each._asdict(), "field": each.field} for each in findings])
    else:
        for each in findings:
            file, line = place_of(each, loaded)
            typer.echo(finding_told(each, f"{file}:{line}" if line else str(file), lang))
        typer.echo(say("found.total", lang, errors=errors, remarks=len(findings) - errors))
    if errors:
        raise typer.Exit(2)


@app.command()
def trend(
    system: SystemName,
    data: Annotated[
        list[Path], typer.Argument(help="The observations of each period, in any order.", metavar="DATA...")
    ],
    documents: Documents = None,
    aggregation: Aggregate = "",
    weighting: Weighing = "",
    lang: Language = "en",
    json: Json = False,
) -> None:
    """Tell what became of organisations from one period to the next, and which indicators moved them."""
    _with_numbers()
    from touchstone.evaluation.evaluating import evaluate
    from touchstone.evaluation.telling import course_told
    from touchstone.evaluation.trend import trend as courses

    chosen = _system(system, documents)
    conventions = _conventions(chosen, aggregation, weighting)
    found = courses([_about(file, partial(evaluate, chosen, _data(file), conventions)) for file in data])
    if json:
        print_plain(found)
        return
    for course in found:
        typer.echo(course_told(course, lang))


@app.command()
def report(
    system: SystemName,
    data: DataFile,
    organisation: Annotated[
        str, typer.Argument(help="The organisation, by its id in the data.", metavar="ORGANISATION")
    ],
    documents: Documents = None,
    aggregation: Aggregate = "",
    weighting: Weighing = "",
    lang: Language = "en",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it here, as the name ends: .md, .typ or .pdf."),
    ] = None,
    json: Json = False,
) -> None:
    """Write the report of an organisation, clause by clause of the standard, as Markdown, typst or PDF."""
    _with_numbers()
    from touchstone.blocks import as_markdown
    from touchstone.evaluation.evaluating import evaluate
    from touchstone.evaluation.report import Subject
    from touchstone.evaluation.report import report as blocks_of
    from touchstone.evaluation.words import say

    chosen = _system(system, documents)
    observed = _data(data)
    conventions = _conventions(chosen, aggregation, weighting)
    result = _about(data, lambda: evaluate(chosen, observed, conventions))
    subject = Subject(result, chosen, observed, _standard(chosen, documents))
    blocks = _about(data, lambda: blocks_of(subject, organisation, lang))
    if json:
        print_plain([{"block": type(block).__name__.lower(), **block._asdict()} for block in blocks])
        return
    if not out:
        typer.echo(as_markdown(blocks), nl=False)
        return
    write_blocks(out, blocks, lang, result.on)
    typer.echo(say("written", lang, file=out))


def _with_numbers() -> None:
    """Say what to install where numpy is not there."""
    try:
        import numpy  # noqa: F401 - only whether it is there
    except ImportError:
        raise InputError(
            "evaluating needs numpy, which is not installed",
            hint="Install it with  pip install 'touchstone-gba[evaluation]'.",
        ) from None


def _system(named: str, documents: list[Path] | None) -> IndicatorSystem:
    from touchstone.standards import IndicatorSystem

    return named_document(IndicatorSystem, "indicator system", named, documents, field="SYSTEM")


def _loaded(named: str, documents: list[Path] | None) -> tuple[Loaded, ...]:
    """Return what findings may speak of, with file and line: the system's own file before the documents."""
    from touchstone.standards import load_document

    own = load_document(Path(named)) if Path(named).is_file() else None
    return (*([own] if own else []), *load_documents(documents))


def _standard(system: IndicatorSystem, documents: list[Path] | None) -> Standard | None:
    from touchstone.standards import Standard
    from touchstone.standards.envelope import recency

    known = [item.document for item in load_documents(documents)]
    versions = [each for each in known if isinstance(each, Standard) and each.id == system.standard]
    return max(versions, key=recency, default=None)


def _data(file: Path) -> EvaluationData:
    from touchstone.evaluation.observations import load_data

    return load_data(file)


def _conventions(system: IndicatorSystem, aggregation: str, weighting: str) -> Conventions:
    import msgspec

    from touchstone.standards.indicator_system import Aggregation, Weighting

    said: dict[str, Any] = {}
    if aggregation:
        said["aggregation"] = option_of("--aggregation", aggregation, Aggregation)  # type: ignore[arg-type]
    if weighting:
        said["weighting"] = option_of("--weighting", weighting, Weighting)  # type: ignore[arg-type]
    return msgspec.structs.replace(system.conventions, **said)


def _about(file: Path, derive: Any) -> Any:  # noqa: ANN401 - what it derives
    from touchstone.standards.folder import line_in

    try:
        return derive()
    except InputError as error:
        raise error.at(
            file=str(file), line=line_in(file, error.field) if error.field.startswith("organisations") else None
        ) from None
