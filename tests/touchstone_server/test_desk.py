"""The desk: what waits for whom, what is somebody's own, and as many questions to the database however much waits."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from touchstone_server import clock
from touchstone_server.access.rules import Role
from touchstone_server.cases.models import Case
from touchstone_server.exchange.models import Publication
from touchstone_server.home.waiting import waiting_for
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.organisations import services as organisations
from touchstone_server.passport.models import HeldCredential

pytestmark = pytest.mark.django_db


@pytest.fixture
def college(organisation):
    return organisation("college", region="GD", issuer="did:web:college.example")


@pytest.fixture
def ada(member, college):
    return member("Ada", college, *Role)


@pytest.fixture
def ben(member, college):
    return member("Ben", college, *Role)


def put_there(college, by, holder, mark: str = "") -> None:
    """One of everything that somebody has proposed and another decides on."""
    now = clock.now()
    Group.objects.create(organisation=college, title="group", state="waiting", prepared_by=by, prepared=now)
    certificate = Certificate.objects.create(
        organisation=college, short=f"S{mark}", list_url=f"https://x.example/{mark}", index=1, name="Chan"
    )
    StatusChange.objects.create(certificate=certificate, kind="revoke", reason="x", proposed_by=by, proposed=now)
    Publication.objects.create(
        organisation=college, document=f"urn:x{mark}", version="1", kind="Scale", title={}, status="draft",
        digest=f"d{mark}", content="{}", note="x", proposed_by=by, proposed=now,
    )  # fmt: skip
    Case.objects.create(
        organisation=college, holder=holder, region="MO", target=f"urn:x{mark}", outcome="REFER", request=f"r{mark}",
        receipt="{}", filed=now,
    )  # fmt: skip


def test_what_somebody_else_proposed_waits_and_what_one_proposed_oneself_does_not(college, ada, ben, person, acting):
    put_there(college, ada, person("Chan"))

    of = college.id
    assert waiting_for(acting(ben)) == {(of, "issuing"): 2, (of, "publications"): 1, (of, "case_queue"): 1}
    assert waiting_for(acting(ada)) == {(of, "case_queue"): 1}, "her own proposals wait for others"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR, Role.MENTOR, Role.SECRETARY])
def test_nothing_waits_for_a_role_that_decides_nothing(college, ada, member, person, acting, role):
    put_there(college, ada, person("Chan"))
    assert not waiting_for(acting(member("Eve", college, role)))


def test_nothing_waits_before_a_second_factor_was_used(college, ada, ben, person, acting):
    put_there(college, ada, person("Chan"))
    assert not waiting_for(acting(ben, strong=False))


def test_ones_own_case_and_an_appeal_against_ones_own_decision_wait_for_others(college, ada, ben, acting):
    put_there(college, ada, ben)
    assert (college.id, "case_queue") not in waiting_for(acting(ben))
    Case.objects.update(holder=ada, officer=ben, state="appealed")
    assert (college.id, "case_queue") not in waiting_for(acting(ben))


def test_an_invitation_to_a_role_that_approves_waits_for_another_administrator(college, ada, ben, acting):
    organisations.invite(acting(ada), college, "new@example.org", [Role.ISSUING_OFFICER])
    assert waiting_for(acting(ben)) == {(college.id, "members"): 1}
    assert not waiting_for(acting(ada))


def test_the_desk_says_how_much_waits_and_where_with_that_first(college, ada, ben, person, signed_in):
    put_there(college, ada, person("Chan"))
    told = signed_in(ben).get("/en/desk/").text

    assert "4 things wait for you." in told
    rows = re.findall(r"<li><a href=\"/en/[a-z/]*/college/[^>]*><span>([^<]*)</span>(.*?)</a>", told)
    assert [name for name, rest in rows if "for you" in rest] == [name for name, _ in rows][:3]
    assert "2 wait for you" in dict(rows)["Issuing desk"]


def test_where_nothing_waits_a_sentence_says_so(ben, signed_in):
    assert "Nothing waits for you here." in signed_in(ben).get("/en/desk/").text


def test_the_desk_asks_the_database_as_often_for_much_as_for_little(college, ada, ben, person, signed_in):
    client, chan = signed_in(ben), person("Chan")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/desk/").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(12):
        put_there(college, ada, chan, f"{number:02}")
    assert asked() == few


def test_whoever_has_no_role_finds_their_own_things_and_no_notice_of_what_they_are_not(college, ada, person, signed_in):
    chan = person("Chan")
    put_there(college, ada, chan)
    HeldCredential.objects.create(holder=chan, content=b"{}", digest="x", received=clock.now())
    Case.objects.update(state="appealed")
    told = signed_in(chan).get("/en/desk/").text
    body = told.partition("<main")[2]

    assert 'class="empty' not in body
    assert body.index('class="choice"') < body.index("My cases") < body.index("You hold no role")
    assert "appealed" in body


def test_every_page_of_the_desk_names_who_is_signed_in_and_lets_them_sign_out(person, signed_in):
    client = signed_in(person("Chan"))
    for path in ("/en/desk/", "/en/passport/", "/en/cases/"):
        head = client.get(path).text.partition("<main")[0]
        assert "Chan" in head
        assert "logout" in head


def test_the_issuing_desk_lists_what_waits_for_approval_before_what_came_later(college, ada, ben, person, signed_in):
    put_there(college, ada, person("Chan"))
    Group.objects.create(organisation=college, title="draft", prepared_by=ada, prepared=clock.now())
    told = signed_in(ben).get("/en/desk/college/issuing/").text

    assert told.index(">group<") < told.index(">draft<")
