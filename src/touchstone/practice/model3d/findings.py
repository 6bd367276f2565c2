# SPDX-License-Identifier: Apache-2.0
"""A report on a model in plain words, in four languages; numpy is not needed for it."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.practice.report import Report
from touchstone.practice.telling import refusal_told, said, verdict_told

_COUNTS = {"boundary": "boundary_edges", "non_manifold": "non_manifold_edges", "inconsistent": "inconsistent_edges"}


def say(name: str, language: str, **values: object) -> str:
    """Return a sentence on a model in a language."""
    return said("touchstone.practice.model3d", name, language, **values)


def findings(report: Report, language: str) -> Iterator[str]:
    """Yield what a report says, a sentence each: what is wrong with the file, then every verdict, then what measured it."""
    if report.refusal:
        yield refusal_told(report.refusal, language)
        return
    counts = {name: _value(report, measure) for name, measure in _COUNTS.items()}
    sides = [
        each.value for each in report.measurements if each.id.startswith("bounding_box_") and each.value is not None
    ]
    for flag in report.flags:
        yield say(f"flag.{flag}", language, **counts, longest=f"{max(sides, default=0):.2f}")
    if not set(report.flags) - {"unit_suspect"}:
        yield say("sound", language)
    yield from (verdict_told(verdict, language) for verdict in report.verdicts)
    if "rays" in report.backends:
        yield say("backend", language, rays=report.backends["rays"])


def _value(report: Report, name: str) -> str:
    found = report.measurement(name)
    return f"{found.value:f}" if found and found.value is not None else "?"
