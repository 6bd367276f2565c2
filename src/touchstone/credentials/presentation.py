# SPDX-License-Identifier: Apache-2.0
"""Presentations (VC Data Model 2.0, 4.13): a holder shows credentials to one verifier, once, and proves to be the holder.

The holder's proof is for ``authentication``. It names the verifier (``domain``) and repeats the verifier's own word (``challenge``),
so that whoever is shown a presentation cannot show it to anybody else, or a second time (Data Integrity 1.0, 2.1). A verifier draws a
new challenge for every presentation, and takes each one once: that part of the law no document can keep for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from touchstone.credentials.canonical import DEFAULT, ContextSet, encoded, strict_json
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.did import KeyOf, resolver
from touchstone.credentials.finding import refuse
from touchstone.credentials.members import identifier, objects, string, values
from touchstone.credentials.proof import add_proof, check_proofs
from touchstone.credentials.report import CheckResult, VerificationReport
from touchstone.credentials.retrieving import Retrieve
from touchstone.credentials.signer import Signer
from touchstone.credentials.signing_time import made_later
from touchstone.credentials.structure import check_presentation_structure
from touchstone.credentials.timestamps import in_utc
from touchstone.credentials.verification import (
    BYTES_A_VALUE,
    MAX_VALUES,
    known_methods,
    verify_document,
)
from touchstone.credentials.wallet import is_about
from touchstone.errors import CredentialError
from touchstone.standards.trust_registry import TrustRegistry
from touchstone.value import Value

MAX_PRESENTED = 100
"""Credentials in one presentation that are verified at most."""

MAX_PRESENTATION_BYTES = 1024 * 1024
"""Bytes of a presentation at most, unless the caller allows more: a verifier has asked for it, and a hundred badges may be rich."""

Document = dict[str, Any]


class HolderCheck(Value, frozen=True, kw_only=True):
    """Whether a presentation is its holder's, and meant for this verifier now: a code, a sentence, and the field concerned."""

    result: CheckResult
    code: str
    message: str
    field: str = ""


class PresentedCredential(Value, frozen=True, kw_only=True):
    """A credential of a presentation: whether it is about the holder, and everything that its verification found."""

    credential: str
    of_holder: bool
    report: VerificationReport


