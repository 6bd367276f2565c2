# SPDX-License-Identifier: Apache-2.0
"""The engine and the independent oracle decide every random world alike."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.oracle import oracle
from tests.oracle.worlds import random_world
from tests.touchstone.plain import decided, plainly, summary

SAMPLE, PART = 1500, 125
SOAK, AT_LEAST = 20_000, 500
OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER")


def compared(seed):
    """Decide one world twice, and return the outcome on which both agree."""
    request, documents = random_world(random.Random(seed))
    expected = plainly(oracle.decide(request, documents))
    assert summary(decided(request, documents)) == expected, f"world {seed}"
    return expected["outcome"]


@pytest.mark.parametrize("first", range(0, SAMPLE, PART))
def test_engine_and_oracle_agree_on_a_sample_of_worlds(first):
    for seed in range(first, first + PART):
        compared(seed)


@pytest.mark.soak
def test_engine_and_oracle_agree_on_twenty_thousand_worlds_that_reach_every_outcome(tell):
    reached = Counter(compared(seed) for seed in range(100_000, 100_000 + SOAK))

    counts = ", ".join(f"{outcome} {reached[outcome]}" for outcome in OUTCOMES)
    tell(f"engine = oracle on {sum(reached.values())} worlds: {counts}")
    assert min(reached[outcome] for outcome in OUTCOMES) >= AT_LEAST
