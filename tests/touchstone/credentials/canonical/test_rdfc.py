# SPDX-License-Identifier: Apache-2.0
"""RDFC-1.0 against the W3C's own tests, and against graphs made to cost."""

from __future__ import annotations

import json
import time
from itertools import permutations
from typing import Any

import pytest

from tests.vectors import folder, vector_json, vector_text, vectors
from touchstone.credentials.canonical import nquads, rdfc
from touchstone.errors import CredentialError

EVALUATIONS, MAPS = 64, 21


def entries(kind: str) -> list[dict[str, Any]]:
    place = folder()
    manifest = place and place / "rdf-canon" / "manifest.jsonld"
    if not manifest or not manifest.exists():
        return []
    return [each for each in json.loads(manifest.read_text("utf-8"))["entries"] if each["type"] == kind]


def canonical(entry: dict[str, Any]) -> rdfc.Canonical:
    algorithm = entry.get("hashAlgorithm", "SHA256").lower()
    return rdfc.canonicalise(nquads.parse(vector_text("rdf-canon", entry["action"])), hash=algorithm)


def test_all_published_tests_are_there():
    vectors("rdf-canon", "manifest.jsonld")

    assert len(entries("rdfc:RDFC10EvalTest")) == EVALUATIONS
    assert len(entries("rdfc:RDFC10MapTest")) == MAPS


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10EvalTest"), ids=lambda entry: entry["id"])
def test_the_canonical_form_is_the_published_one(entry):
    assert canonical(entry).nquads == vector_text("rdf-canon", entry["result"])


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10MapTest"), ids=lambda entry: entry["id"])
def test_the_labels_are_the_published_ones(entry):
    assert canonical(entry).labels == vector_json("rdf-canon", entry["result"])


@pytest.mark.parametrize("entry", entries("rdfc:RDFC10NegativeEvalTest"), ids=lambda entry: entry["id"])
def test_a_poison_graph_is_stopped(entry):
    started = time.process_time()

    with pytest.raises(CredentialError) as refused:
        canonical(entry)

    assert refused.value.code == "canonicalisation_too_costly"
    assert time.process_time() - started < 0.25


def clique(size: int) -> list[nquads.Quad]:
    return [nquads.Quad(f"_:e{i}", "<urn:p>", f"_:e{j}") for i in range(size) for j in range(size) if i != j]


def ring(size: int) -> list[nquads.Quad]:
    return [nquads.Quad(f"_:e{i}", "<urn:p>", f"_:e{(i + 1) % size}") for i in range(size)]


@pytest.mark.parametrize(
    "quads", [clique(9), clique(120), ring(400)], ids=["clique of 9", "clique of 120", "ring of 400"]
)
def test_symmetry_without_end_is_stopped(quads):
    started = time.process_time()

    with pytest.raises(CredentialError, match="too long"):
        rdfc.canonicalise(quads)

    assert time.process_time() - started < 0.25


def test_a_graph_that_holds_ever_so_much_of_a_node_is_one_neighbour_of_it():
    said = [f"<urn:p{number}>" for number in range(50)]
    alike = [nquads.Quad(f"_:e{k}", word, "<urn:o>", f"_:g{k}") for k in range(100) for word in said]

    assert rdfc.canonicalise(alike).nquads.count("\n") == len(alike)


@pytest.mark.parametrize("related", ["a", "aaa", "ab", "aab", "aba", "abab", "abcd", "abcab"])
def test_neighbours_are_tried_in_every_order_once(related):
    tried = list(rdfc._orders(list(related)))

    assert sorted(tried) == sorted(set(permutations(related)))


def test_labels_of_the_input_do_not_matter():
    quads = nquads.parse(
        '_:x <urn:p> _:y .\n_:y <urn:p> _:x .\n_:x <urn:q> "a" <urn:g> .\n_:z <urn:q> "a" .\n_:z <urn:p> _:x _:y .\n'
    )
    other = [
        nquads.Quad(*(term.replace("_:x", "_:q9").replace("_:z", "_:x") for term in quad)) for quad in reversed(quads)
    ]

    assert rdfc.canonicalise(quads).nquads == rdfc.canonicalise(other).nquads


def test_text_is_escaped_as_the_canonical_form_asks():
    term = nquads.literal('\x00\b\t\n\x0b\f\r\x1f"\\\x7fé\u2028鑲')

    assert term == '"\\u0000\\b\\t\\n\\u000B\\f\\r\\u001F\\"\\\\\\u007Fé\u2028鑲"'
    assert nquads.parse(f"<urn:s> <urn:p> {term} .") == [nquads.Quad("<urn:s>", "<urn:p>", term)]


def test_what_is_no_n_quad_is_refused_with_its_line():
    with pytest.raises(CredentialError, match="N-Quads") as refused:
        nquads.parse('<urn:s> <urn:p> "a" .\n<urn:s> <urn:p> .\n')

    assert (refused.value.code, refused.value.line) == ("nquads_invalid", 2)
