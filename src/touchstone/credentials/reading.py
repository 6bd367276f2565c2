# SPDX-License-Identifier: Apache-2.0
"""What a verified badge says, read back into the values of ``credential.py``. It also reads badges of others, as far as
they say it.

Read only what a proof was checked over; reading checks no proof. What a badge leaves open stays open: a foreign badge
without an award date has none, and an alignment to a credential is not a credential held.
"""

from __future__ import annotations

import datetime as dt
import re

from touchstone.credentials.credential import (
    ASSURANCE,
    FRAMEWORK,
    HELD_QUALIFICATION,
    HOURS,
    Attestation,
    kind_of,
)
from touchstone.credentials.identifiers import from_url
from touchstone.credentials.members import first_object, identifier, objects, string, strings
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.timestamps import read_time
from touchstone.errors import CredentialError, DocumentError
from touchstone.standards.decoding import decode
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.standards.tree import Tree
from touchstone.value import Value

COMPETENCY_TYPES = ("CFItem", "ceasn:Competency")
_READ = {"achievement", "result", "role", "identifier", "activityStartDate", "activityEndDate", "achievementType"}
_READ |= {"specialization", "alignment", "resultDescription", "resultType", "rubricCriterionLevel", "level", "status"}
_READ |= {"achievedLevel", "value", "targetCode", "targetFramework", "targetName", "targetType", "targetUrl"}
"""Members on which a reading rests: no node that has them may be told in two places."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
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

    :raises CredentialError: ``not_a_badge``, or ``badge_unreadable`` where it says something that cannot be meant (a
        period that ends before it begins, two achievements), or ``node_split``.
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
    return BadgeReading(
        id=from_url(string(document.get("id"))),
        issuer=from_url(identifier(document.get("issuer"))),
        subject=from_url(string(subject.get("id"))),
        subject_name=next(iter(subject_names(document)), ""),
        name=_texts(document.get("name")),
        achievement=from_url(string(first_object(subject.get("achievement")).get("id"))),
        attestation=_attestation(document, subject),
        valid_from=read_time(document.get("validFrom")),
        valid_until=read_time(document.get("validUntil")),
    )


def _attestation(document: JsonObject, subject: JsonObject) -> Attestation:
    achievements = objects(subject.get("achievement"))
    if len(achievements) != 1:
        raise _unreadable("a badge has one achievement", "credentialSubject.achievement")
    achievement = achievements[0]
    alignments = _told_once(achievement.get("alignment"))
    results = _results(subject, achievement)
    tree: dict[str, Tree] = {
        "kind": kind_of(string(achievement.get("achievementType"))),
        "units": _units(results, alignments),
        "holds": list(_targets(alignments, HELD_QUALIFICATION)),
        "hours": _only(_values_of(results, HOURS), HOURS),
        "framework": _only(_targets(alignments, FRAMEWORK), "framework"),
        "occupation": string(subject.get("role")),
        "area": string(achievement.get("specialization")),
        "period": _period(subject),
        "awarded": _day(document.get("awardedDate")),
        "expires": _last_day(document.get("validUntil")),
        "assurance": _only(_values_of(results, ASSURANCE), ASSURANCE),
    }
    return _decoded(tree)


def _decoded(tree: dict[str, Tree]) -> Attestation:
    """Let the types of the fields say what they can hold, as for every other document."""
    try:
        return decode({name: value for name, value in tree.items() if value not in ("", [], {})}, Attestation)
    except DocumentError as error:
        raise _unreadable(f"the badge says something that cannot be meant ({error.message})", error.field) from None


def _unreadable(message: str, field: str) -> CredentialError:
    return CredentialError("badge_unreadable", message, field=field)


def _texts(value: JsonValue) -> dict[str, str]:
    """Return a name by language; a plain text has none, ``und``."""
    if isinstance(value, str):
        return {"und": value}
    return {
        _tag(string(each.get("@language"))) or "und": string(each["@value"])
        for each in objects(value)
        if isinstance(each.get("@value"), str)
    }


def _tag(language: str) -> str:
    """Write a language tag as is usual (RFC 5646, 2.1.1), ``zh-Hant-HK``: its case means nothing, and no signature over RDF covers it."""
    first, *rest = language.lower().split("-")
    return "-".join((first, *({2: str.upper, 4: str.title}.get(len(part), str)(part) for part in rest)))


def _refuse_split_nodes(value: JsonValue, seen: dict[str, JsonObject]) -> None:
    """Refuse a node told in two places that differ.

    To a signature over RDF they are one node, so that somebody could move what is inconvenient (a failed status) into a
    second place, where a reader of JSON overlooks it, and the proof would still hold.
    """
    if isinstance(value, list):
        for each in value:
            _refuse_split_nodes(each, seen)
    elif isinstance(value, dict):
        id = _name(value)
        is_read = bool(id) and not _READ.isdisjoint(value)
        if id.startswith("_:") or (is_read and seen.setdefault(id, value) != value):
            raise CredentialError(
                "node_split", "one thing is told in two places that differ", found=id, field="credentialSubject"
            )
        for each in value.values():
            _refuse_split_nodes(each, seen)


def _told_once(value: JsonValue) -> list[JsonObject]:
    """Return those values that are objects and say something, each node once: one that is told again, with its id, is the same."""
    found: dict[object, JsonObject] = {}
    for place, node in enumerate(objects(value)):
        if not _READ.isdisjoint(node):
            found.setdefault(_name(node) or place, node)
    return list(found.values())


def _name(node: JsonObject) -> str:
    return string(node.get("id", node.get("@id")))


# ---------------------------------------------------------------- days


def _day(value: JsonValue) -> str:
    """Return the day as the issuer wrote it: a day of award is one of the issuer's calendar."""
    found = _DAY.fullmatch(string(value))
    return found[1] if found else ""


