"""Nodes exchange public documents and nothing else: by digest, with proofs, nothing overwritten, nothing personal."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.touchstone_server.test_start import free_port, start
from touchstone.credentials.document_proofs import sign_document
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError, DocumentError
from touchstone.network.fetching import retrieve_changed
from touchstone.standards import LevelScale, TrustRegistry, canonical_bytes, digest, normal_form, read_document
from touchstone.standards.levels import Level
from touchstone.standards.trust_registry import RegisteredKey, RegisteredPublisher
from touchstone_server import documents
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.exchange import putting_up, services, views
from touchstone_server.exchange.models import Peer, PulledDocument, RefusedDocument
from touchstone_server.exchange.publishing import FORMAT, Entry, address_of
from touchstone_server.exchange.pulling import Refused as NotTaken
from touchstone_server.exchange.pulling import Taken, conflicts, judge, read_index

PUBLISHER = "did:web:bureau.example"
SIGNER = SeedSigner(b"\x07" * 32, controller=PUBLISHER, fragment="key-1")
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def scale(name: str, title: str = "A scale", **more: object) -> LevelScale:
    return LevelScale(
        id=f"https://bureau.example/scales/{name}",
        version="1",
        title={"en": title},
        publisher=PUBLISHER,
        levels=(Level(code="1"), Level(code="2")),
        **{"status": "in_force", **more},
    )


def signed(document: LevelScale) -> LevelScale:
    return sign_document(document, SIGNER, created=NOW)


def registry() -> TrustRegistry:
    key = RegisteredKey(id=SIGNER.verification_method, public_key=multikey_of(SIGNER.public_key))
    publisher = RegisteredPublisher(id=PUBLISHER, name={"en": "Bureau"}, regions=("GD",), keys=(key,))
    return TrustRegistry(
        id="https://bureau.example/trust", version="1", title={"en": "Registry"}, status="in_force", issuers=(),
        publishers=(publisher,),
    )  # fmt: skip


def entry(document: LevelScale, **changes: object) -> Entry:
    found = Entry(
        id=document.id,
        version=document.version,
        kind="LevelScale",
        digest=digest(document),
        address=address_of(digest(document)),
        proof=document.proof,
    )
    return msgspec.structs.replace(found, **changes)


class TestJudging:
    def test_a_document_that_its_publisher_signed_is_verified(self):
        document = signed(scale("fine", official=True))
        judged = judge(entry(document), canonical_bytes(document), registry())
        assert isinstance(judged, Taken)
        assert (judged.standing, judged.lacks) == ("verified", ())

    def test_a_claim_without_a_proof_is_taken_as_unverified(self):
        document = scale("claimed", official=True)
        judged = judge(entry(document), canonical_bytes(document), registry())
        assert isinstance(judged, Taken)
        assert (judged.standing, judged.lacks) == ("unverified", ("publisher_not_signed",))

    @pytest.mark.parametrize("place", range(0, 200, 20))
    def test_one_changed_byte_is_refused(self, place: int):
        document = signed(scale("fine", official=True))
        content = bytearray(canonical_bytes(document))
        content[place % len(content)] ^= 1
        judged = judge(entry(document), bytes(content), registry())
        assert judged == NotTaken("changed")

    def test_a_document_under_another_name_is_refused(self):
        document = scale("fine")
        judged = judge(entry(document, id="https://bureau.example/scales/other"), canonical_bytes(document), registry())
        assert isinstance(judged, NotTaken)
        assert judged.why == "misnamed"

    def test_a_draft_is_refused(self):
        document = scale("draft", status="draft")
        assert judge(entry(document), canonical_bytes(document), registry()) == NotTaken("draft")

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff",
            b"{}",
            b"[" * 100_000,
            b'{"kind":"RecognitionRequest"}',
            b'{"kind":"LevelScale","id":1}',
            b'{"kind":"\\u0000"}',
        ],
        ids=["nothing", "no text", "no kind", "deep", "personal", "no id", "no character"],
    )
    def test_what_is_no_public_document_is_refused_with_a_sentence(self, content: bytes):
        named = entry(scale("fine"), digest="sha256:" + hashlib.sha256(content).hexdigest())
        judged = judge(named, content, registry())
        assert isinstance(judged, NotTaken)
        assert judged.why == "unreadable"
        assert judged.detail

    def test_a_second_content_under_a_known_name_is_a_conflict(self):
        one, other = scale("fine"), scale("fine", "Another title")
        known = {(one.id, one.version): digest(one)}
        assert conflicts(entry(other), known)
        assert not conflicts(entry(one), known)

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"{", b"[]", b'{"format":"\\u0000"}', b'{"format":"other","documents":[]}', b"[" * 100_000,
            json.dumps({"format": FORMAT, "documents": [{"id": "x", "version": "1", "kind": "x", "digest": "no", "address": ""}]}).encode(),
        ],
    )  # fmt: skip
    def test_what_is_no_index_is_told_in_a_sentence(self, content: bytes):
        with pytest.raises(DocumentError):
            read_index(content)


@pytest.mark.django_db
class TestPublishing:
    def test_the_index_names_every_document_but_drafts_with_its_digest_and_address(self, client):
        listed = client.get("/documents/").json()["documents"]
        public = [each for each in documents.rulebook().documents if each.status != "draft"]
        assert len(listed) == len(public) > 50
        for each in listed[::20]:
            answer = client.get(each["address"])
            assert "sha256:" + hashlib.sha256(answer.content).hexdigest() == each["digest"]

    def test_what_has_not_changed_is_not_sent_again(self, client):
        first = client.get("/documents/")
        again = client.get("/documents/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        path = first.json()["documents"][0]["address"]
        document = client.get(path)
        assert client.get(path, headers={"If-None-Match": document["ETag"]}).status_code == 304

    def test_the_index_sets_no_cookie_and_takes_nothing(self, client):
        answer = client.get("/documents/")
        assert not answer.cookies
        for method in ("post", "put", "delete", "patch"):
            assert getattr(client, method)("/documents/").status_code == 405

    def test_outside_of_the_pages_there_are_public_documents_codes_and_health_alone(self):
        from touchstone_server.urls import urlpatterns

        routes = {str(each.pattern) for each in urlpatterns if "locale" not in str(each.pattern)}
        assert routes - {"zh-hans/", "zh-hant-hk/", "zh-hant-mo/", "en/", "pt/"} == {
            "", "documents/", "documents/<str:mark>.json", "R/<str:token>", "healthz",
            "C/<str:short>", "c/<str:short>", "S/<str:token>", "status/<path:name>",  # what a holder or issuer shows, and lists of numbers
            "demo/lin-siyu.json", "demo/status.json",  # a person that was made up, and a list of numbers
        }  # fmt: skip


class TestLoopback:
    def test_nothing_on_this_machine_is_fetched_but_by_the_demonstration(self):
        with pytest.raises(CredentialError) as refused:
            retrieve_changed("http://localhost:9/documents/")
        assert refused.value.code == "fetch_not_https"

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/documents/", "http://10.0.0.1/", "http://169.254.169.254/", "http://user@localhost/",
            "http://localhost.example.org/", "http://127.0.0.2/", "http://[::1]/", "ftp://localhost/", "http://0/",
        ],
    )  # fmt: skip
    def test_the_demonstration_fetches_from_nowhere_else_in_plain(self, url: str):
        with pytest.raises(CredentialError) as refused:
            retrieve_changed(url, loopback=True)
        assert refused.value.code in ("fetch_not_https", "fetch_userinfo")


@pytest.mark.django_db
class TestDesk:
    @pytest.fixture
    def bureau(self, organisation):
        return organisation("bureau", "authority", "HK")

    @pytest.fixture
    def offered(self, monkeypatch, settings):
        """A peer in memory: what stands at its addresses, by path."""
        settings.TOUCHSTONE_PEERS = ["https://peer.example"]
        shelf: dict[str, bytes] = {}

        def fetch(url: str, etag: str, most: int):
            from touchstone.network.fetching import Fetched

            body = shelf[url.removeprefix("https://peer.example")]
            mark = f'"{hashlib.sha256(body).hexdigest()}"'
            return Fetched(None if etag == mark else body, mark)

        def offer(*offered: tuple[Entry, bytes]) -> None:
            listed = {"format": FORMAT, "documents": [msgspec.to_builtins(each) for each, _ in offered]}
            shelf["/documents/"] = json.dumps(listed).encode()
            shelf.update({each.address: content for each, content in offered})

        monkeypatch.setattr(services, "_fetch", fetch)
        monkeypatch.setattr(services.trust, "registry", registry)
        return offer

    def both(self, document: LevelScale) -> tuple[Entry, bytes]:
        return entry(document), canonical_bytes(document)

    def test_what_is_new_comes_once(self, offered):
        offered(self.both(signed(scale("fine", official=True))))
        (first,), (again,) = services.pull_all(), services.pull_all()
        assert (first.taken, again.taken, again.unchanged) == (1, 0, True)
        assert PulledDocument.objects.get().standing == "verified"
        assert AuditEvent.objects.filter(action="documents.pulled").count() == 1

    def test_a_changed_document_is_refused_and_shown_and_taken_when_it_is_whole_again(
        self, offered, member, bureau, signed_in
    ):
        document = scale("fine")
        offered((entry(document), canonical_bytes(document) + b" "))
        assert services.pull_all()[0].refused == 1
        assert not PulledDocument.objects.exists()
        client = signed_in(member("Sue", bureau, Role.SECRETARY))
        page = client.get("/en/desk/bureau/exchange/").content.decode()
        assert "the content is not the one that the index names" in page
        assert document.id in page
        offered(self.both(document))
        assert services.pull_all()[0].taken == 1

    def test_a_second_content_is_shown_and_never_overwrites(self, offered):
        one, other = scale("fine"), scale("fine", "Another title")
        offered(self.both(one))
        services.pull_all()
        offered(self.both(other))
        services.pull_all()
        services.pull_all()
        assert PulledDocument.objects.get().digest == digest(one)
        refused = RefusedDocument.objects.get()
        assert (refused.why, refused.here, refused.offered) == ("conflict", digest(one), digest(other))

    def test_what_two_peers_offer_at_once_under_one_name_is_a_conflict(self, db):
        one, other = scale("fine"), scale("fine", "Another title")
        for address, document, is_kept in (("https://a.example", one, True), ("https://b.example", other, False)):
            peer = Peer.objects.create(address=address)
            taken = Taken(document, canonical_bytes(document), "verified", ())
            assert services._keep(peer, entry(document), taken) is is_kept
        refused = RefusedDocument.objects.get()
        assert (refused.peer.address, refused.why, refused.here) == ("https://b.example", "conflict", digest(one))

    def test_what_was_published_here_while_another_content_was_on_its_way_is_a_conflict(
        self, offered, monkeypatch, organisation, member, acting
    ):
        place = organisation("bureau", "authority", "GD", PUBLISHER)
        one, other = (acting(member(name, place, Role.COMMITTEE_MEMBER)) for name in ("Ada", "Ben"))
        ours, theirs = scale("fine", "Ours"), scale("fine", "Theirs")
        waiting = putting_up.put_up(one, place, ours, "due")
        offered(self.both(theirs))
        fetch = services._fetch

        def fetch_slowly(url: str, etag: str, most: int):
            if url.endswith(address_of(digest(theirs))):
                putting_up.publish(other, waiting, "as agreed")
            return fetch(url, etag, most)

        monkeypatch.setattr(services, "_fetch", fetch_slowly)
        (told,) = services.pull_all()
        assert (told.taken, told.refused, PulledDocument.objects.count()) == (0, 1, 0)
        assert RefusedDocument.objects.get().here == digest(ours)

    def test_what_nobody_signed_gives_its_name_up_to_what_its_publisher_signed(self, offered):
        squatting, genuine = scale("fine", "Squatting"), signed(scale("fine", official=True))
        offered(self.both(squatting))
        services.pull_all()
        offered(self.both(genuine))
        assert services.pull_all()[0].taken == 1
        assert PulledDocument.objects.get().digest == digest(genuine)
        refused = RefusedDocument.objects.get()
        assert (refused.why, refused.offered, refused.here) == ("conflict", digest(squatting), digest(genuine))
        offered(self.both(squatting))
        assert services.pull_all()[0].refused == 1, "and does not get it back"

    @pytest.mark.parametrize("first_is_signed", [True, False])
    def test_a_name_is_not_given_up_to_what_has_no_more_standing(self, offered, first_is_signed):
        claim = scale("fine", "First", official=True)
        first = signed(claim) if first_is_signed else claim
        second = scale("fine", "Second", official=True)
        second = signed(second) if first_is_signed else msgspec.structs.replace(second, proof=signed(claim).proof)
        offered(self.both(first))
        services.pull_all()
        offered(self.both(second))
        assert services.pull_all()[0].refused == 1
        assert PulledDocument.objects.get().digest == digest(first)

    def test_a_second_content_of_what_the_node_decides_by_is_refused(self, offered):
        ours = next(each for each in documents.rulebook().documents if isinstance(each, LevelScale))
        offered(self.both(msgspec.structs.replace(ours, title={"en": "Slipped in"})))
        assert services.pull_all()[0].refused == 1
        assert not PulledDocument.objects.exists()

    def test_proofs_that_came_later_count_without_the_content_changing(self, offered):
        document = scale("fine", official=True)
        offered(self.both(document))
        services.pull_all()
        offered(self.both(signed(document)))
        services.pull_all()
        found = PulledDocument.objects.get()
        assert (found.standing, found.digest) == ("verified", digest(document))

    def test_proofs_that_do_not_count_are_not_kept_beside_those_that_came_first(self, offered):
        document = scale("fine", official=True)
        offered(self.both(document))
        services.pull_all()
        false = [{**signed(document).proof[0], "proofValue": f"z{number}"} for number in range(40)]
        offered((entry(document, proof=tuple(false)), canonical_bytes(document)))
        services.pull_all()
        assert PulledDocument.objects.get().proofs == []

    def test_what_there_was_no_time_for_comes_with_the_next_pull(self, offered):
        offered(self.both(scale("one")), self.both(scale("two")))
        turns = iter([True, False])
        assert services.pull("https://peer.example", lambda: next(turns)).left == 1
        assert services.pull_all()[0].taken == 1

    def test_a_document_that_cannot_be_had_is_named_and_keeps_no_other_back(self, offered, monkeypatch):
        missing, *others = (self.both(scale(name)) for name in ("missing", "one", "two"))
        offered(missing, *others)
        fetch = services._fetch

        def fetch_all_but_one(url: str, etag: str, most: int):
            if url.endswith(missing[0].address):
                raise CredentialError("fetch_failed", "the server answers 404")
            return fetch(url, etag, most)

        monkeypatch.setattr(services, "_fetch", fetch_all_but_one)
        (told,) = services.pull_all()
        assert (told.taken, told.left) == (2, 1)
        assert missing[0].id in Peer.objects.get().problem
        monkeypatch.setattr(services, "_fetch", fetch)
        assert services.pull_all()[0].taken == 1
        assert not Peer.objects.get().problem

    def test_a_peer_that_hands_out_no_document_is_given_up_until_the_next_pull(self, offered, monkeypatch):
        offered(*(self.both(scale(f"s{number}")) for number in range(9)))
        fetch, asked = services._fetch, []

        def fetch_the_index(url: str, etag: str, most: int):
            asked.append(url)
            if not url.endswith("/documents/"):
                raise CredentialError("fetch_failed", "the server answers 404")
            return fetch(url, etag, most)

        monkeypatch.setattr(services, "_fetch", fetch_the_index)
        assert services.pull_all()[0].problem
        assert len(asked) == 1 + services.MOST_MISSED

    def test_a_peer_that_does_not_answer_is_told_and_keeps_no_other_back(self, settings, monkeypatch):
        settings.TOUCHSTONE_PEERS = ["https://one.example", "https://two.example"]

        def fail(url: str, etag: str, most: int):
            raise CredentialError("fetch_failed", "the server cannot be read")

        monkeypatch.setattr(services, "_fetch", fail)
        assert [bool(each.problem) for each in services.pull_all()] == [True, True]
        assert Peer.objects.exclude(problem="").count() == 2

    @pytest.mark.parametrize("role", sorted({Role.TEACHER, Role.RECOGNITION_OFFICER, Role.AUDITOR}))
    def test_only_those_who_look_after_documents_pull(self, offered, member, bureau, acting, role):
        with pytest.raises(Refused):
            services.pull_for(acting(member("Ben", bureau, role)), bureau)

    def test_the_page_pulls_by_a_button_and_hands_out_what_came(self, offered, member, bureau, signed_in):
        document = signed(scale("fine", official=True))
        offered(self.both(document))
        client = signed_in(member("Sue", bureau, Role.SECRETARY))
        page = client.post("/en/desk/bureau/exchange/").content.decode()
        told = page.partition('role="status"')[2].partition("</div>")[0]
        assert "1 new, 0 known" in told
        assert "refused" not in told, "what there is none of is not told"
        path = re.search(r'href="(/en/desk/bureau/exchange/[^"]+\.json)"', page)[1]
        loaded = read_document(client.get(path).content, "document.json")
        assert loaded is not None
        assert loaded.document == document

    def test_while_one_pulls_others_are_told_to_wait_and_hold_no_thread(self, offered, member, bureau, signed_in):
        offered(self.both(signed(scale("fine", official=True))))
        client = signed_in(member("Sue", bureau, Role.SECRETARY))
        with views.PULLS.entered():
            answer = client.post("/en/desk/bureau/exchange/")
            assert client.get("/en/desk/bureau/exchange/").status_code == 200
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert client.post("/en/desk/bureau/exchange/").status_code == 200


# ------------------------------------------------------------------ two real nodes


class Asked(NamedTuple):
    """A request that went from one node to another, and what came back."""

    method: str
    path: str
    headers: dict[str, str]
    status: int
    body: bytes


class Wire:
    """What stands between two nodes and writes down all that passes; ``tampers`` are paths whose content it changes."""

    def __init__(self, port: int) -> None:
        self.passed: list[Asked] = []
        self.tampers: set[str] = set()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told = urllib.request.Request(f"http://localhost:{port}{self.path}", headers=dict(self.headers))
                try:
                    with urllib.request.urlopen(told, timeout=10) as answer:
                        status, headers, body = answer.status, answer.headers, answer.read()
                except urllib.error.HTTPError as error:
                    status, headers, body = error.code, error.headers, error.read()
                wire.passed.append(Asked(self.command, self.path, dict(self.headers), status, body))
                if self.path in wire.tampers:
                    body = body.replace(b"A scale", b"A sCale")
                self.send_response(status)
                for name in ("ETag", "Content-Type"):
                    if name in headers:
                        self.send_header(name, headers[name])
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)

            do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Node(NamedTuple):
    """A node with its own data, documents and trust; ``wire`` is how others reach it."""

    settings: dict[str, str]
    wire: Wire
    process: subprocess.Popen

    def run(self, *words: str) -> subprocess.CompletedProcess:
        code = "from touchstone_server.node.command import main; main()"
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(
            command, env=os.environ | self.settings, capture_output=True, text=True, timeout=60, check=False
        )


def make(folder: Path, *shelf: LevelScale) -> tuple[dict[str, str], int]:
    (folder / "documents").mkdir(parents=True)
    for number, document in enumerate(shelf):
        (folder / "documents" / f"{number}.json").write_text(json.dumps(normal_form(document)))
    (folder / "trust.json").write_text(json.dumps(normal_form(registry())))
    port = free_port()
    return {
        "TOUCHSTONE_DATA": str(folder / "data"),
        "TOUCHSTONE_DATABASE": "",
        "TOUCHSTONE_DOCUMENTS": str(folder / "documents"),
        "TOUCHSTONE_TRUST": str(folder / "trust.json"),
        "TOUCHSTONE_PORT": str(port),
        "TOUCHSTONE_DEMO": "1",
    }, port


SIGNED, TAMPERED = signed(scale("signed", official=True)), scale("tampered")
HERE, THERE = scale("disputed"), scale("disputed", "Another title")
DRAFT = scale("draft", status="draft")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    (one, port_one), (two, port_two) = make(folder / "gd", SIGNED, TAMPERED, THERE, DRAFT), make(folder / "hk", HERE)
    wire_one, wire_two = Wire(port_one), Wire(port_two)
    one["TOUCHSTONE_PEERS"], two["TOUCHSTONE_PEERS"] = wire_two.address, wire_one.address
    made = [Node(one, wire_one, start(**one)), Node(two, wire_two, start(**two))]
    for node in made:
        assert node.process.stdout
        node.process.stdout.readline()
    for port in (port_one, port_two):
        _wait(f"http://localhost:{port}/healthz")
    yield made
    for node in made:
        node.process.terminate()
        node.process.communicate(timeout=20)
        node.wire.server.shutdown()
        node.wire.server.server_close()


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def test_between_two_nodes_pass_public_documents_and_nothing_else(nodes):
    guangdong, hong_kong = nodes
    found = guangdong.run(
        "found", "college", "--kind=school", "--region=GD", "--name=en=CANARY college",
        "--administrator=canary@example.org",
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    guangdong.wire.tampers = {address_of(digest(TAMPERED))}

    first = hong_kong.run("pull", "--json")
    (told,) = json.loads(first.stdout)
    assert first.returncode == 1, first.stderr
    assert (told["taken"], told["refused"], told["problem"]) == (1, 2, "")

    guangdong.wire.tampers = set()
    second = hong_kong.run("pull", "--all", "--save", hong_kong.settings["TOUCHSTONE_DATA"] + "/pulled")
    assert "1 new" in second.stdout
    assert "1 refused" in second.stdout, "what is disputed stays refused"
    kept = [
        read_document(file.read_bytes(), file.name)
        for file in Path(hong_kong.settings["TOUCHSTONE_DATA"], "pulled").iterdir()
    ]
    assert sorted(digest(each.document) for each in kept if each) == sorted(map(digest, (SIGNED, TAMPERED)))

    back = guangdong.run("pull")
    assert back.returncode == 1, "the dispute shows on the other side, too"

    passed = guangdong.wire.passed + hong_kong.wire.passed
    assert len(passed) >= 5
    for asked in passed:
        assert asked.method == "GET"
        assert re.fullmatch(r"/documents/([0-9a-f]{64}\.json)?", asked.path), asked.path
        assert not {name.lower() for name in asked.headers} & {"cookie", "authorization", "referer", "content-length"}
        assert b"canary" not in asked.body.lower()
        if asked.path != "/documents/":
            loaded = read_document(asked.body, "document.json")
            assert loaded is not None, "it is public"
            assert loaded.document.status != "draft"
        elif asked.status == 200:
            listed = msgspec.json.decode(asked.body)
            assert set(listed) == {"format", "documents"}
            assert DRAFT.id not in {each["id"] for each in listed["documents"]}
