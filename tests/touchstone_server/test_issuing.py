"""The issuing desk: nothing is signed without a second person, nothing twice, and what was revoked says so."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.touchstone_server.issuing_world import (
    ORIGIN,
    PASSPHRASE,
    QUALIFICATION,
    approved,
    draft_of,
    give_key,
    write_registry,
)
from touchstone.credentials.register import PublishedList, Reservation
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server import clock
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.codes import as_typed, of_bytes
from touchstone_server.issuing import drafting, keys, lists, roll, running, selectors, services, status
from touchstone_server.issuing.certificate_paper import certificate_pdf, check_code, paper_locale, paper_of, spaced
from touchstone_server.issuing.models import Certificate, Group, StatusChange, StatusList
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.language import BY_PATH

pytestmark = pytest.mark.django_db
Kind = StatusChange.Kind
FAULTY = (
    "Chan Tai Man,1,,2026-11-01,,,,DEMO-GD:bench=80",
    "Wong Ka Yan,1,,2026-11-01,,,,DEMO-GD:bench",
    "Lee,,x,bad,bad,,zz,DEMO-GD:nothing",
    "Ho,,,2026-11-02,2026-11-01,,,DEMO-GD:bench",
    "Au,,,2999-01-01,,,,DEMO-GD:bench",
    ",,,2026-11-01,,,,DEMO-GD:bench",
    "=cmd,,,,,,,DEMO-GD:bench",
    "Ng,,,,,,,DEMO-GD:bench;DEMO-GD:bench",
    "Sit,,,,,,,",
    "Ip,,,,,,9,DEMO-GD:bench;DEMO-GD:chain",
    "Yu,,,,,77,,DEMO-GD:bench",
    "110101199003070038,,,,,,,DEMO-GD:bench",
    "Ko,,,,,,,DEMO-GD:bench,more",
)
"""Rows of a table for the jeweller's qualification: the first can be issued, each of the others has another mistake."""


@pytest.fixture
def college(organisation, settings, tmp_path):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, PASSPHRASE
    settings.TOUCHSTONE_ADDRESS = ""
    college = organisation("college", region="GD")
    give_key(college)
    settings.TOUCHSTONE_TRUST = str(write_registry(college, tmp_path))
    return college


@pytest.fixture
def officer(member, college):
    return member("Olive", college, Role.ISSUING_OFFICER)


@pytest.fixture
def second(member, college):
    return member("Sam", college, Role.ISSUING_OFFICER)


@pytest.fixture
def teacher(member, college):
    return member("Tess", college, Role.TEACHER)


@pytest.fixture
def issue(college, teacher, second, acting):
    """Issue to those in a table and return their certificates, in its order."""

    def issue(table: str = "陳大文 CHAN Tai Man", **more) -> list[Certificate]:
        group = approved(college, acting(teacher), acting(second), table, **more)
        running.run(group.id)
        return [
            row.certificate for row in group.lines.select_related("certificate").order_by("number") if row.certificate
        ]

    return issue