class PresentationReport(Value, frozen=True, kw_only=True):
    """What a verifier learns: ``presenting`` is the check of the holder's proof; where it fails, no credential is looked at."""

    holder: str
    presenting: HolderCheck
    credentials: tuple[PresentedCredential, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the holder has shown credentials, all of them valid and about the holder."""
        shown = all(each.of_holder and each.report.verdict == "valid" for each in self.credentials)
        return self.presenting.result == "passed" and bool(self.credentials) and shown


def present(
    credentials: Sequence[bytes],
    signer: Signer,
    *,
    created: dt.datetime,
    domain: str,
    challenge: str,
    cryptosuite: str = EDDSA_RDFC_2022,
    contexts: ContextSet = DEFAULT,
) -> Document:
    """Return a presentation of credentials, with the holder's proof.

    :param credentials: as they are carried; they are shown as they are, not a word more or less.
    :param signer: the holder's key.
    :param created: now.
    :param domain: for whom it is meant; ``challenge`` is the verifier's word.
    :raises CredentialError: ``domain_missing``, ``challenge_missing``, ``presented_nothing``, ``presented_too_many``,
        ``subject_not_holder``, ``too_large`` or ``canonicalisation_too_costly``, or what keeps a credential from being one.
    """
    for code, given in (("domain_missing", domain), ("challenge_missing", challenge)):
        if not given:
            raise CredentialError(
                code, "without it anybody could show the presentation again", hint="Ask the verifier for its domain and challenge."
            )  # fmt: skip
    if not 1 <= len(credentials) <= MAX_PRESENTED:
        code = "presented_too_many" if credentials else "presented_nothing"
        raise CredentialError(
            code, "so many cannot be shown", expected=f"1 to {MAX_PRESENTED} credentials", found=len(credentials)
        )
    shown = [strict_json.loads(content) for content in credentials]
    for place, each in enumerate(shown):
        if not isinstance(each, dict) or not is_about(each, signer.controller):
            raise CredentialError(
                "subject_not_holder", "the credential is not about whom the key is of", expected=signer.controller,
                field=f"verifiableCredential[{place}]", hint="Present it with the key of its subject.",
            )  # fmt: skip
    presentation: Document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": signer.controller,
        "verifiableCredential": shown,
    }
    refuse(check_presentation_structure(presentation))
    try:
        strict_json.check_values(presentation, MAX_PRESENTATION_BYTES // BYTES_A_VALUE)
        presented = add_proof(
            presentation, signer, cryptosuite=cryptosuite, created=created, purpose="authentication",
            domain=domain, challenge=challenge, contexts=contexts,
        )  # fmt: skip
        strict_json.loads(encoded(presented), max_bytes=MAX_PRESENTATION_BYTES)
    except CredentialError as error:
        if error.code not in ("canonicalisation_too_costly", "too_large"):
            raise
        message = "these credentials together are more than a verifier looks at"
        raise CredentialError(error.code, message, hint="Show fewer of them at once.") from error
    return presented


def verify_presentation(
    content: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    domain: str,
    challenge: str,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
    max_bytes: int = MAX_PRESENTATION_BYTES,
) -> PresentationReport:
    """Verify a presentation from its bytes, and every credential in it. Bad input is a report, too, never an exception.

    :param trust: whom the verifier relies on.
    :param at: the moment in question, aware.
    :param domain: the verifier's own name, as it gave it to the holder; ``challenge`` the word that it drew for this presentation.
    :param retrieve: fetches status lists and ``did:web`` documents.
    :param max_bytes: the largest size accepted, of the presentation with all that is in it; see ``verification.verify``.
    """
    presenting, presentation = _presented(content, trust, at, domain, challenge, retrieve, contexts, max_bytes)
    holder = identifier(presentation.get("holder"))
    if presenting.result != "passed":
        return PresentationReport(holder=holder, presenting=presenting)
    return PresentationReport(
        holder=holder,
        presenting=presenting,
        credentials=tuple(
            PresentedCredential(
                credential=string(each.get("id")),
                of_holder=is_about(each, holder),
                report=verify_document(each, trust, at, retrieve=retrieve, contexts=contexts, max_bytes=max_bytes),
            )
            for each in objects(presentation.get("verifiableCredential"))
        ),
    )


def read_presentation(
    content: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    *,
    domain: str,
    challenge: str,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
    max_bytes: int = MAX_PRESENTATION_BYTES,
) -> tuple[str, list[Document]]:
    """Return the holder of a presentation that is its holder's and meant for this verifier, and the credentials in it, unverified.

    :raises CredentialError: with the code of the check that does not pass.
    """
    presenting, presentation = _presented(content, trust, at, domain, challenge, retrieve, contexts, max_bytes)
    if not is_of_holder(presenting):
        raise CredentialError(
            presenting.code, presenting.message.rstrip("."), field=presenting.field,
            hint="Ask the holder for a presentation with a new challenge.",
        )  # fmt: skip
    return identifier(presentation.get("holder")), objects(presentation.get("verifiableCredential"))


def is_of_holder(presenting: HolderCheck | None) -> bool:
    """Tell whether credentials may count as their holder's evidence: whoever presents them has proven to be the holder.

    :param presenting: the check of the holder's proof; None where nothing was presented: a credential or a wallet was handed over.
    """
    return presenting is None or presenting.result == "passed"


def _presented(
    content: bytes,
    trust: TrustRegistry,
    at: dt.datetime,
    domain: str,
    challenge: str,
    retrieve: Retrieve | None,
    contexts: ContextSet,
    max_bytes: int,
) -> tuple[HolderCheck, Document]:
    """Return the check of the holder, who must be named, and the presentation as it was read; an empty one where it cannot be."""
    try:
        presentation = strict_json.loads(content, max_bytes=max_bytes)
    except CredentialError as error:
        return HolderCheck(result="failed", code=error.code, message=str(error)), {}
    if not isinstance(presentation, dict):
        return HolderCheck(result="failed", code="not_an_object", message="A presentation is a JSON object."), {}
    key_of = resolver(known_methods(trust), retrieve=retrieve)
    presenting = check_holder(
        presentation,
        key_of,
        at,
        domain=domain,
        challenge=challenge,
        contexts=contexts,
        max_values=max_bytes // BYTES_A_VALUE,
    )
    if presenting.result == "passed" and not identifier(presentation.get("holder")):
        message = "The presentation does not say whose it is."
        presenting = HolderCheck(result="failed", code="holder_missing", message=message, field="holder")
    return presenting, presentation


def check_holder(
    presentation: Any,  # noqa: ANN401 - whatever was decoded
    key_of: KeyOf,
    at: dt.datetime,
    *,
    domain: str | Sequence[str] | None,
    challenge: str | None,
    contexts: ContextSet = DEFAULT,
    max_values: int = MAX_VALUES,
) -> HolderCheck:
    """Check that a presentation is one, that its holder (if it names one) has signed it to authenticate, and for whom.

    The credentials in it are only counted. If ``domain`` or ``challenge`` is None it is not asked for.

    :param max_values: members and items of the presentation at most, all levels taken together.
    :raises CredentialError: ``moment_unclear``: ``at`` has no time zone.
    """
    at = in_utc(at)
    presented = values(presentation.get("verifiableCredential")) if isinstance(presentation, dict) else []
    if len(presented) > MAX_PRESENTED:  # before anything is canonicalised
        message = f"at most {MAX_PRESENTED} credentials are verified at once"
        return HolderCheck(result="failed", code="presented_too_many", message=message, field="verifiableCredential")
    try:
        strict_json.check_values(presentation, max_values)
    except CredentialError as error:
        return HolderCheck(result="failed", code=error.code, message=str(error))
    for finding in check_presentation_structure(presentation):
        return HolderCheck(result="failed", code=finding.code, message=finding.message, field=finding.field)
    holder = identifier(presentation.get("holder"))
    proofs = check_proofs(
        presentation, key_of, at=at, purpose="authentication", controllers=(holder,) if holder else (),
        domain=domain, challenge=challenge, contexts=contexts,
    )  # fmt: skip
    if proofs.result != "passed":
        return HolderCheck(result=proofs.result, code=proofs.code, message=proofs.message, field="proof")
    if any(made_later(proof, at) for proof in (proofs.by(holder) if holder else proofs.proofs)):
        message = "The proof says that it was made later than the moment asked about."
        return HolderCheck(result="failed", code="proof_created_later", message=message, field="proof")
    return HolderCheck(
        result="passed", code="presented_by_holder", message="The holder has signed it, for this verifier."
    )
