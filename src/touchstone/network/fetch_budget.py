# SPDX-License-Identifier: Apache-2.0
"""What one verification may fetch: each address once, few of them, and all within one time.

A presentation can hold a hundred credentials, each with a key and a status list elsewhere. Without a budget for them all together, one
request would be worth as many fetches as its writer likes, of as many seconds as their servers like.
"""

from __future__ import annotations

from typing import Protocol

from touchstone.errors import CredentialError
from touchstone.network.fetching import MAX_BYTES, SECONDS
from touchstone.network.timed import Deadline

MAX_FETCHES = 16
MAX_SECONDS = 15.0


class Retrieve(Protocol):
    """Fetches what stands at a URL; :func:`touchstone.network.fetching.retrieve` is one."""

    def __call__(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        """Return the body."""


class FetchBudget:
    """A fetcher for one verification; call it as ``budget(url)``.

    :param retrieve: fetches, under its own rules.
    :param most: addresses that are fetched at most.
    :param seconds: for all fetches together.
    """

    def __init__(self, retrieve: Retrieve, *, most: int = MAX_FETCHES, seconds: float = MAX_SECONDS) -> None:
        self._retrieve, self._left, self._deadline = retrieve, most, Deadline(seconds)
        self._known: dict[str, bytes | Exception] = {}

    def __call__(self, url: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """Return the body at a URL: the one that was fetched, or refused, before.

        :raises CredentialError: ``fetch_budget_spent``, and what the fetcher raises.
        """
        if url not in self._known:
            self._known[url] = self._fetched(url, max_bytes)
        found = self._known[url]
        if isinstance(found, Exception):
            raise found
        return found

    def _fetched(self, url: str, max_bytes: int) -> bytes | Exception:
        if self._left <= 0:
            return _spent(url)
        self._left -= 1
        try:
            return self._retrieve(url, max_bytes=max_bytes, seconds=min(SECONDS, self._deadline.left()))
        except TimeoutError:
            return _spent(url)
        except (CredentialError, OSError) as error:
            return error


def _spent(url: str) -> CredentialError:
    return CredentialError("fetch_budget_spent", "nothing more is fetched for this verification", found=url)
