# SPDX-License-Identifier: Apache-2.0
"""Plain dictionaries (as the oracle and its worlds use them) made into documents, requests and decisions of the engine."""

from __future__ import annotations

import json

import msgspec

from touchstone.recognition import Decision, RecognitionRequest, compile_rulebook, decide
from touchstone.recognition.bridging import plan
from touchstone.standards import KINDS
from touchstone.standards.decoding import decode

COMPARED = ("outcome", "floor", "ceiling", "agreement", "recognised", "missing", "conditions", "recognised_as", "open")
RANKS = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED")


def texts(value):
    """Every scalar as the text that would stand in a file."""
    if isinstance(value, dict):
        return {key: texts(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [texts(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def document_of(plain):
    """The document that a dictionary describes."""
    return decode(texts(plain), KINDS[plain["kind"]])


def documents_of(plains):
    """All documents of a world."""
    return [document_of(plain) for plain in plains]


def request_of(plain):
    """The request that a dictionary describes."""
    return decode(texts(plain), RecognitionRequest)


def decision_of(plain):
    """The decision that was written down as plain data."""
    return decode(texts(plain), Decision)


def decided(request, documents):
    """The engine's decision on a plain request under plain documents."""
    return decide(request_of(request), compile_rulebook(documents_of(documents)))


def planned(request, documents, wish=None):
    """The engine's cheapest plan for a plain request under plain documents."""
    return plan(request_of(request), compile_rulebook(documents_of(documents)), wish)


def summary(decision):
    """What oracle and engine both tell: plain data."""
    return plainly(msgspec.to_builtins(decision))


def plainly(told):
    """A decision as plain data, only the fields that both tell."""
    plain = json.loads(json.dumps(told))
    return {field: plain.get(field) for field in COMPARED}


def rank(outcome):
    """Place of an outcome, 0 the best; without an agreement nothing is settled, which is no better than a refusal."""
    return RANKS.index(outcome) if outcome in RANKS else RANKS.index("REFUSED")
