# SPDX-License-Identifier: Apache-2.0
"""The two commands at the border: ``documents convert`` into the formats of others, ``documents import`` from them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import BAD_INPUT, Json, counted, print_plain, public_document, told_of, write_file
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.standards import Crosswalk, Document, Framework
    from touchstone.standards.exchange.case import CasePackage
    from touchstone.standards.exchange.tables import TableReading
    from touchstone.standards.tree import Tree

KINDS = ("Framework", "Crosswalk")


def register(documents_app: typer.Typer) -> None:
    """Add the commands to ``touchstone documents``."""
    documents_app.command("convert")(convert)
    documents_app.command("import")(import_document)


# ------------------------------------------------------------------ out
def convert(
    file: Annotated[Path, typer.Argument(help="A document, as YAML, JSON or SSSOM/TSV.", metavar="FILE")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="json, yaml, case, ctdl, csv, xlsx, sssom; of a standard: md, typ.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of on the screen.")
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="PACKAGE",
            help="For case: the package that the framework came from; what it says beyond ours is kept.",
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="For md and typ: en, zh-Hans, zh-Hant or pt.")
    ] = "en",
) -> None:
    """Write a document in another format. What that format cannot hold is named on the error stream."""
    document = public_document(file)
    if to in _DRAFTS:
        _keep_source(file, out)
        _write(_as_draft(document, to, lang), out)
        return
    if to not in _WRITERS:
        raise InputError("the format is unknown", expected="one of " + ", ".join((*_WRITERS, *_DRAFTS)), found=to)
    _keep_source(file, out)
    if out and (fits := _ENDINGS[to]) and out.suffix.casefold() not in fits:
        raise InputError(
            "the name does not end as this format does, and would not be read again", field="--out",
            expected="a name that ends in " + " or ".join(fits), found=str(out),
        )  # fmt: skip
    if to == "xlsx" and out is None:
        raise InputError("a workbook cannot be shown on the screen", hint="Give a file with --out.")
    content, left_out = _WRITERS[to](document, _package(base))
    if left_out:
        typer.echo(f"Left out, for want of a place in this format: {', '.join(left_out)}.", err=True)
    _write(content, out)


Writer = Callable[["Document", "CasePackage | None"], tuple[bytes, tuple[str, ...]]]


_DRAFTS = ("md", "typ")


def _as_draft(document: Document, to: str, lang: str) -> bytes:
    from touchstone.blocks import as_markdown, as_typst
    from touchstone.standards import Standard
    from touchstone.standards.exchange.gbt import draft
    from touchstone.text import LANGUAGES, known_language

    if not isinstance(document, Standard):
        raise InputError("only a standard is written as a draft", expected="Standard", found=type(document).__name__)
    language = known_language(lang)
    if not language:
        raise InputError(
            "the language is unknown", field="--lang", expected="one of " + ", ".join(LANGUAGES), found=lang
        )
    blocks = draft(document, language)
    return (as_typst(blocks, language) if to == "typ" else as_markdown(blocks)).encode()


def _as_json(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.plain_writing import write_json

    return write_json(document), ()


def _as_yaml(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.plain_writing import write_yaml_document

    return write_yaml_document(document), ()


def _as_case(document: Document, base: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.case import package_of, write_case

    return write_case(package_of(_framework(document), base)), ()


def _as_ctdl(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.ctdl import write_ctdl

    return write_ctdl(document)


def _as_csv(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.tables import csv_of, head_of

    table = _table(document)
    return csv_of(table), tuple(head_of(table))


def _as_xlsx(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards.exchange.tables import xlsx_of

    return xlsx_of(_table(document)), ("proof",) if document.proof else ()


def _as_sssom(document: Document, _: CasePackage | None) -> tuple[bytes, tuple[str, ...]]:
    from touchstone.standards import Crosswalk
    from touchstone.standards.exchange.sssom import write_sssom

    if not isinstance(document, Crosswalk):
        raise _wrong_kind(document, "a Crosswalk")
    return write_sssom(document).encode(), ()


_WRITERS: dict[str, Writer] = {
    "json": _as_json, "yaml": _as_yaml, "case": _as_case, "ctdl": _as_ctdl, "csv": _as_csv, "xlsx": _as_xlsx, "sssom": _as_sssom,
}  # fmt: skip


def _keep_source(file: Path, out: Path | None) -> None:
    """Refuse to write a file over that from which it is made: what the other format cannot hold would be gone."""
    if out and out.exists() and file.exists() and out.samefile(file):
        raise InputError(
            "this would overwrite what it is made from", field="--out", found=str(out), hint="Choose another name."
        )


_ENDINGS = {
    "json": (".json",), "yaml": (".yaml", ".yml"), "case": (".json",), "ctdl": (".json", ".jsonld"), "csv": (".csv",),
    "xlsx": (".xlsx",), "sssom": (".tsv",),
}  # fmt: skip
"""How the names of files end by which each format is read again, here or elsewhere."""


def _framework(document: Document) -> Framework:
    from touchstone.standards import Framework

    if not isinstance(document, Framework):
        raise _wrong_kind(document, "a Framework")
    return document


def _table(document: Document) -> Framework | Crosswalk:
    from touchstone.standards import Crosswalk, Framework

    if not isinstance(document, Framework | Crosswalk):
        raise _wrong_kind(document, "a Framework or a Crosswalk")
    return document


def _wrong_kind(document: Document, expected: str) -> InputError:
    return InputError("this kind of document has no such format", expected=expected, found=type(document).__name__)


def _package(file: Path | None) -> CasePackage | None:
    from touchstone.standards.exchange.case import read_case
    from touchstone.standards.folder import read_bytes

    return told_of(file, lambda: read_case(read_bytes(file))) if file else None


# ------------------------------------------------------------------ in
def import_document(
    file: Annotated[Path, typer.Argument(help="A table (.csv, .xlsx) or a CASE package (.json).", metavar="FILE")],
    kind: Annotated[str, typer.Option("--as", metavar="KIND", help="Framework or Crosswalk.")],
    identifier: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The document's id; it goes before what the file says.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="VERSION", help="Its version; it goes before what the file says.")
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", metavar="LANG=TEXT", help="Its title in a language; may be given again."),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Of a framework: GD, HK, MO.")
    ] = None,
    level_scale: Annotated[
        str | None, typer.Option("--level-scale", metavar="ID", help="Of a framework: the scale of its levels.")
    ] = None,
    subject_source: Annotated[
        str | None, typer.Option("--from", metavar="ID", help="Of a crosswalk: the framework of its subjects.")
    ] = None,
    object_source: Annotated[
        str | None, typer.Option("--onto", metavar="ID", help="Of a crosswalk: the framework of its objects.")
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="Of a CASE package: its language, where it does not say.")
    ] = "en",
    item_types: Annotated[
        list[str] | None,
        typer.Option(
            "--item-type",
            metavar="TYPE",
            help="Of a CASE package: only items of this CFItemType are units; may be given again.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write there: .yaml, .json, or .tsv for a crosswalk.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look for mistakes only; write nothing.")] = False,
    json: Json = False,
) -> None:
    """Make a document, a draft unless the file says otherwise, of a table or a CASE package; every mistake is told with its cell."""
    if kind not in KINDS:
        raise InputError("the kind of document is unknown", expected="one of " + ", ".join(KINDS), found=kind)
    _keep_source(file, out)
    texts = {
        "id": identifier, "version": version, "region": region, "level_scale": level_scale,
        "subject_source": subject_source, "object_source": object_source,
    }  # fmt: skip
    given: dict[str, Tree] = {name: value for name, value in texts.items() if value is not None}
    if title:
        given["title"] = dict(_language_and_text(item) for item in title)
    reading = told_of(file, lambda: _read(file, kind, given, language, item_types or ()))
    reading = reading._replace(remarks=(*reading.remarks, *_unknown_to_the_library(reading.document)))
    _report(reading, file, None if dry_run else out, dry_run=dry_run, json=json)
    if reading.errors:
        raise typer.Exit(BAD_INPUT)


def _unknown_to_the_library(document: Framework | Crosswalk | None) -> Iterator[str]:
    """Say which scale and region of a framework no document of the library has: it may be mistyped, or of one's own folder."""
    from touchstone.library import load_library
    from touchstone.standards import Framework, LevelScale

    if not isinstance(document, Framework):
        return
    library = [item.document for item in load_library()]
    if document.level_scale not in {each.id for each in library if isinstance(each, LevelScale)}:
        yield (
            f"The library has no level scale {document.level_scale}: put it into one folder with this document; "
            "`touchstone documents check FOLDER` looks whether the levels are on it."
        )
    if document.region not in (regions := {each.region for each in library if isinstance(each, Framework)}):
        yield f"The library has nothing of a region {document.region}; it knows {', '.join(sorted(regions))}."


