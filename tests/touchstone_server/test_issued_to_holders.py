"""What was issued reaches its holder: by a code in the table, into a passport, and by its number in a list."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing_world import approved, issuing_college
from tests.touchstone_server.test_passport import left_in_the_database
from touchstone.credentials.wallet import read_wallet
from touchstone.standards.exchange.workbook import read_workbook
from touchstone_server.access.requests import SESSION_METHODS, Refused
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.credentials.addresses import found_at
from touchstone_server.issuing import archive, offering, running, status
from touchstone_server.issuing.certificate_paper import spaced
from touchstone_server.issuing.models import Certificate, Group, StatusChange, StatusList
from touchstone_server.passport import consents, erasing, exporting, services
from touchstone_server.passport.consents import Purpose
from touchstone_server.passport.models import Access, HeldCredential, Offer
from touchstone_server.passport.services import PassportError

pytestmark = pytest.mark.django_db
HOSTS = frozenset({"testserver"})


@pytest.fixture
def college(organisation, settings, tmp_path):
    return issuing_college(organisation, settings, tmp_path)


@pytest.fixture
def officer(member, college):
    return member("Sam", college, Role.ISSUING_OFFICER)


@pytest.fixture
def group(college, member, officer, acting) -> Group:
    teacher = member("Tess", college, Role.TEACHER)
    group = approved(college, acting(teacher), acting(officer), "Chan Tai Man\nWong Ka Yan")
    running.run(group.id)
    return group


@pytest.fixture
def certificate(group) -> Certificate:
    return Certificate.objects.get(name="Chan Tai Man")


@pytest.fixture
def holder(person, acting):
    actor = acting(person("Holder"), strong=False)
    consents.give(actor, Purpose.KEEP, "en")
    return actor


class TestClaiming:
    def test_an_officer_saves_codes_by_which_holders_claim_their_certificates(
        self, group, certificate, officer, holder, signed_in, monkeypatch
    ):
        monkeypatch.setattr(archive, "certificate_pdf", lambda *told: b"%PDF")  # typesetting is tested elsewhere
        answer = signed_in(officer).post(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
        with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as saved:
            rows = list(csv.DictReader(io.StringIO(saved.read(archive.TABLE).decode("utf-8-sig"))))
        assert [row["name"] for row in rows] == ["Chan Tai Man", "Wong Ka Yan"]
        held = services.claim(holder, rows[0]["code"])
        assert bytes(held.content) == bytes(certificate.document)
        assert held.given_by_id == group.organisation_id

    def test_the_file_that_a_holder_saves_is_confirmed_by_a_node_that_fetches_nothing(
        self, group, certificate, officer, holder, acting, signed_in
    ):
        held = services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        mine = signed_in(User.objects.get(pk=holder.user))
        saved = mine.get(f"/en/passport/credentials/{held.id}/file/").content
        alone = mine.get(f"/en/passport/credentials/{held.id}/alone/").content
        assert alone == bytes(certificate.document)
        assert read_wallet(saved).credentials == (alone.decode(),)
        StatusList.objects.all().delete()  # as on a node that does not publish them

        assert '<h1 class="word">Cannot confirm</h1>' in Client().post("/en/verify/", {"text": alone.decode()}).text
        assert '<h1 class="word">Valid</h1>' in Client().post("/en/verify/", {"text": saved.decode()}).text
        assert "/en/explorer/destination/" in Client().post("/en/explorer/file/", {"text": saved.decode()}).text

    def test_saving_without_codes_offers_nothing(self, group, officer, signed_in, monkeypatch):
        monkeypatch.setattr(archive, "certificate_pdf", lambda *told: b"%PDF")
        answer = signed_in(officer).get(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
        assert b"".join(answer)
        assert not Offer.objects.exists()

    def test_new_codes_end_those_before_and_a_claimed_certificate_has_none(
        self, group, certificate, officer, holder, acting
    ):
        first, second = offering.offer_group(acting(officer), group), offering.offer_group(acting(officer), group)
        assert len(first) == len(second) == 2
        with pytest.raises(PassportError, match="code_expired"):
            services.claim(holder, first[certificate.id])
        services.claim(holder, second[certificate.id])
        assert certificate.id not in offering.offer_group(acting(officer), group)

    def test_codes_for_a_group_take_the_same_queries_however_many_there_are(
        self, college, member, officer, acting, person
    ):
        teacher, counts = member("Tim", college, Role.TEACHER), []
        for names in ("Ho Pui", "\n".join(f"Learner {each}" for each in range(40))):
            group = approved(college, acting(teacher), acting(officer), names)
            running.run(group.id)
            offering.offer_group(acting(officer), group)
            with CaptureQueriesContext(connection) as found:
                assert len(offering.offer_group(acting(officer), group)) == len(names.splitlines())
            counts.append(len(found))
        assert counts[0] == counts[1]

    def test_whoever_claimed_a_certificate_is_told_when_it_is_saved_with_its_group(
        self, group, certificate, officer, holder, acting, signed_in, monkeypatch
    ):
        monkeypatch.setattr(archive, "certificate_pdf", lambda *told: b"%PDF")
        services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        signed_in(officer).get(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
        noted = list(Access.objects.values_list("person_id", "what", "organisation__slug"))
        assert noted == [(holder.user, "certificate", "college")]

    @pytest.fixture
    def change(self, college, member, officer, acting):
        second = member("Olga", college, Role.ISSUING_OFFICER)

        def change(kind: StatusChange.Kind, of: Certificate, **more) -> None:
            proposed = status.propose(acting(officer), of, kind, "the marks were mixed up", **more)
            status.decide(acting(second), proposed, approved=True)

        return change

    def test_a_certificate_that_is_issued_anew_comes_to_whoever_claimed_the_old_one(
        self, group, certificate, officer, holder, acting, change
    ):
        services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        change(StatusChange.Kind.REISSUE, certificate, correction={"name": "Chan Tai-man"})
        fresh = Certificate.objects.get(replaces=certificate)
        held = {bytes(each) for each in HeldCredential.objects.values_list("content", flat=True)}
        assert held == {bytes(certificate.document), bytes(fresh.document)}
        assert fresh.id not in offering.offer_group(acting(officer), group)

    def test_a_certificate_that_is_issued_anew_unclaimed_can_be_claimed_and_the_old_one_cannot(
        self, group, certificate, officer, holder, acting, change
    ):
        old = offering.offer_group(acting(officer), group)[certificate.id]
        change(StatusChange.Kind.REISSUE, certificate, correction={"name": "Chan Tai-man"})
        with pytest.raises(PassportError, match="code_expired"):
            services.claim(holder, old)
        fresh = Certificate.objects.get(replaces=certificate)
        held = services.claim(holder, offering.offer_group(acting(officer), group)[fresh.id])
        assert bytes(held.content) == bytes(fresh.document)

    def test_whoever_keeps_nothing_here_any_more_is_given_nothing(
        self, group, certificate, officer, holder, acting, change
    ):
        services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        HeldCredential.objects.all().delete()
        change(StatusChange.Kind.REISSUE, certificate, correction={"name": "Chan Tai-man"})
        assert not HeldCredential.objects.exists()
        assert offering.can_be_claimed(Certificate.objects.get(replaces=certificate))

    def test_the_code_of_a_certificate_that_was_revoked_is_good_no_more(
        self, group, certificate, officer, holder, acting, change
    ):
        code = offering.offer_group(acting(officer), group)[certificate.id]
        change(StatusChange.Kind.REVOKE, certificate)
        with pytest.raises(PassportError, match="code_expired"):
            services.claim(holder, code)

    def test_a_code_for_one_certificate_leaves_those_of_the_others_good(
        self, group, certificate, officer, holder, acting
    ):
        codes = offering.offer_group(acting(officer), group)
        fresh = offering.offer_one(acting(officer), certificate)
        with pytest.raises(PassportError, match="code_expired"):
            services.claim(holder, codes.pop(certificate.id))
        services.claim(holder, fresh)
        (other,) = codes.values()
        services.claim(holder, other)

    def test_a_group_that_is_not_issued_has_no_codes_and_hands_nothing_out(
        self, college, member, officer, acting, signed_in
    ):
        teacher = acting(member("Tim", college, Role.TEACHER))
        running.run(approved(college, teacher, acting(officer), "name,key\nHo Pui,S-1").id)
        waiting = approved(college, teacher, acting(officer), "name,key\nHo Pui,S-1\nLam Wai,S-2")
        assert not offering.offer_group(acting(officer), waiting)
        address = f"/en/desk/college/issuing/groups/{waiting.id}/certificates.zip"
        assert [signed_in(officer).post(address).status_code, signed_in(officer).get(address).status_code] == [409, 409]

    def test_what_was_revoked_is_not_offered(self, group, certificate, officer, acting):
        Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.REVOKED)
        assert certificate.id not in offering.offer_group(acting(officer), group)

    def test_codes_for_a_group_are_handed_out_once_the_officer_has_shown_anew_who_they_are(
        self, group, certificate, officer, holder, signed_in, monkeypatch, settings
    ):
        monkeypatch.setattr(archive, "certificate_pdf", lambda *told: b"%PDF")
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        officer.set_password("correct horse battery staple")
        officer.save()
        client = signed_in(officer)
        session = client.session
        session[f"{SESSION_METHODS}_user"] = str(officer.id)
        session.save()
        asked = client.post(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
        assert "/en/account/reauthenticate/" in asked["Location"]
        assert not AuditEvent.objects.filter(action="passport.offer").exists()
        answer = client.post(asked["Location"], {"password": "correct horse battery staple"})
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as saved:
            assert any(name.endswith(".pdf") for name in saved.namelist())
        assert AuditEvent.objects.filter(action="passport.offer").exists()

    def test_who_saved_whose_certificates_stands_on_record_once_an_hour(
        self, group, certificate, officer, signed_in, monkeypatch
    ):
        monkeypatch.setattr(archive, "certificate_pdf", lambda *told: b"%PDF")
        client = signed_in(officer)
        for _ in range(2):
            client.get(f"/en/desk/college/issuing/groups/{group.id}/certificates.zip")
            client.get(f"/en/desk/college/issuing/certificates/{certificate.id}/certificate.json")
        saved = AuditEvent.objects.filter(action__contains=".save").order_by("number")
        assert [(each.actor, each.action, each.thing, each.organisation) for each in saved] == [
            (officer.id, "groups.save", f"group:{group.id}", group.organisation_id),
            (officer.id, "certificates.save", f"certificate:{certificate.id}", group.organisation_id),
        ]

    @pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMINISTRATOR, Role.AUDITOR, Role.ASSESSOR])
    def test_nobody_but_an_issuing_officer_gives_codes(self, group, college, member, acting, role):
        with pytest.raises(Refused):
            offering.offer_group(acting(member("Ben", college, role)), group)

    def test_whoever_claimed_a_certificate_is_told_when_its_issuer_looks_at_it(
        self, group, certificate, officer, holder, acting, signed_in
    ):
        client, address = signed_in(officer), f"/en/desk/college/issuing/certificates/{certificate.id}/"
        assert client.get(address).status_code == 200
        assert not Access.objects.exists()
        services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        client.get(address)
        client.get(f"{address}certificate.json")
        noted = list(Access.objects.values_list("person_id", "what", "organisation__slug"))
        assert noted == [(holder.user, "certificate", "college")] * 2


class TestNumbers:
    def test_a_number_and_every_address_of_a_certificate_lead_a_list_to_it(self, certificate):
        number = certificate.short
        texts = (
            number,
            spaced(number).lower(),
            f"HTTPS://TESTSERVER/C/{number}",
            f"https://testserver/pt/certificate/{number}/",
        )
        for text in texts:
            found = found_at(text, HOSTS)
            assert (found.state, found.content, found.shows_dates) == ("open", bytes(certificate.document), False), text

    def test_a_list_of_numbers_is_verified(self, certificate):
        table = f"Certificate\n{spaced(certificate.short)}\nNONE-0000-0000-0001"
        answer = Client().post("/en/verify/list/", {"file": SimpleUploadedFile("list.csv", table.encode())})
        (sheet,) = read_workbook(answer.content).values()
        found, none = (row.cells for row in sheet.rows[1:])
        assert (found[1], found[3], found[6:8]) == ("Valid", "Chan Tai Man", ["", ""])
        assert none[9] == "unknown"

    def test_a_number_leads_to_no_reservation(self, certificate):
        Certificate.objects.filter(pk=certificate.pk).update(document=None)
        assert found_at(certificate.short, HOSTS).state == "unknown"
        assert not HeldCredential.objects.exists()


class TestLeaving:
    @pytest.fixture
    def claimed(self, group, certificate, officer, holder, acting) -> Certificate:
        services.claim(holder, offering.offer_group(acting(officer), group)[certificate.id])
        return certificate

    def test_an_export_holds_what_the_issuer_keeps(self, claimed, holder):
        with zipfile.ZipFile(io.BytesIO(exporting.export(holder, "en"))) as saved:
            (told,) = json.loads(saved.read("issued.json"))
        assert (told["number"], told["name"]) == (spaced(claimed.short), "Chan Tai Man")
        assert told["learner"]["name"] == "Chan Tai Man"
        assert told["group"] == "Class of 2026"

    def test_the_register_stays_and_what_it_was_made_from_goes(self, claimed, group, holder, client):
        erasing.erase(holder)
        left = {each for each in left_in_the_database("Chan Tai Man") if each.startswith("issuing_")}
        assert left <= {
            "issuing_certificate.document",
            "issuing_certificate.name",
        }
        assert Certificate.objects.get(name="Wong Ka Yan").learner
        assert client.get(f"/C/{claimed.short}").status_code == 200

    def test_the_number_that_a_school_gave_a_learner_is_nowhere_once_it_is_issued_but_in_their_row(
        self, college, member, officer, acting, holder
    ):
        teacher = member("Tim", college, Role.TEACHER)
        group = approved(college, acting(teacher), acting(officer), "name,key\nHo Pui,STUDENT-778899")
        running.run(group.id)
        assert left_in_the_database("STUDENT-778899") == ["issuing_certificate.learner"]
        services.claim(holder, offering.offer_group(acting(officer), group)[group.certificates.get().id])
        erasing.erase(holder)
        assert left_in_the_database("STUDENT-778899") == []

    def test_what_was_proposed_for_somebody_who_left_is_declined_and_says_nothing_of_them(
        self, claimed, holder, officer, acting
    ):
        said = {"name": "Chan Tai-man"}
        proposed = status.propose(acting(officer), claimed, StatusChange.Kind.REISSUE, "a slip", said)
        erasing.erase(holder)
        proposed.refresh_from_db()
        assert (proposed.state, proposed.correction) == ("declined", {})

    def test_a_certificate_whose_row_went_can_be_revoked_and_not_issued_anew(
        self, claimed, holder, officer, acting, signed_in
    ):
        erasing.erase(holder)
        claimed.refresh_from_db()
        with pytest.raises(status.StatusError, match="correction"):
            status.propose(acting(officer), claimed, StatusChange.Kind.REISSUE, "a slip", {"name": "Chan Siu Man"})
        assert status.propose(acting(officer), claimed, StatusChange.Kind.REVOKE, "a slip")
        assert signed_in(officer).get(f"/en/desk/college/issuing/groups/{claimed.group_id}/").status_code == 200
