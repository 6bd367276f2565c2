# SPDX-License-Identifier: Apache-2.0
"""A receipt as one word of capitals and digits: short enough for a QR code on paper, and all that is needed to derive it again.

Before Base32 (RFC 4648, without padding) the bytes are: the number of the format, of the engine and of the outcome; how many documents;
the first 16 bytes of the decision's SHA-256; the first 4 of each document's, in the order of the decision; then the request in normal
form, deflated (RFC 1951) with a preset dictionary. A request that is too long is left out: such a code names its receipt but does not
replace it.

The decision's digest covers the whole decision and, in it, the whole digest of every document: the four bytes only find them.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable
from typing import get_args

from touchstone.errors import InputError, RecheckError
from touchstone.recognition.decision import ENGINE, Decision, Outcome, Receipt
from touchstone.recognition.engine import decide
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.receipt import by_digest, rulebook_from
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.standards.envelope import Document
from touchstone.standards.folder import decode_line
from touchstone.standards.trust_registry import TrustRegistry
from touchstone.value import Value

FORMAT = 1
MOST_CHARACTERS = 900
"""The longest code that is printed: with its address it fits a symbol of version 20, which is 5 cm wide on paper."""
LONGEST_REQUEST = 16 * 1024
"""Bytes of a request that a code may unfold to."""
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_HEAD, _DECISION, _DOCUMENT = 4, 16, 4
_ADDRESS = re.compile(r"(?:https?://\S+/R/|/?R/)?([A-Z2-7]{16,})/?", re.IGNORECASE)
_CODE = re.compile(r"[A-Z2-7]+")
_DICTIONARY = (
    b'"expires":"2028-12-31","hours":"120","framework":"hkqf","qualification","migration","study","not_assessed"'
    b'"status_checked":"2026-01-01T00:00:00Z","issuer":"did:web:.example","score":"60","person":{"residence":"yes"},'
    b'"authority_assessed","self_declared","third_party_assessed","suspended","revoked","training","advanced"},"intermediate"}'
    b'"area":"jewellery","awarded":"2026-","credential":"urn:touchstone:explorer:practice","kind":"practice","occupation":"goldsmith",'
    b'"period":{"from":"2024-01-01","until":"2026-11-30"}}],"holds":["https://touchstone.example/qualifications/'
    b'gd-jewellery-maker-5","stone-setter-3","technician"],"level":"4"},{"id":"DEMO-MO:'
    b'DEMO-HK:wax","level":"2"},{"id":"DEMO-GD:casting","level":"3"},'
    b"setting-pave polishing cad print law plating assay design"
    b'{"assume":{"assurance":"provider_assessed","status":"valid"},"decided_on":"2026-11-'
    b'","evidence":[{"awarded":"2025-","credential":"urn:touchstone:explorer:certificate","kind":"assessment","units":[{"id":"'
    b'}]}],"from":"GD","kind":"RecognitionRequest","purpose":"employment","target":"https://touchstone.example/qualifications/'
    b'hk-jewellery-maker","to":"HK"}'
)
"""What requests have in common. Part of the format: another dictionary is another format."""


class ReceiptCode(Value, frozen=True, kw_only=True):
    """What a code says: digests as hexadecimal beginnings, and the request unless it was too long."""

    engine: str
    outcome: Outcome
    decision: str
    documents: tuple[str, ...] = ()
    request: RecognitionRequest | None = None


def receipt_code(receipt: Receipt) -> str:
    """Return the code of a receipt; the request is left out where the code would grow longer than :data:`MOST_CHARACTERS`."""
    decision = receipt.decision
    marks = [bytes.fromhex(_hex(used.digest))[:_DOCUMENT] for used in decision.inputs.documents]
    told = bytes.fromhex(_hex(digest(decision)))[:_DECISION]
    head = bytes((FORMAT, _number_of(decision.engine), _OUTCOMES.index(decision.outcome)))
    request = canonical_bytes(receipt.request)
    if len(marks) < 256 and len(request) <= LONGEST_REQUEST:
        whole = head + bytes((len(marks),)) + told + b"".join(marks) + _deflated(request)
        if len(code := _written(whole)) <= MOST_CHARACTERS:
            return code
    return _written(head + bytes((0,)) + told)


def read_receipt_code(code: str) -> ReceiptCode:
    """Read a code, in capitals or not.

    :raises RecheckError: when it was cut off, mistyped, or made for another format.
    """
    content = _bytes_of(code.strip().upper())
    if len(content) < _HEAD + _DECISION:
        raise _damaged("it is too short")
    if content[0] != FORMAT:
        raise RecheckError("the code is of another format", field="format", expected=str(FORMAT), found=content[0])
    if content[2] >= len(_OUTCOMES):
        raise _damaged("it names no outcome that there is")
    start = _HEAD + _DECISION
    end = start + _DOCUMENT * content[3]
    if len(content) < end:
        raise _damaged("it is too short")
    return ReceiptCode(
        engine=f"{ENGINE.rpartition('/')[0]}/{content[1]}",
        outcome=_OUTCOMES[content[2]],
        decision=content[_HEAD:start].hex(),
        documents=tuple(content[at : at + _DOCUMENT].hex() for at in range(start, end, _DOCUMENT)),
        request=_request_of(content[end:]) if content[end:] else None,
    )


def code_in(text: str) -> str:
    """Return the code in what a QR symbol holds, an address that ends in ``/R/`` and the code, or in itself; else an empty text."""
    found = _ADDRESS.fullmatch(text.strip())
    return found[1] if found else ""


def recheck_code(code: ReceiptCode, documents: Iterable[Document], trust: TrustRegistry | None = None) -> Decision:
    """Derive the decision of a code again, from exactly the documents that it names.

    :param documents: any documents; those that the code does not name are not looked at.
    :param trust: the registry that the reader relies on; a decision that consulted another one is refused.
    :raises RecheckError: when the code has no request, a document is not among ``documents``, or the decision comes out differently.
    """
    if code.request is None:
        raise RecheckError("the code holds no request", field="request", hint="Take the receipt's file instead.")
    if code.engine != ENGINE:
        raise RecheckError(
            "the receipt was made by another engine", field="decision.engine", expected=ENGINE, found=code.engine
        )
    named = _named(code, documents if trust is None else (*documents, trust))
    derived = decide(code.request, rulebook_from(named, trust))
    if not is_code_of(code, derived):
        raise RecheckError(
            "the decision comes out differently",
            field="decision",
            expected=f"{derived.outcome}, {digest(derived)}",
            found=f"{code.outcome}, sha256:{code.decision}…",
        )
    return derived


def is_code_of(code: ReceiptCode, decision: Decision) -> bool:
    """Tell whether a code was made of a decision."""
    return code.outcome == decision.outcome and _hex(digest(decision)).startswith(code.decision)


def _named(code: ReceiptCode, documents: Iterable[Document]) -> list[Document]:
    found: dict[str, list[Document]] = defaultdict(list)
    for name, document in by_digest(documents).items():
        found[_hex(name)[: 2 * _DOCUMENT]].append(document)
    for index, mark in enumerate(code.documents):
        if len(found[mark]) != 1:
            raise RecheckError(
                "a document that the decision names is missing",
                field=f"decision.inputs.documents[{index}]",
                expected=f"one whose digest begins with sha256:{mark}",
                hint="Take the receipt's file: it names its documents in full.",
            )
    return [found[mark][0] for mark in dict.fromkeys(code.documents)]


def _request_of(content: bytes) -> RecognitionRequest:
    plain = _inflated(content)
    try:
        request = decode_line(plain.decode("utf-8"), RecognitionRequest)
    except (InputError, UnicodeDecodeError):
        raise _damaged("what it unfolds to is no request") from None
    if canonical_bytes(request) != plain:
        raise _damaged("its request is not in normal form")
    return request


def _inflated(content: bytes) -> bytes:
    reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_DICTIONARY)
    try:
        plain = reader.decompress(content, LONGEST_REQUEST)
    except zlib.error:
        raise _damaged("it does not unfold") from None
    if not reader.eof or reader.unused_data:
        raise _damaged(f"it does not unfold to a request of at most {LONGEST_REQUEST} bytes")
    return plain


def _deflated(plain: bytes) -> bytes:
    writer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return writer.compress(plain) + writer.flush()


def _written(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=")


def _bytes_of(code: str) -> bytes:
    if not _CODE.fullmatch(code) or len(code) > MOST_CHARACTERS:
        raise _damaged(f"it is not made of 1 to {MOST_CHARACTERS} capitals and digits from 2 to 7")
    try:
        content = base64.b32decode(code + "=" * (-len(code) % 8))
    except binascii.Error:
        raise _damaged("it was cut off") from None
    if _written(content) != code:
        raise _damaged("it was cut off")
    return content


def _damaged(why: str) -> RecheckError:
    return RecheckError(f"the code of the receipt is damaged: {why}", hint="Scan it again, or take the receipt's file.")


def _number_of(engine: str) -> int:
    return int(engine.rpartition("/")[2])


def _hex(named: str) -> str:
    return named.removeprefix("sha256:")
