# SPDX-License-Identifier: Apache-2.0
"""The command line: read files, call the core, show what comes out. Exit 0 for any decision, 2 for input that cannot be used."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from touchstone import (
    __version__,
    cli_awarding,
    cli_code,
    cli_conformance,
    cli_cooperation,
    cli_credentials,
    cli_documents,
    cli_evaluation,
    cli_evidence,
    cli_exchange,
    cli_inspect,
    cli_issuing,
    cli_keys,
    cli_marking,
    cli_placement,
    cli_plating,
    cli_programmes,
    cli_signing,
    cli_standards,
    cli_status,
    cli_vc_api,
    cli_wallet,
)
from touchstone.cli_shared import (
    BAD_INPUT,
    Documents,
    Json,
    Language,
    Library,
    T,
    Trust,
    counted,
    load_documents,
    load_trust,
    option_of,
    print_plain,
    rulebook_of,
    told_of,
    write_file,
)  # fmt: skip
from touchstone.errors import InputError, WriteError

if TYPE_CHECKING:
    from touchstone.library.story import Step
    from touchstone.recognition import Decision, RecognitionRequest, Rulebook
    from touchstone.standards import Document, TrustRegistry


class _Sentences(TyperGroup):
    """Turns bad input into one sentence on the error stream and exit status 2, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            typer.echo(f"touchstone: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from None


app = typer.Typer(
    cls=_Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
documents_app = typer.Typer(
    no_args_is_help=True, help="Look at public documents: frameworks, crosswalks, agreements and so on."
)
app.add_typer(documents_app, name="documents")
cli_documents.register(documents_app)
cli_exchange.register(documents_app)
cli_signing.register(documents_app)
cli_conformance.register(app)
cli_keys.register(app)
credential_app = typer.Typer(no_args_is_help=True, help="Issue credentials, verify them, and keep their status.")
app.add_typer(credential_app, name="credential")
cli_issuing.register(credential_app)
cli_awarding.register(credential_app)
cli_credentials.register(credential_app)
cli_status.register(credential_app)
app.add_typer(cli_evaluation.app, name="evaluate")
cli_vc_api.register(app)
cli_wallet.register(app)
cli_placement.register(app)
cli_cooperation.register(app)
cli_programmes.register(app)
cli_inspect.register(app)
cli_plating.register(app)
cli_marking.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"touchstone {__version__}")
        raise typer.Exit


RequestFiles = Annotated[
    list[Path],
    typer.Argument(
        help="A recognition request, as YAML or JSON; or several, folders, or JSON Lines.", metavar="REQUEST..."
    ),
]
RequestFile = Annotated[
    Path,
    typer.Argument(help="A recognition request, as YAML or JSON; or a receipt, which holds one.", metavar="REQUEST"),
]
ReceiptFile = Annotated[
    Path, typer.Argument(help="A receipt that `recognise --save` wrote, or the PDF of one.", metavar="RECEIPT")
]
Save = Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write a receipt that anyone can recheck.")]


@app.callback()
def touchstone(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """What a certificate is worth in another region, decided from public documents, explained, and derivable again by anyone."""


@app.command()
def recognise(
    request_files: RequestFiles,
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    json: Json = False,
    lang: Language = "en",
    save: Save = None,
    wallet: cli_evidence.WalletOption = None,
    presentation: cli_evidence.PresentationOption = None,
    domain: cli_evidence.Domain = "",
    challenge: cli_evidence.Challenge = "",
    status: cli_evidence.StatusFiles = None,
    fetch: cli_evidence.Fetch = False,
) -> None:
    """Decide what a holder's evidence is worth in another region; of several requests, a line each.

    With --wallet or --presentation the evidence is the credentials in it, as far as they verify by --trust; the others are refused by name.
    """
    from touchstone.recognition import Receipt, decide
    from touchstone.standards.exchange.plain_writing import write_json

    source = cli_evidence.source_of(wallet, presentation, domain, challenge, trust, status, fetch=fetch)
    many = len(request_files) > 1 or request_files[0].is_dir() or request_files[0].suffix == ".jsonl"
    if source and many:
        raise InputError("one person's credentials answer one request", field="REQUEST", hint="Give one request.")
    if many:
        _recognise_many(
            request_files, rulebook_of(load_documents(documents, library=library), trust), json=json, save=save
        )
        return
    request_file = request_files[0]
    rulebook = rulebook_of(load_documents(documents, library=library), trust)
    brought = cli_evidence.brought(request_file, source, rulebook) if source else None
    request = brought.request if brought else _request_in(request_file)
    decision = _about(request_file, lambda: decide(request, rulebook))
    if save:
        write_file(save, write_json(Receipt(request=request, decision=decision)))
    if json:
        print_plain(cli_evidence.with_brought(decision, brought) if brought else decision)
        return
    if brought:
        cli_evidence.tell_brought(brought)
    again = _again(save, documents, library, trust, unsaved=request_file, more=brought.options if brought else "")
    _show(decision, request, rulebook, lang, again=again)
    if save:
        from touchstone.recognition.wording import Words

        typer.echo(Words(lang).say("label.saved", file=save))


def _request_in(file: Path) -> RecognitionRequest:
    """Read a request, or that of a receipt; one without evidence is told where evidence comes from."""
    from touchstone.recognition import load_receipt, load_request
    from touchstone.recognition.attachment import is_pdf
    from touchstone.recognition.evidence import load_question
    from touchstone.standards.folder import kind_of, read_bytes

    if is_pdf(read_bytes(file)) or kind_of(file) == "Receipt":
        return load_receipt(file).request
    try:
        return load_request(file)
    except InputError as error:
        with contextlib.suppress(InputError):
            load_question(file)  # so nothing but the evidence is missing
            error.hint = "Add it, or take it from the holder's wallet with --wallet, or from a --presentation."
        raise


def _recognise_many(paths: list[Path], rulebook: Rulebook, *, json: bool, save: Path | None) -> None:
    """Decide many requests, with a progress bar on the error stream; a line each, and with --save a receipt a line."""
    import msgspec
    from rich.console import Console
    from rich.progress import track

    from touchstone.recognition import Receipt, decide
    from touchstone.recognition.many import load_requests
    from touchstone.standards.digest import canonical_bytes

    lines: list[str] = []
    receipts: list[bytes] = []
    waiting, console = list(load_requests(paths)), Console(stderr=True)
    for name, request in track(
        waiting, counted(len(waiting), "request"), console=console, transient=True, disable=not console.is_terminal
    ):
        decision = told_of(name, partial(decide, request, rulebook))
        told = {"request": name, **msgspec.to_builtins(decision)} if json else None
        lines.append(msgspec.json.encode(told).decode() if told else f"{decision.outcome:12} {name}")
        if save:
            receipts.append(canonical_bytes(Receipt(request=request, decision=decision)))
    typer.echo("\n".join(lines))
    if save:
        write_file(save, b"\n".join(receipts) + b"\n")


@app.command()
def plan(
    request_file: RequestFile,
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    max_hours: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Hours that the plan may take at most.")
    ] = None,
    max_cost: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Cost at most, in minor units (cents).")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="REGION", help="Only options offered in this region.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="An option to leave out; may be given again.")
    ] = None,
    json: Json = False,
    lang: Language = "en",
    wallet: cli_evidence.WalletOption = None,
    presentation: cli_evidence.PresentationOption = None,
    domain: cli_evidence.Domain = "",
    challenge: cli_evidence.Challenge = "",
    status: cli_evidence.StatusFiles = None,
    fetch: cli_evidence.Fetch = False,
) -> None:
    """Find the cheapest courses and tests that make the recognition full; with --wallet or --presentation from what verifies there."""
    from touchstone.recognition.bridging import PlanWish
    from touchstone.recognition.bridging import plan as cheapest
    from touchstone.recognition.plan import Limits
    from touchstone.standards.envelope import Region

    region = option_of("--region", region, Region) if region is not None else None
    source = cli_evidence.source_of(wallet, presentation, domain, challenge, trust, status, fetch=fetch)
    rulebook = rulebook_of(load_documents(documents, library=library), trust)
    brought = cli_evidence.brought(request_file, source, rulebook) if source else None
    request = brought.request if brought else _request_in(request_file)
    wish = PlanWish(limits=Limits(max_hours, max_cost), region=region, exclude=frozenset(exclude or ()))
    answer = _about(request_file, lambda: cheapest(request, rulebook, wish))
    if json:
        print_plain({"plan": answer.plan, "unreachable": answer.unreachable})
        return
    if brought:
        cli_evidence.tell_brought(brought)
    from touchstone.terminal import show_plan

    show_plan(answer, request, rulebook, lang, limits=wish.limits)


