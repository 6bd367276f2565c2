"""The explorer takes a wallet or credential file: what verifies is proven, what does not is refused, and nobody writes *proven* by hand."""

from __future__ import annotations

import html
import json
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.touchstone_server.questions import LIN, written
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner
from touchstone.library.samples import _signer
from touchstone_server import clock, trust
from touchstone_server.language import LOCALES
from touchstone_server.recognition import proven as sealing
from touchstone_server.texts import plain_text

FORM = "/en/explorer/file/"
TARGET = [("to", "HK"), ("target", "hk-jewellery-maker")]


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


def read(response) -> str:
    return html.unescape(response.content.decode())


def hand_in(client: Client, content: bytes | None, form: str = FORM):
    assert content is not None
    return client.post(form, {"file": SimpleUploadedFile("wallet.json", content)})


def query_of(response) -> list[tuple[str, str]]:
    """The question in the link that goes on."""
    link = re.search(r'<a class="button" href="/\S+?\?([^"]+)"', read(response))
    assert link is not None
    return [(name, value) for name, values in parse_qs(link[1]).items() for value in values]


@pytest.fixture(scope="module")
def query(client: Client) -> list[tuple[str, str]]:
    return query_of(hand_in(client, trust.sample_of("wallet")))


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_a_wallet_is_taken_and_its_forged_certificate_refused_by_name(client: Client, locale):
    page = read(client.get(f"/{locale.path}/explorer/file/?sample=wallet"))

    used, refused = page.split('aria-labelledby="refused"')
    assert used.count('<span class="chip ok">') == 2
    assert refused.count('<span class="chip no">') == 1
    assert plain_text("verify.code_signature_invalid", locale.tag) in refused


def test_the_answer_says_nothing_is_assumed(client: Client, query: list[tuple[str, str]]):
    proven = read(client.get(f"/en/explorer/answer/?{urlencode(query + TARGET)}"))
    typed_in = read(client.get(f"/en/explorer/answer/?{written(LIN)}"))

    def sentence(page: str) -> str:
        return re.search(r'<h1 class="answer">(.*?)</h1>', page)[1]

    assert sentence(typed_in).startswith("If proven")
    assert sentence(proven).startswith("On illustrative documents: in Hong Kong, recognition covers 5 of the 6")
    assert "nothing is assumed" in proven
    assert "urn:x-touchstone:sample:law" in proven
    assert "What if" not in proven


def test_the_receipt_of_a_proven_answer_is_rechecked(client: Client, query: list[tuple[str, str]]):
    made = client.get(f"/en/explorer/answer/receipt.json?{urlencode(query + TARGET)}").content
    rechecked = client.post("/en/explorer/recheck/", {"file": SimpleUploadedFile("receipt.json", made)})

    request = json.loads(made)["request"]
    assert "assume" not in request
    assert [each["status"] for each in request["evidence"]] == ["valid", "valid"]
    assert "The answer comes out the same" in read(rechecked)


def test_the_paper_of_a_proven_answer_says_what_was_verified(client: Client, query: list[tuple[str, str]]):
    from touchstone_server.language import BY_PATH
    from touchstone_server.recognition.receipt_paper import code_of, paper_of
    from touchstone_server.recognition.services import answer, receipt_of

    from django.http import QueryDict  # isort: skip
    from touchstone_server import documents
    from touchstone_server.recognition.question import read_question

    asked = read_question(QueryDict(urlencode([*query, *TARGET])), documents.edition())
    found = answer(asked, "en")
    code = code_of(receipt_of(found), "http://localhost", "en")
    paper = paper_of(found, BY_PATH["en"], code, "http://localhost/")

    assert "were verified by the node" in paper["nature"]
    assert {"label": "Verified certificate", "value": "urn:x-touchstone:sample:valid"} in paper["facts"]
    assert not [fact for fact in paper["facts"] if "assumed" in fact["value"]]
    assert client.get(f"/pt/explorer/answer/receipt.pdf?{urlencode([*query, *TARGET])}").status_code == 200


