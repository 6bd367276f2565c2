"""Servers are killed, disks run full, databases restart: nothing acknowledged is lost, nothing is done twice, people are told in a
sentence, and afterwards the node goes on by itself.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import Need
from tests.touchstone_server.node_process import Crowd, Node
from touchstone_server import trust

SENTENCES = {
    "en": ("The records of this node do not answer", "This node has no room left"),
    "zh-hans": ("本节点的记录库暂时没有响应", "本节点的存储空间已满"),
    "pt": ("Os registos deste nó não respondem", "Este nó já não tem espaço"),
}
COUNT, ROWS = 12, 6


def _postgres_commands() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(found[-1].parent) if found and os.geteuid() == 0 else None


def _may_mount() -> str | None:
    return shutil.which("mount") if os.geteuid() == 0 else None


COMMANDS = Need("PostgreSQL's commands, as root", _postgres_commands, "apt install postgresql, and run as root")
MOUNT = Need("a disk of its own", _may_mount, "run as root, who may mount one in memory")


@pytest.fixture
def shaped(django_db_setup, django_db_blocker):
    """Gives a data folder the empty database that the other tests share, where that is SQLite: to make one takes longer than the test."""

    def shape(data: Path) -> None:
        with django_db_blocker.unblock():
            if connection.vendor == "sqlite":
                connection.ensure_connection()
                with closing(sqlite3.connect(data / "node.sqlite3")) as copy:
                    connection.connection.backup(copy)

    return shape


@pytest.fixture
def node(tmp_path, shaped):
    """A node that is closed at the end."""
    made: list[Node] = []

    def make(data: Path = tmp_path / "node", database: str = "", log: Path = tmp_path / "node.log") -> Node:
        made.append(Node(data, database, log))
        if not database:
            shaped(data)
        return made[0]

    yield make
    for each in made:
        each.close()


def deeds_of(world: dict, count: int, locale: str = "en") -> list[tuple[str, bytes]]:
    """Uploads and decisions, by turns; and the approval of a group in the middle."""
    sample = trust.sample_of("valid") or b""
    uploads = [
        (f"/{locale}/passport/bring/", sample.replace(b"LIN Siyu", f"held {each:04}".encode())) for each in range(count)
    ]
    decisions = [(f"/{locale}{path}", b"") for path in world["changes"]]
    mixed = [deed for pair in zip(uploads, decisions, strict=True) for deed in pair]
    return [*mixed[:count], (f"/{locale}{world['group']}", b""), *mixed[count:]]


def done_once(node: Node, count: int) -> None:
    """All is there, once."""
    told = node.told("account")
    held = [f"{each:04}" for each in range(count)]
    assert told["held"] == held
    assert told["brought"] == count
    assert len(told["done"]) == told["decided"] == told["bits"] == count
    assert told["approved"] == 1
    assert told["broken"] == []


def acknowledged_is_there(node: Node, crowd: Crowd) -> None:
    """What was answered with success is in the database, before anything is sent again."""
    told = node.told("account")
    for name in crowd.acknowledged():
        if "/bring/" in name:
            assert name[-4:] in told["held"], name
        elif "/changes/" in name:
            assert name.rstrip("/").rpartition("/")[2] in told["done"], name
        else:
            assert told["approved"] == 1
    assert told["brought"] == len(told["held"])
    assert told["decided"] == len(told["done"]) == told["bits"]
    assert told["broken"] == []


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 22))])
def test_a_server_that_is_killed_loses_nothing_it_has_acknowledged_and_does_nothing_twice(node, seed):
    draw, here = random.Random(seed), node()
    world = here.told("setup", str(COUNT), str(ROWS))
    server = here.start()
    with Crowd(here, world["cookie"], deeds_of(world, COUNT)) as crowd:
        here.until(lambda: len(crowd.answers) >= draw.randrange(3, 8), 20)
        time.sleep(draw.random() * 0.05)
        here.kill(server)
    assert 0 < len(crowd.acknowledged()) < 2 * COUNT + 1, "it was killed in the middle"
    here.start(wait=False)
    acknowledged_is_there(here, crowd)
    here.answers()
    crowd.again()
    done_once(here, COUNT)


@pytest.mark.soak
def test_a_server_process_that_is_killed_has_a_successor_unasked(node):
    here = node()
    here.told("setup", "1", "1")
    server = here.start()
    children = subprocess.run(
        ["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert children
    for each in children:
        os.kill(int(each), 9)
    here.until(lambda: here.ask("GET", "/healthz").status == 200, 20)
    assert server.poll() is None


@pytest.mark.soak
def test_a_full_disk_is_told_and_once_there_is_room_all_goes_on(node, tmp_path):
    MOUNT.get()
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640m,mode=700", "tmpfs", str(disk)], check=True)
    here = node(disk / "node", log=tmp_path / "node.log")
    try:
        _on_a_disk(here, disk)
    finally:
        here.close()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def _on_a_disk(here: Node, disk: Path) -> None:
    world = here.told("setup", "40", "150")
    here.start()
    deeds, ballast = deeds_of(world, 40), disk / "ballast"
    approval = next(deed for deed in deeds if "/groups/" in deed[0])
    assert here.post(approval[0], world["cookie"], do="approve").status == 302
    _fill(ballast)
    with Crowd(here, world["cookie"], deeds) as crowd:
        pass
    told = {answer.status for answer in crowd.seen}
    assert 507 in told, told
    assert told <= {302, 400, 404, 409, 507}, told
    full = next(answer for answer in crowd.seen if answer.status == 507)
    assert SENTENCES["en"][1] in full.text
    assert "Traceback" not in full.text
    assert here.ask("GET", "/pt/desk/", world["cookie"]).status == 200, "who only reads goes on"
    health = here.ask("GET", "/healthz")
    assert health.status == 503
    assert "disk_nearly_full" in health.text
    worker = here.start("worker")
    time.sleep(4)
    ballast.unlink()
    acknowledged_is_there(here, crowd)
    assert here.ask("GET", "/healthz").status == 200
    crowd.again()
    if worker.poll() is not None:  # as systemd does
        here.start("worker")
    here.until(lambda: here.told("account")["groups"] == ["issued", "issued"], 60)
    done_once(here, 40)
    assert len(here.told("account")["keys"]) == 190


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12):
            try:
                while out.write(b"\0" * size):
                    pass
            except OSError:
                continue


@pytest.fixture
def server(tmp_path_factory):
    """A PostgreSQL server of one's own, which may be stopped: a function that runs pg_ctl."""
    commands = Path(COMMANDS.get())
    home = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    shutil.chown(home, "postgres")

    def run(*words: str) -> None:
        options = ["-D", str(home / "db"), "-w", "-l", str(home / "log")]
        sockets = ["-o", f"-c listen_addresses='' -k {home}"] if words[0] == "start" else []
        subprocess.run(
            ["runuser", "-u", "postgres", "--", str(commands / "pg_ctl"), *options, *sockets, *words],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    subprocess.run(
        ["runuser", "-u", "postgres", "--", commands / "initdb", "-D", str(home / "db"), "--auth=trust", "--encoding=UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    run("start")
    yield run, f"postgresql://postgres@/postgres?host={home}"
    run("stop", "-m", "immediate")
    shutil.rmtree(home)


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_database_that_restarts_is_told_and_then_all_goes_on(node, server, how):
    pg, database = server
    here = node(database=database)
    world = here.told("setup", "40", "150")
    here.start()
    with Crowd(here, world["cookie"], deeds_of(world, 40)) as crowd:
        here.until(lambda: len(crowd.answers) >= 6, 30)
        pg("stop", "-m", how)  # between requests, and during some
        for locale, (away, _) in SENTENCES.items():
            answer = here.ask("GET", f"/{locale}/desk/", world["cookie"])
            assert (answer.status, answer.headers.get("retry-after")) == (503, "30"), answer
            assert away in answer.text
            assert "Traceback" not in answer.text
        health = here.ask("GET", "/healthz")
        assert (health.status, "database_unreachable" in health.text) == (503, True), health
        for public in ("/en/verify/", "/en/verify/sample/valid/", "/en/explorer/", "/en/standards/"):
            assert here.ask("GET", public, world["cookie"]).status == 200, public
        pg("start")
        here.until(lambda: here.ask("GET", "/en/desk/", world["cookie"]).status == 200, 5)
    told = {answer.status for answer in crowd.seen}
    assert told <= {302, 503}, told
    acknowledged_is_there(here, crowd)
    crowd.again()
    here.start("worker")
    here.until(lambda: here.told("account")["groups"] == ["issued", "issued"], 60)
    done_once(here, 40)


@pytest.mark.soak
@pytest.mark.postgres
def test_a_worker_whose_database_restarts_issues_the_rest_once(node, server):
    pg, database = server
    here = node(database=database)
    world = here.told("setup", "1", "400")
    here.start()
    assert here.post(f"/en{world['group']}", world["cookie"], do="approve").status == 302
    worker = here.start("worker")
    here.until(lambda: len(here.told("account")["keys"]) > 1, 40)
    pg("stop", "-m", "immediate")
    time.sleep(6)
    pg("start")
    for _ in range(30):
        if worker.poll() is not None:  # as systemd does
            worker = here.start("worker")
        if here.told("account")["groups"] == ["issued", "issued"]:
            break
        time.sleep(1)
    told = here.told("account")
    assert told["groups"] == ["issued", "issued"]
    assert len(told["keys"]) == len(set(told["keys"])) == 401
    assert told["broken"] == []