@app.command()
def explain(
    receipt_file: ReceiptFile,
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell a saved decision in full: table, reasons, proof and how it changes over time."""
    from touchstone.recognition import explain as explained
    from touchstone.recognition import load_receipt, recheck
    from touchstone.recognition.receipt import rulebook_of as rulebook_of_receipt

    receipt = load_receipt(receipt_file)
    given = [item.document for item in load_documents(documents, library=library)]
    registry = load_trust(trust) if trust else None
    decision = _about(receipt_file, lambda: recheck(receipt, given, registry))
    rulebook = rulebook_of_receipt(receipt, given, registry)
    if json:
        print_plain(explained(decision, receipt.request, rulebook, lang))
        return
    _show(decision, receipt.request, rulebook, lang, again=_again(receipt_file, documents, library, trust), proof=True)


@app.command()
def recheck(
    receipt: Annotated[
        str,
        typer.Argument(
            help="A receipt that `recognise --save` wrote, or the PDF of one; or what the QR code on its paper holds, an address.",
            metavar="RECEIPT",
        ),
    ],
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Derive a saved decision again, from the documents that it names by digest. An address is read, and never opened."""
    from touchstone.recognition.wording import Words

    registry = load_trust(trust) if trust else None
    given = [item.document for item in load_documents(documents, library=library)]
    decision = _derived_again(receipt, given, registry)
    if json:
        print_plain(decision)
        return
    words = Words(lang)
    typer.echo(words.say("label.derived", outcome=words.say(f"outcome.{decision.outcome}")))


def _is_file(named: Path) -> bool:
    """Tell whether there is such a file; a name longer than a system allows, such as a bare code, is none."""
    try:
        return named.exists()
    except OSError:
        return False


def _derived_again(named: str, documents: list[Document], registry: TrustRegistry | None) -> Decision:
    from touchstone.recognition import load_receipt
    from touchstone.recognition import recheck as derive_again
    from touchstone.recognition.receipt_code import code_in, read_receipt_code, recheck_code

    file = Path(named)
    if (code := code_in(named)) and not _is_file(file):
        return recheck_code(read_receipt_code(code), documents, registry)
    receipt = load_receipt(file)
    return _about(file, lambda: derive_again(receipt, documents, registry))


cli_code.register(app)
app.command()(cli_standards.compose)
app.command()(cli_standards.difference)


@app.command()
def demo(
    lang: Language = "en",
    json: Json = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Keep the files of the path of trust in this new or empty folder."),
    ] = None,
) -> None:
    """Show three people in three regions; then carry one's certificates along the whole path of trust. Exit 1 if a step fails."""
    from touchstone.library.people import load_people
    from touchstone.library.story import PASSPHRASE, load_script
    from touchstone.recognition import decide
    from touchstone.recognition import explain as explained

    if keep:
        _make_empty(keep)
    rulebook = rulebook_of(load_documents(None))
    cases = [(person, decide(person.request, rulebook)) for person in load_people()]
    told = [(person, decision, explained(decision, person.request, rulebook, lang)) for person, decision in cases]
    script, steps = load_script(), _carried_out(keep)
    if json:
        path = [
            {"step": step.step, "holds": step.holds, "ms": milliseconds, "text": script.say(step, lang)}
            for step, milliseconds in steps
        ]
        print_plain({"people": [explanation for *_, explanation in told], "path": path})
        held = [bool(step["holds"]) for step in path]
    else:
        from touchstone.terminal import demo_table, show_steps

        demo_table(told, lang)
        held = show_steps(steps, script, lang)
        if keep:
            typer.echo(f"The files are in {keep}; its key files open with the passphrase “{PASSPHRASE}”.")
    if not all(held):
        raise typer.Exit(1)


