# SPDX-License-Identifier: Apache-2.0
"""The difference a version makes: whose outcome changes if new documents take effect, and by which change in them.

A change is *the* cause when it alone, put into the documents as they are, already gives the new answer. Where no single change does, all
changes that the answer rests on are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from touchstone.errors import InputError
from touchstone.recognition.decision import Decision, Outcome
from touchstone.recognition.engine import decide
from touchstone.recognition.evidence import RecognitionRequest
from touchstone.recognition.rulebook import Rulebook, compile_rulebook
from touchstone.standards.crosswalk import Crosswalk, Mapping
from touchstone.standards.envelope import Document, recency
from touchstone.value import Value

_MOST_CHANGES_TRIED = 200


class Change(Value, frozen=True, kw_only=True):
    """One change between two sets of documents: a document added, removed or changed, or one row of a crosswalk."""

    document: str
    what: str
    row: str | None = None


class Affected(Value, frozen=True, kw_only=True):
    """A request whose answer changes: before and after, which units are gained and lost, and by which changes.

    :param differs: what is different in the answer, one member a line: ``missing: + T2``, ``floor: REFUSED → REFER``.
    """

    request: int
    before: Outcome
    after: Outcome
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    because: tuple[Change, ...] = ()
    alone: bool = False


class _Step(NamedTuple):
    """A change, with the documents in which only this has changed."""

    change: Change
    documents: tuple[Document, ...]


def difference(before: Rulebook, after: Rulebook, requests: Iterable[RecognitionRequest]) -> Iterator[Affected]:
    """Yield every request whose answer changes when the documents of ``before`` are replaced by those of ``after``.

    :raises RequestError: when a request cannot be decided under both.
    """
    steps = list(_steps(before, after))
    compiled: dict[int, Rulebook | None] = {}
    for number, request in enumerate(requests):
        old, new = decide(request, before), decide(request, after)
        if _answer(old) != _answer(new):
            yield _affected(number, request, old, new, steps, compiled)


def not_in_force(before: Rulebook, after: Rulebook, days: Iterable[dt.date]) -> Iterator[Document]:
    """Yield the documents that are new or changed in ``after`` and in force on none of the days: by them no answer can change."""
    asked = frozenset(days)
    known = {before.digest_of(document) for document in before.documents}
    for document in after.documents:
        if after.digest_of(document) not in known and not any(map(document.in_force, asked)):
            yield document


def _answer(decision: Decision) -> tuple[object, ...]:
    """Return what a holder would notice."""
    return (
        decision.outcome, decision.floor, decision.ceiling, decision.recognised, decision.missing, decision.conditions,
        decision.recognised_as, decision.open,
    )  # fmt: skip


def _differing(old: Decision, new: Decision) -> Iterator[str]:
    """Yield each member in which two answers differ, with what came and what went."""
    for name in ("floor", "ceiling", "recognised_as"):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield f"{name}: {one or 'none'} → {other or 'none'}"
    for name in ("recognised", "missing", "open"):
        one, other = (
            [" and ".join([item] if isinstance(item, str) else item) for item in getattr(each, name)]
            for each in (old, new)
        )
        changes = [
            *(f"+ {item}" for item in other if item not in one),
            *(f"− {item}" for item in one if item not in other),
        ]
        if changes:
            yield f"{name}: {', '.join(changes)}"
    if old.conditions != new.conditions:
        yield f"conditions: {_condition(old)} → {_condition(new)}"


def _condition(decision: Decision) -> str:
    asked = decision.conditions
    return f"{', '.join(asked.must_obtain)} within {asked.deadline_months} months" if asked else "none"


def _affected(
    number: int,
    request: RecognitionRequest,
    old: Decision,
    new: Decision,
    steps: Sequence[_Step],
    compiled: dict[int, Rulebook | None],
) -> Affected:
    causes = [
        step.change
        for place, step in enumerate(steps[:_MOST_CHANGES_TRIED])
        if _answers_the_same(request, new, _rulebook_of(place, step, compiled))
    ]
    return Affected(
        request=number,
        before=old.outcome,
        after=new.outcome,
        gained=tuple(sorted(set(new.recognised) - set(old.recognised))),
        lost=tuple(sorted(set(old.recognised) - set(new.recognised))),
        differs=tuple(_differing(old, new)),
        because=tuple(causes) or tuple(_touched(old, new, steps)),
        alone=bool(causes),
    )


def _rulebook_of(place: int, step: _Step, compiled: dict[int, Rulebook | None]) -> Rulebook | None:
    """Compile the documents with one change, once; None where they do not fit together without the other changes."""
    if place not in compiled:
        try:
            compiled[place] = compile_rulebook(step.documents)
        except InputError:
            compiled[place] = None
    return compiled[place]


def _answers_the_same(request: RecognitionRequest, new: Decision, rulebook: Rulebook | None) -> bool:
    if rulebook is None:
        return False
    try:
        return _answer(decide(request, rulebook)) == _answer(new)
    except InputError:
        return False


def _touched(old: Decision, new: Decision, steps: Sequence[_Step]) -> Iterator[Change]:
    """Yield the changes in documents that either answer looked at."""
    looked_at = {used.id for used in (*old.inputs.documents, *new.inputs.documents)}
    yield from (step.change for step in steps if step.change.document in looked_at)


def _steps(before: Rulebook, after: Rulebook) -> Iterator[_Step]:
    """Yield every single change: crosswalks row by row, everything else document by document."""
    for identifier in sorted(before.by_id.keys() | after.by_id.keys()):
        old, new = before.by_id.get(identifier, ()), after.by_id.get(identifier, ())
        if {before.digest_of(item) for item in old} == {after.digest_of(item) for item in new}:
            continue
        others = tuple(document for document in before.documents if document.id != identifier)
        if _one_crosswalk(old) and _one_crosswalk(new):
            yield from _row_steps(max(old, key=recency), max(new, key=recency), others)
        what = "added" if not old else "removed" if not new else "changed"
        yield _Step(Change(document=identifier, what=what), (*others, *new))


def _one_crosswalk(versions: Sequence[Document]) -> bool:
    return bool(versions) and all(isinstance(version, Crosswalk) for version in versions)


def _row_steps(old: Document, new: Document, others: tuple[Document, ...]) -> Iterator[_Step]:
    assert isinstance(old, Crosswalk)
    assert isinstance(new, Crosswalk)
    for row in new.mappings:
        if row not in old.mappings:
            changed = (*(item for item in old.mappings if not _same_pair(item, row)), row)
            what = "row changed" if len(changed) == len(old.mappings) else "row added"
            yield _row_step(old, what, row, changed, others)
    for row in old.mappings:
        if not any(_same_pair(row, item) for item in new.mappings):
            yield _row_step(old, "row removed", row, tuple(item for item in old.mappings if item != row), others)


def _row_step(
    old: Crosswalk, what: str, row: Mapping, rows: tuple[Mapping, ...], others: tuple[Document, ...]
) -> _Step:
    said = " ".join(filter(None, (row.subject_id, row.predicate_modifier, row.predicate_id, row.object_id)))
    document = msgspec.structs.replace(old, mappings=rows)
    return _Step(Change(document=old.id, what=what, row=said), (*others, document))


def _same_pair(one: Mapping, other: Mapping) -> bool:
    return (one.subject_id, one.object_id, one.denies) == (other.subject_id, other.object_id, other.denies)
