# SPDX-License-Identifier: Apache-2.0
"""The plan of building a platform: a clause that asks for something is a task with an owner, and is green only with evidence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from touchstone.errors import DocumentError
from touchstone.logic import Identifier, Name, Prose
from touchstone.standards.standard import AskedEvidence, Clause, Owner, Standard
from touchstone.value import Value

TaskState = Literal["open", "started", "done", "expired"]
_ASKING = ("requirement", "instruction", "recommendation")


class Shown(Value, frozen=True, kw_only=True):
    """A piece of evidence that was handed in for a clause: what it is, from when, and until when it holds."""

    clause: Identifier
    evidence: Identifier
    reference: Prose
    on: dt.date
    until: dt.date | None = None


class Begun(Value, frozen=True, kw_only=True):
    """That somebody works on a clause; it makes no task green."""

    clause: Identifier
    by: Name
    due: dt.date | None = None


class Task(Value, frozen=True, kw_only=True):
    """A clause to be kept: by whom, with which pieces that hold, and what is still to be shown.

    ``must`` tells a requirement from a recommendation.
    """

    number: Name
    clause: Identifier
    must: bool
    owner: Owner | None
    state: TaskState
    pieces: tuple[Shown, ...] = ()
    missing: tuple[Identifier, ...] = ()
    due: dt.date | None = None
    overdue: bool = False


class Plan(Value, frozen=True, kw_only=True):
    """All tasks in the order of the standard; the platform stands when every requirement is done."""

    tasks: tuple[Task, ...]
    done: int
    required_open: int

    @property
    def stands(self) -> bool:
        """Tell whether every requirement is met, with evidence."""
        return self.required_open == 0


def construction_plan(standard: Standard, shown: Iterable[Shown], day: dt.date, begun: Iterable[Begun] = ()) -> Plan:
    """Turn each clause that asks for something into a task.

    A clause that asks for evidence is done when every piece holds on ``day``, and expired when every piece was there once. One
    that names no evidence can be started but never done: nobody could see it.

    :raises DocumentError: evidence for a clause, or of a kind, that the standard does not have.
    """
    clauses = {each.clause.id: each.clause for each in standard.numbered()}
    handed = list(shown)
    for place, piece in enumerate(handed):
        _check(piece, clauses, place)
    working = {each.clause: each for each in begun}
    if stray := sorted(set(working) - set(clauses)):
        raise DocumentError("the standard has no such clause", field="begun", found=stray[0])
    tasks = tuple(
        _task(number, clause, [piece for piece in handed if piece.clause == clause.id], day, working.get(clause.id))
        for number, clause, _ in standard.numbered()
        if clause.type in _ASKING
    )
    counted = Counter(task.state for task in tasks)
    required = sum(task.must and task.state != "done" for task in tasks)
    return Plan(tasks=tasks, done=counted["done"], required_open=required)


def _check(piece: Shown, clauses: dict[str, Clause], place: int) -> None:
    clause = clauses.get(piece.clause)
    if clause is None:
        raise DocumentError("the standard has no such clause", field=f"shown[{place}].clause", found=piece.clause)
    asked = [each.id for each in clause.evidence]
    if piece.evidence not in asked:
        raise DocumentError(
            "the clause does not ask for this", field=f"shown[{place}].evidence", found=piece.evidence,
            expected="one of " + ", ".join(asked) if asked else "nothing: it names no evidence",
        )  # fmt: skip


def _task(number: str, clause: Clause, pieces: list[Shown], day: dt.date, working: Begun | None) -> Task:
    holding = [piece for piece in pieces if piece.on <= day and (piece.until is None or day <= piece.until)]
    there = {piece.evidence for piece in holding}
    missing = tuple(each.id for each in clause.evidence if each.id not in there)
    state = _state(clause.evidence, pieces, missing, day, is_begun=bool(holding or working))
    return Task(
        number=number,
        clause=clause.id,
        must=clause.type != "recommendation",
        owner=clause.owner,
        state=state,
        pieces=tuple(holding),
        missing=missing,
        due=working.due if working else None,
        overdue=bool(working and working.due and working.due < day and state != "done"),
    )


def _state(
    asked: tuple[AskedEvidence, ...], pieces: list[Shown], missing: tuple[str, ...], day: dt.date, *, is_begun: bool
) -> TaskState:
    if asked and not missing:
        return "done"
    ever = {piece.evidence for piece in pieces if piece.on <= day}
    if asked and all(each.id in ever for each in asked):
        return "expired"
    return "started" if is_begun else "open"
