# SPDX-License-Identifier: Apache-2.0
"""Fetching what a stranger's URL names: what is refused before a connection is made, and what a server may not do."""

from __future__ import annotations

import gzip
import json
import socket
import time

import pytest

from tests.touchstone.network.servers import NAME, Authority, answer, said
from touchstone.credentials.did import resolve
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError
from touchstone.network.fetching import retrieve

HERE = ["127.0.0.1"]

HOSTILE_URLS = {
    "fetch_not_https": [
        "http://node.example/",
        "ftp://node.example/",
        "file:///etc/passwd",
        "gopher://node.example:443/_x",
        "data:application/json,1",
        "javascript:1",
        "//node.example/",
        "node.example/did.json",
        "ws://node.example/",
    ],
    "fetch_userinfo": [
        "https://user@node.example/",
        "https://user:word@node.example/",
        "https://node.example@127.0.0.1/",
        "https://@node.example/",
        "https://trusted.example:443@node.example/",
    ],
    "fetch_port_refused": [
        "https://node.example:22/",
        "https://node.example:80/",
        "https://node.example:8443/",
        "https://node.example:0/",
        "https://node.example:65535/",
    ],
    "fetch_not_a_name": [
        "https://127.0.0.1/",
        "https://8.8.8.8/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://1.2.3.0x4/",
        "https://node.example.0x/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1%251]/",
        "https://localhost/",
        "https://metadata/",
        "https://node.example./",
        "https://.node.example/",
        "https://node..example/",
        "https://-node.example/",
        "https://node-.example/",
        "https:///did.json",
        "https://:443/",
        "https://%6eode.example/",
        "https://127.0.0.1%2f.node.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://node.example;evil.example/",
    ],
    "fetch_url_malformed": [
        "",
        "https://node.example\\@evil.example/",
        "https://node.example/a b",
        "https://node.example/\r\nHost: evil.example",
        "https://node.example/\tx",
        "https://no\nde.example/",
        " https://node.example/",
        "https://nöde.example/",
        "https://127。0。0。1/",
        "https://ⓝode.example/",
        "https://node.example:port/",
        "https://node.example:99999/",
        "https://node.example:-1/",
        "https://[::1/",
        "https://[node.example]/",
        "https://node.example/" + "a" * 2048,
        "https://node.example/\x00",
        "https://node.example/|",
    ],
}


def refused(call, *words, **options):
    with pytest.raises(CredentialError) as caught:
        call(*words, **options)
    return caught.value


@pytest.fixture
def fetch(authority):
    """Fetch from a server of this machine, as though its name were a public one."""

    def fetch(server, path="/did.json", **options):
        options = {
            "ports": [server.port],
            "resolve": lambda host, port: HERE,
            "address_refusal": lambda address: "",
            "certificates": authority.trusting,
            **options,
        }
        return retrieve(f"https://{NAME}:{server.port}{path}", **options)

    return fetch


@pytest.mark.parametrize(("code", "url"), [(code, url) for code, urls in HOSTILE_URLS.items() for url in urls])
def test_a_hostile_url_is_refused_before_anything_is_resolved(code, url):
    def resolve(host, port):
        raise AssertionError(f"{host} was resolved")

    assert refused(retrieve, url, resolve=resolve).code == code


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"]])
def test_a_name_with_one_address_that_is_not_public_is_refused_unconnected(addresses):
    error = refused(retrieve, "https://node.example/", resolve=lambda host, port: addresses)

    assert error.code == "fetch_address_refused"


def test_a_name_is_resolved_once_so_a_second_answer_changes_nothing(serve, fetch):
    server = serve(said(answer(b"{}")))
    answers = [HERE, ["192.0.2.1"]]

    assert fetch(server, resolve=lambda host, port: answers.pop(0)) == b"{}"
    assert len(answers) == 1


def test_a_body_arrives_and_the_request_tells_little(serve, fetch):
    server = serve(said(answer(b'{"id": 1}')))

    assert fetch(server, "/a/did.json?x=1#key-1") == b'{"id": 1}'
    (request,) = server.requests
    assert request.startswith("GET /a/did.json?x=1 HTTP/1.1\r\n")
    assert f"Host: {NAME}:{server.port}\r\n" in request
    assert "Accept-Encoding: identity\r\n" in request
    assert not {"Cookie", "Authorization", "Referer"} & set(request.replace(":", " ").split())


def test_the_key_of_a_did_web_is_found_where_its_identifier_says(serve, fetch):
    signer = SeedSigner(bytes(32))
    did = "did:web:node.example:people:li"
    key = {"id": "#key-1", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey_of(signer.public_key)}
    server = serve(said(answer(json.dumps({"id": did, "assertionMethod": [key]}).encode())))

    def retrieve(url):
        assert url.startswith(f"https://{NAME}/")
        return fetch(server, url.removeprefix(f"https://{NAME}"))

    method = resolve(f"{did}#key-1", retrieve=retrieve)

    assert (method.public_key, method.purposes) == (signer.public_key, {"assertionMethod"})
    assert server.requests[0].startswith("GET /people/li/did.json HTTP/1.1\r\n")