def page_of(client, certificate: Certificate, language: str = "en") -> str:
    answer = client.get(f"/C/{certificate.short}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


class TestGroups:
    def test_what_a_teacher_prepares_an_officer_approves_and_a_worker_issues(self, issue, client):
        first, second = issue("name,awarded\nChan Tai Man,2026-11-01\nWong Ka Yan,2026-11-01", valid_months=60)
        assert (first.name, second.name) == ("Chan Tai Man", "Wong Ka Yan")
        assert "Valid" in page_of(client, first)
        assert Group.objects.get().state == Group.State.ISSUED

    def test_nobody_approves_what_they_prepared(self, college, officer, acting):
        group = services.prepare(acting(officer), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(officer), group)
        with pytest.raises(Refused, match="own_proposal"):
            services.approve(acting(officer), group)

    def test_whoever_hands_a_colleagues_draft_on_does_not_approve_it(self, college, officer, teacher, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(officer), group)
        with pytest.raises(Refused, match="own_proposal"):
            services.approve(acting(officer), group)

    def test_whoever_wrote_a_table_does_not_approve_it_when_another_hands_it_on(
        self, college, officer, teacher, acting
    ):
        group = services.prepare(acting(officer), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        with pytest.raises(Refused, match="own_proposal"):
            services.approve(acting(officer), group)

    def test_nobody_hands_on_a_table_in_which_they_stand(self, college, officer, teacher, acting):
        group = services.prepare(acting(officer), college, draft_of(college, "Tess"), ORIGIN)
        with pytest.raises(Refused, match="about_yourself"):
            services.hand_on(acting(teacher), group)

    @pytest.mark.parametrize("name", ["Sam", "SAM", "林森 Sam", "Sam (林森)"])
    def test_nobody_approves_a_certificate_for_themselves(self, college, teacher, second, acting, name):
        group = services.prepare(acting(teacher), college, draft_of(college, f"Chan Tai Man\n{name}"), ORIGIN)
        services.hand_on(acting(teacher), group)
        with pytest.raises(Refused, match="about_yourself"):
            services.approve(acting(second), group)

    def test_nobody_prepares_a_certificate_for_themselves(self, college, teacher, acting):
        with pytest.raises(Refused, match="about_yourself"):
            services.prepare(acting(teacher), college, draft_of(college, "Tess"), ORIGIN)

    def test_an_approval_needs_a_second_factor(self, college, teacher, second, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        with pytest.raises(Refused, match="second_factor"):
            services.approve(acting(second, strong=False), group)

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ISSUING_OFFICER, Role.TEACHER}))
    def test_other_roles_prepare_nothing(self, college, member, acting, role):
        with pytest.raises(Refused):
            services.prepare(acting(member("Otto", college, role)), college, draft_of(college, "Chan"), ORIGIN)

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ISSUING_OFFICER}))
    def test_other_roles_approve_nothing(self, college, teacher, member, acting, role):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        with pytest.raises(Refused):
            services.approve(acting(member("Otto", college, role)), group)

    def test_a_form_that_is_sent_twice_makes_one_group(self, college, teacher, acting):
        draft = draft_of(college, "Chan Tai Man")
        first = services.prepare(acting(teacher), college, draft, ORIGIN)
        assert services.prepare(acting(teacher), college, draft, ORIGIN) == first
        assert Group.objects.count() == 1

    def test_a_form_of_another_organisation_stands_in_nobodys_way(self, college, teacher, organisation, member, acting):
        draft, studio = draft_of(college, "Chan Tai Man"), organisation("studio", region="GD")
        give_key(studio)
        one = services.prepare(acting(teacher), college, draft, ORIGIN)
        wanted = draft_of(studio, "Ho Mei")._replace(form=draft.form)
        other = services.prepare(acting(member("Tom", studio, Role.TEACHER)), studio, wanted, ORIGIN)
        assert (one.organisation, other.organisation) == (college, studio)

    def test_a_row_with_mistakes_is_left_out_and_told_with_its_cell(self, college, teacher, acting):
        table = "name,awarded\nChan Tai Man,2026-11-01\nWong Ka Yan,tomorrow\n,2026-11-01"
        group = services.prepare(acting(teacher), college, draft_of(college, table), ORIGIN)
        assert list(group.lines.order_by("number").values_list("result", flat=True)) == ["ready", "refused", "refused"]
        (error,) = group.lines.get(number=3).errors
        assert error["column"] == "B (awarded)"
        assert "tomorrow" in error["found"]

    def test_two_people_of_one_name_get_a_certificate_each(self, issue):
        (first,) = issue("Chan Tai Man")
        namesake, other = issue("Chan Tai Man\nWong Ka Yan")
        assert len({first.id, namesake.id, other.id}) == Certificate.objects.count() == 3

    def test_a_learner_who_is_known_by_a_key_gets_no_second_certificate(self, issue):
        (first,) = issue("name,key\nChan Tai Man,S-17")
        again, fresh = issue("name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18")
        assert again == first
        assert fresh != first
        assert Certificate.objects.count() == 2

    def test_a_key_of_somebody_else_is_refused_and_leads_to_nobodys_certificate(self, issue, college, teacher, acting):
        (first,) = issue("name,key\nChan Tai Man,S-17")
        group = services.prepare(acting(teacher), college, draft_of(college, "name,key\nWong Ka Yan,S-17"), ORIGIN)
        row = group.lines.get()
        assert (row.result, row.certificate) == ("refused", None)
        assert row.errors[0]["found"] == spaced(first.short)

    def test_whoever_lost_a_certificate_can_be_issued_another(self, issue, officer, second, acting):
        for table in ("Chan Tai Man", "name,key\nWong Ka Yan,S-17"):
            (lost,) = issue(table)
            status.decide(
                acting(second), status.propose(acting(officer), lost, Kind.REVOKE, "forged papers"), approved=True
            )
            (fresh,) = issue(table)
            assert (fresh == lost, fresh.state) == (False, "good")

    @pytest.mark.parametrize("table", ["Chan Tai Man\nWong Ka Yan", "name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18"])
    def test_who_has_such_a_certificate_already_is_confirmed_before_it_is_handed_on(
        self, issue, college, teacher, acting, table
    ):
        issue(table.rpartition("\n")[0])
        group = services.prepare(acting(teacher), college, draft_of(college, table), ORIGIN)
        with pytest.raises(services.GroupError, match="unconfirmed"):
            services.hand_on(acting(teacher), group)
        services.hand_on(acting(teacher), group, confirmed=True)

    def test_a_certificate_that_was_to_be_kept_and_is_revoked_keeps_its_group_from_being_approved(
        self, issue, college, teacher, officer, second, acting
    ):
        (kept,) = issue("name,key\nChan Tai Man,S-17")
        table = "name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18"
        group = services.prepare(acting(teacher), college, draft_of(college, table), ORIGIN)
        services.hand_on(acting(teacher), group, confirmed=True)
        status.decide(
            acting(second), status.propose(acting(officer), kept, Kind.REVOKE, "forged papers"), approved=True
        )
        with pytest.raises(services.GroupError, match="outdated"):
            services.approve(acting(second), group)

    def test_of_two_groups_with_one_key_the_second_to_be_issued_tells_it(self, college, teacher, second, acting):
        groups = [
            approved(college, acting(teacher), acting(second), "name,key\nChan Tai Man,S-17\nWong Ka Yan,")
            for _ in range(2)
        ]
        for group in groups:
            running.run(group.id)
        assert [list(each.lines.order_by("number").values_list("result", flat=True)) for each in groups] == [
            ["issued", "issued"], ["refused", "issued"],
        ]  # fmt: skip

    def test_the_database_gives_no_second_certificate_to_a_learner(self, issue):
        first, other = issue("name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18")
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=other.pk).update(known_as=first.known_as)

    def test_the_table_goes_when_each_certificate_has_its_row(self, issue):
        (certificate,) = issue("Chan Tai Man")
        assert bytes(Group.objects.get().table) == b""
        assert json.loads(certificate.learner)["name"] == "Chan Tai Man"

    def test_looking_at_a_draft_writes_nothing(self, college, teacher, acting, signed_in):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        with CaptureQueriesContext(connection) as found:
            signed_in(teacher).get(f"/en/desk/college/issuing/groups/{group.id}/")
        written = [each["sql"] for each in found if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not [each for each in written if "issuing_" in each]

    def test_one_number_of_a_learner_may_stand_for_two_qualifications(self, issue):
        (first,) = issue("name,key\nChan Tai Man,S-17")
        (second,) = issue("name,key\nChan Tai Man,S-17", qualification=QUALIFICATION.replace("maker-3", "maker-5"))
        assert first != second

    def test_a_thousand_rows_are_issued_each_with_its_own_place(self, issue):
        found = issue("\n".join(["name,key", *(f"Learner {each},{each}" for each in range(1000))]))
        assert len({each.short for each in found}) == len({each.index for each in found}) == 1000

    def test_what_was_done_stands_in_the_audit_log_without_a_name(self, issue):
        issue("Chan Tai Man")
        said = list(AuditEvent.objects.values_list("action", flat=True))
        assert said == ["groups.prepare", "groups.hand_on", "groups.approve", "groups.issued"]
        assert not any("Chan" in f"{each.thing}{each.detail}" for each in AuditEvent.objects.all())

    def test_without_the_passphrase_nothing_is_approved(self, college, teacher, second, acting, settings):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        settings.TOUCHSTONE_PASSPHRASE = ""
        with pytest.raises(keys.KeysUnavailableError, match="locked"):
            services.approve(acting(second), group)

    def test_a_worker_without_the_passphrase_says_so_and_goes_on_when_it_has_it(
        self, college, teacher, second, acting, settings
    ):
        group = approved(college, acting(teacher), acting(second), "Chan Tai Man")
        settings.TOUCHSTONE_PASSPHRASE = ""
        running.run(group.id)
        group.refresh_from_db()
        assert (group.state, group.problem) == (Group.State.APPROVED, "key_locked")
        settings.TOUCHSTONE_PASSPHRASE = PASSPHRASE
        services.resume(acting(second), group)
        running.run(group.id)
        group.refresh_from_db()
        assert (group.state, group.problem) == (Group.State.ISSUED, "")

    def test_a_group_that_moves_is_not_handed_out_twice(self, college, teacher, second, acting):
        group = approved(college, acting(teacher), acting(second), "Chan Tai Man")
        with pytest.raises(services.GroupError, match="running"):
            services.resume(acting(second), group)

    def test_running_a_group_again_changes_nothing(self, issue):
        (first,) = issue()
        running.run(Group.objects.get().id)
        assert bytes(Certificate.objects.get().document) == bytes(first.document)


class TestRegister:
    def reservation(self, key: str = "a", index: int = 1) -> Reservation:
        return Reservation(
            key=key, request="r", id=f"urn:{key}", created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), method="m#m",
            status=PublishedList(url="https://node.example/status/x"), index=index,
        )  # fmt: skip

    def test_a_reservation_comes_back_as_it_was(self, college):
        register = DatabaseRegister(college, lock=True)
        register.reserve([self.reservation()])
        assert register.reservation("a") == self.reservation()
        assert register.issued("a") is None
        assert ("https://node.example/status/x", 1) in register.taken

    @pytest.mark.parametrize("twice", [("a", 2), ("b", 1)], ids=["key", "place"])
    def test_the_database_gives_no_key_and_no_place_twice(self, college, twice):
        register = DatabaseRegister(college, lock=True)
        register.reserve([self.reservation()])
        with pytest.raises(IntegrityError), transaction.atomic():
            register.reserve([self.reservation(*twice)])

    def test_a_place_that_was_let_go_of_stays_taken(self, college):
        register = DatabaseRegister(college, lock=True)
        register.reserve([self.reservation()])
        register.void(["a"])
        assert register.reservation("a") is None
        assert ("https://node.example/status/x", 1) in register.taken

    def test_what_is_issued_is_never_overwritten(self, college):
        register = DatabaseRegister(college, lock=True)
        register.reserve([self.reservation()])
        register.store([("a", b"one")])
        with pytest.raises(AssertionError):
            register.store([("a", b"two")])
        assert register.issued("a") == b"one"

    def test_a_number_is_read_however_it_is_typed(self):
        assert as_typed("o1il-abcd") == "0111ABCD"
        assert of_bytes(bytes([0xFF, 0x00])) == "ZW0"
        assert spaced("0123456789ABCDEF") == "0123-4567-89AB-CDEF"


