"""The real server in a process of its own, and Debian's chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.browser.provider import Provider, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node(NamedTuple):
    """A node that runs: where it answers, and the environment that makes another process part of it."""

    address: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def university() -> Iterator[Provider]:
    """An institution that signs its people in."""
    with running() as provider:
        yield provider


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The node's own database: SQLite in its folder, or one made for it on the PostgreSQL server of ``TOUCHSTONE_DATABASE``."""
    server = os.environ.get("TOUCHSTONE_DATABASE", "")
    if not server.startswith("postgresql:"):
        yield ""
        return
    import psycopg

    name = f"journeys_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def node(
    chromium: str, university: Provider, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Node]:
    """A running node of the demonstration that stands for all three regions, with keys and with a registry that lists them."""
    from touchstone.library.story import PASSPHRASE
    from touchstone_server.demo.keys import write_registry

    port = _free_port()
    log = tmp_path_factory.mktemp("site") / "log.txt"
    (data := log.parent / "data").mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    environment = inherited | {
        "TOUCHSTONE_PORT": str(port),
        "TOUCHSTONE_DEMO": "1",
        "TOUCHSTONE_DATA": str(data),
        "TOUCHSTONE_DATABASE": database,
        "TOUCHSTONE_TRUST": str(write_registry(data, "")),
        "TOUCHSTONE_OIDC": university.settings,
        "TOUCHSTONE_PASSPHRASE": PASSPHRASE,
        "TOUCHSTONE_ADDRESS": (address := f"http://localhost:{port}"),
    }
    command = [sys.executable, "-m", "touchstone_server"]
    if database:  # a server's database is brought into shape by its operator, a file by the node itself
        subprocess.run([*command, "migrate"], env=environment, check=True, capture_output=True)
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_for(address, server, log)
            yield Node(address, environment)
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(scope="session")
def site(node: Node) -> str:
    """The address of that node."""
    return node.address


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not answer at {address}:\n{log.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for all pages that are only looked at: the node keeps nothing, so that none can disturb another."""
    context = browser.new_context(reduced_motion="reduce")
    yield context
    context.close()
