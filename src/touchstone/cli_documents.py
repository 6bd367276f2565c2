# SPDX-License-Identifier: Apache-2.0
"""The commands that look at public documents: ``documents check``, ``documents digest``, ``documents schema``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import (
    BAD_INPUT,
    Json,
    Library,
    counted,
    load_documents,
    place_of,
    print_plain,
    public_document,
)
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.standards import Finding, Loaded


def register(documents_app: typer.Typer) -> None:
    """Add the commands to ``touchstone documents``."""
    for command in (check, digest, schema):
        documents_app.command()(command)


def check(
    folder: Annotated[Path, typer.Argument(help="The folder to look through.", metavar="DIR")],
    library: Library = False,
    json: Json = False,
) -> None:
    """Look for mistakes: bad fields, dangling ids, contradictions, requirements that nobody can meet."""
    from touchstone.standards import check as find
    from touchstone.standards.envelope import standing_of

    loaded = load_documents([folder], library=library)
    documents = [item.document for item in loaded]
    findings = find(documents)
    errors = sum(finding.severity == "error" for finding in findings)
    if json:
        print_plain(
            {
                "documents": len(documents),
                "standing": standing_of(documents).label,
                "findings": [_found(finding, loaded) for finding in findings],
            }
        )
    else:
        for finding in findings:
            typer.echo(_told(finding, loaded))
        typer.echo(
            f"{counted(len(documents), 'document')}, {counted(errors, 'error')}, {counted(len(findings) - errors, 'remark')}; "
            f"standing: {standing_of(documents).label}."
        )
    if errors:
        raise typer.Exit(BAD_INPUT)


def digest(
    files: Annotated[list[Path], typer.Argument(help="Documents, as YAML, JSON or SSSOM/TSV.", metavar="FILE...")],
    json: Json = False,
) -> None:
    """Print the digest by which a document is named."""
    from touchstone.standards import digest as digest_of

    named = []
    for file in files:
        document = public_document(file)
        named.append({"file": str(file), "id": document.id, "version": document.version, "digest": digest_of(document)})
    if json:
        print_plain(named)
        return
    for item in named:
        typer.echo(f"{item['digest']}  {item['file']}")


def schema(
    kind: Annotated[str, typer.Argument(help="A kind of document, for example Framework.", metavar="KIND")],
) -> None:
    """Print the JSON Schema of a kind of document in normal form."""
    from msgspec import Struct

    from touchstone.credentials.template import Template
    from touchstone.recognition import Decision, Receipt, RecognitionRequest
    from touchstone.recognition.joint_exam import Session
    from touchstone.standards import KINDS
    from touchstone.standards.schema import schema_of

    personal = {each.__name__: each for each in (RecognitionRequest, Decision, Receipt)}
    kinds: dict[str, type[Struct]] = {**KINDS, **personal, "CredentialTemplate": Template, "ExamSession": Session}
    if kind not in kinds:
        raise InputError("the kind of document is unknown", expected="one of " + ", ".join(kinds), found=kind)
    print_plain(schema_of(kinds[kind]))


def _told(finding: Finding, loaded: tuple[Loaded, ...]) -> str:
    file, line = place_of(finding, loaded)
    told = f"{file}:{line}: {finding.severity}: {finding.field}: {finding.message}."
    return f"{told} {finding.hint}" if finding.hint else told


def _found(finding: Finding, loaded: tuple[Loaded, ...]) -> dict[str, object]:
    file, line = place_of(finding, loaded)
    return {
        "severity": finding.severity, "code": finding.code, "message": finding.message, "file": file, "line": line,
        "field": finding.field, "document": finding.document, "version": finding.version, "hint": finding.hint,
    }  # fmt: skip