class TestStatus:
    @pytest.fixture
    def certificate(self, issue):
        return issue()[0]

    @pytest.fixture
    def change(self, officer, second, acting, certificate):
        def change(kind: Kind, of: Certificate = certificate, **more) -> Certificate:
            proposed = status.propose(acting(officer), of, kind, "the marks were mixed up", **more)
            status.decide(acting(second), proposed, approved=True)
            of.refresh_from_db()
            return of

        return change

    @pytest.mark.parametrize(
        ("language", "word"), [("en", "Revoked"), ("zh-HK", "已撤銷"), ("zh-CN", "已撤销"), ("pt", "Revogado")]
    )
    def test_the_page_of_a_revoked_certificate_says_so(self, certificate, change, client, language, word):
        assert f'<h1 class="word">{word}' not in page_of(client, certificate, language)
        change(Kind.REVOKE)
        assert f'<h1 class="word">{word}' in page_of(client, certificate, language)

    def test_a_suspension_can_be_lifted_and_a_revocation_cannot(self, certificate, change, client):
        change(Kind.SUSPEND)
        assert '<h1 class="word">Suspended' in page_of(client, certificate)
        change(Kind.REINSTATE)
        assert '<h1 class="word">Valid' in page_of(client, certificate)
        change(Kind.REVOKE)
        with pytest.raises(status.StatusError, match="state"):
            change(Kind.REINSTATE)

    def test_a_proposal_alone_changes_nothing(self, certificate, officer, acting, client):
        status.propose(acting(officer), certificate, Kind.REVOKE, "the marks were mixed up")
        assert '<h1 class="word">Valid' in page_of(client, certificate)

    def test_nobody_approves_their_own_proposal(self, certificate, officer, acting):
        proposed = status.propose(acting(officer), certificate, Kind.REVOKE, "the marks were mixed up")
        with pytest.raises(Refused, match="own_proposal"):
            status.decide(acting(officer), proposed, approved=True)

    def test_nobody_decides_about_a_certificate_of_their_own(self, issue, member, college, officer, acting):
        (own,) = issue("Sam Two")
        sam = member("Sam Two", college, Role.ISSUING_OFFICER)
        with pytest.raises(Refused, match="about_yourself"):
            status.propose(acting(sam), own, Kind.REVOKE, "why not")
        proposed = status.propose(acting(officer), own, Kind.REVOKE, "the marks were mixed up")
        with pytest.raises(Refused, match="about_yourself"):
            status.decide(acting(sam), proposed, approved=True)

    def test_nobody_gives_a_certificate_their_own_name(self, issue, member, college, officer, second, acting):
        (certificate,) = issue("Olivia")  # a letter or two from Olive, who proposes
        with pytest.raises(Refused, match="about_yourself"):
            status.propose(acting(officer), certificate, Kind.REISSUE, "a slip", {"name": "Olive"})
        olivier = member("Olivier", college, Role.ISSUING_OFFICER)
        proposed = status.propose(acting(officer), certificate, Kind.REISSUE, "a slip", {"name": "Olivier"})
        with pytest.raises(Refused, match="about_yourself"):
            status.decide(acting(olivier), proposed, approved=True)
        status.decide(acting(second), proposed, approved=True)

    def test_somebody_elses_name_is_no_correction(self, certificate, officer, acting):
        with pytest.raises(status.StatusError, match="somebody_else"):
            status.propose(acting(officer), certificate, Kind.REISSUE, "a slip", {"name": "王嘉欣 WONG Ka Yan"})

    def test_a_group_hands_out_what_was_issued_anew_and_not_what_it_replaced(self, certificate, change):
        change(Kind.REISSUE, correction={"name": "陳大明 CHAN Tai Ming"})
        (row,) = certificate.group.lines.all()
        assert (row.certificate, row.name) == (certificate.replaced_by, "陳大明 CHAN Tai Ming")

    def test_a_declined_proposal_changes_nothing_and_makes_way_for_another(
        self, certificate, officer, second, acting, client
    ):
        proposed = status.propose(acting(officer), certificate, Kind.REVOKE, "the marks were mixed up")
        with pytest.raises(status.StatusError, match="waiting"):
            status.propose(acting(officer), certificate, Kind.SUSPEND, "perhaps")
        status.decide(acting(second), proposed, approved=False)
        assert '<h1 class="word">Valid' in page_of(client, certificate)
        status.propose(acting(officer), certificate, Kind.SUSPEND, "perhaps")

    def test_a_proposal_is_decided_once(self, certificate, officer, second, acting):
        proposed = status.propose(acting(officer), certificate, Kind.REVOKE, "the marks were mixed up")
        status.decide(acting(second), proposed, approved=True)
        with pytest.raises(status.StatusError, match="decided"):
            status.decide(acting(second), proposed, approved=False)

    def test_a_new_issue_corrects_the_name_and_revokes_the_old_one(self, certificate, change, client):
        change(Kind.REISSUE, correction={"name": "陳大明 CHAN Tai Ming"})
        successor = certificate.replaced_by
        assert '<h1 class="word">Revoked' in page_of(client, certificate)
        assert successor.short in page_of(client, certificate)
        assert "Tai Ming" in page_of(client, successor)
        assert '<h1 class="word">Valid' in page_of(client, successor)

    def test_a_correction_that_no_certificate_can_hold_is_refused(self, certificate, officer, acting):
        with pytest.raises(status.StatusError, match="correction"):
            status.propose(acting(officer), certificate, Kind.REISSUE, "the holder moved", {"holder": "not a DID"})

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ISSUING_OFFICER}))
    def test_other_roles_propose_nothing(self, certificate, member, college, acting, role):
        with pytest.raises(Refused):
            status.propose(acting(member("Otto", college, role)), certificate, Kind.REVOKE, "why not")

    def test_without_a_key_a_revocation_is_not_half_done(self, certificate, officer, second, acting, settings):
        proposed = status.propose(acting(officer), certificate, Kind.REVOKE, "the marks were mixed up")
        settings.TOUCHSTONE_PASSPHRASE = ""
        with pytest.raises(keys.KeysUnavailableError):
            status.decide(acting(second), proposed, approved=True)
        certificate.refresh_from_db()
        proposed.refresh_from_db()
        assert (certificate.state, proposed.state) == ("good", "waiting")


