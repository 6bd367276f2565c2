# SPDX-License-Identifier: Apache-2.0
"""Commands for those who make standards and agreements: compose a joint standard, see the difference that a version makes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import (
    Documents,
    Json,
    Language,
    Library,
    counted,
    load_documents,
    option_of,
    print_plain,
    rulebook_of,
    told_of,
)
from touchstone.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from touchstone.logic import Expression
    from touchstone.recognition import RecognitionRequest, Rulebook
    from touchstone.recognition.joint_choices import Choice
    from touchstone.recognition.joint_exam import Candidate, Mode, RegionalResult
    from touchstone.recognition.names import Names
    from touchstone.standards.joint import JointStandard


Qualifications = Annotated[
    list[str], typer.Argument(help="Ids of the qualifications to compose.", metavar="QUALIFICATION...")
]
ModeOption = Annotated[str, typer.Option("--mode", help="all_or_nothing, or regional_fallback.")]


def compose(
    qualifications: Qualifications,
    documents: Documents = None,
    library: Library = False,
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
    mode: ModeOption = "all_or_nothing",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Compose one standard from several regions' (take the higher, take more), and tell what contradicts.

    Units, levels and documents are named in the language of --lang.
    """
    from touchstone.logic import Identifier
    from touchstone.recognition.joint import compose as composed
    from touchstone.recognition.joint_choices import choices_in
    from touchstone.recognition.joint_exam import Mode
    from touchstone.recognition.names import Names
    from touchstone.recognition.wording import Words
    from touchstone.text import LanguageMap

    day = option_of("--on", on, dt.date) if on else dt.date.today()
    identifier = option_of("--id", identifier, Identifier)
    titles: LanguageMap = option_of("--title", {"en": title}, LanguageMap)
    chosen: Mode = option_of("--mode", mode, Mode)  # type: ignore[arg-type]
    rulebook = rulebook_of(load_documents(documents, library=library))
    joint = composed(qualifications, rulebook, day, id=identifier, version="1", title=titles)
    edition = rulebook.edition(day)
    parts = [part for each in dict.fromkeys(qualifications) if (part := edition.qualification(each))]
    choices = [choice for part in parts for choice in choices_in(part)]
    results = _results(joint, candidates, rulebook, chosen)
    if json:
        from touchstone.standards import normal_form

        print_plain({"standard": normal_form(joint), "choices": choices, "results": results})
        return
    _tell(joint, choices, Names(rulebook.edition(day), rulebook, Words(lang)), results)


def difference(
    before: Annotated[Path, typer.Argument(help="The folder of documents as they are.", metavar="BEFORE")],
    after: Annotated[Path, typer.Argument(help="The folder of documents as they would be.", metavar="AFTER")],
    requests: Annotated[
        list[Path], typer.Argument(help="Requests: files, folders, or JSON Lines.", metavar="REQUEST...")
    ],
    library: Annotated[bool, typer.Option("--library", help="Use the shipped library beside both folders.")] = False,
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="Decide every request on this day instead of its own.")
    ] = "",
    json: Json = False,
) -> None:
    """Tell whose outcome changes if new documents take effect, and by which change. Each request is decided on its own day, or on --on."""
    from touchstone.recognition.difference import difference as differences
    from touchstone.recognition.difference import not_in_force
    from touchstone.recognition.many import load_requests

    day = option_of("--on", on, dt.date) if on else None
    old, new = (rulebook_of(load_documents([folder], library=library)) for folder in (before, after))
    named = [each._replace(request=_on(each.request, day)) for each in load_requests(requests)]
    asked: list[str] = []

    def one_by_one() -> Iterator[RecognitionRequest]:
        for name, request in named:
            asked.append(name)
            yield request

    try:
        found = list(differences(old, new, one_by_one()))
    except InputError as error:
        raise error.at(file=asked[-1]) from None
    if json:
        import msgspec

        print_plain([{**msgspec.to_builtins(item), "name": named[item.request].name} for item in found])
        return
    for item in found:
        causes = "; ".join(
            " ".join(filter(None, (change.document, change.what, change.row))) for change in item.because
        )
        alike = f" ({'; '.join(item.differs)})" if item.before == item.after else ""
        typer.echo(f"{named[item.request].name}: {item.before} → {item.after}{alike}, by {causes}")
    typer.echo(f"{len(found)} of {counted(len(named), 'answer')} change.")
    for document in not_in_force(old, new, [request.decided_on for _, request in named]):
        began = f"it begins on {document.valid.from_}" if document.valid and document.valid.from_ else document.status
        typer.echo(
            f"Remark: {document.id} version {document.version} is in force on no day that was asked about ({began}); "
            "--on decides on another day.",
            err=True,
        )


