# SPDX-License-Identifier: Apache-2.0
"""Any W3C credential or presentation, not only ours: what a VC-API issues and verifies.

Asked is whether a credential is what the standards say, whether its issuer signed it, and whether it holds at a moment; who vouches
for the issuer, and what it is worth, is asked by ``verification.py``. Of the older VC Data Model 1.1 as much is understood as the
Data Integrity suites need: its context must be handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from touchstone.credentials.canonical import DEFAULT, ContextSet
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, DATA_INTEGRITY_V2
from touchstone.credentials.canonical.strict_json import check_values
from touchstone.credentials.did import KeyOf
from touchstone.credentials.finding import Finding, finding_of, refuse
from touchstone.credentials.members import identifier, strings, values
from touchstone.credentials.presentation import check_holder
from touchstone.credentials.proof import add_proof, check_proofs
from touchstone.credentials.retrieving import Retrieve
from touchstone.credentials.signer import Signer
from touchstone.credentials.signing_time import made_later
from touchstone.credentials.status_check import Asked, check_status
from touchstone.credentials.status_list import status_entries
from touchstone.credentials.structure import check_structure
from touchstone.credentials.timestamps import in_utc
from touchstone.credentials.verification import MAX_VALUES, check_period
from touchstone.errors import CredentialError

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"

Document = dict[str, Any]


_DATES_OF_VERSION_1 = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}


def issue(
    credential: Document,
    signer: Signer,
    *,
    cryptosuite: str,
    created: dt.datetime,
    status: Sequence[Document] = (),
    contexts: ContextSet = DEFAULT,
) -> Document:
    """Return a credential in the signer's name and with its proof; the one that is handed in stays as it is.

    :param credential: without or with an issuer: whoever it names, the signer takes its place.
    :param status: entries to add to its ``credentialStatus``.
    :raises CredentialError: the credential is not what VC Data Model 2.0 (or 1.1) asks for, or cannot be signed.
    """
    issuer = credential.get("issuer", signer.controller)
    check_values(credential, MAX_VALUES)
    refuse(_structure({**credential, "issuer": issuer}, contexts))
    issued = {**credential, "issuer": _in_the_name_of(signer.controller, issuer)}
    if _is_version_1(credential) and DATA_INTEGRITY_V2 not in credential["@context"]:
        issued["@context"] = [*credential["@context"], DATA_INTEGRITY_V2]
    if status:
        entries = [*values(credential.get("credentialStatus")), *status]
        issued["credentialStatus"] = entries[0] if len(entries) == 1 else entries
    return add_proof(issued, signer, cryptosuite=cryptosuite, created=created, contexts=contexts)


def verify(
    credential: Any,  # noqa: ANN401 - whatever was decoded
    key_of: KeyOf,
    at: dt.datetime,
    *,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
) -> tuple[Finding, ...]:
    """Return what keeps a credential from being verified; nothing where it is.

    :param at: the moment in question, aware.
    :param retrieve: fetches status lists by their URLs; a credential with a status entry is not verified without.
    :raises CredentialError: ``moment_unclear``: ``at`` has no time zone.
    """
    at = in_utc(at)
    found = _too_large(credential) or _structure(credential, contexts)
    if found:
        return tuple(found)
    issuer = identifier(credential["issuer"])
    report = check_proofs(credential, key_of, at=at, controllers=(issuer,), contexts=contexts)
    if report.result != "passed":
        return (Finding(code=report.code, message=report.message, field="proof"),)
    if any(made_later(proof, at) for proof in report.by(issuer)):
        message = "the proof says that it was made later than the moment asked about"
        return (Finding(code="proof_created_later", message=message, field="proof"),)
    return tuple(_holds(credential, Asked(issuer, at, key_of, retrieve, contexts)))


def verify_presentation(
    presentation: Any,  # noqa: ANN401 - whatever was decoded
    key_of: KeyOf,
    at: dt.datetime,
    *,
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    retrieve: Retrieve | None = None,
    contexts: ContextSet = DEFAULT,
) -> tuple[Finding, ...]:
    """Return what keeps a presentation and the credentials in it from being verified; nothing where they are.

    :param domain: for whom the presentation must be meant, ``challenge`` the word that it must repeat; if None, neither is asked.
    """
    presenting = check_holder(presentation, key_of, at, domain=domain, challenge=challenge, contexts=contexts)
    if presenting.result != "passed":
        return (Finding(code=presenting.code, message=presenting.message, field=presenting.field),)
    presented = values(presentation.get("verifiableCredential"))
    return tuple(
        _inside(finding, f"verifiableCredential[{place}]")
        for place, each in enumerate(presented)
        for finding in verify(each, key_of, at, retrieve=retrieve, contexts=contexts)
    )


def _too_large(document: Any) -> list[Finding]:  # noqa: ANN401 - whatever was decoded
    try:
        check_values(document, MAX_VALUES)
    except CredentialError as error:
        return [finding_of(error)]
    return []


def _structure(credential: Any, contexts: ContextSet) -> list[Finding]:  # noqa: ANN401 - whatever was decoded
    if isinstance(credential, dict) and "EnvelopedVerifiableCredential" in strings(credential.get("type")):
        return [
            Finding(code="envelope_unsupported", message="credentials in envelopes are not read here", field="type")
        ]
    if not _is_version_1(credential):
        return check_structure(credential, contexts.content)
    missing = [
        Finding(code="time_missing", message=f"{member} is missing", field=member)
        for member in ("issuanceDate",)
        if member not in credential
    ]
    return missing + check_structure(_as_version_2(credential), contexts.content)


def _is_version_1(credential: Any) -> bool:  # noqa: ANN401 - whatever was decoded
    contexts = credential.get("@context") if isinstance(credential, dict) else None
    return isinstance(contexts, list) and contexts[:1] == [CREDENTIALS_V1]


def _as_version_2(credential: Document) -> Document:
    """Return a credential of version 1.1 in the words of version 2.0, of which the same rules hold."""
    renamed = {_DATES_OF_VERSION_1.get(key, key): value for key, value in credential.items()}
    return {**renamed, "@context": [CREDENTIALS_V2, *credential["@context"][1:]]}


def _in_the_name_of(controller: str, issuer: Any) -> Any:  # noqa: ANN401 - a URL or an object with one
    return {**issuer, "id": controller} if isinstance(issuer, dict) else controller


def _holds(credential: Document, asked: Asked) -> Iterator[Finding]:
    """Yield what keeps a credential from holding now; a status of another kind than a status list's is not asked about."""
    read = _as_version_2(credential) if _is_version_1(credential) else credential
    listed = {**read, "credentialStatus": status_entries(read)}
    period = check_period(read, asked.at)
    status = check_status(listed, asked)
    for check, field in ((period, ""), (status, "credentialStatus")):
        if check.result != "passed":
            yield Finding(code=check.code, message=check.message.removesuffix("."), field=field)


def _inside(finding: Finding, path: str) -> Finding:
    return Finding(
        code=finding.code, message=finding.message, field=f"{path}.{finding.field}" if finding.field else path
    )
