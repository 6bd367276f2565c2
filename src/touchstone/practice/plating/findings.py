# SPDX-License-Identifier: Apache-2.0
"""A report on a bath in plain words, in four languages."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.practice.report import Report
from touchstone.practice.telling import reasons_told, said, verdict_told

_PACKAGE = "touchstone.practice.plating"


def findings(report: Report, language: str) -> Iterator[str]:
    """Yield what a report says, a sentence each: what is remarkable about the sheet, then every verdict."""
    if report.refusal:
        yield said(_PACKAGE, "refused", language, told=reasons_told((report.refusal,), language))
        return
    carbon = report.measurement("footprint.carbon")
    left_out = carbon.evidence.get("left_out", "") if carbon else ""
    for flag in report.flags:
        yield said(_PACKAGE, f"flag.{flag}", language, left_out=left_out)
    if not report.flags:
        yield said(_PACKAGE, "sound", language)
    yield from (verdict_told(verdict, language) for verdict in report.verdicts)
