# SPDX-License-Identifier: Apache-2.0
"""The engine and the independent oracle decide every random world alike."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.oracle import oracle
from tests.oracle.worlds import random_world
from tests.touchstone.plain import decided, plainly, summary

SAMPLE, PART = 500, 50
SOAK, AT_LEAST, BLOCKS = 20_000, 500, 8
OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER")


def compared(seed):
    """Decide one world twice, and return the outcome on which both agree."""
    request, documents = random_world(random.Random(seed))
    expected = plainly(oracle.decide(request, documents))
    assert summary(decided(request, documents)) == expected, f"world {seed}"
    return expected["outcome"]


@pytest.mark.parametrize("first", range(0, SAMPLE, PART))
def test_engine_and_oracle_agree_on_a_sample_of_worlds(first):
    """Every outcome in hundreds of worlds; the soak below takes twenty thousand others."""
    for seed in range(first, first + PART):
        compared(seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_and_oracle_agree_on_twenty_thousand_worlds_that_reach_every_outcome(block, tally):
    size = SOAK // BLOCKS
    first = 100_000 + block * size

    reached = Counter(compared(seed) for seed in range(first, first + size))

    tally("engine = oracle on worlds", reached)
    assert min(reached[outcome] for outcome in OUTCOMES) >= AT_LEAST // BLOCKS
