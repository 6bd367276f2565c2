# SPDX-License-Identifier: Apache-2.0
"""Measure what attacks cost, each in a child process of its own: ``python -m tests.hostile.measure NUMBER...`` writes JSON.

The parent has been through every door once and makes the attack; the child that is forked then has nothing to do but answer it. Its
memory is compared with what it had when it began, so that the attack is measured, and not Python.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time

from tests.hostile.corpus import VECTORS
from tests.hostile.doors import DOORS, open_all


def measured(vector):
    """Return the outcome at the door, milliseconds of the processor, and mebibytes by which memory grew."""
    given = vector.make()
    gc.collect()
    reading, writing = os.pipe()
    if not (child := os.fork()):
        before, began = memory(), time.process_time()
        try:
            outcome = DOORS[vector.door](given)
        except BaseException as error:
            outcome = ("raised", type(error).__name__, str(error)[:200])
        taken = (time.process_time() - began) * 1000
        os.write(writing, json.dumps([outcome, taken, memory() - before]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        answer = told.read()
    os.waitpid(child, 0)
    outcome, milliseconds, mebibytes = json.loads(answer)
    return tuple(outcome), milliseconds, mebibytes


def memory():
    """Return the most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    open_all()
    json.dump([measured(VECTORS[int(number)]) for number in sys.argv[1:]], sys.stdout)
