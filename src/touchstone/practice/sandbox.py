# SPDX-License-Identifier: Apache-2.0
"""An artifact from a stranger is measured in a child process (:mod:`touchstone.apart`).

What is asked goes in and what was found comes out as MessagePack; the child opens no file that is named in an artifact.
"""

from __future__ import annotations

import struct
from typing import IO

import msgspec

from touchstone.apart import Bounds, ask
from touchstone.errors import ModelError
from touchstone.practice.brief import Brief
from touchstone.practice.criteria import verdicts_on
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Report, digest_of
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.value import Value

_LENGTH = 8


class Question(msgspec.Struct, frozen=True):
    """What a child process is asked.

    :param reference: an artifact to compare with, for evaluators that take one; ``views`` whether pictures are wanted.
    """

    evaluator: str
    artifact: bytes
    spec: bytes
    limits: Limits
    reference: bytes | None = None
    backend: str = "auto"
    views: bool = False
    language: str = "en"


class Answer(msgspec.Struct, frozen=True):
    """What a child process found; ``files`` are pictures and the mesh with its walls, by name.

    :param drawn: False where pictures were wanted and took too much: the report stands without them.
    """

    report: Report
    files: dict[str, bytes] = {}
    drawn: bool = True


def bounds_of(question: Question) -> Bounds:
    """Return what a child may take: for pictures, half as much CPU again as for what is measured."""
    limits = question.limits
    further = -(-limits.seconds // 2) if question.views else 0
    return Bounds(memory=limits.memory, seconds=limits.seconds, clock=2 * (limits.seconds + further), further=further)


def write_part(out: IO[bytes], part: object) -> None:
    """Write a part of an answer with its length, at once: what comes later may fail."""
    content = msgspec.msgpack.encode(part)
    out.write(struct.pack("<Q", len(content)) + content)
    out.flush()


def read_answer(content: bytes, *, views: bool) -> Answer | None:
    """Return what a child has written: None without a whole report, not ``drawn`` without whole pictures.

    :raises msgspec.MsgspecError: when a part is whole and not what was asked.
    """
    parts: list[bytes] = []
    while len(content) >= _LENGTH:
        (length,) = struct.unpack_from("<Q", content)
        if len(content) < _LENGTH + length:
            break
        parts.append(content[_LENGTH : _LENGTH + length])
        content = content[_LENGTH + length :]
    if not parts:
        return None
    files = msgspec.msgpack.decode(parts[1], type=dict[str, bytes]) if len(parts) > 1 else {}
    return Answer(msgspec.msgpack.decode(parts[0], type=Report), files, drawn=not views or len(parts) > 1)


def evaluate_apart(
    evaluator: str,
    artifact: bytes,
    spec: Value,
    *,
    limits: Limits,
    reference: bytes | None = None,
    backend: str = "auto",
    views: bool = False,
    language: str = "en",
) -> Answer:
    """Measure an artifact in a child process.

    One that takes more than its limits gives a report with the refusal ``too_much_work``, never an exception.

    :raises ModelError: when the reference cannot be used; when the child breaks for another reason than the artifact, RuntimeError.
    """
    if len(artifact) > limits.bytes:
        return Answer(_refused(evaluator, artifact, spec, because("file_too_large", most=limits.bytes)))
    question = Question(evaluator, artifact, canonical_bytes(spec), limits, reference, backend, views, language)
    ended = ask("touchstone.practice.measuring", msgspec.msgpack.encode(question), bounds_of(question))
    if ended.how == "refused":
        code, told = msgspec.msgpack.decode(ended.content, type=tuple[str, str])
        raise ModelError(code, told)
    if answer := read_answer(ended.content, views=views):
        return answer
    if ended.how == "too_much":
        return Answer(_refused(evaluator, artifact, spec, because("too_much_work")))
    raise RuntimeError(f"the evaluator {evaluator} broke: {ended.told or 'it said nothing'}")


def _refused(name: str, artifact: bytes, spec: Value, why: Reasons) -> Report:
    """Return the report of an artifact that could not be measured within its limits."""
    verdicts = tuple(verdicts_on(spec.criteria, (), k=spec.k, refused=why)) if isinstance(spec, Brief) else ()
    return Report(
        artifact=digest_of(artifact), spec=digest(spec), evaluator=name, version=evaluator_of(name).version, verdicts=verdicts,
        refusal=why[0],
    )  # fmt: skip


__all__ = ["Answer", "Question", "bounds_of", "evaluate_apart", "evaluator_of", "read_answer", "write_part"]
