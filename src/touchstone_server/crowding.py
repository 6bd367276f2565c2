# SPDX-License-Identifier: Apache-2.0
"""Answers that keep a thread busy for seconds: so many at once and no more, so that the others, of which each takes milliseconds, go on.

Whoever comes beyond that is told so at once: a queue would hold the very threads that are to be kept free.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse

from touchstone_server.language import Locale
from touchstone_server.pages import page

AGAIN = 10
"""Seconds after which trying again makes sense: so long does the longest of these answers take."""


class Room:
    """Room for so many at once in this process, which answers with four threads (``node/serving.py``)."""

    def __init__(self, most: int) -> None:
        self._places = threading.Semaphore(most)

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """Tell whether there is a place, and hold it until the end."""
        has_place = self._places.acquire(blocking=False)
        try:
            yield has_place
        finally:
            if has_place:
                self._places.release()


def full(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Say that there is no place now, and that waiting helps."""
    response = page(request, locale, "home/full.html", {"seconds": AGAIN}, status=503)
    response["Retry-After"], response["Cache-Control"] = str(AGAIN), "no-store"
    return response
