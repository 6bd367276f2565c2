# SPDX-License-Identifier: Apache-2.0
"""The child process of :mod:`touchstone.practice.sandbox`: it binds its own hands, then reads what it is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from touchstone.apart import bind, bind_further, refuse
from touchstone.errors import InputError
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.report import Report
from touchstone.practice.sandbox import Question, bounds_of, write_part


def main() -> None:
    """Answer one question from standard input on standard output: first the report, then what is drawn, which may fail without harm."""
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    bind(bounds_of(question))
    try:
        report, draw = answered(question)
    except InputError as error:
        refuse(msgspec.msgpack.encode((getattr(error, "code", "input"), error.message)))
    write_part(sys.stdout.buffer, report)
    if question.views:
        bind_further()
        write_part(sys.stdout.buffer, draw())


def answered(question: Question) -> tuple[Report, Callable[[], dict[str, bytes]]]:
    """Return what the evaluator says, and what draws it."""
    evaluator = evaluator_of(question.evaluator)
    spec = msgspec.json.decode(question.spec, type=evaluator.spec)
    if question.evaluator != "mesh":
        return evaluator.evaluate(question.artifact, spec, limits=question.limits), dict
    from touchstone.practice.model3d.brief import ModelBrief
    from touchstone.practice.model3d.evaluating import inspect

    assert isinstance(spec, ModelBrief)
    found = inspect(
        question.artifact, spec, limits=question.limits, reference=question.reference, backend=question.backend  # type: ignore[arg-type]
    )  # fmt: skip

    def drawn() -> dict[str, bytes]:
        from touchstone.practice.model3d.pictures import files_of

        return files_of(found, float(spec.wall_below), question.language)

    return found.report, drawn


if __name__ == "__main__":
    main()
