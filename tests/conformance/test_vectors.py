# SPDX-License-Identifier: Apache-2.0
"""The vectors: every settled point and every outcome, the same bytes on every run, and small enough for anyone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from touchstone.conformance import load_vectors

ROOT = Path(__file__).parents[2]
VECTORS = load_vectors()
FILES = sorted((ROOT / "conformance" / "vectors").glob("*.json"))
ALGORITHM = (ROOT / "docs" / "explanation" / "recognition-algorithm.md").read_text(encoding="utf-8")
POINTS = re.findall(r"^(\d+\.\d+) ", ALGORITHM, flags=re.MULTILINE)
OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER")


def test_the_generator_writes_what_is_there():
    done = subprocess.run(
        [sys.executable, "conformance/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("point", POINTS)
def test_every_settled_point_has_a_vector_that_isolates_it(point):
    assert [vector.id for vector in VECTORS if point in vector.points]


def test_no_vector_speaks_of_a_point_that_is_not_there():
    assert {point for vector in VECTORS for point in vector.points} <= set(POINTS)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_appears_at_least_ten_times(outcome):
    reached = Counter((vector.expected or {}).get("outcome") for vector in VECTORS)

    assert reached[outcome] >= 10


def test_there_are_enough_vectors_of_every_sort():
    assert len(VECTORS) >= 200
    assert sum(vector.must_be_refused for vector in VECTORS) >= 15
    assert sum(vector.ask == "digests" for vector in VECTORS) >= 15
    assert sum(vector.id.startswith("example-") for vector in VECTORS) == 3


def test_vectors_are_small():
    assert max(file.stat().st_size for file in FILES) <= 30_000
    assert sum(file.stat().st_size for file in FILES) < 3_000_000


def test_a_title_is_a_sentence_and_an_id_is_the_name_of_the_file():
    for file, vector in zip(FILES, VECTORS, strict=True):
        assert file.stem == vector.id
        assert vector.title.endswith("."), vector.id
        assert len(vector.title) < 160, vector.id


def test_a_question_gives_nothing_of_the_answer_away():
    for vector in VECTORS:
        assert set(vector.question()) <= {"ask", "documents", "request"}


def test_every_vector_but_the_refused_has_a_digest_for_each_document():
    for vector in VECTORS:
        if not vector.must_be_refused:
            assert len(vector.digests["documents"]) == len(vector.documents)
            assert ("request" in vector.digests) == (vector.request is not None)


def test_every_expected_decision_has_all_its_fields():
    wanted = {"outcome", "floor", "ceiling", "agreement", "recognised", "missing", "open", "standing"}
    for vector in VECTORS:
        if vector.expected and not vector.must_be_refused:
            assert wanted <= set(vector.expected), vector.id
            assert json.dumps(vector.expected)
