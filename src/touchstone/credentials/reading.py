# SPDX-License-Identifier: Apache-2.0
"""What a verified badge says, read back into the values of ``credential.py``. It also reads badges of others, as far as they say it.

Read only what a proof was checked over; reading checks no proof. What a badge leaves open stays open: a foreign badge without an award
date has none, and an alignment to a credential is not a credential held.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from touchstone.credentials.credential import (
    ASSURANCE,
    FRAMEWORK,
    HELD_QUALIFICATION,
    HOURS,
    AttestedUnit,
    Attestation,
    from_url,
    kind_of,
)
from touchstone.credentials.members import first_object, identifier, objects, string, strings, time_stamp
from touchstone.credentials.privacy import subject_names
from touchstone.errors import CredentialError
from touchstone.standards.envelope import Period
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.value import Value

V = TypeVar("V", bound=Value)

COMPETENCY_TYPES = ("CFItem", "ceasn:Competency")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_DECIMAL = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_END_OF_DAY = dt.time(23, 59, 59)


class BadgeReading(Value, frozen=True, kw_only=True):
    """A badge as read: who says it of whom, what it is called, and what it attests."""

    id: str
    issuer: str
    subject: str
    subject_name: str = ""
    name: dict[str, str] = {}
    achievement: str = ""
    attestation: Attestation
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None


def is_badge(document: JsonObject) -> bool:
    """Tell whether a credential is an Open Badge."""
    return bool({"OpenBadgeCredential", "AchievementCredential"} & set(strings(document.get("type"))))


def read_badge(document: JsonObject) -> BadgeReading:
    """Read a badge.

    :raises CredentialError: ``not_a_badge``, or ``badge_unreadable`` where it says something that cannot be meant (a period that ends before
        it begins, two achievements), or ``node_split``.
    """
    subjects = objects(document.get("credentialSubject"))
    if not is_badge(document) or len(subjects) != 1:
        raise CredentialError(
            "not_a_badge",
            "this credential is not an Open Badge of one person",
            expected="OpenBadgeCredential",
            field="type",
        )
    subject = subjects[0]
    _refuse_split_nodes(subject, {})
    return _value(
        BadgeReading,
        id=from_url(string(document.get("id"))),
        issuer=from_url(identifier(document.get("issuer"))),
        subject=from_url(string(subject.get("id"))),
        subject_name=next(iter(subject_names(document)), ""),
        name=_texts(document.get("name")),
        achievement=from_url(string(first_object(subject.get("achievement")).get("id"))),
        attestation=_attestation(document, subject),
        valid_from=time_stamp(document.get("validFrom")),
        valid_until=time_stamp(document.get("validUntil")),
    )


def _attestation(document: JsonObject, subject: JsonObject) -> Attestation:
    achievements = objects(subject.get("achievement"))
    if len(achievements) != 1:
        raise _unreadable("a badge has one achievement", "credentialSubject.achievement")
    achievement = achievements[0]
    alignments = objects(achievement.get("alignment"))
    results = _results(subject, achievement)
    return _value(
        Attestation,
        kind=kind_of(string(achievement.get("achievementType"))),
        units=_units(results, alignments),
        holds=tuple(_targets(alignments, HELD_QUALIFICATION)),
        hours=_single(results, HOURS),
        framework=_only(_targets(alignments, FRAMEWORK), "framework"),
        occupation=string(subject.get("role")) or None,
        area=string(achievement.get("specialization")) or None,
        period=_period(subject),
        awarded=_day(document.get("awardedDate")),
        expires=_last_day(document.get("validUntil")),
        assurance=_single_text(results, ASSURANCE),
    )


def _value(kind: type[V], **fields: Any) -> V:
    """Build a value and check its fields' forms, which its constructor leaves to whoever decodes."""
    try:
        return msgspec.convert(msgspec.to_builtins(fields, builtin_types=(dt.date, dt.datetime, Decimal)), kind)
    except (msgspec.ValidationError, ValueError) as error:
        raise _unreadable(f"the badge says something that cannot be meant ({error})", "") from None


def _unreadable(message: str, field: str) -> CredentialError:
    return CredentialError("badge_unreadable", message, field=field)


def _texts(value: JsonValue) -> dict[str, str]:
    """Return a name by language; a plain text has none, ``und``."""
    if isinstance(value, str):
        return {"und": value}
    return {
        string(each.get("@language")) or "und": string(each["@value"])
        for each in objects(value)
        if isinstance(each.get("@value"), str)
    }


def _refuse_split_nodes(value: JsonValue, seen: dict[str, JsonObject]) -> None:
    """Refuse a node told in two places that differ.

    To a signature over RDF they are one node, so that somebody could move what is inconvenient (a failed status) into a second place, where a reader
    of JSON overlooks it, and the proof would still hold.
    """
    if isinstance(value, list):
        for each in value:
            _refuse_split_nodes(each, seen)
    elif isinstance(value, dict):
        id = string(value.get("id"))
        if id.startswith("_:") or (id and len(value) > 1 and seen.setdefault(id, value) != value):
            raise CredentialError(
                "node_split", "one thing is told in two places that differ", found=id, field="credentialSubject"
            )
        for each in value.values():
            _refuse_split_nodes(each, seen)


