"""The receipt on the page and on paper: in five languages, the same bytes every time, and nothing that somebody wrote is markup."""

from __future__ import annotations

import html
import io
import re
import time

import numpy as np
import pytest
import zxingcpp
from django.http import QueryDict
from django.test import Client
from pypdf import PdfReader

from tests.touchstone_server.questions import BY_OUTCOME, GAN, HO, KOU, LIN, written
from touchstone import fonts
from touchstone.recognition.receipt_code import read_receipt_code, recheck_code
from touchstone.standards.exchange.plain_writing import write_json
from touchstone_server import documents
from touchstone_server.design import paper as design
from touchstone_server.language import BY_PATH, LOCALES
from touchstone_server.recognition import receipt_pdf, services
from touchstone_server.recognition.question import read_question
from touchstone_server.recognition.receipt_paper import code_of, paper_of

ORIGIN = "https://node.example"


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


def paper(pairs, path="en"):
    """What stands on the paper, the JSON receipt, and the answer they are made of."""
    locale = BY_PATH[path]
    answer = services.answer(read_question(QueryDict(written(pairs)), documents.edition()), locale.tag)
    receipt = services.receipt_of(answer)
    code = code_of(receipt, ORIGIN, locale.tag)
    return paper_of(answer, locale, code, f"{ORIGIN}/{path}/explorer/recheck/"), write_json(receipt), answer