def _last_day(value: JsonValue) -> str:
    """Return the last day that a moment of expiry leaves whole, in UTC."""
    moment = read_time(value)
    if moment is None:
        return ""
    is_whole = moment.time().replace(microsecond=0) >= _END_OF_DAY
    if moment.date() == dt.date.min and not is_whole:
        raise _unreadable("the badge ends before any day", "validUntil")
    return (moment.date() if is_whole else moment.date() - dt.timedelta(days=1)).isoformat()


def _period(subject: JsonObject) -> dict[str, Tree]:
    ends = {"from": _day(subject.get("activityStartDate")), "until": _day(subject.get("activityEndDate"))}
    return {name: day for name, day in ends.items() if day}


# ---------------------------------------------------------------- results and alignments


def _results(subject: JsonObject, achievement: JsonObject) -> list[tuple[JsonObject, JsonObject]]:
    """Return each result with its description; one that was not completed is none, and one without a description has an
    empty one.
    """
    described = {string(each.get("id")): each for each in objects(achievement.get("resultDescription"))}
    return [
        (result, described.get(string(result.get("resultDescription")), {}))
        for result in _told_once(subject.get("result"))
    ]


def _units(results: list[tuple[JsonObject, JsonObject]], alignments: list[JsonObject]) -> list[Tree]:
    """Units with a result, in order; then those that the achievement is aligned to and of which no result speaks."""
    units: list[Tree] = []
    spoken_of: set[str] = set()
    for result, description in results:
        aligned = _competencies([*objects(result.get("alignment")), *objects(description.get("alignment"))])
        spoken_of.update(aligned)
        if result.get("status", "Completed") == "Completed":
            units += [
                _unit(each, _level(result, description), _score(result, description)) for each in aligned.values()
            ]
    further = _competencies(alignments)
    return units + [_unit(further[url], "", "") for url in further if url not in spoken_of]


def _competencies(alignments: list[JsonObject]) -> dict[str, JsonObject]:
    """Return the alignments to competencies, each target once."""
    found: dict[str, JsonObject] = {}
    for each in alignments:
        if each.get("targetType") in COMPETENCY_TYPES:
            found.setdefault(string(each.get("targetUrl")), each)
    return found


def _unit(alignment: JsonObject, level: str, score: str) -> Tree:
    id = from_url(string(alignment.get("targetUrl")))
    name, framework = string(alignment.get("targetName")), string(alignment.get("targetFramework"))
    tree: dict[str, Tree] = {
        "id": id,
        "level": level,
        "score": score,
        "title": {"und": name} if name and name != id else {},
        "code": string(alignment.get("targetCode")),
        "framework": {"und": framework} if framework else {},
        "target_type": string(alignment.get("targetType")),
    }
    return {member: value for member, value in tree.items() if value not in ("", {})}


def _level(result: JsonObject, description: JsonObject) -> str:
    """Return the level that the achieved rubric level stands for: its ``level``, else its name."""
    achieved = string(result.get("achievedLevel"))
    for each in objects(description.get("rubricCriterionLevel")):
        if achieved and each.get("id") == achieved:
            return string(each.get("level")) or string(each.get("name"))
    return ""


def _score(result: JsonObject, description: JsonObject) -> str:
    """Return a score if it is a number on a scale of numbers; a letter grade is not one."""
    is_number = description.get("resultType") not in ("LetterGrade", "GradePointAverage", "PredictedScore", "Status")
    value = string(result.get("value"))
    return value if is_number and _DECIMAL.fullmatch(value) else ""


def _targets(alignments: list[JsonObject], target_type: str) -> list[str]:
    return [from_url(string(each.get("targetUrl"))) for each in alignments if each.get("targetType") == target_type]


def _values_of(results: list[tuple[JsonObject, JsonObject]], result_type: str) -> list[str]:
    return [
        string(result.get("value")) for result, description in results if description.get("resultType") == result_type
    ]


def _only(found: list[str], what: str) -> str:
    if len(set(found)) > 1:
        raise _unreadable(f"the badge names more than one {what}", "credentialSubject.achievement")
    return found[0] if found else ""
