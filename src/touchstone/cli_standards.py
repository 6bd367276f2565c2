# SPDX-License-Identifier: Apache-2.0
"""Commands for those who make standards and agreements: compose a joint standard, see the difference that a version makes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import Documents, Json, load_documents, print_plain, rulebook_of

if TYPE_CHECKING:
    from touchstone.recognition import Rulebook
    from touchstone.recognition.joint_exam import Candidate, Mode
    from touchstone.standards.joint import JointStandard


def compose(
    qualifications: Annotated[
        list[str], typer.Argument(help="Ids of the qualifications to compose.", metavar="QUALIFICATION...")
    ],
    documents: Documents = None,
    on: Annotated[
        str, typer.Option(metavar="DATE", help="The day on which the qualifications are taken; today if absent.")
    ] = "",
    identifier: Annotated[
        str, typer.Option("--id", metavar="ID", help="The id of the joint standard.")
    ] = "urn:touchstone:joint",
    title: Annotated[str, typer.Option(metavar="TEXT", help="Its title, in English.")] = "Joint standard",
    candidates: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Candidates of one examination: their results in each region are printed."),
    ] = None,
    mode: Annotated[str, typer.Option(help="all_or_nothing, or regional_fallback.")] = "all_or_nothing",
    json: Json = False,
) -> None:
    """Compose one standard from several regions' (take the higher, take more), and tell what contradicts."""
    from touchstone.recognition.joint import compose as composed

    rulebook = rulebook_of(load_documents(documents))
    joint = composed(qualifications, rulebook, _day(on), id=identifier, version="1", title={"en": title})
    results = _results(joint, candidates, rulebook, mode)
    if json:
        from touchstone.standards import normal_form

        print_plain({"standard": normal_form(joint), "results": results})
        return
    _tell(joint, rulebook, results)


def difference(
    before: Annotated[Path, typer.Argument(help="The folder of documents as they are.", metavar="BEFORE")],
    after: Annotated[Path, typer.Argument(help="The folder of documents as they would be.", metavar="AFTER")],
    requests: Annotated[
        list[Path], typer.Argument(help="Requests: files, folders, or JSON Lines.", metavar="REQUEST...")
    ],
    library: Annotated[bool, typer.Option("--library", help="Use the shipped library beside both folders.")] = False,
    json: Json = False,
) -> None:
    """Tell whose outcome changes if new documents take effect, and by which change."""
    from touchstone.recognition.difference import difference as differences
    from touchstone.recognition.many import load_requests

    old, new = (rulebook_of(load_documents([folder], library=library)) for folder in (before, after))
    named = list(load_requests(requests))
    found = list(differences(old, new, (item.request for item in named)))
    if json:
        import msgspec

        print_plain([{**msgspec.to_builtins(item), "name": named[item.request].name} for item in found])
        return
    for item in found:
        causes = "; ".join(
            " ".join(filter(None, (change.document, change.what, change.row))) for change in item.because
        )
        typer.echo(f"{named[item.request].name}: {item.before} → {item.after}, by {causes}")
    typer.echo(f"{len(found)} of {len(named)} answers change.")


def _day(text: str) -> dt.date:
    from touchstone.standards.decoding import decode

    return decode(text, dt.date) if text else dt.date.today()


def _results(joint: JointStandard, file: Path | None, rulebook: Rulebook, mode: str) -> list[dict[str, Any]]:
    """Return the results of candidates in each region, if there are any."""
    import msgspec

    from touchstone.recognition.joint_exam import examine

    results = []
    for candidate in _candidates(file):
        regional = examine(joint, candidate, rulebook, mode=_mode(mode))
        results.append({"candidate": candidate.candidate, "regions": msgspec.to_builtins(regional)})
    return results


def _candidates(file: Path | None) -> tuple[Candidate, ...]:
    from touchstone.recognition.joint_exam import Session
    from touchstone.standards.folder import read_bytes, read_value

    return read_value(read_bytes(file), str(file), Session)[0].candidates if file else ()


def _mode(mode: str) -> Mode:
    from touchstone.recognition.joint_exam import Mode
    from touchstone.standards.decoding import decode

    chosen: Mode = decode(mode, Mode)  # type: ignore[arg-type]
    return chosen


def _tell(joint: JointStandard, rulebook: Rulebook, results: list[dict[str, Any]]) -> None:
    from touchstone.recognition.names import Names
    from touchstone.recognition.wording import Words

    names = Names(rulebook.edition(dt.date.today()), rulebook, Words("en"))
    typer.echo(
        f"{names.title(joint.title)}: {len(joint.units)} units, {len(joint.criteria)} criteria from {len(joint.parts)} parts."
    )
    for unit in joint.units:
        level = f", at least {names.level(unit.id, unit.level)}" if unit.level else ""
        score = f", score {unit.min_score}" if unit.min_score is not None else ""
        typer.echo(f"  {names.unit(unit.id)}{level}{score}")
    for criterion in joint.criteria:
        typer.echo(f"  {criterion.id}: {criterion.direction} {criterion.value} {criterion.unit}")
    for conflict in joint.conflicts:
        typer.echo(f"CONFLICT {conflict.code}, {conflict.about}: {'; '.join(conflict.says)}")
    for result in results:
        earned = ", ".join(
            f"{item['region']} {'earned' if item['earned'] else 'not earned'}" for item in result["regions"]
        )
        typer.echo(f"{result['candidate']}: {earned}")
