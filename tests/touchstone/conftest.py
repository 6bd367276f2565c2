# SPDX-License-Identifier: Apache-2.0
"""What the tests of the core may ask for."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def tell(capsys):
    """Print a line that is seen even where output is captured and tests run in several processes."""

    def told(line):
        with capsys.disabled():
            print(f"\n{line}", file=sys.stderr, flush=True)

    return told
