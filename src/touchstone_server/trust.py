# SPDX-License-Identifier: Apache-2.0
"""Whom this node relies on when it verifies credentials, and what it may look up for that.

A node whose owner names no trust registry relies on an illustrative one and offers samples to try. It opens no connection unless its
owner allows it (``TOUCHSTONE_FETCH``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.conf import settings

from touchstone.credentials.retrieving import Retrieve, Retrieved
from touchstone.credentials.status_check import MAX_LIST_BYTES
from touchstone.errors import CredentialError
from touchstone.library.samples import SAMPLES, Samples
from touchstone.library.samples import samples as samples_of
from touchstone.recognition.from_wallet import Lists
from touchstone.standards import TrustRegistry
from touchstone.standards.registry_integrity import load_registry, registry_doubts
from touchstone_server import clock
from touchstone_server.issuing.lists import at_hand, withheld

_NAMED = re.compile(rb'"statusListCredential"\s*:\s*"([!-~]{1,300}?)"')
"""A status list as a credential names it; one that is written otherwise is asked for by itself."""
_log = logging.getLogger(__name__)


def registry() -> TrustRegistry:
    """Return the registry that this node relies on.

    :raises DocumentError: it cannot be used.
    """
    if settings.TOUCHSTONE_TRUST:
        return _named(settings.TOUCHSTONE_TRUST)
    return _samples_now().registry


def tell_doubts() -> None:
    """Tell the node's owner, in its log, what is very likely not meant in the registry; it concerns no visitor.

    :raises DocumentError: it cannot be used.
    """
    for doubt in registry_doubts(registry()):
        _log.warning(
            "The trust registry %s: %s: %s. %s", settings.TOUCHSTONE_TRUST, doubt.field, doubt.message, doubt.hint
        )


def samples() -> Samples | None:
    """Return the samples to try; none where the node relies on a registry of its own, which does not vouch for them.

    The demonstration's registries do (demo/keys.py).
    """
    offered = settings.TOUCHSTONE_DEMO or not settings.TOUCHSTONE_TRUST
    return _samples_now() if offered else None


def _samples_now() -> Samples:
    """Return the samples of the core's day, which is UTC's: one made for the regions' would hold only from eight in the morning."""
    return samples_of(clock.now().date())


def sample_names() -> tuple[str, ...]:
    """Return the names of the samples to try."""
    return SAMPLES if samples() else ()


def sample_of(name: str) -> bytes | None:
    """Return a sample, or the ``wallet`` with several; None where there is none of that name."""
    offered = samples()
    if offered is None:
        return None
    return offered.wallet if name == "wallet" else offered.credentials.get(name)


def lists(carried: Mapping[str, bytes] | None = None) -> NodeLists:
    """Return what one verification can look up: the lists at hand here, and what others publish where that may be fetched, else the lists
    that were handed in with the credentials.
    """
    offered = samples()
    ours = offered.lists if offered else {}
    return NodeLists(ours, _fetcher()) if settings.TOUCHSTONE_FETCH else NodeLists({**(carried or {}), **ours})


def lists_at_hand() -> Lists:
    """Return what this node has itself, for what must not wait for anybody's server."""
    offered = samples()
    return NodeLists(offered.lists if offered else {})


class NodeLists(Lists):
    """The same, and the status lists that this node publishes itself: of those nobody's copy counts, and none is fetched.

    The database is asked once for each, or once for all that :meth:`look_up` is told of.
    """

    def __init__(self, at_hand: Mapping[str, bytes], fetch: Retrieve | None = None) -> None:
        super().__init__(at_hand, fetch)
        self._own: dict[str, bytes | None] = {}
        self._withheld: set[str] = set()

    def look_up(self, credentials: Iterable[bytes]) -> None:
        """Look up at once what is published here of the lists that some credentials name."""
        self._ask({url.decode() for content in credentials for url in _NAMED.findall(content)})

    def retrieve(self, url: str) -> Retrieved:
        """Return what stands at a URL.

        :raises CredentialError: ``not_at_hand``, also of its own while the node waits after a copy was put back; or what fetching raises.
        """
        if url not in self._own:
            self._ask({url})
        if url in self._withheld:
            raise CredentialError(
                "not_at_hand", "the node that publishes it was put back from a copy and waits", found=url
            )
        own = self._own[url]
        return super().retrieve(url) if own is None else Retrieved(own)

    def _ask(self, urls: set[str]) -> None:
        asked = sorted(url for url in urls if "/status/" in url and url not in self._samples)
        self._own |= dict.fromkeys(urls) | (at_hand(asked) if asked else {})
        self._withheld |= withheld(asked)

    @property
    def _samples(self) -> Mapping[str, bytes]:
        offered = samples()
        return offered.lists if offered else {}


def _fetcher() -> Retrieve:
    # Only where fetching is allowed: a node that opens no connection does not load what opens them.
    from touchstone.network.fetch_budget import FetchBudget
    from touchstone.network.fetching import retrieve
    from touchstone_server.demo import nodes

    budget = FetchBudget(nodes.retrieve if settings.TOUCHSTONE_DEMO else retrieve)
    return lambda url: Retrieved(budget(url, max_bytes=MAX_LIST_BYTES), clock.second())


@cache
def _named(file: str) -> TrustRegistry:
    return load_registry(Path(file))
