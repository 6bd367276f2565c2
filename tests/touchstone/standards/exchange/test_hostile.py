# SPDX-License-Identifier: Apache-2.0
"""Hostile tables and packages: each is refused with a sentence, at once, and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.touchstone.standards.exchange import hostile

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures with Linux's own account")

SECONDS = 1.0
MIB = 64
READER = Path(__file__).with_name("read_hostile.py")


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """Every file read in one process of its own, which measures each: processor seconds, and the growth of its peak."""
    folder = tmp_path_factory.mktemp("hostile")
    listed = []
    for index, (told, name, content) in enumerate(hostile.files()):
        file = folder / f"{index}-{name}"
        file.write_bytes(content)
        listed.append((told, str(file)))
    done = subprocess.run(
        [sys.executable, READER], input=json.dumps(listed), capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


def test_hostile_files_are_many(refusals):
    assert len(refusals) >= 150
    assert len({refusal["told"] for refusal in refusals}) == len(refusals)


def test_each_is_refused_with_a_sentence(refusals):
    accepted = [refusal for refusal in refusals if not refusal["sentence"] or "traceback" in refusal["sentence"]]

    assert accepted == []
    for refusal in refusals:
        assert refusal["sentence"].rstrip()[-1] in ".?", refusal
        assert "\n" not in refusal["sentence"]
        assert len(refusal["sentence"]) < 1200


def test_each_is_refused_within_a_second(refusals):
    assert [refusal for refusal in refusals if refusal["seconds"] >= SECONDS] == []


def test_each_is_refused_in_little_memory(refusals, tell):
    for unit in ("seconds", "mib"):
        most = max(refusals, key=lambda refusal: refusal[unit])
        tell(f"{len(refusals)} hostile files, at most {most[unit]:.2f} {unit} more: {most['told']}")

    assert [refusal for refusal in refusals if refusal["mib"] >= MIB] == []
