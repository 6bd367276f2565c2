# SPDX-License-Identifier: Apache-2.0
"""Proofs of public documents: signing, checking, and the standing that follows from a trust registry.

A document bears a set of ``eddsa-jcs-2022`` proofs (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.3) over its normal form without
proofs, the very bytes of its digest. A document names its publisher, who must have signed it; an agreement is signed by a
publisher of each of its two regions. A proof that does not count is told and changes nothing: nobody can lower the standing of
a document by adding one, and nobody can raise it without the key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from touchstone.credentials.trust import key_of, publisher_of
from touchstone.errors import CredentialError
from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.digest import normal_form
from touchstone.standards.envelope import Document, Standing, with_proofs_of
from touchstone.standards.framework import Framework
from touchstone.standards.qualification import Qualification
from touchstone.standards.trust_registry import RegisteredPublisher, TrustRegistry

if TYPE_CHECKING:
    from touchstone.credentials.signer import Signer

D = TypeVar("D", bound=Document)
Key = tuple[str, str]
"""Id and version of a document."""

CRYPTOSUITE, PURPOSE = "eddsa-jcs-2022", "assertionMethod"
MAX_PROOFS = 32
"""Proofs of one document that are looked at, from the first."""
_FIELDS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}

SENTENCES = {
    "proof_counts": "the proof counts",
    "proof_not_required": "the proof is genuine, but this publisher's is not asked for",
    "proof_unusable": "the proof is not one that a public document bears",
    "proof_invalid": "the proof does not fit the document: one of them was altered",
    "key_not_listed": "the key is that of no publisher in the registry",
    "key_outside_period": "the key was not in use when the proof was made",
    "publisher_not_named": "the document does not name its publisher",
    "publisher_not_listed": "its publisher is not in the registry",
    "publisher_not_of_region": "its publisher does not speak for its region",
    "publisher_not_signed": "no proof of its publisher counts",
    "agreement_not_signed": "no publisher of either region has signed the agreement",
    "agreement_half_signed": "only one side has signed the agreement; a publisher of the other region is missing",
    "registry_not_in_force": "the registry is not in force on that day",
}
"""What each code says, as a clause without a full stop."""


class ProofReport(NamedTuple):
    """One proof: what became of it, by which key it says it was made, when, and whose that key is in the registry."""

    code: str
    verification_method: str
    created: str
    publisher: str = ""


class Shortfall(NamedTuple):
    """What a claimed document lacks to be verified, and the party or region that it concerns."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return SENTENCES[self.code] + (f" ({self.about})" if self.about else "")


class DocumentReport(NamedTuple):
    """How far a document can be believed, proof by proof, and what is missing where it was claimed to be official."""

    standing: Standing
    proofs: tuple[ProofReport, ...]
    missing: tuple[Shortfall, ...]


def sign_document(document: D, signer: Signer, *, created: dt.datetime) -> D:
    """Return the document with a proof by ``signer`` beside those that it bears.

    :param created: an aware moment; the registry's keys are looked up for it.
    :raises CredentialError: ``already_signed`` where a proof by this key stands there and fits.
    """
    from touchstone.credentials.proof import add_proof

    method = signer.verification_method
    own = (proof for proof in document.proof if proof.get("verificationMethod") == method)
    if any(_fits(document, proof, signer.public_key) for proof in own):
        raise CredentialError(
            "already_signed", "the document bears a proof by this key already", found=method,
            hint="Nothing is left to do with this key: `touchstone documents verify` shows the proofs.",
        )  # fmt: skip
    signed = add_proof(_unsigned(document), signer, cryptosuite=CRYPTOSUITE, created=created, purpose=PURPOSE)
    return msgspec.structs.replace(document, proof=(*document.proof, signed["proof"]))


def check_document(document: Document, registry: TrustRegistry, day: dt.date | None = None) -> DocumentReport:
    """Check every proof of a document, and tell its standing.

    :param day: the day on which the registry must be in force; without one its period is not looked at.
    """
    checked = tuple(_checked(document, proof, registry) for proof in document.proof[:MAX_PROOFS])
    signers = {report.publisher for report in checked if report.code == "proof_counts"}
    missing = tuple(_missing(document, signers, registry)) if document.official else ()
    if document.official and day is not None and not registry.in_force(day):
        missing = (Shortfall("registry_not_in_force", registry.id), *missing)
    reports = tuple(_asked_for(report, document, registry) for report in checked)
    standing = document.standing if missing or not document.official else Standing.VERIFIED
    return DocumentReport(standing, reports, missing)


