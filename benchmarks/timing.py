"""How long something takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

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
