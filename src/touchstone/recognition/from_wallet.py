# SPDX-License-Identifier: Apache-2.0
"""From a holder's credentials to the evidence of a request: what verifies is used, what does not is refused by name.

A credential that is valid is evidence. One that was revoked or suspended or has expired is evidence of just that: it is genuine, and the
engine knows what such a status means. One that is not genuine, that cannot be confirmed, or that is not yet valid is no evidence at all:
nobody knows what it would say if it were, so a decision is derived from the others, and the refusal stands beside it.

A learner record is opened: it proves only who put its badges together, so each of them is verified on its own and counts or is refused on
its own. That the record itself does not hold is told as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from touchstone.credentials.report import CheckName, Verdict, VerificationReport
from touchstone.credentials.retrieving import Retrieved, retrieved
from touchstone.errors import CredentialError, InputError, RequestError
from touchstone.recognition.evidence import CredentialStatus, Evidence, RecognitionRequest
from touchstone.recognition.from_credentials import evidence_of
from touchstone.value import Value

if TYPE_CHECKING:
    from touchstone.credentials.presentation import HolderCheck
    from touchstone.credentials.retrieving import Retrieve
    from touchstone.credentials.trust import Claimed, ScopeCode
    from touchstone.recognition.edition import Edition
    from touchstone.standards.trust_registry import TrustRegistry

_STATUS_OF: Mapping[str, CredentialStatus] = {
    "valid": "valid",
    "revoked": "revoked",
    "suspended": "suspended",
    "expired": "expired",
}
"""The verdicts of which a decision knows what to make, as the status of evidence."""

_NOT_ACCREDITED: Mapping[ScopeCode, str] = {
    "region_not_accredited": "its issuer is not accredited for the region of what it attests",
    "framework_not_accredited": "its issuer is not accredited for the framework of what it attests",
    "qualification_not_accredited": "its issuer is not accredited for this qualification",
}


class RefusedCredential(Value, frozen=True, kw_only=True):
    """A credential that is no evidence, and why: the verdict, and the check that decided it, with code and sentence.

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

    :param at_hand: documents by their URLs; what is at hand is not fetched, and speaks for its own moment.
    :param fetch: fetches what is not; None: nothing is fetched.
    """

    def __init__(self, at_hand: Mapping[str, bytes], fetch: Retrieve | None = None) -> None:
        self._found = {url: Retrieved(content) for url, content in at_hand.items()}
        self._fetch = fetch

    def retrieve(self, url: str) -> Retrieved:
        """Return what stands at a URL.

        :raises CredentialError: ``not_at_hand``; or what `retrieving.retrieved` raises.
        """
        if url not in self._found:
            if self._fetch is None:
                raise CredentialError(
                    "not_at_hand", "it is not among the files at hand", found=url,
                    hint="Hand in the status list, or allow fetching.",
                )  # fmt: skip
            self._found[url] = retrieved(url, self._fetch)
        return self._found[url]


def evidence_from(
    credentials: Iterable[bytes], holder: str, trust: TrustRegistry, at: dt.datetime, lists: Lists, edition: Edition
) -> WalletEvidence:
    """Verify a holder's credentials and return the evidence in them; what stands both alone and in a learner record counts once.

    :param credentials: each as the bytes that were handed over.
    :param holder: whose evidence it must be: every credential is about this DID.
    :param trust: whom the decision relies on.
    :param at: the moment as of which they are verified, aware.
    :param edition: what the documents say on the day of the decision: to which framework and region belongs what is attested.
    """
    judge = Judge(holder, trust, at, lists, edition)
    found = dict.fromkeys(each for content in credentials for each in judge.judged(content))
    return WalletEvidence(
        evidence=tuple(each for each in found if isinstance(each, Evidence)),
        refused=tuple(each for each in found if isinstance(each, RefusedCredential)),
    )


def evidence_shown(
    presentation: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    lists: Lists,
    edition: Edition,
    *,
    domain: str,
    challenge: str,
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
    return evidence_from((orjson.dumps(each) for each in shown), holder, trust, at, lists, edition)


def as_presented(found: Evidence | RefusedCredential, presenting: HolderCheck | None) -> Evidence | RefusedCredential:
    """Return what one credential comes to, given how it was presented: shown by anybody but its holder it is no evidence.

    :param presenting: the check of the holder's proof; None where nothing was presented.
    """
    from touchstone.credentials.presentation import is_of_holder

    if presenting is None or is_of_holder(presenting) or isinstance(found, RefusedCredential):
        return found
    return RefusedCredential(
        credential=found.credential,
        verdict=found.status or "cannot_confirm",
        check="",
        code="holder_not_proven",
        message=f"whoever presents it has not proven to be its holder ({presenting.code})",
    )


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


class Judge(NamedTuple):
    """By what each credential is judged; see :func:`evidence_from`."""

    holder: str
    trust: TrustRegistry
    at: dt.datetime
    lists: Lists
    edition: Edition

    def judged(self, content: bytes) -> Iterator[Evidence | RefusedCredential]:
        """Yield what one credential comes to; of a learner record, what its badges come to, and itself where it is not valid."""
        # what verifying takes is imported only by those who have credentials to verify
        from touchstone.credentials.canonical import encoded
        from touchstone.credentials.clr import is_clr, read_clr
        from touchstone.credentials.members import string
        from touchstone.credentials.verification import verify_and_read

        document, report = verify_and_read(content, self.trust, self.at, retrieve=self.lists.retrieve)
        if document is None or not is_clr(document):
            yield self.evidence_in(document, report)
            return
        name = string(document.get("id"))
        if report.verdict != "valid":
            yield _refused(name, report)
        try:
            badges = read_clr(document).credentials
        except CredentialError as error:
            yield _useless(name, report.verdict, error)
            return
        for badge in badges:
            yield self.evidence_in(*verify_and_read(encoded(badge), self.trust, self.at, retrieve=self.lists.retrieve))

    def evidence_in(self, document: dict[str, Any] | None, report: VerificationReport) -> Evidence | RefusedCredential:
        """Return what a credential that was verified comes to, as read and reported by ``verify_and_read``; it is no learner record."""
        from touchstone.credentials.members import string
        from touchstone.credentials.wallet import is_about

        name = string(document.get("id")) if document else ""
        if document is None or report.verdict not in _STATUS_OF:
            return _refused(name, report)
        try:
            if not is_about(document, self.holder):
                raise CredentialError(
                    "subject_not_holder", "the credential is about somebody else", expected=self.holder
                )
            checked = _status_moment(document, self.at, self.lists)
            evidence = evidence_of(document, status=_STATUS_OF[report.verdict], status_checked=checked)
            _check_scope(evidence, self.trust, self.edition)
        except CredentialError as error:
            return _useless(name, report.verdict, error)
        return evidence


def _useless(name: str, verdict: Verdict, error: CredentialError) -> RefusedCredential:
    """Refuse a credential that says nothing that can be used, whether it verifies or not."""
    return RefusedCredential(credential=name, verdict=verdict, check="", code=error.code, message=str(error))


def _refused(name: str, report: VerificationReport) -> RefusedCredential:
    deciding = report.deciding
    assert deciding is not None, "only what is not valid is refused for a check"
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
            content, fetched = lists.retrieve(url)
            listed = strict_json.loads(content, max_bytes=MAX_LIST_BYTES)
        except (InputError, OSError):
            continue  # an expired credential needs no list; what it says is not asked any more
        if isinstance(listed, dict) and (as_of := status_list.check(entry, listed, at, retrieved=fetched).as_of):
            moments.append(as_of)
    return min(moments)


def _check_scope(evidence: Evidence, trust: TrustRegistry, edition: Edition) -> None:
    """An issuer that is accredited for some regions, frameworks and qualifications vouches for no others.

    What belongs where is what the documents say; of what no document knows nothing but its name is asked, and it leads to no decision.

    :raises CredentialError: ``region_not_accredited``, ``framework_not_accredited``, ``qualification_not_accredited``.
    """
    from touchstone.credentials.trust import beyond_scope, issuer_of

    listed = issuer_of(trust, evidence.issuer or "")
    if listed is None:
        return
    for claimed in _claimed(evidence, edition):
        if code := beyond_scope(listed, claimed):
            raise CredentialError(code, _NOT_ACCREDITED[code], found=claimed.what)


def _claimed(evidence: Evidence, edition: Edition) -> Iterator[Claimed]:
    """Yield everything that the evidence says the holder has, and to what it belongs."""
    from touchstone.credentials.trust import Claimed

    for unit in evidence.units:
        if known := edition.units.get(unit.id):
            yield Claimed(unit.id, region=known.framework.region, framework=known.framework.id)
    if evidence.framework:
        framework = edition.framework(evidence.framework)
        region = framework.region if framework else None
        yield Claimed(evidence.framework, region=region, framework=evidence.framework)
    for held in evidence.holds:
        defining = edition.defining(held)
        yield Claimed(
            held,
            region=defining.region if defining else None,
            framework=defining.framework if defining else None,
            qualification=held,
        )
