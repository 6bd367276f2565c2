# SPDX-License-Identifier: Apache-2.0
"""Where the demonstration's three nodes are, and how one of them reads what another publishes.

The three are told apart by port and not by host name, because ``localhost`` leads everywhere to this machine, and ``hk.localhost`` does
not (Safari, and resolvers of some systems, do not know it). Cookies know no port: each node has names of its own for them (settings).
"""

from __future__ import annotations

import http.client
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from touchstone.errors import CredentialError
from touchstone.network import fetching
from touchstone_server.demo import crossings
from touchstone_server.demo.cast import issuers

AGENT = "touchstone-node/"
"""How a node names itself to another, with its region behind it."""


def address_of(region: str) -> str:
    """Return scheme, host and port of a region's node; empty where this node stands for it, too."""
    return "" if region == settings.TOUCHSTONE_REGION else settings.TOUCHSTONE_DEMO_NODES.get(region, "")


def addresses() -> tuple[str, ...]:
    """Return where all of them answer."""
    return tuple(settings.TOUCHSTONE_DEMO_NODES.values())


def retrieve(url: str, *, max_bytes: int, seconds: float) -> bytes:
    """Fetch what an organisation of the demonstration publishes at its made-up host, from the node that keeps it, and put that on record.

    It stands in for :func:`touchstone.network.fetching.retrieve`, which would refuse both the port and the loopback address.

    :raises CredentialError: for any other host, and where the node does not answer.
    """
    parts = urlsplit(url)
    region = next((each.region for each in issuers() if each.host == parts.hostname), None)
    if region is None or parts.scheme != "https":
        raise CredentialError(
            "fetch_address_refused", "the demonstration opens no connection but to its own", found=url
        )
    if not (origin := address_of(region)):
        return _own(parts.path, url)
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=seconds)
    try:
        connection.request("GET", parts.path, headers={"User-Agent": AGENT + settings.TOUCHSTONE_REGION})
        response = connection.getresponse()
        content = response.read(max_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise CredentialError("fetch_failed", f"the other node cannot be read ({error})", found=url) from None
    finally:
        connection.close()
    crossings.note("out", region, "GET", parts.path, response.status, content)
    if response.status != 200 or len(content) > max_bytes:
        raise CredentialError("fetch_status", "the other node did not answer with 200", found=response.status)
    return content


def retrieve_changed(url: str, etag: str, *, max_bytes: int) -> fetching.Fetched:
    """Fetch a public document, or the index of them, from another node of the demonstration, and put that on record.

    :raises CredentialError: as :func:`touchstone.network.fetching.retrieve_changed`.
    """
    parts = urlsplit(url)
    region = next((name for name in settings.TOUCHSTONE_DEMO_NODES if url.startswith(f"{address_of(name)}/")), "")
    agent = AGENT + settings.TOUCHSTONE_REGION
    try:
        found = fetching.retrieve_changed(url, etag, max_bytes=max_bytes, loopback=True, agent=agent)
    except CredentialError as error:
        status = int(error.found) if error.code == "fetch_status" and str(error.found).isdecimal() else 0
        crossings.note("out", region, "GET", parts.path, status, b"")
        raise
    status = HTTPStatus.NOT_MODIFIED if found.body is None else HTTPStatus.OK
    crossings.note("out", region, "GET", parts.path, status, found.body or b"")
    return found


def _own(path: str, url: str) -> bytes:
    """Return what this very node publishes."""
    from touchstone_server.demo import certificate

    if path != certificate.LIST_PATH:
        raise CredentialError("fetch_status", "this node publishes nothing there", found=url)
    return certificate.status_list_now()
