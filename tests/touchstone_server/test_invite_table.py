"""A table of people is looked at row by row, and invites each of them once."""

from __future__ import annotations

import base64
import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from touchstone.standards.exchange.tables import read_table
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server.access.requests import SESSION_METHODS, Refused, roles_of
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.organisations import inviting, services
from touchstone_server.organisations.invitees import MOST_ROWS, Invitee, invitees_from
from touchstone_server.organisations.models import Invitation

pytestmark = pytest.mark.django_db
ADDRESS = "/en/desk/college/members/table/"
HEAD = ("name", "email", "roles")
TWO = [
    HEAD,
    ("陳大文 CHAN Tai Man", "Taiman@Example.org", "teacher; 考评员"),
    ("LEI Sut Fan", "fan@example.org", "Docente"),
]


def people(*rows: tuple[str, ...]) -> tuple[Invitee, ...]:
    return invitees_from(read_table(write_workbook({"people": [HEAD, *rows]}), "people.xlsx"))


def links_in(page: str) -> list[str]:
    return re.findall(r"https?://\S+/desk/join/[^<\s]+", page)


@pytest.fixture
def college(organisation):
    return organisation("college")


@pytest.fixture
def administrator(member, college):
    return member("Ada", college, Role.ADMINISTRATOR)


class TestReading:
    def test_roles_are_understood_in_every_language_and_addresses_are_written_small(self):
        first, second = people(*TWO[1:])
        assert (first.email, first.roles) == ("taiman@example.org", {Role.TEACHER, Role.ASSESSOR})
        assert second.roles == {Role.TEACHER}

    @pytest.mark.parametrize(
        ("row", "problem", "detail"),
        [
            (("A", "not an address", "teacher"), "address", "not an address"),
            (("A", "", "teacher"), "address", ""),
            (("A", "a@example.org", ""), "no_role", ""),
            (("A", "a@example.org", "teacher; wizard"), "role", "wizard"),
            (("A123456(3)", "a@example.org", "teacher"), "identity_number", ""),
            (("A", "a@example.org", "teacher", "astray"), "cells", ""),
        ],
    )
    def test_what_is_wrong_with_a_row_is_told(self, row, problem, detail):
        (found,) = people(row)
        assert found.problem == problem
        assert detail in found.detail

    def test_a_row_that_would_run_as_a_formula_is_not_used(self):
        (found,) = invitees_from(read_table(b"name,email,roles\n=A1,a@example.org,teacher\n", "t.csv"))
        assert found.problem == "cells"

    def test_an_address_counts_once_in_a_table(self):
        _, again = people(("A", "a@example.org", "teacher"), ("B", "A@example.org", "mentor"))
        assert (again.problem, again.detail) == ("twice", "2")


class TestInviting:
    def test_the_same_table_again_invites_nobody(self, administrator, college, acting):
        actor, both = acting(administrator), people(*TWO[1:])
        assert len(inviting.invite_all(actor, college, both)) == 2
        assert {each.result for each in inviting.findings(actor, college, both)} == {"known"}
        assert inviting.invite_all(actor, college, both) == []
        assert Invitation.objects.count() == 2

    def test_an_invitation_whose_link_was_lost_is_withdrawn_and_made_anew(self, administrator, college, person, acting):
        actor, both = acting(administrator), people(*TWO[1:])
        first, _ = inviting.invite_all(actor, college, both)
        services.withdraw(actor, first.invited.invitation)
        with pytest.raises(services.InvitationError, match="expired"):
            services.accept(acting(person("Taiman")), first.invited.secret)
        assert [each.finding.invitee.email for each in inviting.invite_all(actor, college, both)] == [
            "taiman@example.org"
        ]

    def test_a_member_is_offered_the_roles_that_they_lack(self, administrator, college, member, acting):
        member("Ben", college, Role.TEACHER)
        (found,) = inviting.findings(acting(administrator), college, people(("", "ben@example.org", "teacher, mentor")))
        assert found.roles == (Role.MENTOR,)

    def test_nobody_invites_themselves_by_a_table(self, administrator, college, acting):
        EmailAddress.objects.create(user=administrator, email="ada@elsewhere.example", verified=True)
        own = people(("", "ada@example.org", "issuing officer"), ("", "ada@elsewhere.example", "issuing officer"))
        found = inviting.findings(acting(administrator), college, own)
        assert {(each.result, each.invitee.problem) for each in found} == {("refused", "yourself")}
        assert inviting.invite_all(acting(administrator), college, own) == []

    def test_an_invitation_elsewhere_does_not_count(self, administrator, college, organisation, member, acting):
        studio = organisation("studio")
        eve = acting(member("Eve", studio, Role.ADMINISTRATOR))
        services.invite(eve, studio, "fan@example.org", [Role.TEACHER])
        (found,) = inviting.findings(acting(administrator), college, people(TWO[2]))
        assert found.result == "ready"

    def test_all_are_invited_or_none(self, administrator, college, acting, monkeypatch):
        actor, both = acting(administrator), people(*TWO[1:])
        secrets = iter(("the only one",))
        monkeypatch.setattr(services.secrets, "token_urlsafe", lambda _: next(secrets))
        with pytest.raises(StopIteration):
            inviting.invite_all(actor, college, both)
        assert not Invitation.objects.exists()
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
    def test_only_an_administrator_invites(self, college, member, acting, role):
        with pytest.raises(Refused):
            inviting.invite_all(acting(member("Ben", college, role)), college, people(*TWO[1:]))

    def test_a_table_of_any_length_asks_the_database_as_often(self, administrator, college, acting):
        actor, counts = acting(administrator), set()
        for length in (1, MOST_ROWS):
            rows = people(*((f"N{each}", f"n{each}@example.org", "teacher") for each in range(length)))
            with CaptureQueriesContext(connection) as asked:
                inviting.findings(actor, college, rows)
            counts.add(len(asked))
        assert len(counts) == 1


