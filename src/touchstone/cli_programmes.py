# SPDX-License-Identifier: Apache-2.0
"""Commands of the loop between workshop and school: programmes held against needs, and who can fill a need."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import (
    BAD_INPUT,
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
    write_file,
)
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.demand.candidates import Candidate, Candidates
    from touchstone.demand.importing import Arrived, NeedsReading
    from touchstone.demand.need import Need
    from touchstone.programmes.change import Limits
    from touchstone.programmes.gap import Gap, GapCell, Policy
    from touchstone.programmes.yardstick import Yardstick
    from touchstone.recognition.names import Names
    from touchstone.standards import Document
    from touchstone.standards.programme import Programme

On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day that is asked about; today if absent.")]
ProgrammeFile = Annotated[Path, typer.Argument(help="A programme, as YAML or JSON.", metavar="PROGRAMME")]
Needs = Annotated[
    list[Path], typer.Option("--needs", metavar="PATH", help="Needs: a file or a folder; may be given again.")
]
Programmes = Annotated[
    list[Path], typer.Option("--programme", metavar="FILE", help="A programme of the region; may be given again.")
]
Demanded = Annotated[
    str,
    typer.Option(
        "--demanded", metavar="SHARE", help="The share of openings from which a competency counts as demanded."
    ),
]
Must = Annotated[
    list[str] | None,
    typer.Option("--must", metavar="UNIT", help="A competency that is a must whatever the demand; may be given again."),
]
Hours = Annotated[
    int, typer.Option("--hours", min=0, metavar="N", help="The most hours that a bridging plan may take.")
]
Passports = Annotated[
    list[Path],
    typer.Option("--passports", metavar="PATH", help="Passports: files, folders or JSON Lines; may be given again."),
]


def register(app: typer.Typer) -> None:
    """Add ``touchstone programme`` and ``touchstone need``."""
    programmes = typer.Typer(no_args_is_help=True, help="Hold programmes against what enterprises need.")
    programmes.command()(coverage)
    programmes.command()(gap)
    programmes.command()(change)
    programmes.command()(balance)
    app.add_typer(programmes, name="programme")
    needs = typer.Typer(no_args_is_help=True, help="Take in what enterprises need, and find who can fill it.")
    needs.command("import")(import_needs)
    needs.command()(candidates)
    app.add_typer(needs, name="need")


# ------------------------------------------------------------------ programmes
def coverage(
    programme: ProgrammeFile,
    standard: Annotated[
        str, typer.Argument(help="The id of a qualification or framework, or a file.", metavar="STANDARD")
    ],
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Set what a standard demands beside what a programme teaches, practises and assesses."""
    from touchstone.programmes.coverage import coverage as covered
    from touchstone.programmes.coverage import demands_of

    yardstick = _yardstick(documents, library, on)
    given = _programme(programme)
    asked = _standard(standard, yardstick)
    found = told_of(programme, lambda: covered(given, demands_of(asked, yardstick), yardstick, asked.id))
    if json:
        print_plain(found)
        return
    names = _names(yardstick, lang)
    for row in found.rows:
        parts = zip(("taught", "practised", "assessed"), (row.taught, row.practised, row.assessed), strict=True)
        told = ", ".join(f"{name} {'/'.join(part.levels) or '–'}" for name, part in parts)
        level = f" at {row.level}" if row.level else ""
        remarks = "".join(f"; {remark.replace('_', ' ')}" for remark in row.remarks)
        typer.echo(f"{names.unit(row.unit)}{level if row.demanded else ''}: {told}{remarks}")
    demanded = sum(row.demanded for row in found.rows)
    typer.echo(f"{found.covered} of {counted(demanded, 'demanded competency', 'demanded competencies')} covered.")


