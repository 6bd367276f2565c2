# SPDX-License-Identifier: Apache-2.0
"""Commands of the loop between workshop and school: programmes held against needs, and who can fill a need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone import cli_programme_versions
from touchstone.cli_shared import (
    BAD_INPUT,
    Documents,
    Json,
    Language,
    Library,
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
    from touchstone.programmes.balance import BalanceRow
    from touchstone.programmes.change_problem import Limits
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
    cli_programme_versions.register(programmes)
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
        parts = {"taught": row.taught, "practised": row.practised, "assessed": row.assessed}
        levels = {name: "/".join(_level(each, lang) for each in part.levels) or "–" for name, part in parts.items()}
        unit = names.unit(row.unit)
        told = say("coverage.row", lang, unit=_at(unit, [row.level], lang) if row.demanded else unit, **levels)
        for remark in row.remarks:
            told = say("coverage.remark", lang, told=told, remark=say(f"remark.{remark}", lang))
        typer.echo(told)
    demanded = sum(row.demanded for row in found.rows)
    typer.echo(say("coverage.summary", lang, covered=found.covered, demanded=demanded))


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
    """Tell what enterprises need and programmes do not give, with intervals; what few employers, or mostly one, ask is hidden."""
    yardstick = _yardstick(documents, library, on)
    found = _gap(needs, [_programme(file) for file in programme], yardstick, _policy(demanded, must), viewer, lang)
    if json:
        print_plain(found)
        return
    names = _names(yardstick, lang)
    for cell in found.cells:
        typer.echo(_cell(cell, names, lang))
    opened = sum(cell.open for cell in found.cells)
    typer.echo(say("gap.summary", lang, gaps=opened, cells=len(found.cells), hidden=found.hidden))


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
    _remark_not_in_force(others, yardstick, lang)
    found = _gap(needs, [given], yardstick, _policy(demanded, must), "", lang)
    proposal = smallest_change(given, found, others, yardstick, limits=_limits(limits))
    if out:
        after = msgspec.structs.replace(changed(given, proposal, others, yardstick, version=version), status="draft")
        write_file(out, _written(after, out))
    if json:
        print_plain(proposal)
        return
    names = _names(yardstick, lang)
    for added in proposal.adds:
        key = "change.add" if added.closes else "change.first"
        units = ", ".join(names.unit(unit) for unit in added.closes)
        place = say(f"place.{added.place}", lang)
        typer.echo(say(key, lang, module=added.module, hours=added.hours, place=place, units=units))
    for left in proposal.left:
        typer.echo(say("change.left", lang, unit=names.unit(left.unit), why=say(f"left.{left.because}", lang)))
    closed = len(proposal.closes)
    proven = say("proven.yes" if proposal.proven else "proven.no", lang)
    gaps = closed + len(proposal.left)
    typer.echo(say("change.summary", lang, hours=proposal.hours, proven=proven, closed=closed, gaps=gaps))


def balance(
    needs: Needs,
    programme: Programmes,
    cohorts: Annotated[
        list[Path], typer.Option("--cohort", metavar="FILE", help="A cohort that graduates; may be given again.")
    ],
    passports: Annotated[
        list[Path] | None,
        typer.Option(
            "--passports",
            metavar="PATH",
            help="Passports, without which nobody is certified or bridgeable; may be given again.",
        ),
    ] = None,
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
    _remark_not_in_force(programmes, yardstick, lang)
    found = balanced(
        load_needs(needs),
        [
            told_of(file, partial(lambda file: read_value(read_bytes(file), str(file), Cohort)[0], file))
            for file in cohorts
        ],
        load_passports(passports) if passports else None,
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
        typer.echo(_balance_row(row, names, found.hours, lang))
    if found.unknown_units:
        typer.echo(say("balance.unknown", lang, units=found.unknown_units), err=True)
    typer.echo(say("balance.summary", lang, rows=len(found.rows)))


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
    lang: Language = "en",
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
    _tell_import(reading, found, file, lang, end_gone=bool(end_gone and out and not dry_run), json=json)
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
        level = _level(unknown.level or "", lang)
        typer.echo(say("candidates.unknown", lang, holder=unknown.holder, unit=unknown.unit, level=level), err=True)
    found = found_for(asked, compiled, max_hours=hours)
    if json:
        print_plain(found)
        return
    names = Names(rulebook.edition(day), rulebook, Words(lang))
    _tell_candidates(found, names, hours, lang)


# ------------------------------------------------------------------ what they share
def say(key: str, lang: str, **gaps: object) -> str:
    """Return a fixed text, read when it is needed: the command line starts without."""
    from touchstone.programmes.wording import say as said

    return said(key, lang, **gaps)


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
    from touchstone.programmes.change_problem import Limits
    from touchstone.standards.folder import read_bytes, read_value

    return told_of(file, lambda: read_value(read_bytes(file), str(file), Limits)[0]) if file else Limits()


def _gap(
    needs: list[Path], programmes: list[Programme], yardstick: Yardstick, policy: Policy, viewer: str, lang: str
) -> Gap:
    from touchstone.demand.need import load_needs
    from touchstone.programmes.gap import gap as found

    _remark_not_in_force(programmes, yardstick, lang)
    return found(load_needs(needs), programmes, yardstick, policy=policy, viewer=viewer or None)


def _remark_not_in_force(programmes: list[Programme], yardstick: Yardstick, lang: str) -> None:
    for item in programmes:
        if not item.in_force(yardstick.on):
            told = say("not_in_force", lang, programme=item.id, version=item.version, day=yardstick.on)
            typer.echo(told, err=True)


def _names(yardstick: Yardstick, lang: str) -> Names:
    from touchstone.recognition.names import Names
    from touchstone.recognition.wording import Words

    return Names(yardstick.edition, yardstick.rulebook, Words(lang))


def _cell(cell: GapCell, names: Names, lang: str) -> str:
    unit = names.unit(cell.unit)
    told = {
        "region": cell.region,
        "class": say(f"class.{cell.class_}", lang),
        "because": say(f"because.{cell.because}", lang, equal=cell.equal_employers),
    }
    if cell.demand is None:
        return say("gap.hidden", lang, unit=unit, **told)
    share, low, high = (f"{each:.0%}" for each in (cell.demand.share, cell.demand.low, cell.demand.high))
    asked = _at(unit, [level.code for level in cell.asked], lang)
    return say("gap.cell", lang, unit=asked, share=share, low=low, high=high, employers=cell.employers, **told)


def _at(unit: str, levels: Sequence[str | None], lang: str) -> str:
    """Return a competency with its levels, if any is named."""
    named = "/".join(level for level in levels if level)
    return say("level.at", lang, unit=unit, level=named) if named else unit


def _level(code: str, lang: str) -> str:
    return say("level.any", lang) if code in ("", "any") else code


def _written(document: Document, out: Path) -> bytes:
    from touchstone.standards.exchange.plain_writing import write_json, write_yaml_document

    return write_json(document) if out.suffix == ".json" else write_yaml_document(document)


def _file_name(need: Need) -> str:
    import hashlib

    return f"need-{hashlib.sha256(need.id.encode()).hexdigest()[:16]}.yaml"


def _tell_import(
    reading: NeedsReading, found: list[Arrived], file: Path, lang: str, *, end_gone: bool, json: bool
) -> None:
    from touchstone.programmes.wording import told_cell

    counts = {what: sum(each.what == what for each in found) for what in ("new", "changed", "same", "gone")}
    if json:
        needs = [{"id": each.need.id, "version": each.need.version, "what": each.what} for each in found]
        print_plain(
            {
                "rows": reading.rows,
                "needs": needs,
                "errors": reading.errors,
                "beyond": reading.beyond,
                "remarks": reading.remarks,
                "left_out": reading.left_out,
                "assumed": reading.assumed,
            }
        )
        return
    for remark in reading.remarks:
        typer.echo(f"{file}: remark: {remark}", err=True)
    for error in reading.errors:
        typer.echo(f"{file}: {told_cell(error, lang)}", err=True)
    errors, came = len(reading.errors) + reading.beyond, len(found) - counts["gone"]
    typer.echo(say("import.summary", lang, file=file, rows=reading.rows, errors=errors, needs=came, **counts))
    if gone := [each.need.id for each in found if each.what == "gone"]:
        key = "import.ended" if end_gone else "import.gone"
        typer.echo(say(key, lang, gone=len(gone), names=", ".join(gone)))
    if reading.left_out:
        typer.echo(say("import.left_out", lang, names=", ".join(reading.left_out)))
    for name in reading.assumed:
        typer.echo(say(f"import.assumed.{name}", lang))


def _tell_candidates(found: Candidates, names: Names, hours: int, lang: str) -> None:
    for candidate in found.ready:
        typer.echo(say("candidates.ready", lang, holder=candidate.holder, region=candidate.region))
    for candidate in found.perhaps:
        facts = names.facts(candidate.open)
        typer.echo(say("candidates.perhaps", lang, holder=candidate.holder, region=candidate.region, facts=facts))
    for candidate in found.bridgeable:
        typer.echo(_bridgeable(candidate, names, lang))
    for region, reasons in found.others.items():
        told = ", ".join(say(f"candidates.{reason}", lang, count=count) for reason, count in reasons.items())
        typer.echo(say("candidates.others", lang, hours=hours, region=region, reasons=told))
    counts = {name: len(getattr(found, name)) for name in ("ready", "perhaps", "bridgeable")}
    typer.echo(say("candidates.summary", lang, hours=hours, asked=found.asked, **counts))


def _bridgeable(candidate: Candidate, names: Names, lang: str) -> str:
    from touchstone.standards.bridging import in_units

    plan = candidate.plan
    assert plan is not None
    return say(
        "candidates.bridgeable", lang, hours=plan.hours, cost=f"{plan.cost.currency} {in_units(plan.cost)}",
        options=", ".join(plan.options), holder=candidate.holder, region=candidate.region, facts=names.facts(candidate.missing),
    )  # fmt: skip


def _balance_row(row: BalanceRow, names: Names, hours: int, lang: str) -> str:
    return say(
        "balance.row", lang, quarter=row.quarter, region=row.region, unit=_at(names.unit(row.unit), [row.level], lang),
        needed=_shown(row.needed), graduating=_range(row.graduating, lang), hours=hours,
        certified="×" if row.other_scale else _range(row.certified, lang),
        bridgeable="×" if row.other_scale else _shown(row.bridgeable),
    )  # fmt: skip


def _shown(count: int | None) -> str:
    return "–" if count is None else str(count)


def _range(found: tuple[int, int] | None, lang: str) -> str:
    if found is None:
        return "–"
    sure, possible = found
    return str(sure) if sure == possible else say("balance.range", lang, sure=sure, possible=possible)
