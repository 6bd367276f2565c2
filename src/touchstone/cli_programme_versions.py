# SPDX-License-Identifier: Apache-2.0
"""Commands on one programme between school and enterprises: what a version changes, who has signed it, as CASE; and bookings of a base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from touchstone.cli_shared import Json, Language, load_trust, print_plain, told_of, write_file
from touchstone.errors import InputError
from touchstone.value import Value

if TYPE_CHECKING:
    from touchstone.programmes.bookings import Base, Booking
    from touchstone.standards.programme import Programme

V = TypeVar("V", bound=Value)

ProgrammeFile = Annotated[Path, typer.Argument(help="A programme, as YAML or JSON.", metavar="PROGRAMME")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``touchstone programme``."""
    for command in (difference, signatures, export, bookings):
        app.command()(command)


def difference(
    old: Annotated[Path, typer.Argument(help="A version of a programme.", metavar="OLD")],
    new: Annotated[Path, typer.Argument(help="Another version of it.", metavar="NEW")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell what a version of a programme changes: modules, hours, fields."""
    from touchstone.programmes.versions import programme_difference
    from touchstone.programmes.wording import say

    before, after = _programme(old), _programme(new)
    if before.id != after.id:
        raise InputError(
            "these are two programmes, not two versions of one", file=str(new), field="id", expected=before.id, found=after.id
        )  # fmt: skip
    found = programme_difference(before, after)
    if json:
        print_plain(found)
        return
    for module in found.modules:
        fields = ", ".join(module.fields)
        typer.echo(
            say(f"difference.{module.what}", lang, module=module.module, hours=_signed(module.hours), fields=fields)
        )
    if found.fields:
        typer.echo(say("difference.fields", lang, fields=", ".join(found.fields)))
    told = {"before": found.before, "after": found.after, "modules": len(found.modules), "hours": _signed(found.hours)}
    typer.echo(say("difference.summary", lang, **told))


def signatures(
    programme: ProgrammeFile,
    trust: Annotated[Path, typer.Option("--trust", metavar="FILE", help="The trust registry that you rely on.")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell whether the school and an enterprise have signed a version; exit 1 where one side has not."""
    from touchstone.programmes.versions import sign_off
    from touchstone.programmes.wording import say

    given = _programme(programme)
    found = sign_off(given, load_trust(trust))
    if json:
        told = {"school": found.school, "enterprises": found.enterprises, "complete": found.complete}
        print_plain({"programme": given.id, "version": given.version, **told})
    else:
        for name in (given.school, *given.enterprises):
            signed = found.school if name == given.school else name in found.enterprises
            typer.echo(say("signed.yes" if signed else "signed.no", lang, name=name))
        typer.echo(say("signed.complete" if found.complete else "signed.incomplete", lang, version=given.version))
    if not found.complete:
        raise typer.Exit(1)


def export(
    programme: ProgrammeFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the package there (.json).")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Write a programme as a CASE 1.1 package, its texts in the language asked for."""
    from touchstone.programmes.case_export import programme_package
    from touchstone.programmes.wording import say
    from touchstone.standards.exchange.case_package import write_case

    if out.suffix.casefold() != ".json":
        raise InputError("a CASE package is JSON", field="--out", expected="a file .json", found=str(out))
    package = programme_package(_programme(programme), language=lang)
    write_file(out, write_case(package))
    if json:
        print_plain({"file": str(out), "modules": len(package.items), "associations": len(package.associations)})
        return
    typer.echo(say("export.done", lang, file=out, items=len(package.items)))


def bookings(
    base: Annotated[Path, typer.Argument(help="A training base, as YAML or JSON.", metavar="BASE")],
    booked: Annotated[list[Path], typer.Argument(help="Bookings of it, in one file or several.", metavar="BOOKINGS")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Find the bookings of a training base that cannot all stand; exit 1 where there are any."""
    from touchstone.programmes.bookings import Base, conflicts, shared_use

    given = _read(base, Base)
    items = [item for file in booked for item in _bookings(file, given)]
    found, shared = conflicts(given, items), shared_use(given, items)
    if json:
        share = None if shared is None else round(float(shared), 4)
        print_plain({"base": given.id, "bookings": len(items), "conflicts": found, "shared_use": share})
    else:
        _tell_bookings(given, items, lang)
    if found:
        raise typer.Exit(1)


def _tell_bookings(base: Base, items: list[Booking], lang: str) -> None:
    from touchstone.programmes.bookings import conflicts, shared_use
    from touchstone.programmes.wording import say

    found, shared = conflicts(base, items), shared_use(base, items)
    for each in found:
        told = {"begins": f"{base.clock(each.begins):%Y-%m-%d %H:%M}", "names": ", ".join(each.bookings)}
        counts = {"equipment": each.equipment, "asked": each.asked, "there": each.there}
        typer.echo(say(f"conflict.{each.code}", lang, **told, **counts))
    used = "–" if shared is None else f"{float(shared):.0%}"
    typer.echo(say("bookings.summary", lang, bookings=len(items), conflicts=len(found), shared=used))


def _bookings(file: Path, base: Base) -> tuple[Booking, ...]:
    from touchstone.programmes.bookings import Bookings

    read = _read(file, Bookings)
    if read.base != base.id:
        raise InputError(
            "the bookings are of another base", file=str(file), field="base", expected=base.id, found=read.base
        )
    return read.bookings


def _programme(file: Path) -> Programme:
    from touchstone.standards.programme import Programme

    return _read(file, Programme)


def _read(file: Path, kind: type[V]) -> V:
    from touchstone.standards.folder import read_bytes, read_value

    return told_of(file, lambda: read_value(read_bytes(file), str(file), kind)[0])


def _signed(hours: int) -> str:
    return f"{hours:+d}" if hours else "0"
