# SPDX-License-Identifier: Apache-2.0
"""What a verified credential alone equals in the other regions: the best that the documents grant there today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.recognition import Decision, decide
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.retold import Retold
from touchstone.standards import Qualification
from touchstone_server import clock, documents
from touchstone_server.recognition.proven import region_of, seal
from touchstone_server.recognition.question import BAY, Question
from touchstone_server.recognition.services import request_of, targets

_BEST_FIRST = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL")


class Equivalent(NamedTuple):
    """The qualification of a region that comes nearest, with the outcome and the question behind it; None where nothing is recognised.

    :param met: of how many things that are ``asked`` for it, as the sentence of the answer counts them; 0 where all are there.
    """

    region: str
    qualification: Qualification | None
    outcome: str
    question: Question
    met: int = 0
    asked: int = 0


def equivalents_of(evidence: Evidence) -> Iterator[Equivalent]:
    """Yield for each other region of the bay what the evidence equals there; nothing for evidence of a region that is not known."""
    edition, proven = documents.edition(), seal([evidence])
    region = region_of([evidence], edition)
    if not region or proven is None:
        return
    asked = Question(from_=region, purpose="employment", proven=proven)
    for to in BAY:
        if to != region:
            yield _best(asked.but(to=to))


def equivalents_of_qualification(identifiers: Iterable[str]) -> tuple[Equivalent, ...]:
    """Return what a qualification alone is worth in the other regions, by what it asks of everybody: nothing is said of one holder.

    :param identifiers: of what a credential says is held; the first that the documents know counts.
    """
    edition = documents.edition()
    known = next((each for each in identifiers if (item := edition.qualification(each)) and item.region in BAY), "")
    return _by_qualification(known, clock.today()) if known else ()


@lru_cache(maxsize=256)
def _by_qualification(identifier: str, day: dt.date) -> tuple[Equivalent, ...]:
    """Work it out once a day; the documents do not change while the node runs."""
    held = documents.edition(day).qualification(identifier)
    assert held is not None, "it was found before"
    asked = Question(from_=held.region, holds=identifier, purpose="employment")
    return tuple(_best(asked.but(to=to)) for to in BAY if to != held.region)


def _best(question: Question) -> Equivalent:
    edition, found = documents.edition(), []
    for place, item in enumerate(targets(question.to, edition)):
        asked = question.but(target=item.id)
        try:
            decision = decide(request_of(asked, edition), documents.rulebook())
        except InputError:
            continue
        if decision.outcome in _BEST_FIRST:
            rank = (_BEST_FIRST.index(decision.outcome), -len(decision.recognised), place)
            found.append((rank, Equivalent(question.to, item, decision.outcome, asked), decision))
    if not found:
        return Equivalent(question.to, None, "", question)
    _, best, decision = min(found, key=lambda each: each[0])
    return best if decision.outcome == "FULL" else _counted(best, decision)


def _counted(best: Equivalent, decision: Decision) -> Equivalent:
    met, asked = Retold(decision, request_of(best.question, documents.edition()), documents.rulebook()).counted()
    return best._replace(met=met, asked=asked)
