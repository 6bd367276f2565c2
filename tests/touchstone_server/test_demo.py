"""The demonstration: three nodes that begin and end together, people who let you in there alone, and a border that one can watch."""

from __future__ import annotations

import datetime as dt
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from touchstone.credentials import wallet
from touchstone.credentials.verification import verify
from touchstone.errors import CredentialError
from touchstone.library.people import load_people
from touchstone.library.story import PASSPHRASE
from touchstone.standards import LevelScale, load_folder
from touchstone.standards.levels import Level
from touchstone_server.access.requests import actor_of, roles_of
from touchstone_server.access.rules import Action, Actor, Role, may
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.demo import certificate, crossings, keys, nodes
from touchstone_server.demo.cast import REGIONS, cast, fixed_id, issuers
from touchstone_server.demo.furnishing import furnish
from touchstone_server.demo.running import SHELVES
from touchstone_server.demo.seeding import seed
from touchstone_server.exchange import putting_up
from touchstone_server.issuing.keys import can_sign
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.language import LOCALES
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import erasing
from touchstone_server.passport.models import Access, ShareLink
from touchstone_server.transfers.models import Transfer


@pytest.fixture
def demo(settings, tmp_path):
    """This process as a node of the demonstration that stands for all three regions."""
    settings.TOUCHSTONE_DEMO, settings.TOUCHSTONE_DATA = True, tmp_path
    certificate._opened.cache_clear()
    keys.make_keys(tmp_path, "")
    return tmp_path


# The people


def test_the_seven_kinds_of_people_are_there_and_an_officer_in_each_region():
    held = {(role, person.region) for person in cast().people for roles in person.roles.values() for role in roles}
    wanted = {"secretary", "mentor", "programme_leader", "teacher", "assessor", "issuing_officer", "committee_member"}

    assert wanted <= {role for role, _ in held}
    assert {region for role, region in held if role in ("issuing_officer", "recognition_officer")} == set(REGIONS)
    assert any(not person.roles for person in cast().people), "the learner"


def test_the_cast_holds_only_roles_and_organisations_that_there_are_and_says_everything_in_four_languages():
    slugs = {each.slug: each.region for each in cast().organisations}
    for person in cast().people:
        assert {slugs[slug] for slug in person.roles} <= {person.region}
        assert {Role(role) for roles in person.roles.values() for role in roles} <= set(Role)
    for texts in (*(each.names for each in cast().organisations), *(each.about for each in cast().people)):
        assert {"en", "zh-Hans", "zh-Hant", "pt"} <= texts.keys()
    assert all("llustrative" in each.names["en"] for each in cast().organisations)


@pytest.mark.django_db
def test_the_cast_comes_onto_a_node_once_with_the_same_ids(demo):
    from touchstone_server.accounts.models import User
    from touchstone_server.organisations.models import Membership

    def everybody():
        return set(User.objects.values_list("pk", "email")), Membership.objects.count()

    seed()
    first = everybody()
    seed()

    assert everybody() == first
    assert len(first[0]) == len(cast().people)


@pytest.mark.django_db
def test_whoever_is_chosen_is_signed_in_with_all_that_their_roles_may(demo, client, rf):
    seed()

    answer = client.post("/en/demo/as/teacher/", headers={"origin": "http://testserver"})

    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/")
    assert "Zhou Wentao" in client.get("/en/desk/").content.decode()
    request = rf.get("/")
    request.session, request.user = client.session, _user("teacher")
    assert actor_of(request).strong


def _user(key: str):
    from touchstone_server.accounts.models import User

    return User.objects.get(email=f"{key}@demo.example")


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_no_other_site_can_sign_anybody_in(demo, client, origin):
    seed()
    answer = client.post("/en/demo/as/teacher/", headers={"origin": origin} if origin else {})

    assert answer.status_code == 403
    assert client.get("/en/desk/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["en/demo/", "en/demo/story/", "en/demo/border/", "demo/lin-siyu.json", "demo/status.json"]
)
def test_without_the_switch_nothing_of_it_is_there(client, settings, path):
    settings.TOUCHSTONE_DEMO = False

    assert client.get(f"/{path}").status_code == 404
    assert client.post("/en/demo/as/teacher/", headers={"origin": "http://testserver"}).status_code == 404


@pytest.mark.parametrize("locale", [locale.path for locale in LOCALES])
@pytest.mark.parametrize("path", ["", "story/", "border/"])
def test_every_page_of_it_answers_in_every_language_without_a_cookie(demo, client, locale, path):
    answer = client.get(f"/{locale}/demo/{path}")

    assert answer.status_code == 200
    assert not answer.cookies
    assert len(answer.content) < 90_000


