# SPDX-License-Identifier: Apache-2.0
"""``touchstone vc-api`` as people start it: it says where it is, serves https, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner

from touchstone.cli import app


@pytest.fixture
def start():
    running = []

    def start(*words):
        command = [sys.executable, "-m", "touchstone", "vc-api", "--port", "0", "--json", *map(str, words)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
        running.append(process)
        return process, json.loads(process.stdout.readline())

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_it_serves_https_with_a_certificate_of_its_own_and_ends_with_ctrl_c(start):
    process, told = start()
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

    with urllib.request.urlopen(told["address"], timeout=10, context=trusting) as page:
        content = page.read().decode()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)

    assert told["address"].startswith("https://localhost:")
    assert told["issuer"].startswith("did:key:z6Mk")
    assert told["issuer"] in content
    assert (process.returncode, errors) == (0, "")


def run(*words):
    return CliRunner().invoke(app, ["vc-api", *map(str, words)])


def test_a_port_that_is_taken_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run("--port", taken.getsockname()[1])

    assert told.exit_code == 2
    assert "cannot be listened at" in told.stderr
    assert "--port" in told.stderr


def test_a_folder_without_a_manifest_is_a_sentence(tmp_path):
    told = run("--port", 0, "--contexts", tmp_path)

    assert told.exit_code == 2
    assert "manifest.json" in told.stderr


def test_a_key_file_that_is_not_there_is_a_sentence(tmp_path):
    told = CliRunner().invoke(app, ["vc-api", "--port", "0", "--key", str(tmp_path / "none.json")], input="word\n")

    assert told.exit_code == 2
    assert "none.json" in told.stderr
