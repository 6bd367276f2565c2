# SPDX-License-Identifier: Apache-2.0
"""``touchstone-node demo``: three nodes in one group of processes, which begin and end together.

The group is not that of the terminal: Ctrl-C reaches this process alone, which tells each node once. A server that is told twice leaves
without its workers.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from touchstone.library.story import PASSPHRASE
from touchstone_server import environment
from touchstone_server.demo import crossings
from touchstone_server.demo.cast import REGIONS
from touchstone_server.demo.keys import write_registry
from touchstone_server.node.serving import HOST, PORT, busy

ISSUER = REGIONS[0]
"""The region whose node issues certificates, and needs a worker for that."""
SHELVES = Path(__file__).parent / "shelves"
"""Documents that each node has beside the library: the others know them when they pull."""
PATIENCE = 60
"""Seconds in which the first node must answer; the others begin after it, for it is looked at first."""
PARTING = 8
"""Seconds that a node has to end what it is doing."""


class _Process(NamedTuple):
    """A process of a region's node, and its log."""

    region: str
    running: subprocess.Popen[bytes]
    log: Path

    @property
    def ended(self) -> str:
        """What is told when it has ended by itself."""
        said = self.log.read_text("utf-8", "replace")[-2000:]
        return f"The node of {self.region} has ended, and the others with it.\n{said}"


def run(*, fresh: bool) -> int:
    """Run the demonstration until Ctrl-C; return the exit code."""
    try:
        first = environment.port("TOUCHSTONE_PORT", PORT)
    except environment.SettingError as error:
        return _fail(str(error))
    ports = dict(zip(REGIONS, range(first, first + len(REGIONS)), strict=True))
    for port in ports.values():
        if port > 65535:
            return _fail(
                f"The demonstration needs three ports, and {first} is too near the end. Choose another:  make run PORT=8000"
            )
        if problem := busy(HOST, port):
            return _fail(
                f"Port {port} cannot be used ({problem}); the demonstration needs {first} to {first + len(REGIONS) - 1}. "
                f"Stop what is using it, or choose another:  make run PORT={first + 10 if first < 65520 else PORT}"
            )
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, signal.default_int_handler)
    folder = settings.TOUCHSTONE_DATA / "demo"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    group: list[_Process] = []
    try:
        group.append(_start("serve", folder, REGIONS[0], ports, 0))
        if problem := _await(group[0], ports[REGIONS[0]]):
            return _fail(problem)
        sys.stdout.write(f"Touchstone answers at http://localhost:{first}  (stop it with Ctrl-C)\n")
        sys.stdout.flush()
        leader = group[0].running.pid
        group.extend(_start("serve", folder, region, ports, leader) for region in REGIONS[1:])
        group.append(_start("worker", folder, ISSUER, ports, leader))
        return _fail(_stay(group))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        return _fail(f"The demonstration cannot be begun ({error.strerror}): {error.filename}")
    finally:
        _end(group)


def _start(word: str, folder: Path, region: str, ports: dict[str, int], leader: int) -> _Process:
    """Start a process of a region's node, which has a folder, a registry and keys of its own. What it has to say goes to its log.

    :param word: what the process does: ``serve`` or ``worker``.
    :param leader: the process whose group it joins; 0 begins one.
    """
    data = folder / region.lower()
    if word == "serve":
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / crossings.FILE).unlink(missing_ok=True)  # a record tells of this run
        write_registry(data, region)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    of_its_own = {
        "TOUCHSTONE_DATA": str(data),
        "TOUCHSTONE_REGION": region,
        "TOUCHSTONE_PORT": str(ports[region]),
        "TOUCHSTONE_ADDRESS": f"http://localhost:{ports[region]}",
        "TOUCHSTONE_TRUST": str(data / "trust.json"),
        "TOUCHSTONE_DOCUMENTS": str(SHELVES / region.lower()),
        "TOUCHSTONE_DEMO": "1",
        "TOUCHSTONE_DEMO_NODES": ",".join(f"{name}=http://localhost:{port}" for name, port in ports.items()),
        "TOUCHSTONE_PEERS": ",".join(f"http://localhost:{port}" for name, port in ports.items() if name != region),
        "TOUCHSTONE_FETCH": "1",
        "TOUCHSTONE_PASSPHRASE": PASSPHRASE,
    }
    log = data / f"{word}.log"
    with log.open("wb") as out:
        running = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "touchstone_server", word],
            env=kept | of_its_own,
            stdout=out,
            stderr=out,
            process_group=leader,
        )
    return _Process(region, running, log)


def _await(node: _Process, port: int) -> str:
    """Wait until a node answers; return why it does not."""
    ends = time.monotonic() + PATIENCE
    while node.running.poll() is None and time.monotonic() < ends:
        if _answers(port):
            return ""
        time.sleep(0.05)
    return (
        node.ended if node.running.poll() is not None else f"The node of {node.region} does not answer on port {port}."
    )


def _stay(group: list[_Process]) -> str:
    """Stay until one of the group ends; return what it said."""
    while True:
        for each in group:
            if each.running.poll() is not None:
                return each.ended
        time.sleep(0.5)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=10) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError:
        return True  # it answers that it is not well, and its pages say the rest
    except OSError:
        return False


def _end(group: list[_Process]) -> None:
    """End all of them, and whatever they may have left behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for each in group:
        each.running.terminate()
    ends = time.monotonic() + PARTING
    for each in group:
        with suppress(subprocess.TimeoutExpired):
            each.running.wait(max(0.1, ends - time.monotonic()))
    for leader in group[:1]:
        with suppress(ProcessLookupError):
            os.killpg(leader.running.pid, signal.SIGKILL)


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
