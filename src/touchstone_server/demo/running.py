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

from django.conf import settings

from touchstone.library.story import PASSPHRASE
from touchstone_server import environment
from touchstone_server.demo.cast import REGIONS
from touchstone_server.demo.keys import write_registry
from touchstone_server.node.serving import HOST, PORT, busy

ISSUER, WORKER = REGIONS[0], "worker"
"""The region whose node issues certificates, and needs a worker for that."""
PATIENCE = 60
"""Seconds in which all three must answer."""
PARTING = 8
"""Seconds that a node has to end what it is doing."""


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
    nodes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for region in REGIONS:
            leader = next(iter(nodes.values())).pid if nodes else 0
            nodes[region] = _start(folder / region.lower(), region, ports, leader)
        return _attend(nodes, ports, folder)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        return _fail(f"The demonstration cannot be begun ({error.strerror}): {error.filename}")
    finally:
        _end(nodes)


def _start(data: Path, region: str, ports: dict[str, int], leader: int) -> subprocess.Popen[bytes]:
    """Start the node of a region, with a folder, a registry and keys of its own."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "crossings.jsonl").unlink(missing_ok=True)  # a record tells of this run
    write_registry(data, region)
    return _process("serve", data, region, ports, leader)


def _process(word: str, data: Path, region: str, ports: dict[str, int], leader: int) -> subprocess.Popen[bytes]:
    """Start one process of a node. Its letters and complaints go to its log."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    of_its_own = {
        "TOUCHSTONE_DATA": str(data),
        "TOUCHSTONE_REGION": region,
        "TOUCHSTONE_PORT": str(ports[region]),
        "TOUCHSTONE_ADDRESS": f"http://localhost:{ports[region]}",
        "TOUCHSTONE_TRUST": str(data / "trust.json"),
        "TOUCHSTONE_DEMO": "1",
        "TOUCHSTONE_DEMO_NODES": ",".join(f"{name}=http://localhost:{port}" for name, port in ports.items()),
        "TOUCHSTONE_PEERS": ",".join(f"http://localhost:{port}" for name, port in ports.items() if name != region),
        "TOUCHSTONE_FETCH": "1",
        "TOUCHSTONE_PASSPHRASE": PASSPHRASE,
    }
    with (data / f"{word}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "touchstone_server", word],
            env=kept | of_its_own,
            stdout=log,
            stderr=log,
            process_group=leader,
        )


def _attend(nodes: dict[str, subprocess.Popen[bytes]], ports: dict[str, int], folder: Path) -> int:
    """Wait until all answer, say where, and stay until one of them ends."""
    ends = time.monotonic() + PATIENCE
    for region, node in nodes.items():
        while node.poll() is None and not _answers(ports[region]):
            if time.monotonic() > ends:
                return _fail(f"The node of {region} does not answer on port {ports[region]}.")
            time.sleep(0.05)
        if region == REGIONS[0] and node.poll() is None:
            sys.stdout.write(f"Touchstone answers at http://localhost:{ports[region]}  (stop it with Ctrl-C)\n")
            sys.stdout.flush()
    nodes[WORKER] = _process("worker", folder / ISSUER.lower(), ISSUER, ports, nodes[ISSUER].pid)
    while True:
        for region, node in nodes.items():
            if node.poll() is not None:
                log = (
                    folder / ISSUER.lower() / "worker.log"
                    if region == WORKER
                    else folder / region.lower() / "serve.log"
                )
                return _fail(
                    f"The node of {region} has ended, and the others with it.\n{log.read_text('utf-8', 'replace')[-2000:]}"
                )
        time.sleep(0.5)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=10) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError:
        return True  # it answers that it is not well, and its pages say the rest
    except OSError:
        return False


def _end(nodes: dict[str, subprocess.Popen[bytes]]) -> None:
    """End all of them, and whatever they may have left behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for node in nodes.values():
        node.terminate()
    ends = time.monotonic() + PARTING
    for node in nodes.values():
        with suppress(subprocess.TimeoutExpired):
            node.wait(max(0.1, ends - time.monotonic()))
    for leader in list(nodes.values())[:1]:
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
