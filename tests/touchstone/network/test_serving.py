# SPDX-License-Identifier: Apache-2.0
"""The small server: what it hands on, and what it refuses before anybody is asked."""

from __future__ import annotations

import datetime as dt
import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from touchstone.network.certificate import self_signed
from touchstone.network.serving import Answer, Server, problem

JSON = "Content-Type: application/json; charset=utf-8\r\n"


@contextmanager
def serving(handle, **options):
    options = {"hosts": ["localhost", "127.0.0.1", "::1"], "seconds": 2, "max_body": 1000, **options}
    server = Server(handle, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def echo(request):
    return Answer(200, json.dumps([request.method, request.path, request.kind, request.body.decode()]).encode())


def ask(server, raw, *, tls=None):
    """Send raw bytes, and return the status and the decoded body of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain:
        connection = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain
        connection.sendall(raw if isinstance(raw, bytes) else raw.encode())
        content = b""
        while piece := connection.recv(65536):
            content += piece
    head, _, body = content.partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in head or not head
    return (int(head.split()[1]), json.loads(body)) if head else (None, None)


def post(headers, body, *, path="/x", host="localhost"):
    return f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n{body}"


@pytest.fixture(scope="module")
def server():
    with serving(echo) as server:
        yield server


def test_a_request_is_handed_on_without_its_query(server):
    told = ask(server, post(JSON + "Content-Length: 2\r\n", "{}", path="/a/b?c=d"))

    assert told == (200, ["POST", "/a/b", "application/json", "{}"])


def test_a_request_without_a_body_is_handed_on(server):
    assert ask(server, "GET / HTTP/1.1\r\nHost: localhost:1234\r\n\r\n") == (200, ["GET", "/", "", ""])


def test_a_body_in_chunks_is_put_together(server):
    body = '3;name=value\r\n{"a\r\n5\r\n": 1}\r\n0\r\nTrailer: x\r\n\r\n'

    assert ask(server, post(JSON + "Transfer-Encoding: chunked\r\n", body))[1][3] == '{"a": 1}'


def test_a_client_that_waits_for_leave_to_send_gets_it(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "").encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (411, post(JSON, "")),
        (413, post("Content-Length: 1001\r\n", "x" * 1001)),
        (413, post("Content-Length: 999999999999\r\n", "")),
        (413, post("Transfer-Encoding: chunked\r\n", "3e9\r\n" + "x" * 1001 + "\r\n0\r\n\r\n")),
        (413, post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n" * 1001 + "0\r\n\r\n")),
        (413, post("Transfer-Encoding: chunked\r\n", "0\r\n" + "T: x\r\n" * 40_000)),
        (400, post("Content-Length: -1\r\n", "")),
        (400, post("Content-Length: 1e3\r\n", "")),
        (400, post("Content-Length: 9999999999999\r\n", "")),
        (400, post("Content-Length: ²\r\n", "")),
        (400, post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")),
        (400, post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        (400, post("Transfer-Encoding: gzip, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        (400, post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n")),
        (400, post("Transfer-Encoding: chunked\r\n", "\r\n")),
        (400, post("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n")),
        (400, post("Transfer-Encoding: chunked\r\n", "1" * 400)),
        (421, post("Content-Length: 2\r\n", "{}", host="evil.example")),
        (421, post("Content-Length: 2\r\n", "{}", host="localhost.evil.example:443")),
        (421, post("Host: localhost\r\nContent-Length: 2\r\n", "{}")),
        (421, "GET / HTTP/1.1\r\n\r\n"),
        (405, "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (405, "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (400, "GET /\x7f HTTP/1.1 x\r\n\r\n"),
        (400, "nonsense\r\n\r\n"),
        (414, "GET /" + "a" * 70_000 + " HTTP/1.1\r\n\r\n"),
        (431, "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n" * 200 + "\r\n"),
        (431, "GET / HTTP/1.1\r\nHost: localhost\r\n" + ("X: " + "y" * 60_000 + "\r\n") * 3 + "\r\n"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused_in_json(server, status, raw):
    told, body = ask(server, raw)

    assert told == status
    (error,) = body["errors"]
    assert error["status"] == status
    assert error["code"]
    assert error["detail"]


def test_a_body_that_breaks_off_is_refused(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(post("Content-Length: 9\r\n", "{}").encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_an_unexpected_error_is_told_without_its_cause():
    def broken(request):
        raise ValueError("a secret")

    with serving(broken) as server:
        status, body = ask(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert (status, "secret" in json.dumps(body)) == (500, False)


def drip(connection):
    """Send a byte now and then, until the other side has had enough."""
    for _ in range(200):
        connection.sendall(b"y")
        time.sleep(0.05)


def test_a_client_that_drips_is_cut_off_and_holds_up_no_other():
    with (
        serving(echo, seconds=0.3, max_threads=2) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as slow,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nX-")
        assert ask(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")[0] == 200
        with pytest.raises(OSError, match=r"."):
            drip(slow)


def test_when_all_threads_are_taken_a_further_client_waits():
    going = threading.Event()

    def patient(request):
        going.wait(5)
        return Answer(200, b"[]")

    raw = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(patient, max_threads=1, seconds=5) as server:
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(ask(server, raw))) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        assert answers == []
        going.set()
        for thread in threads:
            thread.join(5)
        assert answers == [(200, []), (200, [])]


def test_over_tls_with_a_certificate_of_its_own():
    context = self_signed(["localhost", "127.0.0.1"], dt.datetime.now(dt.UTC))
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with serving(echo, tls=context) as server:
        assert ask(server, post("Content-Length: 2\r\n", "{}"), tls=trusting)[1][3] == "{}"
        with pytest.raises(ConnectionError):
            ask(server, "GET / HTTP/1.1\r\n\r\n")  # a client that speaks no TLS


def test_the_certificate_bears_the_names_that_it_was_made_for():
    context = self_signed(["localhost", "127.0.0.1"], dt.datetime.now(dt.UTC))
    with serving(echo, tls=context) as server:
        pem = ssl.get_server_certificate(("127.0.0.1", server.port))
        trusting = ssl.create_default_context(cadata=pem)
        assert ask(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", tls=trusting)[0] == 200


def test_a_problem_tells_people_and_programs():
    answer = problem(400, "term_undefined", "The term is not defined.", type="https://example.org/x")

    (error,) = json.loads(answer.body)["errors"]
    assert error == {
        "status": 400,
        "code": "term_undefined",
        "title": "Bad Request",
        "detail": "The term is not defined.",
        "message": "The term is not defined.",
        "type": "https://example.org/x",
    }


def test_ctrl_c_ends_the_server_even_while_it_hands_a_connection_to_its_thread(monkeypatch):
    server, start = Server(echo), threading.Thread.start

    def interrupted(thread):
        start(thread)
        thread.join(5)
        raise KeyboardInterrupt

    with server, socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        monkeypatch.setattr(threading.Thread, "start", interrupted)

        with pytest.raises(KeyboardInterrupt):
            server.handle_request()
