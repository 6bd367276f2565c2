"""A node in processes of its own, served as its owner serves it, which may be killed; and a browser that speaks to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.touchstone_server.issuing_world import PASSPHRASE

ROOT = Path(__file__).parents[2]
TOKEN = "t" * 32
"""What a form and its cookie have in common, against forged requests."""


class Answer(NamedTuple):
    """What came back; status 0 where nothing did."""

    status: int
    text: str = ""
    headers: dict[str, str] = {}


class Node:
    """A data folder, a database, and the processes on them."""

    def __init__(self, data: Path, database: str, log: Path) -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
        self._environment = kept | {
            "TOUCHSTONE_DATA": str(data), "TOUCHSTONE_DATABASE": database, "TOUCHSTONE_PASSPHRASE": PASSPHRASE,
            "TOUCHSTONE_KEY_FILES": "1", "TOUCHSTONE_PORT": str(self.port), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }  # fmt: skip
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []

    def told(self, *words: str) -> dict:
        """Return what a child says that looks into the database."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.touchstone_server.fault_child", *words],
            cwd=ROOT, env=self._environment, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return json.loads(done.stdout)

    def start(self, word: str = "serve", *, wait: bool = True) -> subprocess.Popen[bytes]:
        """Start the server, and wait until it answers; or the worker."""
        with self._log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "touchstone_server", word],
                cwd=ROOT, env=self._environment, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self._running.append(process)
        if word == "serve" and wait:
            self.answers()
        return process

    def answers(self) -> None:
        """Wait until the server answers."""
        self.until(lambda: self.ask("GET", "/healthz").status in (200, 503), 40)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and all that it has begun: -9, as a machine does that runs out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """Leave nothing running."""
        for each in self._running:
            self.kill(each)

    @property
    def log(self) -> str:
        """What the processes have said."""
        return self._log.read_text("utf-8", "replace")

    def until(self, true: object, seconds: float) -> float:
        """Wait until something is so; return how long it took."""
        began = time.monotonic()
        while not true():  # type: ignore[operator]
            assert time.monotonic() - began < seconds, f"not within {seconds} s\n{self.log[-3000:]}"
            time.sleep(0.05)
        return time.monotonic() - began

    def ask(self, method: str, path: str, cookie: str = "", body: bytes = b"", kind: str = "") -> Answer:
        """Ask the node, as a browser does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}", "Cookie": f"{cookie}; csrftoken={TOKEN}"}
        try:
            connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders()))
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()

    def post(self, path: str, cookie: str, **told: str) -> Answer:
        """Send a form."""
        body = urlencode({**told, "csrfmiddlewaretoken": TOKEN}).encode()
        return self.ask("POST", path, cookie, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, cookie: str, content: bytes) -> Answer:
        """Send a form with a file."""
        part = b"--b\r\nContent-Disposition: form-data; name="
        body = part + b'"csrfmiddlewaretoken"\r\n\r\n' + TOKEN.encode() + b"\r\n" + part
        body += b'"file"; filename="c.json"\r\nContent-Type: application/json\r\n\r\n' + content + b"\r\n--b--\r\n"
        return self.ask("POST", path, cookie, body, "multipart/form-data; boundary=b")


class Crowd:
    """Threads that send uploads and decisions one after the other, and remember what was acknowledged."""

    def __init__(self, node: Node, cookie: str, deeds: list[tuple[str, bytes]]) -> None:
        self.node, self.cookie, self.deeds = node, cookie, deeds
        self.answers: dict[str, Answer] = {}
        self.seen: list[Answer] = []
        self._next, self._lock = iter(deeds), threading.Lock()
        self._threads = [threading.Thread(target=self._send) for _ in range(3)]

    def __enter__(self) -> Crowd:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *error: object) -> None:
        for each in self._threads:
            each.join()

    def _send(self) -> None:
        while True:
            with self._lock:
                deed = next(self._next, None)
            if deed is None:
                return
            path, content = deed
            self.answers[path + _mark(content)] = answer = self.once(path, content)
            self.seen.append(answer)

    def once(self, path: str, content: bytes) -> Answer:
        """Send one deed."""
        if content:
            return self.node.upload(path, self.cookie, content)
        return self.node.post(path, self.cookie, do="approve")

    def acknowledged(self) -> set[str]:
        """What was answered with success."""
        return {name for name, answer in self.answers.items() if answer.status == 302}

    def again(self) -> None:
        """Send everything once more, as people do who saw no answer."""
        for path, content in self.deeds:
            answer = self.once(path, content)
            assert answer.status in (302, 400, 404, 409), (path, answer)


def _mark(content: bytes) -> str:
    return content.partition(b"held ")[2][:4].decode()
