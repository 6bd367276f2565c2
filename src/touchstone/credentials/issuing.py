# SPDX-License-Identifier: Apache-2.0
"""Issuing: draw up → lint → reserve → sign → store, once for every request key and never twice.

Everything that enters a credential and is not asked for (its id, its time, its place in the status list, a subject's pseudonym) is drawn
when the credential is drawn up, and recorded as a :class:`Reservation` before anything is signed. Ed25519 is deterministic (RFC 8032), so
whoever completes a reservation after a crash makes the same bytes, and a request that is made again gets the bytes that are stored.

What fails lint never gets as far as a reservation: a mended request may bear the same key. A *changed* request under a key that is known
is refused, for nobody could say which of the two was meant.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from touchstone.credentials.finding import Finding, refuse
from touchstone.credentials.identifiers import salted_subject
from touchstone.credentials.lint import lint as lint_credential
from touchstone.credentials.members import identifier
from touchstone.credentials.register import Place, PublishedList, Records, Register, Reservation, place_of
from touchstone.credentials.signer import check_issuer
from touchstone.credentials.status_list import status_entry
from touchstone.credentials.timestamps import write_time
from touchstone.errors import CredentialError

if TYPE_CHECKING:
    from touchstone.credentials.signer import Signer

Document = dict[str, Any]
_KEY = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")


class IssuingRequest(NamedTuple):
    """What is asked for.

    :param key: the request key: the same key is the same request, for ever.
    :param document: an unsigned credential. It need not have ``id``, ``validFrom``, ``credentialStatus`` and
        ``credentialSubject.id``: those that are absent are drawn.
    :param cryptosuites: the proofs that it shall bear, in this order.
    """

    key: str
    document: Document
    cryptosuites: tuple[str, ...] = ("eddsa-rdfc-2022",)


class Outcome(NamedTuple):
    """What became of a request: a credential, new or known, or the reason why there is none."""

    key: str
    result: Literal["issued", "known", "refused"]
    id: str = ""
    document: bytes = b""
    error: CredentialError | None = None


Lint = Callable[[Document], Sequence[Finding]]
"""Returns every reason why a document must not be signed."""


def issue(
    request: IssuingRequest,
    signer: Signer,
    *,
    register: Register,
    at: dt.datetime,
    status: PublishedList | None = None,
    lint: Lint | None = None,
) -> bytes:
    """Return the signed credential of a request, durably stored; a request that was made before gets the same bytes.

    :param at: the time of issue (UTC), unless the request was reserved before.
    :param status: the status list in which it gets a place; none: it can never be revoked.
    :raises CredentialError: ``request_key_reused``, ``signer_changed``, ``status_list_full``, or what lint or the proofs find.
    """
    (outcome,) = issue_group([request], signer, register=register, at=at, status=status, lint=lint)
    if outcome.error:
        raise outcome.error
    return outcome.document


def issue_group(
    requests: Sequence[IssuingRequest],
    signer: Signer,
    *,
    register: Register,
    at: dt.datetime,
    status: PublishedList | None = None,
    lint: Lint | None = None,
) -> list[Outcome]:
    """Issue several requests that are made durable together; one outcome each, in their order.

    A request that cannot be issued never keeps the others back.
    """
    drawing = Drawing(register, signer, at=at, status=status, lint=lint)
    drafts = [drawing.draft(request) for request in requests]
    register.reserve([draft.reservation for draft in drafts if isinstance(draft, Draft) and draft.new])
    outcomes = [_signed(draft, signer) if isinstance(draft, Draft) else draft for draft in drafts]
    if failed := [each.key for each, draft in zip(outcomes, drafts, strict=True) if _unsignable(each, draft)]:
        register.void(failed)
    register.store([(each.key, each.document) for each in outcomes if each.result == "issued"])
    firsts = {each.key: each for each in reversed(outcomes) if each.id}
    return [each if each.id or each.error else _again(firsts[each.key]) for each in outcomes]


class Draft(NamedTuple):
    """A credential that is ready to be signed, with the reservation that fixes it; ``new`` when that is not on record yet."""

    request: IssuingRequest
    reservation: Reservation
    document: Document
    new: bool


class Drawing:
    """Draws up credentials, each with an id and a place in the status list of its own."""

    def __init__(
        self,
        register: Records,
        signer: Signer,
        *,
        at: dt.datetime,
        status: PublishedList | None = None,
        lint: Lint | None = None,
    ) -> None:
        if at.tzinfo is None:
            raise ValueError("the time of issue has no time zone")
        self._register, self._signer, self._status = register, signer, status
        self._at = at.astimezone(dt.UTC).replace(microsecond=0)
        self._lint = lint
        self._places: set[Place] = set()
        self._digests: dict[str, str] = {}

    def draft(self, request: IssuingRequest) -> Draft | Outcome:
        """Return the credential ready to be signed, or what is known already, or why it is refused. Nothing is recorded."""
        try:
            return self._draft(request)
        except CredentialError as error:
            return Outcome(request.key, "refused", error=error)

    def _draft(self, request: IssuingRequest) -> Draft | Outcome:
        digest = request_digest(request)
        drawn, reserved = self._digests.get(request.key), self._register.reservation(request.key)
        if (drawn and drawn != digest) or (reserved and reserved.request != digest):
            raise _reused(request.key)
        if drawn:
            return Outcome(request.key, "known")  # twice in one group: the bytes come with the first
        if reserved and (document := self._register.issued(request.key)) is not None:
            return Outcome(request.key, "known", reserved.id, document)
        if reserved and reserved.method != self._signer.verification_method:
            raise _signer_changed(reserved, self._signer.verification_method)
        if identifier(request.document.get("issuer")):  # of one without an issuer lint says what it lacks
            check_issuer(request.document, self._signer)
        reservation = reserved or self._reservation(request, digest)
        draft = Draft(request, reservation, completed(request.document, reservation), new=reserved is None)
        refuse(self._lint(draft.document) if self._lint else _findings(draft))
        self._digests[request.key] = digest
        if place := place_of(reservation):
            self._places.add(place)
        return draft

    def _reservation(self, request: IssuingRequest, digest: str) -> Reservation:
        salt, key, document = self._register.salt, request.key, request.document
        pseudonym = None if _has_subject_id(document) else salted_subject(key, salt)
        status = None if "credentialStatus" in document else self._status
        return Reservation(
            key=key,
            request=digest,
            id=document.get("id") or _urn(salt, "credential", key),
            created=self._at,
            method=self._signer.verification_method,
            subject=pseudonym,
            status=status,
            index=self._free_index(status, key) if status else None,
        )

    def _free_index(self, status: PublishedList, key: str) -> int:
        """Draw a place that was never given: random to everybody who does not know the salt, the same when drawn again."""
        for attempt in range(1_000):
            index = int.from_bytes(_drawn(self._register.salt, "status", f"{attempt} {key}")[:8]) % status.size
            place = (status.url, index)
            if place not in self._places and place not in self._register.taken:
                return index
        raise CredentialError(
            "status_list_full", "the status list has hardly a place left", found=status.url, hint="Begin a new list."
        )


# ------------------------------------------------------------------ the steps
def request_digest(request: IssuingRequest) -> str:
    """Return the digest that tells one request from another: SHA-256 over its document and its cryptosuites.

    :raises CredentialError: ``request_key_unfit`` for a key that is empty, long, or not printable.
    """
    import orjson

    if not _KEY.fullmatch(request.key):
        raise CredentialError(
            "request_key_unfit", "the request key does not fit", field="key", expected="1 to 200 printable characters",
            found=request.key,
        )  # fmt: skip
    try:
        content = orjson.dumps([request.document, request.cryptosuites], option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        raise CredentialError("json_unfit", f"the document is not plain JSON data ({error})") from None
    return hashlib.sha256(content).hexdigest()


def completed(document: Document, reservation: Reservation) -> Document:
    """Return the credential with everything that was drawn for it."""
    drawn: Document = {"@context": document.get("@context"), "id": reservation.id, "type": document.get("type")}
    credential = {**drawn, **document}
    credential.setdefault("validFrom", write_time(reservation.created))
    subject = document.get("credentialSubject")
    if reservation.subject and isinstance(subject, dict):
        credential["credentialSubject"] = {"id": reservation.subject, **subject}
    if reservation.status and reservation.index is not None:
        index = reservation.index
        credential["credentialStatus"] = [
            status_entry(list_id=url, index=index, purpose=purpose) for purpose, url in reservation.status.urls.items()
        ]
    return credential


def _findings(draft: Draft) -> Sequence[Finding]:
    """Look at everything but the terms where the first signature looks at them itself, in safe mode, before it is made."""
    return lint_credential(draft.document, terms="eddsa-rdfc-2022" not in draft.request.cryptosuites[:1])


def signed_bytes(draft: Draft, signer: Signer) -> bytes:
    """Return the signed credential as it is stored: compact JSON in UTF-8, on one line."""
    import orjson

    from touchstone.credentials.proof import add_proof

    document = draft.document
    for suite in draft.request.cryptosuites:
        document = add_proof(document, signer, cryptosuite=suite, created=draft.reservation.created)
    return orjson.dumps(document)


def _signed(draft: Draft, signer: Signer) -> Outcome:
    key, identifier = draft.request.key, draft.reservation.id
    try:
        return Outcome(key, "issued", identifier, signed_bytes(draft, signer))
    except CredentialError as error:
        return Outcome(key, "refused", identifier, error=error)


def _unsignable(outcome: Outcome, draft: Draft | Outcome) -> bool:
    return outcome.result == "refused" and isinstance(draft, Draft)


def _again(first: Outcome) -> Outcome:
    """Return the outcome of a request that stood twice in one group: that of the first."""
    return first._replace(result="known") if first.result == "issued" else first


# ------------------------------------------------------------------ drawn from the salt
def _drawn(salt: bytes, what: str, key: str) -> bytes:
    return hmac.digest(salt, f"{what}\0{key}".encode(), "sha256")


def _urn(salt: bytes, what: str, key: str) -> str:
    """Return a UUID of version 8 (RFC 9562, clause 5.8): a keyed hash, so that nobody can guess it from the key."""
    drawn = int.from_bytes(_drawn(salt, what, key)[:16])
    drawn = drawn & ~(0xF << 76) | 0x8 << 76
    return f"urn:uuid:{uuid.UUID(int=drawn & ~(0x3 << 62) | 0x2 << 62)}"


def _has_subject_id(document: Document) -> bool:
    subject = document.get("credentialSubject")
    return not isinstance(subject, dict) or "id" in subject


# ------------------------------------------------------------------ refusals
def _reused(key: str) -> CredentialError:
    return CredentialError(
        "request_key_reused", "another request bears this key", field="key", found=key,
        hint="Give the changed request a key of its own, and revoke what was issued under the old one.",
    )  # fmt: skip


def _signer_changed(reservation: Reservation, method: str) -> CredentialError:
    return CredentialError(
        "signer_changed", "the credential was reserved for another key", expected=reservation.method, found=method,
        hint="Resume with the key that the issuing began with.",
    )  # fmt: skip
