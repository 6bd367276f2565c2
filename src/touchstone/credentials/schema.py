# SPDX-License-Identifier: Apache-2.0
"""Open Badges 3.0 and CLR 2.0 as a JSON Schema (draft 2020-12) of our own, written from the specifications' tables of
members.

It asks what those tables require and the form of what they name; further members stay open, as the standards have it.
What every credential must be is asked in ``structure.py`` and not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from touchstone.credentials.canonical.strict_json import check_values
from touchstone.credentials.finding import Finding
from touchstone.credentials.members import strings
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

MAX_FINDINGS = 20
MANY_VALUES = 1_000
"""Of a document of more members and items the first finding only is told: the validator would look up every other, too."""

ACHIEVEMENT_TYPES = (
    *("Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge"),
    *("BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency"),
    *("Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment"),
    *("JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate"),
    *("QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate"),
    "SecondarySchoolDiploma",
)
TARGET_TYPES = (
    *("ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel"),
    "CTDL",
)
RESULT_TYPES = (
    *("GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result"),
    *("RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status"),
)
RESULT_STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
IDENTITY_TYPES = (
    *("name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber"),
    *("isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId"),
    *("ltiToolId", "ltiPlatformId", "ltiUserId", "identifier"),
)
ASSOCIATION_TYPES = (
    *("exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"),
)

_Schema = dict[str, Any]

_TEXT: _Schema = {"type": "string", "minLength": 1}
_URL: _Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$"}
_TIME: _Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
}
_LOCALISED: _Schema = {
    "anyOf": [{"type": "string"}, {"type": "object"}, {"type": "array", "items": {"type": "object"}}]
}
"""A name or description of the credential itself: a text, or language value objects, whose form ``structure.py``
checks.
"""


def _one_of(*words: str, extensible: bool = False) -> _Schema:
    """A vocabulary; an extensible one also takes the issuer's own words with the prefix ``ext:``."""
    closed: _Schema = {"enum": list(words)}
    return {"anyOf": [closed, {"type": "string", "pattern": r"^ext:[A-Za-z0-9._-]+$"}]} if extensible else closed


def _list_of(items: _Schema) -> _Schema:
    """Open Badges 3.0 writes every set as an array, even of one."""
    return {"type": "array", "items": items}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _type(name: str) -> _Schema:
    return {"anyOf": [{"const": name}, {"type": "array", "contains": {"const": name}, "items": {"type": "string"}}]}


def _object(type_name: str, required: str = "", **members: _Schema) -> _Schema:
    """A class of the specification: its type, its required members, and the form of those that it names."""
    needed = ["type", *required.split()] if type_name else required.split()
    properties = {"type": _type(type_name), **members} if type_name else members
    return {"type": "object", "required": needed, "properties": properties}


_NODE = {"id": _URL}
_DEFINITIONS: dict[str, _Schema] = {
    "Image": _object("Image", "id", id=_URL, caption=_TEXT),
    "Profile": _object(
        "Profile",
        "id",
        **_NODE,
        name=_LOCALISED,
        url=_URL,
        description=_LOCALISED,
        image=_ref("Image"),
        official=_TEXT,
        otherIdentifier=_list_of(_ref("IdentifierEntry")),
        parentOrg=_ref("Profile"),
    ),
    "IdentifierEntry": _object("IdentifierEntry", "identifier identifierType", identifier=_TEXT, identifierType=_TEXT),
    "IdentityObject": _object(
        "IdentityObject",
        "hashed identityHash identityType",
        hashed={"type": "boolean"},
        identityHash=_TEXT,
        identityType=_one_of(*IDENTITY_TYPES, extensible=True),
        salt=_TEXT,
    ),
    "Alignment": _object(
        "Alignment",
        "targetName targetUrl",
        targetName=_TEXT,
        targetUrl=_URL,
        targetCode=_TEXT,
        targetDescription=_TEXT,
        targetFramework=_TEXT,
        targetType=_one_of(*TARGET_TYPES, extensible=True),
    ),
    "Related": _object("Related", "id", **_NODE, inLanguage=_TEXT, version=_TEXT),
    "Criteria": _object("", id=_URL, narrative=_TEXT),
    "RubricCriterionLevel": _object(
        "RubricCriterionLevel",
        "id name",
        **_NODE,
        name=_TEXT,
        level=_TEXT,
        points=_TEXT,
        description=_TEXT,
        alignment=_list_of(_ref("Alignment")),
    ),
    "ResultDescription": _object(
        "ResultDescription",
        "id name resultType",
        **_NODE,
        name=_TEXT,
        resultType=_one_of(*RESULT_TYPES, extensible=True),
        alignment=_list_of(_ref("Alignment")),
        allowedValue=_list_of(_TEXT),
        requiredLevel=_URL,
        requiredValue=_TEXT,
        rubricCriterionLevel=_list_of(_ref("RubricCriterionLevel")),
        valueMax=_TEXT,
        valueMin=_TEXT,
    ),
    "Result": _object(
        "Result",
        achievedLevel=_URL,
        alignment=_list_of(_ref("Alignment")),
        resultDescription=_URL,
        status=_one_of(*RESULT_STATUSES),
        value=_TEXT,
    ),
    "Achievement": _object(
        "Achievement",
        "id criteria description name",
        **_NODE,
        achievementType=_one_of(*ACHIEVEMENT_TYPES, extensible=True),
        alignment=_list_of(_ref("Alignment")),
        creator=_ref("Profile"),
        creditsAvailable={"type": "number"},
        criteria=_ref("Criteria"),
        description=_TEXT,
        fieldOfStudy=_TEXT,
        humanCode=_TEXT,
        image=_ref("Image"),
        inLanguage=_TEXT,
        name=_TEXT,
        otherIdentifier=_list_of(_ref("IdentifierEntry")),
        related=_list_of(_ref("Related")),
        resultDescription=_list_of(_ref("ResultDescription")),
        specialization=_TEXT,
        tag=_list_of(_TEXT),
        version=_TEXT,
    ),
    "AchievementSubject": {
        **_object(
            "AchievementSubject",
            "achievement",
            **_NODE,
            achievement=_ref("Achievement"),
            activityEndDate=_TIME,
            activityStartDate=_TIME,
            creditsEarned={"type": "number"},
            identifier=_list_of(_ref("IdentityObject")),
            image=_ref("Image"),
            licenseNumber=_TEXT,
            narrative=_TEXT,
            result=_list_of(_ref("Result")),
            role=_TEXT,
            source=_ref("Profile"),
            term=_TEXT,
        ),
        "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
    },
    "Evidence": _object(
        "Evidence",
        id=_URL,
        name=_TEXT,
        narrative=_TEXT,
        description=_TEXT,
        genre=_TEXT,
        audience=_TEXT,
        mediaType=_TEXT,
    ),
    "Association": _object(
        "Association",
        "associationType sourceId targetId",
        associationType=_one_of(*ASSOCIATION_TYPES, extensible=True),
        sourceId=_URL,
        targetId=_URL,
    ),
    "ClrSubject": _object(
        "ClrSubject",
        "verifiableCredential",
        **_NODE,
        achievement=_list_of(_ref("Achievement")),
        association=_list_of(_ref("Association")),
        identifier=_list_of(_ref("IdentityObject")),
        verifiableCredential={"type": "array", "minItems": 1, "items": {"type": "object"}},
    ),
}


