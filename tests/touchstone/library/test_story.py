# SPDX-License-Identifier: Apache-2.0
"""The path of trust of the demonstration: every step comes out as it must, and is told in four languages."""

from __future__ import annotations

import random

import pytest

from touchstone.library.story import load_script, tell
from touchstone.text import LANGUAGES


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    return folder, list(tell(folder, random=random.Random(7).randbytes))


def test_every_step_comes_out_as_it_must(told):
    _, steps = told

    assert [step.step for step in steps if not step.holds] == []


def test_the_script_has_a_text_for_every_step_and_for_no_other(told):
    _, steps = told

    assert [step.step for step in steps] == list(load_script().steps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_gap_of_a_text_is_left_open(told, language):
    script = load_script()

    for step in told[1]:
        assert set(script.steps[step.step]) == set(LANGUAGES)
        assert "{" not in script.say(step, language)


def test_all_files_are_in_the_folder_that_was_given(told):
    folder, _ = told

    assert {"trust.json", "wallet.json", "presentation.json", "receipt.json", "recognition.json"} <= {
        file.name for file in folder.iterdir()
    }


def test_the_same_random_bytes_tell_the_same_story(told, tmp_path):
    list(tell(tmp_path, random=random.Random(7).randbytes))

    def files(folder):
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    assert files(tmp_path) == files(told[0])
