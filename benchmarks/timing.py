"""How long something takes."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 20


def timed(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_of(work: Callable[[], object]) -> float:
    """Return the median time of ``work``."""
    return statistics.median(timed(work) for _ in range(ROUNDS))


def percentile(times: Sequence[float], percent: int) -> float:
    """Return a percentile of ``times``."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def medians_in_turn(works: Mapping[str, Sequence[Callable[[], object]]], rounds: int) -> dict[str, float]:
    """Return the median CPU time of one piece of each work, in seconds, all works taking turns so that what slows the machine slows all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(cpu_time(work) / len(work))
    return {name: statistics.median(each) for name, each in times.items()}


def cpu_time(work: Sequence[Callable[[], object]]) -> float:
    """Return how long the pieces of a work take, in seconds of CPU of this process and of the system for it."""
    gc.collect()
    gc.freeze()  # what was there before is not looked through again, whoever's turn it is
    start = time.process_time()
    for each in work:
        each()
    return time.process_time() - start