class TestLists:
    def test_the_lists_that_a_certificate_names_are_published_at_those_addresses(self, issue, client):
        (certificate,) = issue()
        entries = json.loads(bytes(certificate.document))["credentialStatus"]
        assert [each["statusPurpose"] for each in entries] == ["revocation", "suspension"]
        for entry in entries:
            answer = client.get(entry["statusListCredential"].removeprefix(ORIGIN))
            assert answer.json()["id"] == entry["statusListCredential"]
            assert "max-age=300" in answer["Cache-Control"]
            assert not answer.cookies
            same = client.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]})
            assert same.status_code == 304

    def test_a_list_is_signed_anew_before_it_grows_stale(self, issue, client):
        issue()
        old = timezone.now() - dt.timedelta(days=2)
        StatusList.objects.update(signed=old)
        kept = StatusList.objects.first()
        client.get(f"/status/{kept.name}")
        kept.refresh_from_db()
        assert kept.signed > old + dt.timedelta(days=1)

    def test_a_list_that_is_signed_while_somebody_asks_answers_them(self, issue, client, monkeypatch):
        (certificate,) = issue()
        asked = timezone.now().replace(microsecond=0) - dt.timedelta(seconds=3)
        monkeypatch.setattr(clock, "now", lambda: asked)
        StatusList.objects.update(signed=timezone.now() - dt.timedelta(days=2))
        assert '<h1 class="word">Valid' in page_of(client, certificate)

    def test_a_list_that_cannot_be_signed_is_handed_out_as_it_is(self, issue, client, settings):
        issue()
        StatusList.objects.update(signed=timezone.now() - dt.timedelta(days=2))
        settings.TOUCHSTONE_PASSPHRASE = ""
        kept = StatusList.objects.first()
        assert client.get(f"/status/{kept.name}").content == bytes(kept.document)

    def test_a_new_key_takes_over_and_old_certificates_count_on(
        self, organisation, issue, client, college, settings, tmp_path
    ):
        keys.key_file(college).unlink()
        give_key(college, "did:web:college.example")
        (first,) = issue()
        keys.make_key(college, timezone.now().replace(microsecond=0))
        (second,) = issue("Wong Ka Yan")
        settings.TOUCHSTONE_TRUST = str(write_registry(college, tmp_path))
        methods = {json.loads(bytes(each.document))["proof"]["verificationMethod"] for each in (first, second)}
        assert len(methods) == 2
        assert all('<h1 class="word">Valid' in page_of(client, each) for each in (first, second))
        signed = {json.loads(bytes(each.document))["proof"]["verificationMethod"] for each in StatusList.objects.all()}
        assert signed == {keys.public_half(college).verification_method}

    def test_an_issuer_who_is_its_key_gets_no_other(self, college):
        with pytest.raises(keys.KeysUnavailableError, match="own"):
            keys.make_key(college, timezone.now())


