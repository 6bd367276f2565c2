# SPDX-License-Identifier: Apache-2.0
"""The services of the explorer: from a reader's question to a request, and from a request to an answer. The core decides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple, cast

from touchstone.errors import InputError
from touchstone.logic import AllOf, Experience, Expression, Holds, Leaf, Unit
from touchstone.recognition import Decision, Evidence, Explanation, Receipt, RecognitionRequest, decide, explain
from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import Assumption, CredentialStatus, HeldUnit
from touchstone.recognition.explanation import ReasonText
from touchstone.recognition.reasons import Remedy
from touchstone.standards import Document, Qualification
from touchstone.standards.agreement import Assurance, Purpose
from touchstone.standards.calendar import months_later
from touchstone.standards.envelope import Period
from touchstone.standards.exchange.plain_writing import write_json
from touchstone_server import documents
from touchstone_server.errors import UnknownValue
from touchstone_server.recognition.question import ASSUMABLE, STATUSES, Question

CERTIFICATE, PRACTICE = "urn:touchstone:explorer:certificate", "urn:touchstone:explorer:practice"
"""How the credentials of a what-if are called: nothing that a reader types into the explorer has been issued."""
AREA = "jewellery"
"""The explorer asks for months of work *in jewellery*."""
_DAY = dt.timedelta(days=1)
_OWN_IDS = re.compile(rf"\s?(?:{CERTIFICATE}|{PRACTICE})(?:\s(?=[\u3400-\u9fff]))?")
"""Those names in a sentence, with the space before them; Han text wants the one after them gone, too."""


class Certain(NamedTuple):
    """What everyone who holds a qualification has: no more than its requirement says without an *or*."""

    units: tuple[HeldUnit, ...]
    holds: tuple[str, ...]
    months: int
    work: str


class WhatIf(NamedTuple):
    """One position of a switch, and the outcome there."""

    value: str
    outcome: str
    question: Question
    current: bool


class Answer(NamedTuple):
    """An answer with everything that a page shows of it."""

    question: Question
    request: RecognitionRequest
    decision: Decision
    explanation: Explanation
    target: Qualification
    reasons: tuple[tuple[Remedy, tuple[str, ...]], ...]
    documents: tuple[tuple[Document, str], ...]
    by_assurance: tuple[WhatIf, ...]
    by_status: tuple[WhatIf, ...]


def certain(qualification: Qualification, edition: Edition) -> Certain:
    """Return what a qualification vouches for: the parts that its requirement, and those it builds on, ask for in any case."""
    units: dict[str, HeldUnit] = {}
    holds, waiting = [qualification.id], [qualification]
    months, work = 0, ""
    while waiting:
        for leaf in _unavoidable(waiting.pop().require):
            match leaf:
                case Unit(unit=unit, level=level, min_score=score):
                    units.setdefault(unit, HeldUnit(id=unit, level=level, score=score))
                case Holds(holds=below) if below not in holds:
                    holds.append(below)
                    if found := edition.qualification(below):
                        waiting.append(found)
                case Experience(experience=part) if part.months > months:
                    months, work = part.months, part.occupation or ""
                case _:
                    pass
    return Certain(tuple(units.values()), tuple(holds), months, work)


def request_of(question: Question, edition: Edition) -> RecognitionRequest:
    """Return the request that a question makes: on evidence that was verified, else a what-if in which assurance and status are assumed."""
    assumed = Assumption(
        assurance=cast(Assurance, question.assurance) if question.assurance != "none" else None,
        status=cast(CredentialStatus, question.status) if question.status != "none" else None,
    )
    return RecognitionRequest(
        from_=question.from_,
        to=question.to,
        target=question.target,
        purpose=cast(Purpose, question.purpose),
        decided_on=question.day,
        person=dict(question.facts),
        evidence=question.proven.evidence if question.proven else tuple(_evidence(question, edition)),
        assume=None if question.proven else assumed,
    )


def answer(question: Question, tag: str) -> Answer:
    """Decide a question and put the decision into words.

    :raises UnknownValue: when the core cannot decide, with its own sentence.
    """
    rulebook, edition = documents.rulebook(), documents.edition(question.day)
    request = request_of(question, edition)
    decision = _decided(request)
    explanation = explain(decision, request, rulebook, tag)
    target = edition.qualification(question.target)
    assert target is not None, "a decision exists only for a target in force"
    return Answer(
        question=question,
        request=request,
        decision=decision,
        explanation=explanation,
        target=target,
        reasons=tuple(_by_remedy(explanation.reasons)),
        documents=tuple(_documents_used(decision)),
        by_assurance=tuple(_switch(question, "assurance", ASSUMABLE)),
        by_status=tuple(_switch(question, "status", STATUSES)),
    )


def outcome_of(question: Question) -> str:
    """Return the outcome of a question alone."""
    return _decided(request_of(question, documents.edition(question.day))).outcome


def receipt(question: Question) -> bytes:
    """Return the receipt of an answer: the request and the decision, as anyone can derive them again.

    :raises UnknownValue: when the core cannot decide.
    """
    request = request_of(question, documents.edition(question.day))
    return write_json(Receipt(request=request, decision=_decided(request)))


def receipt_of(answer: Answer) -> Receipt:
    """Return the receipt of an answer that has been worked out."""
    return Receipt(request=answer.request, decision=answer.decision)


def is_of(target: str, region: str) -> bool:
    """Whether a region awards a qualification."""
    return any(
        isinstance(item, Qualification) and item.region == region for item in documents.rulebook().by_id.get(target, ())
    )


def targets(region: str, edition: Edition) -> list[Qualification]:
    """Return the qualifications of a region that are in force, illustrative ones last, by level and id."""
    found = {
        item.id: item
        for item in documents.rulebook().documents
        if isinstance(item, Qualification) and item.region == region and edition.qualification(item.id) is item
    }
    return sorted(found.values(), key=lambda item: (documents.is_illustrative(item), item.framework, item.id))


def _decided(request: RecognitionRequest) -> Decision:
    try:
        return decide(request, documents.rulebook())
    except InputError as error:
        raise UnknownValue("question", error.field, str(error)) from error


def _evidence(question: Question, edition: Edition) -> Iterator[Evidence]:
    held = edition.qualification(question.holds) if question.holds else None
    if question.units or held:
        yield Evidence(
            credential=CERTIFICATE,
            kind="assessment",
            issuer=question.issuer or None,
            units=question.units,
            holds=certain(held, edition).holds if held else (),
            awarded=question.awarded,
        )
    if question.months:
        yield Evidence(
            credential=PRACTICE,
            kind="practice",
            occupation=question.work or None,
            area=AREA,
            period=Period(from_=months_later(question.day, -question.months), until=question.day - _DAY),
            awarded=question.day,
        )


def _unavoidable(expression: Expression) -> Iterator[Leaf]:
    """Yield the leaves that are true whenever the expression is: those that stand under no *or*."""
    match expression:
        case AllOf(all_of=parts):
            for part in parts:
                yield from _unavoidable(part)
        case Unit() | Holds() | Experience():
            yield expression
        case _:
            return


def _by_remedy(reasons: Iterable[ReasonText]) -> Iterator[tuple[Remedy, tuple[str, ...]]]:
    """Yield the reasons grouped by what mends them; they come with the easiest remedy first."""
    for remedy, alike in groupby(reasons, key=lambda reason: reason.remedy):
        yield remedy, tuple(_without_ids(reason.text) for reason in alike)


def _without_ids(sentence: str) -> str:
    """Take out the names by which only the explorer knows what it asked about: a reader has one certificate."""
    return _OWN_IDS.sub("", sentence)


def _documents_used(decision: Decision) -> Iterator[tuple[Document, str]]:
    by_id = documents.rulebook().by_id
    for used in decision.inputs.documents:
        for document in by_id.get(used.id, ()):
            if document.version == used.version:
                yield document, used.digest


def _switch(question: Question, field: str, values: tuple[str, ...]) -> Iterator[WhatIf]:
    """Yield the outcome at each position of a switch: what would be, if more or less were proven. Verified evidence has no switches."""
    for value in values if question.proven is None else ():
        moved = question.but(**{field: value})
        current = getattr(question, field) == value
        yield WhatIf(value, outcome_of(moved), moved, current)
