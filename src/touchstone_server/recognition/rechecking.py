# SPDX-License-Identifier: Apache-2.0
"""Rechecking a receipt that a stranger hands in: a file, a PDF, a text or a code. Read within bounds, derived again, never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from touchstone.errors import DocumentError, InputError, RecheckError, TooComplexError
from touchstone.recognition import Decision, Explanation, Receipt, RecognitionRequest, explain, recheck
from touchstone.recognition.attachment import MOST_RECEIPT, attached_json, is_pdf
from touchstone.recognition.receipt import rulebook_of
from touchstone.recognition.receipt_code import ReceiptCode, code_in, is_code_of, read_receipt_code, recheck_code
from touchstone.standards import Document, Qualification
from touchstone.standards.digest import digest
from touchstone.standards.folder import read_value
from touchstone_server import documents

MOST_BODY = 256 * 1024
"""Bytes that a reader may hand in."""
MOST_CREDENTIALS, MOST_UNITS = 40, 400
"""What a request may hold here; more is rechecked on one's own computer."""

State = Literal[
    "same", "differs", "missing", "engine", "request", "digest_only", "other", "nothing", "both", "unreadable", "no_attachment", "code",
    "long", "undecided",
]  # fmt: skip
_TONES: dict[State, str] = {"same": "ok", "differs": "no", "request": "no", "other": "no"}
_ICONS = {"ok": "full", "no": "refused", "open": "refer"}
_BY_FIELD: tuple[tuple[str, State], ...] = (
    ("decision.engine", "engine"),
    ("decision.inputs.request", "request"),
    ("decision.inputs.documents", "missing"),
    ("decision", "differs"),
)


class Missing(NamedTuple):
    """A document that a receipt names and that this node does not have; of a code only the beginning of its digest."""

    id: str
    version: str
    digest: str


class Rechecked(NamedTuple):
    """What came out, with what a page tells of it; ``detail`` is the core's own sentence, in English."""

    state: State
    detail: str = ""
    field: str = ""
    request: RecognitionRequest | None = None
    decision: Decision | None = None
    told: str = ""
    """The outcome that the receipt states."""
    missing: tuple[Missing, ...] = ()
    code: str = ""

    @property
    def tone(self) -> str:
        """The colour of the band: confirmed, contradicted, or neither."""
        return _TONES.get(self.state, "open")

    @property
    def icon(self) -> str:
        """The drawing of the band."""
        return _ICONS[self.tone]

    @property
    def is_read(self) -> bool:
        """Whether there was a receipt at all."""
        return self.state in ("same", "differs", "missing", "engine", "request", "digest_only", "other")

    def explained(self, tag: str) -> Explanation | None:
        """Put the decision into words, if it was confirmed: from the very documents that it names."""
        if self.state != "same" or self.request is None or self.decision is None:
            return None
        receipt = Receipt(request=self.request, decision=self.decision)
        rulebook = rulebook_of(receipt, _by_digest().values())
        return explain(self.decision, self.request, rulebook, tag)

    @property
    def target(self) -> Qualification | None:
        """The qualification that was asked for, in the version that was used, else in any that is known here."""
        if self.request is None:
            return None
        used = {item.digest for item in self.decision.inputs.documents} if self.decision else set()
        known = [
            item for item in documents.rulebook().by_id.get(self.request.target, ()) if isinstance(item, Qualification)
        ]
        return next((item for item in known if digest(item) in used), known[-1] if known else None)

    @property
    def documents(self) -> list[tuple[Document, str]]:
        """The documents that a confirmed decision rests on."""
        used = self.decision.inputs.documents if self.decision and self.state == "same" else ()
        return [(_by_digest()[item.digest], item.digest) for item in used]


def recheck_content(content: bytes, *, code: str = "") -> Rechecked:
    """Recheck a file: a JSON receipt, one of our PDFs with the receipt attached, or a text that is a code or its address.

    :param code: a code that the file is meant to belong to.
    """
    if not content.strip():
        return Rechecked("nothing")
    if is_pdf(content):
        attached = attached_json(content)
        return _receipt(attached, code) if attached else Rechecked("no_attachment")
    if len(content) < MOST_RECEIPT and (scanned := code_in(content.decode("utf-8", "replace"))):
        return recheck_token(scanned)
    return _receipt(content, code)


def recheck_token(token: str) -> Rechecked:
    """Recheck what a QR code holds."""
    try:
        code = read_receipt_code(token)
    except RecheckError as error:
        return Rechecked("code", detail=str(error))
    if code.request is None:
        return Rechecked("digest_only", told=code.outcome, code=token)
    if _is_too_long(code.request):
        return Rechecked("long")
    known = documents.rulebook().documents
    found = _derived(lambda request: recheck_code(code, known), code.request, code.outcome)
    return found._replace(missing=tuple(_missing_of_code(code))) if found.state == "missing" else found


def _receipt(content: bytes, code: str) -> Rechecked:
    try:
        receipt, _ = read_value(content, "receipt.json", Receipt)
    except DocumentError as error:
        return Rechecked("unreadable", detail=str(error.at(file="receipt.json")), field=error.field)
    if _is_too_long(receipt.request):
        return Rechecked("long")
    if code and not _belongs(code, receipt.decision):
        return Rechecked("other", told=receipt.decision.outcome, request=receipt.request)
    known = documents.rulebook().documents
    found = _derived(lambda _: recheck(receipt, known), receipt.request, receipt.decision.outcome)
    return found._replace(missing=tuple(_missing(receipt.decision))) if found.state == "missing" else found


def _derived(derive: Callable[[RecognitionRequest], Decision], request: RecognitionRequest, told: str) -> Rechecked:
    try:
        return Rechecked("same", request=request, decision=derive(request), told=told)
    except TooComplexError:
        return Rechecked("long")
    except RecheckError as error:
        state: State = next((named for field, named in _BY_FIELD if error.field.startswith(field)), "undecided")
        return Rechecked(state, detail=str(error), field=error.field, request=request, told=told)
    except InputError as error:
        return Rechecked("undecided", detail=str(error), field=error.field, request=request, told=told)


def _belongs(code: str, decision: Decision) -> bool:
    try:
        return is_code_of(read_receipt_code(code), decision)
    except RecheckError:
        return False


def _is_too_long(request: RecognitionRequest) -> bool:
    units = sum(len(item.units) + len(item.holds) for item in request.evidence)
    return len(request.evidence) > MOST_CREDENTIALS or units > MOST_UNITS


def _missing(decision: Decision) -> Iterator[Missing]:
    for used in decision.inputs.documents:
        if used.digest not in _by_digest():
            yield Missing(used.id, used.version, used.digest)


def _missing_of_code(code: ReceiptCode) -> Iterator[Missing]:
    for mark in code.documents:
        if sum(known.startswith(f"sha256:{mark}") for known in _by_digest()) != 1:
            yield Missing("", "", f"sha256:{mark}…")


def _by_digest() -> dict[str, Document]:
    rulebook = documents.rulebook()
    return {rulebook.digest_of(document): document for document in rulebook.documents}
