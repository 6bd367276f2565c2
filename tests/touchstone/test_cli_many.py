"""A thousand requests in one command: every one answered, a progress bar where somebody watches, and none where nobody does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from tests.touchstone.plain import texts
from tests.touchstone.small_world import (
    ASKS_T1,
    S1_IS_T1,
    agreement,
    credential,
    documents,
    request,
)
from touchstone.cli import app

pty = pytest.importorskip("pty", reason="terminals are told apart by pty, which this system has not")

COUNT = 1_000
SECONDS = 2.0
"""What a thousand requests may take after compiling."""


@pytest.fixture
def world(tmp_path):
    """A folder of documents, a file of a thousand requests, every other one of which is met, and a file of one."""
    (tmp_path / "documents").mkdir()
    for number, each in enumerate(documents(ASKS_T1, agreement(), S1_IS_T1)):
        (tmp_path / "documents" / f"{number}.json").write_text(json.dumps(texts(each)), encoding="utf-8")
    lines = [
        json.dumps(texts(request([credential("S2" if number % 2 else "S1", name=f"urn:example:{number}")])))
        for number in range(COUNT)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "one.jsonl").write_text(lines[0], encoding="utf-8")
    return tmp_path


def watched(folder, file):
    """Run the real command with a terminal for an error stream: its lines, what the terminal was shown, and the seconds it took."""
    words = [sys.executable, "-m", "touchstone", "recognise", folder / file, "--documents", folder / "documents"]
    shown, terminal = pty.openpty()
    begun = time.perf_counter()
    with open(folder / "out", "wb") as out:
        process = subprocess.Popen(
            words, stdout=out, stderr=terminal, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        )
        os.close(terminal)
        seen = b"".join(iter(lambda: _read(shown), b""))
        assert process.wait(timeout=60) == 0
    os.close(shown)
    return (folder / "out").read_text(encoding="utf-8").splitlines(), seen.decode(), time.perf_counter() - begun


def _read(terminal):
    """What comes next from a terminal; nothing, once the other side has closed it (which Linux calls an error)."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def test_a_thousand_requests_are_answered_one_by_one_under_a_progress_bar(world):
    lines, seen, _ = watched(world, "many.jsonl")

    assert [line.split()[0] for line in lines] == ["FULL", "REFUSED"] * (COUNT // 2)
    assert [line.rpartition(":")[2] for line in lines] == [str(number) for number in range(1, COUNT + 1)]
    assert f"{COUNT} requests" in seen
    assert "━" in seen


def test_where_nobody_watches_there_is_no_progress_bar(world):
    words = ["recognise", str(world / "many.jsonl"), "--documents", str(world / "documents")]

    done = CliRunner().invoke(app, words)

    assert (done.exit_code, len(done.stdout.splitlines()), done.stderr) == (0, COUNT, "")


@pytest.mark.soak
def test_a_thousand_requests_take_less_than_two_seconds_after_compiling(world, tell):
    """What one request takes is starting and compiling; the rest is the thousand's own."""
    rounds = [(watched(world, "many.jsonl")[2], watched(world, "one.jsonl")[2]) for _ in range(3)]
    many, one = (min(times) for times in zip(*rounds, strict=True))

    tell(f"{COUNT} requests: {many - one:.2f} s after {one:.2f} s of starting and compiling")
    assert many - one < SECONDS
