"""Rechecking what a stranger hands in: the same, another, missing, unreadable; and whatever it is, soon and in a sentence."""

from __future__ import annotations

import html
import json
import re
import time
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.touchstone_server.questions import BY_OUTCOME, LIN, written
from tests.touchstone_server.switching import switched
from touchstone.library.people import load_people
from touchstone.recognition import Receipt, decide
from touchstone.recognition.attachment import attached_json
from touchstone.recognition.receipt_code import receipt_code
from touchstone.standards.exchange.plain_writing import write_json
from touchstone_server import documents
from touchstone_server.language import LOCALES

FORM = "/en/explorer/recheck/"


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture(scope="module")
def receipt(client: Client) -> bytes:
    return client.get(f"/en/explorer/answer/receipt.json?{written(LIN)}").content


@pytest.fixture(scope="module")
def paper(client: Client) -> bytes:
    return client.get(f"/en/explorer/answer/receipt.pdf?{written(LIN)}").content


def hand_in(client: Client, content: bytes, name: str = "receipt.json", form: str = FORM, **fields):
    return client.post(form, {"file": SimpleUploadedFile(name, content), **fields})


def band(response) -> str:
    """What the page says came out."""
    page = html.unescape(response.content.decode())
    found = re.search(r'<p class="word">(.*?)</p>', page) or re.search(r'role="alert">\s*<h2>(.*?)</h2>', page)
    assert found is not None
    assert "Traceback" not in page
    return found[1]


def changed(receipt: bytes, change) -> bytes:
    plain = json.loads(receipt)
    change(plain)
    return json.dumps(plain).encode()


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_what_the_explorer_hands_out_is_confirmed(client: Client, outcome: str):
    question = written(BY_OUTCOME[outcome])

    for name in ("receipt.json", "receipt.pdf"):
        response = hand_in(client, client.get(f"/en/explorer/answer/{name}?{question}").content, name)
        page = html.unescape(response.content.decode())
        assert response.status_code == 200
        assert band(response) == "The answer comes out the same"
        assert "illustrative documents" in page
        assert f"/en/explorer/answer/?{question}" in page


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_what_a_code_holds_is_confirmed_in_the_language_of_the_phone_without_a_redirect(client: Client, outcome: str):
    page = client.get(f"/en/explorer/answer/?{written(BY_OUTCOME[outcome])}").content.decode()
    scanned = re.search(r'href="(/R/[A-Z2-7]+)"', page)
    assert scanned is not None

    response = client.get(scanned[1], headers={"accept-language": "pt-MO"})

    assert response.status_code == 200
    assert band(response) == "A resposta é a mesma"
    assert response["Content-Language"] == "pt"
    assert "Accept-Language" in response["Vary"]
    others = re.findall(r'<a href="([^"]*)" lang="([^"]*)" hreflang', response.content.decode())
    assert [tag for _, tag in others] == [locale.tag for locale in LOCALES]
    for address, _ in others:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_each_result_is_told_in_every_language(client: Client, receipt: bytes, locale):
    form = f"/{locale.path}/explorer/recheck/"
    results = [
        hand_in(client, receipt, form=form),
        hand_in(client, receipt.replace(b'"outcome": "CONDITIONAL"', b'"outcome": "FULL"'), form=form),
        hand_in(client, re.sub(rb'("digest": "sha256:)....', rb"\g<1>0000", receipt, count=1), form=form),
        hand_in(client, receipt.replace(b"recognition/1", b"recognition/7"), form=form),
        hand_in(client, receipt.replace(b"2025-07-04", b"2025-07-05"), form=form),
        hand_in(client, receipt[:200], form=form),
        hand_in(client, b"%PDF-1.7\n", form=form),
        hand_in(client, b"", form=form),
        client.get(f"{form}?code=AEAQ"),
    ]

    assert [response.status_code for response in results] == [200, 200, 200, 200, 200, 400, 400, 400, 400]
    assert len({band(response) for response in results}) == len(results)
    assert all(f'<html lang="{locale.tag}">'.encode() in response.content for response in results)
    assert all(len(response.content) < 90_000 for response in results)


def test_the_receipts_of_people_with_several_credentials_are_confirmed(client: Client):
    for person in load_people():
        made = Receipt(request=person.request, decision=decide(person.request, documents.rulebook()))
        assert band(hand_in(client, write_json(made))) == "The answer comes out the same"
        assert band(client.get(f"/R/{receipt_code(made)}")) == "The answer comes out the same"


