"""A group at the issuing desk: nothing is signed without a second person, and nothing twice."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing_world import (
    ORIGIN,
    PASSPHRASE,
    QUALIFICATION,
    approved,
    draft_of,
    give_key,
    page_of,
    write_registry,
)
from touchstone.credentials import keystore
from touchstone.credentials.register import PublishedList, Reservation
from touchstone_server import clock
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.codes import as_typed, of_bytes
from touchstone_server.credentials.services import verify_issued
from touchstone_server.issuing import drafting, keys, running, services, sheets, status
from touchstone_server.issuing.certificate_paper import spaced
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.language import LOCALES

pytestmark = pytest.mark.django_db
Kind = StatusChange.Kind


class TestGroups:
    def test_what_a_teacher_prepares_an_officer_approves_and_a_worker_issues(self, issue, client):
        first, second = issue("name,awarded\nChan Tai Man,2026-11-01\nWong Ka Yan,2026-11-01", valid_months=60)
        assert (first.name, second.name) == ("Chan Tai Man", "Wong Ka Yan")
        assert "Valid" in page_of(client, first)
        assert Group.objects.get().state == Group.State.ISSUED

    def test_the_row_that_a_table_comes_with_is_nobodys_and_gets_no_certificate(
        self, college, teacher, acting, signed_in
    ):
        (wanted,) = (each for each in drafting.offered(college) if each.id == QUALIFICATION)
        table = sheets.sheet_for(college, wanted, LOCALES[0])
        group = services.prepare(acting(teacher), college, draft_of(college, table, name="learners.xlsx"), ORIGIN)

        assert [row.result for row in group.lines.all()] == ["refused"]
        assert "Delete it." in signed_in(teacher).get(f"/en/desk/college/issuing/groups/{group.id}/").text

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

    def test_a_class_that_is_handed_in_twice_is_told_before_it_is_handed_on_again(
        self, college, teacher, acting, signed_in
    ):
        first, again = (
            services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN) for _ in range(2)
        )
        services.hand_on(acting(teacher), first)
        with pytest.raises(services.GroupError, match="unconfirmed"):
            services.hand_on(acting(teacher), again)
        page = signed_in(teacher).get(f"/en/desk/college/issuing/groups/{again.id}/").content.decode()
        assert f"/issuing/groups/{first.id}/" in page.partition('id="look"')[2]
        services.hand_on(acting(teacher), again, confirmed=True)

    @pytest.mark.parametrize("issued", [False, True])
    def test_a_class_that_was_approved_since_from_another_table_is_told_before_it_is_approved_again(
        self, college, teacher, second, acting, signed_in, issued
    ):
        first, again = (
            services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN) for _ in range(2)
        )
        for each in (first, again):
            Group.objects.filter(pk=each.pk).update(
                state=Group.State.WAITING, handed=clock.now(), handed_by=teacher
            )  # both at once, so that neither saw the other
        services.approve(acting(second), first)
        if issued:
            running.run(first.id)
        with pytest.raises(services.GroupError, match="unconfirmed"):
            services.approve(acting(second), again)
        address = f"/en/desk/college/issuing/groups/{again.id}/"
        client = signed_in(second)
        assert "Since this group was handed on" in client.get(address).content.decode()
        assert client.post(address, {"do": "approve"}).status_code == 400
        assert client.post(address, {"do": "approve", "confirmed": "on"}).status_code == 302

    def test_what_was_looked_at_when_a_group_was_handed_on_is_not_asked_again(
        self, college, teacher, second, issue, acting
    ):
        (known,) = issue("Chan Tai Man")
        Certificate.objects.filter(pk=known.pk).update(issued=clock.now() - dt.timedelta(days=1))
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group, confirmed=True)
        services.approve(acting(second), group)

    def test_a_group_that_waited_while_the_key_was_renewed_is_signed_at_a_time_at_which_the_new_key_counts(
        self, college, teacher, second, acting, settings, tmp_path
    ):
        keys.key_file(college).unlink()
        give_key(college, "did:web:college.example")  # an issuer that is its key renews none
        group = approved(college, acting(teacher), acting(second), "Chan Tai Man")
        Group.objects.filter(pk=group.pk).update(decided=clock.second() - dt.timedelta(days=3))
        keystore.rotate(keys.key_file(college), PASSPHRASE, at=clock.second())
        settings.TOUCHSTONE_TRUST = str(write_registry(college, tmp_path, since=clock.now()))
        running.run(group.id)
        (judged,) = verify_issued(bytes(Certificate.objects.get().document)).judged
        assert judged.report.verdict == "valid"

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
