"""What becomes of a certificate: what was revoked says so, by lists and keys that the node looks after."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from tests.touchstone_server.issuing_world import (
    ORIGIN,
    give_key,
    page_of,
    write_registry,
)
from touchstone_server import clock
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.issuing import keys, status
from touchstone_server.issuing.models import Certificate, StatusChange, StatusList

pytestmark = pytest.mark.django_db
Kind = StatusChange.Kind


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
