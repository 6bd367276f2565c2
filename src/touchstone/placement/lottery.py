# SPDX-License-Identifier: Apache-2.0
"""The lottery that breaks ties: numbers that follow from a recorded seed and the ids alone, so that anybody draws them again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def lottery_numbers(seed: str, ids: Sequence[str]) -> list[int]:
    """Return each student's place in the draw, 0 first: the order of SHA-256 over the seed, a zero byte and the id (UTF-8).

    The order in which the ids are given changes nothing.
    """
    begun = hashlib.sha256(seed.encode() + b"\0")
    drawn = []
    for name in ids:
        ticket = begun.copy()
        ticket.update(name.encode())
        drawn.append(ticket.digest())
    numbers = [0] * len(ids)
    for number, place in enumerate(sorted(range(len(ids)), key=drawn.__getitem__)):
        numbers[place] = number
    return numbers
