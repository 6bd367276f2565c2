# SPDX-License-Identifier: Apache-2.0
"""Verify a credential: nine checks, each told with its result, and the verdict that follows from them.

::

    bytes ─ structure ─ schema ─ context ─ terms ─ proof ─ issuer ─ key ─ status ─ period ─▶ report

The first four ask whether the document is what the standards call a credential and means what it seems to; the proof, whether it is what
its issuer signed; issuer and key, whether somebody whom the verifier relies on vouches for that issuer, and whether the key was its key
then; status and period, whether it holds at the moment asked. Of a learner record, each credential in it is asked the same. Nothing here
opens a connection or reads a clock: what is fetched comes through ``retrieve``, and the moment is an argument, taken in UTC. Bad input is a
report, too, never an exception.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from touchstone.credentials import trust as questions
from touchstone.credentials.canonical import DEFAULT, ContextSet, Reading, encoded
from touchstone.credentials.canonical.contexts import NOT_AT_HAND
from touchstone.credentials.canonical.strict_json import Json, check_values
from touchstone.credentials.clr import is_clr, read_clr
from touchstone.credentials.did import VerificationMethod, resolver
from touchstone.credentials.finding import Finding
from touchstone.credentials.members import first_object, identifier, objects, string
from touchstone.credentials.multikey import public_key_of
from touchstone.credentials.proof import ProofCheck, ProofReport, check_proofs
from touchstone.credentials.report import (
    CHECKS,
    BundledReport,
    Check,
    CheckName,
    CheckResult,
    VerificationReport,
    report,
)
from touchstone.credentials.retrieving import Retrieve
from touchstone.credentials.schema import check_schema
from touchstone.credentials.signing_time import CLOCK_SKEW, check_key, made_later
from touchstone.credentials.status_check import Asked, check_status
from touchstone.credentials.structure import check_structure
from touchstone.credentials.timestamps import in_utc, read_time, write_time
from touchstone.errors import CredentialError
from touchstone.standards.trust_registry import TrustRegistry

MAX_BYTES = 256 * 1024
"""Bytes of a credential at most, unless the caller allows more: a learner record of fifty badges, or a badge with a small picture."""

BYTES_A_VALUE = 50
"""A credential has at most one member or item for so many of the bytes allowed, all levels taken together; a badge has about a hundred."""

MAX_VALUES = MAX_BYTES // BYTES_A_VALUE
"""Members and items at most, unless the caller allows more."""


class Verified(NamedTuple):
    """A document as it was read, None where it could not be, and the report on it."""

    document: dict[str, Json] | None
    report: VerificationReport


def verify(
    content: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
    max_bytes: int = MAX_BYTES,
) -> VerificationReport:
    """Verify a credential from its bytes; a learner record with every credential in it.

    :param content: the credential as JSON, as it was handed over.
    :param trust: whom the verifier relies on.
    :param at: the moment in question, aware, in whatever time zone: the credential holds or does not hold *then*.
    :param retrieve: fetches status lists and ``did:web`` documents; without it what would need them is *unknown*.
    :param contexts: the closed set of JSON-LD contexts that the credential may name.
    :param max_bytes: the largest size accepted; that of what was not asked for keeps to a quarter of a second.
    :raises CredentialError: ``moment_unclear``: ``at`` has no time zone. Nothing about the credential or what is fetched is raised.
    """

    def verified(each: bytes) -> Verified:
        return verify_and_read(each, trust, at, retrieve=retrieve, contexts=contexts, max_bytes=max_bytes)

    document, own = verified(content)
    return own if document is None or not is_clr(document) else _opened(document, own, verified)


def verify_and_read(
    content: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
    max_bytes: int = MAX_BYTES,
) -> Verified:
    """Verify a credential, and return the document beside the report; rely on it only as far as the report goes.

    The parameters are those of :func:`verify`. A learner record is not opened: the report is on what its own issuer signed.
    """
    at = in_utc(at)
    try:
        reading = Reading(content, contexts, max_bytes=max_bytes)
        document = reading.document
        most = max_bytes // BYTES_A_VALUE
        if len(content) > 2 * most:  # a shorter one has fewer
            check_values(document, most)
    except CredentialError as error:
        return Verified(None, report(_not_made_after(_refused("structure", error))))
    if not isinstance(document, dict):
        nothing = CredentialError("not_an_object", "a credential is a JSON object", found=type(document).__name__)
        return Verified(None, report(_not_made_after(_refused("structure", nothing))))
    return Verified(document, report(_checks(reading, document, trust, at, retrieve, contexts)))


def verify_document(
    document: dict[str, Json],
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
    max_bytes: int = MAX_BYTES,
) -> VerificationReport:
    """Verify a credential that was read strictly, such as one within another; see :func:`verify`."""
    return verify(encoded(document), trust, at, retrieve=retrieve, contexts=contexts, max_bytes=max_bytes)


def _checks(
    reading: Reading,
    document: dict[str, Json],
    trust: TrustRegistry,
    at: dt.datetime,
    retrieve: Retrieve | None,
    contexts: ContextSet,
) -> tuple[Check, ...]:
    form = _form(reading, document, contexts)
    if any(check.result == "failed" for check in form):
        return _not_made_after(*form)
    key_of = resolver(known_methods(trust), retrieve=retrieve)
    issuer = identifier(document.get("issuer"))
    proofs = check_proofs(reading, key_of, at=at, controllers=(issuer,), contexts=contexts)
    proof = Check(check="proof", result=proofs.result, code=proofs.code, message=proofs.message)
    if proof.result == "failed":
        return _not_made_after(*form, proof)
    return (
        *form,
        proof,
        _issuer(issuer, proofs, trust, at),
        _key(issuer, proofs, trust, at),
        check_status(document, Asked(issuer, at, key_of, retrieve, contexts, questions.issuer_of(trust, issuer))),
        _period(document, proofs.by(issuer), at),
    )


def status_again(
    issuer: str,
    entries: list[dict[str, Json]],
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
) -> Check:
    """Tell what the status lists say at a later moment of a credential that was verified before, and of which no more was kept.

    :param issuer: who issued it; ``entries`` are its ``credentialStatus``, as it bore them.
    :param at: the moment in question, aware.
    """
    at = in_utc(at)
    key_of = resolver(known_methods(trust), retrieve=retrieve)
    asked = Asked(issuer, at, key_of, retrieve, contexts, questions.issuer_of(trust, issuer))
    return check_status({"credentialStatus": list(entries)}, asked)


def known_methods(trust: TrustRegistry) -> dict[str, VerificationMethod]:
    """Return the verification methods of a registry's issuers: what it lists need not be fetched, and is not overruled by the web."""
    return {
        key.id: VerificationMethod(id=key.id, controller=issuer.id, public_key=public_key_of(key.public_key))
        for issuer in trust.issuers
        for key in issuer.keys
    }


