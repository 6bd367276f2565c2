"""Who has gone is signed out: after an hour without a request, and after a working day in any case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from touchstone_server import clock

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)


@pytest.fixture
def desk(person, signed_in, monkeypatch):
    """What a desk answers so many minutes after its owner signed in."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    client = signed_in(person("Chan"))

    def ask(minutes: float) -> int:
        monkeypatch.setattr(clock, "now", lambda: MORNING + dt.timedelta(minutes=minutes))
        return client.get("/en/passport/").status_code

    return ask


def test_a_session_ends_an_hour_after_the_last_request(desk):
    assert desk(59) == 200
    assert desk(118) == 200
    assert desk(179) == 302
    assert desk(179) == 302


def test_a_session_ends_twelve_hours_after_it_began_whoever_is_there(desk):
    assert [desk(minutes) for minutes in range(30, 721, 30)] == [200] * 24
    assert desk(721) == 302


def test_reading_pages_writes_to_the_session_every_five_minutes_only(desk):
    desk(1)
    with CaptureQueriesContext(connection) as soon:
        desk(4)
    with CaptureQueriesContext(connection) as later:
        desk(10)
    told = ["django_session" in each["sql"] and each["sql"].startswith("UPDATE") for each in (*soon, *later)]
    assert told.count(True) == 1
    assert not any(told[: len(soon)])


def test_signing_in_anew_after_that_begins_another_session(desk, client, person, signed_in):
    assert desk(800) == 302
    before = set(Session.objects.values_list("session_key", flat=True))
    assert signed_in(person("Wong")).get("/en/passport/").status_code == 200
    assert set(Session.objects.values_list("session_key", flat=True)) - before


def test_a_cookie_that_no_database_could_look_up_is_refused_in_a_sentence(client):
    answer = client.get("/en/passport/", headers={"cookie": 'sessionid="\\000abcdefgh"'})
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


def test_a_public_page_reads_no_session(desk, client):
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/en/verify/").status_code == 200
    assert len(asked) == 0
