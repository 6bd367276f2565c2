# SPDX-License-Identifier: Apache-2.0
"""The fast tests notice every planted mistake."""

from __future__ import annotations

import pytest

from tests.mutants.planted import PLANTED
from tests.mutants.planting import PASSED, SOUND, exit_code, occurrences, plant


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda mutant: mutant.name)
def test_the_text_of_a_mistake_stands_once_in_the_core(mutant):
    assert occurrences(mutant) == 1, "the code was rewritten: rewrite the mistake in tests/mutants/planted.py"
    assert mutant.old != mutant.new


def test_every_mistake_has_a_name_of_its_own():
    assert len({mutant.name for mutant in PLANTED}) == len(PLANTED) >= 20


@pytest.mark.soak
def test_every_planted_mistake_is_noticed_by_the_fast_tests(capsys):
    assert exit_code(SOUND) == PASSED

    survivors = [mutant.name for mutant, noticed in plant(PLANTED) if not noticed]

    with capsys.disabled():
        print(f"\n{len(PLANTED) - len(survivors)} of {len(PLANTED)} mutants killed", flush=True)
    assert survivors == []