def test_a_missing_document_is_named_in_full(client: Client, receipt: bytes):
    spoilt = re.sub(rb'("digest": "sha256:)....', rb"\g<1>0000", receipt, count=1)

    page = hand_in(client, spoilt).content.decode()

    used = json.loads(spoilt)["decision"]["inputs"]["documents"][0]
    assert used["id"] in page
    assert used["digest"] in page
    assert "Get them" in page or "get them from their publisher" in page


def test_a_difference_names_the_first_field(client: Client, receipt: bytes):
    page = hand_in(client, changed(receipt, lambda plain: plain["decision"]["recognised"].pop())).content.decode()

    assert "decision.recognised" in page


def test_a_text_can_be_pasted_and_so_can_an_address(client: Client, receipt: bytes):
    page = client.get(f"/en/explorer/answer/?{written(LIN)}").content.decode()
    token = re.search(r'href="/R/([A-Z2-7]+)"', page)[1]

    for text in (receipt.decode(), f" HTTPS://NODE.EXAMPLE/R/{token}\n", token, token.lower(), f"/R/{token}"):
        assert band(client.post(FORM, {"text": text})) == "The answer comes out the same", text[:60]


def test_a_code_without_its_question_asks_for_the_file_and_knows_its_own(client: Client, receipt: bytes):
    plain = json.loads(receipt)
    whole = re.search(r"/R/([A-Z2-7]+)", client.get(f"/en/explorer/answer/?{written(LIN)}").content.decode())[1]
    short = _without_request(whole)

    asked = client.get(f"/R/{short}")
    fields = dict(re.findall(r'<input type="hidden" name="(code)" value="([^"]*)">', asked.content.decode()))
    other = client.get(f"/en/explorer/answer/receipt.json?{written(BY_OUTCOME['FULL'])}").content

    assert band(asked) == "The file is needed"
    assert fields == {"code": short}
    assert plain["decision"]["outcome"] == "CONDITIONAL"
    assert band(hand_in(client, receipt, **fields)) == "The answer comes out the same"
    assert band(hand_in(client, other, **fields)) == "The file belongs to another code"


@pytest.mark.parametrize("name", ["receipt", "paper"])
def test_another_language_shows_the_same_answer_and_back_again(client: Client, request, name: str):
    asked = hand_in(client, request.getfixturevalue(name))

    there = switched(client, asked, "zh-Hant-MO")

    assert '<html lang="zh-Hant-MO">' in there.content.decode()
    assert there.content.decode().count(hex_of(asked)) == asked.content.decode().count(hex_of(asked)) > 0
    assert band(switched(client, there, "en")) == band(asked) == "The answer comes out the same"


def test_a_file_stays_compared_with_its_code_in_another_language(client: Client):
    code = re.search(r"/R/([A-Z2-7]+)", client.get(f"/en/explorer/answer/?{written(LIN)}").content.decode())[1]
    other = client.get(f"/en/explorer/answer/receipt.json?{written(BY_OUTCOME['FULL'])}").content

    there = switched(client, hand_in(client, other, code=code), "pt")

    assert band(switched(client, there, "en")) == "The file belongs to another code"


def hex_of(response) -> str:
    """The digest by which the page names the decision."""
    found = re.search(r"[0-9a-f]{64}", response.content.decode())
    assert found is not None
    return found[0]


def _without_request(code: str) -> str:
    import base64

    content = base64.b32decode(code + "=" * (-len(code) % 8))
    return base64.b32encode(content[:3] + b"\0" + content[4:20]).decode().rstrip("=")


def _request(receipt: bytes, **fields) -> bytes:
    return changed(receipt, lambda plain: plain["request"].update(fields))


