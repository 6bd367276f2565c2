"""Sheets for the tests, and how they are gone through."""

from __future__ import annotations

from touchstone.practice.model3d.limits import Limits
from touchstone.practice.plating.bath_sheet import PlatingBrief
from touchstone.practice.plating.evaluating import evaluate

TOP = 'kind: BathSheet\nday: "2026-11-20"\n'


def gone_through(sheet, brief=None):
    content = sheet if isinstance(sheet, bytes) else (TOP + sheet).encode()
    return evaluate(content, brief or PlatingBrief(), limits=Limits())


def value(report, name):
    found = report.measurement(name)
    assert found is not None, [each.id for each in report.measurements]
    return None if found.value is None else float(found.value)


def status(report, criterion):
    return next(each.status for each in report.verdicts if each.criterion == criterion)
