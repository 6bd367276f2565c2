# SPDX-License-Identifier: Apache-2.0
"""Receipts: a request with its decision, and deriving it again from the documents that it names by digest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from touchstone.errors import InputError, RecheckError
from touchstone.recognition.decision import ENGINE, Decision, Receipt
from touchstone.recognition.engine import decide
from touchstone.recognition.rulebook import Rulebook, compile_rulebook
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.standards.envelope import Document
from touchstone.standards.folder import read_bytes, read_value


def load_receipt(file: Path | str) -> Receipt:
    """Read a receipt from a file.

    :raises RecheckError: with file, line, field, expected and found.
    """
    try:
        receipt, _ = read_value(read_bytes(Path(file)), str(file), Receipt)
    except InputError as error:
        raise RecheckError.of(error).at(file=str(file)) from None
    return receipt


def recheck(receipt: Receipt, documents: Iterable[Document]) -> Decision:
    """Derive the decision of a receipt again, from exactly the documents that it names.

    :param documents: any documents; those that the receipt does not name are not looked at.
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
    derived = decide(receipt.request, rulebook_of(receipt, documents))
    if canonical_bytes(derived) != canonical_bytes(told):
        field = next(field for field in Decision.__struct_fields__ if getattr(derived, field) != getattr(told, field))
        raise RecheckError(
            "the decision comes out differently",
            field=f"decision.{field}",
            expected=str(getattr(derived, field)),
            found=str(getattr(told, field)),
        )
    return derived


def rulebook_of(receipt: Receipt, documents: Iterable[Document]) -> Rulebook:
    """Compile exactly the documents that a receipt names.

    :raises RecheckError: when one of them is not among ``documents``.
    """
    return compile_rulebook(_named(receipt.decision, documents))


def _named(told: Decision, documents: Iterable[Document]) -> list[Document]:
    by_digest = {digest(document): document for document in documents}
    for index, used in enumerate(told.inputs.documents):
        if used.digest not in by_digest:
            hint = "Get that version from its publisher and put it into the folder of documents."
            raise RecheckError(
                "a document that the decision names is missing",
                field=f"decision.inputs.documents[{index}]",
                expected=f"{used.id} version {used.version}, {used.digest}",
                hint=hint,
            )
    return [by_digest[used.digest] for used in told.inputs.documents]
