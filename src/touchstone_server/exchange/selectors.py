# SPDX-License-Identifier: Apache-2.0
"""What a desk sees of the exchange: peers, what came, and what was refused."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator

from touchstone_server.exchange.models import Peer, PulledDocument, RefusedDocument
from touchstone_server.exchange.publishing import index

PAGE = 50


class PeerView(NamedTuple):
    """A peer of the settings, with what is known of it; None before the first pull."""

    address: str
    peer: Peer | None


def peers() -> list[PeerView]:
    """Return the peers that the settings name."""
    known = {peer.address: peer for peer in Peer.objects.filter(address__in=settings.TOUCHSTONE_PEERS)}
    return [PeerView(address, known.get(address)) for address in settings.TOUCHSTONE_PEERS]


def pulled(number: int) -> Page[PulledDocument]:
    """Return a page of what came, the newest first."""
    found = PulledDocument.objects.select_related("peer").defer("content").order_by("-pulled", "document", "version")
    return Paginator(found, PAGE).get_page(number)


def refused() -> list[RefusedDocument]:
    """Return what was refused, the newest first."""
    return list(RefusedDocument.objects.select_related("peer").order_by("-seen", "document")[:PAGE])


def count_published() -> int:
    """Return how many documents this node publishes."""
    return len(index().documents)
