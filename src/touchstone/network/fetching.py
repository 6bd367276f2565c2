# SPDX-License-Identifier: Apache-2.0
"""Fetch what a stranger's URL names, without being sent where the stranger has no business (SSRF).

The rules: https alone; no user in the URL, no port but 443; a name, never a bare address; the name is resolved once, every address
it has must be public, and the connection is made to an address so checked, while the certificate is checked by the name; no
redirects, no proxies from the environment, no compression; one deadline and one size for the whole exchange. Nothing is cached:
that is the caller's matter, who may ask for a body only if it has changed (:func:`retrieve_changed`).

A demonstration runs several nodes on one machine: ``loopback`` lets it fetch plain http from that machine's own loopback, and from
nowhere else. Never switch it on for URLs that strangers wrote.
"""

from __future__ import annotations

import http.client
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Sequence
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from touchstone.errors import CredentialError
from touchstone.network.addresses import refusal
from touchstone.network.timed import Deadline, TimedSocket, TooManyBytesError

MAX_BYTES = 64 * 1024
"""Bytes of a DID document, a key list, a public document."""

MAX_BYTES_STATUS_LIST = 1024 * 1024
"""Bytes of a status list credential at most, as sent."""

SECONDS = 5.0
"""From the first look at the name to the last byte."""

HTTPS = 443

_MAX_URL = 2048
_MAX_HEAD = 32 * 1024
_MAX_ADDRESSES = 4  # further ones would only be tried after these were silent
_PIECE = 16 * 1024
_OK, _NOT_MODIFIED = 200, 304
AGENT = "touchstone"
"""How a server is told who asks."""
_LOOPBACK = ("localhost", "127.0.0.1")
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')

_URL = re.compile(
    r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
)  # RFC 3986: no blanks, controls, backslashes or foreign letters
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(
    r"[0-9]+|0x[0-9a-f]*"
)  # a last label like this makes an IPv4 address of the whole (WHATWG URL, 3.5)

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host, as text; raises :class:`OSError` where there are none."""

Refusal = Callable[[str], str]
"""Returns why an address is refused, or nothing where it is not."""


class _Target(NamedTuple):
    host: str
    port: int
    path: str
    plain: bool = False
    """Over http, on this machine's loopback."""


class Fetched(NamedTuple):
    """What a server answered: the body, None where it has not changed, and the mark by which to ask for it again, if there is one."""

    body: bytes | None
    etag: str = ""


def retrieve(
    url: str,
    *,
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    ports: Collection[int] = (HTTPS,),
    resolve: Resolve | None = None,
    address_refusal: Refusal = refusal,
    certificates: ssl.SSLContext | None = None,
) -> bytes:
    """Fetch the body that a URL names, under the rules of this module.

    :param url: an ``https`` URL; a fragment is not sent.
    :param max_bytes: of the body; one byte more and nothing is returned.
    :param seconds: for all of it together.
    :param ports: that may be named; leave it at 443 for URLs that strangers wrote.
    :param resolve: the resolver; the system's where none is given.
    :param address_refusal: which addresses are refused; only tests have reason to give another.
    :param certificates: whose signatures under a server's certificate count; the system's authorities where none are given.
    :raises CredentialError: with a code that begins with ``fetch_``; each is listed in ``docs/reference/credential-codes.md``.
    """
    body = _fetched(url, "", max_bytes, seconds, ports, resolve, address_refusal, certificates, loopback=False).body
    assert body is not None, "nothing but a body answers a request without a condition"
    return body


def retrieve_changed(
    url: str,
    etag: str = "",
    *,
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    loopback: bool = False,
    agent: str = AGENT,
) -> Fetched:
    """Fetch the body that a URL names if it has changed since it bore a mark, under the rules of this module.

    :param etag: the mark that the body bore when it was fetched last; empty: it is fetched in any case.
    :param loopback: let ``http://localhost`` through, at any port: for demonstrations on one machine, and never for strangers' URLs.
    :param agent: the name under which the server is asked.
    :raises CredentialError: as :func:`retrieve`.
    """
    known = etag if _ETAG.fullmatch(etag) else ""
    return _fetched(url, known, max_bytes, seconds, (HTTPS,), None, refusal, None, loopback=loopback, agent=agent)


def _fetched(
    url: str,
    etag: str,
    max_bytes: int,
    seconds: float,
    ports: Collection[int],
    resolve: Resolve | None,
    address_refusal: Refusal,
    certificates: ssl.SSLContext | None,
    *,
    loopback: bool,
    agent: str = AGENT,
) -> Fetched:
    deadline = Deadline(seconds)
    target = (loopback and _loopback_target(url)) or _target(url, ports)
    refused = _not_loopback if target.plain else address_refusal
    try:
        addresses = _checked_addresses(target, resolve or system_addresses, refused, deadline)
        connection = _connected(target, addresses, certificates, deadline)
        with connection:
            return _exchange(target, TimedSocket(connection, deadline, max_bytes + _MAX_HEAD), max_bytes, etag, agent)
    except TimeoutError:
        raise _refused("fetch_timeout", "the server took too long", url, expected=f"at most {seconds:g} s") from None
    except TooManyBytesError:
        raise _too_large(url, max_bytes) from None
    except CredentialError as error:
        raise error.at(field=url[:_MAX_URL]) from None
    except ssl.SSLCertVerificationError as error:
        message = f"the server's certificate cannot be trusted ({error.verify_message})"
        raise _refused("fetch_certificate", message, url) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _refused("fetch_failed", f"the server cannot be read ({_told(error)})", url) from None


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver knows for a host, each once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _target(url: str, ports: Collection[int]) -> _Target:
    if len(url) > _MAX_URL or not _URL.fullmatch(url):
        raise _refused("fetch_url_malformed", "this is not a URL", url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("fetch_url_malformed", "this is not a URL", url) from None
    if parts.scheme != "https":
        raise _refused("fetch_not_https", "only https is fetched", url)
    if "@" in parts.netloc:
        raise _refused("fetch_userinfo", "a URL that names a user is not fetched", url)
    port = HTTPS if port is None else port
    if port not in ports:
        raise _refused("fetch_port_refused", "this port is not fetched from", url, expected=_listed(ports))
    if not _is_name(host):
        hint = "A server is named by its domain, never by an address."
        raise _refused("fetch_not_a_name", "the host is not a domain name", url, hint=hint)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(host, port, path)


def _loopback_target(url: str) -> _Target | None:
    """Return where ``http://localhost:PORT/…`` leads; None for every other URL."""
    if len(url) > _MAX_URL or not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or http.client.HTTP_PORT
    except ValueError:
        return None
    if parts.scheme != "http" or host not in _LOOPBACK or "@" in parts.netloc:
        return None
    return _Target(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), plain=True)


