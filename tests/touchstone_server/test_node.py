"""The node says what is unsafe about it, whether it is well, and gives back all that it was given."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import pwd
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client
from typer.testing import CliRunner

from touchstone_server.accounts.models import User
from touchstone_server.node import owners
from touchstone_server.node.command import app, main
from touchstone_server.node.findings import findings
from touchstone_server.node.logs import JsonFormatter, RequestLog
from touchstone_server.node.owners import not_the_owner
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import sharing


def run(data: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``touchstone-node`` on a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    return subprocess.run(
        [sys.executable, "-m", "touchstone_server", *words],
        env=kept | {"TOUCHSTONE_DATA": str(data)} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Path:
    """The data folder of a node with one organisation."""
    data = tmp_path_factory.mktemp("node") / "data"
    assert run(data, "migrate").returncode == 0
    made = run(
        data, "found", "college", "--kind=school", "--region=GD", "--name=en=College", "--administrator=ada@example.org"
    )
    assert made.returncode == 0, made.stderr
    return data


def test_a_command_before_the_database_has_its_shape_says_what_to_run(tmp_path):
    done = run(tmp_path / "new", "operator", "ada@example.org")
    assert done.returncode == 1
    assert done.stderr == "The database has not the shape that this version needs. Run  touchstone-node migrate\n"


def codes(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {finding["code"] for finding in json.loads(done.stdout)}


def test_a_node_for_real_people_has_nothing_unsafe(node, tmp_path):
    trust = tmp_path / "trust.yaml"
    trust.write_text("", encoding="utf-8")
    done = run(
        node,
        "check",
        "--json",
        TOUCHSTONE_ADDRESS="https://node.example",
        TOUCHSTONE_CLIENT="X-Real-IP",
        TOUCHSTONE_HOSTS="node.example",
        TOUCHSTONE_TRUST=str(trust),
        TOUCHSTONE_EMAIL="smtp://user:secret@mail.example",
    )
    assert (done.returncode, codes(done)) == (0, set())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DEBUG": True}, "debug"),
        ({"TOUCHSTONE_DEMO": True}, "demo"),
        ({"TOUCHSTONE_ADDRESS": ""}, "address_missing"),
        ({"TOUCHSTONE_ADDRESS": "http://node.example"}, "address_not_https"),
        ({"TOUCHSTONE_ADDRESS": "https://other.example"}, "host_missing"),
        ({"TOUCHSTONE_ADDRESS": "https://node.example"}, "client_unknown"),
        ({"TOUCHSTONE_TRUST": ""}, "trust_illustrative"),
        ({"EMAIL_HOST": ""}, "mail_missing"),
    ],
)
def test_what_is_unsafe_is_named(settings, changed, code):
    for name, value in changed.items():
        setattr(settings, name, value)
    assert code in {finding.code for finding in findings()}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "severity"), [("https://node.example", "unsafe"), ("", "advice")])
def test_that_no_letter_reaches_anybody_is_unsafe_where_real_people_are(settings, address, severity):
    settings.EMAIL_HOST, settings.TOUCHSTONE_ADDRESS = "", address
    assert severity in [finding.severity for finding in findings() if finding.code == "mail_missing"]


@pytest.mark.django_db
class TestWhoIsGivenTheNode:
    """An address says nothing of who is behind an account, where nobody has proven it."""

    def found(self, *more: str):
        words = "found college --kind=school --region=GD --name=en=College --administrator=Head@college.example"
        return CliRunner().invoke(app, [*words.split(), *more])

    @pytest.fixture
    def thief(self) -> User:
        """Somebody who signed up with the address of another: without a mail server, anybody can."""
        form = {"email": "head@college.example", "password1": "a long enough pass phrase", "name_latin": "Thief"}
        Client().post("/en/account/signup/", form)
        return User.objects.get(name_latin="Thief")

    def test_is_nobody_who_signed_up_with_an_address_and_has_not_proven_it(self, thief):
        done = self.found()
        assert done.exit_code == 2
        assert "by the name Thief" in done.output
        assert not Organisation.objects.exists()
        assert CliRunner().invoke(app, ["operator", thief.email]).exit_code == 2
        assert not User.objects.get().is_operator

    def test_is_one_whom_the_owner_knows_or_who_has_proven_it(self, thief):
        assert self.found("--known").exit_code == 0
        thief.emailaddress_set.update(verified=True)
        assert CliRunner().invoke(app, ["operator", thief.email]).exit_code == 0
        assert User.objects.get().is_operator

    def test_who_is_new_sets_a_first_password_at_an_address_that_is_good_once(self, client):
        link = self.found().output.split()[-1]
        assert link.startswith("http")
        path = "/" + link.split("/", 3)[3]
        form = client.get(path)["Location"]
        client.post(form, {"password1": "a long enough pass phrase", "password2": "a long enough pass phrase"})
        user = User.objects.get()
        assert user.check_password("a long enough pass phrase")
        assert b'name="password1"' not in client.get(path).content


@pytest.mark.django_db
def test_a_folder_that_others_may_open_is_named(settings, tmp_path):
    settings.TOUCHSTONE_DATA = tmp_path
    tmp_path.chmod(0o755)
    assert "readable_by_others" in {finding.code for finding in findings()}
    tmp_path.chmod(0o700)
    assert "readable_by_others" not in {finding.code for finding in findings()}


class TestWhoRunsACommand:
    """What root makes in the data folder of the service, the service cannot read."""

    def test_is_whoever_owns_the_data_folder(self, tmp_path):
        owner = tmp_path.stat().st_uid
        assert not_the_owner(tmp_path, owner) == ""
        assert not_the_owner(tmp_path / "not made yet", owner + 1) == ""
        assert f"belongs to {pwd.getpwuid(owner).pw_name}" in not_the_owner(tmp_path, owner + 1)

    def test_else_nothing_is_made_there(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TOUCHSTONE_DATA", str(tmp_path))
        monkeypatch.setattr(owners, "current_user", lambda: tmp_path.stat().st_uid + 1)
        with pytest.raises(SystemExit, match="the node could not read"):
            main()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.django_db
    def test_shows_in_a_file_that_the_owner_cannot_read(self, settings, tmp_path):
        settings.TOUCHSTONE_DATA = tmp_path
        (tmp_path / "keys").mkdir()
        key = tmp_path / "keys" / "college"
        key.touch(0o600)
        assert "owned_by_another" not in {finding.code for finding in findings()}
        if owners.current_user() == 0:
            os.chown(key, 1, 1)
        else:
            key.chmod(0)
        (told,) = [finding for finding in findings() if finding.code == "owned_by_another"]
        assert told.severity == "unwell"
        assert "keys/college" in told.sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOUCHSTONE_DATABASE", "mysql://x"), ("TOUCHSTONE_EMAIL", "mail.example"), ("TOUCHSTONE_OIDC", "[1]")],
)
def test_a_setting_that_makes_no_sense_is_told_in_a_sentence(node, name, value):
    done = run(node, "check", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


class TestBackup:
    def test_a_copy_makes_the_same_node_again(self, node, tmp_path):
        copy, other = tmp_path / "copy.tar.gz", tmp_path / "other"
        assert run(node, "backup", str(copy)).returncode == 0
        assert "is there already" in run(node, "backup", str(copy)).stderr
        assert copy.stat().st_mode & 0o077 == 0
        restored = run(other, "restore", str(copy))
        assert restored.returncode == 0, restored.stderr
        assert "touchstone-node resume" in restored.stdout
        assert "Who was erased since is back: put the  erasures.txt" in restored.stdout
        assert "restored" in codes(run(other, "check", "--json"))
        assert (other / "secret.key").read_text() == (node / "secret.key").read_text()
        again = run(
            other, "found", "college", "--kind=school", "--region=GD", "--name=en=C", "--administrator=a@b.example"
        )
        assert "here already" in again.stderr
        resumed = run(other, "resume")
        assert resumed.returncode == 0, resumed.stderr
        assert "nothing to take up" in run(other, "resume").stderr

    def test_a_copy_that_is_put_back_has_no_session_of_before(self, node, tmp_path):
        with closing(sqlite3.connect(node / "node.sqlite3")) as database, database:
            database.execute("INSERT INTO django_session VALUES ('x', 'x', '2999-01-01')")
        assert run(node, "backup", str(tmp_path / "copy")).returncode == 0
        assert run(tmp_path / "other", "restore", str(tmp_path / "copy")).returncode == 0
        with closing(sqlite3.connect(tmp_path / "other" / "node.sqlite3")) as database:
            assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)

    def test_who_was_erased_since_the_copy_is_erased_anew_by_the_list_beside_it(self, node, tmp_path):
        copy, other, admin = tmp_path / "copy.tar.gz", tmp_path / "other", "--administrator=gone@b.example"
        run(node, "found", "school", "--kind=school", "--region=GD", "--name=en=C", admin)
        run(node, "backup", str(copy))
        with sqlite3.connect(node / "node.sqlite3") as database:
            (hexed,) = database.execute("SELECT id FROM accounts_user WHERE email = 'gone@b.example'").fetchone()
        other.mkdir(mode=0o700)
        digest = hashlib.sha256(bytes.fromhex(hexed)).hexdigest()
        (other / "erasures.txt").write_text(f"2026-11-24T00:00:00+00:00 {digest}\n")
        restored = run(other, "restore", str(copy))
        assert "1 person was erased anew" in restored.stdout, restored.stderr
        with sqlite3.connect(other / "node.sqlite3") as database:
            emails = [email for (email,) in database.execute("SELECT email FROM accounts_user")]
        assert "gone@b.example" not in emails

    def test_a_copy_is_not_put_over_what_is_there(self, node, tmp_path):
        copy = tmp_path / "copy.tar.gz"
        run(node, "backup", str(copy))
        refused = run(node, "restore", str(copy))
        assert refused.returncode == 2
        assert "empty" in refused.stderr

    def test_a_changed_copy_is_refused(self, node, tmp_path):
        copy, changed = tmp_path / "copy.tar.gz", tmp_path / "changed.tar.gz"
        run(node, "backup", str(copy))
        with tarfile.open(copy) as old:
            old.extractall(tmp_path / "parts", filter="data")
        (tmp_path / "parts" / "data" / "secret.key").write_text("another secret, which nobody may slip in here today")
        with tarfile.open(changed, "w:gz") as new:
            for part in ("manifest.json", "database", "data/secret.key"):
                new.add(tmp_path / "parts" / part, part)
        refused = run(tmp_path / "other", "restore", str(changed))
        assert refused.returncode == 2
        assert "changed or damaged" in refused.stderr

    @pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00cut off"])
    def test_what_is_no_copy_is_refused_in_a_sentence(self, tmp_path, content):
        file = tmp_path / "file"
        file.write_bytes(content)
        refused = run(tmp_path / "other", "restore", str(file))
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


@pytest.mark.django_db
class TestHealth:
    def test_a_node_that_works_says_so(self, client: Client):
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"well": True, "findings": []})

    def test_a_full_disk_shows(self, client: Client, monkeypatch):
        monkeypatch.setattr("touchstone_server.node.findings.LOWEST_SPACE", 1 << 62)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["findings"]) == (503, ["disk_nearly_full"])


def test_the_mark_of_the_log_is_printed_and_compared(node):
    mark = run(node, "audit").stdout.strip()
    assert run(node, "audit", f"--known={mark}").stdout.strip() == mark
    forged = run(node, "audit", f"--known={mark[:-1]}{'0' if mark[-1] != '0' else '1'}")
    assert (forged.returncode, "not what it was" in forged.stderr) == (1, True)
    assert "NUMBER:DIGEST" in run(node, "audit", "--known=x").stderr


class TestLogs:
    def test_a_request_keeps_the_id_that_a_proxy_gave_it(self, client: Client):
        assert client.get("/en/", headers={"X-Request-ID": "abcdef0123456789"})["X-Request-ID"] == "abcdef0123456789"

    def test_an_id_that_is_none_is_replaced(self, client: Client):
        given = client.get("/en/", headers={"X-Request-ID": "x\n"})["X-Request-ID"]
        assert len(given) == 32

    def test_a_line_names_the_route_and_never_the_address(self, client: Client, caplog):
        with caplog.at_level(logging.INFO, "touchstone.requests"):
            client.get("/en/verify/sample/nobody-but-Chan/?secret=1")
        (record,) = [each for each in caplog.records if each.name == "touchstone.requests"]
        line = json.loads(JsonFormatter().format(record))
        assert line["route"] == "<locale:locale>/verify/sample/<str:name>/"
        assert "Chan" not in json.dumps(line)

    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/S/SECRET0SECRET0SECRET0SECRE", "/en/desk/join/SECRET0SECRET0SECRET/"])
    def test_no_logger_tells_the_secret_of_an_address(self, path, monkeypatch):
        quoted = "a key is there\nDETAIL:  Key (email)=(SECRET0@example.org) already exists."  # as PostgreSQL does

        def fail(*told: object) -> None:
            raise IntegrityError(quoted)

        monkeypatch.setattr(sharing, "link_at", fail)
        (console,) = [each for each in logging.getLogger().handlers if each.name == "console"]
        monkeypatch.setattr(console, "stream", written := io.StringIO())
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        client.get(path)
        client.post(path)
        assert "<str:" in written.getvalue(), "something was told"
        assert "SECRET0" not in written.getvalue()

    def test_a_fault_keeps_its_request_id(self):
        def fail(request):
            logging.getLogger("touchstone").error("oh")
            raise ZeroDivisionError

        from django.test import RequestFactory

        with pytest.raises(ZeroDivisionError):
            RequestLog(fail)(RequestFactory().get("/"))


def test_an_organisation_is_given_a_key_that_only_its_owner_can_read(node):
    made = run(node, "key", "college", "--controller=did:web:college.example", TOUCHSTONE_PASSPHRASE="for tests only")
    assert made.returncode == 0, made.stderr
    assert "did:web:college.example" in made.stdout
    assert (node / "keys" / "college").stat().st_mode & 0o077 == 0
    (node / "keys" / "college").unlink()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"TOUCHSTONE_PASSPHRASE": ""}, "passphrase_missing"),
        ({"TOUCHSTONE_ADDRESS": "https://node.example", "TOUCHSTONE_DEMO": False}, "key_files_refused"),
    ],
)
def test_keys_that_cannot_sign_are_named(settings, tmp_path, changed, code):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, "for tests only"
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "college").touch()
    assert not {"passphrase_missing", "key_files_refused"} & {finding.code for finding in findings()}
    for name, value in changed.items():
        setattr(settings, name, value)
    assert code in {finding.code for finding in findings()}


def test_the_policy_of_account_pages_lets_people_go_to_the_institutions_that_sign_them_in():
    from touchstone_server.accounts.policy import institutions

    apps = [{"settings": {"server_url": "https://id.university.example/realms/a/"}}, {"settings": {}}, {}]
    assert list(institutions({"openid_connect": {"APPS": apps}})) == ["https://id.university.example"]
    assert list(institutions({})) == []
