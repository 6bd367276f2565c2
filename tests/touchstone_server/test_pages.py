"""Every page, in every language: it answers, says its language, keeps its state, and asks nothing of another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.touchstone_server.questions import BY_OUTCOME, LIN, PAGES, written
from touchstone_server import documents
from touchstone_server.language import LOCALES

HEAVIEST = 90_000
"""Bytes of one page, not compressed."""
LOADING = {"link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src", "use": "href"}


class Links(HTMLParser):
    """Collects what a page loads, where its links and forms lead, its ids, and anything that a strict policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.forbidden: list[str] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in LOADING and named.get(LOADING[tag]):
            self.loaded.append(named[LOADING[tag]])
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag == "form":
            self.forms.append(named)
        if "id" in named:
            self.ids.append(named["id"])
        if tag in ("script", "style") or "style" in named or any(name.startswith("on") for name in named):
            self.forbidden.append(f"{tag} {named}")


def read(response) -> Links:
    links = Links()
    links.feed(response.content.decode())
    return links


HANDED_IN = ("/explorer/recheck/", "/explorer/file/", "/verify/", "/verify/list/")
"""The pages to which something is handed in: they alone are posted to, and change nothing."""


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_every_language(client: Client, path: str, locale):
    response = client.get(f"/{locale.path}/{path}")
    page = response.content.decode()

    assert response.status_code == 200
    assert f'<html lang="{locale.tag}">' in page
    assert response["Content-Language"] == locale.tag
    assert page.count("<h1") == 1
    assert len(response.content) <= HEAVIEST
    assert "{%" not in page
    assert "{{" not in page


@pytest.mark.parametrize("path", PAGES)
def test_no_page_loads_from_another_host_or_carries_script_or_style(client: Client, path: str):
    response = client.get(f"/zh-hant-hk/{path}")
    links = read(response)

    assert all(not urlsplit(address).netloc for address in links.loaded)
    assert all(form.get("method") == "get" or form["action"].endswith(HANDED_IN) for form in links.forms)
    assert not any(urlsplit(form["action"]).netloc for form in links.forms)
    assert not links.forbidden
    assert len(links.ids) == len(set(links.ids))
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_a_link_out_leads_only_to_what_a_document_names(client: Client, path: str):
    known = " ".join(map(str, documents.rulebook().documents))

    outward = [link for link in read(client.get(f"/en/{path}")).links if urlsplit(link).netloc]

    assert all(link in known for link in outward)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.django_db
def test_every_link_of_a_page_leads_somewhere(client: Client, path: str):
    here = f"/pt/{path}"

    for link in {link for link in read(client.get(here)).links if not urlsplit(link).netloc}:
        if not link.startswith("#"):
            assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.parametrize("question", BY_OUTCOME.values(), ids=list(BY_OUTCOME))
def test_the_language_switch_keeps_the_page_and_the_whole_question(client: Client, question):
    page = client.get(f"/en/explorer/answer/?{written(question)}").content.decode()

    switches = re.findall(r'<a href="([^"]*)" lang="([^"]*)" hreflang', page)

    assert [tag for _, tag in switches] == [locale.tag for locale in LOCALES]
    assert all(link.endswith("explorer/answer/?" + written(question).replace("&", "&amp;")) for link, _ in switches)
    assert page.count('rel="alternate" hreflang') == len(LOCALES)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("yue", "/zh-hant-hk/"),
        ("yue-HK,en;q=0.3", "/zh-hant-hk/"),
        ("zh-HK", "/zh-hant-hk/"),
        ("zh-MO", "/zh-hant-mo/"),
        ("zh-TW,zh;q=0.8", "/zh-hant-hk/"),
        ("zh-CN", "/zh-hans/"),
        ("zh", "/zh-hans/"),
        ("zh-Hans-HK", "/zh-hans/"),
        ("pt-MO", "/pt/"),
        ("pt-BR,pt;q=0.9", "/pt/"),
        ("fr,de;q=0.5", "/en/"),
        ("fr;q=0.9,zh-MO;q=0.8,en;q=0.7", "/zh-hant-mo/"),
        ("zh-HK;q=0,en", "/en/"),
        ("", "/en/"),
    ],
)
def test_the_first_page_follows_the_language_of_the_browser(client: Client, asked: str, given: str):
    response = client.get("/", headers={"accept-language": asked})

    assert response.status_code == 302
    assert response["Location"] == given
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(
    "path",
    [
        "explorer/certificate/?from=XX",
        "explorer/units/?from=GD&holds=nothing",
        "explorer/units/?from=GD&unit=DEMO-GD:nothing",
        "explorer/units/?from=GD&unit=DEMO-GD:wax|9",
        "explorer/units/?from=GD&unit=DEMO-GD:wax|4|many",
        "explorer/units/?from=GD&awarded=yesterday",
        "explorer/units/?from=GD&awarded=0001-01-01",
        "explorer/units/?from=GD&months=-1",
        "explorer/units/?from=GD&months=99999999999",
        "explorer/units/?from=GD&work=dragon-tamer",
        "explorer/units/?from=GD&issuer=did:web:nobody.example",
        "explorer/units/?from=GD&fact=residence|MOON",
        "explorer/destination/?from=GD&months=3&to=XX",
        "explorer/destination/?from=GD&months=3&purpose=fun",
        "explorer/answer/?from=GD&months=3&to=HK&target=nothing",
        "explorer/answer/?assurance=perhaps",
        "explorer/answer/?status=perhaps",
        "explorer/answer/?on=2026-02-30",
        f"explorer/answer/?{written([*LIN[:-2], ('target', 'hk-rpl-jewellery-3'), ('on', '2019-01-01')])}",
        f"explorer/answer/receipt.json?{written([*LIN[:-2], ('target', 'nothing')])}",
        "standards/frameworks/hk-jewellery/?area=nothing",
        "standards/frameworks/hk-jewellery/?tag=nothing",
        "standards/crosswalks/gd-hk/?area=nothing",
        "standards/levels/?compare=nothing",
    ],
)
@pytest.mark.parametrize("locale", ["en", "zh-hant-mo"])
def test_what_an_address_should_not_say_is_told_in_a_sentence(client: Client, locale: str, path: str):
    response = client.get(f"/{locale}/{path}")
    page = response.content.decode()

    assert response.status_code == 400
    assert "Traceback" not in page
    assert f'href="/{locale}/explorer/"' in page
    assert '<p class="lead">' in page


