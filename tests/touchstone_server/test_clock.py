"""One clock, and one day: that of the regions. At half past seven in the morning in Hong Kong it is still yesterday in London."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

import touchstone_server
from tests.touchstone_server.issuing_world import ORIGIN, PASSPHRASE, approved, give_key, write_registry
from touchstone_server import clock
from touchstone_server.access.rules import Role
from touchstone_server.design.templatetags.touchstone import moment
from touchstone_server.issuing import running
from touchstone_server.issuing.certificate_paper import paper_of
from touchstone_server.issuing.models import Certificate
from touchstone_server.language import BY_PATH
from touchstone_server.recognition.question import Question

SHELL = Path(touchstone_server.__file__).parent
HALF_PAST_SEVEN = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
"""07:30 on the 25th of November in the regions."""


@pytest.fixture
def morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: HALF_PAST_SEVEN)


def test_only_the_clock_tells_the_time():
    asks = re.compile(r"timezone\.(now|localdate)|datetime\.(now|utcnow)|date\.today")
    elsewhere = [
        f"{file.relative_to(SHELL)}: {line.strip()}"
        for file in SHELL.rglob("*.py")
        if file.name != "clock.py"
        for line in file.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    ]
    assert not elsewhere


def test_no_page_cuts_the_day_out_of_a_moment_itself():
    """``.date`` of a moment is the day in London, and Django's filters go by its settings: pages have ``longdate`` and ``moment``."""
    asks = re.compile(r"""\w\.date\b|\|(date|time)\b(?!:"Y-m-d")|\{% now\b""")
    cut = [
        f"{file.relative_to(SHELL)}: {found.group()}"
        for file in SHELL.rglob("*.html")
        for found in map(asks.search, re.findall(r"\{[{%].*?[%}]\}", file.read_text("utf-8")))
        if found
    ]
    assert not cut


def test_everything_that_crossed_the_border_is_told_in_the_time_of_the_regions():
    told = moment({"locale": BY_PATH["zh-hant-hk"]}, HALF_PAST_SEVEN.replace(second=5), precise=True)
    assert told == '<time datetime="2026-11-25T07:30:05+08:00">2026年11月25日 07:30:05</time>'


def test_the_day_changes_at_midnight_in_the_regions():
    assert clock.day_of(dt.datetime(2026, 11, 24, 15, 59, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 24)
    assert clock.day_of(dt.datetime(2026, 11, 24, 16, 0, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 25)


def test_a_question_asked_early_in_the_morning_is_decided_by_the_law_of_that_day(morning):
    assert Question(from_="GD").day == dt.date(2026, 11, 25)


@pytest.mark.django_db
class TestACertificateOfTheMorning:
    @pytest.fixture
    def certificate(self, organisation, member, acting, settings, tmp_path, morning):
        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = tmp_path, PASSPHRASE, ""
        college = organisation("college", region="GD")
        give_key(college)
        settings.TOUCHSTONE_TRUST = str(write_registry(college, tmp_path))
        teacher, self.officer = member("Tess", college, Role.TEACHER), member("Sam", college, Role.ISSUING_OFFICER)
        running.run(approved(college, acting(teacher), acting(self.officer), "Chan Tai Man", shown=("dates",)).id)
        return Certificate.objects.get()

    def test_bears_the_day_at_the_desk_and_in_public(self, certificate, signed_in):
        client = signed_in(self.officer)
        for address in (f"/en/desk/college/issuing/certificates/{certificate.id}/", f"/C/{certificate.short}"):
            page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
            assert set(re.findall(r'<time datetime="(2026-\d\d-\d\d)', page)) == {"2026-11-25"}, address

    def test_bears_the_day_on_paper(self, certificate):
        content = bytes(certificate.document)
        told = paper_of(certificate, json.loads(content), content, BY_PATH["en"], ORIGIN)
        assert told["day"] == {"year": 2026, "month": 11, "day": 25}
        assert "25 November 2026" in [fact["value"] for fact in told["facts"]]