def test_a_proxy_of_the_environment_is_not_used(serve, fetch, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetch(serve(said(answer(b"{}")))) == b"{}"


def test_a_body_in_chunks_arrives_whole(serve, fetch):
    chunked = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n3;x=y\r\n 1}\r\n0\r\n\r\n'

    assert fetch(serve(said(chunked))) == b'{"a": 1}'


def test_a_body_without_a_length_ends_with_the_connection(serve, fetch):
    assert fetch(serve(said(b"HTTP/1.0 200 OK\r\n\r\n{}"))) == b"{}"


def test_an_address_that_does_not_answer_leaves_time_for_the_next(serve, fetch):
    nobody = socket.create_server(("127.0.0.2", 0))  # a closed port elsewhere on this machine
    nobody.close()

    assert fetch(serve(said(answer(b"{}"))), resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"]) == b"{}"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Moved", "304 Same"])
def test_a_redirect_is_not_followed(serve, fetch, status):
    server = serve(said(answer(b"", f"Location: https://{NAME}/other", status=status)))

    assert refused(fetch, server).code == "fetch_redirect"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("fetch_status", answer(b"", status="404 Not Found")),
        ("fetch_status", answer(b"", status="500 Oh")),
        ("fetch_status", answer(b"", status="206 Partial")),
        ("fetch_status", answer(b"", status="101 Switching")),
        ("fetch_encoded", answer(gzip.compress(b"{}", mtime=0), "Content-Encoding: gzip")),
        ("fetch_encoded", answer(b"{}", "Content-Encoding: identity, gzip")),
        ("fetch_too_large", answer(b"x" * 101)),
        ("fetch_too_large", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        ("fetch_too_large", b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 101),
        (
            "fetch_too_large",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + b"x" * 101 + b"\r\n0\r\n\r\n",
        ),
        ("fetch_too_large", b"HTTP/1.1 200 OK\r\n" + b"X-Filler: y\r\n" * 90 + b"X: " + b"y" * 40_000 + b"\r\n\r\n"),
        ("fetch_too_large", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\n" + b"X-Filler: y\r\n" * 200 + b"\r\n"),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}"),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n"),
        ("fetch_failed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-9\r\n{}\r\n0\r\n\r\n"),
        ("fetch_failed", b"SSH-2.0-OpenSSH\r\n"),
        ("fetch_failed", b"\x00\xff\r\n\r\n"),
        ("fetch_failed", b""),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(serve, fetch, code, content):
    assert refused(fetch, serve(said(content)), max_bytes=100).code == code


def test_a_body_without_a_length_that_is_cut_off_is_refused(serve, fetch):
    assert refused(fetch, serve(said(b"HTTP/1.0 200 OK\r\n\r\n{}", politely=False))).code == "fetch_failed"


def test_a_body_of_exactly_the_largest_size_arrives(serve, fetch):
    assert len(fetch(serve(said(answer(b"x" * 100))), max_bytes=100)) == 100


def drip(connection):
    """Send a byte now and then: no single read is slow."""
    for byte in answer(b"x" * 10_000):
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


@pytest.mark.parametrize("script", [drip, lambda connection: time.sleep(5)], ids=["dripping", "silent"])
def test_the_deadline_holds_for_the_whole_exchange(serve, fetch, script):
    started = time.monotonic()

    assert refused(fetch, serve(script), seconds=0.3).code == "fetch_timeout"
    assert time.monotonic() - started < 3


def test_a_resolver_that_never_answers_is_not_waited_for():
    error = refused(retrieve, "https://node.example/", seconds=0.1, resolve=lambda host, port: time.sleep(2) or HERE)

    assert error.code == "fetch_timeout"


def test_a_server_that_never_begins_tls_is_not_waited_for(fetch):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        class Silent:
            port = listener.getsockname()[1]

        assert refused(fetch, Silent, seconds=0.2).code == "fetch_timeout"


def test_a_certificate_for_another_name_is_refused(serve, fetch, authority):
    server = serve(said(answer(b"{}")), authority.serving(name="other.example"))

    assert refused(fetch, server).code == "fetch_certificate"


def test_a_certificate_whose_time_is_over_is_refused(serve, fetch, authority):
    server = serve(said(answer(b"{}")), authority.serving(ended=True))

    assert refused(fetch, server).code == "fetch_certificate"


def test_a_certificate_of_an_unknown_authority_is_refused(serve, fetch):
    server = serve(said(answer(b"{}")), Authority().serving())

    assert refused(fetch, server).code == "fetch_certificate"


def test_a_name_that_does_not_exist_is_a_sentence():
    def resolve(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    error = refused(retrieve, "https://node.example/did.json", resolve=resolve)

    assert error.code == "fetch_failed"
    assert "Name or service not known" in str(error)
    assert "https://node.example/did.json" in str(error)
