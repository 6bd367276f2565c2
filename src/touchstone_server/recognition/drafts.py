# SPDX-License-Identifier: Apache-2.0
"""What a draft agreement would change: the same question, decided as if the draft were in force. A what-if; it binds nobody."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

import msgspec

from touchstone.recognition import Rulebook, compile_rulebook, decide
from touchstone.standards import Agreement
from touchstone_server import documents
from touchstone_server.recognition.services import Answer


class Draft(NamedTuple):
    """A draft, the first day on which it could be asked, and the outcome there."""

    agreement: Agreement
    day: dt.date
    outcome: str


def drafts_of(answer: Answer) -> tuple[Draft, ...]:
    """Return what each draft agreement of this direction would make of the question."""
    agreements = documents.rulebook().agreements(answer.request.from_, answer.request.to)
    return tuple(_decided(answer, item) for item in agreements if item.status == "draft")


def _decided(answer: Answer, draft: Agreement) -> Draft:
    starts = draft.valid.from_ if draft.valid else None
    day = max(answer.question.day, starts) if starts else answer.question.day
    request = msgspec.structs.replace(answer.request, decided_on=day)
    return Draft(draft, day, decide(request, _approved(draft.id, draft.version)).outcome)


@cache
def _approved(identifier: str, version: str) -> Rulebook:
    """Return the rulebook in which a draft is in force, in the place of every other version of it."""
    kept = [item for item in documents.rulebook().documents if item.id != identifier]
    versions = [item for item in documents.rulebook().by_id[identifier] if item.version == version]
    return compile_rulebook([*kept, *(msgspec.structs.replace(item, status="in_force") for item in versions)])
