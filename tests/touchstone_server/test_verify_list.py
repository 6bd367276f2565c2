"""A list of hundreds: a table or a zip in, a workbook out, a verdict a row; whatever is wrong is told in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.touchstone.standards.exchange.test_tables_apart import fat_texts
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server import trust
from touchstone_server.access.rules import Actor
from touchstone_server.credentials import many, views
from touchstone_server.language import LOCALES
from touchstone_server.passport import consents, services, sharing
from touchstone_server.passport.models import ShareLink
from touchstone_server.passport.sharing_fields import Field
from touchstone_server.texts import plain_text

FORM = "/en/verify/list/"


def sample(name: str = "valid") -> bytes:
    content = trust.sample_of(name)
    assert content is not None
    return content


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def hand_in(content: bytes, name: str, form: str = FORM):
    return Client().post(form, {"file": SimpleUploadedFile(name, content)})


def rows(answer) -> list[list[str]]:
    assert answer.status_code == 200, answer.content[:2000]
    (sheet,) = read_workbook(answer.content).values()
    return [row.cells for row in sheet.rows][1:]


def text_of(answer) -> str:
    return answer.content.decode()


def test_two_lists_are_verified_at_once_and_a_third_is_told_to_come_back_while_all_else_goes_on():
    with views.LISTS.entered() as one, views.LISTS.entered() as other:
        assert (one, other) == (True, True)
        answer = hand_in(zipped({"valid.json": sample()}), "all.zip")
        assert Client().get(FORM).status_code == 200
        assert "Valid" in text_of(Client().get("/en/verify/sample/valid/"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "send it again in 10 seconds" in text_of(answer)
    assert len(rows(hand_in(zipped({"valid.json": sample()}), "all.zip"))) == 1


def test_a_zip_of_files_has_a_verdict_a_file():
    names = ("valid", "revoked", "suspended", "expired", "early", "unlisted", "altered")
    found = rows(hand_in(zipped({f"{name}.json": sample(name) for name in names}), "all.zip"))
    assert [row[0] for row in found] == [f"{name}.json" for name in names]
    assert [row[1] for row in found] == [
        "Valid", "Revoked", "Suspended", "Expired", "Not yet valid", "Cannot confirm", "Not genuine"
    ]  # fmt: skip
    assert found[0][3:5] == ["LIN Siyu 林思雨", "Illustrative certificate: jewellery making"]


def test_a_wallet_has_a_row_for_each_certificate_in_it():
    found = rows(hand_in(zipped({"wallet.json": sample("wallet")}), "all.zip"))
    assert [row[0] for row in found] == ["wallet.json #1", "wallet.json #2", "wallet.json #3"]


def test_what_is_no_certificate_says_so_in_its_row():
    found = rows(hand_in(zipped({"a.json": b"{", "b.json": b"", "c.json": sample()}), "all.zip"))
    assert [(row[1], row[9]) for row in found] == [
        ("Cannot confirm", "unreadable"), ("Cannot confirm", "nothing"), ("Valid", "valid")
    ]  # fmt: skip


def test_files_that_computers_put_beside_those_of_people_are_passed_over():
    found = rows(hand_in(zipped({"__MACOSX/._a.json": b"x", ".DS_Store": b"x", "a.json": sample()}), "all.zip"))
    assert [row[0] for row in found] == ["a.json"]


@pytest.mark.parametrize("locale", LOCALES, ids=lambda each: each.path)
def test_the_answer_speaks_the_language_of_the_page(locale):
    answer = hand_in(zipped({"a.json": sample()}), "all.zip", f"/{locale.path}/verify/list/")
    assert rows(answer)[0][1] == plain_text("verify.word_valid", locale.tag)


def test_a_name_that_begins_like_a_formula_is_a_text():
    found = rows(hand_in(zipped({"=1+1.json": sample()}), "all.zip"))
    assert found[0][0] == "'=1+1.json"


def test_three_hundred_files_are_verified_and_three_hundred_and_one_are_not():
    files = {f"{place:03}.json": sample() for place in range(301)}
    assert hand_in(zipped(files), "all.zip").status_code == 413
    files.pop("300.json")
    assert len(rows(hand_in(zipped(files), "all.zip"))) == 300


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.csv", "nothing to verify"),
        (zipped({}), "a.zip", "nothing to verify"),
        (zipped({"a.json": sample()})[:-30], "a.zip", "damaged"),
        (b"PK\x03\x04" + b"\0" * 500, "a.zip", "damaged"),
        (zipped({"a.json": b"0" * 60_000_000}), "a.zip", "too large"),
        (b"\xff\xfe\x00\x00binary\x00", "a.csv", "cannot be read"),
        (b"=HYPERLINK(1)\n" * 400, "a.csv", "more than 300"),
        (b"x" * 1_100_000, "a.csv", "too large"),
        (fat_texts(), "a.xlsx", "too much memory or time"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(content, name, told):
    answer = hand_in(content, name)
    assert answer.status_code in (400, 413)
    assert told in text_of(answer)
    assert "Traceback" not in text_of(answer)


def test_a_file_and_a_text_at_once_are_not_passed_over_in_silence():
    answer = Client().post(FORM, {"file": SimpleUploadedFile("a.zip", zipped({"a.json": sample()})), "text": "ABC123"})
    assert answer.status_code == 400
    assert "Hand in one of them" in text_of(answer)


def test_a_row_for_which_no_time_is_left_says_so(monkeypatch):
    monkeypatch.setattr(many, "SECONDS", -1.0)
    (found,) = rows(hand_in(zipped({"a.json": sample()}), "all.zip"))
    assert found[9] == "late"


def test_the_form_sets_no_cookie_and_runs_no_script():
    answer = Client().get(FORM)
    assert not answer.cookies
    assert "<script" not in text_of(answer)
    assert len(answer.content) < 30_000


@pytest.mark.django_db
class TestAddresses:
    @pytest.fixture
    def link(self, person) -> ShareLink:
        actor = Actor(person("Siyu").id)
        for purpose in consents.Purpose:
            consents.give(actor, purpose, "en")
        held = services.bring(actor, sample())[0]
        return sharing.share(actor, held, [Field.NAME], 7)

    def addresses(self, link: ShareLink) -> list[str]:
        token = sharing.token_of(link.id)
        return [
            f"https://testserver/S/{token}",
            f"HTTPS://TESTSERVER/S/{token}",
            f"http://testserver/pt/passport/shared/{token}/",
        ]

    def test_an_address_of_this_node_has_a_verdict(self, link):
        table = "\n".join(["Certificate", *self.addresses(link)]).encode()
        found = rows(hand_in(table, "list.csv"))
        assert [row[1] for row in found] == ["Valid"] * 3
        assert ShareLink.objects.get().views == 3

    def test_a_workbook_is_read_like_a_table(self, link):
        book = write_workbook({"list": [["No.", "Certificate"], ["1", self.addresses(link)[0]]]})
        assert [row[1] for row in rows(hand_in(book, "list.xlsx"))] == ["Valid"]

    def test_a_list_can_be_pasted(self, link):
        answer = Client().post(FORM, {"text": "\n".join(self.addresses(link))})
        assert len(rows(answer)) == 3

    def test_only_what_the_holder_shows_is_told(self, link):
        (found,) = rows(hand_in(self.addresses(link)[0].encode(), "list.csv"))
        assert found[3] == "LIN Siyu 林思雨"
        assert found[6:8] == ["", ""]
        ShareLink.objects.update(fields=[])
        (found,) = rows(hand_in(self.addresses(link)[0].encode(), "list.csv"))
        assert found[3] == ""

    def test_a_link_that_was_ended_and_a_host_that_is_not_ours_say_so(self, link):
        sharing.end(Actor(link.holder_id), link)
        table = f"{self.addresses(link)[0]}\nhttps://elsewhere.example/S/0123456789\nhttps://testserver/S/0123456789\nNONE-0000-1"
        found = rows(hand_in(table.encode(), "list.csv"))
        assert [row[9] for row in found] == ["ended", "elsewhere", "unknown", "unknown"]


def test_the_zip_that_a_desk_makes_of_a_group_has_a_row_a_certificate():
    """It holds a paper of some 50 kB beside each file, and a table that says whose is which."""
    paper = b"%PDF-1.7" + bytes(50_000)
    told = {
        f"{place:04}-X.{ending}": content
        for place in range(40)
        for ending, content in (("pdf", paper), ("json", sample()))
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # papers are stored, not packed
        for name, content in {**told, "certificates.csv": b"row,name\r\n"}.items():
            archive.writestr(name, content)

    found = rows(hand_in(out.getvalue(), "certificates.zip"))
    assert len(out.getvalue()) > 1_000_000
    assert [row[0] for row in found] == [f"{place:04}-X.json" for place in range(40)]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(99), b"%PDF-1.7", b"any text"])
def test_what_is_named_a_workbook_and_is_none_is_told_so(content):
    answer = hand_in(content, "list.xlsx")

    assert answer.status_code == 400
    assert "This is no list, whatever its name ends in" in text_of(answer)
