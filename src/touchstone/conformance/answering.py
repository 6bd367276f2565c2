# SPDX-License-Identifier: Apache-2.0
"""The engine's side of the conformance protocol: a question a line in, an answer a line out.

A question is ``{ask: decision | digests, documents: […], request: {…}}``; the answer is the decision with its digests, or
``{error: sentence}``.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import msgspec

from touchstone.errors import DocumentError, InputError
from touchstone.recognition import RecognitionRequest, compile_rulebook, decide
from touchstone.standards import KINDS, Document, digest, normal_form
from touchstone.standards.decoding import FieldError, T, decode
from touchstone.standards.reading import decode_text, read_json
from touchstone.standards.tree import Path, Tree, dotted

Plain = dict[str, Any]


def answer(line: bytes) -> Plain:
    """Answer one question; what is wrong with the input is told in a sentence."""
    try:
        return _answered(read_json(decode_text(line)).tree)
    except InputError as error:
        return {"error": str(error)}


def _answered(question: Tree) -> Plain:
    if not isinstance(question, dict):
        raise DocumentError("the question has no fields", expected="documents and request")
    written = question.get("documents", [])
    if not isinstance(written, list):
        raise DocumentError("the documents are not a list", field="documents")
    documents = [_document(tree, ("documents", index)) for index, tree in enumerate(written)]
    request = _request(question["request"]) if "request" in question else None
    digests: Plain = {"documents": [digest(document) for document in documents]}
    if request is not None:
        digests = {"request": digest(request), **digests}
    if question.get("ask") == "digests" or request is None:
        return {"digests": digests}
    decision = decide(request, compile_rulebook(documents))
    return {**normal_form(decision), "digests": digests}


def _document(tree: Tree, path: Path) -> Document:
    kind = tree.get("kind") if isinstance(tree, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        expected = "one of " + ", ".join(KINDS)
        raise DocumentError("the kind of document is unknown", field=dotted(path), expected=expected, found=kind)
    return _decoded(tree, KINDS[kind], path)


def _request(tree: Tree) -> RecognitionRequest:
    return _decoded(tree, RecognitionRequest, ("request",))


def _decoded(tree: Tree, type_: type[T], path: Path) -> T:
    try:
        return decode(tree, type_, path)
    except FieldError as error:
        raise error.at(field=dotted(error.path)) from None


def serve(questions: BinaryIO | None = None, answers: BinaryIO | None = None) -> None:
    """Answer until there are no more questions."""
    questions, answers = questions or sys.stdin.buffer, answers or sys.stdout.buffer
    for line in questions:
        answers.write(msgspec.json.encode(answer(line)) + b"\n")
        answers.flush()