def test_a_day_outside_those_that_are_decided_on_is_told_with_the_days_that_are(client: Client):
    response = client.get("/en/explorer/answer/?on=9999-12-31")

    assert response.status_code == 400
    assert (
        "The day “9999-12-31” is outside the days that are decided on here: 1950-01-01 to 2200-01-01."
        in response.content.decode()
    )


def test_what_a_reader_types_never_becomes_markup(client: Client):
    attack = "<script>alert(1)</script>"

    found = client.get("/en/standards/", {"q": attack}).content.decode()
    refused = client.get("/en/explorer/certificate/", {"from": attack}).content.decode()

    assert attack not in found + refused
    assert "&lt;script&gt;" in found
    assert "&lt;script&gt;" in refused


@pytest.mark.parametrize("path", ["/nothing/", "/en/nothing/", "/pt/standards/units/NO:SUCH/", "/documents/00.json"])
def test_an_address_without_a_page_says_so_and_leads_home(client: Client, path: str):
    response = client.get(path)

    assert response.status_code == 404
    assert re.search(r'class="button" href="/(en|pt)/"', response.content.decode())


def test_a_fault_of_ours_shows_no_traceback(monkeypatch):
    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr("touchstone_server.recognition.services.answer", fail)
    client = Client(raise_request_exception=False, headers={"host": "localhost"})

    response = client.get(f"/zh-hans/explorer/answer/?{written(LIN)}")

    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert '<html lang="zh-Hans">' in response.content.decode()


def test_a_page_cannot_be_written_to(client: Client):
    assert client.post("/en/explorer/").status_code == 405


def test_a_document_is_handed_out_under_its_digest(client: Client):
    import hashlib

    for document in documents.rulebook().documents:
        mark = documents.rulebook().digest_of(document).removeprefix("sha256:")
        body = client.get(f"/documents/{mark}.json").content
        assert hashlib.sha256(body).hexdigest() == mark


def test_a_page_does_not_repeat_what_is_longer_than_any_question(client: Client):
    plain = client.get("/en/explorer/")
    long = client.get("/en/explorer/?x=" + "a" * 50_000)

    assert long.status_code == 200
    assert len(long.content) < len(plain.content) + 100


def test_the_demonstration_band_is_in_the_script_of_the_page(client: Client):
    assert "示範" not in client.get("/zh-hans/explorer/").content.decode()
    assert '<span lang="zh-Hant">示範</span>' in client.get("/en/explorer/").content.decode()


def test_a_level_says_nothing_twice(client: Client):
    page = client.get("/en/standards/levels/").content.decode()

    assert "<li>technician</li>" in page
    assert "<li>senior technician (1)</li>" in page
    assert "<li>QF Level 4</li>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["zh-hans", "zh-hant-hk", "zh-hant-mo", "en", "pt"])
def test_account_pages_alone_may_run_the_scripts_of_this_node_and_show_the_qr_code_of_a_second_factor(client, locale):
    policies = {
        path: client.get(f"/{locale}/{path}")["Content-Security-Policy"] for path in ("account/login/", "verify/")
    }
    assert "script-src 'self'" in policies["account/login/"]
    assert "img-src 'self' data:" in policies["account/login/"]
    assert "script-src 'none'" in policies["verify/"]
    assert "data:" not in policies["verify/"]
