# SPDX-License-Identifier: Apache-2.0
"""The child process of :mod:`touchstone.practice.sandbox`: it binds its own hands, then reads what it is asked."""

from __future__ import annotations

import sys

import msgspec

from touchstone.errors import InputError
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.sandbox import Answer, Question

_REFUSED = 3


def main() -> None:
    """Answer one question from standard input on standard output."""
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    bind(question.limits)
    try:
        answer = answered(question)
    except InputError as error:
        sys.stdout.write(f"{getattr(error, 'code', 'input')}\n{error.message}")
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


def bind(limits: Limits) -> None:
    """Limit this process for good: address space, CPU seconds, no core dump, no file written, no further process where that can be said."""
    try:
        import resource
    except ImportError:  # not on Windows: there the parent's clock alone counts
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def answered(question: Question) -> Answer:
    """Return what the evaluator says."""
    evaluator = evaluator_of(question.evaluator)
    spec = msgspec.json.decode(question.spec, type=evaluator.spec)
    if question.evaluator != "mesh":
        return Answer(evaluator.evaluate(question.artifact, spec, limits=question.limits))
    from touchstone.practice.model3d.evaluating import inspect

    found = inspect(
        question.artifact, spec, limits=question.limits, reference=question.reference, backend=question.backend  # type: ignore[arg-type]
    )  # fmt: skip
    files: dict[str, bytes] = {}
    if question.views:
        from touchstone.practice.model3d.pictures import files_of

        files = files_of(found)
    return Answer(found.report, files)


if __name__ == "__main__":
    main()
