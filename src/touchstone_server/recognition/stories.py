# SPDX-License-Identifier: Apache-2.0
"""The made-up people of the demonstration, each as a question that the explorer can open and a reader can change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from touchstone.library.people import Person, load_people
from touchstone.recognition import Evidence, RecognitionRequest
from touchstone.standards.agreement import ASSURANCES, Assurance
from touchstone.standards.envelope import Period
from touchstone_server.recognition.question import Question, all_issuers
from touchstone_server.recognition.services import outcome_of


class Story(NamedTuple):
    """A person, the question in her place, and the outcome."""

    person: Person
    question: Question
    outcome: str


def stories() -> list[Story]:
    """Return the people with their questions, decided for today."""
    questions = [(person, question_of(person.request)) for person in _people()]
    return [Story(person, question, outcome_of(question)) for person, question in questions]


def question_of(request: RecognitionRequest) -> Question:
    """Return the question that comes nearest to a request: its certificates as one, of which the weakest point counts."""
    certificates = [item for item in request.evidence if item.units or item.holds]
    practice = [item for item in request.evidence if item.kind == "practice"]
    issuers = [item.issuer for item in certificates if item.issuer in all_issuers()]
    assurances = [item.assurance for item in certificates if item.assurance]
    return Question(
        from_=request.from_,
        holds=next((name for item in certificates for name in item.holds), ""),
        units=tuple({unit.id: unit for item in certificates for unit in item.units}.values()),
        awarded=min((item.awarded for item in certificates if item.awarded), default=None),
        months=sum(map(_months, practice)),
        work=next((item.occupation for item in practice if item.occupation), ""),
        issuer=issuers[0] if issuers and issuers[0] else "",
        facts=tuple(sorted(request.person.items())),
        to=request.to,
        purpose=request.purpose,
        target=request.target,
        assurance=_weakest(assurances),
    )


@cache
def _people() -> tuple[Person, ...]:
    return load_people()


def _months(evidence: Evidence) -> int:
    """Return the whole months of a stretch of work, both of its ends included."""
    match evidence.period:
        case Period(from_=dt.date() as start, until=dt.date() as last):
            end = last + dt.timedelta(days=1)
            return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
        case _:
            return 0


def _weakest(assurances: Iterable[Assurance]) -> str:
    found = set(assurances)
    return next((assurance for assurance in ASSURANCES if assurance in found), "none")
