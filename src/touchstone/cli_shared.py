# SPDX-License-Identifier: Apache-2.0
"""What several commands share: their options, documents from folders, complaints with their place, JSON, and files."""

from __future__ import annotations

import datetime as dt
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from getpass import GetPassWarning
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from touchstone.errors import InputError, WriteError, on_one_line
from touchstone.text import LANGUAGES, known_language

if TYPE_CHECKING:
    from touchstone.blocks import Block
    from touchstone.credentials.signer import Signer
    from touchstone.practice.report import Report
    from touchstone.recognition import Rulebook
    from touchstone.standards import Document, Finding, Loaded, TrustRegistry
    from touchstone.standards.tree import Tree

PASSPHRASE = "TOUCHSTONE_PASSPHRASE"  # noqa: S105 - a name, no secret
"""The environment variable that opens key files where nobody is there to type."""

SHORTEST_PASSPHRASE = 8

BAD_INPUT = 2
"""The exit status for input that cannot be used."""

T = TypeVar("T")
D = TypeVar("D", bound="Document")

Documents = Annotated[
    list[Path] | None,
    typer.Option(
        "--documents", metavar="DIR", help="A folder of documents; may be given again. Without it: the shipped library."
    ),
]
Library = Annotated[bool, typer.Option("--library", help="Use the shipped library beside --documents.")]
Trust = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        metavar="FILE",
        help="The trust registry that you rely on: what its publishers signed may be verified.",
    ),
]
Key = Annotated[
    Path,
    typer.Option("--key", metavar="KEYFILE", help=f"Your key file; {PASSPHRASE}, or a prompt, opens it."),
]
Method = Annotated[
    str, typer.Option("--method", metavar="ID", help="A key of the file by its id; without it the one in use.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def _language(tag: str) -> str:
    """Return the language that a tag means, whatever its case and however its region is written."""
    if language := known_language(tag):
        return language
    raise InputError("the language is unknown", field="--lang", expected="one of " + ", ".join(LANGUAGES), found=tag)


Language = Annotated[
    str,
    typer.Option(
        "--lang", metavar="LANG", envvar="TOUCHSTONE_LANG", help="en, zh-Hans, zh-Hant or pt.", callback=_language
    ),
]


def now() -> dt.datetime:
    """Return this moment; the core never asks for it itself."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its word: ``1 row``, ``2 rows``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def moment(text: str) -> dt.datetime:
    """Read the moment of an option, such as 2026-06-01T08:00:00Z, or a day (then its last second); without a text it is now."""
    from touchstone.standards.decoding import FieldError, decode

    if not text:
        return now()
    try:
        if len(text) == len("2026-06-01"):
            return dt.datetime.combine(decode(text, dt.date), dt.time(23, 59, 59), dt.UTC)
        return decode(text, dt.datetime)
    except FieldError as error:
        raise InputError(
            error.message, field="--at", expected="a time such as 2026-06-01T08:00:00Z, or a day", found=text
        ) from None


def passphrase() -> str:
    """Return the passphrase of a key file: that of the environment, or what is typed."""
    return os.environ.get(PASSPHRASE) or _typed("Passphrase")


def new_passphrase() -> str:
    """Return a passphrase for a new key file; typed, it is asked for twice.

    At least 8 characters, as NIST SP 800-63B asks of any secret that is remembered: whoever has the file can try as many as she likes.
    """
    given = os.environ.get(PASSPHRASE) or _typed("New passphrase", twice=True)
    if len(given) < SHORTEST_PASSPHRASE:
        raise InputError(
            "the passphrase is too short", field=PASSPHRASE, expected=f"at least {SHORTEST_PASSPHRASE} characters",
            hint="Several words are good to remember.",
        )  # fmt: skip
    return given


def _typed(asked: str, *, twice: bool = False) -> str:
    """Return what is typed and not shown; where nobody can type, say what takes its place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # else it would be shown while it is typed
            return str(typer.prompt(asked, hide_input=True, confirmation_prompt=twice, err=True))
    except (GetPassWarning, typer.Abort):
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise InputError(
            "nobody is there to type the passphrase", hint=f"Set {PASSPHRASE} in the environment."
        ) from None


def open_key(file: Path, method: str = "") -> Signer:
    """Open a key file with its passphrase.

    :param method: a key of the file by its id; without it the one in use.
    """
    from touchstone.credentials.keystore import open_signer

    return open_signer(file, passphrase(), key=method)


def load_documents(folders: Iterable[Path] | None, *, library: bool = False) -> tuple[Loaded, ...]:
    """Read folders of documents, or the shipped library where none is given (or beside them, if it is asked for)."""
    from touchstone.library import load_library
    from touchstone.standards import load_folder

    if not folders:
        return load_library()
    loaded = tuple(item for folder in folders for item in load_folder(folder))
    return (*load_library(), *loaded) if library else loaded


def load_trust(file: Path) -> TrustRegistry:
    """Read the trust registry that somebody relies on; one in which a key could be taken for another's is refused."""
    from touchstone.standards.registry_integrity import load_registry

    return load_registry(file)


def rulebook_of(loaded: tuple[Loaded, ...], trust: Path | None = None) -> Rulebook:
    """Compile, and say of what does not fit together in which file and line it stands."""
    from touchstone.errors import RulebookError
    from touchstone.recognition import compile_rulebook
    from touchstone.standards.integrity import broken_references

    documents = [item.document for item in loaded]
    registry = load_trust(trust) if trust else None
    try:
        return compile_rulebook(documents, registry)
    except RulebookError:
        # compiling has looked already: only a mistake is looked for again
        finding = next(broken_references([*documents, registry] if registry else documents))
        file, line = place_of(finding, loaded)
        raise RulebookError(finding.message, file=file, line=line, field=finding.field, hint=finding.hint) from None


def public_document(file: Path) -> Document:
    """Read one public document; a personal one has no digest and no other format."""
    from touchstone.standards import load_document

    loaded = load_document(file)
    if loaded is None:
        raise personal(file)
    return loaded.document


def named_document(kind: type[D], called: str, named: str, documents: Iterable[Path] | None, *, field: str = "") -> D:
    """Return a document that a command names by its file, or by its id among the documents; of several versions the latest.

    :param called: what such a document is called, in a sentence; ``field`` the argument that names it.
    """
    from touchstone.standards.envelope import recency

    if Path(named).is_file():
        document = public_document(Path(named))
        if isinstance(document, kind):
            return document
        raise InputError(
            "this is another kind of document", file=named, expected=kind.__name__, found=type(document).__name__
        )
    known = [item.document for item in load_documents(documents) if isinstance(item.document, kind)]
    versions = [each for each in known if each.id == named]
    if not versions:
        ids = ", ".join(sorted({each.id for each in known})) or "a file"
        raise InputError(f"there is no such file, and no {called} with this id", field=field, expected=ids, found=named)
    return max(versions, key=recency)


def personal(file: Path) -> InputError:
    """Return the complaint that a file is a person's own: a request, a receipt, a decision, a template, a session."""
    return InputError(
        "the file is personal, not a public document", file=str(file), expected="a framework, a crosswalk, an agreement or the like",
        hint="`touchstone recognise` takes requests, `touchstone recheck` takes receipts.",
    )  # fmt: skip


def option_of(name: str, given: Tree, type_: type[T]) -> T:
    """Return what an option was given, as a document would read it."""
    from touchstone.standards.decoding import decode

    try:
        return decode(given, type_)
    except InputError as error:
        raise error.at(field=name) from None


def told_of(name: Path | str, read: Callable[[], T]) -> T:
    """Run ``read``; what it complains about stands in the file of that name."""
    try:
        return read()
    except InputError as error:
        raise error.at(file=str(name)) from None


def place_of(finding: Finding, loaded: tuple[Loaded, ...]) -> tuple[str, int | None]:
    """Return file and line of a finding."""
    for item in loaded:
        if (item.document.id, item.document.version) == (finding.document, finding.version):
            return item.file, item.line_of(finding.path)
    return finding.document, None


def print_plain(plain: object) -> None:
    """Print plain data as JSON."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode())


LOOK = 3
"""The exit status when a person has to look at a criterion, and none is failed."""


def exit_by(report: Report) -> None:
    """Leave with the status of a report: 1 if a criterion is not met or nothing was measured, 3 if a person has to look at one."""
    if report.refusal or any(verdict.status == "fail" for verdict in report.verdicts):
        raise typer.Exit(1)
    if any(verdict.status != "pass" for verdict in report.verdicts):
        raise typer.Exit(LOOK)


def reports_in(folder: Path) -> tuple[Report, ...]:
    """Return the reports of a folder; say which other files of JSON were passed over."""
    from touchstone.practice.reports import read_reports

    found = read_reports(folder)
    if found.passed_over:
        typer.echo(on_one_line(f"Passed over, since they are no reports: {', '.join(found.passed_over)}."), err=True)
    return found.reports


def read_artifact(file: Path, most: int) -> bytes:
    """Return the bytes of something to be measured, at most so many, or say why not."""
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise InputError("the file is not there", file=str(file)) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=str(file)) from None
    if len(content) > most:
        raise InputError("the file is too large", file=str(file), expected=f"at most {most} bytes", found="more")
    return content


def write_blocks(out: Path, blocks: Sequence[Block], language: str, day: dt.date) -> None:
    """Write what is written as blocks into a file, as its name ends: .md, .typ or .pdf.

    :param day: the day that a PDF names as that on which it was made.
    """
    from touchstone.blocks import as_markdown, as_typst

    if out.suffix not in (".md", ".typ", ".pdf"):
        raise InputError(
            "the name of the file says how to write it", field="--out", expected="a name that ends in .md, .typ or .pdf", found=out.name,
        )  # fmt: skip
    if out.suffix == ".pdf":
        content = _pdf(blocks, language, day)
    else:
        content = (as_typst(blocks, language) if out.suffix == ".typ" else as_markdown(blocks)).encode()
    write_file(out, content)


def _pdf(blocks: Sequence[Block], language: str, day: dt.date) -> bytes:
    """Set blocks, or say what to install."""
    from touchstone.blocks_pdf import as_pdf
    from touchstone.fonts import PdfUnavailableError

    try:
        return as_pdf(blocks, language, day)
    except PdfUnavailableError as error:
        hint = (
            "Install it with  pip install 'touchstone-gba[pdf]'."
            if error.what == "typst"
            else "Install that package of Debian."
        )
        raise InputError(str(error), field="--out", hint=f"{hint} Or write a file that ends in .md or .typ.") from None


def write_file(file: Path, content: bytes) -> None:
    """Write a file, or say why it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise WriteError(f"the file cannot be written ({error.strerror})", file=str(file)) from None


def put_file(file: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put content in the place of a file at once, or make the file, so that a crash leaves the old or the new one and never half of one.

    :param mode: who may read a file that is new; one that is replaced keeps its own.
    """
    from touchstone.standards.whole_files import write_whole

    file = file.resolve()
    try:
        write_whole(file, content, mode=file.stat().st_mode & 0o777 if file.exists() else mode)
    except OSError as error:
        raise WriteError(f"the file cannot be written ({error.strerror})", file=str(file)) from None


@contextmanager
def changing(file: Path) -> Iterator[None]:
    """Keep others from changing a file meanwhile: of two commands at once neither may lose what the other has written."""
    from touchstone.standards.whole_files import alone_in

    with ExitStack() as held:
        try:
            held.enter_context(alone_in(file.resolve().parent))
        except OSError as error:
            raise WriteError(f"the file cannot be changed ({error.strerror})", file=str(file)) from None
        yield