def check_documents(documents: Iterable[Document], registry: TrustRegistry) -> Mapping[Key, DocumentReport]:
    """Check every document that is claimed to be official, once, by id and version; proofs of several copies count together."""
    claimed: dict[Key, Document] = {}
    for document in documents:
        if document.official:
            key = (document.id, document.version)
            claimed[key] = with_proofs_of(claimed.get(key, document), document)
    return {key: check_document(document, registry) for key, document in claimed.items()}


# One proof


def _checked(document: Document, proof: Mapping[str, str], registry: TrustRegistry) -> ProofReport:
    """Check one proof: its form, whose key it names, whether that was in use when it was made, and the signature."""
    from touchstone.credentials.timestamps import read_time

    method, created = proof.get("verificationMethod", ""), proof.get("created", "")
    moment = read_time(created)
    if moment is None or not _is_usable(proof):
        return ProofReport("proof_unusable", method, created)
    for publisher in registry.publishers:
        answer = key_of(publisher, method, moment)
        if answer.key is not None:
            outside = answer.code == "key_outside_period"
            code = "key_outside_period" if outside else _signature(document, proof, answer.key.public_key)
            return ProofReport(code, method, created, publisher.id)
    return ProofReport("key_not_listed", method, created)


def _is_usable(proof: Mapping[str, str]) -> bool:
    """Tell whether a proof is of the one form that documents bear; what it says besides could narrow what it is good for."""
    return (
        proof.keys() - {"id"} == _FIELDS
        and proof["type"] == "DataIntegrityProof"
        and proof["cryptosuite"] == CRYPTOSUITE
        and proof["proofPurpose"] == PURPOSE
    )


def _signature(document: Document, proof: Mapping[str, str], multikey: str) -> str:
    from touchstone.credentials.multikey import public_key_of

    try:
        public_key = public_key_of(multikey)
    except CredentialError:  # text that is no key: nothing is proved by it
        return "proof_invalid"
    return "proof_counts" if _fits(document, proof, public_key) else "proof_invalid"


def _fits(document: Document, proof: Mapping[str, str], public_key: bytes) -> bool:
    """Tell whether a proof was made by a key over just this document."""
    from touchstone.credentials.did import VerificationMethod
    from touchstone.credentials.proof import check_proofs

    method = VerificationMethod(id=proof["verificationMethod"], controller="", public_key=public_key)
    with_one = {**_unsigned(document), "proof": dict(proof)}
    return check_proofs(with_one, lambda _: method, purpose=PURPOSE).result == "passed"


def _unsigned(document: Document) -> dict[str, Any]:
    """Return what is signed: the normal form without proofs, the content of the digest."""
    return normal_form(msgspec.structs.replace(document, proof=()))


def _asked_for(report: ProofReport, document: Document, registry: TrustRegistry) -> ProofReport:
    """Say of a genuine proof that it changes nothing where this publisher's is not asked for."""
    publisher = publisher_of(registry, report.publisher)
    if report.code != "proof_counts" or publisher is None or _speaks_for(publisher, document):
        return report
    return report._replace(code="proof_not_required")


def _speaks_for(publisher: RegisteredPublisher, document: Document) -> bool:
    if isinstance(document, Agreement):
        return not {document.from_, document.to}.isdisjoint(publisher.regions)
    return publisher.id == document.publisher and _region(document) in (None, *publisher.regions)


def _region(document: Document) -> str | None:
    """Return the region that a document speaks about; scales, crosswalks and the like have none."""
    return document.region if isinstance(document, Framework | Qualification | BridgingCatalogue) else None


# What is missing


def _missing(document: Document, signers: set[str], registry: TrustRegistry) -> Iterator[Shortfall]:
    if isinstance(document, Agreement):
        yield from _sides_missing(document, [item for item in registry.publishers if item.id in signers])
        return
    publisher = publisher_of(registry, document.publisher)
    if document.publisher is None:
        yield Shortfall("publisher_not_named")
    elif publisher is None:
        yield Shortfall("publisher_not_listed", document.publisher)
    elif not _speaks_for(publisher, document):
        yield Shortfall("publisher_not_of_region", _region(document) or "")
    elif publisher.id not in signers:
        yield Shortfall("publisher_not_signed", publisher.id)


def _sides_missing(agreement: Agreement, signers: Sequence[RegisteredPublisher]) -> Iterator[Shortfall]:
    """Yield the side that has not signed. Nobody signs for both: one who speaks for both regions is one side still."""
    here = {item.id for item in signers if agreement.from_ in item.regions}
    there = {item.id for item in signers if agreement.to in item.regions}
    if not here and not there:
        yield Shortfall("agreement_not_signed")
    elif not here or not there:
        yield Shortfall("agreement_half_signed", agreement.to if here else agreement.from_)
    elif agreement.from_ != agreement.to and len(here | there) == 1:
        yield Shortfall("agreement_half_signed", agreement.to)
