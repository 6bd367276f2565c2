# SPDX-License-Identifier: Apache-2.0
"""Every attack is refused at its door, with the code that names it, at once and in little memory."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.corpus import MOST_MEBIBYTES, MOST_MILLISECONDS, VECTORS
from tests.hostile.doors import DOORS, open_all
from tests.hostile.vector import Vector

REPOSITORY = Path(__file__).resolve().parents[2]
CODES = REPOSITORY / "docs" / "reference" / "credential-codes.md"
ACCEPTED = {"valid", "verified", "found", "unbaked", "opened", "200", "201"}


@pytest.fixture(scope="module", autouse=True)
def doors():
    open_all()


def names(vector):
    return f"{vector.door}: {vector.name}"


@pytest.mark.parametrize("vector", VECTORS, ids=names)
def test_an_attack_is_refused_with_its_code_and_at_once(vector: Vector):
    given = vector.make()
    times = []
    for _ in range(2):  # on a busy machine once is no measure
        began = time.process_time()
        outcome = DOORS[vector.door](given)
        times.append((time.process_time() - began) * 1000)
        assert outcome == vector.expected
        if times[-1] < MOST_MILLISECONDS:
            break
    assert min(times) < MOST_MILLISECONDS


def test_no_two_attacks_are_called_the_same_and_none_is_accepted():
    assert max(Counter(map(names, VECTORS)).values()) == 1
    assert not ACCEPTED & {vector.expected[0] for vector in VECTORS}
    assert {vector.door for vector in VECTORS} == set(DOORS)


def test_every_code_of_the_corpus_is_in_the_reference():
    listed = {line.split("`")[1] for line in CODES.read_text(encoding="utf-8").splitlines() if line.startswith("| `")}

    assert {vector.expected[2] for vector in VECTORS} <= listed


def assert_that_each_costs_little(numbers, capsys):
    command = [sys.executable, "-m", "tests.hostile.measure", *map(str, numbers)]
    told = subprocess.run(command, cwd=REPOSITORY, env=environment(), capture_output=True, timeout=300, check=True)
    found = list(zip((VECTORS[number] for number in numbers), json.loads(told.stdout), strict=True))

    slowest, largest = max(each[1] for _, each in found), max(each[2] for _, each in found)
    with capsys.disabled():
        print(
            f"\n{len(found)} hostile vectors refused, each with its code; slowest {slowest:.0f} ms; most memory {largest:.1f} MiB"
        )
    for vector, (outcome, milliseconds, mebibytes) in found:
        assert tuple(outcome) == vector.expected, vector.name
        assert milliseconds < MOST_MILLISECONDS, vector.name
        assert mebibytes < MOST_MEBIBYTES, vector.name


def environment():
    return {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}"}


def test_attacks_cost_little_in_a_process_of_their_own(capsys):
    largest = [number for number, vector in enumerate(VECTORS) if "thousand" in vector.name and vector.door == "verify"]
    others = random.Random(4).sample(range(len(VECTORS)), 20)

    assert_that_each_costs_little(sorted({*largest, *others}), capsys)


@pytest.mark.soak
def test_every_attack_costs_little_in_a_process_of_its_own(capsys):
    assert_that_each_costs_little(range(len(VECTORS)), capsys)