def test_the_way_goes_on_to_the_destination_and_every_step_carries_the_seal(client: Client, query):
    for step in ("certificate", "units"):
        led = client.get(f"/en/explorer/{step}/?{urlencode(query)}")
        assert led.status_code == 302
        assert urlsplit(led["Location"]).path == "/en/explorer/destination/"
        assert parse_qs(urlsplit(led["Location"]).query)["proven"] == parse_qs(urlencode(query))["proven"]
    assert 'name="proven"' in read(client.get(f"/en/explorer/destination/?{urlencode(query)}"))
    choice = read(client.get(f"/en/explorer/qualification/?{urlencode([*query, ('to', 'HK')])}"))
    assert "proven=" in choice
    assert "proven=" in read(client.get(f"/en/explorer/?{urlencode(query)}"))


def test_what_is_typed_beside_the_seal_adds_nothing(client: Client, query: list[tuple[str, str]]):
    more = [("unit", "DEMO-HK:law|2"), ("months", "600"), ("holds", "gd-stone-setter-4"), ("awarded", "2026-01-01")]

    plain = client.get(f"/en/explorer/answer/receipt.json?{urlencode(query + TARGET)}").content
    with_more = client.get(f"/en/explorer/answer/receipt.json?{urlencode(query + TARGET + more)}").content

    assert with_more == plain


def _spoilt(token: str) -> dict[str, str]:
    payload, moment, signature = token.rsplit(":", 2)
    other = signing.dumps([], salt="touchstone.proven.other")
    return {
        "one character": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "another payload": f"{signing.b64_encode(b'[]').decode()}:{moment}:{signature}",
        "another moment": f"{payload}:1zzzzz:{signature}",
        "no signature": payload,
        "a seal for something else": other,
        "nothing": ":",
        "long": "A" * 7000,
        "markup": "<script>",
    }


@pytest.mark.parametrize("name", list(_spoilt("a:b:c")))
def test_an_address_that_was_edited_proves_nothing(client: Client, query: list[tuple[str, str]], name: str):
    token = dict(query)["proven"]
    edited = [(field, value if field != "proven" else _spoilt(token)[name]) for field, value in query]

    for step in ("answer/", "answer/receipt.json", "destination/"):
        response = client.get(f"/en/explorer/{step}?{urlencode([*edited, *TARGET])}")
        assert response.status_code == 400
        assert "sealed evidence" in read(response)


def test_a_seal_opens_for_a_day(client: Client, query: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch):
    now = time.time()
    address = f"/en/explorer/answer/?{urlencode(query + TARGET)}"

    monkeypatch.setattr(time, "time", lambda: now + sealing.SECONDS - 60)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + sealing.SECONDS + 60)
    assert client.get(address).status_code == 400


def test_the_address_holds_no_name(client: Client, query: list[tuple[str, str]]):
    sealed = signing.loads(dict(query)["proven"], salt="touchstone.proven")

    assert "LIN" not in json.dumps(sealed)
    assert "林思雨" not in json.dumps(sealed, ensure_ascii=False)
    assert "did:key" not in json.dumps(sealed)


def test_a_revoked_certificate_counts_as_revoked(client: Client):
    response = hand_in(client, trust.sample_of("revoked"))

    assert "it counts for what it is now" in read(response)
    made = client.get(f"/en/explorer/answer/receipt.json?{urlencode(query_of(response) + TARGET)}").content
    request = json.loads(made)
    assert [each["status"] for each in request["request"]["evidence"]] == ["revoked"]
    assert request["decision"]["outcome"] not in ("FULL", "CONDITIONAL")


@pytest.mark.parametrize(
    ("status", "word"), [("revoked", "was revoked"), ("suspended", "is suspended"), ("expired", "has expired")]
)
def test_the_answer_says_first_that_a_certificate_does_not_hold_any_more(client: Client, status: str, word: str):
    told = hand_in(client, trust.sample_of(status))

    assert "1 certificate does not hold any more" in read(told)
    assert "can be used" not in read(told)
    page = read(client.get(f"/en/explorer/answer/?{urlencode(query_of(told) + TARGET)}"))
    assert f"1 of the certificates {word}" in page.partition("<h1")[0]
    assert f" · {status}</tspan>" in page, "on the ladder"
    assert f" · {status}</" in page.partition("<table")[2], "and in its table"


