# SPDX-License-Identifier: Apache-2.0
"""From a holder's credentials to the evidence of a request: what verifies is used, what does not is refused by name.

A credential that is valid is evidence. One that was revoked or suspended or has expired is evidence of just that: it is genuine, and the
engine knows what such a status means. One that is not genuine, that cannot be confirmed, or that is not yet valid is no evidence at all:
nobody knows what it would say if it were, so a decision is derived from the others, and the refusal stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from touchstone.credentials.report import CheckName, Verdict, VerificationReport
from touchstone.errors import CredentialError, InputError, RequestError
from touchstone.recognition.evidence import CredentialStatus, Evidence, RecognitionRequest
from touchstone.recognition.from_credentials import evidence_of
from touchstone.value import Value

if TYPE_CHECKING:
    from touchstone.credentials.did import Retrieve
    from touchstone.standards.trust_registry import TrustRegistry

_STATUS_OF: Mapping[str, CredentialStatus] = {
    "valid": "valid",
    "revoked": "revoked",
    "suspended": "suspended",
    "expired": "expired",
}
"""The verdicts of which a decision knows what to make, as the status of evidence."""


class RefusedCredential(Value, frozen=True, kw_only=True):
    """A credential that is no evidence, and why: the verdict, and the first check that it does not pass, with code and sentence.

    ``check`` is empty where the credential verifies and still says nothing that can be used.
    """

    credential: str
    verdict: Verdict
    check: CheckName | Literal[""]
    code: str
    message: str


class WalletEvidence(Value, frozen=True, kw_only=True):
    """What a holder's credentials come to: evidence, and what was refused, both in the order in which they were given."""

    evidence: tuple[Evidence, ...]
    refused: tuple[RefusedCredential, ...]


class Lists:
    """What is at hand and what may be fetched, each URL once: a status list serves all the credentials that name it.

    :param at_hand: documents by their URLs; what is at hand is not fetched.
    :param fetch: fetches what is not; None: nothing is fetched.
    :param fetched_at: the moment of fetching, for which a list that was fetched speaks.
    """

    def __init__(
        self, at_hand: Mapping[str, bytes], fetch: Retrieve | None = None, fetched_at: dt.datetime | None = None
    ) -> None:
        self._found = dict(at_hand)
        self._at_hand, self._fetch, self._fetched_at = frozenset(at_hand), fetch, fetched_at

    def retrieve(self, url: str) -> bytes:
        """Return what stands at a URL.

        :raises CredentialError: ``not_at_hand``.
        """
        if url not in self._found:
            if self._fetch is None:
                raise CredentialError(
                    "not_at_hand", "it is not among the files at hand", found=url,
                    hint="Hand in the status list, or allow fetching.",
                )  # fmt: skip
            self._found[url] = self._fetch(url)
        return self._found[url]

    def when(self, url: str) -> dt.datetime | None:
        """Return when a document was fetched; None for one that was at hand, which speaks for its own moment."""
        return self._fetched_at if url not in self._at_hand else None


def evidence_from(
    credentials: Iterable[bytes], holder: str, trust: TrustRegistry, at: dt.datetime, lists: Lists
) -> WalletEvidence:
    """Verify a holder's credentials and return the evidence in them.

    :param credentials: each as the bytes that were handed over.
    :param holder: whose evidence it must be: every credential is about this DID.
    :param trust: whom the decision relies on.
    :param at: the moment as of which they are verified, aware.
    """
    found = [_judged(content, holder, trust, at, lists) for content in credentials]
    return WalletEvidence(
        evidence=tuple(each for each in found if isinstance(each, Evidence)),
        refused=tuple(each for each in found if isinstance(each, RefusedCredential)),
    )


def evidence_shown(
    presentation: bytes, trust: TrustRegistry, at: dt.datetime, lists: Lists, *, domain: str, challenge: str
) -> WalletEvidence:
    """Verify a presentation, and return the evidence in the credentials that its holder shows.

    :param domain: the name by which the holder was asked; ``challenge`` the word that was drawn for it.
    :raises CredentialError: the presentation is not its holder's, or was made for somebody or something else; the code says which.
    """
    import orjson

    from touchstone.credentials.presentation import read_presentation

    holder, shown = read_presentation(
        presentation, trust, at, domain=domain, challenge=challenge, retrieve=lists.retrieve
    )
    return evidence_from((orjson.dumps(each) for each in shown), holder, trust, at, lists)


