"""The verify page: whatever is handed in, its verdict stands in the first answer, in the reader's words, and nothing is kept."""

from __future__ import annotations

import gzip
import html
import json
import logging
import re
import time
import zlib
from typing import get_args

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from docs import credential_codes
from tests.touchstone_server.switching import headings, switched
from touchstone.credentials import verification
from touchstone.credentials.baking import bake
from touchstone.credentials.report import CHECKS, CheckResult, Verdict
from touchstone.credentials.verification import verify_and_read
from touchstone.errors import CredentialError
from touchstone.library.samples import SAMPLES
from touchstone.recognition.evidence import Evidence
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server import clock, documents, trust
from touchstone_server.credentials import services
from touchstone_server.credentials.views import MOST_LIST_BYTES
from touchstone_server.language import LOCALES
from touchstone_server.texts import all_texts

FORM = "/en/verify/"
WORDS = {
    "valid": "Valid",
    "revoked": "Revoked",
    "suspended": "Suspended",
    "expired": "Expired",
    "early": "Not yet valid",
    "unlisted": "Cannot confirm",
    "altered": "Not genuine",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


def sample(name: str) -> bytes:
    content = trust.sample_of(name)
    assert content is not None
    return content


def hand_in(client: Client, content: bytes, form: str = FORM):
    return client.post(form, {"file": SimpleUploadedFile("certificate.json", content)})


def read(response) -> str:
    page = html.unescape(response.content.decode())
    assert "Traceback" not in page
    return page


def band(response) -> str:
    page = read(response)
    found = re.search(r'<h1 class="word">(.*?)</h1>', page) or re.search(r'role="alert">\s*<h2>(.*?)</h2>', page)
    assert found is not None
    return found[1]


def changed(content: bytes, **members) -> bytes:
    return json.dumps(json.loads(content) | members).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_verdict_stands_in_the_first_answer_however_a_credential_is_handed_in(client: Client, name: str):
    answers = [
        client.get(f"/en/verify/sample/{name}/"),
        hand_in(client, sample(name)),
        client.post(FORM, {"text": sample(name).decode()}),
        hand_in(client, bake(SVG, sample(name))),
    ]

    for response in answers:
        assert response.status_code == 200
        assert band(response) == WORDS[name]
        assert not response.cookies
        assert "<script" not in response.content.decode()
        assert response.content.count(b"<li class=") >= len(CHECKS)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
@pytest.mark.parametrize("name", [*SAMPLES, "wallet"])
def test_a_verdict_weighs_less_than_thirty_kilobytes_with_everything_that_it_loads(client: Client, name: str, locale):
    response = client.get(f"/{locale.path}/verify/sample/{name}/")
    page = response.content.decode()
    loaded = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"', page)
    styles = [b"".join(client.get(address).streaming_content) for address in loaded]

    assert response.status_code == 200
    assert f'<html lang="{locale.tag}">' in page
    assert len(page) < 30_000
    assert len(loaded) == 3
    assert sum(len(gzip.compress(each)) for each in (response.content, *styles)) < 30_000


def test_a_valid_one_says_who_what_by_whom_when_and_what_it_equals(client: Client):
    page = read(client.get("/en/verify/sample/valid/"))

    for told in (
        'LIN Siyu <span lang="zh-Hans">林思雨</span>',
        "Illustrative certificate: jewellery making",
        "Illustrative college, Guangdong",
        "Illustrative recognition body, Hong Kong",
        "Checked on ",
        "According to: Trust registry",
        "Prong and pavé setting",
        "on a condition",
    ):
        assert told in page
    answer = re.search(r'<a href="(/en/explorer/answer/[^"]+)"', page)
    assert answer is not None
    assert "If proven" not in read(client.get(answer[1]))


@pytest.mark.parametrize("name", ["altered", "unlisted"])
def test_what_is_not_confirmed_is_told_as_a_claim_and_equals_nothing(client: Client, name: str):
    page = read(client.get(f"/en/verify/sample/{name}/"))

    assert "None of this is confirmed" in page
    assert "What it equals elsewhere" not in page
    assert "Accredited by" not in page


@pytest.mark.parametrize("name", ["revoked", "suspended", "expired", "early"])
def test_what_does_not_hold_now_equals_nothing_now(client: Client, name: str):
    assert "What it equals elsewhere" not in read(client.get(f"/en/verify/sample/{name}/"))


def test_every_verdict_and_every_result_of_every_check_has_its_words():
    keys = set(all_texts())

    assert {f"verify.word_{verdict}" for verdict in get_args(Verdict)} <= keys
    assert {f"verify.do_{verdict}" for verdict in get_args(Verdict)} <= keys
    assert {f"verify.check_{check}_{result}" for check in CHECKS for result in get_args(CheckResult)} <= keys


def test_every_sentence_for_a_code_is_for_a_code_that_there_is():
    known = set(credential_codes.codes()) | {"revoked", "suspended", "expired", "not_yet_valid", "not_looked_at"}
    known |= {"status_not_kept", "key_outside_period", "key_not_listed", "node_split", "badge_unreadable"}
    known |= {"framework_not_accredited", "qualification_not_accredited", "issuer_not_listed"}
    told = {key.removeprefix("verify.code_") for key in all_texts() if key.startswith("verify.code_")}

    assert told - known - {"registry_not_in_force", "proof_created_later"} == set()


def test_codes_stand_beside_the_technical_sentences_in_english_and_not_among_the_readers_own(client: Client):
    page = read(client.get("/pt/verify/sample/altered/"))

    assert "A assinatura não corresponde" in page
    checks = page.partition('<ol class="checks">')[2].partition("</ol>")[0]
    assert "signature_invalid" not in checks
    assert '<dt class="mono">signature_invalid</dt>' in page
    assert re.search(r'<dl class="facts small" lang="en">.*the signature does not fit', page, re.DOTALL)


@pytest.mark.parametrize(
    "handed",
    [sample("revoked"), bake(SVG, sample("revoked")), '{\n "名": '.encode()],
    ids=["JSON", "picture", "broken"],
)
@pytest.mark.parametrize("form", [FORM, "/en/explorer/file/"])
def test_another_language_shows_the_same_answer_and_back_again(client: Client, handed: bytes, form: str):
    asked = hand_in(client, handed, form)

    there = switched(client, asked, "pt")
    back = switched(client, there, "en")

    assert there.status_code == back.status_code == asked.status_code
    assert '<html lang="pt">' in there.content.decode()
    assert headings(back) == headings(asked) != headings(there)


def test_what_is_too_much_to_give_back_leaves_the_links_of_the_empty_form(client: Client):
    large = changed(sample("valid"), name="x" * 50_000)

    page = hand_in(client, large).content.decode()

    assert 'name="again"' not in page
    assert '<a href="/pt/verify/" lang="pt"' in page


@pytest.mark.parametrize("again", ["!", "e30", "é", "x" * 100_001])
def test_what_was_not_given_back_by_a_page_is_as_if_nothing_had_been_handed_in(client: Client, again: str):
    assert client.post(FORM, {"again": again}).status_code == 400


def test_a_wallet_is_told_certificate_by_certificate(client: Client):
    response = hand_in(client, sample("wallet"))

    assert band(response) == "Valid certificates: 2 of 3"
    assert read(response).count("See its checks") == 3


def test_each_certificate_of_a_file_is_verified_once(monkeypatch: pytest.MonkeyPatch):
    seen: list[bytes] = []

    def seeing(content: bytes, *rest, **options):
        seen.append(content)
        return verify_and_read(content, *rest, **options)

    monkeypatch.setattr(verification, "verify_and_read", seeing)
    monkeypatch.setattr(services, "verify_and_read", seeing)
    found = services.verify_content(sample("wallet"))

    assert [isinstance(each.evidence, Evidence) for each in found.judged] == [True, True, False]
    assert len(seen) == len(set(seen)) == 3


def test_a_learner_record_in_a_wallet_is_told_with_its_badges(client: Client):
    wallet = json.loads(sample("wallet"))
    badges = [json.loads(each) for each in wallet["credentials"]]
    record = {**badges[0], "type": ["VerifiableCredential", "ClrCredential"], "id": "urn:example:record"}
    record["credentialSubject"] = {"id": wallet["holder"], "type": ["ClrSubject"], "verifiableCredential": badges}

    response = hand_in(client, changed(sample("wallet"), credentials=[json.dumps(record)]))

    assert band(response) == "Valid certificates: 2 of 4"
    assert read(response).count("See its checks") == 4


def test_a_presentation_says_that_for_whom_it_was_made_is_not_known_here(client: Client):
    from touchstone.credentials.presentation import present
    from touchstone.library.samples import _signer

    shown = present(
        [sample("valid"), sample("revoked")],
        _signer("holder"),
        created=clock.second(),
        domain="shop.example",
        challenge="x",
    )
    forged = shown | {"holder": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"}

    good, bad = hand_in(client, json.dumps(shown).encode()), hand_in(client, json.dumps(forged).encode())

    assert band(good) == "Valid certificates: 1 of 2"
    assert "only you can tell" in read(good)
    assert "does not hold. It does not show who presented it" in read(bad)


def test_a_receipt_is_led_to_where_receipts_are_rechecked(client: Client):
    response = hand_in(client, b'{"kind": "Receipt"}')

    assert response.status_code == 400
    assert '<a href="/en/explorer/recheck/">' in read(response)


def test_the_paper_of_a_receipt_is_known_for_one(client: Client):
    paper = b'%PDF-1.7\n1 0 obj << /Type /EmbeddedFile /Length 18 >> stream\n{"kind":"Receipt"}\nendstream'

    assert '<a href="/en/explorer/recheck/">' in read(hand_in(client, paper))
    assert band(hand_in(client, b"%PDF-1.7")) == "This PDF carries no certificate"


def test_a_status_list_is_no_certificate_and_is_told_what_it_is(client: Client):
    listed = json.dumps({"type": ["VerifiableCredential", "BitstringStatusListCredential"]}).encode()

    response = hand_in(client, listed)

    assert response.status_code == 400
    assert band(response) == "This is an issuer's list of revoked ones"


@pytest.mark.parametrize("form", [FORM, "/en/explorer/file/", "/en/explorer/recheck/"])
def test_a_file_and_a_text_at_once_are_refused_and_neither_is_passed_over(client: Client, form: str):
    both = {"file": SimpleUploadedFile("certificate.json", sample("valid")), "text": "{}"}

    response = client.post(form, both)

    assert response.status_code == 400
    assert band(response) == "A file and a text were handed in"


def test_markup_and_directions_in_a_certificate_stay_text(client: Client):
    spoilt = changed(sample("valid"), name="<script>alert(1)</script>\u202e")

    page = hand_in(client, spoilt).content.decode()

    assert "<script" not in page
    assert "<bdi>&lt;script&gt;" in page


def test_nothing_of_what_is_handed_in_is_written_down(client: Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        for name in (*SAMPLES, "wallet"):
            hand_in(client, sample(name))
        hand_in(client, b'{"name": "LIN Siyu"')

    assert not [line for line in caplog.messages if "LIN" in line or "urn:x-touchstone:sample" in line]


def test_a_node_with_a_registry_of_its_own_offers_no_samples_and_vouches_for_none(client: Client, tmp_path):
    registry = tmp_path / "trust.yaml"
    registry.write_text(
        "kind: TrustRegistry\nid: urn:x:trust\nversion: '1'\ntitle: {en: Our registry}\nstatus: in_force\nissuers: []\n"
    )
    content = sample("valid")

    with override_settings(TOUCHSTONE_TRUST=str(registry)):
        form, verdict = client.get(FORM), hand_in(client, content)
        gone = client.get("/en/verify/sample/valid/")

    assert "/sample/" not in read(form)
    assert band(verdict) == "Cannot confirm"
    assert "Our registry" in read(verdict)
    assert gone.status_code == 404


def test_a_doubt_about_the_nodes_registry_is_told_to_its_owner_and_to_no_visitor(client: Client, tmp_path, caplog):
    registry = tmp_path / "trust.yaml"
    registry.write_text(
        "kind: TrustRegistry\nid: urn:x:trust\nversion: '1'\ntitle: {en: Our registry}\nstatus: in_force\nissuers:\n"
        "- id: did:web:school.example\n  name: {en: A school}\n  keys:\n"
        "  - {id: 'did:web:school.example#k', publicKeyMultibase: z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK}\n"
    )

    with override_settings(TOUCHSTONE_TRUST=str(registry)):
        trust.tell_doubts()
        page = read(hand_in(client, b"{}"))

    (told,) = caplog.messages
    assert told.startswith(
        f"The trust registry {registry}: issuers[0].keys[0]: the key did:web:school.example#k has no first day"
    )
    assert told.endswith("Add valid.from, the day on which the key came into use.")
    assert "first day" not in page


def test_nothing_is_fetched_without_leave_and_each_address_once_with_it(monkeypatch: pytest.MonkeyPatch):
    from touchstone.network import fetching

    asked: list[str] = []

    def retrieve(url: str, **_: object) -> bytes:
        asked.append(url)
        return b"{}"

    monkeypatch.setattr(fetching, "retrieve", retrieve)
    with pytest.raises(CredentialError):
        trust.lists({}).retrieve("https://issuer.example/1")
    assert asked == []

    with override_settings(TOUCHSTONE_FETCH=True):
        lists = trust.lists({"https://issuer.example/1": b"what its holder says"})
        assert [lists.retrieve("https://issuer.example/1").content for _ in range(2)] == [b"{}", b"{}"]
        assert lists.retrieve(next(iter(trust.samples().lists))).content.startswith(b"{")

    assert asked == ["https://issuer.example/1"]


def _hostile() -> dict[str, bytes]:
    valid = sample("valid")
    plain = json.loads(valid)
    subject = plain["credentialSubject"]
    nodes = [{"type": ["Achievement"], "related": [{"type": ["Related"]}] * 8} for _ in range(400)]
    many = {"type": ["VerifiablePresentation"], "verifiableCredential": [plain] * 100}
    heavy = {"type": ["VerifiablePresentation"], "@context": plain["@context"][:1]}
    blank = json.loads(changed(valid, credentialSubject=subject | {"result": [{"type": ["Result"]}] * 300}))
    heavy["verifiableCredential"] = [blank] * 20
    bomb = zlib.compress(b"{" + b" " * 40_000_000, 9)
    return {
        "deep": b'{"@context":' + b"[" * 100_000,
        "deep and closed": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        "not JSON": b"hello",
        "not UTF-8": b"\xff\xfe" + valid.decode().encode("utf-16-le"),
        "a byte order mark": b"\xef\xbb\xbf" + valid,
        "twice the same key": valid[:-1] + b',"id":"urn:x"}',
        "a list": b"[]",
        "a number": b"9" * 200_000,
        "an empty object": b"{}",
        "half a character": rb'{"name":"\ud800"}',
        "nulls": b"\0" * 900_000,
        "members of other kinds": changed(valid, issuer=[1], credentialSubject=7, name={"@value": []}, type={"a": 1}),
        "a subject of other kinds": changed(valid, credentialSubject=[[], {"identifier": "x", "achievement": []}]),
        "many nodes": changed(valid, credentialSubject=subject | {"achievement": nodes}),
        "many results": changed(valid, credentialSubject=subject | {"result": [{"type": ["Result"]}] * 3000}),
        "many contexts": changed(valid, **{"@context": [plain["@context"][0]] * 10_000}),
        "many proofs": changed(valid, proof=[plain["proof"]] * 500),
        "many statuses": changed(valid, credentialStatus=[plain["credentialStatus"][0]] * 2000),
        "a hundred credentials": json.dumps(many).encode(),
        "twenty heavy credentials": json.dumps(heavy).encode(),
        "an empty presentation": b'{"type":["VerifiablePresentation"]}',
        "an empty record": changed(valid, type=["VerifiableCredential", "ClrCredential"]),
        "an empty wallet": b'{"format":"touchstone-wallet","version":1,"holder":"did:key:z6Mk"}',
        "a broken wallet": b'{"format":"touchstone-wallet","credentials":[1]}',
        "a wallet of nonsense": json.dumps(
            {"format": "touchstone-wallet", "version": 1, "holder": "did:x:y", "credentials": ["{", "", "[]", "{}"]}
        ).encode(),
        "a PNG cut short": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR",
        "an SVG with entities": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        "an SVG with nonsense": bake(SVG, b'{"a": 1}'),
        "a bomb": bomb,
    }


@pytest.mark.parametrize("name", list(_hostile()))
def test_whatever_is_handed_in_is_answered_soon_with_a_sentence(client: Client, name: str):
    content = _hostile()[name]
    for form in (FORM, "/en/explorer/file/"):
        started = time.process_time()

        response = hand_in(client, content, form)

        assert time.process_time() - started < 6
        assert response.status_code in (200, 400, 413)
        assert "Traceback" not in read(response)
        assert len(response.content) < 90_000
        assert "Continue" not in read(response)
        if form == FORM:
            assert band(response) != "Valid"


def test_a_body_beyond_the_bound_is_not_read_and_a_zip_of_many_is_led_to_the_page_for_lists(client: Client):
    response = hand_in(client, b"x" * 1_100_000)

    assert response.status_code == 413
    assert band(response) == "Too much for this page"
    assert 'href="/en/verify/list/"' in read(response).partition("<h1")[0]


def test_a_workbook_or_a_zip_is_told_where_lists_are_verified(client: Client):
    response = hand_in(client, write_workbook({"list": [["number"], ["5K5G-V0CA"]]}))
    told = read(response).partition("<h1")[0]

    assert response.status_code == 400
    assert "This is a workbook or a zip" in told
    assert 'href="/en/verify/list/"' in told
    assert "not_utf8" not in told


def test_the_page_for_lists_says_how_large_a_zip_may_be(client: Client):
    assert "zip of at most 16 MB" in read(client.get("/en/verify/list/"))
    assert MOST_LIST_BYTES == 16 * 1024 * 1024


def test_recognition_in_part_says_how_much_of_what_is_asked_as_the_answer_does(client: Client):
    told = read(client.get("/en/verify/sample/valid/")).partition('id="equals"')[2].partition("</ul>")[0]
    for link, counted in re.findall(r'href="([^"]+)".*?<span>(\d+ of \d+)</span>', told):
        met, asked = counted.split(" of ")
        assert re.search(rf"{met} of the {asked} ", read(client.get(html.unescape(link))))
        break
    else:
        pytest.fail("nothing is recognised in part")


def test_the_page_is_found_from_the_landing_page_and_every_foot(client: Client):
    for page in ("/en/", "/en/standards/"):
        assert client.get(page).content.decode().count('href="/en/verify/"') >= 2


def test_a_sample_can_be_saved_and_handed_in_and_one_that_is_not_there_is_not_found(client: Client):
    saved = client.get("/en/verify/sample/valid.json")

    assert saved["Content-Disposition"] == 'attachment; filename="valid.json"'
    assert band(hand_in(client, saved.content)) == "Valid"
    assert client.get("/en/verify/sample/none/").status_code == 404
    assert client.get("/en/verify/sample/none.json").status_code == 404


def test_units_are_told_in_the_words_of_our_documents(client: Client):
    title = documents.edition().units["DEMO-GD:polishing"].competency.title["pt"]

    assert title in read(client.get("/pt/verify/sample/valid/"))


@pytest.mark.parametrize("page", ["verify/", "explorer/recheck/", "explorer/file/"])
def test_a_form_that_changes_nothing_needs_no_cookie(page):
    answer = Client(enforce_csrf_checks=True).post(f"/en/{page}", {"text": "{}"})

    assert answer.status_code in (200, 400)
    assert not answer.cookies


def test_a_state_from_a_list_that_the_holder_handed_in_is_told_as_such_and_to_the_minute(client: Client):
    wallet = json.loads(sample("wallet"))
    one = changed(sample("wallet"), credentials=wallet["credentials"][:1])

    page = read(hand_in(client, one))

    assert "looked up in the list that was handed in with it" in page
    assert re.search(r"State known as of</dt>\s*<dd><time[^>]*>[^<]+</time>, \d\d:\d\d \(UTC\+8\)", page)


def test_of_several_certificates_the_first_answer_names_the_person(client: Client):
    page = read(hand_in(client, sample("wallet")))

    head = page[page.index('<div class="verdict') : page.index("</div>", page.index('<div class="verdict'))]
    assert "LIN Siyu" in re.sub(r"<[^>]+>", "", head)
    assert len(re.findall(r"They name", page)) == 1