class TestKeys:
    def test_where_real_people_are_a_key_in_a_file_is_refused_unless_it_is_meant(self, college, settings):
        settings.TOUCHSTONE_ADDRESS, settings.TOUCHSTONE_DEMO = "https://node.example", False
        with pytest.raises(keys.KeysUnavailableError, match="refused"):
            keys.signer_of(college)
        settings.TOUCHSTONE_KEY_FILES = True
        assert keys.signer_of(college).controller == college.issuer

    def test_a_wrong_passphrase_is_told(self, college, settings):
        settings.TOUCHSTONE_PASSPHRASE = "another"
        with pytest.raises(keys.KeysUnavailableError, match="wrong"):
            keys.signer_of(college)

    def test_a_damaged_file_is_told(self, college):
        keys.key_file(college).write_text("{}")
        with pytest.raises(keys.KeysUnavailableError, match="damaged"):
            keys.signer_of(college)


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


class TestPages:
    def base(self, college) -> str:
        return f"/en/desk/{college.slug}/issuing/"

    def form(self, college, **more):
        draft = draft_of(college, "Chan Tai Man")
        said = {
            "id": str(draft.form), "title": "Class of 2026", "qualification": draft.wanted.qualification.id,
            "assurance": "provider_assessed", "text": "Chan Tai Man",
        }  # fmt: skip
        return said | more

    def test_from_the_form_to_the_certificate_by_two_people(
        self, college, teacher, second, signed_in, django_capture_on_commit_callbacks
    ):
        made = signed_in(teacher).post(self.base(college) + "new/", self.form(college))
        address = made["Location"]
        assert "1 certificate can be issued" in signed_in(teacher).get(address).content.decode()
        signed_in(teacher).post(address, {"do": "hand_on"})
        assert signed_in(teacher).post(address, {"do": "approve"}).status_code in (403, 404)
        assert 'value="approve"' in signed_in(second).get(address).content.decode()
        signed_in(second).post(address, {"do": "approve"})
        resting = signed_in(second).get(address)
        assert "Refresh" not in resting, "a page moves for those alone who have asked it to"
        assert 'href="?watch=1' in resting.content.decode()
        watched = signed_in(second).get(address + "?watch=1")
        assert int(watched["Refresh"]) >= 20
        assert 'href="?"' in watched.content.decode(), "and they can stop it"
        running.run(Group.objects.get().id)
        assert "1 certificate is issued" in signed_in(second).get(address).content.decode()

    def test_a_bad_workbook_is_refused_in_a_sentence_and_nothing_is_kept(self, college, teacher, signed_in):
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = signed_in(teacher)
        for content, name in [
            (b"PK\x03\x04 nonsense", "a.xlsx"), (b"\x00\xff\xfe", "a.csv"), (b"age,height\n1,2", "a.csv"),
            (b"name\n", "a.csv"), (b"PK\x03\x04", "a.csv"),
        ]:  # fmt: skip
            form = self.form(college, text="", file=SimpleUploadedFile(name, content))
            answer = client.post(self.base(college) + "new/", form)
            assert answer.status_code == 400, name
            assert 'class="told no"' in answer.content.decode(), content
        assert not Group.objects.exists()

    def test_a_workbook_tells_its_mistakes_with_their_cells(self, college, teacher, signed_in):
        from django.core.files.uploadedfile import SimpleUploadedFile

        rows = [["姓名", "颁发日期"], ["陈大文", "2026-11-01"], ["王嘉欣", "明天"], ["李小明 110101199003070038", ""]]
        book = write_workbook({"learners": rows})
        form = self.form(college, text="", file=SimpleUploadedFile("learners.xlsx", book))
        made = signed_in(teacher).post(self.base(college) + "new/", form)
        page = signed_in(teacher).get(made["Location"]).content.decode()
        assert "<strong>B · Awarded on</strong>: <span>This is no date." in page
        assert "<strong>A · Name</strong>: <span>This looks like an identity number." in page
        assert "110101199003070038" not in page

    @pytest.mark.parametrize("locale", list(BY_PATH))
    def test_whatever_is_wrong_with_a_row_is_told_in_the_readers_language(
        self, college, teacher, acting, signed_in, locale
    ):
        rows = ["name,key,holder,awarded,until,level,score,units", *FAULTY]
        group = services.prepare(acting(teacher), college, draft_of(college, "\n".join(rows)), ORIGIN)
        assert set(group.lines.values_list("result", flat=True)) == {"ready", "refused"}
        page = signed_in(teacher).get(f"/{locale}/desk/college/issuing/groups/{group.id}/").content.decode()
        assert page.count('<p class="small"><strong>') >= len(FAULTY) - 1
        assert '<span lang="en">The' not in page
        assert 'lang="en">the ' not in page

    @pytest.mark.parametrize("region", ["GD", "HK", "MO"])
    def test_the_table_to_fill_in_of_every_qualification_passes_as_it_is(
        self, organisation, member, acting, signed_in, settings, tmp_path, region
    ):
        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, PASSPHRASE
        school = organisation("school", region=region)
        give_key(school)
        teacher = member("Tara", school, Role.TEACHER)
        client = signed_in(teacher)
        page = client.get("/en/desk/school/issuing/new/").content.decode()
        for each in drafting.offered(school):
            answer = client.get("/zh-hant-hk/desk/school/issuing/new/learners.xlsx", {"of": each.id})
            table = drafting.table_from(answer.content, "learners.xlsx")
            group = draft_of(school, table[0], name=table[1], qualification=each.id)
            made = services.prepare(acting(teacher), school, group, ORIGIN)
            assert list(made.lines.values_list("result", flat=True)) == ["ready"], each.id
            assert made.left_out == []
            assert all(f'<dt class="mono">{code}</dt>' in page for code in drafting.template_in(made).unit_ids)

    @pytest.mark.parametrize("qualification", ["maker-3", "maker-5"])
    def test_the_example_of_the_form_passes_as_it_is(self, college, teacher, signed_in, qualification):
        client = signed_in(teacher)
        shown = client.get(self.base(college) + "new/").content.decode()
        sample = shown.partition('<pre class="mono">')[2].partition("</pre>")[0]
        form = self.form(college, text=sample, qualification=QUALIFICATION.replace("maker-3", qualification))
        made = client.post(self.base(college) + "new/", form)
        assert "2 certificates can be issued" in client.get(made["Location"]).content.decode()

    def test_columns_that_are_not_taken_are_named(self, college, teacher, signed_in):
        client = signed_in(teacher)
        text = "name,hkid,id number,email\nChan Tai Man,,,chan@example.org"
        page = client.get(client.post(self.base(college) + "new/", self.form(college, text=text))["Location"])
        assert '<span class="mono">hkid, id number, email</span>' in page.content.decode()

    def test_a_table_of_which_nothing_can_be_issued_is_mended_where_it_was_begun(self, college, teacher, signed_in):
        client = signed_in(teacher)
        made = client.post(
            self.base(college) + "new/", self.form(college, text="name,awarded\nChan Tai Man,soon", valid_months="24")
        )
        page, draft = client.get(made["Location"]).content.decode(), Group.objects.get()
        assert 'value="hand_on"' not in page
        assert f"?again={draft.id}" in page
        form = client.get(f"{self.base(college)}new/", {"again": draft.id}).content.decode()
        assert all(each in form for each in ("Class of 2026", "Chan Tai Man,soon", 'value="24"', str(draft.id)))
        mended = self.form(college, text="name,awarded\nChan Tai Man,2026-11-01", instead=str(draft.id))
        client.post(self.base(college) + "new/", mended)
        assert Group.objects.get().lines.get().result == "ready"

    def test_what_was_handed_on_is_not_replaced(self, college, teacher, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        services.prepare(acting(teacher), college, draft_of(college, "Wong Ka Yan", instead=group.id), ORIGIN)
        assert Group.objects.filter(pk=group.pk, state="waiting").exists()

    def test_nobody_replaces_a_draft_of_another(self, college, teacher, officer, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.prepare(acting(officer), college, draft_of(college, "Wong Ka Yan", instead=group.id), ORIGIN)
        assert Group.objects.filter(pk=group.pk).exists()

    def test_whoever_approves_sees_every_row_and_the_terms_and_in_the_end_who_did_what(
        self, college, teacher, officer, second, acting, signed_in
    ):
        table = "name,awarded\n" + "\n".join(f"Learner {each:03},2026-11-01" for each in range(80))
        group = services.prepare(
            acting(teacher), college, draft_of(college, table, valid_months=24, shown=("dates",)), ORIGIN
        )
        services.hand_on(acting(officer), group)
        client, address = signed_in(second), f"{self.base(college)}groups/{group.id}/"
        pages = [client.get(f"{address}?page={each}").content.decode() for each in (1, 2)]
        seen = "".join(page.partition('id="rows"')[2] for page in pages)
        assert all(f"Learner {each:03}" in seen for each in range(80))
        assert seen.count("Awarded on: 1 November 2026") == 80
        assert all(told in pages[0] for told in ("24 months from the day of award", "a training provider", "· dates"))
        assert client.get(f"{address}table").content == table.encode()
        services.approve(acting(second), group)
        running.run(group.id)
        done = client.get(f"{address}?page=2").content.decode()
        for said, name in (("Prepared by", "Tess"), ("Sent for approval by", "Olive"), ("Approved by", "Sam")):
            assert re.search(f"<dt>{said}</dt><dd>(<[^>]+>)?{name}(<[^>]+>)? · <time", done)
        assert "Learner 079" in done
        assert client.get(f"{address}table").status_code == 404

    def test_a_group_takes_the_same_queries_however_many_it_has(self, college, teacher, acting, signed_in):
        client, counts = signed_in(teacher), []
        for count in (2, 80):
            names = "\n".join(f"Learner {count} {each}" for each in range(count))
            group = services.prepare(acting(teacher), college, draft_of(college, names), ORIGIN)
            with CaptureQueriesContext(connection) as found:
                client.get(f"{self.base(college)}groups/{group.id}/")
            counts.append(len(found))
        assert counts[0] == counts[1]

    def test_a_certificate_that_is_known_is_shown_with_its_number_before_it_counts_for_another_row(
        self, college, issue, teacher, acting, signed_in
    ):
        (known,) = issue("name,key\nChan Tai Man,S-17")
        table = "name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18"
        group = services.prepare(acting(teacher), college, draft_of(college, table), ORIGIN)
        client, address = signed_in(teacher), f"{self.base(college)}groups/{group.id}/"
        assert known.short in client.get(address).content.decode().partition('id="look"')[2]
        assert client.post(address, {"do": "hand_on"}).status_code == 400
        assert client.post(address, {"do": "hand_on", "confirmed": "on"}).status_code == 302

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
    def test_a_large_body_that_is_no_form_of_ours_is_told_so(self, college, teacher, signed_in, method, kind):
        answer = signed_in(teacher).generic(
            method, self.base(college) + "new/", b"x" * (1024 * 1024 + 10), content_type=kind
        )
        assert answer.status_code == 400

    def test_a_length_that_is_no_number_is_told_so(self, college, teacher, signed_in):
        answer = signed_in(teacher).get(self.base(college) + "new/", CONTENT_LENGTH="many")
        assert answer.status_code == 400

    def test_a_proposal_is_not_declined_by_saying_nothing(self, college, issue, officer, second, acting, signed_in):
        change = status.propose(acting(officer), issue()[0], Kind.REVOKE, "the marks were mixed up")
        assert signed_in(second).post(f"{self.base(college)}changes/{change.id}/").status_code == 409
        change.refresh_from_db()
        assert change.state == "waiting"

    def test_an_officer_gives_the_holder_of_one_certificate_a_code(self, college, issue, officer, teacher, signed_in):
        address = f"{self.base(college)}certificates/{issue()[0].id}/"
        assert "code/" in signed_in(officer).get(address).content.decode()
        answer = signed_in(officer).post(f"{address}code/")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        assert re.search(r"<strong>(\w{5}-\w{5}-\w{5})</strong>", answer.content.decode())
        assert "code/" not in signed_in(teacher).get(address).content.decode()
        assert signed_in(teacher).post(f"{address}code/").status_code == 404

    def test_certificates_stand_with_their_groups_the_newest_first_by_name(self, college, issue, teacher, acting):
        for names in ("Wong Ka Yan\nChan Tai Man", "Lee Mei\nAu Ka Ho"):
            issue(names)
        found = selectors.certificates(acting(teacher), college)
        assert [each.name for each in found] == ["Au Ka Ho", "Lee Mei", "Chan Tai Man", "Wong Ka Yan"]

    @pytest.mark.parametrize("wanted", ["歐陽", "欧阳", "jose", "JOSÉ", "ao ieong", "K-040"])
    def test_a_certificate_is_found_however_its_name_is_typed_and_by_the_schools_number(
        self, college, issue, teacher, signed_in, wanted
    ):
        issue("name,key\n歐陽𨭎 AO IEONG Sai José,K-040\nWong Ka Yan,K-041")
        page = signed_in(teacher).get(f"{self.base(college)}certificates/", {"q": wanted}).content.decode()
        assert "IEONG" in page
        assert "Wong Ka Yan" not in page

    def test_who_issues_nothing_has_no_issuing_desk(self, college, organisation, member, signed_in):
        body = organisation("body", kind="authority")
        client = signed_in(member("Ada", body, Role.ADMINISTRATOR, Role.RECOGNITION_OFFICER))
        page = client.get("/en/desk/").content.decode()
        assert "/en/desk/body/issuing/" not in page
        assert "/en/desk/body/members/" in page
        assert (
            "/en/desk/college/issuing/"
            in signed_in(member("Amy", college, Role.ADMINISTRATOR)).get("/en/desk/").content.decode()
        )

    def test_whoever_may_make_no_group_is_told_who_does(self, college, member, signed_in):
        page = signed_in(member("Ada", college, Role.ADMINISTRATOR)).get(self.base(college)).content.decode()
        assert "Teachers and issuing officers" in page
        assert "Make one from a table" not in page

    def test_a_file_beyond_the_bound_is_told_so(self, college, teacher, signed_in):
        from django.core.files.uploadedfile import SimpleUploadedFile

        form = self.form(college, text="", file=SimpleUploadedFile("a.csv", b"name\n" + b"x" * 1_100_000))
        answer = signed_in(teacher).post(self.base(college) + "new/", form)
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.content.decode()

    def test_a_group_beyond_the_bound_is_told_so(self, college, teacher, signed_in, monkeypatch):
        monkeypatch.setattr(drafting, "MOST_ROWS", 2)
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college, text="Chan\nWong\nLee"))
        assert answer.status_code == 400
        assert "at most 2 learners" in answer.content.decode()

    def test_a_form_without_learners_says_so(self, college, teacher, signed_in):
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college, text=" "))
        assert answer.status_code == 400
        assert "type at least one name" in answer.content.decode()

    def test_without_a_key_the_form_says_what_is_missing(self, college, teacher, signed_in):
        keys.key_file(college).unlink()
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college))
        assert "touchstone-node key" in answer.content.decode()

    def test_another_organisations_desk_is_not_even_there(self, college, issue, organisation, member, signed_in):
        issue()
        stranger = member("Zoe", organisation("studio"), Role.ISSUING_OFFICER)
        group, certificate = Group.objects.get(), Certificate.objects.get()
        client = signed_in(stranger)
        for slug in ("college", "studio"):
            for rest in (
                f"groups/{group.id}/", f"groups/{group.id}/certificates.zip", f"certificates/{certificate.id}/",
                f"certificates/{certificate.id}/certificate.pdf", f"certificates/{certificate.id}/certificate.json",
            ):  # fmt: skip
                assert client.get(f"/en/desk/{slug}/issuing/{rest}").status_code == 404

    def test_a_mentor_sees_no_issuing_desk(self, college, member, signed_in):
        assert signed_in(member("Mo", college, Role.MENTOR)).get(self.base(college)).status_code == 404

    def test_a_certificate_is_revoked_by_two_officers_on_its_page(self, college, issue, officer, second, signed_in):
        (certificate,) = issue()
        address = f"{self.base(college)}certificates/{certificate.id}/"
        said = {"kind": "revoke", "reason": "The marks were mixed up"}
        assert signed_in(officer).post(address, said).status_code == 302
        change = StatusChange.objects.get()
        decide = f"{self.base(college)}changes/{change.id}/"
        assert "second issuing officer" in signed_in(officer).get(address).content.decode()
        assert signed_in(officer).post(decide, {"do": "approve"}).status_code == 403
        number = spaced(certificate.short)
        for typed in ({}, {"typed": "yes"}):
            unsure = signed_in(second).post(decide, {"do": "approve", **typed})
            assert unsure.status_code == 400
            assert f"Type {number} to confirm" in unsure.content.decode()
        assert "Revoked" not in signed_in(second).get(address).content.decode()
        assert signed_in(second).post(decide, {"do": "approve", "typed": number.lower()}).status_code == 302
        assert "Revoked" in signed_in(second).get(address).content.decode()

    def test_a_suspension_can_be_taken_back_and_asks_for_no_confirmation(
        self, college, issue, officer, second, signed_in
    ):
        (certificate,) = issue()
        address = f"{self.base(college)}certificates/{certificate.id}/"
        signed_in(officer).post(address, {"kind": "suspend", "reason": "The marks are looked at"})
        decide = f"{self.base(college)}changes/{StatusChange.objects.get().id}/"
        assert 'name="typed"' not in signed_in(second).get(address).content.decode()
        assert signed_in(second).post(decide, {"do": "approve"}).status_code == 302

    def test_lists_take_the_same_queries_however_long_they_are(self, college, issue, officer, signed_in):
        client, counts = signed_in(officer), []
        for names in ("Chan Tai Man", "\n".join(f"Learner {each}" for each in range(80))):
            issue(names)
            with CaptureQueriesContext(connection) as found:
                client.get(self.base(college) + "certificates/")
            counts.append(len(found))
        assert counts[0] == counts[1]
        assert client.get(f"{self.base(college)}certificates/?page={'9' * 5_000}").status_code == 200

    @pytest.mark.parametrize("locale", list(BY_PATH))
    def test_every_page_is_there_in_every_language(self, college, issue, officer, signed_in, locale):
        issue()
        client, base = signed_in(officer), f"/{locale}/desk/college/issuing/"
        for path in ("", "new/", "certificates/", "certificates/?q=Chan", f"groups/{Group.objects.get().id}/"):
            answer = client.get(base + path)
            assert answer.status_code == 200
            assert b"<script" not in answer.content


def test_a_group_that_a_worker_issues_while_its_page_is_made_is_shown_as_it_is(college, teacher, second, acting):
    group = approved(college, acting(teacher), acting(second), "陳大文 CHAN Tai Man")
    looked_at = Group.objects.defer("table", "template").get(pk=group.id)
    running.run(group.id)

    (line,) = roll.roll_of(looked_at, "1", "en").lines

    assert line.name == "陳大文 CHAN Tai Man"
