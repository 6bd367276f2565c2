# SPDX-License-Identifier: Apache-2.0
"""A small HTTP server with bounds: one request a connection, so many bytes, so many seconds, so many threads.

It knows nothing of what it serves: a function takes a :class:`Request` and returns an :class:`Answer`.
"""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Collection
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import msgspec

from touchstone.network.timed import Deadline, TimedReader, TimedWriter, TooManyBytesError

MAX_BODY = 1024 * 1024
"""Bytes of a request's body."""

SECONDS = 15.0
"""From accepting a connection to the last byte of the answer, without the time that the answer takes to be found."""

MAX_THREADS = 16

_MAX_HEAD = 128 * 1024
_MAX_CHUNK_LINE = 256
_PATIENCE = 1.0  # seconds that a new connection waits for a thread
_LOG = logging.getLogger(__name__)


class Request(NamedTuple):
    """What was asked; ``path`` is without the query, ``kind`` is the media type without its parameters."""

    method: str
    path: str
    kind: str
    body: bytes


class Answer(NamedTuple):
    """What is answered."""

    status: int
    body: bytes
    kind: str = "application/json"


_Connection = socket.socket | tuple[bytes, socket.socket]

Handle = Callable[[Request], Answer]


class RefusedError(Exception):
    """A request that is not even handed on, with the status that says why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


def problem(status: int, code: str, message: str, **more: object) -> Answer:
    """Return a refusal: an object with ``errors``, each a problem detail (RFC 9457) with a stable code.

    :param code: the name of what is wrong, for programs.
    :param message: a sentence for people.
    :param more: further members of the problem.
    """
    told = {"status": status, "code": code, "title": HTTPStatus(status).phrase, "detail": message, "message": message}
    return Answer(status, msgspec.json.encode({"errors": [{**told, **more}]}))


class Server(ThreadingHTTPServer):
    """Serves one function until it is told to stop.

    :param handle: answers requests, from several threads at once.
    :param host: the address to listen at.
    :param port: 0 for any that is free.
    :param tls: plain HTTP where there is none.
    :param hosts: the names that a request may be for; a page elsewhere whose name leads here (DNS rebinding) is refused. All are
        allowed where none are given.
    :param seconds: for a whole exchange.
    :raises OSError: if the address cannot be listened at.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        handle: Handle,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        hosts: Collection[str] = (),
        seconds: float = SECONDS,
        max_body: int = MAX_BODY,
        max_threads: int = MAX_THREADS,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.handle, self.hosts = handle, frozenset(hosts)
        self.seconds, self.max_body = seconds, max_body
        self._tls = tls
        self._free_threads = threading.BoundedSemaphore(max_threads)
        super().__init__((host, port), _Exchange)

    @property
    def port(self) -> int:
        """The port that is listened at."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without asking the resolver for our own name, which may take long."""
        socket_name = self.server_address
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(socket_name)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.port

    def process_request(self, request: _Connection, client_address: object) -> None:
        """Hand the connection to a thread; if none becomes free in time, close it."""
        if not self._free_threads.acquire(timeout=_PATIENCE):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except Exception:  # no thread could be begun; on Ctrl-C one may have been, which gives its place back itself
            self._free_threads.release()
            raise

    def process_request_thread(self, request: _Connection, client_address: object) -> None:
        """Serve one connection in a thread of its own."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free_threads.release()

    def finish_request(self, request: _Connection, client_address: object) -> None:
        """Begin TLS here, in the thread: a client that is slow at it holds up no other."""
        assert isinstance(request, socket.socket)
        deadline = Deadline(self.seconds)
        with contextlib.suppress(OSError):  # whoever breaks off is owed nothing
            if self._tls is None:
                _Exchange(request, client_address, self, deadline)
                return
            request.settimeout(deadline.left())
            with self._tls.wrap_socket(request, server_side=True) as secured:
                _Exchange(secured, client_address, self, deadline)
                secured.settimeout(0)
                secured.unwrap()  # says farewell, and does not wait for the other's

    def handle_error(self, request: _Connection, client_address: object) -> None:
        """Log what nobody expected."""
        _LOG.exception("a connection ended in an error")


class _Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "touchstone"
    sys_version = ""

    def __init__(
        self, connection: socket.socket, client_address: object, server: Server, deadline: Deadline | None = None
    ) -> None:
        self._deadline = deadline or Deadline(server.seconds)
        self._refused = False
        super().__init__(connection, client_address, server)

    def setup(self) -> None:
        self.connection = self.request
        self.rfile = io.BufferedReader(TimedReader(self.connection, self._deadline, self.server.max_body + _MAX_HEAD))
        self.wfile = TimedWriter(self.connection, self._deadline)

    def finish(self) -> None:
        """Read what a refused client is still sending: closing before that would reset the connection, and lose the answer."""
        if not self._refused:
            return
        patience, left = Deadline(_PATIENCE), self.server.max_body
        with contextlib.suppress(OSError):
            if not isinstance(self.connection, ssl.SSLSocket):
                self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (piece := self._received(patience)):
                left -= len(piece)

    def _received(self, deadline: Deadline) -> bytes:
        self.connection.settimeout(deadline.left())
        received: bytes = self.connection.recv(_MAX_HEAD)
        return received

    def handle(self) -> None:
        self.close_connection = True
        self.requestline, self.request_version, self.command = "", self.protocol_version, ""
        try:
            self.handle_one_request()
        except TooManyBytesError:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head of the request is too large")

    def do_GET(self) -> None:
        self._serve(with_body=False)

    def do_POST(self) -> None:
        self._serve(with_body=True)

    def _serve(self, *, with_body: bool) -> None:
        try:
            self._check_host()
            request = Request(
                self.command, self.path.partition("?")[0], self._kind(), self._body() if with_body else b""
            )
        except RefusedError as error:
            self.send_error(error.status, error.message)
            return
        except TooManyBytesError:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too large")
            return
        try:
            answer = self.server.handle(request)
        except Exception:
            _LOG.exception("%s %s failed", request.method, request.path)
            answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "something went wrong here; it is logged")
        self._deadline = Deadline(self.server.seconds)  # finding the answer took its own time
        self.wfile = TimedWriter(self.connection, self._deadline)
        self._send(answer)

    def _check_host(self) -> None:
        named = self.headers.get_all("Host") or []
        host = named[0].rpartition(":")[0] if named and named[0].rpartition(":")[2].isdigit() else "".join(named)
        if len(named) != 1 or (self.server.hosts and host.strip("[]") not in self.server.hosts):
            raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, "this server does not go by that name")

    def _kind(self) -> str:
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()

    def _body(self) -> bytes:
        """Read the body by its length or by its chunks; a request that has both is refused (smuggling)."""
        lengths, codings = self.headers.get_all("Content-Length"), self.headers.get_all("Transfer-Encoding")
        if codings:
            if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
                raise RefusedError(HTTPStatus.BAD_REQUEST, "the body has two lengths, or a coding that is not known")
            return self._chunks()
        if not lengths:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "the request says neither a length nor chunks")
        if len(lengths) != 1 or not _is_number(lengths[0], "0123456789"):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the length is not a number")
        return self._exactly(self._allowed(int(lengths[0])))

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            body += self._exactly(self._allowed(len(body) + size) - len(body))
            if self._exactly(2) != b"\r\n":
                raise RefusedError(HTTPStatus.BAD_REQUEST, "a chunk is longer than it says")
        while self._line().strip():  # trailers, which mean nothing here
            pass
        return bytes(body)

    def _chunk_size(self) -> int:
        told = self._line().partition(b";")[0].strip().decode("latin-1")
        if not _is_number(told, "0123456789abcdefABCDEF"):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "a chunk does not say its length")
        return int(told, 16)

    def _line(self) -> bytes:
        line = self.rfile.readline(_MAX_CHUNK_LINE)
        if not line.endswith(b"\n"):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the body breaks off")
        return line

    def _exactly(self, size: int) -> bytes:
        content = self.rfile.read(size)
        if len(content) != size:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the body breaks off")
        return content

    def _allowed(self, size: int) -> int:
        if size > self.server.max_body:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body is at most {self.server.max_body:,} bytes")
        return size

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse as everywhere here, in JSON; what the library calls not implemented is a method not allowed."""
        self._refused = True
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        name = status.name.lower()
        self.request_version = self.protocol_version  # whatever was spoken before, the answer has a head
        self._send(problem(status, name, message or status.phrase))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        _LOG.info(format, *args)


def _is_number(text: str, digits: str) -> bool:
    return 0 < len(text) <= 12 and set(text) <= set(digits)