# ---------------------------------------------------------------- days


def _day(value: JsonValue) -> dt.date | None:
    """Return the day as the issuer wrote it: a day of award is one of the issuer's calendar."""
    found = _DAY.fullmatch(string(value))
    if not found:
        return None
    try:
        return dt.date.fromisoformat(found[1])
    except ValueError:
        return None


def _last_day(value: JsonValue) -> dt.date | None:
    """Return the last day that a moment of expiry leaves whole, in UTC."""
    moment = time_stamp(value)
    if moment is None:
        return None
    is_whole = moment.time().replace(microsecond=0) >= _END_OF_DAY
    return moment.date() if is_whole else moment.date() - dt.timedelta(days=1)


def _period(subject: JsonObject) -> Period | None:
    begins, ends = _day(subject.get("activityStartDate")), _day(subject.get("activityEndDate"))
    if begins is None and ends is None:
        return None
    if begins and ends and ends < begins:
        raise _unreadable("the activity ends before it begins", "credentialSubject.activityEndDate")
    return Period(from_=begins, until=ends)


# ---------------------------------------------------------------- results and alignments


def _results(subject: JsonObject, achievement: JsonObject) -> list[tuple[JsonObject, JsonObject]]:
    """Return each result with its description; one that was not completed is none, and one without a description has an empty one."""
    described = {string(each.get("id")): each for each in objects(achievement.get("resultDescription"))}
    return [
        (result, described.get(string(result.get("resultDescription")), {}))
        for result in objects(subject.get("result"))
    ]


def _units(results: list[tuple[JsonObject, JsonObject]], alignments: list[JsonObject]) -> tuple[AttestedUnit, ...]:
    """Units with a result, in order; then those that the achievement is aligned to and of which no result says otherwise."""
    units = []
    spoken_of: set[str] = set()
    for result, description in results:
        aligned = [*objects(result.get("alignment")), *objects(description.get("alignment"))]
        competencies = [each for each in aligned if each.get("targetType") in COMPETENCY_TYPES]
        spoken_of.update(string(each.get("targetUrl")) for each in competencies)
        if result.get("status", "Completed") == "Completed":
            seen = {string(each.get("targetUrl")): each for each in reversed(competencies)}
            units += [_unit(each, _level(result, description), _score(result, description)) for each in seen.values()]
    units += [
        _unit(each, None, None)
        for each in alignments
        if each.get("targetType") in COMPETENCY_TYPES and string(each.get("targetUrl")) not in spoken_of
    ]
    return tuple(units)


def _unit(alignment: JsonObject, level: str | None, score: Decimal | None) -> AttestedUnit:
    id = from_url(string(alignment.get("targetUrl")))
    name, framework = string(alignment.get("targetName")), string(alignment.get("targetFramework"))
    return _value(
        AttestedUnit,
        id=id,
        level=level,
        score=score,
        title={"und": name} if name and name != id else None,
        code=string(alignment.get("targetCode")) or None,
        framework={"und": framework} if framework else None,
        target_type=alignment.get("targetType"),
    )


def _level(result: JsonObject, description: JsonObject) -> str | None:
    """Return the level that the achieved rubric level stands for: its ``level``, else its name."""
    achieved = string(result.get("achievedLevel"))
    for each in objects(description.get("rubricCriterionLevel")):
        if achieved and each.get("id") == achieved:
            return string(each.get("level")) or string(each.get("name")) or None
    return None


def _score(result: JsonObject, description: JsonObject) -> Decimal | None:
    """Return a score if it is a number on a scale of numbers; a letter grade is not one."""
    is_number = description.get("resultType") not in ("LetterGrade", "GradePointAverage", "PredictedScore", "Status")
    value = string(result.get("value"))
    return Decimal(value) if is_number and _DECIMAL.fullmatch(value) else None


def _targets(alignments: list[JsonObject], target_type: str) -> list[str]:
    return [from_url(string(each.get("targetUrl"))) for each in alignments if each.get("targetType") == target_type]


def _only(found: list[str], what: str) -> str | None:
    if len(set(found)) > 1:
        raise _unreadable(f"the badge names more than one {what}", "credentialSubject.achievement")
    return found[0] if found else None


def _single_text(results: list[tuple[JsonObject, JsonObject]], result_type: str) -> str | None:
    found = [
        string(result.get("value")) for result, description in results if description.get("resultType") == result_type
    ]
    return _only(found, result_type) or None


def _single(results: list[tuple[JsonObject, JsonObject]], result_type: str) -> Decimal | None:
    found = _single_text(results, result_type)
    if found is None:
        return None
    if not _DECIMAL.fullmatch(found):
        raise _unreadable(f"{result_type} is not a number", "credentialSubject.result")
    return Decimal(found)
