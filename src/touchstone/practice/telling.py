# SPDX-License-Identifier: Apache-2.0
"""Reports in plain words, in four languages: what every kind of report says, and the texts that each keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.practice.report import Bound, Refusal, Report, Verdict
from touchstone.standards.wordings import texts_of
from touchstone.text import text_in

_SHARED = "touchstone.practice"
_SIGNS: dict[Bound, str] = {"at_least": "≥", "at_most": "≤", "below": "<"}


def said(package: str, name: str, language: str, **values: object) -> str:
    """Return a text of a package with its places filled in."""
    return text_in(texts_of(package)[name], language).format(**values)


def verdict_told(verdict: Verdict, language: str) -> str:
    """Return a verdict as a sentence; an unconfirmed limit says so in a second one."""
    limit = f" ({_SIGNS[verdict.limit.bound]} {verdict.limit.value:f})" if verdict.limit else ""
    told = said(
        _SHARED,
        "verdict.doubted" if verdict.status == "indeterminate" and verdict.reason else f"verdict.{verdict.status}",
        language,
        criterion=verdict.criterion + limit,
        margin=_margin(verdict),
        reason=verdict.reason,
    )
    unconfirmed = verdict.limit is not None and verdict.limit.status == "unconfirmed"
    return f"{told} {said(_SHARED, 'unconfirmed', language)}" if unconfirmed else told


def refusal_told(refusal: Refusal, language: str) -> str:
    """Return why nothing was measured as a sentence."""
    return said(_SHARED, "refused", language, told=refusal.told)


def findings(report: Report, language: str) -> Iterator[str]:
    """Yield what a report of any evaluator says, a sentence each; the shipped ones have words for their flags, too."""
    if report.refusal:
        yield refusal_told(report.refusal, language)
        return
    if report.flags:
        yield said(_SHARED, "flags", language, flags=", ".join(report.flags))
    yield from (verdict_told(verdict, language) for verdict in report.verdicts)


def _margin(verdict: Verdict) -> str:
    """Return a margin with its unit; a number without one has none to tell."""
    unit = verdict.limit.unit if verdict.limit else ""
    return "" if verdict.margin is None else f"{abs(verdict.margin):f} {unit if unit != '1' else ''}".rstrip()


def measurements_told(report: Report) -> Iterator[str]:
    """Yield a line a measurement: its id, value, uncertainty and unit, and why there is no value where there is none."""
    width = max((len(each.id) for each in report.measurements), default=0)
    for each in report.measurements:
        value = "–" if each.value is None else f"{each.value:f}"
        spread = f" ± {each.u:f}" if each.u else ""
        unit = "" if each.unit == "1" else f" {each.unit}"
        why = f"  ({each.evidence['why']})" if "why" in each.evidence else ""
        yield f"{each.id:{max(width, 24)}} {value}{spread}{unit}{why}"
