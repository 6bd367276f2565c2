# SPDX-License-Identifier: Apache-2.0
"""Where the demonstration's three nodes are, and how one of them reads what another publishes.

The three are told apart by port and not by host name, because ``localhost`` leads everywhere to this machine, and ``hk.localhost`` does
not (Safari, and resolvers of some systems, do not know it). Cookies know no port: each node has names of its own for them (settings).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from touchstone.errors import CredentialError
from touchstone.network import fetching
from touchstone_server.demo import certificate, crossings
from touchstone_server.demo.cast import issuers

AGENT = "touchstone-node/"
"""How a node names itself to another, with its region behind it."""
LIST = re.compile(r"/status/([0-9a-f]{12}/)?[0-9a-z-]{1,60}")
"""Where a node publishes a status list that was made at a desk; nothing else can be sent along in its address."""


def address_of(region: str) -> str:
    """Return scheme, host and port of a region's node; empty where this node stands for it, too."""
    return "" if region == settings.TOUCHSTONE_REGION else settings.TOUCHSTONE_DEMO_NODES.get(region, "")


def addresses() -> tuple[str, ...]:
    """Return where all of them answer."""
    return tuple(settings.TOUCHSTONE_DEMO_NODES.values())


def retrieve(url: str, *, max_bytes: int, seconds: float) -> bytes:
    """Fetch a public status list from the node that keeps it, and put that on record: one that was made at a desk stands below the
    address of its node; one of the story below the made-up host of its issuer, for which the node of its region stands in.

    It takes the place of :func:`touchstone.network.fetching.retrieve`, which would refuse both the port and the loopback address.

    :raises CredentialError: for whatever else is asked for, and where the node does not answer.
    """
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    region = next((each.region for each in issuers() if f"https://{each.host}" == origin), "")
    if region and not address_of(region):
        return _own(parts.path, url)
    if region:
        url = address_of(region) + parts.path
    elif _region_at(origin) is None or not LIST.fullmatch(url.removeprefix(origin)):
        raise CredentialError(
            "fetch_address_refused", "the demonstration opens no connection but to its own", found=url
        )
    body = retrieve_changed(url, "", max_bytes=max_bytes, seconds=seconds).body
    assert body is not None, "nothing but a body answers a request without a condition"
    return body


def retrieve_changed(url: str, etag: str, *, max_bytes: int, seconds: float = fetching.SECONDS) -> fetching.Fetched:
    """Fetch a status list, a public document, or the index of them, from another node of the demonstration, and put that on record.

    :raises CredentialError: as :func:`touchstone.network.fetching.retrieve_changed`.
    """
    parts = urlsplit(url)
    region = _region_at(f"{parts.scheme}://{parts.netloc}") or ""
    agent = AGENT + settings.TOUCHSTONE_REGION
    try:
        found = fetching.retrieve_changed(url, etag, max_bytes=max_bytes, seconds=seconds, loopback=True, agent=agent)
    except CredentialError as error:
        status = int(error.found) if error.code == "fetch_status" and str(error.found).isdecimal() else 0
        crossings.note("out", region, "GET", parts.path, status, b"")
        raise
    status = HTTPStatus.NOT_MODIFIED if found.body is None else HTTPStatus.OK
    crossings.note("out", region, "GET", parts.path, status, found.body or b"")
    return found


def _region_at(origin: str) -> str | None:
    """Return the region whose node answers at an origin; None for this one, and for what is no node of the demonstration."""
    return next((name for name in settings.TOUCHSTONE_DEMO_NODES if origin == address_of(name)), None)


def _own(path: str, url: str) -> bytes:
    """Return what this very node publishes."""
    if path != certificate.LIST_PATH:
        raise CredentialError("fetch_status", "this node publishes nothing there", found=url)
    return certificate.status_list_now()
