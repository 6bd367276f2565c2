"""A small assessment, as a sheet; and the report of an evaluator on a piece."""

from __future__ import annotations

from decimal import Decimal

from touchstone.practice.marking.marking import mark
from touchstone.practice.marking.reading import read_marking_sheet
from touchstone.practice.report import Limit, Report, digest_of, judge, measured

WORK = digest_of(b"the ring of c01")
SPEC = digest_of(b"the brief")
TEXT = f"""\
kind: MarkingSheet
held_on: 2026-06-01
assessors_needed: "2"
sample_share: "0"
sample_least: "0"
aspects:
  - {{id: wall, criterion: shank, kind: measurement, marks: "4", half_within: "0.05"}}
  - {{id: finish, criterion: shank, kind: judgement, marks: "6"}}
  - {{id: seat, criterion: setting, kind: judgement, marks: "6"}}
criteria:
  - {{id: shank, pass_at: "6", unit: "gd-jewellery#T1", code: T1}}
  - {{id: setting, pass_at: "3", unit: "gd-jewellery#T2", code: T2}}
assessors:
  - {{id: wong, assurance: authority_assessed}}
  - {{id: chan, assurance: provider_assessed}}
  - {{id: ho, assurance: employer_attested}}
candidates:
  - {{id: c01, name: 陈一, key: k1, work: "{WORK}"}}
marks:
"""
MARKS = (
    ("c01", "finish", "wong", 2), ("c01", "finish", "chan", 3), ("c01", "seat", "wong", 2), ("c01", "seat", "chan", 2),
)  # fmt: skip


def rows(marks=MARKS):
    """Marks as lines of YAML; a fifth part is the rest of the line."""
    lines = []
    for candidate, aspect, assessor, points, *rest in marks:
        given = "" if points is None else f', points: "{points}"'
        lines.append(f"  - {{candidate: {candidate}, aspect: {aspect}, assessor: {assessor}{given}{''.join(rest)}}}\n")
    return "".join(lines)


def sheet(marks=MARKS, text=TEXT):
    return read_marking_sheet((text + rows(marks)).encode(), "sheet.yaml")


def report(value=0.95, u=0.01, artifact=WORK, criterion="shank"):
    """What an evaluator says of the wall of a ring, whose limit is 0.8 mm."""
    limit = Limit(value=Decimal("0.8"), unit="mm", bound="at_least")
    wall = measured("wall_p1", value, "mm", u=u, method="test")
    return Report(
        artifact=artifact,
        spec=SPEC,
        evaluator="mesh",
        version="1",
        measurements=(wall,),
        verdicts=(judge(criterion, wall, limit),),
    )


def only(marks=MARKS, reports=(), text=TEXT):
    """What became of the one candidate."""
    (found,) = mark(sheet(marks, text), reports or [report()]).candidates
    return found


def verdict(found, criterion):
    return next(each for each in found.report.verdicts if each.criterion == criterion)


def aspect(found, name):
    return found.report.measurement(f"aspect.{name}")