# ---------------------------------------------------------------- the document's form


def _form(reading: Reading, document: dict[str, Json], contexts: ContextSet) -> tuple[Check, ...]:
    return (
        _structure(document, contexts),
        _found("schema", check_schema(document), "The members are those of its kind of credential."),
        _context(document, contexts),
        _terms(reading),
    )


def _structure(document: dict[str, Json], contexts: ContextSet) -> Check:
    """What holds credentials and is not called a learner record is not opened, and so cannot be confirmed either."""
    holding = any("verifiableCredential" in subject for subject in objects(document.get("credentialSubject")))
    findings = list(check_structure(document, contexts.content))
    if holding and not findings and not is_clr(document):
        return _unopened()
    return _found("structure", findings, "The document is a W3C verifiable credential.")


def _context(document: dict[str, Json], contexts: ContextSet) -> Check:
    """Every context is one of the closed set (Data Integrity 1.0, 2.4.1)."""

    def look() -> None:
        named = document.get("@context")
        for context in named if isinstance(named, list) else [named]:
            if isinstance(context, str):
                contexts.context(context)
            elif isinstance(context, dict):
                contexts.inline(context)

    return _asked("context", look, "Every context is one that is pinned by its digest.")


def _terms(reading: Reading) -> Check:
    """Every word of the document is defined, so that the signature covers it (Data Integrity 1.0, 2.4.2)."""
    return _asked("terms", reading.unsecured_nquads, "Every word is defined, so that the proof covers all.")


# ---------------------------------------------------------------- who signed


def _issuer(issuer: str, proofs: ProofReport, trust: TrustRegistry, at: dt.datetime) -> Check:
    """Somebody whom the verifier relies on vouches for the issuer, on the day when it signed."""
    if not trust.in_force(at.date()):
        message = f"The trust registry {trust.id} is not in force on {at.date()}."
        return Check(check="issuer", result="unknown", code="registry_not_in_force", message=message)
    listed = questions.issuer_of(trust, issuer)
    if listed is None:
        message = f"The trust registry {trust.id} does not list the issuer {issuer}."
        return Check(check="issuer", result="unknown", code="issuer_not_listed", message=message)
    signed = min((_day_signed(proof, at) for proof in proofs.by(issuer)), default=at.date())
    if listed.valid is not None and signed not in listed.valid:
        message = f"The issuer {issuer} was not accredited on {signed}, when it signed."
        return Check(check="issuer", result="failed", code="accreditation_not_in_force", message=message)
    by = f", accredited by {listed.accredited_by}" if listed.accredited_by else ""
    message = f"The trust registry {trust.id} lists the issuer{by}."
    return Check(check="issuer", result="passed", code="issuer_listed", message=message)