def _hostile(receipt: bytes, paper: bytes) -> dict[str, bytes]:
    plain = json.loads(receipt)
    unit = {"id": "DEMO-GD:wax", "level": "4"}
    evidence = plain["request"]["evidence"][0]
    many = [evidence | {"credential": f"urn:x:{number}"} for number in range(800)]
    bomb = zlib.compress(b"{" + b" " * 40_000_000, 9)
    stream = b"<</Length %d/Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n" % len(bomb)
    return {
        "deep": b'{"kind":"Receipt","request":' + b"[" * 100_000,
        "deep and closed": b"[" * 50_000 + b"]" * 50_000,
        "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        "not JSON": b"kind: Receipt\n",
        "not UTF-8": b"\xff\xfe" + receipt.decode().encode("utf-16-le"),
        "twice the same key": b'{"kind":"Receipt","kind":"Receipt"}',
        "another kind": b'{"kind":"Decision"}',
        "a number": b"9" * 200_000,
        "a long text": b'{"kind":"' + b"x" * 200_000 + b'"}',
        "half a character": rb'{"kind":"Receipt","request":"\ud800"}',
        "nulls": b"\0" * 200_000,
        "spaces": b" " * 200_000,
        "many credentials": _request(receipt, evidence=many),
        "many units": _request(receipt, evidence=[evidence | {"units": [unit] * 3000}]),
        "one document a thousand times": changed(
            receipt,
            lambda plain: plain["decision"]["inputs"].update(
                documents=plain["decision"]["inputs"]["documents"][:1] * 1000
            ),
        ),
        "no document": changed(receipt, lambda plain: plain["decision"]["inputs"].update(documents=[])),
        "an unknown target": _request(receipt, target="https://nobody.example/x"),
        "markup": _request(receipt, target="<script>alert(1)</script>"),
        "a bomb in a PDF": b"%PDF-1.7\n1 0 obj\n" + stream + bomb + b"\nendstream\nendobj\n",
        "a PDF of marks": b"%PDF-1.7\n" + b"/EmbeddedFile obj stream " * 9_000,
        "a cut PDF": paper[: len(paper) // 2],
        "a long code": b"/R/" + b"A" * 100_000,
    }


@pytest.mark.parametrize(
    "name", list(_hostile(b'{"request":{"evidence":[{}]},"decision":{"inputs":{"documents":[]}}}', b""))
)
def test_whatever_is_handed_in_is_answered_soon_with_a_sentence(
    client: Client, receipt: bytes, paper: bytes, name: str
):
    content = _hostile(receipt, paper)[name]
    started = time.process_time()

    response = hand_in(client, content)

    assert time.process_time() - started < 1.5
    assert response.status_code in (200, 400, 413)
    assert band(response) != "The answer comes out the same"
    assert len(response.content) < 90_000
    assert "<script>" not in response.content.decode()


def test_the_largest_request_that_is_rechecked_is_answered_soon(client: Client, receipt: bytes):
    evidence = json.loads(receipt)["request"]["evidence"][0]
    units = [{"id": unit, "level": "3"} for unit in documents.edition().units if unit.startswith("DEMO-GD:")][:10]
    many = [
        evidence | {"credential": f"urn:x:{number}", "units": units, "awarded": f"2025-{number % 12 + 1:02}-01"}
        for number in range(40)
    ]
    asked = write_json(_made(_request(receipt, evidence=many)))
    started = time.process_time()

    response = hand_in(client, asked)

    assert time.process_time() - started < 5
    assert band(response) == "The answer comes out the same"


def _made(content: bytes) -> Receipt:
    from touchstone.standards.folder import read_value

    receipt, _ = read_value(content, "receipt.json", Receipt)
    return Receipt(request=receipt.request, decision=decide(receipt.request, documents.rulebook()))


def test_a_body_beyond_the_bound_is_not_read(client: Client):
    response = hand_in(client, b"x" * 300_000)

    assert response.status_code == 413
    assert band(response) == "Too much for this page"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=y"),
        (b"--y\r\nContent-Disposition: form-data; name=file", "multipart/form-data; boundary=y"),
        (b"{}", "application/json"),
        (b"&".join(b"a=1" for _ in range(200)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_form_that_is_none_is_answered_with_the_form(client: Client, body: bytes, kind: str):
    response = client.post(FORM, body, content_type=kind)

    assert response.status_code == 400
    assert band(response) == "Nothing was handed in"
    assert 'enctype="multipart/form-data"' in response.content.decode()


def test_nothing_is_kept_and_no_cookie_is_set(client: Client, receipt: bytes):
    assert not hand_in(client, receipt).cookies


def test_an_attachment_is_found_only_within_bounds(paper: bytes, receipt: bytes):
    assert attached_json(paper) == receipt
    assert (
        attached_json(paper.replace(b"/FlateDecode/Subtype/application", b"/LZWDecode  /Subtype/application")) is None
    )
    assert attached_json(b"%PDF-1.7 nothing") is None
    assert attached_json(paper.replace(b"/EmbeddedFile/Filter", b"/EmbeddedFile/Folter")) != receipt


def test_the_form_is_found_from_the_landing_page_the_answer_and_every_foot(client: Client):
    for page in ("/en/", f"/en/explorer/answer/?{written(LIN)}", "/en/standards/"):
        assert f'href="{FORM}"' in client.get(page).content.decode()
