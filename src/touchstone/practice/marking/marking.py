# SPDX-License-Identifier: Apache-2.0
"""From marks and reports to what each candidate reached: a report of its own, in the form of every evaluator.

Missing marks are missing and never zero: a criterion of which one is missing is *not_measurable*, with the reason. What assessors must
discuss again, and what a second marking saw differently, is *indeterminate*: people settle it, nobody averages it away.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from msgspec.structs import replace

from touchstone.credentials.exhibits import commitment
from touchstone.practice.marking.moderation import Sample, sample_of
from touchstone.practice.marking.rubric import MOST_POINTS, Aspect, Passing
from touchstone.practice.marking.sheet import Candidate, Mark, Marking, MarkingSheet
from touchstone.practice.marking.studies import studies
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Digest, Limit, Measurement, Name, Report, Verdict, counted, judge
from touchstone.standards.agreement import ASSURANCES, Assurance
from touchstone.standards.decoding import FieldError
from touchstone.standards.digest import digest
from touchstone.value import Value

EVALUATOR = "marking"
VERSION = "2.0.0"
SECOND_MISSING, NOBODY_DRAWN = "second_marking_missing", "nobody_drawn"
"""Flags: the candidate was drawn, and the second marking is not whole; nobody could be drawn yet. Until then no unit is shown."""
ANY_BRIEF = "any"
"""Evidence of an aspect that names no brief: a laxer one than was meant would count."""
_CENT = Decimal("0.01")
_Row = tuple[int, Mark]
"""A mark with its place among the marks of the sheet."""


class Script(Value, frozen=True, kw_only=True):
    """What a report on a candidate is about: their work, every mark that was given for it, and the reports on it, by their digests."""

    candidate: Name
    work: str
    marks: tuple[Mark, ...]
    reports: tuple[Digest, ...]


class Marked(Value, frozen=True, kw_only=True):
    """What became of a candidate.

    :param total: all marks together; None while any is missing. ``so_far`` are those there are, ``of`` the most that there could be.
    :param standardised: where the total stands on the cohort's scale.
    :param second: by how much the second marking of the judgements differs from the first; None without one.
    :param sampled: whether the moderation sample has them.
    """

    candidate: Name
    total: Decimal | None
    so_far: Decimal
    of: Decimal
    standardised: Decimal | None = None
    second: Decimal | None = None
    sampled: bool = False
    report: Report


class MarkingResult(Value, frozen=True, kw_only=True, tag_field="kind", tag="MarkingResult"):
    """What became of a sheet.

    :param sheet: its digest, with that of its ``rubric``.
    :param sample: whose work is marked a second time; None while a first judgement is missing.
    :param studies: a report on the assessors, gauges, processes and routes.
    """

    sheet: Digest
    rubric: Digest
    sample: Sample | None
    candidates: tuple[Marked, ...]
    studies: Report


class _Given(NamedTuple):
    """The marks for one aspect, or why there are none; ``open`` where people have to settle it."""

    value: Decimal | None
    method: str
    points: tuple[tuple[str, int], ...] = ()
    why: Reasons = ()
    open: bool = False
    evidence: Mapping[str, str] = {}


def mark(sheet: MarkingSheet, reports: Iterable[Report] = ()) -> MarkingResult:
    """Mark all candidates of a sheet.

    :param reports: what evaluators said about their work: a report belongs to whoever handed in its artifact.
    :raises InputError: when somebody marked a measurement that an evaluator has decided.
    """
    by_artifact: dict[str, list[Report]] = {}
    for report in {each.digest: each for each in reports}.values():
        by_artifact.setdefault(report.artifact, []).append(report)
    marks: dict[str, list[_Row]] = {each.id: [] for each in sheet.candidates}
    for index, each in enumerate(sheet.marks):
        marks[each.candidate].append((index, each))
    sample = sample_of(sheet)
    marked = [_Marking(sheet, each, marks[each.id], by_artifact, sample).marked() for each in sheet.candidates]
    standard = standardised([each.total for each in marked], sheet.median, sheet.deviation)
    return MarkingResult(
        sheet=digest(sheet),
        rubric=sheet.rubric.digest,
        sample=sample,
        candidates=tuple(
            Marked(candidate=each.candidate, total=each.total, so_far=each.so_far, of=each.of, standardised=score,
                   second=each.second, sampled=_is_drawn(sample, each.candidate), report=each.report)
            for each, score in zip(marked, standard, strict=True)
        ),
        studies=studies(sheet, [(each.candidate, each.second_totals) for each in marked]),
    )  # fmt: skip


def _is_drawn(sample: Sample | None, candidate: str) -> bool:
    return sample is not None and candidate in sample.candidates


def standardised(totals: Sequence[Decimal | None], median: Decimal, deviation: Decimal) -> list[Decimal | None]:
    """Return totals on the cohort's scale: ``median + deviation · (total - median of totals) / standard deviation of totals``.

    With fewer than three totals, or none that differ, there is no scale.
    """
    known = [float(each) for each in totals if each is not None]
    spread = statistics.stdev(known) if len(known) > 2 else 0.0
    if not spread:
        return [None] * len(totals)
    middle = statistics.median(known)
    placed = (
        None if each is None else float(median) + float(deviation) * (float(each) - middle) / spread for each in totals
    )
    return [None if each is None else _in_cents(Decimal(repr(each))) for each in placed]


def _in_cents(value: Decimal) -> Decimal:
    return _plain(value.quantize(_CENT, rounding=ROUND_HALF_UP))


def _plain(value: Decimal) -> Decimal:
    """One number, one spelling: 14.00 is 14."""
    return Decimal(f"{value.normalize():f}")


class _Result(NamedTuple):
    candidate: str
    total: Decimal | None
    so_far: Decimal
    of: Decimal
    second: Decimal | None
    second_totals: tuple[Decimal | None, Decimal | None]
    report: Report


class _Marking:
    """One candidate being marked."""

    def __init__(
        self,
        sheet: MarkingSheet,
        candidate: Candidate,
        marks: list[_Row],
        reports: Mapping[str, list[Report]],
        sample: Sample | None,
    ) -> None:
        self._sheet, self._candidate, self._marks, self._sample = sheet, candidate, marks, sample
        mine = [report for artifact in candidate.artifacts for report in reports.get(artifact, ())]
        self._reports = sorted(mine, key=lambda report: report.digest)

    def marked(self) -> _Result:
        given = {aspect.id: self._aspect(aspect) for aspect in self._sheet.aspects}
        totals = self._judged(given), self._judged_again()
        difference = None if None in totals else abs(totals[0] - totals[1])  # type: ignore[operator]  # both are told
        most = sum((aspect.marks for aspect in self._sheet.judged), Decimal(0))
        beyond = difference is not None and difference > most * self._sheet.tolerance / 100
        criteria = {aspect.criterion for aspect in self._sheet.judged}
        doubted = criteria if beyond else self._contradicted(given) if difference is not None else set()
        report = self._report(given, difference, doubted)
        values = [each.value for each in given.values()]
        so_far = _plain(sum((value for value in values if value is not None), Decimal(0)))
        of = sum((aspect.marks for aspect in self._sheet.aspects), Decimal(0))
        return _Result(self._candidate.id, None if None in values else so_far, so_far, of, difference, totals, report)

    # ---------------------------------------------------------------- aspects
    def _aspect(self, aspect: Aspect) -> _Given:
        if aspect.kind == "judgement":
            return self._judgement(aspect, "first")
        return self._measurement(aspect)

    def _latest(self, aspect: Aspect, marking: Marking) -> list[tuple[str, int]]:
        """Return what each assessor gave last, by name."""
        rounds: dict[str, Mark] = {}
        for _, each in self._marks:
            if each.aspect == aspect.id and each.marking == marking and each.points is not None:
                before = rounds.get(each.assessor)
                if before is None or before.round < each.round:
                    rounds[each.assessor] = each
        return [(name, each.points) for name, each in sorted(rounds.items()) if each.points is not None]

    def _judgement(self, aspect: Aspect, marking: Marking, needed: int | None = None) -> _Given:
        needed = self._sheet.assessors_needed if needed is None else needed
        points = tuple(self._latest(aspect, marking))
        method = f"judged 0 to {MOST_POINTS} by {len(points)}: sum / {MOST_POINTS * len(points)} of the marks"
        if len(points) < needed:
            return _Given(None, method, points, because("too_few_marked", there=len(points), needed=needed))
        values = [each for _, each in points]
        if max(values) - min(values) > self._sheet.spread:
            told = ", ".join(f"{name} {each}" for name, each in points)
            why = because("assessors_differ", spread=self._sheet.spread, points=told)
            return _Given(None, method, points, why, open=True)
        return _Given(_in_cents(aspect.marks * sum(values) / (MOST_POINTS * len(values))), method, points)

    def _measurement(self, aspect: Aspect) -> _Given:
        found = [
            (report, verdict)
            for report in self._reports
            if aspect.spec in (None, report.spec)
            for verdict in report.verdicts
            if verdict.criterion == aspect.criterion and aspect.measure in (None, verdict.measurement)
        ]
        people = tuple(self._latest(aspect, "first"))
        decided = _decided(aspect, [verdict for _, verdict in found])
        evidence = {"reports": " ".join(dict.fromkeys(report.digest for report, _ in found))} if found else {}
        if found and aspect.spec is None:
            evidence["brief"] = ANY_BRIEF
        if decided is not None:
            self._refuse_people(aspect, decided)
            return _Given(_in_cents(aspect.marks * decided), "verdict of an evaluator", evidence=evidence)
        why = _undecided(aspect, [verdict for _, verdict in found])
        open_ = any(verdict.status == "indeterminate" for _, verdict in found)
        if not people:
            return _Given(None, "verdict of an evaluator", why=why, open=open_, evidence=evidence)
        method = f"measured by {len(people)}, as no evaluator decided it"
        if len({points for _, points in people}) > 1:
            told = ", ".join(f"{name} {points}" for name, points in people)
            return _Given(
                None,
                method,
                people,
                because("measurers_differ", points=told),
                open=True,
                evidence=evidence,
            )
        return _Given(aspect.marks * people[0][1], method, people, evidence={**evidence, "undecided": why[0].code})

    def _refuse_people(self, aspect: Aspect, decided: Decimal) -> None:
        for index, each in self._marks:
            if each.aspect == aspect.id and each.points is not None:
                raise FieldError(
                    "an evaluator has decided this measurement", ("marks", index, "aspect"), found=each.aspect,
                    hint=f"It gives {_in_cents(aspect.marks * decided):f} marks to {each.candidate}; take the row out.",
                )  # fmt: skip

    # ---------------------------------------------------------------- second marking
    def _judged(self, given: Mapping[str, _Given]) -> Decimal | None:
        return _sum(given[aspect.id].value for aspect in self._sheet.judged)

    def _judged_again(self) -> Decimal | None:
        """Return the marks of the second marking, in which one assessor is enough; None where it is not whole."""
        again = [self._again(aspect) for aspect in self._sheet.judged]
        return _sum(again) if again else None

    def _contradicted(self, given: Mapping[str, _Given]) -> set[str]:
        """Return the criteria that the second marking decides otherwise, beyond the tolerance of their own judgements.

        Differences of several criteria may cancel in the sum, and a unit rests on each criterion by itself.
        """
        found: set[str] = set()
        for passing in self._sheet.criteria:
            mine = [aspect for aspect in self._sheet.aspects if aspect.criterion == passing.id]
            judged = [aspect for aspect in mine if aspect.kind == "judgement"]
            first = _sum(given[aspect.id].value for aspect in mine)
            before, again = _sum(given[each.id].value for each in judged), _sum(self._again(each) for each in judged)
            if first is None or before is None or again is None:
                continue
            beyond = abs(again - before) > sum(each.marks for each in judged) * self._sheet.tolerance / 100
            if beyond and (first >= passing.pass_at) != (first - before + again >= passing.pass_at):
                found.add(passing.id)
        return found

    def _again(self, aspect: Aspect) -> Decimal | None:
        return self._judgement(aspect, "second", needed=1).value

    # ---------------------------------------------------------------- the report
    def _report(self, given: Mapping[str, _Given], difference: Decimal | None, doubted: set[str]) -> Report:
        aspects = [_measured_aspect(aspect, given[aspect.id]) for aspect in self._sheet.aspects]
        criteria = [
            self._criterion(name, given) for name in dict.fromkeys(each.criterion for each in self._sheet.aspects)
        ]
        first = (each for _, each in self._marks if each.marking == "first" and each.points is not None)
        people = sorted({each.assessor for each in first})
        found = [*aspects, *criteria, self._total(given)]
        if difference is not None:
            method = "first less second marking of the judgements, without sign"
            found.append(Measurement(id="second_marking_difference", value=difference, unit="mark", method=method))
        if people:
            method = "those whose first marks there are; the weakest assurance among them"
            told = {"assessors": ", ".join(people), "assurance": weakest(self._assurance(each) for each in people)}
            found.append(counted("assessors", len(people), method=method, evidence=told))
        asked = bool(self._sheet.sample_least or self._sheet.sample_share)
        flags = {flag for flag, is_so in (("marks_missing", any(each.value is None and not each.open for each in given.values())),
                                          ("discuss_again", any(each.open for each in given.values())),
                                          (NOBODY_DRAWN, self._sample is None and asked),
                                          (SECOND_MISSING, difference is None and _is_drawn(self._sample, self._candidate.id)),
                                          ("second_marking_differs", bool(doubted))) if is_so}  # fmt: skip
        script = Script(
            candidate=self._candidate.id,
            work=self._candidate.work,
            marks=tuple(each for _, each in self._marks),
            reports=tuple(each.digest for each in self._reports),
        )
        artifact = digest(script)
        if script.reports:
            method = "reports of evaluators on this candidate's work, by their digests"
            told = {"digests": " ".join(dict.fromkeys(script.reports))}
            found.append(counted("reports", len(script.reports), method=method, evidence=told))
        whose = {"name": self._candidate.name, "key": self._candidate.key, "holder": self._candidate.holder}
        if person := {field: commitment(artifact, text) for field, text in whose.items() if text}:
            method = "SHA-256 of this report's artifact, a line end and the text; the artifact covers every mark"
            found.append(counted("candidate", 1, method=method, evidence=person))
        return Report(
            artifact=artifact, spec=self._sheet.rubric.digest, evaluator=EVALUATOR, version=VERSION,
            flags=tuple(sorted(flags)), measurements=tuple(found),
            verdicts=tuple(self._verdict(each, criteria, given, doubted) for each in self._sheet.criteria),
        )  # fmt: skip

    def _assurance(self, name: str) -> Assurance:
        return next(each.assurance for each in self._sheet.assessors if each.id == name)

    def _criterion(self, name: str, given: Mapping[str, _Given]) -> Measurement:
        mine = {aspect.id: given[aspect.id] for aspect in self._sheet.aspects if aspect.criterion == name}
        passing = next((each for each in self._sheet.criteria if each.id == name), None)
        told = {"unit": passing.unit} if passing and passing.unit else {}
        return _summed(f"criterion.{name}", mine, told)

    def _total(self, given: Mapping[str, _Given]) -> Measurement:
        return _summed("total", given, {})

    def _verdict(
        self, passing: Passing, criteria: list[Measurement], given: Mapping[str, _Given], doubted: set[str]
    ) -> Verdict:
        found = next(each for each in criteria if each.id == f"criterion.{passing.id}")
        limit = Limit(value=passing.pass_at, unit="mark", bound="at_least")
        verdict = judge(passing.id, found, limit)
        mine = [aspect for aspect in self._sheet.aspects if aspect.criterion == passing.id]
        if any(given[aspect.id].open for aspect in mine):
            return _for_people(verdict, verdict.reasons)
        if passing.id in doubted:
            return _for_people(verdict, because("second_marking_differs"))
        return verdict


def _for_people(verdict: Verdict, why: Reasons) -> Verdict:
    return Verdict(criterion=verdict.criterion, status="indeterminate", margin=verdict.margin, rule=verdict.rule,
                   measurement=verdict.measurement, limit=verdict.limit, reasons=why)  # fmt: skip


def _decided(aspect: Aspect, verdicts: Sequence[Verdict]) -> Decimal | None:
    """Return the share of the marks that verdicts give: all, none, half within the band; None where a person has to look."""
    failed = [verdict for verdict in verdicts if verdict.status == "fail"]
    if not failed:
        return Decimal(1) if verdicts and all(verdict.status == "pass" for verdict in verdicts) else None
    near = aspect.half_within is not None and all(
        each.margin is not None and -each.margin <= aspect.half_within for each in failed
    )
    if not near:
        return Decimal(0)
    return Decimal("0.5") if len({"pass", "fail"} | {each.status for each in verdicts}) == 2 else None


def _undecided(aspect: Aspect, verdicts: Sequence[Verdict]) -> Reasons:
    if not verdicts:
        return because("no_verdict_on", criterion=aspect.criterion)
    worst = next(each for each in verdicts if each.status not in ("pass", "fail"))
    if worst.status == "not_measurable":
        return (*because("evaluator_could_not"), *worst.reasons)
    return worst.reasons or because("too_close")


def _measured_aspect(aspect: Aspect, given: _Given) -> Measurement:
    told = {"criterion": aspect.criterion, "of": f"{aspect.marks:f}", **given.evidence}
    if given.points:
        told["points"] = ", ".join(f"{name} {points}" for name, points in given.points)
    return Measurement(
        id=f"aspect.{aspect.id}",
        value=given.value,
        unit="mark",
        method=given.method,
        n=len(given.points),
        evidence=told,
        why=given.why,
    )


def _summed(name: str, given: Mapping[str, _Given], told: Mapping[str, str]) -> Measurement:
    """Return a sum of marks; without a value where one is missing, and why."""
    missing = (replace(each, of=aspect) for aspect, it in given.items() if it.value is None for each in it.why)
    return Measurement(id=name, value=_sum(each.value for each in given.values()), unit="mark", method="sum of its aspects",
                       n=len(given), evidence=dict(told), why=tuple(missing))  # fmt: skip


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = list(values)
    return None if None in known else _plain(sum((each for each in known if each is not None), Decimal(0)))


def weakest(assurances: Iterable[Assurance]) -> Assurance:
    """Return the weakest of some assurances: what several people attest together holds as far as the least of them."""
    return min(assurances, key=ASSURANCES.index)