def _not_loopback(address: str) -> str:
    """Refuse every address but this machine's own: a hosts file may send ``localhost`` anywhere."""
    return "" if ip_address(address).is_loopback else "not this machine's loopback"


def _is_name(host: str) -> bool:
    """Return whether this is a domain name of two labels or more, and no address in any of its disguises."""
    labels = host.split(".")
    named = len(host) <= 253 and len(labels) >= 2 and all(_LABEL.fullmatch(label) for label in labels)
    return named and not _NUMERIC.fullmatch(labels[-1])


def _checked_addresses(target: _Target, resolve: Resolve, address_refusal: Refusal, deadline: Deadline) -> list[str]:
    """Resolve the name once; if one of its addresses is refused, the name is."""
    addresses = _within(deadline, lambda: resolve(target.host, target.port))
    for address in addresses:
        if told := address_refusal(address):
            message = f"the name leads to an address that is {told}"
            raise CredentialError("fetch_address_refused", message, found=address)
    if not addresses:
        raise CredentialError("fetch_failed", "the name has no address", found=target.host)
    return list(addresses)[:_MAX_ADDRESSES]


def _within(deadline: Deadline, resolve: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Run the resolver beside us: the system's knows no deadline, and cannot be interrupted."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="touchstone-resolver").start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("the resolver took too long") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _connected(
    target: _Target, addresses: list[str], certificates: ssl.SSLContext | None, deadline: Deadline
) -> socket.socket:
    """Connect to the first of the checked addresses that answers, and see the certificate of the name."""
    plain = _first_answering(addresses, target.port, deadline)
    if target.plain:
        return plain
    certificates = certificates or ssl.create_default_context()
    try:
        plain.settimeout(deadline.left())
        # An end that the server did not announce is an error: else a body without a length could be cut short unseen.
        return certificates.wrap_socket(plain, server_hostname=target.host, suppress_ragged_eofs=False)
    except BaseException:
        plain.close()
        raise


def _first_answering(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left() / untried)
            sock.connect((address, port))
        except OSError:
            sock.close()
            if untried == 1:
                raise
        else:
            return sock
    raise AssertionError("there is at least one address")


def _exchange(target: _Target, timed: TimedSocket, max_bytes: int, etag: str, agent: str) -> Fetched:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.auto_open = 0  # the socket below is the only one there will be
    connection.sock = timed
    usual = http.client.HTTP_PORT if target.plain else HTTPS
    host = target.host if target.port == usual else f"{target.host}:{target.port}"
    headers = {
        "Host": host,
        "Accept": "application/json, application/ld+json, application/vc, application/did, */*;q=0.1",
        "Accept-Encoding": "identity",
        "User-Agent": agent,
        "Connection": "close",
        **({"If-None-Match": etag} if etag else {}),
    }
    connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    if etag and response.status == _NOT_MODIFIED:
        return Fetched(None, etag)
    _check_head(response)
    return Fetched(_body(response, max_bytes), _etag_of(response))


def _etag_of(response: http.client.HTTPResponse) -> str:
    told = response.headers.get("ETag", "").strip()
    return told if _ETAG.fullmatch(told) else ""


def _check_head(response: http.client.HTTPResponse) -> None:
    if 300 <= response.status < 400:
        raise CredentialError("fetch_redirect", "the server points elsewhere; that is not followed")
    if response.status != _OK:
        raise CredentialError("fetch_status", "the server did not answer with 200", found=response.status)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise CredentialError("fetch_encoded", "the body is compressed, though that was not asked for", found=encoding)


def _body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    if response.length is not None and response.length > max_bytes:
        raise TooManyBytesError("announced")
    pieces: list[bytes] = []
    size = 0
    while piece := response.read(_PIECE):
        size += len(piece)
        if size > max_bytes:
            raise TooManyBytesError("sent")
        pieces.append(piece)
    if response.length:
        raise CredentialError("fetch_failed", "the body ends before its announced length")
    return b"".join(pieces)


def _refused(code: str, message: str, url: str, **details: str) -> CredentialError:
    return CredentialError(code, message, found=url, **details)


def _too_large(url: str, max_bytes: int) -> CredentialError:
    return _refused("fetch_too_large", "the body is too large", url, expected=f"at most {max_bytes:,} bytes")


def _told(error: Exception) -> str:
    return getattr(error, "strerror", None) or getattr(error, "reason", None) or type(error).__name__


def _listed(ports: Collection[int]) -> str:
    return ", ".join(str(port) for port in sorted(ports))
