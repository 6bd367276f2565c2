"""A worker that is killed in the middle loses nothing and doubles nothing; whoever goes on makes the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.touchstone_server.issuing_world import PASSPHRASE

CHILD = "tests.touchstone_server.issue_in_child"
ROOT = Path(__file__).parents[2]
ROWS = 200


def child(data: Path, *args: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    environment = kept | {
        "TOUCHSTONE_DATA": str(data), "TOUCHSTONE_PASSPHRASE": PASSPHRASE, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", CHILD, *args], cwd=ROOT, env=environment)


def finish(process: subprocess.Popen[bytes]) -> None:
    assert process.wait(timeout=120) == 0


def asked(data: Path, question: str) -> list[tuple]:
    with sqlite3.connect(f"file:{data / 'node.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(question).fetchall()


def issued(data: Path) -> dict[str, bytes]:
    return dict(asked(data, "select key, document from issuing_certificate where document is not null"))


@pytest.fixture(scope="module")
def approved(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("killed") / "node"
    data.mkdir(mode=0o700)
    finish(child(data, "setup", str(ROWS)))
    return data


@pytest.fixture(scope="module")
def undisturbed(approved, tmp_path_factory) -> dict[str, bytes]:
    data = tmp_path_factory.mktemp("undisturbed") / "node"
    shutil.copytree(approved, data)
    finish(child(data, "work"))
    return issued(data)


def killed_after(data: Path, rows: int, wait: float = 0) -> dict[str, bytes]:
    """Start a worker, kill it -9 once so many rows are durable and a little later; return what was durable before."""
    worker = child(data, "work")
    while worker.poll() is None and len(seen := issued(data)) < rows:
        time.sleep(0.005)
    time.sleep(wait)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    return seen


def go_on(data: Path, undisturbed: dict[str, bytes], acknowledged: dict[str, bytes]) -> None:
    """Let two workers go on at once, and look at what comes of it."""
    for worker in [child(data, "work"), child(data, "work")]:
        finish(worker)
    found = issued(data)
    assert acknowledged.items() <= found.items(), "what was durable stays, byte for byte"
    assert found == undisturbed, "whoever goes on makes the same bytes"
    assert asked(data, "select count(*), count(distinct list_url || '#' || \"index\"), count(distinct short)"
                       " from issuing_certificate") == [(ROWS, ROWS, ROWS)]  # fmt: skip
    assert asked(data, "select state from issuing_group") == [("issued",)]
    assert asked(data, "select count(*) from audit_auditevent where action = 'groups.issued'") == [(1,)]


def test_a_worker_that_is_killed_twice_loses_nothing_and_doubles_nothing(approved, undisturbed, tmp_path):
    data = tmp_path / "node"
    shutil.copytree(approved, data)
    first = killed_after(data, 1)
    assert 0 < len(first) < ROWS, "the worker was killed in the middle"
    second = killed_after(data, 100, 0.02)
    assert first.items() <= second.items()
    go_on(data, undisturbed, second)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_a_worker_that_is_killed_anywhere_loses_nothing_and_doubles_nothing(approved, undisturbed, tmp_path, seed):
    draw, data = random.Random(seed), tmp_path / "node"
    shutil.copytree(approved, data)
    acknowledged = killed_after(data, draw.randrange(0, ROWS - 64), draw.random() * 0.3)
    go_on(data, undisturbed, acknowledged)
