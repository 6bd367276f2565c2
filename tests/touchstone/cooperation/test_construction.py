# SPDX-License-Identifier: Apache-2.0
"""A park is led through its standard, and a task is green only with evidence."""

from __future__ import annotations

import datetime as dt

import pytest

from touchstone.cooperation.construction import Begun, Shown, construction_plan
from touchstone.errors import DocumentError
from touchstone.library import load_library
from touchstone.standards import Standard

STANDARD = next(loaded.document for loaded in load_library() if isinstance(loaded.document, Standard))
DAY = dt.date(2026, 11, 24)
COUNCIL = "organisation-council"


def shown(evidence, clause=COUNCIL, on="2026-03-01", until=None):
    return Shown(
        clause=clause, evidence=evidence, reference=f"{evidence}.pdf", on=dt.date.fromisoformat(on),
        until=dt.date.fromisoformat(until) if until else None,
    )  # fmt: skip


def task(*pieces, clause=COUNCIL, begun=()):
    return next(each for each in construction_plan(STANDARD, pieces, DAY, begun).tasks if each.clause == clause)


def test_every_clause_that_asks_for_something_is_a_task_and_no_other():
    plan = construction_plan(STANDARD, (), DAY)
    asking = [
        (number, clause.id)
        for number, clause, _ in STANDARD.numbered()
        if clause.type not in ("statement", "permission")
    ]

    assert [(each.number, each.clause) for each in plan.tasks] == asking
    assert {each.state for each in plan.tasks} == {"open"}
    assert not plan.stands


def test_a_task_is_done_only_when_every_piece_of_evidence_is_there():
    assert (task(shown("charter")).state, task(shown("charter")).missing) == ("started", ("minutes",))
    assert task(shown("charter"), shown("minutes")).state == "done"


def test_saying_that_one_works_on_it_makes_no_task_green():
    begun = Begun(clause=COUNCIL, by="secretary", due=dt.date(2026, 11, 23))

    found = task(begun=[begun])

    assert (found.state, found.overdue) == ("started", True)


@pytest.mark.parametrize(("until", "state"), [("2026-11-24", "done"), ("2026-11-23", "expired")])
def test_evidence_holds_until_its_last_day(until, state):
    assert task(shown("charter"), shown("minutes", until=until)).state == state


def test_evidence_of_tomorrow_is_not_there_yet():
    assert task(shown("charter"), shown("minutes", on="2026-11-25")).state == "started"


def test_a_platform_stands_when_every_requirement_is_met_though_a_recommendation_is_not():
    pieces = [
        shown(piece.id, clause.id)
        for _, clause, _ in STANDARD.numbered()
        if clause.type == "requirement"
        for piece in clause.evidence
    ]

    plan = construction_plan(STANDARD, pieces, DAY)

    assert plan.stands
    assert {each.clause for each in plan.tasks if each.state != "done"} == {"mechanisms-bases", "mechanisms-research"}
    assert construction_plan(STANDARD, pieces[1:], DAY).required_open == 1


@pytest.mark.parametrize("piece", [shown("charter", clause="nowhere"), shown("staff")])
def test_evidence_that_no_clause_asks_for_is_told(piece):
    with pytest.raises(DocumentError, match=r"no such clause|does not ask"):
        construction_plan(STANDARD, [piece], DAY)
