"""The page on security names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/security.md").read_text("utf-8")


def test_every_test_and_file_that_the_page_names_is_there():
    tests = set(re.findall(r"`([\w/]+/test_\w+\.py)`", PAGE))
    code = set(re.findall(r"`((?:\w+/)*\w+\.py)`", PAGE)) - tests
    assert len(tests) > 8
    assert [each for each in tests if not (ROOT / "tests" / each).is_file()] == []
    places = ("tests", "src/touchstone", "src/touchstone_server", "tests/touchstone_server")
    assert [each for each in code if not any((ROOT / place / each).is_file() for place in places)] == []


def test_what_is_not_met_gives_a_reason():
    assert all(len(row) > 60 for row in PAGE.splitlines() if "**open**" in row)
