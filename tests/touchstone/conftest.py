# SPDX-License-Identifier: Apache-2.0
"""Hypothesis draws the same examples on every run: a red test is red again. `make soak` draws more."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "touchstone",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("touchstone")


@pytest.fixture
def tell(capsys):
    """Print a line that is seen even where output is captured and tests run in several processes."""

    def told(line):
        with capsys.disabled():
            print(f"\n{line}", file=sys.stderr, flush=True)

    return told
