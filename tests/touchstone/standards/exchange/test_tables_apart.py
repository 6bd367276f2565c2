"""Workbooks of strangers are read apart: as here, and one that takes too much harms nobody but its own process."""

from __future__ import annotations

import random
import resource
import time

import pytest

from tests.touchstone.standards.exchange import hostile
from touchstone.apart import Bounds, ask
from touchstone.errors import DocumentError
from touchstone.standards.exchange.cells import MAX_CELL
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.exchange.tables_apart import BOUNDS, read_table_apart
from touchstone.standards.exchange.workbook_writing import write_workbook

ORDINARY = write_workbook(
    {"learners": [["name", "units"], *([f"梁小慧 {row}", "S1; S2"] for row in range(2_000))], "document": [["id", "x"]]}
)


def pieces(count, piece):
    """Many alike, each with some letters of its own, so that they pack by less than 100 to 1."""
    chance = random.Random(1)
    return "".join(piece(chance.randbytes(1_000).hex()) for _ in range(count))


def fat_texts():
    """Texts of a book's length, each with one character that makes Python keep the others in four bytes: 280 MB from under 1 MiB."""
    texts = pieces(300, lambda noise: f"<si><t>𠮷{noise}{noise}{'a' * (7 * MAX_CELL)}</t></si>")
    return hostile.workbook({"[Content_Types].xml": "<Types/>", "xl/sharedStrings.xml": f"<sst>{texts}</sst>"})


def many_tags():
    """As many tags as are read of a part, of the kinds that are dearest to read: some four seconds of work in under 1 MiB."""

    def tags(tag):
        return pieces(210, lambda noise: f"<!--{noise}-->" + tag * 5_500)

    rels = hostile.RELS.replace("<Relationship ", tags('<Relationship Target="a/../a/../a"/>') + "<Relationship ", 1)
    book = hostile.WORKBOOK.replace("<sheets>", "<sheets>" + tags('<sheet name="a"/>'))
    return hostile.workbook({"xl/_rels/workbook.xml.rels": rels, "xl/workbook.xml": book})


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_what_is_read_apart_is_what_is_read_here():
    assert read_table_apart(ORDINARY, "a.xlsx") == read_table(ORDINARY, "a.xlsx")
    assert read_table_apart(b"name\nx\n", "a.csv") == read_table(b"name\nx\n", "a.csv")


def test_an_ordinary_table_takes_less_than_a_second():
    before = spent()
    read_table_apart(ORDINARY, "a.xlsx")

    assert spent() - before < 1


@pytest.mark.parametrize(
    "content",
    [hostile.cell('<c r="A2"><f>1+1</f></c>'), hostile.workbook()[:90], b"PK\x03\x04"],
    ids=["formula", "cut", "empty"],
)
def test_what_is_refused_apart_is_told_in_the_same_sentence(content):
    with pytest.raises(DocumentError) as here:
        read_table(content, "a.xlsx")
    with pytest.raises(DocumentError) as apart:
        read_table_apart(content, "a.xlsx")

    assert str(apart.value) == str(here.value)


@pytest.mark.parametrize("made", [fat_texts, many_tags])
def test_a_workbook_within_the_bounds_of_its_reader_that_takes_too_much_ends_its_own_process(made):
    content, before = made(), spent()
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert len(content) < 1 << 20
    with pytest.raises(DocumentError, match="takes too much memory or time to read"):
        read_table_apart(content, "a.xlsx")
    assert spent() - before < BOUNDS.seconds + 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - mine < 8 * 1024  # kilobytes


def test_a_child_that_never_answers_is_ended_by_the_clock(tmp_path, monkeypatch):
    (tmp_path / "sleeping.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    begun = time.monotonic()

    assert ask("sleeping", b"", Bounds(memory=1 << 28, seconds=1, clock=1)).how == "too_much"
    assert time.monotonic() - begun < 10


def test_a_child_knows_no_secret_of_its_parent(tmp_path, monkeypatch):
    (tmp_path / "telling.py").write_text("import os\nprint(sorted(os.environ))\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "correct horse")

    ended = ask("telling", b"", Bounds(memory=1 << 28, seconds=1, clock=20))
    assert ended.how == "answered"
    assert b"TOUCHSTONE_PASSPHRASE" not in ended.content


def test_a_child_that_breaks_is_told_as_our_mistake():
    assert ask("touchstone.no_such_module", b"", BOUNDS).how == "broken"