class TestPages:
    def test_a_workbook_is_looked_at_then_invites_and_its_links_are_handed_out_as_a_table(
        self, administrator, college, person, signed_in, acting
    ):
        client = signed_in(administrator)
        book = SimpleUploadedFile("people.xlsx", write_workbook({"people": [*TWO, ("", "nobody", "teacher")]}))
        looked_at = client.post(ADDRESS, {"file": book, "do": "look"}).content.decode()
        assert "2 people can be invited" in looked_at
        assert "1 row is not used" in looked_at
        assert not Invitation.objects.exists(), "a look keeps nothing"
        again = html.unescape(re.search(r'name="again" value="([^"]+)"', looked_at)[1])
        answer = client.post(ADDRESS, {"again": again, "do": "invite"})
        page = answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        links = links_in(page)
        sheet = re.search(r'sheet;base64,([^"]+)"', page)[1]
        table = read_table(base64.b64decode(html.unescape(sheet)), "invitations.xlsx").sheet.rows
        assert [row.cells[1] for row in table[1:]] == ["taiman@example.org", "fan@example.org"]
        assert [row.cells[3] for row in table[1:]] == links
        fan = person("Fan")
        services.accept(acting(fan), links[1].rstrip("/").rsplit("/", 1)[1])
        assert roles_of(fan.id) == {college.id: {Role.TEACHER}}
        twice = client.post(ADDRESS, {"again": again, "do": "invite"}).content.decode()
        assert "0 invitations are made" in twice
        assert not links_in(twice)

    def test_rows_can_be_pasted_from_a_spreadsheet(self, administrator, college, signed_in):
        text = "\n".join("\t".join(row) for row in TWO)
        answer = signed_in(administrator).post(ADDRESS, {"text": text, "do": "look"})
        assert "2 people can be invited" in answer.content.decode()

    @pytest.mark.parametrize(
        "content",
        [b"", b"\x00\xff", b"PK\x03\x04 nonsense", b"age,height\n1,2", b"name,email\nA,a@example.org", b"name,email,roles\n",
         b"email,roles\n" + b"a@example.org,teacher\n" * 201, b"email,roles\n" + b"x" * 70_000, b"x" * 200_000],
    )  # fmt: skip
    def test_what_is_no_such_table_is_refused_in_a_sentence_and_nothing_is_kept(
        self, administrator, college, signed_in, content
    ):
        answer = signed_in(administrator).post(ADDRESS, {"file": SimpleUploadedFile("a.csv", content), "do": "invite"})
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(("role", "waits"), [("teacher", False), ("issuing_officer", True)])
    def test_the_links_of_roles_that_approve_say_that_they_wait(self, administrator, college, signed_in, role, waits):
        client, rows = signed_in(administrator), f"email,roles\na@example.org,{role}"
        looked_at = client.post(ADDRESS, {"text": rows, "do": "look"}).content.decode()
        again = looked_at.partition('name="again" value="')[2].partition('"')[0]
        told = client.post(ADDRESS, {"again": again, "do": "invite"}).content.decode()
        assert ("a second administrator agrees" in told) == waits

    def test_the_secrets_of_the_links_are_not_kept(self, administrator, college, signed_in):
        page = signed_in(administrator).post(ADDRESS, {"text": "email,roles\na@example.org,teacher", "do": "invite"})
        (secret,) = (link.rstrip("/").rsplit("/", 1)[1] for link in links_in(page.content.decode()))
        kept = [str(value) for row in Invitation.objects.values() for value in row.values()]
        kept += [str(each.detail) + each.thing for each in AuditEvent.objects.all()]
        assert not any(secret in value for value in kept)


def test_a_form_with_a_token_is_taken_though_the_token_was_read_before_it(administrator, college):
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(administrator)
    session = client.session
    session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(ADDRESS).content.decode())[1]

    answer = client.post(
        ADDRESS, {"text": "\n".join("\t".join(row) for row in TWO), "do": "look", "csrfmiddlewaretoken": token}
    )

    assert answer.status_code == 200