def typeset(pairs, path="en"):
    told, receipt, answer = paper(pairs, path)
    return receipt_pdf.receipt_pdf(told, receipt, answer.question.day), told, receipt


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def flat(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_paper_in_every_language_says_the_sentence_names_its_documents_and_carries_the_receipt(han_fonts, locale):
    pdf, told, receipt = typeset(LIN, locale.path)
    reader = PdfReader(io.BytesIO(pdf))
    text = flat(text_of(pdf))

    assert flat(told["sentence"]) in text
    assert flat(told["nature"]) in text
    assert all(item["digest"] in text and item["id"] in text for item in told["documents"])
    assert all(flat(row["asked"]) in text for row in told["rows"])
    assert "touchstonerecheckreceipt.json" in text
    assert reader.attachments["receipt.json"] == [receipt]
    assert reader.trailer["/Root"]["/Lang"].startswith(locale.tag.split("-")[0])
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == told["title"]
    assert str(reader.metadata.creation_date_raw).startswith("D:20261124")
    assert b"pdfaid:part" in pdf
    assert b"pdfuaid:part" in pdf


@pytest.mark.parametrize(("locale", "shapes"), [("zh-hans", "sc"), ("zh-hant-hk", "hk"), ("zh-hant-mo", "hk")])
def test_each_region_reads_its_own_shapes(han_fonts, locale, shapes):
    pdf, _, _ = typeset(KOU, locale)
    names = {
        str(font.get_object()["/BaseFont"]).lower()
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }

    assert {name.partition("cjk")[2][:2] for name in names if "cjk" in name} == {shapes}


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_the_same_receipt_gives_the_same_paper_within_the_time(outcome):
    started = time.perf_counter()
    first, _, _ = typeset(BY_OUTCOME[outcome])
    taken = time.perf_counter() - started

    assert first == typeset(BY_OUTCOME[outcome])[0]
    assert taken < 1.5
    assert len(first) < 256 * 1024, "a paper that cannot be handed in again is of no use"


def test_the_paper_stays_small_enough_to_be_handed_in_in_the_language_with_the_most_glyphs(han_fonts):
    everything = [
        ("from", "GD"),
        *(("unit", unit) for unit in documents.edition().units if unit.startswith("DEMO-GD:")),
        *(pair for pair in LIN if pair[0] not in ("from", "unit")),
    ]

    for path in ("zh-hans", "zh-hant-hk"):
        pdf, told, _ = typeset(everything, path)
        assert len(pdf) < 256 * 1024
        assert len(told["rows"]) == 7


def test_the_code_on_paper_is_read_by_a_scanner_and_derives_to_the_answer():
    told, receipt, answer = paper(LIN)

    found = zxingcpp.read_barcodes(grey(first_page(told, receipt)))

    assert len(found) == 1
    assert found[0].text.startswith("HTTPS://NODE.EXAMPLE/R/")
    derived = recheck_code(read_receipt_code(found[0].text.rpartition("/")[2]), documents.rulebook().documents)
    assert derived == answer.decision


def first_page(told, receipt):
    """The paper as a picture, as a printer would see it."""
    return design.pages(receipt_pdf.TEMPLATE, receipt_pdf.with_fonts(told), receipt, ppi=127)[0]


def grey(png):
    """The grey values of a picture, read with the one reader that is at hand: chromium's would be another process."""
    import struct
    import zlib

    width, height = struct.unpack(">II", png[16:24])
    depth, colour = png[24], png[25]
    channels = {2: 3, 6: 4}[colour]
    assert depth == 8
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    return np.ascontiguousarray(unfiltered(raw, channels).reshape(height, width, channels)[:, :, 1])


def unfiltered(raw, channels):
    """Undo the filters of PNG, line by line."""
    above = np.zeros(raw.shape[1] - 1, np.int32)
    lines = []
    for kind, *_ in zip(raw[:, 0], strict=False):
        line = raw[len(lines), 1:].astype(np.int32)
        if kind == 2:
            line = (line + above) & 255
        elif kind:
            line = slowly(int(kind), line, above, channels)
        lines.append(line)
        above = line
    return np.array(lines, np.uint8)


def slowly(kind, line, above, channels):
    done = line.copy()
    for at in range(len(line)):
        left = int(done[at - channels]) if at >= channels else 0
        up, corner = int(above[at]), int(above[at - channels]) if at >= channels else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            estimate = left + up - corner
            guess = min(
                (abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner)
            )[2]
        done[at] = (done[at] + guess) & 255
    return done


ATTACKS = [
    "#panic(1)",
    "$x$ [y] @z <w> *b* _i_ `r` ~ \\ // c /* d */ = h",
    '#read("/etc/passwd")',
    '"); #import "@preview/x:1.0.0": *',
    "]#pagebreak()[",
    "\u202eevil\u202c {page} {pages}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_somebody_wrote_is_markup(attack):
    told, receipt, answer = paper(GAN)
    spoilt = told | {
        "sentence": attack,
        "title": attack,
        "facts": [{"label": attack, "value": attack}],
        "rows": [dict.fromkeys(told["rows"][0], attack) | {"tone": "ok"}],
        "parts": [
            {
                "heading": attack,
                "text": attack,
                "after": attack,
                "groups": [{"heading": attack, "items": [attack], "more": ""}],
            }
        ],
        "steps": [{"text": attack, "code": attack}],
    }

    pdf = receipt_pdf.receipt_pdf(spoilt, receipt, answer.question.day)

    seen = flat(text_of(pdf))
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 2
    if attack.isascii():
        assert seen.count(flat(attack).replace("--", "–")) >= 8
    assert "root:" not in seen


def test_the_page_offers_paper_file_and_code_with_a_name(client: Client):
    page = html.unescape(client.get(f"/en/explorer/answer/?{written(LIN)}").content.decode())

    assert re.search(r'href="[^"]*receipt\.pdf\?[^"]*on=2026-11-24', page)
    assert re.search(r'href="[^"]*receipt\.json\?', page)
    assert re.search(r'<svg [^>]*class="qr"[^>]*role="img" aria-label="QR code\. It leads to', page)
    assert "Whoever scans it reads your question" in page


def test_paper_comes_as_a_file_in_the_language_of_the_page(client: Client, han_fonts):
    response = client.get(f"/zh-hant-mo/explorer/answer/receipt.pdf?{written(HO)}")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
    assert "完全認可" in text_of(response.content)


def test_paper_of_an_unfinished_question_leads_back_to_it(client: Client):
    assert client.get("/en/explorer/answer/receipt.pdf?from=GD").status_code == 302


def test_without_han_fonts_the_page_says_what_is_missing_and_latin_paper_is_made(client: Client, monkeypatch):
    import typst

    monkeypatch.setattr(fonts, "fonts", lambda: typst.Fonts(include_system_fonts=False))

    chinese = client.get(f"/zh-hans/explorer/answer/receipt.pdf?{written(LIN)}")
    english = client.get(f"/en/explorer/answer/receipt.pdf?{written(GAN)}")

    assert chinese.status_code == 503
    assert "fonts-noto-cjk" in chinese.content.decode()
    assert "receipt.json?" in chinese.content.decode()
    assert english.status_code == 200


def test_the_address_of_the_node_is_the_one_that_its_owner_gives(client: Client, settings):
    settings.TOUCHSTONE_ADDRESS = "https://touchstone.example"

    pdf = client.get(f"/en/explorer/answer/receipt.pdf?{written(LIN)}").content

    assert "https://touchstone.example/en/explorer/recheck/" in flat(text_of(pdf))
