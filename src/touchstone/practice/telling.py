# SPDX-License-Identifier: Apache-2.0
"""Reports in plain words, in four languages: what every kind of report says, and the texts that each keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.practice.reasons import Reason, Reasons
from touchstone.practice.report import Bound, Report, Verdict
from touchstone.standards.wordings import texts_of
from touchstone.text import text_in

_SHARED = "touchstone.practice"
_BESIDE = ("line", "row", "triangle", "object", "part", "most", "found")
_WHOLE = "{detail}"
"""What a reader of documents says of a mistake, in English, with its place: nothing is left to tell beside it."""
_SIGNS: dict[Bound, str] = {"at_least": "≥", "at_most": "≤", "below": "<"}


def said(package: str, name: str, language: str, **values: object) -> str:
    """Return a text of a package with its places filled in."""
    return text_in(texts_of(package)[name], language).format(**values)


def verdict_told(verdict: Verdict, language: str) -> str:
    """Return a verdict as a sentence; an unconfirmed limit says so in a second one."""
    limit = f" ({_SIGNS[verdict.limit.bound]} {verdict.limit.value:f})" if verdict.limit else ""
    told = said(
        _SHARED,
        "verdict.doubted" if verdict.status == "indeterminate" and verdict.reasons else f"verdict.{verdict.status}",
        language,
        criterion=verdict.criterion + limit,
        margin=_margin(verdict),
        reason=reasons_told(verdict.reasons, language),
    )
    unconfirmed = verdict.limit is not None and verdict.limit.status == "unconfirmed"
    return f"{told} {said(_SHARED, 'unconfirmed', language)}" if unconfirmed else told


def reasons_told(reasons: Reasons, language: str) -> str:
    """Return reasons as clauses, one after another."""
    return said(_SHARED, "between", language).join(_reason_told(each, language) for each in reasons)


def _reason_told(reason: Reason, language: str) -> str:
    """Return a reason as a clause: its code's words, then where, what was found and how much there may be, where that is known.

    A school's own evaluator has codes that nobody has words for; they are told as they are.
    """
    words = texts_of(_SHARED).get(f"why.{reason.code}")
    text = text_in(words, language) if words else reason.code
    told = text.format_map(_Places(reason.values))
    known = () if _WHOLE in text else [name for name in _BESIDE if name in reason.values]
    beside = [said(_SHARED, f"beside.{name}", language, value=reason.values[name]) for name in known]
    if beside:
        told = said(_SHARED, "with", language, told=told, beside=said(_SHARED, "comma", language).join(beside))
    return said(_SHARED, "of", language, of=reason.of, told=told) if reason.of else told


class _Places(dict[str, str]):
    """Values for the places of a text; one that is not known is told as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def refusal_told(refusal: Reason, language: str) -> str:
    """Return why nothing was measured as a sentence."""
    return said(_SHARED, "refused", language, told=reasons_told((refusal,), language))


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


def measurements_told(report: Report, language: str) -> Iterator[str]:
    """Yield a line a measurement: its id, value, uncertainty and unit, and why there is no value where there is none."""
    width = max((len(each.id) for each in report.measurements), default=0)
    for each in report.measurements:
        value = "–" if each.value is None else f"{each.value:f}"
        spread = f" ± {each.u:f}" if each.u else ""
        unit = "" if each.unit == "1" else f" {each.unit}"
        why = f"  ({reasons_told(each.why, language)})" if each.why else ""
        yield f"{each.id:{max(width, 24)}} {value}{spread}{unit}{why}"