def gap(
    needs: Needs,
    programme: Programmes,
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    demanded: Demanded = "0.1",
    must: Must = None,
    viewer: Annotated[
        str,
        typer.Option(
            "--viewer", metavar="EMPLOYER", help="Who asks: an employer sees the cells in which she stands alone."
        ),
    ] = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell what enterprises need and programmes do not give, with intervals; cells of fewer than five employers are hidden."""
    yardstick = _yardstick(documents, library, on)
    found = _gap(needs, [_programme(file) for file in programme], yardstick, _policy(demanded, must), viewer)
    if json:
        print_plain(found)
        return
    names = _names(yardstick, lang)
    for cell in found.cells:
        typer.echo(_cell(cell, names))
    opened = sum(cell.open for cell in found.cells)
    typer.echo(f"{counted(opened, 'gap')} in {counted(len(found.cells), 'cell')}, {found.hidden} of them hidden.")


def change(
    programme: ProgrammeFile,
    needs: Needs,
    catalogue: Annotated[
        list[Path],
        typer.Option("--from", metavar="FILE", help="A programme whose modules may be taken over; may be given again."),
    ],
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    demanded: Demanded = "0.1",
    must: Must = None,
    limits: Annotated[
        Path | None,
        typer.Option("--limits", metavar="FILE", help="What a change may not exceed: hours, places, equipment, cost."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the changed programme there (.yaml or .json), as a draft."),
    ] = None,
    version: Annotated[
        str, typer.Option("--version", metavar="VERSION", help="The version of the changed programme.")
    ] = "next",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Propose the fewest added hours that close the gaps of a programme, proven, by modules of other programmes."""
    import msgspec

    from touchstone.programmes.change import changed, smallest_change

    if out and out.exists():
        raise InputError(
            "there is a file of this name, and a programme is never overwritten",
            file=str(out),
            hint="Choose another name.",
        )
    yardstick = _yardstick(documents, library, on)
    given, others = _programme(programme), [_programme(file) for file in catalogue]
    _remark_not_in_force(others, yardstick)
    found = _gap(needs, [given], yardstick, _policy(demanded, must), "")
    proposal = smallest_change(given, found, others, yardstick, limits=_limits(limits))
    if out:
        after = msgspec.structs.replace(changed(given, proposal, others, yardstick, version=version), status="draft")
        write_file(out, _written(after, out))
    if json:
        print_plain(proposal)
        return
    names = _names(yardstick, lang)
    for added in proposal.adds:
        closes = (
            f", for {', '.join(names.unit(unit) for unit in added.closes)}" if added.closes else ", asked for first"
        )
        typer.echo(f"Add {added.module}: {counted(added.hours, 'hour')} ({added.place}){closes}")
    for left in proposal.left:
        why = "no module closes it" if left.because == "no_module" else "a limit is in the way"
        typer.echo(f"Left open: {names.unit(left.unit)}: {why}")
    proven = "proven to be the fewest" if proposal.proven else "not proven to be the fewest"
    gaps = len(proposal.closes) + len(proposal.left)
    typer.echo(
        f"{counted(proposal.hours, 'hour')} added, {proven}; {len(proposal.closes)} of {counted(gaps, 'gap')} closed."
    )


def balance(
    needs: Needs,
    programme: Programmes,
    cohorts: Annotated[
        list[Path], typer.Option("--cohort", metavar="FILE", help="A cohort that graduates; may be given again.")
    ],
    passports: Passports,
    hours: Hours = 120,
    quarters: Annotated[
        int, typer.Option("--quarters", min=1, max=40, metavar="N", help="How many quarters, from that of the day.")
    ] = 4,
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell by competency, region and quarter who is needed, graduates, is certified, or could be within some hours."""
    from touchstone.demand.need import load_needs
    from touchstone.demand.passport import load_passports
    from touchstone.programmes.balance import Cohort
    from touchstone.programmes.balance import balance as balanced
    from touchstone.standards.folder import read_bytes, read_value

    yardstick = _yardstick(documents, library, on)
    programmes = [_programme(file) for file in programme]
    _remark_not_in_force(programmes, yardstick)
    found = balanced(
        load_needs(needs),
        [
            told_of(file, partial(lambda file: read_value(read_bytes(file), str(file), Cohort)[0], file))
            for file in cohorts
        ],
        load_passports(passports),
        programmes,
        yardstick,
        hours=hours,
        quarters=quarters,
    )
    if json:
        print_plain(found)
        return
    names = _names(yardstick, lang)
    for row in found.rows:
        level = f" at {row.level}" if row.level else ""
        typer.echo(
            f"{row.quarter} {row.region} {names.unit(row.unit)}{level}: needed {_shown(row.needed)}, graduating {_range(row.graduating)}, "
            f"certified {'×' if row.other_scale else _range(row.certified)}, "
            f"within {found.hours} hours {'×' if row.other_scale else _shown(row.bridgeable)}"
        )
    typer.echo(f"{counted(len(found.rows), 'row')}; – stands for fewer than five, × for a level on another scale.")


# ------------------------------------------------------------------ needs
def import_needs(
    file: Annotated[
        Path, typer.Argument(help="A table (.csv, .xlsx), or schema.org JobPosting (.json, .jsonld).", metavar="FILE")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write the needs into this folder, a file each; what is there is compared."
        ),
    ] = None,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="Of JobPosting: the region of the needs.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look for mistakes and differences only; write nothing.")
    ] = False,
    stands: Annotated[
        int,
        typer.Option(
            "--stands",
            min=1,
            metavar="DAYS",
            help="How long a need stands that does not say until when people are needed.",
        ),
    ] = 365,
    end_gone: Annotated[
        bool, typer.Option("--end-gone", help="End the needs of the folder that stand and are not in the file.")
    ] = False,
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    json: Json = False,
) -> None:
    """Take needs in; every mistake is told with its cell, and the same file read again changes nothing."""
    from touchstone.demand.importing import NeedsReading, arrived, ended, needs_from
    from touchstone.demand.job_posting import needs_of
    from touchstone.demand.need import load_needs
    from touchstone.standards.exchange.plain_writing import write_yaml_document
    from touchstone.standards.exchange.tables import read_table
    from touchstone.standards.folder import read_bytes

    if out is None and not dry_run:
        raise InputError(
            "nothing says where the needs go",
            field="--out",
            hint="Give --out DIR, or --dry-run to look for mistakes only.",
        )
    known, day = [item.document for item in load_documents(documents, library=library)], _day(on)
    if file.suffix.casefold() in (".csv", ".xlsx"):
        reading = told_of(file, lambda: needs_from(read_table(read_bytes(file), file.name), known, on=day, days=stands))
    elif file.suffix.casefold() in (".json", ".jsonld"):
        if not region:
            raise InputError("the region of the needs is missing", field="--region", hint="Give one such as HK.")
        postings = told_of(file, lambda: needs_of(read_bytes(file), known, region=region, on=day, days=stands))
        reading = NeedsReading(postings.needs, len(postings.needs), (), 0, postings.remarks)
    else:
        raise InputError(
            "the file is neither a table nor a posting", file=str(file), expected="a file .csv, .xlsx, .json or .jsonld"
        )
    found = arrived(reading.needs, load_needs([out]) if out and out.is_dir() else (), day)
    if out and not dry_run and not reading.errors:
        out.mkdir(parents=True, exist_ok=True)
        for each in found:
            if each.what == "gone" and end_gone:
                write_file(out / _file_name(each.need), write_yaml_document(ended(each.need)))
            elif each.what in ("new", "changed"):
                write_file(out / _file_name(each.need), write_yaml_document(each.need))
    _tell_import(reading, found, file, json=json)
    if reading.errors:
        raise typer.Exit(BAD_INPUT)


def candidates(
    need: Annotated[Path, typer.Argument(help="A need, as YAML or JSON.", metavar="NEED")],
    passports: Passports,
    hours: Hours = 120,
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell who can fill a need: ready now, or within some hours by the cheapest plan; only those who consent, by region, with reasons."""
    from touchstone.demand.candidates import Passports, compile_needs
    from touchstone.demand.candidates import candidates as found_for
    from touchstone.demand.need import read_need
    from touchstone.demand.passport import load_passports
    from touchstone.recognition.names import Names
    from touchstone.recognition.wording import Words

    asked = read_need(need)
    day = _day(on)
    rulebook = told_of(
        need, lambda: compile_needs([item.document for item in load_documents(documents, library=library)], [asked])
    )
    compiled = Passports(load_passports(passports), rulebook, day)
    for unknown in compiled.unknown:
        typer.echo(
            f"Remark: {unknown.holder}: no framework knows {unknown.unit} at level {unknown.level}; it counts for nothing.",
            err=True,
        )
    found = found_for(asked, compiled, max_hours=hours)
    if json:
        print_plain(found)
        return
    names = Names(rulebook.edition(day), rulebook, Words(lang))
    _tell_candidates(found, names, hours)


# ------------------------------------------------------------------ what they share
def _day(on: str) -> dt.date:
    return option_of("--on", on, dt.date) if on else dt.date.today()


def _yardstick(documents: list[Path] | None, library: bool, on: str) -> Yardstick:
    from touchstone.programmes.yardstick import Yardstick

    return Yardstick(rulebook_of(load_documents(documents, library=library)), _day(on))


def _programme(file: Path) -> Programme:
    from touchstone.standards.folder import read_bytes, read_value
    from touchstone.standards.programme import Programme

    return told_of(file, lambda: read_value(read_bytes(file), str(file), Programme)[0])


def _standard(name: str, yardstick: Yardstick) -> Document:
    from touchstone.cli_shared import public_document

    if found := yardstick.edition.qualification(name) or yardstick.edition.framework(name):
        return found
    if Path(name).is_file():
        return public_document(Path(name))
    raise InputError(
        "the standard is unknown",
        field="STANDARD",
        expected="the id of a qualification or framework, or a file",
        found=name,
    )


def _policy(demanded: str, must: list[str] | None) -> Policy:
    from decimal import Decimal

    from touchstone.programmes.gap import Policy

    share: Decimal = option_of("--demanded", demanded, Decimal)
    if not 0 < share < 1:
        raise InputError(
            "the value does not fit", field="--demanded", expected="a share between 0 and 1", found=demanded
        )
    return Policy(demanded=float(share), must=frozenset(must or ()))


def _limits(file: Path | None) -> Limits:
    from touchstone.programmes.change import Limits
    from touchstone.standards.folder import read_bytes, read_value

    return told_of(file, lambda: read_value(read_bytes(file), str(file), Limits)[0]) if file else Limits()


def _gap(needs: list[Path], programmes: list[Programme], yardstick: Yardstick, policy: Policy, viewer: str) -> Gap:
    from touchstone.demand.need import load_needs
    from touchstone.programmes.gap import gap as found

    _remark_not_in_force(programmes, yardstick)
    return found(load_needs(needs), programmes, yardstick, policy=policy, viewer=viewer or None)


def _remark_not_in_force(programmes: list[Programme], yardstick: Yardstick) -> None:
    for programme in programmes:
        if not programme.in_force(yardstick.on):
            typer.echo(
                f"Remark: {programme.id} version {programme.version} is not in force on {yardstick.on}, and counts for nothing.",
                err=True,
            )


def _names(yardstick: Yardstick, lang: str) -> Names:
    from touchstone.recognition.names import Names
    from touchstone.recognition.wording import Words

    return Names(yardstick.edition, yardstick.rulebook, Words(lang))


def _cell(cell: GapCell, names: Names) -> str:
    told = f"{cell.region} {cell.class_.replace('_', ' ')}: {names.unit(cell.unit)}"
    if cell.demand is None:
        return f"{told} ({cell.because.replace('_', ' ')})"
    levels = [level.code for level in cell.asked if level.code]
    asked = f" at {'/'.join(levels)}" if levels else ""
    share = f"{cell.demand.share:.0%} of openings [{cell.demand.low:.0%}, {cell.demand.high:.0%}]"
    return f"{told}{asked}: {share}, {counted(cell.employers or 0, 'employer')}; {cell.because.replace('_', ' ')}"


def _written(document: Document, out: Path) -> bytes:
    from touchstone.standards.exchange.plain_writing import write_json, write_yaml_document

    return write_json(document) if out.suffix == ".json" else write_yaml_document(document)


def _file_name(need: Need) -> str:
    import hashlib

    return f"need-{hashlib.sha256(need.id.encode()).hexdigest()[:16]}.yaml"


def _tell_import(reading: NeedsReading, found: list[Arrived], file: Path, *, json: bool) -> None:
    counts = {what: sum(each.what == what for each in found) for what in ("new", "changed", "same")}
    if json:
        needs = [{"id": each.need.id, "version": each.need.version, "what": each.what} for each in found]
        print_plain(
            {
                "rows": reading.rows,
                "needs": needs,
                "errors": reading.errors,
                "beyond": reading.beyond,
                "remarks": reading.remarks,
            }
        )
        return
    for remark in reading.remarks:
        typer.echo(f"{file}: remark: {remark}", err=True)
    for error in reading.errors:
        typer.echo(f"{file}: error: {error}", err=True)
    errors = counted(len(reading.errors) + reading.beyond, "error")
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    came = [each for each in found if each.what != "gone"]
    typer.echo(f"{file}: {counted(reading.rows, 'row')}, {errors}; {counted(len(came), 'need')}: {told}.")
    if gone := [each.need.id for each in found if each.what == "gone"]:
        typer.echo(f"Not in the file, and standing before it ({len(gone)}; --end-gone ends them): {', '.join(gone)}")


def _tell_candidates(found: Candidates, names: Names, hours: int) -> None:
    for candidate in found.ready:
        typer.echo(f"Ready now: {candidate.holder} ({candidate.region})")
    for candidate in found.perhaps:
        typer.echo(f"Ready if it proves true: {candidate.holder} ({candidate.region}): {names.facts(candidate.open)}")
    for candidate in found.bridgeable:
        typer.echo(
            f"Within {_plan(candidate)}: {candidate.holder} ({candidate.region}): lacks {names.facts(candidate.missing)}"
        )
    for region, reasons in found.others.items():
        told = ", ".join(f"{count} {_REASONS[reason]}" for reason, count in reasons.items())
        typer.echo(f"Not within {hours} hours ({region}): {told}")
    typer.echo(
        f"{len(found.ready)} ready, {len(found.perhaps)} perhaps, {len(found.bridgeable)} within {hours} hours, "
        f"of {counted(found.asked, 'passport')} that may be looked at."
    )


_REASONS = {
    "no_agreement": "for want of an agreement",
    "no_course": "for want of a course that leads there",
    "beyond_the_hours": "for want of time",
}


def _plan(candidate: Candidate) -> str:
    from touchstone.standards.bridging import in_units

    plan = candidate.plan
    if plan is None:
        return "no plan"
    return f"{counted(plan.hours, 'hour')} and {plan.cost.currency} {in_units(plan.cost)} ({', '.join(plan.options)})"


def _shown(count: int | None) -> str:
    return "–" if count is None else str(count)


def _range(found: tuple[int, int] | None) -> str:
    if found is None:
        return "–"
    sure, possible = found
    return str(sure) if sure == possible else f"{sure} to {possible}"
