# SPDX-License-Identifier: Apache-2.0
"""The order in which what happened counts: by its day, and of one day as it was written; what has no effect is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Something that happened on a day."""

    @property
    def on(self) -> dt.date:
        """The day."""


E = TypeVar("E", bound=Dated)
C = TypeVar("C")


def gone_through(
    events: Iterable[E], day: dt.date, why_not: Callable[[E], C | None], take: Callable[[E], None]
) -> Iterator[tuple[int, C]]:
    """Let every event until a day, that day included, have its effect, and yield those that have none: their place, and why.

    :param why_not: says why an event has no effect at this point, or None.
    :param take: lets an event have its effect.
    """
    for place, event in sorted(enumerate(events), key=lambda each: each[1].on):
        if event.on > day:
            return
        code = why_not(event)
        if code is None:
            take(event)
        else:
            yield place, code
