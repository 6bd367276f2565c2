# SPDX-License-Identifier: Apache-2.0
"""What a draft agreement would change: the same question, decided as if the draft were in force. A what-if; it binds nobody."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

import msgspec

from touchstone.errors import InputError
from touchstone.recognition import Rulebook, compile_rulebook, decide
from touchstone.standards import Agreement
from touchstone_server import documents
from touchstone_server.recognition.services import Answer


class Draft(NamedTuple):
    """A draft, the first day on which it could be asked, the outcome there, and how many units more it recognises for certain."""

    agreement: Agreement
    day: dt.date
    outcome: str
    gained: int


def drafts_of(answer: Answer) -> tuple[Draft, ...]:
    """Return what each draft agreement of this direction would make of the question; one that could not be asked is left out."""
    agreements = documents.rulebook().agreements(answer.request.from_, answer.request.to)
    found = (_decided(answer, item) for item in agreements if item.status == "draft")
    return tuple(draft for draft in found if draft is not None)


def _decided(answer: Answer, draft: Agreement) -> Draft | None:
    starts, ends = (draft.valid.from_, draft.valid.until) if draft.valid else (None, None)
    day = max(answer.question.day, starts) if starts else answer.question.day
    if ends and ends < day:
        return None
    try:
        decision = decide(msgspec.structs.replace(answer.request, decided_on=day), _approved(draft.id, draft.version))
    except InputError:  # the target has ended by then, or the draft does not fit to the other documents yet
        return None
    gained = len(set(decision.recognised) - set(answer.decision.recognised))
    return Draft(draft, day, decision.outcome, gained)


@cache
def _approved(identifier: str, version: str) -> Rulebook:
    """Return the rulebook in which a draft is in force, in the place of every other version of it."""
    kept = [item for item in documents.rulebook().documents if item.id != identifier]
    versions = [item for item in documents.rulebook().by_id[identifier] if item.version == version]
    return compile_rulebook([*kept, *(msgspec.structs.replace(item, status="in_force") for item in versions)])
