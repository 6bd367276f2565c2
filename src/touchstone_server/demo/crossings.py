# SPDX-License-Identifier: Apache-2.0
"""Everything that crossed the border, from each node's own record: what it asked of another, and what another asked of it.

A node of the demonstration writes a line for every request that it sends to another and every one that it answers for another, with what
was in the content, not in its name. Beside it stands every connection that Python opened at all, told by the interpreter (an audit hook):
were there one that the record does not tell, the page would show it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from touchstone.standards import KINDS
from touchstone.value import Value
from touchstone_server import clock

FILE = "crossings.jsonl"
_ENTRY = {"id", "version", "kind", "digest", "address", "proof"}
MOST = 500
"""Lines of a record that are shown, the newest."""


class Line(Value, frozen=True, kw_only=True):
    """A line of a node's record.

    :param node: whose record it is; ``other`` is the region at the other end, or for a connection its address.
    :param sent: bytes that went along with the question.
    :param kind: what the content was: ``StatusList``, a kind of public document, ``index``, ``nothing``, or ``other``.
    """

    at: dt.datetime
    node: str
    way: Literal["in", "out", "connection"]
    other: str
    method: str = ""
    path: str = ""
    status: int = 0
    sent: int = 0
    size: int = 0
    digest: str = ""
    kind: str = ""


class Crossed(Value, frozen=True, kw_only=True):
    """One request between two nodes.

    :param both: whether both have it on record, with the same content.
    """

    line: Line
    asker: str
    giver: str
    both: bool

    @property
    def is_public(self) -> bool:
        """Whether it was a public document, or a no, and nothing was sent along."""
        return self.line.kind != "other" and not self.line.sent

    @property
    def word(self) -> str:
        """Which of the page's words says what it was."""
        return {"StatusList": "status_list", "index": "index", "nothing": "nothing"}.get(self.line.kind, "document")


def note(
    way: Literal["in", "out"], other: str, method: str, path: str, status: int, content: bytes, sent: int = 0
) -> None:
    """Put a request on this node's record. Whatever reads other nodes calls it once a request."""
    told = status == 200 and content
    _write(
        Line(
            at=clock.now(), node=settings.TOUCHSTONE_REGION, way=way, other=other, method=method, path=path, status=status,
            sent=sent, size=len(content), digest=hashlib.sha256(content).hexdigest(),
            kind=kind_of(content) if told else "nothing",
        )
    )  # fmt: skip


def kind_of(content: bytes) -> str:
    """Return what a content is, by looking into it: anything that is not known to be public is ``other``."""
    try:
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "other"
    if not isinstance(value, dict):
        return "other"
    if "BitstringStatusListCredential" in (value.get("type") or ()):
        return "StatusList"
    if value.get("kind") in KINDS:
        return str(value["kind"])
    listed = value.get("documents")
    if value.keys() <= {"format", "documents"} and isinstance(listed, list) and all(map(_is_entry, listed)):
        return "index"
    return "other"


def _is_entry(value: object) -> bool:
    """Tell whether a line of an index says of a document what such a line says, and nothing else."""
    return isinstance(value, dict) and "digest" in value and value.keys() <= _ENTRY


class Recorder:
    """Puts on record what another node asks of this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self.get_response(request)
        agent = request.headers.get("User-Agent", "")
        if agent.startswith("touchstone-node/"):
            sent = request.META.get("CONTENT_LENGTH") or "0"
            note(
                "in", agent.removeprefix("touchstone-node/")[:8], request.method or "", request.path, response.status_code,
                getattr(response, "content", b""), int(sent) if sent.isdecimal() else 0,
            )  # fmt: skip
        return response


def watch_connections() -> None:
    """Let the interpreter tell of every connection that is opened from now on in this process, and put it on record."""

    def told(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            host, port = arguments[1][:2]
            _write(Line(at=clock.now(), node=settings.TOUCHSTONE_REGION, way="connection", other=f"{host}:{port}"))

    sys.addaudithook(told)


def records() -> list[Line]:
    """Return the records of all three nodes: read from their folders, for asking the others would itself cross the border."""
    here: Path = settings.TOUCHSTONE_DATA
    files = sorted(here.parent.glob(f"*/{FILE}")) if settings.TOUCHSTONE_DEMO_NODES else [here / FILE]
    return [line for file in files if file.exists() for line in _read(file)]


def crossed(lines: list[Line]) -> list[Crossed]:
    """Return the requests between nodes, the newest first, each once though two nodes tell of it."""
    outs = Counter(_pair(line) for line in lines if line.way == "out")
    ins = Counter(_pair(line) for line in lines if line.way == "in")
    found = []
    for line in sorted((line for line in lines if line.way != "connection"), key=lambda line: line.at, reverse=True):
        pair, told_elsewhere = _pair(line), ins if line.way == "out" else outs
        if line.way == "in" and outs[pair] > 0:
            outs[pair] -= 1  # told by the node that asked
            continue
        both = line.way == "out" and ins[pair] > 0
        if both:
            told_elsewhere[pair] -= 1
        asker, giver = (line.node, line.other) if line.way == "out" else (line.other, line.node)
        found.append(Crossed(line=line, asker=asker, giver=giver, both=both))
    return found


def untold(lines: list[Line]) -> int:
    """Return how many connections were opened of which no node's record tells."""
    opened = Counter(line.node for line in lines if line.way == "connection")
    told = Counter(line.node for line in lines if line.way == "out")
    return sum((opened - told).values())


def _pair(line: Line) -> tuple[str, str, str, str]:
    asker, giver = (line.node, line.other) if line.way == "out" else (line.other, line.node)
    return asker, giver, line.path, line.digest


def _write(line: Line) -> None:
    with (settings.TOUCHSTONE_DATA / FILE).open("ab") as file:  # appended in one piece: several threads write
        file.write(msgspec.json.encode(line) + b"\n")


def _read(file: Path) -> Iterator[Line]:
    for text in file.read_bytes().splitlines()[-MOST:]:
        try:
            yield msgspec.json.decode(text, type=Line)
        except msgspec.DecodeError:
            continue  # a line that is being written
