"""The explorer: from a certificate to an answer that anyone can recheck."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from tests.touchstone_server.questions import BY_OUTCOME, HO, JIANG, KOU, LIN, written
from touchstone.library.people import load_people
from touchstone.recognition import decide, recheck
from touchstone.recognition.receipt import load_receipt
from touchstone_server import clock, documents
from touchstone_server.recognition.question import read_question
from touchstone_server.recognition.services import certain, outcome_of, request_of
from touchstone_server.recognition.stories import question_of

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


def page_of(client: Client, question, locale: str = "en") -> str:
    return html.unescape(client.get(f"/{locale}/explorer/answer/?{written(question)}").content.decode())


def question(pairs):
    return read_question(QueryDict(written(pairs)), documents.edition(DAY))


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_each_outcome_has_its_own_icon_word_and_colour(client: Client, outcome: str):
    page = page_of(client, BY_OUTCOME[outcome])
    tone = {"FULL": "ok", "REFUSED": "no", "REFER": "open"}.get(outcome, "part")

    band = re.search(r'<div class="verdict (\w+)".*?</div>', page, re.S)

    assert band is not None
    assert band[1] == tone
    assert '<svg class="icon"' in band[0]
    assert outcome_of(question(BY_OUTCOME[outcome])) == outcome


@pytest.mark.parametrize("outcome", BY_OUTCOME)
@pytest.mark.parametrize(
    ("locale", "proven", "illustrative"),
    [
        ("en", "If proven", "illustrative documents"),
        ("zh-hant-hk", "如獲證實", "示範文件"),
        ("pt", "Se for provado", "documentos ilustrativos"),
    ],
)
def test_the_sentence_says_if_proven_and_on_illustrative_documents(client, outcome, locale, proven, illustrative):
    page = page_of(client, BY_OUTCOME[outcome], locale)

    heading = re.search(r'<h1 class="answer">(.*?)</h1>', page, re.S)

    assert heading is not None
    assert proven in heading[1]
    assert illustrative in heading[1]


def test_a_condition_is_shown_with_its_deadline(client: Client):
    page = page_of(client, LIN)

    assert "What makes it full" in page
    assert "within 6 months" in page


def test_the_ladder_says_in_words_what_its_table_repeats(client: Client):
    page = page_of(client, LIN)

    assert 'role="img" aria-label="What you hold and what is asked. Recognised: 5 of 7.' in page
    assert page.count('<svg class="chart ladder"') == 2
    assert "The same as a table" in page
    assert "Mainland rules on fineness marks" in page


def test_the_switch_shows_what_another_assurance_would_change(client: Client):
    page = page_of(client, LIN)
    links = re.findall(r'href="([^"]*assurance=self_declared[^"]*)"', page)

    changed = client.get(links[0]).content.decode()

    assert 'class="verdict no"' in changed


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_a_receipt_from_the_page_can_be_rechecked(client: Client, outcome: str, tmp_path):
    page = page_of(client, BY_OUTCOME[outcome])
    link = re.search(r'href="([^"]*receipt\.json[^"]*)"', page)
    assert link is not None

    response = client.get(link[1])
    file = tmp_path / "receipt.json"
    file.write_bytes(response.content)
    receipt = load_receipt(file)

    assert response["Content-Disposition"] == 'attachment; filename="receipt.json"'
    assert recheck(receipt, documents.rulebook().documents) == receipt.decision
    assert receipt.decision.outcome == outcome
    assert json.loads(response.content)["kind"] == "Receipt"


def test_the_receipt_names_its_day_even_when_the_question_does_not(client: Client):
    page = page_of(client, [pair for pair in LIN if pair[0] != "on"])

    assert f"on={clock.today()}" in re.search(r'href="([^"]*receipt\.json[^"]*)"', page)[1]


def test_an_answer_for_another_day_says_so(client: Client):
    page = page_of(client, [*LIN[:-1], ("on", "2027-01-01")])

    assert "This answer is for" in page
    assert "Ask for today" in page


def test_every_question_survives_its_way_through_the_address():
    for pairs in BY_OUTCOME.values():
        asked = question(pairs)
        assert read_question(QueryDict(written(asked.query)), documents.edition(DAY)) == asked


def test_the_people_of_the_demonstration_get_the_answer_that_their_papers_give():
    for person in load_people():
        asked = question_of(person.request).but(on=person.request.decided_on)
        assert outcome_of(asked) == decide(person.request, documents.rulebook()).outcome


def test_a_certificate_vouches_for_what_it_asks_in_any_case_and_for_the_ones_below():
    edition = documents.edition(DAY)
    setter = edition.qualification("https://touchstone.example/qualifications/gd-stone-setter-3")

    vouched = certain(setter, edition)

    assert "https://touchstone.example/qualifications/gd-stone-setter-4" in vouched.holds
    assert {unit.id for unit in vouched.units} >= {"DEMO-GD:setting-micro", "DEMO-GD:setting-basic"}
    assert (vouched.months, vouched.work) == (36, "stone-setter")


def test_a_certificate_does_not_vouch_for_one_branch_of_an_or():
    edition = documents.edition(DAY)
    maker = edition.qualification("https://touchstone.example/qualifications/hk-jewellery-maker")

    vouched = {unit.id for unit in certain(maker, edition).units}

    assert "DEMO-HK:wax" in vouched
    assert not vouched & {"DEMO-HK:cad", "DEMO-HK:print"}


def test_months_of_work_are_a_stretch_that_ends_before_the_day():
    request = request_of(question(HO), documents.edition(DAY))

    work = next(item for item in request.evidence if item.kind == "practice")

    assert (work.period.from_, work.period.until) == (dt.date(2024, 8, 24), dt.date(2026, 11, 23))


def test_the_units_of_a_certificate_are_chosen_before_the_reader_says_anything(client: Client):
    page = client.get("/en/explorer/units/?from=GD&holds=gd-stone-setter-3").content.decode()

    assert '<option value="DEMO-GD:setting-micro|3|60" selected>' in page
    assert 'value="36"' in page


def test_a_form_without_any_unit_is_shown_again_with_what_to_do(client: Client):
    response = client.get("/en/explorer/destination/?from=GD&unit=&awarded=&months=&work=&fact=")
    page = response.content.decode()

    assert 'role="alert"' in page
    assert "Choose at least one unit" in page


@pytest.mark.parametrize("step", ["certificate", "units", "destination", "qualification", "answer"])
def test_a_step_that_comes_too_early_leads_back_to_the_first_open_question(client: Client, step: str):
    response = client.get(f"/en/explorer/{step}/", follow=True)

    assert response.redirect_chain[-1][0] == "/en/explorer/?purpose=employment"
    assert response.status_code == 200


def test_a_walk_by_links_and_forms_alone_ends_at_the_answer(client: Client):
    first = client.get("/en/explorer/").content.decode()
    region = next(link for link in hrefs(first) if "certificate/?from=GD" in link)
    second = client.get(region).content.decode()
    setter = next(link for link in hrefs(second) if "gd-stone-setter-3" in link)
    form = client.get(setter).content.decode()
    chosen = re.findall(r'<option value="([^"]+)" selected>', form)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    sent = hidden | {"unit": [value for value in chosen if value.startswith("DEMO")], "awarded": "2026-01-05"}
    where = client.get("/en/explorer/destination/", sent).content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', where)
    asked = written([*hidden, ("to", "HK"), ("purpose", "employment")])
    targets = client.get(f"/en/explorer/qualification/?{html.unescape(asked)}").content.decode()

    answer = client.get(next(link for link in hrefs(targets) if "target=hk-stone-setter" in link))

    assert answer.status_code == 200
    assert dict(parse_qsl(urlsplit(answer.request["QUERY_STRING"]).path))["target"] == "hk-stone-setter"


def test_an_alternative_names_what_it_is_recognised_as(client: Client):
    assert "Digital" in page_of(client, JIANG) or "digital" in page_of(client, JIANG)


def hrefs(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


@pytest.mark.parametrize(
    ("locale", "missing", "instead"),
    [
        ("en", "What is missing", "not compared"),
        ("zh-hans", "还差什么", "未比对"),
        ("pt", "O que falta", "por comparar"),
    ],
)
def test_without_an_agreement_nothing_is_called_missing(client: Client, locale: str, missing: str, instead: str):
    page = page_of(client, KOU, locale)

    assert instead in page
    assert missing not in page
    assert not re.search(r"\bmissing\b", re.sub(r"<[^>]*>", " ", page))


def test_a_qualification_of_another_region_leads_back_to_the_last_question(client: Client):
    elsewhere = [pair for pair in LIN if pair[0] not in ("to", "target")] + [
        ("to", "MO"),
        ("target", "hk-jewellery-maker"),
    ]

    for page in ("", "receipt.json"):
        response = client.get(f"/en/explorer/answer/{page}?{written(elsewhere)}")
        assert response.status_code == 302
        assert response["Location"].startswith("/en/explorer/qualification/?")
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("locale", ["en", "zh-hans", "zh-hant-hk", "pt"])
def test_no_reason_shows_the_name_by_which_only_the_explorer_knows_a_certificate(client: Client, locale: str):
    page = page_of(client, [pair for pair in LIN if pair[0] != "awarded"], locale)

    assert {"en": "the certificate does", "zh-hans": "证书没有", "zh-hant-hk": "證書沒有", "pt": "certificado não"}[
        locale
    ] in page
    assert "urn:touchstone:explorer" not in page
