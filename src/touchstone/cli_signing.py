# SPDX-License-Identifier: Apache-2.0
"""The commands that make documents official, and tell whether they are: ``documents sign`` and ``documents verify``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import (
    Documents,
    Json,
    Key,
    Library,
    Method,
    changing,
    load_documents,
    load_trust,
    now,
    open_key,
    personal,
    place_of,
    print_plain,
    put_file,
    told_of,
)
from touchstone.errors import DocumentError, InputError

if TYPE_CHECKING:
    from touchstone.credentials.document_proofs import DocumentReport
    from touchstone.standards import Document, Loaded

NOT_AS_CLAIMED = 1
"""The exit status when a document claims more than can be verified."""


def register(documents_app: typer.Typer) -> None:
    """Add the commands to ``touchstone documents``."""
    for command in (sign, verify):
        documents_app.command()(command)


def sign(
    file: Annotated[Path, typer.Argument(help="The document to sign, as YAML, JSON or SSSOM/TSV.", metavar="FILE")],
    key: Key,
    method: Method = "",
    documents: Documents = None,
    library: Library = False,
    json: Json = False,
) -> None:
    """Add your proof to a document, beside those that stand there; one with mistakes is not signed."""
    from touchstone.credentials.document_proofs import sign_document
    from touchstone.standards.exchange.proof_writing import with_last_proof
    from touchstone.standards.folder import read_bytes

    signer = open_key(key, method)  # before the file is kept from others: the passphrase may take its time
    with changing(file):
        content = read_bytes(file)
        loaded = _public(content, file)
        _refuse_mistakes(loaded, load_documents(documents, library=library))
        signed = told_of(file, lambda: sign_document(loaded.document, signer, created=now()))
        put_file(file, with_last_proof(content, loaded, signed))
    if json:
        print_plain({"file": str(file), "id": signed.id, "version": signed.version, "proof": signed.proof[-1]})
        return
    count = len(signed.proof)
    typer.echo(
        f"{file}: signed with {signed.proof[-1]['verificationMethod']}; it bears {count} proof{'s' * (count > 1)}."
    )


def verify(
    path: Annotated[Path, typer.Argument(help="A document, or a folder of documents.", metavar="FILE|DIR")],
    trust: Annotated[Path, typer.Option("--trust", metavar="FILE", help="The trust registry that you rely on.")],
    on: Annotated[
        str,
        typer.Option("--on", metavar="DATE", help="The day on which the registry must be in force; today if absent."),
    ] = "",
    json: Json = False,
) -> None:
    """Tell the standing of documents, who signed them, and what is missing; exit 1 when one is not what it claims."""
    from touchstone.credentials.document_proofs import check_document
    from touchstone.standards import load_folder
    from touchstone.standards.decoding import decode

    registry = load_trust(trust)
    day = decode(on, dt.date) if on else now().date()
    loaded = load_folder(path) if path.is_dir() else (_public(_content(path), path),)
    if not loaded:
        raise InputError(
            "there is no public document to verify", file=str(path), expected="documents as YAML, JSON or SSSOM/TSV",
            hint="Name the folder that they stand in.",
        )  # fmt: skip
    checked = [(item, check_document(item.document, registry, day)) for item in loaded]
    if json:
        print_plain([_plain(item, report) for item, report in checked])
    else:
        for item, report in checked:
            typer.echo(_told(item, report))
    if any(report.missing for _, report in checked):
        raise typer.Exit(NOT_AS_CLAIMED)


def _content(file: Path) -> bytes:
    from touchstone.standards.folder import read_bytes

    return read_bytes(file)


def _public(content: bytes, file: Path) -> Loaded:
    from touchstone.standards import read_document

    try:
        loaded = read_document(content, str(file))
    except InputError as error:
        raise error.at(file=str(file)) from None
    if loaded is None:
        raise personal(file)
    return loaded


def _refuse_mistakes(loaded: Loaded, others: tuple[Loaded, ...]) -> None:
    """Look at a document among others as ``documents check`` does; what is wrong with it is told, and it is not signed."""
    from touchstone.standards import check, digest

    beside = [item.document for item in others if digest(item.document) != digest(loaded.document)]
    for finding in check([*beside, loaded.document]):
        if finding.severity == "error" and (finding.document, finding.version) == _name(loaded.document):
            file, line = place_of(finding, (loaded,))
            hint = finding.hint or "Mend it, then sign."
            raise DocumentError(finding.message, file=file, line=line, field=finding.field, hint=hint)


def _name(document: Document) -> tuple[str, str]:
    return document.id, document.version


def _told(item: Loaded, report: DocumentReport) -> str:
    from touchstone.credentials.document_proofs import SENTENCES

    lines = [f"{item.file}: {report.standing.label}: {item.document.id} version {item.document.version}"]
    for proof in report.proofs:
        whose = proof.publisher or proof.verification_method
        lines.append(f"  {proof.code}: {SENTENCES[proof.code]} ({whose}, {proof.created})")
    lines += [f"  {missing.code}: {missing}" for missing in report.missing]
    return "\n".join(lines)


def _plain(item: Loaded, report: DocumentReport) -> dict[str, Any]:
    document = item.document
    return {
        "file": item.file, "id": document.id, "version": document.version, "official": document.official,
        "standing": report.standing.label, "proofs": [proof._asdict() for proof in report.proofs],
        "missing": [{"code": missing.code, "about": missing.about, "message": str(missing)} for missing in report.missing],
    }  # fmt: skip