def moment_of(request: RecognitionRequest) -> dt.datetime:
    """Return the moment as of which the credentials of a request are verified: ``decided_at``, else the last second of the day."""
    return request.decided_at or dt.datetime.combine(request.decided_on, dt.time(23, 59, 59), dt.UTC)


def with_evidence(request: RecognitionRequest, found: WalletEvidence) -> RecognitionRequest:
    """Return the request with the evidence of the holder's credentials.

    :raises RequestError: the request brings evidence of its own, which nobody has verified: the two are never mixed.
    """
    if request.evidence:
        raise RequestError(
            "the request brings evidence of its own, and nobody has verified it", field="evidence",
            hint="Leave it out to decide on the wallet's credentials, or decide without --wallet.",
        )  # fmt: skip
    seen: set[tuple[str, str]] = set()
    for each in found.evidence:
        if (each.credential, each.kind) in seen:
            raise RequestError(
                "two credentials have one id", field="evidence", found=each.credential, hint="Remove one of them."
            )
        seen.add((each.credential, each.kind))
    return msgspec.structs.replace(request, evidence=found.evidence)


def _judged(
    content: bytes, holder: str, trust: TrustRegistry, at: dt.datetime, lists: Lists
) -> Evidence | RefusedCredential:
    # what verifying takes is imported only by those who have credentials to verify
    from touchstone.credentials.members import string
    from touchstone.credentials.verification import verify_and_read
    from touchstone.credentials.wallet import is_about

    document, report = verify_and_read(content, trust, at, retrieve=lists.retrieve)
    name = string(document.get("id")) if document else ""
    if document is None or report.verdict not in _STATUS_OF:
        return _refused(name, report)
    try:
        if not is_about(document, holder):
            raise CredentialError("subject_not_holder", "the credential is about somebody else", expected=holder)
        evidence = evidence_of(
            document, status=_STATUS_OF[report.verdict], status_checked=_status_moment(document, at, lists)
        )
        _check_scope(evidence, trust)
    except CredentialError as error:
        return RefusedCredential(credential=name, verdict=report.verdict, check="", code=error.code, message=str(error))
    return evidence


def _refused(name: str, report: VerificationReport) -> RefusedCredential:
    """Tell the check that decided: a failed one before one that could not be made."""
    deciding = min(report.checks, key=lambda check: ("failed", "unknown", "passed").index(check.result))
    return RefusedCredential(
        credential=name,
        verdict=report.verdict,
        check=deciding.check,
        code=deciding.code,
        message=deciding.message,
    )


def _status_moment(document: dict[str, Any], at: dt.datetime, lists: Lists) -> dt.datetime:
    """Return the moment for which the status is known: that of the oldest list, never later than the moment asked about.

    A credential without a list cannot be revoked, so its status is known for any moment.
    """
    from touchstone.credentials import status_list
    from touchstone.credentials.canonical import strict_json
    from touchstone.credentials.status_check import MAX_LIST_BYTES

    moments = [at]
    for entry in status_list.status_entries(document):
        url = entry["statusListCredential"]
        if not isinstance(url, str):
            continue
        try:
            listed = strict_json.loads(lists.retrieve(url), max_bytes=MAX_LIST_BYTES)
        except InputError:
            continue  # an expired credential needs no list; what it says is not asked any more
        if isinstance(listed, dict) and (
            as_of := status_list.check(entry, listed, at, retrieved=lists.when(url)).as_of
        ):
            moments.append(as_of)
    return min(moments)


def _check_scope(evidence: Evidence, trust: TrustRegistry) -> None:
    """An issuer that is accredited for some frameworks and qualifications vouches for no others.

    :raises CredentialError: ``framework_not_accredited``, ``qualification_not_accredited``.
    """
    from touchstone.credentials.trust import issuer_of

    listed = issuer_of(trust, evidence.issuer or "")
    if listed is None:
        return
    claimed = (
        ("framework", (evidence.framework,) if evidence.framework else (), listed.frameworks),
        ("qualification", evidence.holds, listed.qualifications),
    )
    for what, named, admitted in claimed:
        for each in named:
            if admitted is not None and each not in admitted:
                raise CredentialError(
                    f"{what}_not_accredited", f"its issuer is not accredited for this {what}", found=each
                )
