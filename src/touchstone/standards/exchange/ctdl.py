# SPDX-License-Identifier: Apache-2.0
"""Documents as JSON-LD of the Credential Engine: CTDL-ASN (ceasn) for frameworks, CTDL (ceterms) for qualifications and agreements.

A field is written only where a term says the same. What has none is named in ``left_out``, so that nobody takes the export for the
whole: credits and hours of a unit, for one, have no term in CTDL-ASN; and a requirement is written whole or not at all, since half of
one would ask for less. The context is named by its public address and is never fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.logic import AllOf, AnyOf, Expression, Unit
from touchstone.standards.agreement import Agreement, DirectRecognition
from touchstone.standards.envelope import Document
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue, write_json
from touchstone.standards.exchange.uris import level_uri, uri_of, uuid_of
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.qualification import Qualification

ASN_CONTEXT = "https://credreg.net/ctdlasn/schema/context/json"
CTDL_CONTEXT = "https://credreg.net/ctdl/schema/context/json"

_PUBLICATION = {"draft": "Draft", "in_force": "Published", "withdrawn": "Deprecated"}
_LIFE_CYCLE = {"draft": "Developing", "in_force": "Active", "suspended": "Suspended", "withdrawn": "Ceased"}
_CREDENTIAL = {"in_force": "Active", "suspended": "Suspended", "withdrawn": "Deprecated"}


class Exported(NamedTuple):
    """The JSON-LD, and the fields that have no term in it."""

    content: bytes
    left_out: tuple[str, ...]


def write_ctdl(document: Document) -> Exported:
    """Return a document as JSON-LD.

    :raises InputError: for a kind of document that CTDL has no class for.
    """
    match document:
        case Framework():
            return _exported(ASN_CONTEXT, _framework_nodes(document), _framework_left_out(document))
        case Qualification():
            return _exported(CTDL_CONTEXT, [_qualification(document)], _qualification_left_out(document))
        case Agreement():
            return _exported(CTDL_CONTEXT, _agreement_nodes(document), _agreement_left_out(document))
        case _:
            raise InputError(
                "CTDL has no class for this kind of document", expected="a Framework, Qualification or Agreement",
                found=type(document).__name__,
            )  # fmt: skip


def ctid(identifier: str) -> str:
    """Return the CTID that the registry asks for: ``ce-`` and a UUID."""
    return f"ce-{uuid_of(uri_of(identifier))}"


def _exported(context: str, nodes: list[JsonObject], left_out: Iterable[str]) -> Exported:
    graph: list[JsonValue] = [*nodes]
    content = write_json({"@context": context, "@id": nodes[0]["@id"], "@graph": graph})
    return Exported(content, tuple(sorted(set(left_out))))


def _node(type_: str, identifier: str, **fields: JsonValue) -> JsonObject:
    """Return a node; fields are written ``ceasn__name`` for ``ceasn:name``, and absent ones are left out."""
    named = {name.replace("__", ":"): value for name, value in fields.items() if value not in (None, [], {}, "")}
    return {"@type": type_, "@id": uri_of(identifier), "ceterms:ctid": ctid(identifier), **named}


def _map(texts: Mapping[str, str] | None) -> JsonValue:
    return {tag: texts[tag] for tag in sorted(texts)} if texts else None


def _languages(*maps: Mapping[str, str] | None) -> list[JsonValue]:
    return [*sorted({tag for texts in maps for tag in texts or {}})]


# ------------------------------------------------------------------ frameworks (CTDL-ASN)
def _framework_nodes(framework: Framework) -> list[JsonObject]:
    units: list[JsonValue] = [uri_of(unit.id) for unit in framework.competencies]
    status = _PUBLICATION.get(framework.status)
    node = _node(
        "ceasn:CompetencyFramework",
        framework.id,
        ceasn__name=_map(framework.title),
        ceasn__inLanguage=_languages(framework.title, *(unit.title for unit in framework.competencies)),
        ceasn__publisher=_agent(framework.publisher),
        ceasn__publicationStatusType=f"publicationStatus:{status}" if status else None,
        ceasn__dateValidFrom=_day(framework, "from_"),
        ceasn__dateValidUntil=_day(framework, "until"),
        ceasn__source=[source for source in framework.source if _is_address(source)],
        ceasn__hasTopChild=units,
    )
    return [node, *(_competency(unit, framework) for unit in framework.competencies)]


def _competency(unit: Competency, framework: Framework) -> JsonObject:
    tags: list[JsonValue] = [*unit.tags]
    return _node(
        "ceasn:Competency",
        unit.id,
        ceasn__competencyLabel=_map(unit.title) if unit.statement else None,
        ceasn__competencyText=_map(unit.statement or unit.title),
        ceasn__inLanguage=_languages(unit.title, unit.statement),
        ceasn__codedNotation=unit.code,
        ceasn__complexityLevel=[level_uri(framework.level_scale, unit.level)] if unit.level else None,
        ceasn__localSubject={"und": [unit.area]} if unit.area else None,
        ceasn__conceptKeyword={"und": tags} if tags else None,
        ceasn__isPartOf=uri_of(framework.id),
        ceasn__isTopChildOf=uri_of(framework.id),
        ceterms__previousVersion=uri_of(unit.supersedes.id) if unit.supersedes and unit.supersedes.equivalent else None,
        ceasn__derivedFrom=[uri_of(unit.supersedes.id)] if unit.supersedes and not unit.supersedes.equivalent else None,
    )


def _framework_left_out(framework: Framework) -> list[str]:
    left = ["version", "region", *_envelope_left_out(framework)]
    if framework.status not in _PUBLICATION:
        left.append("status")
    for unit in framework.competencies:
        left += [f"competencies.{name}" for name in ("credits", "hours") if getattr(unit, name) is not None]
    return left


# ------------------------------------------------------------------ qualifications (CTDL)
def _qualification(qualification: Qualification) -> JsonObject:
    status = _CREDENTIAL.get(qualification.status)
    return _node(
        "ceterms:Credential",
        qualification.id,
        ceterms__name=_map(qualification.title),
        ceterms__inLanguage=_languages(qualification.title),
        ceterms__ownedBy=_agent(qualification.publisher),
        ceterms__versionCode=qualification.version,
        ceterms__credentialStatusType=_alignment(f"credentialStat:{status}") if status else None,
        ceterms__jurisdiction=[_jurisdiction(qualification.region)],
        ceterms__requires=_condition(qualification.require, qualification.framework),
    )


def _condition(require: Expression, framework: str) -> JsonValue:
    """Return a requirement as one ConditionProfile, or None where CTDL cannot say all of it."""
    match require:
        case Unit(level=None, min_score=None, reason=None):
            return [_profile([require], framework)]
        case AllOf(reason=None) if units := _plain_units(require.all_of):
            return [_profile(units, framework)]
        case AnyOf(reason=None) if units := _plain_units(require.any_of):
            alternatives: list[JsonValue] = [_profile([unit], framework) for unit in units]
            return [{"@type": "ceterms:ConditionProfile", "ceterms:alternativeCondition": alternatives}]
        case _:
            return None


def _plain_units(parts: tuple[Expression, ...]) -> list[Unit]:
    units = [part for part in parts if isinstance(part, Unit) and not (part.level or part.min_score or part.reason)]
    return units if len(units) == len(parts) else []


def _profile(units: Iterable[Unit], framework: str) -> JsonObject:
    wanted: list[JsonValue] = [{**_alignment(unit.unit), "ceterms:framework": uri_of(framework)} for unit in units]
    return {"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": wanted}


def _qualification_left_out(qualification: Qualification) -> list[str]:
    left = [name for name in ("level", "awarding_body", "bars") if getattr(qualification, name)]
    if _condition(qualification.require, qualification.framework) is None:
        left.append("require")
    return [
        *left,
        *(["status"] if qualification.status not in _CREDENTIAL else []),
        *_envelope_left_out(qualification, dates=True),
    ]


# ------------------------------------------------------------------ agreements (CTDL)
def _agreement_nodes(agreement: Agreement) -> list[JsonObject]:
    values = [_transfer_value(agreement, index, direct) for index, direct in _unconditional(agreement)]
    sending: list[JsonValue] = [uri_of(issuer) for issuer in agreement.issuers or ()]
    node = _node(
        "ceterms:TransferAgreement",
        agreement.id,
        ceterms__name=_map(agreement.title),
        ceterms__inLanguage=_languages(agreement.title),
        ceterms__ownedBy=_agent(agreement.publisher),
        ceterms__versionCode=agreement.version,
        ceterms__dateEffective=_day(agreement, "from_"),
        ceterms__expirationDate=_day(agreement, "until"),
        ceterms__sendingOrganization=sending,
        ceterms__recognizedIn=[_jurisdiction(agreement.to)],
        ceterms__hasTransferValueProfile=[value["@id"] for value in values],
    )
    return [node, *values]


def _transfer_value(agreement: Agreement, index: int, direct: DirectRecognition) -> JsonObject:
    grants: list[JsonValue] = [uri_of(granted) for granted in direct.grants]
    return _node(
        "ceterms:TransferValueProfile",
        f"{uri_of(agreement.id)}#direct-{index}",
        ceterms__name=_map(agreement.title),
        ceterms__ownedBy=_agent(agreement.publisher),
        ceterms__lifeCycleStatusType=_alignment(f"lifecycle:{_LIFE_CYCLE[agreement.status]}"),
        ceterms__startDate=_day(agreement, "from_"),
        ceterms__endDate=_day(agreement, "until"),
        ceterms__transferValueFrom=[uri_of(direct.holds)],
        ceterms__transferValueFor=grants,
    )


def _unconditional(agreement: Agreement) -> list[tuple[int, DirectRecognition]]:
    """Return the direct recognitions that CTDL can state: those without conditions that stand for the thing itself."""
    return [
        (index, direct) for index, direct in enumerate(agreement.direct)
        if direct.conditions is None and direct.effect == "certificate"
    ]  # fmt: skip


def _agreement_left_out(agreement: Agreement) -> list[str]:
    written = {
        "id",
        "version",
        "title",
        "status",
        "publisher",
        "valid",
        "to",
        "issuers",
        "direct",
        "official",
        "source",
        "proof",
    }
    left = [field for field in agreement.__struct_fields__ if field not in written and getattr(agreement, field)]
    if len(_unconditional(agreement)) < len(agreement.direct):
        left.append("direct")
    return [*(name.rstrip("_") for name in left), "status", *_envelope_left_out(agreement)]


# ------------------------------------------------------------------ what all have
def _envelope_left_out(document: Document, *, dates: bool = False) -> list[str]:
    left = [name for name in ("official", "proof") if getattr(document, name)]
    if dates and document.valid:
        left.append("valid")
    if any(not (isinstance(document, Framework) and _is_address(source)) for source in document.source):
        left.append("source")
    return left


def _agent(publisher: str | None) -> JsonValue:
    return [uri_of(publisher)] if publisher else None


def _day(document: Document, end: str) -> str | None:
    day = getattr(document.valid, end) if document.valid else None
    return day.isoformat() if day else None


def _alignment(target: str) -> JsonObject:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": uri_of(target)}


def _jurisdiction(region: str) -> JsonObject:
    place: JsonObject = {"@type": "ceterms:Place", "ceterms:name": {"und": region}}
    return {"@type": "ceterms:JurisdictionProfile", "ceterms:mainJurisdiction": [place]}


def _is_address(source: str) -> bool:
    return source.startswith(("https://", "http://")) and " " not in source
