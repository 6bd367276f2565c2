"""A copy holds what a node cannot do without and nothing else, is whole before it has a name, and un-revokes nobody when it is put back."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.touchstone_server.issuing_world import PASSPHRASE, approved, give_key, write_registry
from touchstone.credentials import keystore, status_list
from touchstone.credentials.proof import add_proof
from touchstone.errors import CredentialError
from touchstone_server import clock, trust
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.credentials.services import verify_content, verify_issued
from touchstone_server.issuing import keys, lists, offering, resuming, running, status, waiting
from touchstone_server.issuing.models import Certificate, StatusChange, StatusList
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.node import backup, closing, looking_after
from touchstone_server.organisations import services as organisations
from touchstone_server.organisations.models import OperatorSession
from touchstone_server.passport import consents, erasing, erasures
from touchstone_server.passport.carrying import carried
from touchstone_server.passport.models import Erasure, HeldCredential, Offer, ShareLink

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def data(settings, tmp_path) -> Path:
    """A data folder with more in it than is kept, and a registry and documents of the owner's."""
    settings.TOUCHSTONE_DATA = data = tmp_path / "data"
    for name in ("secret.key", "keys/college", "backups/1.tar.gz", "serve.log", "node.sqlite3", "worker.beat"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(b"x" * 100)
    settings.TOUCHSTONE_TRUST, settings.TOUCHSTONE_DOCUMENTS = str(tmp_path / "ours.yaml"), str(tmp_path / "documents")
    (tmp_path / "ours.yaml").write_text("trust")
    (tmp_path / "documents" / "hk").mkdir(parents=True)
    (tmp_path / "documents" / "hk" / "a.yaml").write_text("a")
    return data


class TestTheFile:
    def test_holds_what_is_named_and_no_earlier_copy_and_no_log(self, data):
        assert [name for name, _ in backup._kept(data)] == [
            "data/secret.key", "data/keys/college", "data/trust/ours.yaml", "data/documents/hk/a.yaml",
        ]  # fmt: skip

    def test_tells_which_settings_named_what_it_holds(self, data, tmp_path):
        out = io.BytesIO()
        backup._pack(out, dict(backup._kept(data)), clock.second())
        (tmp_path / "copy").write_bytes(out.getvalue())
        manifest = backup._unpack(tmp_path / "copy", tmp_path / "again")
        assert manifest["settings"] == {"TOUCHSTONE_TRUST": "trust/ours.yaml", "TOUCHSTONE_DOCUMENTS": "documents"}
        assert (tmp_path / "again/data/documents/hk/a.yaml").read_text() == "a"

    def test_is_whole_though_a_file_grows_while_it_is_read(self, tmp_path, monkeypatch):
        growing = tmp_path / "growing"
        growing.write_bytes(b"x" * 200_000)
        read = backup._Digesting.read

        def read_while_it_grows(self: backup._Digesting, size: int = -1) -> bytes:
            with growing.open("ab") as out:
                out.write(b"y" * 1000)
            return read(self, size)

        monkeypatch.setattr(backup._Digesting, "read", read_while_it_grows)
        out = io.BytesIO()
        backup._pack(out, {"growing": growing}, clock.second())
        (tmp_path / "copy").write_bytes(out.getvalue())
        backup._unpack(tmp_path / "copy", tmp_path / "again")
        assert (tmp_path / "again/growing").read_bytes() == b"x" * 200_000

    def test_whose_manifest_is_cut_off_is_no_copy(self, tmp_path):
        with tarfile.open(tmp_path / "copy", "w:gz") as made:
            made.addfile(tarfile.TarInfo("database"), io.BytesIO())
        with pytest.raises(backup.BackupError, match="no whole copy"):
            backup._unpack(tmp_path / "copy", tmp_path / "again")

    def test_is_made_over_a_connection_with_all_that_the_address_asks(self, monkeypatch):
        told = {"NAME": "node", "USER": "u", "PASSWORD": "p w", "HOST": "h", "PORT": "5433"}
        for name, value in {**told, "OPTIONS": {"connect_timeout": 4, "sslmode": "verify-full"}}.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        assert dict(backup._told()) == {
            "host": "h", "port": "5433", "user": "u", "password": "p w", "dbname": "node",
            "connect_timeout": "4", "sslmode": "verify-full",
        }  # fmt: skip


@pytest.mark.django_db
class TestANodeThatWasPutBack:
    @pytest.fixture(autouse=True)
    def node(self, organisation, member, acting, settings, tmp_path):
        """A college with two certificates of before the copy, of which one was revoked and one suspended after it."""
        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = tmp_path, PASSPHRASE, ""
        self.college = organisation("college", region="GD")
        give_key(self.college, "did:web:college.example")
        settings.TOUCHSTONE_TRUST = str(write_registry(self.college, tmp_path))
        first, second = (
            member("Olive", self.college, Role.ISSUING_OFFICER),
            member("Sam", self.college, Role.ISSUING_OFFICER),
        )
        self.officer, self.second = acting(first), acting(second)
        running.run(approved(self.college, self.officer, self.second, "Chan Tai Man\nWong Ka Yan\nHo Mei").id)
        before = {each.pk: (bytes(each.bits), bytes(each.document)) for each in StatusList.objects.all()}
        for certificate, kind in zip(Certificate.objects.order_by("name"), ("revoke", "suspend"), strict=False):
            change = status.propose(self.officer, certificate, StatusChange.Kind(kind), "a reason")
            status.decide(self.second, change, approved=True)
        self.published = [bytes(each.document) for each in StatusList.objects.all()]
        Certificate.objects.update(state="good")
        StatusChange.objects.all().delete()
        for pk, (bits, document) in before.items():
            StatusList.objects.filter(pk=pk).update(bits=bits, document=document)
        waiting.wait_for_resume(tmp_path, "2026-11-24")

    def states(self) -> list[str]:
        return list(Certificate.objects.order_by("name").values_list("state", flat=True))

    def test_signs_nothing_and_hands_out_no_list(self, client):
        kept = StatusList.objects.first()
        assert client.get(f"/status/{kept.name}").status_code == 503
        assert lists.at_hand([kept.url]) == {}
        with pytest.raises(keys.KeysUnavailableError, match="restored"):
            keys.signer_of(self.college)

    @pytest.mark.parametrize("fetch", [False, True])
    def test_believes_no_list_of_its_own_that_a_wallet_carries_or_a_proxy_hands_out(self, settings, monkeypatch, fetch):
        settings.TOUCHSTONE_FETCH, settings.TOUCHSTONE_ADDRESS = fetch, "https://new.example"
        monkeypatch.setattr(trust, "_fetcher", lambda: pytest.fail)
        kept = StatusList.objects.first()
        for url in (kept.url, "https://new.example/status/begun-after-the-copy"):
            with pytest.raises(CredentialError, match="waits"):
                trust.lists({url: bytes(kept.document)}).retrieve(url)
        others = "https://elsewhere.example/status/x"
        if not fetch:
            assert trust.lists({others: b"{}"}).retrieve(others).content == b"{}"

    def test_confirms_no_certificate_by_the_list_in_its_holders_wallet(self):
        waiting.go_on()
        certificate = Certificate.objects.get(name="Wong Ka Yan")
        wallet = carried(bytes(certificate.document))
        assert verify_content(wallet).judged[0].report.verdict == "valid"
        waiting.wait_for_resume(keys.key_file(self.college).parent.parent, "2026-11-24")
        assert verify_content(wallet).judged[0].report.verdict == "cannot_confirm"

    def test_lets_nobody_in_but_its_operators(self, client, person):
        put_out, operator = person("Bea"), person("Otto")
        for user in (put_out, operator):
            user.set_password(PASSWORD)
            user.is_operator = user == operator
            user.save()
        for user, answered in ((put_out, 503), (operator, 302)):
            answer = client.post("/en/account/login/", {"login": user.email, "password": PASSWORD})
            assert (answer.status_code, "_auth_user_id" in client.session) == (answered, user == operator)
        form = {"email": "new@example.org", "password1": PASSWORD, "name_latin": "New"}
        assert Client().post("/en/account/signup/", form).status_code == 503
        assert not User.objects.filter(email="new@example.org").exists()
        waiting.go_on()
        assert Client().post("/en/account/login/", {"login": put_out.email, "password": PASSWORD}).status_code == 302

    def test_opens_no_session_link_code_or_invitation_of_before_the_copy(self, client, signed_in, acting, member):
        head, holder = member("Ada", self.college, Role.ADMINISTRATOR), member("Tom", self.college, Role.TEACHER)
        waiting.go_on()
        browser = signed_in(holder)
        assert browser.get("/en/desk/").status_code == 200
        invited = organisations.invite(acting(head), self.college, "cy@example.org", [Role.TEACHER])
        offered = offering.offer_one(self.officer, Certificate.objects.get(name="Wong Ka Yan"))
        now = clock.second()
        held = HeldCredential.objects.create(holder=holder, content=b"{}", digest="0", received=now)
        later = now + dt.timedelta(days=9)
        ShareLink.objects.create(
            holder=holder, credential=held, fields=[], token_digest="0", created=now, expires=later
        )  # fmt: skip
        OperatorSession.objects.create(user=head, organisation=self.college, reason="why", began=now, until=later)
        closing.close_all()
        assert browser.get("/en/desk/").status_code == 302
        with pytest.raises(organisations.InvitationError, match="expired"):
            organisations.invitation_of(invited.secret)
        assert offered
        assert not Offer.objects.filter(expires__gt=clock.now()).exists()
        assert ShareLink.objects.get().state == "expired"
        assert not OperatorSession.running().exists()
        again = offering.offer_one(self.officer, Certificate.objects.get(name="Wong Ka Yan"))
        assert again
        assert again != offered, "a new code is a click"

    def test_says_so_to_whoever_watches(self, client):
        assert "restored" in client.get("/healthz").json()["findings"]

    def test_revokes_and_suspends_by_the_lists_that_were_published_last(
        self, client, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            done = resuming.resume(self.published, incomplete=False)
        assert (done.changed, done.missing, done.renewed) == (2, (), ())
        assert sorted(self.states()) == ["good", "revoked", "suspended"]
        kept = StatusList.objects.filter(purpose="revocation").earliest("pk")
        assert client.get(f"/status/{kept.name}").status_code == 200
        assert any(bytes(kept.bits))

    def test_does_not_go_on_without_a_list_unless_that_is_meant(self, django_capture_on_commit_callbacks):
        with pytest.raises(resuming.ResumeError, match="not given"):
            resuming.resume(self.published[:1], incomplete=False)
        assert waiting.taken()
        with django_capture_on_commit_callbacks(execute=True):
            assert len(resuming.resume([], incomplete=True).missing) == 2
        assert not waiting.taken()

    def test_takes_no_list_that_somebody_else_signed_or_changed(self):
        changed = json.loads(self.published[0])
        changed["validUntil"] = "2099-01-01T00:00:00Z"
        with pytest.raises(resuming.ResumeError, match="not signed"):
            resuming.resume([json.dumps(changed).encode()], incomplete=True)
        for content in (b"{", b"[]", b'{"id": "https://x.example/status/x"}'):
            with pytest.raises(resuming.ResumeError):
                resuming.resume([content], incomplete=True)
        assert waiting.taken()

    def test_takes_no_list_that_was_signed_before_the_copy(self, monkeypatch):
        """A holder's wallet has one, and by it whoever was suspended would be free."""
        monkeypatch.setattr(clock, "second", lambda: clock.now().replace(microsecond=0) + dt.timedelta(days=1))
        for kept in StatusList.objects.select_related("organisation"):
            lists.sign(kept, keystore.open_signer(keys.key_file(self.college), PASSPHRASE))
        with pytest.raises(resuming.ResumeError, match="not what was published last"):
            resuming.resume(self.published, incomplete=True)

    def test_goes_by_the_newest_of_several_lists_of_one_address(self, django_capture_on_commit_callbacks, monkeypatch):
        signer = keystore.open_signer(keys.key_file(self.college), PASSPHRASE)
        now, newer = clock.second(), []
        monkeypatch.setattr(clock, "second", lambda: now + dt.timedelta(hours=1))
        for content in self.published:  # the day after, the suspension was lifted
            told = json.loads(content)
            kept = StatusList.objects.get(url=told["id"])
            document = bytes(kept.document)
            if kept.purpose == "revocation":
                kept.bits = status_list.read_list(told, "revocation").bits
            lists.sign(kept, signer)
            newer.append(bytes(kept.document))
            StatusList.objects.filter(pk=kept.pk).update(document=document, bits=bytes(len(kept.bits)))
        for given in (newer + self.published, self.published + newer):
            with django_capture_on_commit_callbacks(execute=True):
                done = resuming.resume(given, incomplete=True)
            assert sorted(self.states()) == ["good", "good", "revoked"]
            assert set(done.spoke.values()) == {now + dt.timedelta(hours=1) - lists.SLACK}

    def test_takes_lists_that_a_key_has_signed_which_the_registry_alone_knows(
        self, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        file = keys.key_file(self.college)
        copied = file.read_bytes()
        keystore.rotate(file, PASSPHRASE, at=clock.second())
        signer, published = keystore.open_signer(file, PASSPHRASE), []
        for content in self.published:
            document = {name: value for name, value in json.loads(content).items() if name != "proof"}
            signed = add_proof(document, signer, cryptosuite="eddsa-rdfc-2022", created=clock.second())
            published.append(json.dumps(signed).encode())
        listed = str(write_registry(self.college, tmp_path))
        file.write_bytes(copied)
        with pytest.raises(resuming.ResumeError, match="not signed"):
            resuming.resume(published, incomplete=False)
        settings.TOUCHSTONE_TRUST = listed
        with django_capture_on_commit_callbacks(execute=True):
            assert resuming.resume(published, incomplete=False).renewed == ("college",)
        assert sorted(self.states()) == ["good", "revoked", "suspended"]


@pytest.mark.django_db
class TestWhatWasIssuedAfterTheCopy:
    """Its certificates are out there, and nobody here knows their places."""

    @pytest.fixture(autouse=True)
    def node(self, organisation, member, acting, settings, tmp_path):
        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = tmp_path, PASSPHRASE, ""
        self.college = organisation("college", region="GD")
        give_key(self.college)
        settings.TOUCHSTONE_TRUST = str(write_registry(self.college, tmp_path))
        first, second = (member(name, self.college, Role.ISSUING_OFFICER) for name in ("Olive", "Sam"))
        self.officer, self.second = acting(first), acting(second)
        running.run(self.approved("Chan Tai Man").id)

    def approved(self, table: str):
        return approved(self.college, self.officer, self.second, table)

    @pytest.fixture
    def lost(self, django_capture_on_commit_callbacks, tmp_path):
        """A group that was approved before the copy, issued after it, and of which Ho Mei was revoked; the node goes on without that."""
        group = self.approved("Ho Mei\nWong Ka Yan")
        mark = transaction.savepoint()
        running.run(group.id)
        change = status.propose(
            self.officer, Certificate.objects.get(name="Ho Mei"), StatusChange.Kind.REVOKE, "a reason"
        )
        status.decide(self.second, change, approved=True)
        lost = list(Certificate.objects.filter(group=group).values_list("name", "list_url", "index", "document"))
        published = [bytes(each.document) for each in StatusList.objects.all()]
        transaction.savepoint_rollback(mark)
        waiting.wait_for_resume(tmp_path, "2026-11-24")
        with django_capture_on_commit_callbacks(execute=True):
            resuming.resume(published, incomplete=False)
        group.refresh_from_db()
        assert group.state == group.State.APPROVED
        return group, lost

    def test_is_issued_again_in_its_place_and_what_was_revoked_is_revoked(self, lost):
        group, before = lost
        running.run(group.id)
        again = list(Certificate.objects.filter(group=group).values_list("name", "list_url", "index", "document"))
        assert sorted(each[:3] for each in again) == sorted(each[:3] for each in before)
        states = dict(Certificate.objects.filter(group=group).values_list("name", "state"))
        assert states == {"Ho Mei": "revoked", "Wong Ka Yan": "good"}
        for certificate in Certificate.objects.filter(group=group):
            verdict = verify_issued(bytes(certificate.document)).judged[0].report.verdict
            assert verdict == {"revoked": "revoked", "good": "valid"}[certificate.state]

    def test_never_shares_a_place_with_what_is_issued_from_now_on(self, lost, client):
        _, before = lost
        running.run(self.approved("Lee Siu").id)
        fresh = Certificate.objects.get(name="Lee Siu")
        assert fresh.list_url not in {url for _, url, *_ in before}
        path = fresh.list_url.removeprefix("https://node.example")
        assert client.get(path).json()["id"] == fresh.list_url
        assert verify_issued(bytes(fresh.document)).judged[0].report.verdict == "valid"

    def test_nor_with_a_certificate_that_is_corrected(self, lost):
        old = Certificate.objects.get(name="Chan Tai Man")
        change = status.propose(
            self.officer, old, StatusChange.Kind.REISSUE, "a misspelt name", {"name": "Chan Tai Mann"}
        )
        status.decide(self.second, change, approved=True)
        assert Certificate.objects.get(replaces=old).list_url != old.list_url

    def test_nor_with_what_is_issued_after_the_same_copy_was_put_back_again(self, lost):
        first = set(StatusList.objects.values_list("url", flat=True))
        StatusList.objects.filter(document=b"").delete()
        lists.begin_anew(self.college)
        assert not first & set(StatusList.objects.filter(document=b"").values_list("url", flat=True))

    def test_of_an_organisation_without_a_list_in_the_copy_is_in_a_list_that_is_not_begun_again(
        self, organisation, tmp_path, django_capture_on_commit_callbacks
    ):
        academy = organisation("academy", region="GD")
        before, kept = DatabaseRegister(academy, lock=False).salt, DatabaseRegister(self.college, lock=False).salt
        with django_capture_on_commit_callbacks(execute=True):
            resuming.resume([], incomplete=True)
        assert DatabaseRegister(academy, lock=False).salt != before
        assert DatabaseRegister(self.college, lock=False).salt == kept


@pytest.mark.django_db
class TestWhoWasErased:
    """A copy brings erased people back: by a list outside it they are erased anew."""

    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path):
        settings.TOUCHSTONE_DATA = self.folder = tmp_path

    def erased(self, user, acting, on_commit) -> None:
        with on_commit(execute=True):
            erasing.erase(acting(user))

    def back(self, user) -> None:
        """Put a person back, as the copy has them."""
        user.save()

    def test_is_erased_anew_and_nobody_else(self, person, acting, django_capture_on_commit_callbacks):
        gone, stays = person("Gone"), person("Stays")
        consents.give(acting(gone), consents.Purpose.KEEP, "en")
        self.erased(User.objects.get(pk=gone.pk), acting, django_capture_on_commit_callbacks)
        self.back(gone)
        first = Erasure.objects.get()
        assert erasing.erase_again() == 1
        gone.refresh_from_db()
        stays.refresh_from_db()
        assert (gone.is_active, gone.name_latin, stays.is_active) == (False, "", True)
        again = Erasure.objects.exclude(pk=first.pk).get()
        assert abs(again.kept_until - first.kept_until) < dt.timedelta(seconds=2)
        assert erasing.erase_again() == 0

    def test_stands_on_the_list_without_name_or_id(self, person, acting, django_capture_on_commit_callbacks):
        gone = person("Gone")
        self.erased(User.objects.get(pk=gone.pk), acting, django_capture_on_commit_callbacks)
        listed = (self.folder / erasures.FILE).read_text()
        assert listed.count("\n") == 1
        for personal in (str(gone.pk), gone.pk.hex, "Gone", gone.email):
            assert personal not in listed
        assert (self.folder / erasures.FILE).stat().st_mode & 0o077 == 0

    def test_is_put_on_the_list_by_the_worker_where_it_could_not_be_written(self, person, acting):
        gone = person("Gone")
        erasing.erase(acting(User.objects.get(pk=gone.pk)))  # committed, and the disk was full
        assert not erasures.listed()
        looking_after._erasures()
        looking_after._erasures()
        assert len((self.folder / erasures.FILE).read_text().splitlines()) == 1
        self.back(gone)
        assert erasing.erase_again() == 1

    def test_is_on_no_list_where_the_erasing_came_to_nothing(self, person, acting, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            erasing.erase(acting(person("Stays")))
            transaction.set_rollback(True)
        assert not erasures.listed()

    def test_is_found_though_a_line_of_the_list_was_cut_off(self, person, acting, django_capture_on_commit_callbacks):
        gone = person("Gone")
        (self.folder / erasures.FILE).write_text("2026-11-24T00:00:00+00:00 ab\n")
        self.erased(User.objects.get(pk=gone.pk), acting, django_capture_on_commit_callbacks)
        self.back(gone)
        assert erasing.erase_again() == 1
