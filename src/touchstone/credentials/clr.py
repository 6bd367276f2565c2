# SPDX-License-Identifier: Apache-2.0
"""Comprehensive Learner Records: signed credentials of units, bundled towards a qualification into one CLR 2.0
``ClrCredential``.

The bundle proves only that its issuer put these credentials together; each keeps the proof of whoever issued it, and is
verified on its own.
"""

from __future__ import annotations

import datetime as dt

from touchstone.credentials.credential import (
    OPEN_BADGES_CONTEXT,
    Achievement,
    Issuer,
    StatusPlace,
    achievement_object,
    issuer_profile,
)
from touchstone.credentials.identifiers import as_url, from_url
from touchstone.credentials.members import first_object, identifier, objects, string, strings
from touchstone.credentials.status_list import status_entry
from touchstone.credentials.structure import BASE_CONTEXT
from touchstone.credentials.timestamps import write_time
from touchstone.errors import CredentialError
from touchstone.logic import Identifier
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.text import LanguageTag, text_in
from touchstone.value import Value

CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"


class Association(Value, frozen=True, kw_only=True):
    """How one achievement stands to another: the unit ``source`` is part of the qualification ``target``."""

    source: Identifier
    target: Identifier
    type: str = "isPartOf"


class Clr(Value, frozen=True, kw_only=True):
    """A bundle about to be issued.

    :param credentials: the signed documents, all of the same subject.
    :param target: the qualification that they lead to; every unit that a credential achieves is part of it.
    :param partial: whether more is needed for the qualification than is here.
    """

    id: Identifier
    issuer: Issuer
    subject: Identifier
    target: Achievement
    credentials: tuple[JsonObject, ...]
    status: tuple[StatusPlace, ...] = ()
    valid_from: dt.datetime
    valid_until: dt.datetime | None = None
    partial: bool = False
    language: LanguageTag = "en"


class ClrReading(Value, frozen=True, kw_only=True):
    """A bundle as read; ``credentials`` are to be verified one by one."""

    id: str
    issuer: str
    subject: str
    credentials: tuple[JsonObject, ...]
    achievements: tuple[str, ...] = ()
    associations: tuple[Association, ...] = ()
    partial: bool = False


def build_clr(clr: Clr) -> JsonObject:
    """Return the unsigned document of a bundle.

    :raises CredentialError: ``clr_empty``, ``clr_unsigned`` or ``clr_subject_mismatch``, with the credential's place as
        field.
    """
    _check_bundle(clr)
    subject: JsonObject = {
        "id": as_url(clr.subject),
        "type": ["ClrSubject"],
        "verifiableCredential": list(clr.credentials),
        "achievement": [achievement_object(clr.target, clr.language)],
        "association": _associations(clr),
    }
    document: JsonObject = {
        "@context": [BASE_CONTEXT, CLR_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": as_url(clr.id),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": text_in(clr.target.name, clr.language),
        "description": text_in(clr.target.description, clr.language),
        "issuer": issuer_profile(clr.issuer, clr.language),
        "validFrom": write_time(clr.valid_from),
    }
    if clr.valid_until is not None:
        document["validUntil"] = write_time(clr.valid_until)
    if clr.partial:
        document["partial"] = True
    document["credentialSubject"] = subject
    if clr.status:
        document["credentialStatus"] = [
            status_entry(list_id=place.list_id, index=place.index, purpose=place.purpose) for place in clr.status
        ]
    return document


def is_clr(document: JsonObject) -> bool:
    """Tell whether a credential is a Comprehensive Learner Record."""
    return "ClrCredential" in strings(document.get("type"))


def read_clr(document: JsonObject) -> ClrReading:
    """Read a bundle. A credential in it that is about somebody else makes it unreadable.

    :raises CredentialError: ``not_a_clr``, ``clr_empty`` or ``clr_subject_mismatch``.
    """
    subjects = objects(document.get("credentialSubject"))
    if not is_clr(document) or len(subjects) != 1:
        raise CredentialError(
            "not_a_clr", "this credential is not a learner record of one person", expected="ClrCredential", field="type"
        )
    subject = subjects[0]
    credentials = tuple(objects(subject.get("verifiableCredential")))
    if not credentials:
        raise _empty()
    _check_subjects(credentials, string(subject.get("id")))
    return ClrReading(
        id=from_url(string(document.get("id"))),
        issuer=from_url(identifier(document.get("issuer"))),
        subject=from_url(string(subject.get("id"))),
        credentials=credentials,
        achievements=tuple(from_url(string(each.get("id"))) for each in objects(subject.get("achievement"))),
        associations=tuple(
            Association(
                source=from_url(string(each.get("sourceId"))),
                target=from_url(string(each.get("targetId"))),
                type=string(each.get("associationType")),
            )
            for each in objects(subject.get("association"))
        ),
        partial=document.get("partial") is True,
    )


def _check_bundle(clr: Clr) -> None:
    if not clr.credentials:
        raise _empty()
    for place, credential in enumerate(clr.credentials):
        if not objects(credential.get("proof")):
            raise CredentialError(
                "clr_unsigned",
                "a learner record holds signed credentials only",
                field=f"credentials[{place}].proof",
                hint="Sign it first.",
            )
    _check_subjects(clr.credentials, as_url(clr.subject))


def _empty() -> CredentialError:
    return CredentialError("clr_empty", "a learner record holds at least one credential")


def _check_subjects(credentials: tuple[JsonObject, ...], subject: str) -> None:
    for place, credential in enumerate(credentials):
        ids = [string(each.get("id")) for each in objects(credential.get("credentialSubject"))]
        if ids != [subject] or not subject:
            raise CredentialError(
                "clr_subject_mismatch",
                "a credential in the learner record is about somebody else",
                field=f"credentialSubject.verifiableCredential[{place}]",
            )


def _associations(clr: Clr) -> list[JsonValue]:
    """One association for each distinct achievement of the credentials, in their order."""
    achieved = dict.fromkeys(
        string(first_object(first_object(credential.get("credentialSubject")).get("achievement")).get("id"))
        for credential in clr.credentials
    )
    return [
        {"type": "Association", "associationType": "isPartOf", "sourceId": source, "targetId": as_url(clr.target.id)}
        for source in achieved
        if source
    ]
