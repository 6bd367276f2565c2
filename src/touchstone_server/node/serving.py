# SPDX-License-Identifier: Apache-2.0
"""Serving the pages on this machine; the one address is printed when all is ready."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings

from touchstone.errors import InputError
from touchstone_server import documents, environment, trust

if TYPE_CHECKING:
    from collections.abc import Callable

HOST, PORT = "127.0.0.1", 8000


def serve() -> int:
    """Start the node; return the exit code."""
    try:
        host, port = environment.text("TOUCHSTONE_HOST", HOST), environment.port("TOUCHSTONE_PORT", PORT)
    except environment.SettingError as error:
        return _fail(str(error))
    if problem := busy(host, port):
        return _fail(f"Port {port} cannot be used ({problem}). Choose another:  TOUCHSTONE_PORT={port + 10}")
    try:
        documents.rulebook()
    except InputError as error:
        return _fail(f"The documents cannot be used. {error}")
    try:
        trust.registry()
    except InputError as error:
        return _fail(f"The trust registry cannot be used. {error}")
    if problem := _database():
        return _fail(problem)
    if settings.TOUCHSTONE_DEMO:
        from touchstone_server.demo.furnishing import furnish
        from touchstone_server.demo.seeding import seed

        seed()
        if settings.TOUCHSTONE_DEMO_NODES:  # of three nodes each has its own part; one that stands for all begins empty
            furnish()
    return _serve(host, port)


def _database() -> str:
    """Return why the database cannot be used, empty when it can. A file of SQLite is ours alone, and is brought into shape here."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    from touchstone_server.node.findings import pending_migrations

    try:
        if not pending_migrations():
            return ""
        if connection.vendor != "sqlite":
            return "The database has not the shape that this version needs. Run  touchstone-node migrate"
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        return f"The database cannot be used ({str(error).strip()}). Look at TOUCHSTONE_DATABASE and TOUCHSTONE_DATA."
    finally:
        connection.close()
    return ""


def _serve(host: str, port: int) -> int:
    # Not before all is ready: a node that cannot begin says so without waiting for its server.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "touchstone_server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,  # one that was killed has a successor, unasked
        respawn_interval=0.2,
        workers_kill_timeout=10,  # one that hangs does not keep the node from ending
    )
    sys.stdout.write(
        f"Touchstone answers at http://{'localhost' if host == HOST else host}:{port}  (stop it with Ctrl-C)\n"
    )
    sys.stdout.flush()
    server.serve(target_loader=_application, wrap_loader=False)
    return 0


def _application() -> Callable[..., Any]:
    """Load the pages in a server's process, which its parent can end meanwhile.

    Until then it has its parent's handlers, which only take note: after a Ctrl-C in the first instants the parent would wait for ever.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal's whole group: the parent says what follows
    from touchstone_server.wsgi import application

    return application


def busy(host: str, port: int) -> str:
    """Return why a port cannot be listened on, empty when it can."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