def _credential(subject: str, context: str, **members: _Schema) -> _Schema:
    """What the two standards ask of the credential itself: a subject, the standard's context, an issuer that is a
    profile.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": _DEFINITIONS,
        "type": "object",
        "required": ["@context", "id", "type", "issuer", "validFrom", "credentialSubject"],
        "properties": {
            "@context": {"type": "array", "contains": {"type": "string", "pattern": context}},
            "id": _URL,
            "name": _LOCALISED,
            "description": _LOCALISED,
            "image": _ref("Image"),
            "awardedDate": _TIME,
            "issuer": {"anyOf": [_URL, _ref("Profile")]},
            "credentialSubject": _ref(subject),
            "evidence": _list_of(_ref("Evidence")),
            **members,
        },
    }


_SCHEMAS: dict[str, _Schema] = {
    "badge": _credential(
        "AchievementSubject", r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.0\.[0-9]+)?\.json$"
    ),
    "clr": _credential(
        "ClrSubject",
        r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.0\.[0-9]+)?\.json$",
        partial={"type": "boolean"},
    ),
}
_BY_TYPE = {"OpenBadgeCredential": "badge", "AchievementCredential": "badge", "ClrCredential": "clr"}

_CODES = {"required": "schema_member_missing", "type": "schema_wrong_type"}
_EXPECTED = {
    "anyOf": "is none of the forms that are allowed here",
    "contains": "lacks what must be among its values",
    "enum": "is none of the words that are allowed here",
    "minItems": "is empty",
    "minLength": "is empty",
    "pattern": "does not have the form that is asked here",
    "type": "is not of the kind that is asked here",
}


def schema_of(document: JsonObject) -> JsonObject | None:
    """Return the JSON Schema that a credential's types ask for; None if it is neither a badge nor a CLR."""
    names = {_BY_TYPE[each] for each in strings(document.get("type")) if each in _BY_TYPE}
    return _SCHEMAS[min(names)] if len(names) == 1 else None


def check_schema(document: JsonValue) -> list[Finding]:
    """Check a badge or a CLR against its standard's members; a credential of another type has no schema here, so nothing
    is found.

    At most 20 findings, which never quote what the document says: a name may stand there.
    """
    if not isinstance(document, dict):
        return [Finding(code="not_an_object", message="a credential is a JSON object")]
    names = {_BY_TYPE[each] for each in strings(document.get("type")) if each in _BY_TYPE}
    if len(names) > 1:
        return [Finding(code="schema_ambiguous", message="a credential is a badge or a CLR, not both", field="type")]
    return list(_findings(document, names.pop())) if names else []


def _findings(document: JsonObject, name: str) -> Iterator[Finding]:
    for error in _errors(document, _validator(name)):
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        yield Finding(code=_CODES.get(keyword, "schema_wrong_value"), message=_told(error, keyword), field=_path(error))


def _errors(document: JsonObject, validator: Draft202012Validator) -> Iterable[ValidationError]:
    from jsonschema_rs import ValidationError

    if validator.is_valid(document):
        return []
    try:
        check_values(document, MANY_VALUES)
    except CredentialError:
        try:
            validator.validate(document)
        except ValidationError as error:
            return [error]
        return []
    return islice(validator.iter_errors(document), MAX_FINDINGS)


def _told(error: ValidationError, keyword: str) -> str:
    kind: Any = error.kind
    if keyword == "required":
        return f"{kind.property} is missing"
    return f"the value {_EXPECTED.get(keyword, 'is not what the standard asks')}"


def _path(error: ValidationError) -> str:
    path = ""
    for step in error.instance_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path


@cache
def _validator(name: str) -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator  # lazy: a verifier that only reads documents never needs it

    return Draft202012Validator(_SCHEMAS[name])