def _make_empty(folder: Path) -> None:
    """Make a folder, or see that it is empty."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise WriteError(f"the folder cannot be used ({error.strerror})", file=str(folder)) from None
    if not is_empty:
        raise InputError("the folder is not empty", field="--keep", found=str(folder), hint="Name a new one.")


def _carried_out(keep: Path | None) -> Iterator[tuple[Step, float]]:
    """Carry out the story in a folder that is kept, or one that is removed, and yield each step with the milliseconds it took."""
    import os
    import time
    from tempfile import TemporaryDirectory

    from touchstone.library.story import tell

    try:
        with TemporaryDirectory(prefix="touchstone-demo-") as temporary:
            began = time.perf_counter()
            for step in tell(keep or Path(temporary), random=os.urandom):
                yield step, round((time.perf_counter() - began) * 1000, 1)
                began = time.perf_counter()
    except OSError as error:
        raise WriteError(f"the files of the demonstration cannot be written ({error.strerror})") from None


def _about(file: Path, derive: Callable[[], T]) -> T:
    """Run ``derive``; what it complains about stands in ``file``."""
    from touchstone.standards.folder import line_in

    try:
        return derive()
    except InputError as error:
        if error.file:
            raise
        raise error.at(file=str(file), line=line_in(file, error.field)) from None


def _show(
    decision: Decision,
    request: RecognitionRequest,
    rulebook: Rulebook,
    lang: str,
    *,
    again: str,
    proof: bool = False,
) -> None:
    from touchstone.recognition import explain as explained
    from touchstone.terminal import show

    show(explained(decision, request, rulebook, lang), decision, request, again=again, proof=proof)


def _again(
    receipt: Path | None,
    documents: list[Path] | None,
    library: bool,
    trust: Path | None,
    *,
    unsaved: Path | None = None,
    more: str = "",
) -> str:
    """Return the command that derives the decision again, to be copied; an unsaved one is saved first (with ``more`` options)."""
    options = "".join(f" --documents {folder}" for folder in documents or ()) + (" --library" if library else "")
    options += f" --trust {trust}" if trust else ""
    if receipt or not unsaved:
        return f"touchstone recheck {receipt}{options}"
    return (
        f"touchstone recognise {unsaved}{options}{more} --save receipt.json && touchstone recheck receipt.json{options}"
    )


def main() -> None:
    """Run the command line. A terminal that cannot show a character shows another in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        sys.exit(app())
    except BrokenPipeError:
        sys.stderr.close()  # whoever was reading has seen enough
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"touchstone: the output cannot be written ({error.strerror}).\n")
        sys.exit(1)
