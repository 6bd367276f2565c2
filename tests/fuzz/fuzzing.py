"""A small fuzzer guided by coverage: what reaches a step of ours that nothing reached before is kept, and changed further."""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tests.fuzz.targets import REFUSED, Target, packed_of, parts_of

OURS = str(Path(__file__).parents[2] / "src" / "touchstone")
SLOWEST = 2.0
"""CPU seconds, traced, that one input may take: a small file on which a reader works longer is a finding too."""
LARGEST = 20_000
EDGES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\n", b" ", b"", b"\xef\xbb\xbf", b"\xff\xfe")

Step = tuple[str, int, int]


class Crash(NamedTuple):
    """An input on which a reader did neither of the two things it may do, and what it did."""

    content: bytes
    told: str


class Outcome(NamedTuple):
    """What a run came to: how many inputs, those kept, the steps that they reach, and the crashes, one a place."""

    runs: int
    corpus: list[bytes]
    steps: int
    crashes: list[Crash]


def fuzz(
    target: Target,
    seconds: float,
    seed: int,
    corpus: Iterable[bytes] = (),
    tell: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Read changed files for some seconds of CPU.

    :param corpus: inputs of earlier runs.
    :param tell: is told how it stands, every few seconds.
    """
    chance = random.Random(seed)
    reached: set[Step] = set()
    kept: list[bytes] = []
    crashes: dict[str, Crash] = {}
    pending = [*target.seeds, *corpus]
    runs, begun, told = 0, time.process_time(), 0.0
    while (spent := time.process_time() - begun) < seconds or pending:
        content = pending.pop() if pending else changed(target, chance, kept)
        steps, crash = watched(target, content)
        runs += 1
        if crash:
            crashes.setdefault(crash.told.splitlines()[-1] + crash.told.splitlines()[-2], crash)
        elif not kept or not steps <= reached:
            reached |= steps
            kept.append(content)
        if spent - told > 10:
            told = spent
            so_far = f"{runs:,} inputs, {len(kept)} kept, {len(reached):,} steps, {len(crashes)} crashes"
            tell(f"{target.name}: {spent:.0f} of {seconds:.0f} s, {so_far}")
    return Outcome(runs, kept, len(reached), list(crashes.values()))


def watched(target: Target, content: bytes) -> tuple[set[Step], Crash | None]:
    """Read one input, and return which of our lines followed which, and the crash if it is one."""
    steps: set[Step] = set()
    last: dict[int, int] = {}

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            steps.add((frame.f_code.co_filename, last.get(id(frame), 0), frame.f_lineno))
            last[id(frame)] = frame.f_lineno
        return local

    def entered(frame: FrameType, _event: str, _: Any) -> Any:
        return local if frame.f_code.co_filename.startswith(OURS) else None

    begun = time.process_time()
    sys.settrace(entered)
    try:
        target.read(content)
    except REFUSED:
        pass
    except BaseException:
        sys.settrace(None)
        return steps, Crash(content, traceback.format_exc())
    finally:
        sys.settrace(None)
    took = time.process_time() - begun
    slow = f"slow\n{took:.1f} s of CPU for {len(content)} bytes" if took > SLOWEST else ""
    return steps, Crash(content, slow) if slow else None


def changed(target: Target, chance: random.Random, kept: list[bytes]) -> bytes:
    """Return a kept input with a few changes; of a zip mostly its parts, packed again."""
    content = chance.choice(kept)
    if target.packed and chance.random() < 0.8 and (parts := parts_of(content)):
        name = chance.choice(list(parts))
        parts[name] = _spoilt(parts[name], target, chance, parts_of(chance.choice(kept)) or {})
        return packed_of(parts)
    return _spoilt(content, target, chance, {"": chance.choice(kept)})


def _spoilt(content: bytes, target: Target, chance: random.Random, others: dict[str, bytes]) -> bytes:
    spoilt = bytearray(content)
    for _ in range(1 << chance.randint(0, 4)):
        place = chance.randint(0, len(spoilt))
        span = chance.choice((0, 1, 4, chance.randint(0, 64)))
        match chance.randint(0, 6):
            case 0:
                spoilt[place : place + 1] = bytes([chance.randint(0, 255)])
            case 1:
                spoilt[place : place + span] = chance.choice((*target.words, *EDGES))
            case 2:
                spoilt[place : place + span] = b""
            case 3:
                spoilt[place:place] = spoilt[place : place + span] * chance.randint(1, 8)
            case 4:
                other = chance.choice(list(others.values()) or [b""])
                begin = chance.randint(0, len(other))
                spoilt[place : place + span] = other[begin : begin + chance.randint(0, 200)]
            case 5:
                spoilt[place : place + 4] = chance.choice((0, 1, 0x7F, 0xFF, 2**31, 2**32 - 1, len(spoilt))).to_bytes(
                    4, "little"
                )
            case _:
                del spoilt[place + chance.randint(0, 200) :]
    return bytes(spoilt[:LARGEST])