def _on(request: RecognitionRequest, day: dt.date | None) -> RecognitionRequest:
    """Return a request as it would be decided on a day, at its end."""
    from msgspec.structs import replace

    return request if day is None else replace(request, decided_on=day, decided_at=None)


def examined(
    session: Path, qualifications: list[str], rulebook: Rulebook, day: dt.date, mode: str, region: str
) -> Iterator[tuple[Candidate, RegionalResult]]:
    """Yield what each candidate of a session has earned in one region by the standard composed of its parts and the others'.

    :raises InputError: no part is of the region, or a candidate was examined on another day.
    """
    from touchstone.recognition.joint import compose as composed
    from touchstone.recognition.joint_exam import Mode, examine

    chosen: Mode = option_of("--mode", mode, Mode)  # type: ignore[arg-type]
    joint = composed(qualifications, rulebook, day, id="urn:touchstone:joint", version="1", title={"en": "Joint"})
    for candidate in _candidates(session):
        if candidate.request.decided_on != day:
            raise InputError(
                f"{candidate.candidate} was examined on another day", file=str(session), field="decided_on",
                expected=str(day), found=candidate.request.decided_on, hint="Name the day of the examination with --on.",
            )  # fmt: skip
        about = f"{session}: {candidate.candidate}"
        regional = told_of(about, partial(examine, joint, candidate, rulebook, mode=chosen))
        own = [result for result in regional if result.region == region]
        if not own:
            regions = ", ".join(sorted({result.region for result in regional}))
            raise InputError(
                "no part of the examination is of this region", field="--region", expected=regions, found=region
            )
        yield from ((candidate, result) for result in own)


def _results(joint: JointStandard, file: Path | None, rulebook: Rulebook, mode: Mode) -> list[dict[str, Any]]:
    """Return the results of candidates in each region, if there are any."""
    import msgspec

    from touchstone.recognition.joint_exam import examine

    results = []
    for candidate in _candidates(file):
        regional = told_of(f"{file}: {candidate.candidate}", partial(examine, joint, candidate, rulebook, mode=mode))
        results.append({"candidate": candidate.candidate, "regions": msgspec.to_builtins(regional)})
    return results


def _candidates(file: Path | None) -> tuple[Candidate, ...]:
    from touchstone.recognition.joint_exam import Session
    from touchstone.standards.folder import read_bytes, read_value

    return told_of(file, lambda: read_value(read_bytes(file), str(file), Session)[0].candidates) if file else ()


def _tell(joint: JointStandard, choices: list[Choice], names: Names, results: list[dict[str, Any]]) -> None:
    beside = f", {len(joint.also)} more" if joint.also else ""
    typer.echo(
        f"{names.title(joint.title)}: {counted(len(joint.units), 'unit')}{beside}, "
        f"{counted(len(joint.criteria), 'criterion', 'criteria')} from {counted(len(joint.parts), 'part')}."
    )
    for unit in joint.units:
        level = f", at least {names.level(unit.id, unit.level)}" if unit.level else ""
        score = f", score {unit.min_score}" if unit.min_score is not None else ""
        region = f"{names.region(unit.id)}: " if names.region(unit.id) else ""
        typer.echo(f"  {region}{names.unit(unit.id)}{level}{score}")
    for item in joint.also:
        typer.echo(f"  {_asked(item, names)}")
    for criterion in joint.criteria:
        typer.echo(f"  {criterion.id}: {criterion.direction} {criterion.value} {criterion.unit}")
    for choice in choices:
        typer.echo(
            f"Remark: {names.document(choice.part)} leaves a choice, {choice.count} of {choice.of}; the joint standard asks for "
            f"all of it: {names.facts(choice.units)}."
        )
    for conflict in joint.conflicts:
        typer.echo(f"CONFLICT {conflict.code}, {conflict.about}: {'; '.join(conflict.says)}")
    for result in results:
        earned = ", ".join(
            f"{item['region']} {'earned' if item['earned'] else 'not earned'}" for item in result["regions"]
        )
        typer.echo(f"{result['candidate']}: {earned}")


def _asked(item: Expression, names: Names) -> str:
    """Say what is asked beside units."""
    from touchstone.logic import Credits, Person
    from touchstone.recognition.requirement import token

    match item:
        case Credits(credits=pool):
            return f"at least {pool.at_least} credits from {names.facts(pool.from_)}"
        case Person(person=part):
            return f"{names.fact(token(item))}: {names.words.listed(part.in_, 'or')}"
        case _:
            return names.fact(token(item))  # type: ignore[arg-type] # inner nodes do not stand there
