# SPDX-License-Identifier: Apache-2.0
"""Reports in plain words, in four languages: what every kind of report says, and the texts that each keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from touchstone.practice.report import Report, Verdict
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap, text_in

_SHARED = "touchstone.practice"


@cache
def texts_of(package: str) -> Mapping[str, LanguageMap]:
    """Return the texts of a package's ``wording.yaml`` by their names."""
    text = files(package).joinpath("wording.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(text).tree, dict[str, LanguageMap])


def said(package: str, name: str, language: str, **values: object) -> str:
    """Return a text of a package with its places filled in."""
    return text_in(texts_of(package)[name], language).format(**values)


def verdict_told(verdict: Verdict, language: str) -> str:
    """Return a verdict as a sentence; an unconfirmed limit says so in a second one."""
    limit = f" ({'≥' if verdict.limit.bound == 'at_least' else '≤'} {verdict.limit.value:f})" if verdict.limit else ""
    told = said(
        _SHARED,
        "verdict.doubtful" if verdict.status == "indeterminate" and verdict.reason else f"verdict.{verdict.status}",
        language,
        criterion=verdict.criterion + limit,
        margin=_margin(verdict),
        reason=verdict.reason,
    )
    unconfirmed = verdict.limit is not None and verdict.limit.status == "unconfirmed"
    return f"{told} {said(_SHARED, 'unconfirmed', language)}" if unconfirmed else told


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