def test_the_answer_to_what_holds_says_no_such_thing(client: Client, query: list[tuple[str, str]]):
    assert "of the certificates" not in read(client.get(f"/en/explorer/answer/?{urlencode(query + TARGET)}"))


@pytest.mark.parametrize("name", ["altered", "unlisted", "early"])
def test_what_does_not_verify_leads_nowhere(client: Client, name: str):
    page = read(hand_in(client, trust.sample_of(name)))

    assert "No certificate in this file can be used as evidence" in page
    assert "proven=" not in page


def test_a_certificate_that_stands_twice_counts_once(client: Client):
    wallet = json.loads(trust.sample_of("wallet"))
    wallet["credentials"].append(wallet["credentials"][0])

    response = hand_in(client, json.dumps(wallet).encode())

    sealed = signing.loads(dict(query_of(response))["proven"], salt="touchstone.proven")
    assert len(sealed) == 2


def test_another_persons_certificate_in_a_wallet_is_refused(client: Client):
    wallet = json.loads(trust.sample_of("wallet")) | {
        "holder": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    }

    page = read(hand_in(client, json.dumps(wallet).encode()))

    assert "It is about somebody other than the holder." in page
    assert "proven=" not in page


def test_a_wallet_that_a_stranger_presents_proves_nothing(client: Client):
    wallet = json.loads(trust.sample_of("wallet"))
    shown = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": wallet["holder"],
        "verifiableCredential": [json.loads(each) for each in wallet["credentials"]],
    }
    signed = {
        name: add_proof(shown, signer, cryptosuite="eddsa-jcs-2022", created=clock.second(), purpose="authentication")
        for name, signer in {"holder": _signer("holder"), "stranger": SeedSigner(bytes([7]) * 32)}.items()
    }

    told = {name: hand_in(client, json.dumps(document).encode()) for name, document in signed.items()}

    assert "proven" in dict(query_of(told["holder"]))
    assert "Whoever presents it has not proven to be its holder" in read(told["stranger"])
    assert "proven=" not in read(told["stranger"])


def test_a_learner_record_is_taken_certificate_by_certificate(client: Client):
    from touchstone.credentials.clr import Clr, build_clr
    from touchstone.credentials.credential import Achievement, Issuer
    from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
    from touchstone.credentials.proof import add_proof
    from touchstone.library.samples import _signer

    wallet = json.loads(trust.sample_of("wallet"))
    inside = tuple(json.loads(text) for text in wallet["credentials"][:2])
    text = {"en": "Jewellery maker"}
    college = _signer("college")
    record = build_clr(
        Clr(
            id="urn:x-touchstone:sample:record",
            issuer=Issuer(id=college.controller, name=text),
            subject=wallet["holder"],
            target=Achievement(id="https://gd-college.example/a", name=text, description=text, criteria=text),
            credentials=inside,
            valid_from=clock.second(),
        )
    )
    content = json.dumps(add_proof(record, college, cryptosuite=EDDSA_RDFC_2022, created=clock.second())).encode()

    taken, verified = hand_in(client, content), hand_in(client, content, "/en/verify/")

    carried = hand_in(client, json.dumps(wallet | {"credentials": [content.decode()]}).encode())

    assert "2 certificates can be used" in read(taken)
    assert "2 certificates can be used" in read(carried)
    assert 'aria-labelledby="refused"' not in read(carried)
    assert '<h1 class="word">Valid</h1>' in read(verified)
    assert "The certificates inside" in read(verified)


def test_too_many_for_an_address_is_told(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "LONGEST", 100)

    page = read(hand_in(client, trust.sample_of("wallet")))

    assert "more than the address of a page can carry" in page
    assert "proven=" not in page


def test_the_offer_stands_on_the_first_two_questions(client: Client):
    for page in ("/en/explorer/", "/en/explorer/certificate/?from=GD"):
        assert f'href="{FORM}"' in read(client.get(page))
