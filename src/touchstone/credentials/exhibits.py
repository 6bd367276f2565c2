# SPDX-License-Identifier: Apache-2.0
"""Reports that support a credential: what they say stands in it as results, criterion by criterion, beside their digests.

A result of a criterion is an Open Badges ``Result`` of a type of our own, ``ext:CriterionVerdict``: its value is the verdict, its status
the standard's own word for it, and its alignment names the report by the digest that the evidence bears as its id.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, get_args

from msgspec import Meta

from touchstone.credentials.credential import Exhibit
from touchstone.credentials.identifiers import as_url, from_url, quote
from touchstone.credentials.members import first_object, objects, string
from touchstone.errors import CredentialError
from touchstone.logic import Identifier, Name
from touchstone.standards.agreement import ASSURANCES, Assurance
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.text import LanguageMap
from touchstone.value import Value

CRITERION_VERDICT = "ext:CriterionVerdict"
PRACTICE_REPORT = "ext:PracticeReport"

ResultStatus = Literal["Completed", "Failed", "OnHold"]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")]


class CriterionResult(Value, frozen=True, kw_only=True):
    """What a report says of a criterion.

    :param verdict: in the words of the report, such as ``indeterminate``; ``status`` in those of Open Badges.
    :param report: the digest of the report.
    """

    criterion: Name
    verdict: Name
    status: ResultStatus
    report: Digest


class ReportExhibit(Value, frozen=True, kw_only=True):
    """A report as far as a credential can say it.

    :param assurance: for whom those stand who assessed; None where only machines measured.
    :param shown: the units that it finds shown; ``not_shown`` those that it looked at and does not.
    :param scores: the marks reached in each unit that is shown.
    :param rests_on: the reports on the same person's work that it counted, by their digests.
    :param person: whose it is: commitments to the ``name``, ``key`` and ``holder``, as far as they are known, with this ``salt``.
    """

    digest: Digest
    results: tuple[CriterionResult, ...] = ()
    assurance: Assurance | None = None
    shown: tuple[Identifier, ...] = ()
    not_shown: tuple[Identifier, ...] = ()
    scores: dict[str, Decimal] = {}
    rests_on: tuple[Digest, ...] = ()
    salt: str = ""
    person: dict[str, str] = {}

    @property
    def units(self) -> tuple[str, ...]:
        """The units that it looked at."""
        return (*self.shown, *self.not_shown)

    def is_of(self, person: Mapping[str, str | None]) -> bool:
        """Return whether it is the report of somebody: all that it commits to is so."""
        return bool(self.person) and all(
            commitment(self.salt, person.get(field) or "") == told for field, told in self.person.items()
        )


def assured(exhibits: Iterable[ReportExhibit], stated: Assurance | None) -> Assurance | None:
    """Return how far what reports support is assured: no further than whoever assessed, and than what is stated without them."""
    known = [each for each in (*(exhibit.assurance for exhibit in exhibits), stated) if each]
    return min(known, key=ASSURANCES.index) if known else None


def commitment(salt: str, text: str) -> str:
    """Return what binds a report to a text about a person, however its characters are composed and its words are spaced.

    It is no secret: the salt stands in the same report, and whoever can guess the text can see that it is this one.
    """
    one_spelling = unicodedata.normalize("NFC", " ".join(text.split()))
    return "sha256:" + hashlib.sha256(f"{salt}\n{one_spelling}".encode()).hexdigest()


def refuse_others(person: Mapping[str, str | None], exhibits: Iterable[ReportExhibit]) -> None:
    """Refuse a report on marks that is not of this person, one on a piece that no such report counted, and one that is left out.

    :raises CredentialError: ``report_of_another``, ``report_left_out``.
    """
    exhibits = list(exhibits)
    for strange in not_counted(exhibits):
        raise CredentialError(
            "report_of_another", "a report among the evidence is on a piece of which no report on marks here knows", field="evidence",
            found=strange, hint="Take it out, or mark again with it among the --reports.",
        )  # fmt: skip
    for left_out in sorted(
        {each for exhibit in exhibits for each in exhibit.rests_on} - {each.digest for each in exhibits}
    ):
        raise CredentialError(
            "report_left_out", "a report that the marks rest on is not among the evidence", field="evidence", expected=left_out,
        )  # fmt: skip
    for exhibit in exhibits:
        if exhibit.units and not exhibit.is_of(person):
            raise CredentialError(
                "report_of_another", "a report among the evidence is not about this person", field="evidence", found=exhibit.digest,
                hint="Name, key and holder are those of the marking sheet: mend them there, and mark again.",
            )  # fmt: skip


def not_counted(exhibits: Iterable[ReportExhibit]) -> tuple[str, ...]:
    """Return the reports on pieces that no report on marks among them counted, by their digests; none where there is none on marks."""
    at_hand = list(exhibits)
    counted = {each for exhibit in at_hand for each in exhibit.rests_on}
    if not any(exhibit.units for exhibit in at_hand):
        return ()
    return tuple(each.digest for each in at_hand if not each.units and not each.person and each.digest not in counted)


def refuse_unshown(units: Mapping[str, Decimal | None], exhibits: Iterable[ReportExhibit]) -> None:
    """Refuse a unit that a report looked at and does not find shown, one that none finds shown, and a score that is not the report's.

    :param units: the scores that are attested, by unit.
    :raises CredentialError: ``unit_not_shown``, ``score_differs``.
    """
    at_hand = list(exhibits)
    for unit, score in units.items():
        for exhibit in at_hand:
            if unit in exhibit.not_shown:
                raise CredentialError(
                    "unit_not_shown", "a report among the evidence does not find this unit shown", field="units", found=unit,
                    hint=f"It is the report {exhibit.digest}.",
                )  # fmt: skip
        reached = [exhibit.scores.get(unit) for exhibit in at_hand if unit in exhibit.shown]
        if not reached:
            raise CredentialError(
                "unit_not_shown", "no report among the evidence finds this unit shown", field="units", found=unit,
                hint="Name the report on the marks in which it was assessed, or take the unit out.",
            )  # fmt: skip
        if score is not None and score not in reached:
            raise CredentialError(
                "score_differs", "the reports among the evidence give this unit another score", field="units",
                expected=" or ".join(f"{each:f}" for each in reached if each is not None), found=f"{score:f}",
            )  # fmt: skip


def exhibit_of(report: ReportExhibit, digest_multibase: str, name: LanguageMap) -> Exhibit:
    """Return a report as evidence: its digest is its id."""
    return Exhibit(
        name=name, digest=digest_multibase, id=as_url(report.digest), genre="PracticeReport", media_type="application/json"
    )  # fmt: skip


def with_results(document: JsonObject, exhibits: Iterable[ReportExhibit]) -> JsonObject:
    """Return an unsigned badge with what the reports say as results."""
    subject = first_object(document.get("credentialSubject"))
    achievement = first_object(subject.get("achievement"))
    base = string(achievement.get("id"))
    pairs = [_pair(each, base) for exhibit in exhibits for each in exhibit.results]
    if not pairs:
        return document
    described: list[JsonValue] = [
        *objects(achievement.get("resultDescription")),
        *(description for _, description in pairs),
    ]
    results: list[JsonValue] = [*objects(subject.get("result")), *(result for result, _ in pairs)]
    told: JsonObject = {**achievement, "resultDescription": described}
    return {**document, "credentialSubject": {**subject, "achievement": told, "result": results}}


def _pair(each: CriterionResult, base: str) -> tuple[JsonObject, JsonObject]:
    id = f"{base}#report:{each.report.removeprefix('sha256:')[:16]}:{quote(each.criterion)}"
    alignment: JsonObject = {
        "type": ["Alignment"],
        "targetName": "Practice report",
        "targetUrl": as_url(each.report),
        "targetType": PRACTICE_REPORT,
    }
    description: JsonObject = {
        "id": id,
        "type": ["ResultDescription"],
        "name": each.criterion,
        "resultType": CRITERION_VERDICT,
    }
    result: JsonObject = {
        "type": ["Result"],
        "resultDescription": id,
        "value": each.verdict,
        "status": each.status,
        "alignment": [alignment],
    }
    return result, description


def read_results(document: JsonObject) -> Iterator[CriterionResult]:
    """Yield what the results of a badge say of criteria, as it was written into it; results of others are passed over."""
    subject = first_object(document.get("credentialSubject"))
    described = {
        string(each.get("id")): each
        for each in objects(first_object(subject.get("achievement")).get("resultDescription"))
    }
    for result in objects(subject.get("result")):
        description = described.get(string(result.get("resultDescription")), {})
        if description.get("resultType") == CRITERION_VERDICT and (read := _read(result, description)):
            yield read


def _read(result: JsonObject, description: JsonObject) -> CriterionResult | None:
    status = next((each for each in get_args(ResultStatus) if each == result.get("status")), None)
    aligned = (each for each in objects(result.get("alignment")) if each.get("targetType") == PRACTICE_REPORT)
    report = next((from_url(string(each.get("targetUrl"))) for each in aligned), "")
    if status is None or not report:
        return None
    criterion, verdict = string(description.get("name")), string(result.get("value"))
    return CriterionResult(criterion=criterion, verdict=verdict, status=status, report=report)


def read_evidence(document: JsonObject) -> tuple[str, ...]:
    """Return the digests of the reports that a badge names as its evidence."""
    return tuple(
        from_url(string(each.get("id")))
        for each in objects(document.get("evidence"))
        if each.get("genre") == "PracticeReport"
    )
