"""A copy holds what a node cannot do without and nothing else, is whole before it has a name, and un-revokes nobody when it is put back."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.touchstone_server.issuing_world import PASSPHRASE, approved, give_key, write_registry
from touchstone_server import clock
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.issuing import keys, lists, resuming, running, status, waiting
from touchstone_server.issuing.models import Certificate, StatusChange, StatusList
from touchstone_server.node import backup, looking_after
from touchstone_server.passport import consents, erasing, erasures
from touchstone_server.passport.models import Erasure


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
        give_key(self.college)
        settings.TOUCHSTONE_TRUST = str(write_registry(self.college, tmp_path))
        first, second = (
            member("Olive", self.college, Role.ISSUING_OFFICER),
            member("Sam", self.college, Role.ISSUING_OFFICER),
        )
        self.officer, self.second = acting(first), acting(second)
        running.run(approved(self.college, self.officer, self.second, "Chan Tai Man\nWong Ka Yan\nHo Mei").id)
        before = {each.pk: bytes(each.bits) for each in StatusList.objects.all()}
        for certificate, kind in zip(Certificate.objects.order_by("name"), ("revoke", "suspend"), strict=False):
            change = status.propose(self.officer, certificate, StatusChange.Kind(kind), "a reason")
            status.decide(self.second, change, approved=True)
        self.published = [bytes(each.document) for each in StatusList.objects.all()]
        Certificate.objects.update(state="good")
        StatusChange.objects.all().delete()
        for pk, bits in before.items():
            StatusList.objects.filter(pk=pk).update(bits=bits)
        waiting.wait_for_resume(tmp_path, "2026-11-24")

    def states(self) -> list[str]:
        return list(Certificate.objects.order_by("name").values_list("state", flat=True))

    def test_signs_nothing_and_hands_out_no_list(self, client):
        kept = StatusList.objects.first()
        assert client.get(f"/status/{kept.name}").status_code == 503
        assert lists.at_hand([kept.url]) == {}
        with pytest.raises(keys.KeysUnavailableError, match="restored"):
            keys.signer_of(self.college)

    def test_says_so_to_whoever_watches(self, client):
        assert "restored" in client.get("/healthz").json()["findings"]

    def test_revokes_and_suspends_by_the_lists_that_were_published_last(
        self, client, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert resuming.resume(self.published, incomplete=False) == (2, ())
        assert sorted(self.states()) == ["good", "revoked", "suspended"]
        kept = StatusList.objects.get(purpose="revocation")
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