def _key(issuer: str, proofs: ProofReport, trust: TrustRegistry, at: dt.datetime) -> Check:
    signing = proofs.by(issuer)
    if not signing:
        return _not_made("key")
    return check_key(questions.issuer_of(trust, issuer), signing, at)


def _day_signed(proof: ProofCheck, at: dt.datetime) -> dt.date:
    return (proof.created or at).date()


# ---------------------------------------------------------------- does it hold now


def _period(document: dict[str, Json], signing: tuple[ProofCheck, ...], at: dt.datetime) -> Check:
    """A credential holds within its period, and not before its issuer has signed it."""
    period = check_period(document, at)
    if period.result == "passed" and any(made_later(proof, at) for proof in signing):
        message = f"The proof says that it was made later than the moment asked about, {write_time(at)}."
        return Check(check="period", result="failed", code="proof_created_later", message=message)
    return period


def check_period(document: dict[str, Json], at: dt.datetime) -> Check:
    """Tell whether a credential holds at a moment (VC Data Model 2.0, 4.9); absent ends are open."""
    begins, ends = read_time(document.get("validFrom")), read_time(document.get("validUntil"))
    if begins is not None and begins - at > CLOCK_SKEW:
        message = f"The credential holds only from {write_time(begins)}."
        return Check(check="period", result="failed", code="not_yet_valid", message=message)
    if ends is not None and at > ends:
        message = f"The credential held until {write_time(ends)}."
        return Check(check="period", result="failed", code="expired", message=message)
    return Check(
        check="period", result="passed", code="in_period", message=f"The credential holds at {write_time(at)}."
    )


# ---------------------------------------------------------------- what a learner record holds


def _opened(
    record: dict[str, Json], own: VerificationReport, verified: Callable[[bytes], Verified]
) -> VerificationReport:
    """Return the report on a learner record with those on the credentials in it; a record within it is not opened in its turn."""
    checks = own.checks
    try:
        read_clr(record)
    except CredentialError as error:
        if own.check("structure").result == "passed":
            checks = _instead(own, _refused("structure", error))
    held = objects(first_object(record.get("credentialSubject")).get("verifiableCredential"))
    return report(checks, tuple(_bundled(each, verified) for each in held))


def _bundled(credential: dict[str, Json], verified: Callable[[bytes], Verified]) -> BundledReport:
    told = verified(encoded(credential)).report
    if is_clr(credential) and told.check("structure").result == "passed":
        told = report(_instead(told, _unopened()))
    return BundledReport(credential=string(credential.get("id")), report=told)


def _unopened() -> Check:
    message = "Credentials within a credential are opened only where it is a learner record (ClrCredential) that is in no other."
    return Check(check="structure", result="unknown", code="record_unopened", message=message)


def _instead(told: VerificationReport, other: Check) -> tuple[Check, ...]:
    return tuple(other if each.check == other.check else each for each in told.checks)


# ---------------------------------------------------------------- writing checks down


def _found(name: CheckName, findings: Iterable[Finding], passed: str) -> Check:
    first = next(iter(findings), None)
    if first is None:
        return Check(check=name, result="passed", code=f"{name}_sound", message=passed)
    return Check(check=name, result="failed", code=first.code, message=str(first.as_error()))


def _asked(name: CheckName, look: Callable[[], object], passed: str) -> Check:
    try:
        look()
    except CredentialError as error:
        return _refused(name, error)
    return Check(check=name, result="passed", code=f"{name}_sound", message=passed)


def _refused(name: CheckName, error: CredentialError) -> Check:
    result: CheckResult = "unknown" if error.code in NOT_AT_HAND else "failed"
    return Check(check=name, result=result, code=error.code, message=str(error))


def _not_made(name: CheckName) -> Check:
    message = "Not looked at: an earlier check did not pass."
    return Check(check=name, result="unknown", code="not_looked_at", message=message)


def _not_made_after(*made: Check) -> tuple[Check, ...]:
    """The checks that were made, and the rest as not made."""
    names = {check.check for check in made}
    return (*made, *(_not_made(name) for name in CHECKS if name not in names))
