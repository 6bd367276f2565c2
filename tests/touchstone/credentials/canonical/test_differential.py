# SPDX-License-Identifier: Apache-2.0
"""Canonicalisation against PyLD, an implementation that shares no code with it, on documents that nobody would write."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from tests.touchstone.credentials.canonical import pyld_reference
from tests.touchstone.credentials.canonical.documents import CONTEXTS, document, sibling
from touchstone.credentials.canonical import Reading, encoded
from touchstone.credentials.canonical.rdfc import canonicalise
from touchstone.credentials.canonical.shapes import Canonicalisation, secured, whole
from touchstone.errors import CredentialError

SAMPLE, SOAK = 40, 50_000
REFUSED = {"value_dropped", "iri_relative", "canonicalisation_too_costly"}
"""What generated documents may be refused for: a graph that says nothing, a text in the place of an identifier, symmetry without end."""


def reference(document: Any) -> bytes:
    return canonicalise(pyld_reference.quads_of(document, CONTEXTS)).nquads.encode()


def outcome(work: Any) -> bytes | str:
    """Return what is made, or the code that it is refused by; any other code than those above is a failure."""
    try:
        return work()
    except CredentialError as error:
        if error.code in REFUSED:
            return error.code
        raise


def compare(seed: int, met: Counter[str]) -> None:
    """Compare a document and two siblings of its shape, as a whole and cut into what is secured and its proofs."""
    chooser = random.Random(seed)
    made = document(seed)
    for each in (made, sibling(made, chooser), sibling(made, chooser)):
        parts = Canonicalisation(encoded(each), whole, CONTEXTS)
        own = outcome(lambda parts=parts: parts.part(0))
        if isinstance(own, str):
            met[own] += 1
            continue
        met["compared"] += 1
        met["from a shape"] += parts.by_shape
        assert own == reference(each), each
        reading = Reading(encoded(each), CONTEXTS)
        if "proof" in each:
            for number, part in enumerate(secured(each)):
                found = outcome(lambda number=number, reading=reading: reading._parts.part(number))
                assert isinstance(found, str) or found == reference(part), part


def test_generated_documents_have_the_canonical_form_that_pyld_finds():
    met: Counter[str] = Counter()

    for seed in range(SAMPLE):  # three documents each
        compare(seed, met)

    assert met["compared"] > 2 * SAMPLE
    assert met["from a shape"] > SAMPLE / 3


@pytest.mark.soak
def test_50_000_generated_documents_have_the_canonical_form_that_pyld_finds(capsys):
    met: Counter[str] = Counter()

    for seed in range(1_000_000, 1_000_000 + SOAK // 3 + 1):
        compare(seed, met)

    with capsys.disabled():
        print(f"\nPyLD: {met['compared']:,} documents compared, 0 mismatches; {dict(met)}")
