# SPDX-License-Identifier: Apache-2.0
"""Time and bytes of one connection, counted over the whole of it: a peer that sends a byte a second gains nothing."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Deadline:
    """A point on the monotonic clock at which patience ends.

    :param seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        :raises TimeoutError: if none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole exchange is over")
        return left


class TooManyBytesError(OSError):
    """The peer sent more bytes than the exchange allows, heads included."""


class TimedReader(io.RawIOBase):
    """The incoming half of a socket, under one deadline and one count of bytes.

    A timeout of a socket starts anew with every read; this one does not.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._socket, self._deadline, self._left = sock, deadline, max_bytes

    def readable(self) -> bool:
        """Return that this can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive what is there, at most as much as the buffer takes; 0 at the end."""
        self._socket.settimeout(self._deadline.left())
        received = self._socket.recv_into(buffer)
        self._left -= received
        if self._left < 0:
            raise TooManyBytesError("too many bytes")
        return received


class TimedSocket:
    """What :class:`http.client.HTTPConnection` asks of a socket, under one deadline and one count of incoming bytes."""

    def __init__(self, sock: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._socket, self._deadline = sock, deadline
        self._reader = TimedReader(sock, deadline, max_bytes)

    def sendall(self, content: bytes) -> None:
        """Send all of the content."""
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the incoming half as a file; there is no other mode than ``rb``."""
        assert mode == "rb"
        return io.BufferedReader(self._reader)

    def close(self) -> None:
        """Do nothing: http.client closes before it reads a body without a length, and whoever opened the socket closes it."""


class TimedWriter(io.BufferedIOBase):
    """The outgoing half of a socket, under a deadline; nothing is held back."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = sock, deadline

    def writable(self) -> bool:
        """Return that this can be written to."""
        return True

    def write(self, content: ReadableBuffer) -> int:
        """Send all of the content, and return its length."""
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(content)
        return memoryview(content).nbytes
