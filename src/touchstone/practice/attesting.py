# SPDX-License-Identifier: Apache-2.0
"""From reports to credentials, and back: a report's digest becomes evidence, its verdicts results, its assessors the assurance.

What a machine or an assessor found stands in the credential; the report itself stays with whoever made it and is shown on request. Anyone
who is shown it derives its digest and its results again, so that neither report nor credential can say more than the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, get_args

from touchstone.credentials.exhibits import (
    CriterionResult,
    ReportExhibit,
    ResultStatus,
    commitment,
    not_counted,
    read_evidence,
    read_results,
)
from touchstone.credentials.reading import read_badge
from touchstone.practice.marking.marking import NOBODY_DRAWN, SECOND_MISSING, MarkingResult
from touchstone.practice.marking.sheet import MarkingSheet
from touchstone.practice.report import Report, Status
from touchstone.standards.agreement import ASSURANCES, Assurance
from touchstone.standards.exchange.cells import joined
from touchstone.standards.exchange.delimited import write_csv
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.value import Value

_STATUS: Mapping[Status, ResultStatus] = {
    "pass": "Completed",
    "fail": "Failed",
    "indeterminate": "OnHold",
    "not_measurable": "OnHold",
}
_WORST_FIRST: tuple[Status, ...] = ("fail", "not_measurable", "indeterminate", "pass")
_UNIT_PREFIX = "criterion."


def exhibited(report: Report) -> ReportExhibit:
    """Return a report, of any evaluator, as far as a credential can say it: a result a criterion, its worst verdict."""
    worst: dict[str, Status] = {}
    for verdict in report.verdicts:
        before = worst.get(verdict.criterion, "pass")
        worst[verdict.criterion] = min(before, verdict.status, key=_WORST_FIRST.index)
    units = _units(report, worst)
    shown = tuple(unit for unit, is_shown in units.items() if is_shown)
    whose, counted = report.measurement("candidate"), report.measurement("reports")
    return ReportExhibit(
        digest=report.digest,
        results=tuple(
            CriterionResult(criterion=name, verdict=status, status=_STATUS[status], report=report.digest)
            for name, status in worst.items()
        ),
        assurance=_assurance(report),
        shown=shown,
        not_shown=tuple(unit for unit, is_shown in units.items() if not is_shown),
        scores={unit: _reached(report, unit) for unit in shown},
        rests_on=tuple(counted.evidence.get("digests", "").split()) if counted else (),
        salt=report.artifact,
        person=whose.evidence if whose else {},
    )


def _units(report: Report, verdicts: Mapping[str, Status]) -> dict[str, bool]:
    """Return the units that a marking looked at, and whether all their criteria are met; none is while a second marking is waited for."""
    waits = _waits(report)
    found: dict[str, bool] = {}
    for each in report.measurements:
        unit = each.evidence.get("unit")
        if unit and each.id.startswith(_UNIT_PREFIX):
            is_met = not waits and verdicts.get(each.id.removeprefix(_UNIT_PREFIX)) == "pass"
            found[unit] = found.get(unit, True) and is_met
    return found


def _waits(report: Report) -> bool:
    return not {SECOND_MISSING, NOBODY_DRAWN}.isdisjoint(report.flags)


def _reached(report: Report, unit: str) -> Decimal:
    """Return the marks of a unit, all its criteria together."""
    mine = (
        each for each in report.measurements if each.id.startswith(_UNIT_PREFIX) and each.evidence.get("unit") == unit
    )
    return sum((each.value for each in mine if each.value is not None), Decimal(0))


def _assurance(report: Report) -> Assurance | None:
    people = report.measurement("assessors")
    told = people.evidence.get("assurance") if people else None
    return next((each for each in ASSURANCES if each == told), None)


# ------------------------------------------------------------------ the table of learners
Why = Literal["no_name", "no_unit", "no_second"]


def learners_table(
    sheet: MarkingSheet, result: MarkingResult, reports: Iterable[Report]
) -> tuple[bytes, dict[str, str]]:
    """Return the table that ``credential issue`` takes, as CSV, and who is not in it, and why.

    :param reports: what evaluators said; those on a candidate's work are evidence beside the report on the marks.
    """
    at_hand = list(reports)
    codes = {each.unit: each.code or each.unit for each in sheet.criteria if each.unit}
    rows: list[tuple[str, ...]] = [("name", "key", "holder", "awarded", "units", "evidence")]
    left_out: dict[str, str] = {}
    for candidate, marked in zip(sheet.candidates, result.candidates, strict=True):
        units = [f"{codes[unit]}={score:f}" for unit, score in exhibited(marked.report).scores.items()]
        if not candidate.name or not units:
            no_name, no_unit, no_second = get_args(Why)
            told = no_second if _waits(marked.report) else no_unit
            left_out[candidate.id] = told if candidate.name else no_name
            continue
        mine = dict.fromkeys(each.digest for each in at_hand if each.artifact in candidate.artifacts)
        person = (candidate.name, candidate.key or "", candidate.holder or "")
        awarded = sheet.held_on.isoformat() if sheet.held_on else ""
        rows.append((*person, awarded, joined(units), joined([marked.report.digest, *mine])))
    return write_csv(rows), left_out


# ------------------------------------------------------------------ looking at a credential's evidence
class EvidenceCheck(Value, frozen=True, kw_only=True):
    """What became of one report that a credential names.

    :param found: *same*: it is at hand, and the credential says what it says; *missing*: nothing at hand has this digest, as when a byte
        was changed; *differs*: it is at hand, and results, units, scores or whose it is in the credential are others.
    """

    report: str
    found: Literal["same", "missing", "differs"]


def check_evidence(document: JsonObject, reports: Iterable[Report]) -> tuple[EvidenceCheck, ...]:
    """Hold the evidence of a verified badge against the reports at hand, one check a report that it names.

    :param document: a badge whose proof has been verified over exactly this document.
    """
    at_hand = {each.digest: exhibited(each) for each in reports}
    told = list(read_results(document))
    named = tuple(dict.fromkeys((*read_evidence(document), *(each.report for each in told))))
    astray = _not_borne_out(
        document, [at_hand[each] for each in named if each in at_hand], whole=set(named) <= set(at_hand)
    )
    found: list[EvidenceCheck] = []
    for digest in named:
        said = {(each.criterion, each.verdict, each.status) for each in told if each.report == digest}
        if digest not in at_hand:
            found.append(EvidenceCheck(report=digest, found="missing"))
            continue
        derived = {(each.criterion, each.verdict, each.status) for each in at_hand[digest].results}
        is_same = derived == said and digest not in astray
        found.append(EvidenceCheck(report=digest, found="same" if is_same else "differs"))
    return tuple(found)


def _not_borne_out(document: JsonObject, exhibits: list[ReportExhibit], *, whole: bool) -> set[str]:
    """Return the reports that do not bear out who is attested which units with which scores.

    :param whole: whether all reports are at hand: then a unit that none finds shown is held against those that looked at units, or all.
    """
    if not exhibits:
        return set()
    badge = read_badge(document)
    person = {"name": badge.subject_name, "holder": badge.subject}
    named = {exhibit.digest for exhibit in exhibits}
    astray = {each.digest for each in exhibits if whole and not named.issuperset(each.rests_on)} | set(
        not_counted(exhibits)
    )
    for exhibit in exhibits:
        seen = {
            field: told for field, told in exhibit.person.items() if person.get(field)
        }  # a key stands in no credential, the name does
        if any(commitment(exhibit.salt, person[field] or "") != told for field, told in seen.items()):
            astray.add(exhibit.digest)
    for unit in badge.attestation.units:
        mine = [each for each in exhibits if unit.id in each.units]
        if any(
            unit.id in each.not_shown or (unit.score is not None and each.scores[unit.id] != unit.score)
            for each in mine
        ):
            astray.update(each.digest for each in mine)
        elif not mine and whole:
            astray.update(each.digest for each in ([each for each in exhibits if each.units] or exhibits))
    return astray