# What has been done there

HERE = "http://localhost:1"


@pytest.fixture
def furnished(settings, demo):
    """Make this process the node of a region as `make run` begins it."""

    def begin(region: str) -> None:
        settings.TOUCHSTONE_REGION, settings.TOUCHSTONE_ADDRESS = region, HERE
        settings.TOUCHSTONE_DEMO_NODES = {name: f"http://localhost:{place}" for place, name in enumerate(REGIONS, 1)}
        settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_FETCH = PASSPHRASE, True
        settings.TOUCHSTONE_TRUST = str(keys.write_registry(demo, region))
        seed()
        furnish()

    return begin


@pytest.mark.django_db
def test_the_college_has_groups_in_every_state_and_the_learner_a_passport_that_was_looked_at(furnished, client):
    furnished("GD")
    furnish()  # nothing twice

    assert sorted(Group.objects.values_list("state", flat=True)) == ["draft", "issued", "issued", "waiting"]
    draft = Group.objects.get(state="draft")
    assert {row.result for row in draft.lines.all()} == {"ready", "refused"}
    assert Certificate.objects.filter(document__isnull=False).count() >= 22
    assert set(Certificate.objects.values_list("state", flat=True)) == {"good", "revoked", "suspended"}
    client.post("/en/demo/as/learner/", headers={"origin": HERE})
    passport = client.get("/en/passport/").text
    assert passport.count(">Valid<") == 3
    assert {link.state for link in ShareLink.objects.all()} == {"open", "ended"}
    assert Access.objects.count() == 2
    assert Transfer.objects.count() == 2


@pytest.mark.django_db
def test_a_learner_who_erased_her_passport_finds_it_again_when_the_demonstration_begins_anew(furnished, client):
    furnished("GD")
    client.post("/en/demo/as/learner/", headers={"origin": HERE})
    erasing.erase(Actor(fixed_id("learner"), {}, strong=True))
    assert "come back" in client.post("/en/demo/as/learner/", headers={"origin": HERE}).text
    furnished("GD")

    client.post("/en/demo/as/learner/", headers={"origin": HERE})
    assert client.get("/en/passport/").text.count(">Valid<") == 3


@pytest.mark.django_db
def test_a_case_waits_one_is_decided_and_one_appealed_in_hong_kong_and_one_waits_in_macao(furnished):
    furnished("HK")
    assert sorted(Case.objects.values_list("state", flat=True)) == ["appealed", "decided", "waiting"]

    furnished("MO")
    assert Case.objects.filter(organisation__region="MO").get().state == "waiting"


@pytest.mark.django_db
def test_no_finished_case_refuses_what_its_officer_found_in_full(furnished):
    furnished("HK")
    finished = [ruling for ruling in Ruling.objects.filter(case__state="decided")]

    assert finished
    assert all(not all(each["met"] for each in one.findings) or one.outcome != "REFUSED" for one in finished)
    assert all(one.outcome == receipt_of(one.receipt).decision.outcome for one in finished)


def test_wherever_documents_are_put_up_a_second_person_can_publish_them():
    by_organisation: dict[str, list[set[str]]] = {}
    for each in cast().people:
        for slug, roles in each.roles.items():
            by_organisation.setdefault(slug, []).append(set(roles))
    committees = {
        slug: held for slug, held in by_organisation.items() if any("committee_member" in one for one in held)
    }

    assert committees
    assert all(sum("committee_member" in one for one in held) >= 2 for held in committees.values())
    assert committees.keys() <= {each.slug for each in issuers()}, "each has a key"


@pytest.mark.django_db
def test_a_document_that_one_member_puts_up_is_signed_and_published_by_the_other(furnished, settings):
    furnished("MO")
    association = Organisation.objects.get(slug="mo-association")
    one, other = (
        Actor(fixed_id(key), roles_of(fixed_id(key)), strong=True)
        for key in ("committee-member", "committee-member-two")
    )
    assert may(other, Action.PUBLISH_DOCUMENT, association.thing._replace(author=one.user))
    assert not may(one, Action.PUBLISH_DOCUMENT, association.thing._replace(author=one.user))
    document = LevelScale(
        id="https://mo-association.example/scales/fine", version="1", levels=(Level(code="1"), Level(code="2")),
        status="in_force", publisher=association.issuer, title={"en": "Illustrative scale", "zh-Hant": "示範"},
    )  # fmt: skip
    waiting = putting_up.put_up(one, association, document, "as the committee agreed")
    assert putting_up.publish(other, waiting, "read and agreed").state == "published"
    assert can_sign(association)