def _language_and_text(item: str) -> tuple[str, str]:
    language, mark, text = item.partition("=")
    if not mark:
        raise InputError("the title has no language", field="--title", expected="text such as en=Jewellery", found=item)
    return language, text


def _read(
    file: Path, kind: str, given: dict[str, Tree], language: str, item_types: list[str] | tuple[str, ...]
) -> TableReading[Framework] | TableReading[Crosswalk]:
    from touchstone.standards.exchange.case import framework_of, read_case
    from touchstone.standards.exchange.tables import TableReading, crosswalk_from, framework_from, read_table
    from touchstone.standards.folder import read_bytes

    content, ending = read_bytes(file), file.suffix.casefold()
    if ending in (".csv", ".xlsx"):
        table = read_table(content, file.name)
        return framework_from(table, given) if kind == "Framework" else crosswalk_from(table, given)
    if ending != ".json" or kind != "Framework":
        raise InputError(
            "the file is neither a table nor a package", expected="a file .csv, .xlsx or, of a framework, .json"
        )
    framework = framework_of(read_case(content), given, language=language, item_types=item_types)
    return TableReading(framework, len(framework.competencies), (), 0, ())


def _report(
    reading: TableReading[Framework] | TableReading[Crosswalk],
    file: Path,
    out: Path | None,
    *,
    dry_run: bool,
    json: bool,
) -> None:
    """Tell what was found, and write the document if there is one."""
    document = reading.document
    content = _content(document, out) if document else b""
    if document and out:
        _write(content, out)
    if json:
        _print_report(reading, show=document if not (dry_run or out) else None)
        return
    for remark in reading.remarks:
        typer.echo(f"{file}: remark: {remark}", err=True)
    for error in reading.errors:
        typer.echo(f"{file}: error: {error}", err=True)
    if reading.beyond:
        typer.echo(f"{file}: not shown: {counted(reading.beyond, 'more error', 'more errors')}.", err=True)
    typer.echo(
        f"{file}: {counted(reading.rows, 'row')}, {counted(len(reading.errors) + reading.beyond, 'error')}, "
        f"{counted(len(reading.remarks), 'remark')}.",
        err=True,
    )
    if document and not out and not dry_run:
        _write(content, None)


def _content(document: Framework | Crosswalk, out: Path | None) -> bytes:
    from touchstone.standards import Crosswalk
    from touchstone.standards.exchange.plain_writing import write_json, write_yaml_document
    from touchstone.standards.exchange.sssom import write_sssom

    ending = out.suffix.casefold() if out else ""
    if ending == ".json":
        return write_json(document)
    if isinstance(document, Crosswalk) and ending in ("", ".tsv"):
        return write_sssom(document).encode()
    if ending not in ("", ".yaml", ".yml"):
        raise InputError(
            "the ending of the file says no format", field="--out", expected=".yaml, .json or .tsv", found=ending
        )
    return write_yaml_document(document)


def _print_report(
    reading: TableReading[Framework] | TableReading[Crosswalk], *, show: Framework | Crosswalk | None
) -> None:
    from touchstone.standards import digest, normal_form

    plain: dict[str, Any] = {
        "rows": reading.rows, "errors": reading.errors, "errors_beyond": reading.beyond,
        "remarks": reading.remarks, "digest": digest(reading.document) if reading.document else None,
    }  # fmt: skip
    if show:
        plain["document"] = normal_form(show)
    print_plain(plain)


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    write_file(out, content)
