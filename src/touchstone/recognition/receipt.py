# SPDX-License-Identifier: Apache-2.0
"""Receipts: a request with its decision, and deriving it again from the documents that it names by digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from touchstone.errors import InputError, RecheckError
from touchstone.recognition.attachment import attached_json, is_pdf
from touchstone.recognition.decision import ENGINE, Decision, Receipt
from touchstone.recognition.engine import decide
from touchstone.recognition.rulebook import Rulebook, compile_rulebook
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.standards.envelope import Document, with_proofs_of
from touchstone.standards.folder import read_bytes, read_value
from touchstone.standards.trust_registry import TrustRegistry


def load_receipt(file: Path | str) -> Receipt:
    """Read a receipt from a file, or from one of our PDFs, to which it is attached.

    :raises RecheckError: with file, line, field, expected and found.
    """
    try:
        content, name = read_bytes(Path(file)), str(file)
        if is_pdf(content):
            content, name = _attached(content), f"{file}.json"
        receipt, _ = read_value(content, name, Receipt)
    except InputError as error:
        raise RecheckError.of(error).at(file=str(file)) from None
    return receipt


def _attached(pdf: bytes) -> bytes:
    content = attached_json(pdf)
    if content is None:
        raise RecheckError(
            "no receipt is attached to this PDF, or another program has packed it anew", expected="a PDF as the explorer gave it",
            hint="What the QR code on its paper holds can be rechecked as well.",
        )  # fmt: skip
    return content


def recheck(receipt: Receipt, documents: Iterable[Document], trust: TrustRegistry | None = None) -> Decision:
    """Derive the decision of a receipt again, from exactly the documents that it names.

    :param documents: any documents; those that the receipt does not name are not looked at. Where it names a trust registry, the
        standing is derived from that one.
    :param trust: the registry that the reader relies on; a decision that consulted another one is refused.
    :returns: the decision derived now, the same as that of the receipt.
    :raises RecheckError: when a named document is not among ``documents``, or the decision comes out differently.
    """
    told = receipt.decision
    if told.engine != ENGINE:
        raise RecheckError(
            "the receipt was made by another engine", field="decision.engine", expected=ENGINE, found=told.engine
        )
    if told.inputs.request != digest(receipt.request):
        raise RecheckError(
            "the request is not the one that was decided",
            field="decision.inputs.request",
            expected=told.inputs.request,
            found=digest(receipt.request),
        )
    rulebook = rulebook_of(receipt, documents, trust)
    derived = decide(receipt.request, rulebook)
    if canonical_bytes(derived) != canonical_bytes(told):
        field = next(field for field in Decision.__struct_fields__ if getattr(derived, field) != getattr(told, field))
        raise RecheckError(
            "the decision comes out differently",
            field=f"decision.{field}",
            expected=str(getattr(derived, field)),
            found=str(getattr(told, field)),
            hint=_unproven(rulebook) if field == "standing" else "",
        )
    return derived


def rulebook_of(receipt: Receipt, documents: Iterable[Document], trust: TrustRegistry | None = None) -> Rulebook:
    """Compile exactly the documents that a receipt names, with the trust registry among them, if there is one.

    :raises RecheckError: when one of them is not among ``documents``, or the registry is not ``trust``.
    """
    return rulebook_from(_named(receipt.decision, documents if trust is None else (*documents, trust)), trust)


def rulebook_from(named: Sequence[Document], trust: TrustRegistry | None = None) -> Rulebook:
    """Compile the documents that a decision names; a trust registry among them is the one that its standing rests on.

    :raises RecheckError: when that registry is not ``trust``.
    """
    registry = next((document for document in named if isinstance(document, TrustRegistry)), None)
    if registry is not None and trust is not None and digest(registry) != digest(trust):
        raise RecheckError(
            "the decision rests on another trust registry",
            field=f"decision.inputs.documents[{named.index(registry)}]",
            expected=f"{trust.id} version {trust.version}, {digest(trust)}",
            found=f"{registry.id} version {registry.version}",
            hint="Its standing is worth what that registry is worth; name it with --trust to rely on it.",
        )
    return compile_rulebook((document for document in named if document is not registry), registry)


def _unproven(rulebook: Rulebook) -> str:
    """Return a sentence on the claimed documents whose proofs do not count here; empty where all do, or none is looked at."""
    reports = rulebook.trust.reports.items() if rulebook.trust else ()
    told = [f"{name} version {version}: {missing}" for (name, version), report in reports for missing in report.missing]
    return f"{'; '.join(told)}. Get what is missing with its proofs from its publisher." if told else ""


def by_digest(documents: Iterable[Document]) -> dict[str, Document]:
    """Return each document once, by its digest, with the proofs of all its copies."""
    found: dict[str, Document] = {}
    for document in documents:
        name = digest(document)
        found[name] = with_proofs_of(found.get(name, document), document)
    return found


def _named(told: Decision, documents: Iterable[Document]) -> list[Document]:
    known = by_digest(documents)
    for index, used in enumerate(told.inputs.documents):
        if used.digest not in known:
            hint = "Get that version from its publisher and put it into the folder of documents."
            raise RecheckError(
                "a document that the decision names is missing",
                field=f"decision.inputs.documents[{index}]",
                expected=f"{used.id} version {used.version}, {used.digest}",
                hint=hint,
            )
    return [known[used.digest] for used in told.inputs.documents]