def test_each_node_publishes_a_document_of_its_own_and_two_tell_of_one_differently():
    shelves = {
        region: {each.document.id: each.document for each in load_folder(SHELVES / region.lower())}
        for region in REGIONS
    }

    assert all(shelves[one].keys() - shelves[other].keys() for one in REGIONS for other in REGIONS if one != other)
    (both,) = shelves["GD"].keys() & shelves["MO"].keys()
    assert shelves["GD"][both] != shelves["MO"][both]
    assert all("llustrative" in each.title["en"] for shelf in shelves.values() for each in shelf.values())


def test_no_two_people_bear_one_name():
    told = load_people()
    named = [(each.name_han, each.name_latin.casefold()) for each in cast().people if each.key != "learner-hk"]
    known = {(each.name["zh-Hans"], each.name["en"].casefold()) for each in told}

    assert len(set(named)) == len(named)
    assert {han for han, _ in named} & {han for han, _ in known} <= {"林思雨"}, (
        "the learner of the story is the one of the landing page"
    )


# The certificate


def test_the_certificates_are_the_same_bytes_each_time_and_hold_until_one_is_taken_back(demo):
    held = wallet.read_wallet(certificate.carried())
    registry, at = keys.registry("HK"), dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)

    def verdicts():
        return [
            verify(text.encode(), registry, at, retrieve=lambda _: certificate.status_list_now()).verdict
            for text in held.credentials
        ]

    assert verdicts() == ["valid", "valid"]
    certificate.take_back()
    assert verdicts() == ["revoked", "valid"]
    certificate.begin_again()
    assert verdicts() == ["valid", "valid"]
    assert wallet.read_wallet(certificate.carried()) == held


# The border


def line(way="out", node="HK", other="GD", **changes):
    told = {"at": dt.datetime.now(dt.UTC), "path": "/x", "digest": "d", "kind": "StatusList"} | changes
    return crossings.Line(way=way, node=node, other=other, **told)


def test_a_request_that_two_nodes_tell_of_crossed_once():
    (one,) = crossings.crossed([line(), line("in", "GD", "HK")])

    assert (one.asker, one.giver, one.both) == ("HK", "GD", True)


def test_a_request_that_one_node_alone_tells_of_is_shown_whichever_it_is():
    for alone in (line(), line("in", "GD", "HK")):
        (one,) = crossings.crossed([alone])
        assert (one.asker, one.giver, one.both) == ("HK", "GD", False)


def test_two_nodes_that_tell_of_different_contents_do_not_confirm_each_other():
    assert [each.both for each in crossings.crossed([line(), line("in", "GD", "HK", digest="e")])] == [False, False]


def test_a_connection_that_no_record_tells_of_is_counted():
    opened = line("connection", other="127.0.0.1:8000")

    assert crossings.untold([opened, line()]) == 0
    assert crossings.untold([opened, opened, line()]) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": "Lin Siyu"}',
        b'{"documents": [{"name": "Lin"}]}',
        b'{"documents": [{"digest": "d", "name": "Lin"}]}',
        b'{"kind": "Receipt"}',
    ],
)
def test_what_is_not_known_to_be_public_is_not_called_so(content):
    assert crossings.kind_of(content) == "other"


def test_an_index_of_documents_is_told_by_what_stands_in_it():
    entry = b'{"id": "a", "version": "1", "kind": "Framework", "digest": "d", "address": "/d.json", "proof": []}'

    assert crossings.kind_of(b'{"format": "touchstone-documents/1", "documents": [' + entry + b"]}") == "index"
    assert crossings.kind_of(b'{"kind": "Framework", "id": "a"}') == "Framework"


def test_a_certificate_that_crossed_would_be_called_by_what_it_is(demo):
    held = wallet.read_wallet(certificate.carried())

    assert crossings.kind_of(certificate.carried()) == "other"
    assert crossings.kind_of(held.credentials[0].encode()) == "other"
    assert crossings.kind_of(certificate.status_list_now()) == "StatusList"
    assert not crossings.Crossed(line=line(sent=1), asker="HK", giver="GD", both=True).is_public


# Three nodes in earnest


