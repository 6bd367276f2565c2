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

import orjson
from django.http import HttpRequest, HttpResponseBase

_request_id: ContextVar[str] = ContextVar("request_id", default="")
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


class JsonFormatter(logging.Formatter):
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
