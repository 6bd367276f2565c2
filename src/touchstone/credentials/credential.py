# SPDX-License-Identifier: Apache-2.0
"""A credential as we issue it: an Open Badges 3.0 ``OpenBadgeCredential`` on the W3C VC Data Model 2.0, unsigned.

What a credential attests has more to say than Open Badges has members for (a level, hours, how it was assessed).
Nothing is invented beside the standard for it: every fact goes where the standard keeps facts of its kind, under one of
the standard's own terms, so that it is signed, survives any wallet, and reads sensibly to those who know no more than
Open Badges. docs/explanation/credentials.md has the table; ``reading.py`` goes back.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.credentials.identifiers import as_url, quote
from touchstone.credentials.status_list import Purpose, status_entry
from touchstone.credentials.structure import BASE_CONTEXT
from touchstone.credentials.timestamps import write_time
from touchstone.errors import CredentialError
from touchstone.logic import Amount, Identifier, Name
from touchstone.standards.agreement import Assurance
from touchstone.standards.envelope import Period
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.text import LanguageMap, LanguageTag, text_in
from touchstone.value import Value

Kind = Literal["training", "assessment", "practice"]

OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
SCHEMA_URL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"

HELD_QUALIFICATION = "ext:HeldQualification"
FRAMEWORK = "ext:Framework"
HOURS = "ext:TrainingHours"
ASSURANCE = "ext:Assurance"

ACHIEVEMENT_TYPE: dict[Kind, str] = {"training": "LearningProgram", "assessment": "Assessment", "practice": "Fieldwork"}
QUALIFICATION_TYPE = "Certification"
"""The achievement type of an assessment by which a qualification is held."""

TRAINING_TYPES = {"LearningProgram", "Course", "CertificateOfCompletion", "Assignment"}
PRACTICE_TYPES = {"Fieldwork", "ApprenticeshipCertificate", "CommunityService"}


class Issuer(Value, frozen=True, kw_only=True):
    """Who issues: an Open Badges ``Profile``. ``id`` is the DID or URL whose keys sign."""

    id: Identifier
    name: LanguageMap
    url: str | None = None


class Achievement(Value, frozen=True, kw_only=True):
    """What can be achieved, the same for everybody: an Open Badges ``Achievement``.

    :param criteria: what one has to do for it; ``criteria_url`` is where it stands at length.
    :param type: an Open Badges achievement type, or one of our own with ``ext:``; absent, the kind of the attestation
        decides.
    """

    id: Identifier
    name: LanguageMap
    description: LanguageMap
    criteria: LanguageMap
    criteria_url: str | None = None
    code: Name | None = None
    type: Name | None = None
    version: Name | None = None
    image: str | None = None
    tags: tuple[Name, ...] = ()


class AttestedUnit(Value, frozen=True, kw_only=True):
    """A competency of a framework that a person has shown, with the level (on the framework's scale) and score reached.

    ``title``, ``code`` and ``framework`` (its title) are for readers; ``id`` decides.
    """

    id: Identifier
    level: Name | None = None
    score: Amount | None = None
    title: LanguageMap | None = None
    code: Name | None = None
    framework: LanguageMap | None = None
    target_type: Literal["CFItem", "ceasn:Competency"] = "CFItem"


class Attestation(Value, frozen=True, kw_only=True):
    """What a credential says of its subject, in the terms of a recognition. A field that is absent is unknown, never a
    zero.

    :param holds: the qualifications that the subject holds by it.
    :param hours: hours of training, in the framework ``framework``.
    :param period: the days of activity, both inclusive; a period without both ends says nothing and is not written.
    :param expires: the last day on which it counts.
    """

    kind: Kind
    units: tuple[AttestedUnit, ...] = ()
    holds: tuple[Identifier, ...] = ()
    hours: Amount | None = None
    framework: Identifier | None = None
    occupation: Name | None = None
    area: Name | None = None
    period: Period | None = None
    awarded: dt.date | None = None
    expires: dt.date | None = None
    assurance: Assurance | None = None


class Exhibit(Value, frozen=True, kw_only=True):
    """Something that supports a credential, named by its digest: an Open Badges ``Evidence``, such as a practice report.

    :param digest: a ``digestMultibase`` (``structure.multibase_digest``), so that nobody can put another file in its
        place.
    """

    name: LanguageMap
    digest: Annotated[str, Meta(pattern="^[uz][A-Za-z0-9_-]+$")]
    id: str | None = None
    description: LanguageMap | None = None
    genre: Name | None = None
    media_type: Name | None = None


class StatusPlace(Value, frozen=True, kw_only=True):
    """The place of a credential in a published status list."""

    list_id: str
    index: Annotated[int, Meta(ge=0)]
    purpose: Purpose = "revocation"


class Badge(Value, frozen=True, kw_only=True):
    """A credential about to be issued.

    :param id: its URL or URN; nothing in it tells who the person is.
    :param subject: the holder's ``did:key``, or :func:`salted_subject`.
    :param subject_name: the name to be shown, or None to leave it out.
    :param valid_from: when it begins to hold, in UTC.
    :param language: the language of the texts. Open Badges texts are in one language each.
    :param languages: languages in which the credential's own name and description are given as VC Data Model language
        values as well; wallets that know Open Badges only may expect one text there, so leave it empty for them.
    """

    id: Identifier
    issuer: Issuer
    subject: Identifier
    subject_name: Name | None = None
    achievement: Achievement
    attestation: Attestation
    exhibits: tuple[Exhibit, ...] = ()
    status: tuple[StatusPlace, ...] = ()
    valid_from: dt.datetime
    language: LanguageTag = "en"
    languages: tuple[LanguageTag, ...] = ()
    with_schema: bool = True


def build(badge: Badge) -> JsonObject:
    """Return the unsigned document of a credential. Equal badges give equal documents.

    :raises CredentialError: ``achievement_type_mismatch`` if the achievement's own type would be read as another kind
        of evidence.
    """
    achievement, attestation = badge.achievement, badge.attestation
    if achievement.type and kind_of(achievement.type) != attestation.kind:
        raise CredentialError(
            "achievement_type_mismatch",
            "the type of the achievement means another kind of evidence",
            expected=f"a type that means {attestation.kind}",
            found=achievement.type,
        )
    contexts: list[JsonValue] = [BASE_CONTEXT, OPEN_BADGES_CONTEXT]
    document: JsonObject = {
        "@context": [*contexts, EXTENSIONS_CONTEXT] if badge.with_schema else contexts,
        "id": as_url(badge.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _spoken(achievement.name, badge),
        "description": _spoken(achievement.description, badge),
        "issuer": issuer_profile(badge.issuer, badge.language),
        "validFrom": write_time(badge.valid_from),
        "validUntil": _last_moment(attestation.expires),
        "awardedDate": _first_moment(attestation.awarded),
        "credentialSubject": _subject(badge),
        "evidence": [_exhibit(exhibit, badge.language) for exhibit in badge.exhibits],
        "credentialStatus": [
            status_entry(list_id=place.list_id, index=place.index, purpose=place.purpose) for place in badge.status
        ],
    }
    if badge.with_schema:
        document["credentialSchema"] = [{"id": SCHEMA_URL, "type": SCHEMA_TYPE}]
    return _without_empty(document)


def kind_of(achievement_type: str) -> Kind:
    """Return the kind of evidence that an achievement type means: training, practice, else an assessment."""
    if achievement_type in TRAINING_TYPES:
        return "training"
    return "practice" if achievement_type in PRACTICE_TYPES else "assessment"


def issuer_profile(issuer: Issuer, language: str) -> JsonObject:
    """Return the issuer as an Open Badges ``Profile``, its name in one language."""
    profile: JsonObject = {"id": as_url(issuer.id), "type": ["Profile"], "name": text_in(issuer.name, language)}
    return {**profile, "url": issuer.url} if issuer.url else profile


def achievement_object(achievement: Achievement, language: str) -> JsonObject:
    """Return an achievement as such, without what one person's attestation adds to it."""
    criteria: JsonObject = {"id": achievement.criteria_url, "narrative": text_in(achievement.criteria, language)}
    image: JsonObject = {"id": achievement.image, "type": "Image"} if achievement.image else {}
    return _without_empty(
        {
            "id": as_url(achievement.id),
            "type": ["Achievement"],
            "achievementType": achievement.type,
            "name": text_in(achievement.name, language),
            "description": text_in(achievement.description, language),
            "criteria": _without_empty(criteria),
            "humanCode": achievement.code,
            "version": achievement.version,
            "image": image,
            "inLanguage": language,
            "tag": list(achievement.tags),
        }
    )


def _without_empty(node: JsonObject) -> JsonObject:
    """Open Badges 3.0 leaves out nulls and empty arrays."""
    return {key: value for key, value in node.items() if value is not None and value not in ([], {})}


def _spoken(texts: LanguageMap, badge: Badge) -> JsonValue:
    """One text, or language value objects (VC Data Model 2.0, 11.1) where several languages are asked for and there."""
    tags = [tag for tag in badge.languages if tag in texts]
    if not tags:
        return text_in(texts, badge.language)
    return [{"@value": texts[tag], "@language": tag} for tag in tags]


def _first_moment(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day else None


def _last_moment(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T23:59:59Z" if day else None


def _subject(badge: Badge) -> JsonObject:
    attestation = badge.attestation
    period = attestation.period or Period()
    identity: JsonObject = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": badge.subject_name,
        "identityType": "name",
    }
    return _without_empty(
        {
            "id": as_url(badge.subject),
            "type": ["AchievementSubject"],
            "identifier": [identity] if badge.subject_name else [],
            "role": attestation.occupation,
            "activityStartDate": _first_moment(period.from_),
            "activityEndDate": _first_moment(period.until),
            "achievement": _achievement(badge),
            "result": [result for result, _ in _results(badge)],
        }
    )


def _achievement(badge: Badge) -> JsonObject:
    attestation, language = badge.attestation, badge.language
    type_name = QUALIFICATION_TYPE if attestation.holds and attestation.kind == "assessment" else None
    competencies = dict.fromkeys(as_url(unit.id) for unit in attestation.units)
    named = {as_url(unit.id): unit for unit in reversed(attestation.units)}
    alignments: list[JsonValue] = [
        *(_competency(named[url], language) for url in competencies),
        *(_alignment(HELD_QUALIFICATION, held) for held in attestation.holds),
        *(_alignment(FRAMEWORK, framework) for framework in (attestation.framework,) if framework),
    ]
    return _without_empty(
        {
            **achievement_object(badge.achievement, language),
            "achievementType": badge.achievement.type or type_name or ACHIEVEMENT_TYPE[attestation.kind],
            "specialization": attestation.area,
            "alignment": alignments,
            "resultDescription": [description for _, description in _results(badge)],
        }
    )


def _alignment(target_type: str, target: str) -> JsonObject:
    return {"type": ["Alignment"], "targetName": target, "targetUrl": as_url(target), "targetType": target_type}


def _competency(unit: AttestedUnit, language: str) -> JsonObject:
    return _without_empty(
        {
            "type": ["Alignment"],
            "targetName": text_in(unit.title or {}, language) or unit.id,
            "targetUrl": as_url(unit.id),
            "targetType": unit.target_type,
            "targetCode": unit.code,
            "targetFramework": text_in(unit.framework or {}, language) or None,
        }
    )


def _results(badge: Badge) -> list[tuple[JsonObject, JsonObject]]:
    """Return each result of the person, with the description of what results the achievement can have of that sort.

    A result names its description, and the description names the competency: so every node has a name of its own or
    differs from its neighbours, and canonicalisation never has to try permutations.
    """
    attestation, base = badge.attestation, as_url(badge.achievement.id)
    pairs = []
    seen: dict[str, int] = {}
    for unit in attestation.units:
        seen[unit.id] = seen.get(unit.id, 0) + 1
        again = f"~{seen[unit.id]}" if seen[unit.id] > 1 else ""
        pairs.append(_unit_result(unit, f"{base}#unit:{quote(unit.id)}{again}", badge.language))
    if attestation.hours is not None:
        pairs.append(_plain_result(f"{base}#hours", HOURS, "Hours of training", decimal_text(attestation.hours)))
    if attestation.assurance is not None:
        pairs.append(_plain_result(f"{base}#assurance", ASSURANCE, "Who assessed", attestation.assurance))
    return pairs


def _unit_result(unit: AttestedUnit, id: str, language: str) -> tuple[JsonObject, JsonObject]:
    level = f"{id}:level:{quote(unit.level)}" if unit.level is not None else None
    rubric: JsonObject = {"id": level, "type": ["RubricCriterionLevel"], "name": unit.level, "level": unit.level}
    says_nothing = unit.level is None and unit.score is None
    description: JsonObject = {
        "id": id,
        "type": ["ResultDescription"],
        "name": text_in(unit.title or {}, language) or unit.id,
        "resultType": "Status" if says_nothing else "RawScore" if level is None else "RubricCriterionLevel",
        "rubricCriterionLevel": [rubric] if level else [],
        "alignment": [_competency(unit, language)],
    }
    result: JsonObject = {
        "type": ["Result"],
        "resultDescription": id,
        "achievedLevel": level,
        "value": None if unit.score is None else decimal_text(unit.score),
        "status": "Completed" if says_nothing else None,
    }
    return _without_empty(result), _without_empty(description)


def _plain_result(id: str, type_name: str, name: str, value: str) -> tuple[JsonObject, JsonObject]:
    description: JsonObject = {"id": id, "type": ["ResultDescription"], "name": name, "resultType": type_name}
    return {"type": ["Result"], "resultDescription": id, "value": value}, description


def decimal_text(number: Decimal) -> str:
    """Write a decimal in plain digits (``120.5``, never ``1.205E+2``)."""
    return format(number, "f")


def _exhibit(exhibit: Exhibit, language: str) -> JsonObject:
    return _without_empty(
        {
            "id": exhibit.id,
            "type": ["Evidence"],
            "name": text_in(exhibit.name, language),
            "description": text_in(exhibit.description or {}, language) or None,
            "genre": exhibit.genre,
            "digestMultibase": exhibit.digest,
            "mediaType": exhibit.media_type,
        }
    )
