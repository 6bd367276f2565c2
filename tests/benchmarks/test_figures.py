# SPDX-License-Identifier: Apache-2.0
"""A figure says what it misses, whichever way it is better; and PyLD is made to do what we do."""

from __future__ import annotations

import pytest
from benchmarks.credentials import hash_data_by_pyld
from benchmarks.figures import Figure, below

from tests.touchstone.credentials.canonical.badge import PROOF, badge
from touchstone.credentials.cryptosuites import hash_data


@pytest.mark.parametrize(
    ("figure", "told", "reaches"),
    [
        (Figure(7), "", True),
        (Figure(3_000, 3_000, 5_000), "   floor >= 3,000   aim >= 5,000 MISSED", True),
        (Figure(5_000, 3_000, 5_000), "   floor >= 3,000   aim >= 5,000", True),
        (Figure(0.39, 0.4), "   floor >= 0.4 MISSED", False),
        (below(1.4, 1.5, 1.1), "   limit < 1.5   aim < 1.1 MISSED", True),
        (below(64, 64), "   limit < 64 MISSED", False),
    ],
)
def test_a_figure_says_what_it_misses(figure, told, reaches):
    assert figure.told == told
    assert figure.reaches(figure.floor) == reaches


def test_pyld_hashes_what_we_hash():
    assert hash_data_by_pyld(badge(), PROOF) == hash_data(badge(), PROOF)
