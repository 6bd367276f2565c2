# SPDX-License-Identifier: Apache-2.0
"""The child process of :mod:`touchstone.practice.sandbox`: it binds its own hands, then reads what it is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from touchstone.errors import InputError
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.report import Report
from touchstone.practice.sandbox import Question, drawing_seconds, write_part

_REFUSED = 3


def main() -> None:
    """Answer one question from standard input on standard output: first the report, then what is drawn, which may fail without harm."""
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    bind(question.limits, drawing_seconds(question))
    try:
        report, draw = answered(question)
    except InputError as error:
        sys.stdout.write(f"{getattr(error, 'code', 'input')}\n{error.message}")
        sys.exit(_REFUSED)
    write_part(sys.stdout.buffer, report)
    if question.views:
        bind_drawing()
        write_part(sys.stdout.buffer, draw())


def bind(limits: Limits, drawing: int = 0) -> None:
    """Limit this process for good: address space, CPU seconds, no core dump, no file written.

    :param drawing: CPU seconds that :func:`bind_drawing` may add.
    """
    try:
        import resource
    except ImportError:  # not on Windows: there the parent's clock alone counts
        return
    for kind, most, last in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds, limits.seconds + drawing),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
    ):
        resource.setrlimit(kind, (most, last))


def bind_drawing() -> None:
    """Let what has been measured be drawn, too: up to the last limit of :func:`bind`."""
    try:
        import resource
    except ImportError:
        return
    _, last = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (last, last))


def answered(question: Question) -> tuple[Report, Callable[[], dict[str, bytes]]]:
    """Return what the evaluator says, and what draws it."""
    evaluator = evaluator_of(question.evaluator)
    spec = msgspec.json.decode(question.spec, type=evaluator.spec)
    if question.evaluator != "mesh":
        return evaluator.evaluate(question.artifact, spec, limits=question.limits), dict
    from touchstone.practice.model3d.evaluating import inspect

    found = inspect(
        question.artifact, spec, limits=question.limits, reference=question.reference, backend=question.backend  # type: ignore[arg-type]
    )  # fmt: skip

    def drawn() -> dict[str, bytes]:
        from touchstone.practice.model3d.pictures import files_of

        return files_of(found)

    return found.report, drawn


if __name__ == "__main__":
    main()
