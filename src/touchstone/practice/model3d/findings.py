# SPDX-License-Identifier: Apache-2.0
"""A report on a model in plain words, in four languages; numpy is not needed for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from touchstone.practice.report import Report, Verdict
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap, text_in

_COUNTS = {"boundary": "boundary_edges", "non_manifold": "non_manifold_edges", "inconsistent": "inconsistent_edges"}


@cache
def _texts() -> Mapping[str, LanguageMap]:
    text = files("touchstone.practice.model3d").joinpath("wording.yaml").read_text(encoding="utf-8")
    return decode(read_yaml(text).tree, dict[str, LanguageMap])


def findings(report: Report, language: str) -> Iterator[str]:
    """Yield what a report says, a sentence each: what is wrong with the file, then every verdict, then what measured it."""

    def say(name: str, **values: object) -> str:
        return text_in(_texts()[name], language).format(**values)

    if report.refusal:
        yield say("refused", told=report.refusal.told)
        return
    counts = {name: _value(report, measure) for name, measure in _COUNTS.items()}
    sides = [
        each.value for each in report.measurements if each.id.startswith("bounding_box_") and each.value is not None
    ]
    for flag in report.flags:
        yield say(f"flag.{flag}", **counts, longest=f"{max(sides, default=0):.2f}")
    if not set(report.flags) - {"unit_suspect"}:
        yield say("sound")
    yield from (_told(verdict, language) for verdict in report.verdicts)
    if "rays" in report.backends:
        yield say("backend", rays=report.backends["rays"])


def _value(report: Report, name: str) -> str:
    found = report.measurement(name)
    return f"{found.value:f}" if found and found.value is not None else "?"


def _told(verdict: Verdict, language: str) -> str:
    limit = f" ({'≥' if verdict.limit.bound == 'at_least' else '≤'} {verdict.limit.value:f})" if verdict.limit else ""
    return text_in(_texts()[f"verdict.{verdict.status}"], language).format(
        criterion=verdict.criterion + limit,
        margin="" if verdict.margin is None else f"{abs(verdict.margin):f}",
        unit=verdict.limit.unit if verdict.limit else "",
        reason=verdict.reason,
    )
