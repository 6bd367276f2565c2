"""A certificate for anybody who looks at it: its public page, and its paper."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import io
import json
import re
import zipfile
from urllib.parse import parse_qs

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.touchstone_server.issuing_world import (
    ORIGIN,
    QUALIFICATION,
    page_of,
)
from touchstone_server.issuing import lists
from touchstone_server.issuing.certificate_paper import certificate_pdf, check_code, paper_locale, paper_of, spaced
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.language import BY_PATH
from touchstone_server.recognition import proven as sealing

pytestmark = pytest.mark.django_db


class TestPublicPage:
    def test_it_shows_name_qualification_and_status_and_no_more(self, issue, client):
        (certificate,) = issue("name,awarded,score\nChan Tai Man,2026-10-02,")
        page = page_of(client, certificate)
        assert "Chan Tai Man" in page
        assert spaced(certificate.short) in page
        assert check_code(bytes(certificate.document)) in page
        assert "2 October 2026" not in page
        assert "<dt>Units" not in page
        assert "proven=" not in page

    @pytest.mark.parametrize("locale", BY_PATH)
    def test_the_status_is_known_for_a_moment_in_the_time_of_the_regions_never_a_later_one(self, issue, client, locale):
        (certificate,) = issue()
        before = timezone.now() - lists.SLACK
        told = client.get(f"/{locale}/certificate/{certificate.short}/").text
        moments = re.findall(r'<time datetime="([0-9-]{10})">[^<]+</time>[^<]*?([0-9]{2}:[0-9]{2})[^<]*UTC\+8', told)
        assert len(moments) == 2, "when it was checked, and as of when its status is known"
        for day, time in moments:
            said = dt.datetime.fromisoformat(f"{day}T{time}:59+08:00")
            assert before.replace(second=0, microsecond=0) <= said <= timezone.now() + dt.timedelta(minutes=1)

    def test_it_says_what_it_equals_elsewhere_by_the_qualification_alone_and_leads_on(self, issue, client):
        (hidden,) = issue("name,awarded\nChan Tai Man,2026-10-02")
        page = page_of(client, hidden)
        equals = page[page.index('id="equals"') :]
        assert "Hong Kong" in equals
        assert "Macao" in equals
        assert "by what this qualification asks of everybody" in equals
        links = re.findall(r'href="(/en/explorer/[^"]+)"', equals.partition("</div>")[0])
        assert links
        assert all("unit=" not in link and "proven=" not in link for link in links)
        assert all(client.get(html.unescape(link)).status_code == 200 for link in links)

    def test_what_the_issuer_chose_to_show_is_shown(self, issue, client):
        (certificate,) = issue("name,awarded\nChan Tai Man,2026-10-02", shown=("units", "dates"))
        assert "proven=" in page_of(client, certificate)

    def test_it_tells_the_day_of_award_that_the_paper_prints_where_dates_are_shown_and_nowhere_else(
        self, issue, client
    ):
        table = "name,awarded\nChan Tai Man,2026-10-02"
        ((shown,), (hidden,)) = issue(table, shown=("dates",)), issue(table.replace("Chan", "Wong"))
        page = page_of(client, shown)

        assert re.search(r"<dt>Awarded on</dt>\s*<dd>.*2 October 2026", page)
        assert page.index("Awarded on") < page.index("Valid from")
        assert "Awarded on" not in page_of(client, hidden)

    def test_it_is_one_small_answer_without_cookie_or_script(self, issue, client):
        (certificate,) = issue()
        answer = client.get(f"/C/{certificate.short.lower()}")
        assert answer.status_code == 200
        assert not answer.cookies
        assert b"<script" not in answer.content
        assert len(gzip.compress(answer.content)) < 12_000

    def test_it_is_packed_for_those_who_can_unpack_it(self, issue, client):
        (certificate,) = issue()
        plain = client.get(f"/C/{certificate.short}")
        packed = client.get(f"/C/{certificate.short}", headers={"Accept-Encoding": "gzip, br"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert not plain.has_header("Content-Encoding")
        assert all("Accept-Encoding" in answer["Vary"] for answer in (plain, packed))

    def test_it_can_be_read_in_every_language(self, issue, client):
        (certificate,) = issue()
        for locale in BY_PATH:
            answer = client.get(f"/{locale}/certificate/{certificate.short}/")
            assert answer.status_code == 200
            assert answer["Content-Language"] == BY_PATH[locale].tag

    def test_the_pdf_that_the_node_prints_verifies_there_and_in_the_explorer(self, issue, client):
        (certificate,) = issue()
        paper = certificate_pdf(certificate, BY_PATH["en"], ORIGIN)
        assert '<h1 class="word">Valid' in client.post("/en/verify/", {"file": SimpleUploadedFile("c.pdf", paper)}).text
        told = client.post("/en/explorer/file/", {"file": SimpleUploadedFile("c.pdf", paper)}).text
        assert "/en/explorer/destination/" in told
        told = client.post("/en/verify/", {"file": SimpleUploadedFile("c.pdf", b"%PDF-1.7 a scan")}).text
        assert "This PDF carries no certificate" in told

    @pytest.mark.parametrize("field", ["number", "text"])
    @pytest.mark.parametrize("typed", ["{spaced}", "https://testserver/C/{short}"])
    def test_the_explorer_takes_a_number_and_counts_what_is_shown_in_public(self, issue, client, field, typed):
        (hidden,) = issue("name,awarded\nChan Tai Man,2026-10-02")
        (open_,) = issue("name,awarded\nWong Ka Yan,2026-10-02", shown=("units", "dates"))
        found = []
        for each in (hidden, open_):
            told = client.post("/en/explorer/file/", {field: typed.format(spaced=spaced(each.short), short=each.short)})
            link = html.unescape(re.search(r'href="/en/explorer/destination/\?([^"]+)"', told.text)[1])
            assert each.name in told.text
            assert "counts only for what is shown there in public" in told.text
            [evidence] = sealing.opened(parse_qs(link)["proven"][0]).evidence
            found.append(evidence)
            assert client.get(f"/en/explorer/destination/?{link}").status_code == 200
        covered, shown = found
        assert covered.holds == shown.holds == (QUALIFICATION,)
        assert covered.status == shown.status == "valid"
        assert (covered.units, covered.awarded, covered.expires) == ((), None, None)
        assert shown.units
        assert shown.awarded == dt.date(2026, 10, 2)
        assert all(unit.score is None for unit in shown.units)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("https://other.example/C/0000000000000000", "This address is of another node"),
            ("0000-0000-0000-0000", "No certificate of this node has this number"),
            ("Chan Tai Man", "This is neither a number nor an address"),
        ],
    )
    def test_a_number_that_leads_nowhere_is_told_by_the_explorer(self, client, db, typed, sentence):
        answer = client.post("/en/explorer/file/", {"number": typed})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert f'value="{typed}"' in answer.text

    @pytest.mark.parametrize("field", ["number", "text"])
    @pytest.mark.parametrize(
        "typed", ["{spaced}", " {short} ", "{lower}", "https://testserver/C/{short}", "/c/{lower}"]
    )
    def test_a_number_that_is_typed_leads_to_its_page(self, issue, client, field, typed):
        (certificate,) = issue()
        short = certificate.short
        told = typed.format(spaced=spaced(short), short=short, lower=short.lower())
        answer = client.post("/en/verify/", {field: told}, follow=True)
        assert answer.redirect_chain[0][0].startswith("/en/certificate/")
        assert spaced(short) in answer.text

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("https://other.example/C/0000000000000000", "This address is of another node"),
            ("Chan Tai Man", "This is neither a number nor an address"),
            ("http://[/C/", "This is neither a number nor an address"),
        ],
    )
    def test_what_leads_nowhere_here_is_told_and_stays_in_the_field(self, client, db, typed, sentence):
        answer = client.post("/en/verify/", {"number": typed})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert f'value="{typed}"' in answer.text

    def test_a_number_that_nobody_bears_is_said_to_be_mistyped_or_forged_and_can_be_typed_again(self, client, db):
        for address in ("/C/5K5GV0CAJ5ZRHETX", "/c/5k5gv0caj5zrhetx", "/en/certificate/5K5GV0CAJ5ZRHETX/"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert "No certificate of this node has this number" in answer.text
            assert f'value="{address.rstrip("/").rpartition("/")[2]}"' in answer.text
        switched = client.get("/C/5K5GV0CAJ5ZRHETX")
        assert 'href="/zh-hans/certificate/5K5GV0CAJ5ZRHETX/"' in switched.text
        assert client.get("/zh-hans/certificate/5K5GV0CAJ5ZRHETX/").text.count("<h1") == 1

    @pytest.mark.parametrize("short", ["0000000000000000", "nothing", "0" * 400, "%F0%9F%92%8E"])
    def test_a_number_that_was_never_issued_is_not_found(self, client, short):
        assert client.get(f"/C/{short}").status_code == 404

    def test_the_file_verifies_on_the_page_that_verifies_anybodys(self, issue, client):
        (certificate,) = issue()
        answer = client.post("/en/verify/", {"text": bytes(certificate.document).decode()})
        assert '<h1 class="word">Valid' in answer.content.decode()


class TestPaper:
    def test_the_same_certificate_gives_the_same_paper_with_the_credential_in_it(self, issue, han_fonts):
        (certificate,) = issue()
        first = certificate_pdf(certificate, BY_PATH["zh-hant-hk"], ORIGIN)
        assert first == certificate_pdf(certificate, BY_PATH["zh-hant-hk"], ORIGIN)
        assert b"credential.json" in first
        assert b"pdfaid" in first

    def test_the_paper_says_where_and_from_when_in_letters_too(self, issue, han_fonts):
        (certificate,) = issue("name,awarded\nChan Tai Man,2026-11-02", valid_months=24)
        content = bytes(certificate.document)
        told = paper_of(certificate, json.loads(content), content, BY_PATH["en"], ORIGIN)
        assert told["check"]["address"] == f"{ORIGIN}/C/{certificate.short}"
        labels = {each["label"]: each["value"] for each in told["facts"]}
        assert (labels["Awarded on"], labels["Valid until"]) == ("2 November 2026", "2 November 2028")
        assert labels["Valid from"]
        assert told["code"]["millimetres"] > 30

    def test_has_a_line_to_sign_on_where_the_organisation_names_who_signs_and_else_none(self, issue, han_fonts):
        (unsigned,) = issue()
        (signed,) = issue(
            "Wong Ka Yan",
            signatory="鄭美珍 CHENG Mei Chan",
            office="Principal of the illustrative college of jewellery",
        )
        papers = []
        for each in (unsigned, signed):
            content = bytes(each.document)
            told = paper_of(each, json.loads(content), content, BY_PATH["en"], ORIGIN)
            assert b"CHENG" not in content, "the credential is signed by a key, and names no person who signs"
            papers.append([line["text"] for line in told["signature"]])
            assert certificate_pdf(each, BY_PATH["en"], ORIGIN).count(b"/Type/Pages/Count 1/") == 1
        assert papers == [[], ["鄭美珍 CHENG Mei Chan", "Principal of the illustrative college of jewellery"]]

    @pytest.mark.parametrize(("region", "language", "beside"), [("GD", "zh-Hans", "en"), ("HK", "zh-Hant-HK", "en")])
    def test_whoever_presses_the_button_does_not_choose_the_language_of_the_paper(
        self, issue, organisation, region, language, beside, han_fonts
    ):
        school = organisation("school", region=region)
        assert paper_locale(school, "", BY_PATH["en"]).tag == language
        assert paper_locale(school, "pt", BY_PATH["en"]).tag == "pt"
        (certificate,) = issue()
        content = bytes(certificate.document)
        told = paper_of(certificate, json.loads(content), content, BY_PATH["zh-hans"], ORIGIN)
        assert [each["language"][0] for each in told["units"][0]["also"]] == [beside]

    def test_a_revoked_certificate_is_stamped(self, issue, han_fonts):
        (certificate,) = issue()
        good = certificate_pdf(certificate, BY_PATH["en"], ORIGIN)
        certificate.state = Certificate.State.REVOKED
        assert certificate_pdf(certificate, BY_PATH["en"], ORIGIN) != good

    def test_a_group_comes_as_one_file_that_says_whose_is_which(self, issue, college, officer, signed_in, han_fonts):
        issue("Chan Tai Man\nWong Ka Yan\n=cmd")
        group = Group.objects.order_by("-prepared").first()
        answer = signed_in(officer).get(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as found:
            assert found.testzip() is None
            names = found.namelist()
            table = found.read("certificates.csv").decode("utf-8-sig").splitlines()
        assert len(names) == 5
        assert table[1].startswith("2,Chan Tai Man,")
        assert table[2].split(",")[3] in names