class Running(NamedTuple):
    process: subprocess.Popen
    ports: tuple[int, int, int]
    data: Path
    seconds: float


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    data, first = tmp_path_factory.mktemp("demo"), _three_free_ports()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "touchstone_server", "demo"],
        env=kept | {"TOUCHSTONE_DATA": str(data), "TOUCHSTONE_PORT": str(first)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout.readline() == f"Touchstone answers at http://localhost:{first}  (stop it with Ctrl-C)\n"
        yield Running(process, (first, first + 1, first + 2), data, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(20)


def _three_free_ports() -> int:
    for first in range(20_000 + os.getpid() % 20_000, 60_000, 7):
        try:
            for port in range(first, first + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no three free ports")


PLAIN = urllib.request.build_opener()


def ask(address: str, form: dict[str, str] | None = None, opener=PLAIN, **headers: str) -> str:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    for _ in range(300):
        try:
            with opener.open(urllib.request.Request(address, data, headers), timeout=20) as response:
                return response.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_a_certificate_of_guangdong_is_carried_to_two_regions_and_only_public_documents_go_between_the_nodes(running):
    gd, hk, mo = (f"http://localhost:{port}" for port in running.ports)
    carried = ask(f"{gd}/demo/lin-siyu.json")

    assert "Valid certificates: 2 of 2" in ask(f"{hk}/en/verify/", {"text": carried})
    assert "/en/explorer/destination/" in ask(f"{mo}/en/explorer/file/", {"text": carried})
    ask(f"{gd}/en/demo/story/", {"do": "take_back"})
    assert "Valid certificates: 1 of 2" in ask(f"{hk}/en/verify/", {"text": carried})
    ask(f"{gd}/en/demo/story/", {"do": "again"})

    lines = _recorded(running)
    crossed = crossings.crossed(lines)
    assert {(each.giver, each.asker) for each in crossed} == {("GD", "HK"), ("GD", "MO")}
    assert all(each.both and each.is_public for each in crossed)
    assert crossings.untold(lines) == 0
    assert "Public documents only" in ask(f"{gd}/en/demo/border/")


def test_a_certificate_issued_at_a_desk_holds_and_is_recognised_in_two_regions_and_its_lists_are_all_that_crossed(
    running,
):
    gd, hk, mo = (f"http://localhost:{port}" for port in running.ports)
    issued = _issued_at_a_desk(gd)
    listed = {
        urllib.parse.urlsplit(each["statusListCredential"]).path
        for each in msgspec.json.decode(issued)["credentialStatus"]
    }
    assert len(listed) == 2

    for node in (hk, mo):
        assert '<h1 class="word">Valid</h1>' in ask(f"{node}/en/verify/", {"text": issued})
        assert "/en/explorer/destination/" in ask(f"{node}/en/explorer/file/", {"text": issued})

    lines = _recorded(running)
    crossed = crossings.crossed(lines)
    for asker in ("HK", "MO"):
        asked = [each for each in crossed if each.line.path in listed and (each.giver, each.asker) == ("GD", asker)]
        assert {each.line.path for each in asked} == listed
        assert {each.word for each in asked} == {"status_list"}
    assert all(each.both and each.is_public for each in crossed)
    assert crossings.untold(lines) == 0
    page = ask(f"{gd}/en/demo/border/")
    assert all(f"GET {path}" in page for path in listed)
    assert "Public documents only" in page


def _issued_at_a_desk(gd: str) -> str:
    """Let a teacher prepare a group, and an officer approve it, as they would by hand; return the certificate that is issued."""
    teacher, officer = (_desk(gd, key) for key in ("teacher", "certification-officer-gd"))
    page = ask(f"{gd}/en/desk/gd-college/issuing/new/", None, teacher)
    ready = dict(re.findall(r'name="(csrfmiddlewaretoken|id)" value="([^"]+)"', page))
    maker = "https://touchstone.example/qualifications/gd-jewellery-maker-3"
    told = {"title": "Evening class", "qualification": maker, "assurance": "provider_assessed", "text": "Ou Meiling"}
    headers = {"Origin": gd}
    page = ask(f"{gd}/en/desk/gd-college/issuing/new/", ready | told, teacher, **headers)
    address = gd + re.search(r"/en/desk/gd-college/issuing/groups/[0-9a-f-]{36}/", page)[0]
    ask(address, {**_token(page), "do": "hand_on"}, teacher, **headers)
    ask(address, {**_token(ask(address, None, officer)), "do": "approve"}, officer, **headers)
    for _ in range(100):
        if found := re.search(
            r'href="(/en/desk/gd-college/issuing/certificates/[0-9a-f-]{36}/)"', ask(address, None, officer)
        ):
            return ask(f"{gd}{found[1]}certificate.json", None, officer)
        time.sleep(0.1)
    raise AssertionError("nobody has issued it")


def _token(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrfmiddlewaretoken)" value="([^"]+)"', page)[:1])


def _desk(node: str, key: str):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    ask(f"{node}/en/demo/as/{key}/", {}, opener, Origin=node)
    return opener


def _recorded(running) -> list[crossings.Line]:
    return [
        msgspec.json.decode(text, type=crossings.Line)
        for file in sorted(running.data.glob(f"demo/*/{crossings.FILE}"))
        for text in file.read_bytes().splitlines()
    ]


@pytest.mark.parametrize(
    "path",
    ["/status/", "/status/x?name=Lin", "/status/../en/desk/", "/en/desk/", "/status/x#Lin", "/status/Lin%20Siyu"],
)
def test_nothing_but_a_status_list_is_asked_of_another_node_for_a_certificate(settings, path):
    settings.TOUCHSTONE_REGION, settings.TOUCHSTONE_DEMO_NODES = (
        "HK",
        {"GD": "http://localhost:1", "HK": "http://localhost:2"},
    )

    with pytest.raises(CredentialError, match="opens no connection"):
        nodes.retrieve(f"http://localhost:1{path}", max_bytes=9, seconds=1)
    with pytest.raises(CredentialError, match="opens no connection"):
        nodes.retrieve("http://localhost:2/status/x", max_bytes=9, seconds=1)


def test_every_document_that_one_node_pulls_from_another_is_on_the_record_of_both(running, settings, tmp_path):
    gd, hk, _ = (f"http://localhost:{port}" for port in running.ports)
    ask(f"{gd}/healthz")
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_REGION = tmp_path, "HK"
    settings.TOUCHSTONE_DEMO_NODES = {"GD": gd, "HK": hk}
    index = nodes.retrieve_changed(f"{gd}/documents/", "", max_bytes=4_000_000)
    nodes.retrieve_changed(f"{gd}/documents/", index.etag, max_bytes=4_000_000)
    with pytest.raises(CredentialError):
        nodes.retrieve_changed(f"{gd}/documents/{'0' * 64}.json", "", max_bytes=4_000_000)

    def told(file: Path, way: str) -> list[tuple[str, str, int, str]]:
        lines = [msgspec.json.decode(text, type=crossings.Line) for text in file.read_bytes().splitlines()]
        return [
            (each.other, each.path, each.status, each.kind)
            for each in lines
            if each.way == way and each.path.startswith("/documents/")
        ]

    asked = told(tmp_path / crossings.FILE, "out")
    assert [each[2:] for each in asked] == [(200, "index"), (304, "nothing"), (404, "nothing")]
    answered = told(running.data / "demo" / "gd" / crossings.FILE, "in")[-3:]
    assert [each[1:] for each in answered] == [each[1:] for each in asked]
    assert {each[0] for each in asked} == {"GD"}
    assert {each[0] for each in answered} == {"HK"}


def test_one_page_leads_to_people_on_all_nodes_who_stay_signed_in_side_by_side(running):
    gd, hk, _ = (f"http://localhost:{port}" for port in running.ports)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    assert f'action="{hk}/en/demo/as/mentor/"' in ask(f"{gd}/en/demo/")
    assert "WONG Chi Ming" in ask(f"{hk}/en/demo/as/mentor/", {}, opener, Origin=gd)
    assert "Zhou Wentao" in ask(f"{gd}/en/demo/as/teacher/", {}, opener, Origin=gd)
    assert "WONG Chi Ming" in ask(f"{hk}/en/desk/", None, opener)


def test_busy_ports_are_told_in_a_sentence(running, tmp_path):
    for first in (running.ports[0], running.ports[0] - 2):
        done = subprocess.run(
            [sys.executable, "-m", "touchstone_server", "demo"],
            env=os.environ | {"TOUCHSTONE_DATA": str(tmp_path), "TOUCHSTONE_PORT": str(first)},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert f"Port {running.ports[0]} cannot be used (address already in use)" in done.stderr
        assert "make run PORT=" in done.stderr
        assert "Traceback" not in done.stderr


def test_ctrl_c_ends_all_of_it(running):
    """The last test of this file: it ends what the others use."""
    running.process.send_signal(signal.SIGINT)
    _, complaint = running.process.communicate(timeout=20)

    assert (running.process.returncode, complaint) == (0, "")
    for port in running.ports:
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
            pass
