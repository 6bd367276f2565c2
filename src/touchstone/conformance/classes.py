# SPDX-License-Identifier: Apache-2.0
"""Conformance classes: what an implementation may claim, and how an answer is judged against a vector (standard, clause 11).

A judge returns a complaint, or nothing when the answer is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from touchstone.conformance.vectors import Plain, Vector
from touchstone.recognition.reasons import CATALOGUE

DECIDED = ("outcome", "floor", "ceiling", "agreement", "recognised", "missing", "conditions", "recognised_as", "open")
"""The fields of a decision that every implementation must answer alike."""


class ConformanceClass(NamedTuple):
    """A class, the vectors that bear on it, and its judge."""

    name: str
    meaning: str
    bears_on: Callable[[Vector], bool]
    complaint: Callable[[Vector, Plain], str]


def _differing(expected: object, found: object, what: str) -> str:
    return "" if expected == found else f"{what}: expected {_shown(expected)}, found {_shown(found)}"


def _shown(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 120 else text[:119] + "…"


def _digests(vector: Vector, answer: Plain) -> str:
    """Compare the digests of the request and of each document, in the order in which they were sent."""
    expected, found = vector.digests or {}, answer.get("digests")
    if not isinstance(found, dict):
        return f"the answer holds no digests{_because(answer)}"
    told = _differing(expected.get("request"), found.get("request"), "digest of the request")
    return told or _differing(expected.get("documents", []), found.get("documents", []), "digests of the documents")


def _because(answer: Plain) -> str:
    return f", but an error: {_shown(answer['error'])}" if "error" in answer else ""


def _reading(vector: Vector, answer: Plain) -> str:
    """Ask for a sentence where input must be refused, and for none where it must be read."""
    refused = "error" in answer
    if not vector.must_be_refused:
        return f"input that is good was refused: {_shown(answer['error'])}" if refused else ""
    if not refused:
        return f"input that must be refused was decided as {_shown(answer.get('outcome'))}"
    told = answer["error"]
    return "" if isinstance(told, str) and told.strip() else "the refusal is not told in a sentence"


def _deciding(vector: Vector, answer: Plain) -> str:
    """Compare the decision field by field."""
    if "error" in answer:
        return f"no decision{_because(answer)}"
    expected = vector.expected or {}
    complaints = (_differing(_told(expected, field), _told(answer, field), field) for field in DECIDED)
    return "; ".join(filter(None, complaints))


def _told(decision: Plain, field: str) -> object:
    """Return a field of a decision; a field that is null, or null inside, is as if it were left out."""
    value = decision.get(field)
    if isinstance(value, dict):
        value = {name: item for name, item in value.items() if item is not None}
    return value


def _explaining(vector: Vector, answer: Plain) -> str:
    """Ask for standing, reasons, proof and inputs that fit the decision."""
    wrong = _deciding(vector, answer)
    if wrong:
        return wrong
    return (
        _differing((vector.expected or {}).get("standing"), answer.get("standing"), "standing")
        or _reasons(answer)
        or _proof(answer)
        or _inputs(vector, answer)
    )


def _reasons(answer: Plain) -> str:
    codes = [reason.get("code") for reason in answer.get("reasons", [])]
    unknown = [code for code in codes if code not in CATALOGUE]
    if unknown:
        return f"a reason is not in the catalogue: {_shown(unknown[0])}"
    return "" if codes or answer["outcome"] == "FULL" else "nothing says why it is not FULL"


def _proof(answer: Plain) -> str:
    proved = sorted({step.get("unit") for step in answer.get("proof", [])} & set(answer["recognised"]))
    return _differing(answer["recognised"], proved, "units that the proof speaks of")


def _inputs(vector: Vector, answer: Plain) -> str:
    """Every document that the answer names was sent, under that digest, and so was the request."""
    digests, inputs = vector.digests or {}, answer.get("inputs", {})
    named = [used.get("digest") for used in inputs.get("documents", [])]
    strange = [each for each in named if each not in digests["documents"]]
    if strange:
        return f"a document that was consulted was never sent: {_shown(strange[0])}"
    if not named:
        return "no document is named as consulted"
    return _differing(digests["request"], inputs.get("request"), "digest of the request among the inputs")


def _is_decided(vector: Vector) -> bool:
    return vector.expected is not None and not vector.must_be_refused


CLASSES: dict[str, ConformanceClass] = {
    each.name: each
    for each in (
        ConformanceClass(
            "digest", "names every document and request by the same digest", lambda v: v.digests is not None, _digests
        ),
        ConformanceClass(
            "reader",
            "reads what is good and refuses what is not, with a sentence",
            lambda v: v.expected is not None,
            _reading,
        ),
        ConformanceClass("decider", "decides every request alike, in outcome and content", _is_decided, _deciding),
        ConformanceClass(
            "explainer", "decides alike, and says why, from which documents, and how official", _is_decided, _explaining
        ),
    )
}
