# SPDX-License-Identifier: Apache-2.0
"""A marking in plain words, in four languages: a table, then what is missing or for people to settle, then what the studies show."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.practice.marking.marking import ANY_BRIEF, Marked, MarkingResult
from touchstone.practice.report import Measurement, Report
from touchstone.practice.telling import reasons_told, said, verdict_told

_COLUMNS = ("candidate", "total", "of", "standardised", "criteria")
_TOLD_ICC = {"icc_2_1": "ICC(2,1)", "icc_2_k": "ICC(2,k)"}
"""Those that say how far one assessor, and the mean of all, agree with assessors at large; the report has all six."""


def say(name: str, language: str, **values: object) -> str:
    """Return one of the texts, filled in."""
    return said("touchstone.practice.marking", name, language, **values)


def table(result: MarkingResult, language: str) -> list[tuple[str, ...]]:
    """Return the marks as rows of texts, the headings first."""
    return [
        tuple(say(f"head.{name}", language) for name in _COLUMNS),
        *(_row(each, language) for each in result.candidates),
    ]


def _row(marked: Marked, language: str) -> tuple[str, ...]:
    statuses = (f"{each.criterion} {say(f'status.{each.status}', language)}" for each in marked.report.verdicts)
    return (
        marked.candidate,
        say("missing", language) if marked.total is None else f"{marked.total:f}",
        f"{marked.of:f}",
        "–" if marked.standardised is None else f"{marked.standardised:f}",
        " · ".join(statuses),
    )


def findings(result: MarkingResult, language: str) -> Iterator[str]:
    """Yield what people should know beside the table, a sentence each."""
    for marked in result.candidates:
        yield from _open(marked, language)
    if result.candidates:
        if all(each.standardised is None for each in result.candidates):
            yield say("unscaled", language)
        yield from _drawn(result, language)
    reports = (marked.report for marked in result.candidates)
    measured = (each for report in reports for each in report.measurements if each.evidence.get("brief") == ANY_BRIEF)
    if any_brief := sorted({each.id.removeprefix("aspect.") for each in measured}):
        yield say("any_brief", language, aspects=", ".join(any_brief))
    for marked in result.candidates:
        if marked.sampled and marked.second is None:
            yield say("second_missing", language, candidate=marked.candidate)
    yield from _of_studies(result.studies, language)


def _drawn(result: MarkingResult, language: str) -> Iterator[str]:
    if result.sample is None:
        yield say("undrawn", language)
    elif result.sample.candidates:
        drawn = ", ".join(result.sample.candidates)
        yield say("sample", language, candidates=drawn, seed=result.sample.seed)


def _open(marked: Marked, language: str) -> Iterator[str]:
    for each in marked.report.measurements:
        if each.id.startswith("aspect.") and each.value is None:
            aspect, why = each.id.removeprefix("aspect."), reasons_told(each.why, language)
            yield say("why", language, candidate=marked.candidate, aspect=aspect, why=why)
    if "second_marking_differs" in marked.report.flags and marked.second is not None:
        yield say("second", language, candidate=marked.candidate, difference=f"{marked.second:f}")


def _of_studies(report: Report, language: str) -> Iterator[str]:
    for each in report.measurements:
        name = each.id
        if name.startswith("severity_") and each.value is not None and each.u and abs(each.value) > 2 * each.u:
            text = "severe" if each.value > 0 else "lenient"
            yield say(
                text, language, assessor=name.removeprefix("severity_"), value=f"{abs(each.value):f}", u=f"{each.u:f}"
            )
        elif name.startswith("gauge_share_range_"):
            quantity = name.removeprefix("gauge_share_range_")
            other = report.measurement(f"gauge_share_anova_{quantity}")
            yield say("gauges", language, quantity=quantity, range=_short(each), anova=_short(other))
        elif name in _TOLD_ICC and each.value is not None:
            form, told = _TOLD_ICC[name], each.evidence
            yield say("icc", language, form=form, value=f"{each.value:.3f}", low=told["low"], high=told["high"])
        elif name.startswith("digital_less_hand_"):
            yield _pair(each, language)
    yield from (verdict_told(verdict, language) for verdict in report.verdicts)


def _short(measurement: Measurement | None) -> str:
    return "?" if measurement is None or measurement.value is None else f"{measurement.value:.1f}"


def _pair(each: Measurement, language: str) -> str:
    told = each.evidence
    text = "single" if "interval" in told else "shown" if told["shown"] == "yes" else "open"
    figure = say("figure." + each.id.removeprefix("digital_less_hand_"), language)
    unit = "" if each.unit == "1" else each.unit
    confidence = f"{100 * float(told['confidence']):.0f}"
    sentence = say(f"pair.{text}", language, figure=figure, mean=f"{each.value:f}", unit=unit, low=told.get("low"),
                   high=told.get("high"), confidence=confidence, n=each.n)  # fmt: skip
    return sentence.replace(" ,", ",").replace(" ，", "，")
