# SPDX-License-Identifier: Apache-2.0
"""Write the conformance vectors: one JSON file each, the same bytes on every run.

    python conformance/generate.py            write conformance/vectors/*.json
    python conformance/generate.py --check    fail if a vector is not what oracle, engine and hand say now

What a vector expects is what the oracle decides (tests/oracle), where it decides; the run stops with a sentence where the
engine, or what was derived by hand, differs from it. Digests are computed twice too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance.cases import (
    Case,
    bad_input,
    coverage,
    digests,
    documents_and_agreements,
    evidence_and_levels,
    outcomes,
    standing,
    sums_and_pools,
    worlds,
)

from tests.oracle.answer import answer as oracle_answers
from tests.touchstone.plain import document_of, request_of
from touchstone.conformance.answering import answer as engine_answers
from touchstone.conformance.classes import DECIDED
from touchstone.errors import DocumentError
from touchstone.standards import normal_form

VECTORS = Path(__file__).parent / "vectors"
LARGEST, LARGEST_SUM = 30_000, 3_000_000
HAND_SHAPED = (documents_and_agreements, evidence_and_levels, coverage, sums_and_pools, outcomes, standing)
OPTIONAL = ("conditions", "recognised_as")

Plain = dict[str, Any]


class Disagreement(SystemExit):
    """Oracle, engine, hand or the file on disk differ."""


def cases() -> list[Case]:
    """Every case, by id."""
    found = [each for module in (*HAND_SHAPED, bad_input, digests, worlds) for each in module.CASES]
    ids = [each.id for each in found]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise Disagreement(f"two vectors are called {twice[0]}.")
    return sorted(found, key=lambda each: each.id)


def vector_of(case: Case) -> Plain:
    """The vector of a case, with what oracle and engine agree on."""
    documents, request = case.documents, case.request
    if case.group != "digest":
        documents = [in_normal_form(case, each, document_of) for each in documents]
        request = in_normal_form(case, request, request_of)
    question = {"ask": "digests" if case.group == "digest" else "decision", "documents": documents}
    if request is not None:
        question["request"] = request
    oracle, engine = oracle_answers(question), engine_answers(json.dumps(question).encode())
    head = {"id": case.id, "title": case.title, "points": list(case.points), "documents": documents}
    body = {} if request is None else {"request": request}
    return {**head, **body, **agreed(case, oracle, engine)}


def in_normal_form(case: Case, plain_value: Plain, read: Callable[[Plain], Any]) -> Plain:
    """A document or request in normal form; what is badly formed on purpose stays as it was written."""
    try:
        return normal_form(read(plain_value))
    except (DocumentError, KeyError):
        if case.group != "bad":
            raise
        return plain_value


def agreed(case: Case, oracle: Plain, engine: Plain) -> Plain:
    """What is expected, once both evaluators and the hand say the same."""
    if case.group == "bad":
        for who, told in (("oracle", oracle), ("engine", engine)):
            if "error" not in told:
                raise Disagreement(f"{case.id}: the {who} does not refuse it, but decides {told['outcome']}.")
        return {"expected": {"error": True}}
    for who, told in (("oracle", oracle), ("engine", engine)):
        if "error" in told:
            raise Disagreement(f"{case.id}: the {who} refuses it: {told['error']}")
    same(case, "digests", oracle["digests"], engine["digests"])
    if case.group == "digest":
        return {"digests": oracle["digests"]}
    for field in DECIDED:
        same(case, field, plain(oracle.get(field)), plain(engine.get(field)))
    expected = {field: plain(oracle.get(field)) for field in DECIDED}
    expected = {field: value for field, value in expected.items() if field not in OPTIONAL or value is not None}
    expected["standing"] = engine["standing"]
    for field, value in case.hand.items():
        if expected.get(field) != value:
            raise Disagreement(f"{case.id}: by hand {field} is {value}, but both evaluators say {expected.get(field)}.")
    return {"expected": expected, "digests": oracle["digests"]}


def same(case: Case, field: str, oracle: Any, engine: Any) -> None:
    """Stop where the two evaluators differ."""
    if oracle != engine:
        raise Disagreement(f"{case.id}: {field} is {oracle} for the oracle and {engine} for the engine.")


def plain(value: Any) -> Any:
    """A value as JSON holds it; what is null inside is left out."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def written(vector: Plain) -> bytes:
    """A vector as it stands in its file: a line for each document, so that a difference can be read."""
    lines = [f"  {json.dumps(name)}: {value(name, item)}" for name, item in vector.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def value(name: str, item: Any) -> str:
    """A field's value: documents one a line, anything else on its own line."""
    if name != "documents" or not item:
        return json.dumps(item, ensure_ascii=False)
    return "[\n" + ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in item) + "\n  ]"


def files() -> Iterator[tuple[Path, bytes]]:
    """Every file with its content, within the bounds that a reader may rely on."""
    total = 0
    for case in cases():
        content = written(vector_of(case))
        total += len(content)
        if len(content) > LARGEST or total > LARGEST_SUM:
            raise Disagreement(f"{case.id}: {len(content)} bytes, {total} in all, are more than a vector may have.")
        yield VECTORS / f"{case.id}.json", content


def main(arguments: Iterable[str]) -> None:
    """Write the vectors, or with ``--check`` compare them."""
    wanted = dict(files())
    stale = sorted(path for path in VECTORS.glob("*.json") if path not in wanted)
    if "--check" in arguments:
        changed = [path for path, content in wanted.items() if not path.exists() or path.read_bytes() != content]
        if changed or stale:
            raise Disagreement(
                f"{(changed + stale)[0].name} is not what it should be: run conformance/generate.py and commit it."
            )
        return
    VECTORS.mkdir(exist_ok=True)
    for path in stale:
        path.unlink()
    for path, content in wanted.items():
        path.write_bytes(content)
    print(f"{len(wanted)} vectors, {sum(map(len, wanted.values()))} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
