# SPDX-License-Identifier: Apache-2.0
"""Logs: one JSON object a line, each with the id of the request that it belongs to, and nothing personal."""

from __future__ import annotations

import datetime as dt
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_DETAIL = re.compile(r"^DETAIL: .*\n?(?:^(?:CONTEXT|HINT): .*\n?)*", re.MULTILINE)
_FIT = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("touchstone.requests")


class RequestLog:
    """Gives every request an id, tells it to whoever asked, and writes one line when it has been answered.

    An id that a reverse proxy has given is kept. The line has the route, not the address: addresses hold secrets and answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        given = request.headers.get("X-Request-ID", "")
        token = _request_id.set(given if _FIT.fullmatch(given) else uuid.uuid4().hex)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = _request_id.get()
            log.info(
                "answered",
                extra={
                    "method": request.method,
                    "route": request.resolver_match.route if request.resolver_match else "",
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - began) * 1e3, 1),
                },
            )
            return response
        finally:
            _request_id.reset(token)


def request_id() -> str:
    """Return the id of the request that is being answered; error pages show it as a reference."""
    return _request_id.get()


class AddressFilter(logging.Filter):
    """Puts the route in the place of the address in what Django's own loggers tell: addresses hold the secrets of links and invitations."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mend a record; none is held back."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = request.resolver_match.route if request.resolver_match else "an address that leads nowhere"
            told = (request.path, request.path_info, request.get_full_path())
            record.args = tuple(route if each in told else each for each in record.args)
        return True


class TextFormatter(logging.Formatter):
    """Writes a record as text."""

    def formatException(self, ei: Any) -> str:  # noqa: ANN401 - logging's own
        """Return a traceback, without the values that PostgreSQL quotes of the row that it refuses."""
        return _DETAIL.sub("", super().formatException(ei))


class JsonFormatter(TextFormatter):
    """Writes a record as one line of JSON."""

    FIELDS = ("method", "route", "status", "ms")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": _request_id.get() or None,
            **{name: getattr(record, name) for name in self.FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps({name: value for name, value in line.items() if value is not None}, default=str).decode()
