# SPDX-License-Identifier: Apache-2.0
"""Hostile tables and packages: each is refused with a sentence, at once, and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from tests.touchstone.standards.exchange import hostile

SECONDS = 1.0
MIB = 64
READER = Path(__file__).with_name("read_hostile.py")


def refusals(step):
    """Every file, or one in so many, read in one process of its own, which measures each: processor seconds, and the growth of its peak."""
    with subprocess.Popen([sys.executable, READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        for told, name, content in islice(hostile.files(), 0, None, step):
            reader.stdin.write(json.dumps([told, name, len(content)]).encode() + b"\n" + content)
        said, _ = reader.communicate(timeout=120)
    return json.loads(said)


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.soak), 3], ids=["each", "one in three"])
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures with Linux's own account of memory")
def test_every_hostile_file_is_refused_at_once_with_a_sentence(tell, step):
    """Every day one in three, of workbooks, tables and packages alike; neighbours in the list are attacks of one sort."""
    refused = refusals(step)

    assert len({each["told"] for each in refused}) == len(refused) >= 200 // step
    assert [each for each in refused if not each["sentence"] or "traceback" in each["sentence"]] == []
    assert [each for each in refused if "\n" in each["sentence"] or each["sentence"][-1] not in ".?"] == []
    assert [each for each in refused if len(each["sentence"]) > 600] == []
    for unit, limit in (("seconds", SECONDS), ("mib", MIB)):
        most = max(refused, key=lambda each: each[unit])
        tell(f"{len(refused)} hostile files refused, with at most {most[unit]:.2f} {unit}: {most['told']}")
        assert most[unit] < limit
