"""Starting the node: one address when it works, one sentence when it does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


def start(**settings: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "touchstone_server"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_busy_port_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        node = start(TOUCHSTONE_PORT=str(taken.getsockname()[1]))
        told, complaint = node.communicate(timeout=20)

    assert node.returncode == 1
    assert told == ""
    assert "cannot be used (address already in use)" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_told_in_a_sentence(port: str):
    node = start(TOUCHSTONE_PORT=port)
    _, complaint = node.communicate(timeout=20)

    assert node.returncode == 1
    assert complaint == f"TOUCHSTONE_PORT is {port!r}; a port is a whole number from 1 to 65535.\n"


@pytest.mark.parametrize(("content", "told"), [("kind: Nothing", "trust.yaml"), (None, "trust.yaml")])
def test_a_trust_registry_that_is_none_is_told_in_a_sentence(tmp_path, content: str | None, told: str):
    file = tmp_path / "trust.yaml"
    if content:
        file.write_text(content)
    node = start(TOUCHSTONE_PORT=str(free_port()), TOUCHSTONE_TRUST=str(file))
    _, complaint = node.communicate(timeout=20)

    assert node.returncode == 1
    assert complaint.startswith("The trust registry cannot be used. ")
    assert told in complaint
    assert "Traceback" not in complaint


def test_the_node_prints_its_address_answers_there_and_stops_cleanly():
    port = free_port()
    node = start(TOUCHSTONE_PORT=str(port))
    try:
        assert node.stdout.readline().startswith(f"Touchstone answers at http://localhost:{port} ")
        assert answered(f"http://localhost:{port}/en/") == 200
        assert answered(f"http://localhost:{port}/static/design/base.css") == 200
        node.send_signal(signal.SIGINT)
        _, complaint = node.communicate(timeout=20)
    finally:
        node.kill()

    assert node.returncode == 0
    assert "Traceback" not in complaint


@pytest.mark.parametrize("moment", [0.02, 0.05])
def test_a_node_that_is_stopped_while_its_pages_are_loading_stops(tmp_path, moment: float):
    node = start(TOUCHSTONE_PORT=str(free_port()), TOUCHSTONE_DATA=str(tmp_path))
    try:
        node.stdout.readline()
        time.sleep(moment)
        node.send_signal(signal.SIGINT)
        _, complaint = node.communicate(timeout=8)
    finally:
        node.kill()

    assert "Traceback" not in complaint


def answered(address: str) -> int:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as response:
                return response.status
        except OSError:
            time.sleep(0.1)
    return 0
