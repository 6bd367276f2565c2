# SPDX-License-Identifier: Apache-2.0
"""Running the vectors against a command: every question once, every class judged on the answers that bear on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from touchstone.conformance.classes import CLASSES, ConformanceClass
from touchstone.conformance.subject import Subject, SubjectError
from touchstone.conformance.vectors import Plain, Vector
from touchstone.value import Value

NOT_ANSWERED = "not answered"
"""The complaint of a vector that was never answered, because the command had stopped."""


class Complaint(Value, frozen=True, kw_only=True):
    """What was wrong with one answer."""

    vector: str
    title: str
    points: tuple[str, ...]
    complaint: str


class ClassResult(Value, frozen=True, kw_only=True):
    """How a class came out: it passes when every vector that bears on it was answered rightly."""

    name: str
    vectors: int
    passed: int
    complaints: tuple[Complaint, ...]

    @property
    def passes(self) -> bool:
        """Whether the class passes wholly."""
        return self.passed == self.vectors > 0


class Report(Value, frozen=True, kw_only=True):
    """The whole run. ``stopped`` is a sentence when the command did not answer to the end."""

    command: str
    classes: tuple[ClassResult, ...]
    stopped: str | None = None

    @property
    def passes(self) -> bool:
        """Whether every class that was asked for passes wholly."""
        return all(result.passes for result in self.classes)


def run(
    command: str,
    vectors: Sequence[Vector],
    classes: Iterable[str] = CLASSES,
    *,
    seconds: float = 30,
    began: Callable[[int], object] = lambda count: None,
    answered: Callable[[], object] = lambda: None,
) -> Report:
    """Start ``command`` once, ask it every vector that bears on the classes, and judge.

    :param began: called once the command has been started, with the number of vectors; ``answered`` after each.

    :raises InputError: when the command cannot be started.
    """
    chosen = [CLASSES[name] for name in classes]
    asked = [vector for vector in vectors if any(each.bears_on(vector) for each in chosen)]
    answers: dict[str, Plain] = {}
    stopped: str | None = None
    with Subject(command, seconds=seconds) as subject:
        began(len(asked))
        for vector in asked:
            try:
                answers[vector.id] = subject.ask(vector.question())
            except SubjectError as error:
                stopped = f"{vector.id}: {error}"
                break
            answered()
    results = tuple(_judged(each, asked, answers) for each in chosen)
    return Report(command=command, classes=results, stopped=stopped)


def _judged(judge: ConformanceClass, vectors: Sequence[Vector], answers: dict[str, Plain]) -> ClassResult:
    bearing = [vector for vector in vectors if judge.bears_on(vector)]
    complaints = [
        Complaint(vector=vector.id, title=vector.title, points=vector.points, complaint=told)
        for vector in bearing
        if (told := _complaint(judge, vector, answers.get(vector.id)))
    ]
    return ClassResult(
        name=judge.name, vectors=len(bearing), passed=len(bearing) - len(complaints), complaints=tuple(complaints)
    )


def _complaint(judge: ConformanceClass, vector: Vector, answer: Plain | None) -> str:
    """Judge an answer; one of a shape that nobody expected is wrong, and no crash of the judge."""
    if answer is None:
        return NOT_ANSWERED
    try:
        return judge.complaint(vector, answer)
    except (AttributeError, KeyError, TypeError, ValueError):
        return "the answer has another shape than the standard says"
