# SPDX-License-Identifier: Apache-2.0
"""Canonicalisation against PyLD and npm's jsonld, which share no code with it, on documents that nobody would write."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.touchstone.credentials.canonical import pyld_reference
from tests.touchstone.credentials.canonical.documents import CONTEXTS, document, sibling
from touchstone.credentials.canonical import Reading, encoded
from touchstone.credentials.canonical.rdfc import canonicalise
from touchstone.credentials.canonical.shapes import Canonicalisation, secured, whole
from touchstone.errors import CredentialError

SAMPLE, SOAK, SOAK_NODE = 40, 50_000, 2_000
PYLD_BLOCKS, NODE_BLOCKS = 20, 4
"""The soak is cut into blocks of seeds, so that every core has some; the run's end tells their sum."""
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
    """Compare a document and two siblings of its shape, as a whole and cut into what is secured and its proofs.

    What differs is counted as a mismatch, and the document is shown.
    """
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
        agreed = own == reference(each)
        reading = Reading(encoded(each), CONTEXTS)
        if "proof" in each:
            for number, part in enumerate(secured(each)):
                found = outcome(lambda number=number, reading=reading: reading._parts.part(number))
                agreed = agreed and (isinstance(found, str) or found == reference(part))
        note(met, agreed, seed, each)


def note(met: Counter[str], agreed: bool, seed: int, each: Any) -> None:
    met["mismatches"] += not agreed
    if not agreed:
        print(f"mismatch, seed {seed}: {json.dumps(each, ensure_ascii=False)}")


def test_generated_documents_have_the_canonical_form_that_pyld_finds():
    """The first seeds of what is drawn 50,000 times below: whole documents, siblings of their shape, and their secured parts."""
    met: Counter[str] = Counter()

    for seed in range(SAMPLE):  # three documents each
        compare(seed, met)

    assert met["mismatches"] == 0
    assert met["compared"] > 2 * SAMPLE
    assert met["from a shape"] > SAMPLE / 3


@pytest.mark.soak
@pytest.mark.parametrize("block", range(PYLD_BLOCKS))
def test_50_000_generated_documents_have_the_canonical_form_that_pyld_finds(block, tally):
    met = Counter(compared=0, mismatches=0)
    size = SOAK // PYLD_BLOCKS // 3 * 51 // 50  # three documents each, and some are refused

    for seed in range(1_000_000 + block * size, 1_000_000 + (block + 1) * size):
        compare(seed, met)

    tally("PyLD", told(met))
    assert met["mismatches"] == 0
    assert met["compared"] > 2 * size


def told(met: Counter[str]) -> dict[str, int]:
    """The counts under the words by which the run's end tells them."""
    return {"documents compared" if name == "compared" else name: number for name, number in met.items()}


@pytest.fixture(scope="session")
def jsonld(tmp_path_factory) -> Path:
    """A folder where npm has installed jsonld."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed; with them this test compares with npm's jsonld")
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "jsonld@9", "rdf-canonize@5"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"npm cannot install jsonld here: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def is_sorted_otherwise_by_rdf_canonize(nquads: str) -> bool:
    """Say whether lines stand in another order by UTF-16 units.

    The Recommendation sorts by code points; rdf-canonize (5.0.0) sorts as JavaScript does. Its other defect met here: a node that is
    described twice with an empty list has the same statement twice.
    """
    return any(char > "\uffff" for char in nquads) and any("\ue000" <= char <= "\uffff" for char in nquads)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(NODE_BLOCKS))
def test_2_000_generated_documents_have_the_canonical_form_that_npm_jsonld_finds(block, jsonld, tally):
    met = Counter(compared=0, mismatches=0)
    made: list[tuple[int, Any, bytes]] = []
    seeds = count(5_000_000 + block * 100_000)
    while len(made) < SOAK_NODE * 11 // 10 // NODE_BLOCKS:  # some are left out below
        seed = next(seeds)
        each = document(seed)
        own = outcome(lambda each=each: Canonicalisation(encoded(each), whole, CONTEXTS).part(0))
        if isinstance(own, str):
            met[own] += 1
        elif is_sorted_otherwise_by_rdf_canonize(own.decode()):
            met["sorted by UTF-16 there"] += 1
        else:
            made.append((seed, each, own))

    contexts = {url: CONTEXTS.context(url) for url in CONTEXTS.urls}
    lines = "\n".join(json.dumps(each) for each in [contexts, *(each for _, each, _ in made)])
    driver = Path(__file__).with_name("jsonld_oracle.mjs")
    done = subprocess.run(["node", str(driver), str(jsonld)], input=lines, capture_output=True, text=True, check=True)

    answers = [json.loads(line) for line in done.stdout.rstrip("\n").split("\n")]
    for (seed, each, own), theirs in zip(made, answers, strict=True):
        if isinstance(theirs, str) and len(theirs.splitlines()) != len({*theirs.splitlines()}):
            met["with a line twice there"] += 1
            continue
        met["compared"] += 1
        note(met, own.decode() == theirs, seed, each)
    tally("npm jsonld", told(met))
    assert met["mismatches"] == 0
    assert met["compared"] >= SOAK_NODE // NODE_BLOCKS
