# SPDX-License-Identifier: Apache-2.0
"""An issuer's day at the command line: a key, a table of learners, credentials, a revocation; and the verifier's answer to each."""

from __future__ import annotations

import contextlib
import fcntl
import json
import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

from tests.touchstone.credentials.registries import MARCH
from touchstone.cli import app
from touchstone.credentials import batch, keystore
from touchstone.credentials.batch import run as run_batch
from touchstone.credentials.journal import LOCK, Journal
from touchstone.credentials.status_list import MINIMUM_BITS, encode

PASSPHRASE = "open sesame"
ISSUER = "did:web:school.example"
TEMPLATE = {
    "kind": "CredentialTemplate",
    "issuer": {"id": ISSUER, "name": {"en": "Example School", "zh-Hans": "示范学校"}},
    "achievement": {
        "id": "https://school.example/achievements/stone-setting-3",
        "name": {"en": "Stone setting", "zh-Hans": "镶嵌"},
        "description": {"en": "Sets stones in four ways."},
        "criteria": {"en": "All four settings pass the touch test."},
    },
    "attests": {
        "kind": "assessment",
        "units": [{"id": "gd#T1", "code": "T1", "level": "3"}, {"id": "gd#T2", "code": "T2"}],
    },
    "valid_months": "60",
    "status": "https://school.example/status/",
}
LEARNERS = "姓名,日期,单元\n陈大文,2026-05-01,T1\n李小龙,2026-05-01,T1;T2\n"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout if code != 2 else done.stderr


def make_keys(file, controller=""):
    """A key file that costs little to open."""
    keystore.new(file, PASSPHRASE, created=MARCH, controller=controller, scrypt=keystore.Scrypt(n=2**10))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A school's desk: a key, a registry that lists it, a template, a table, and what was issued from it."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOUCHSTONE_PASSPHRASE", PASSPHRASE)
        make_keys(folder / "keys.json", ISSUER)
        (key,) = keystore.list_keys(folder / "keys.json")
        listed = {"id": key.id, "publicKeyMultibase": key.publicKeyMultibase}
        registry = {
            "kind": "TrustRegistry", "id": "urn:trust", "version": "1", "title": {"en": "Trust"}, "status": "in_force",
            "issuers": [{"id": ISSUER, "name": {"en": "School"}, "keys": [listed]}],
        }  # fmt: skip
        for name, content in {"trust.yaml": registry, "template.yaml": TEMPLATE}.items():
            (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        (folder / "learners.csv").write_text(LEARNERS, encoding="utf-8")
        (folder / "picture.svg").write_bytes(PICTURE)
        issue(folder)
        yield folder


def issue(desk, *words, code=0, table="learners.csv", out="out"):
    fixed = ("--template", desk / "template.yaml", "--key", desk / "keys.json", "--out", desk / out)
    return run("credential", "issue", desk / table, *fixed, *words, code=code)


def verify(desk, file, *words, code=0):
    lists = ("--status", desk / "out" / "status-list.json", "--status", desk / "out" / "status-list-suspension.json")
    fixed = ("--trust", desk / "trust.yaml", *lists, "--json")
    return json.loads(run("credential", "verify", file, *fixed, *words, code=code))


def issued(desk, number=1):
    return desk / "out" / "credentials" / f"{number:04}.json"


def test_what_was_issued_is_valid_and_the_report_lists_every_check(desk):
    report = verify(desk, issued(desk, 2))

    assert report["verdict"] == "valid"
    assert [check["check"] for check in report["checks"]] == [
        "structure", "schema", "context", "terms", "proof", "issuer", "key", "status", "period",
    ]  # fmt: skip


def test_the_moment_asked_about_decides(desk):
    report = verify(desk, issued(desk, 2), "--at", "2031-05-02", code=1)

    assert report["verdict"] == "expired"


@pytest.mark.parametrize("key", ["[/red]", "[bold]", "\x1b[2J", "x\nValid: genuine"])
def test_a_strangers_words_are_neither_markup_nor_orders_to_the_terminal(desk, tmp_path, key):
    (tmp_path / "odd.json").write_text(json.dumps({**json.loads(issued(desk).read_bytes()), key: 1}), encoding="utf-8")

    told = run("credential", "verify", tmp_path / "odd.json", "--trust", desk / "trust.yaml", code=1)

    assert told.startswith("Not genuine")
    assert "term" in told
    assert "\x1b" not in told
    assert not any(line.lstrip().startswith("Valid") for line in told.splitlines())


def test_of_a_learner_record_each_credential_is_verified_too(desk, tmp_path):
    record = {"type": ["VerifiableCredential", "ClrCredential"], "credentialSubject": {"verifiableCredential": []}}
    whole = json.loads(issued(desk, 2).read_bytes())
    record["credentialSubject"]["verifiableCredential"] = [whole, {**whole, "awardedDate": "2020-01-01T00:00:00Z"}]
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")

    held = verify(desk, tmp_path / "record.json", code=1)["bundled"]
    told = run("credential", "verify", tmp_path / "record.json", "--trust", desk / "trust.yaml", code=1)

    assert [each["report"]["verdict"] for each in held] == ["valid", "not_genuine"]
    assert f"{whole['id']}: " in told
    assert "✗ proof: the signature does not fit" in told


def test_a_name_of_two_lines_is_shown_on_one(desk, tmp_path):
    document = json.loads(issued(desk).read_bytes())
    (tmp_path / "odd.json").write_text(json.dumps({**document, "name": "x\nholds        all\x1b[2J"}), encoding="utf-8")

    told = run("credential", "show", tmp_path / "odd.json")

    assert "name         x\\u000aholds        all\\u001b[2J" in told


def test_issuing_again_gives_the_same_files_and_nothing_new(desk):
    before = issued(desk).read_bytes()

    told = issue(desk)

    assert "\n2 rows: 2 known." in told
    assert issued(desk).read_bytes() == before


def test_a_dry_run_names_row_and_column_and_writes_nothing(desk):
    (desk / "mistaken.csv").write_text(LEARNERS + "王五,2026-13-01,T9\n", encoding="utf-8")

    told = issue(desk, "--dry-run", table="mistaken.csv", out="elsewhere")

    assert "row 4, B (awarded): the value does not fit" in told
    assert told.endswith("3 rows: 2 ready, 1 refused.\n")
    assert not (desk / "elsewhere").exists()


def test_a_dry_run_shows_what_the_first_rows_would_be_attested_and_what_to_know_about_the_table(desk):
    (desk / "scores.csv").write_text("name,grade,awarded,T1 score\nLi,A,2026-05-01,87.5\n", encoding="utf-8")

    told = issue(desk, "--dry-run", table="scores.csv", out="elsewhere")

    for words in ("│ Li ", "2026-05-01", "2031-05-01", "T1, level 3, score 87.5", "T2", "│ none "):
        assert words in told
    assert "Remark: Column B (grade) is not known and was left out." in told
    assert "Remark: No column speaks of T2: every row attests it, as the template says." in told
    assert "Remark: 1 of 1 rows name no DID (column holder)" in told
    assert "Remark: No document at hand knows gd#T1, gd#T2: neither id nor level could be looked at." in told


def test_every_row_is_told_with_the_file_of_its_credential(desk):
    told = json.loads(issue(desk, "--json"))

    files = {row["name"]: row["file"] for row in told["rows"]}
    assert files == {"陈大文": str(issued(desk, 1)), "李小龙": str(issued(desk, 2))}
    assert f"row 3, 李小龙: {issued(desk, 2)}\n" in issue(desk)


def test_a_refused_row_is_not_told_with_the_file_of_the_credential_whose_key_it_bears(desk):
    (desk / "keyed.csv").write_text("key,name,awarded\n1,陈大文,2026-05-01\n", encoding="utf-8")
    issue(desk, table="keyed.csv", out="keyed")
    (desk / "keyed.csv").write_text("key,name,awarded\n1,李小龙,2026-05-01\n", encoding="utf-8")

    (row,) = json.loads(issue(desk, "--json", code=1, table="keyed.csv", out="keyed"))["rows"]

    assert row["result"] == "refused"
    assert not row.get("file")
    assert "row 2, 李小龙: " not in issue(desk, code=1, table="keyed.csv", out="keyed")


def test_a_table_of_which_every_row_is_refused_leaves_nothing_to_publish(desk):
    (desk / "mistaken.csv").write_text("name,awarded,units\nLi,tomorrow,T1\n", encoding="utf-8")

    told = issue(desk, code=1, table="mistaken.csv", out="refused")

    assert told.endswith("1 row: 1 refused.\n")


def test_stopped_with_ctrl_c_it_writes_what_was_issued_and_says_how_it_goes_on(desk, monkeypatch):
    def stopped(*given, **named):
        results = run_batch(*given, **named, group=1)
        yield next(results)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batch, "run", stopped)
        told = issue(desk, code=130, out="stopped")

    assert "陈大文: " in told
    assert "1 row: 1 issued." in told
    assert [file.name for file in (desk / "stopped" / "credentials").iterdir()] == ["0001.json"]
    assert "2 rows: 1 issued, 1 known." in issue(desk, out="stopped")


def test_nobody_else_issues_between_issuing_and_writing_the_files(desk, monkeypatch):
    letting_go, others = Journal.close, []

    def taken_at_once(journal):
        letting_go(journal)
        others.append(opened.enter_context((journal.folder / LOCK).open("rb")))
        fcntl.flock(others[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)

    with contextlib.ExitStack() as opened:
        monkeypatch.setattr(Journal, "close", taken_at_once)
        told = issue(desk, out="alone")

    assert len(others) == 1
    assert "2 rows: 2 issued." in told


def test_a_level_that_is_not_on_the_scale_of_a_known_unit_is_refused_with_its_cell(desk):
    known = {**TEMPLATE, "attests": {"kind": "assessment", "units": [{"id": "DEMO-GD:wax", "level": "4"}]}}
    (desk / "known.yaml").write_text(yaml.safe_dump(known, allow_unicode=True), encoding="utf-8")
    (desk / "levels.csv").write_text("name,awarded,level\nLi,2026-05-01,99\n", encoding="utf-8")
    words = ("--template", desk / "known.yaml", "--dry-run")

    told = issue(desk, *words, table="levels.csv", out="elsewhere")

    assert "row 2, C (level): the level is not on the scale of DEMO-GD:wax: expected one of " in told


def test_a_dry_run_names_no_id_that_is_never_issued_and_leaves_a_torn_journal_as_it_is(desk):
    shown = json.loads(issue(desk, "--dry-run", "--json", out="elsewhere"))["rows"]
    issue(desk, out="begun")
    journal = desk / "begun" / "journal.jsonl"
    journal.write_bytes(torn := journal.read_bytes()[:-7])

    told = issue(desk, "--dry-run", out="begun")

    assert [row.get("id") for row in shown] == [None, None]
    assert told.endswith("2 rows: 1 ready, 1 known.\n")
    assert journal.read_bytes() == torn


def test_a_revoked_credential_is_revoked_for_every_verifier_who_has_the_list(desk):
    told = run(
        "credential", "revoke", issued(desk), "--list", desk / "out" / "status-list.json", "--key", desk / "keys.json"
    )

    assert "revoked. Publish" in told
    assert verify(desk, issued(desk), code=1)["verdict"] == "revoked"
    assert verify(desk, issued(desk, 2))["verdict"] == "valid"


def test_what_issue_makes_can_be_suspended_and_reinstated(desk):
    fixed = ("--list", desk / "out" / "status-list-suspension.json", "--key", desk / "keys.json")

    run("credential", "suspend", issued(desk, 2), *fixed)
    suspended = verify(desk, issued(desk, 2), code=1)["verdict"]
    run("credential", "reinstate", issued(desk, 2), *fixed)

    assert suspended == "suspended"
    assert verify(desk, issued(desk, 2))["verdict"] == "valid"


def test_a_list_for_revocation_suspends_nobody(desk):
    fixed = ("--list", desk / "out" / "status-list.json", "--key", desk / "keys.json")

    told = run("credential", "suspend", issued(desk, 2), *fixed, code=2)

    assert "no place for suspension in this list" in told


def test_a_copy_with_somebody_elses_place_revokes_nobody(desk):
    ann, bob = (json.loads(issued(desk, number).read_bytes()) for number in (1, 2))
    (desk / "forged.json").write_text(json.dumps({**ann, "credentialStatus": bob["credentialStatus"]}), "utf-8")
    before = (desk / "out" / "status-list.json").read_bytes()

    told = run(
        "credential", "revoke", desk / "forged.json", "--list", desk / "out" / "status-list.json",
        "--key", desk / "keys.json", code=2,
    )  # fmt: skip

    assert "the credential is not as its issuer signed it" in told
    assert (desk / "out" / "status-list.json").read_bytes() == before


def test_a_key_that_was_rotated_in_revokes_what_the_old_one_signed(desk):
    for name, source in {"later.json": desk / "keys.json", "list.json": desk / "out" / "status-list.json"}.items():
        (desk / name).write_bytes(source.read_bytes())
    keystore.rotate(desk / "later.json", PASSPHRASE, at=MARCH, fragment="key-2")
    fixed = ("--list", desk / "list.json", "--key", desk / "later.json")

    told = run("credential", "revoke", issued(desk, 1), *fixed, "--json")

    assert json.loads(told)["status"] == "revoked"


def test_a_key_that_was_rotated_in_signs_a_list_anew_as_it_stands(desk):
    for name, source in {"later.json": desk / "keys.json", "list.json": desk / "out" / "status-list.json"}.items():
        (desk / name).write_bytes(source.read_bytes())
    before = json.loads((desk / "list.json").read_bytes())
    told = run("key", "rotate", desk / "later.json", "--name", "key-2")

    assert "Sign your status lists anew today (touchstone credential renew)" in told
    assert "signed anew, until" in run("credential", "renew", desk / "list.json", "--key", desk / "later.json")
    after = json.loads((desk / "list.json").read_bytes())
    assert after["credentialSubject"]["encodedList"] == before["credentialSubject"]["encodedList"]
    assert after["id"] == before["id"]
    assert after["proof"]["verificationMethod"].endswith("#key-2")


def test_a_list_that_somebody_altered_is_not_signed_anew(desk):
    altered = json.loads((desk / "out" / "status-list.json").read_bytes())
    altered["validFrom"] = "2026-01-01T00:00:00Z"
    (desk / "altered.json").write_text(json.dumps(altered), "utf-8")

    told = run("credential", "renew", desk / "altered.json", "--key", desk / "keys.json", code=2)

    assert "the status list is not as its keeper signed it" in told
    assert json.loads((desk / "altered.json").read_bytes()) == altered


def test_another_issuers_key_revokes_nothing(desk):
    make_keys(desk / "stranger.json")
    before = (desk / "out" / "status-list.json").read_bytes()

    told = run(
        "credential", "revoke", issued(desk, 2), "--list", desk / "out" / "status-list.json",
        "--key", desk / "stranger.json", code=2,
    )  # fmt: skip

    assert "the key is not the issuer's" in told
    assert (desk / "out" / "status-list.json").read_bytes() == before


def test_a_picture_carries_a_credential_and_is_verified_like_one(desk):
    run("credential", "bake", issued(desk, 2), desk / "picture.svg", "--out", desk / "baked.svg")

    assert verify(desk, desk / "baked.svg")["verdict"] == "valid"
    assert "gd#T2" in run("credential", "show", desk / "baked.svg")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("table.xlsx", b"PK\x03\x04\x00", "there is no credential in this file: expected a credential as JSON, or the PNG or SVG"),
        ("trust.yaml", b"kind: TrustRegistry\n", "there is no credential in this file"),
        ("shown.json", b'{"type": "VerifiablePresentation"}', "a presentation, not a credential. `touchstone wallet check`"),
        ("wallet.json", b'{"format": "touchstone-wallet"}', "a wallet, not a credential. `touchstone wallet list`"),
        ("receipt.json", b'{"kind": "Receipt"}', "a receipt, not a credential. `touchstone recheck`"),
    ],
)  # fmt: skip
def test_what_is_no_credential_is_refused_by_name_and_not_called_a_forgery(desk, name, content, told):
    file = desk / f"other-{name}"
    file.write_bytes(content)

    for words in (
        ("verify", file, "--trust", desk / "trust.yaml"),
        ("bake", file, desk / "picture.svg", "--out", desk / "o"),
    ):
        said = run("credential", *words, code=2)
        assert said.startswith(f"touchstone: {file}: ")
        assert told in said


def test_broken_json_is_verified_and_found_not_genuine(desk):
    (desk / "twice.json").write_bytes(b'{"id": 1, "id": 2}')

    assert verify(desk, desk / "twice.json", code=1)["verdict"] == "not_genuine"


def test_a_status_list_is_not_put_into_a_picture(desk):
    words = (
        "credential",
        "bake",
        desk / "out" / "status-list.json",
        desk / "picture.svg",
        "--out",
        desk / "listed.svg",
    )

    assert "a status list is published at its address" in run(*words, code=2)
    assert not (desk / "listed.svg").exists()


def test_without_the_list_the_status_cannot_be_confirmed(desk):
    told = run("credential", "verify", issued(desk, 2), "--trust", desk / "trust.yaml", code=1)

    assert told.startswith("Cannot confirm")


def test_a_new_key_file_is_sealed_and_names_the_key_by_its_owner(desk):
    told = run("key", "new", desk / "new.json", "--controller", ISSUER, "--name", "key-2026")

    assert told.startswith(f"{ISSUER}#key-2026")
    assert "Keep it and its passphrase apart" in told
    assert (desk / "new.json").stat().st_mode & 0o777 == 0o600


def test_where_nobody_can_type_the_passphrase_its_variable_is_named(desk, monkeypatch):
    monkeypatch.delenv("TOUCHSTONE_PASSPHRASE")
    for words in (("new", desk / "other.json"), ("rotate", desk / "keys.json")):
        told = run("key", *words, code=2)
        assert "nobody is there to type the passphrase. Set TOUCHSTONE_PASSPHRASE in the environment." in told


def test_a_passphrase_that_is_soon_tried_seals_no_new_key(desk, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "seven77")

    assert "the passphrase is too short: expected at least 8 characters" in run(
        "key", "new", desk / "weak.json", code=2
    )
    assert not (desk / "weak.json").exists()


def test_a_rotated_key_stays_in_the_file_and_the_new_one_signs(desk):
    make_keys(desk / "rotating.json")

    entries = json.loads(run("key", "rotate", desk / "rotating.json", "--json"))

    assert [bool(entry.get("retired")) for entry in entries] == [True, False]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("credential", "verify", "nowhere.json", "--trust", "trust.yaml"), "nowhere.json: the file is not there"),
        (("credential", "verify", "out/credentials/0001.json", "--trust", "template.yaml"), "template.yaml:23: kind"),
        (("credential", "show", "learners.csv"), "learners.csv:1: "),
        (("credential", "bake", "learners.csv", "template.yaml", "--out", "x"), "learners.csv: there is no credential"),
        (
            ("credential", "bake", "out/credentials/0001.json", "template.yaml", "--out", "x"),
            "template.yaml: this is not a picture",
        ),
        (("key", "list", "learners.csv"), "learners.csv"),
    ],
)
def test_bad_input_is_a_sentence_that_names_the_file(desk, monkeypatch, words, told):
    monkeypatch.chdir(desk)

    assert told in run(*words, code=2)


def test_two_who_revoke_at_once_lose_no_revocation(desk):
    issue(desk, out="at-once")
    files = sorted((desk / "at-once" / "credentials").glob("*.json"))[:2]
    fixed = ("--list", desk / "at-once" / "status-list.json", "--key", desk / "keys.json")

    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "touchstone", "credential", "revoke", file, *fixed], stdout=subprocess.DEVNULL
        )
        for file in files
    ]

    assert [command.wait(60) for command in commands] == [0, 0]
    for file in files:
        said = verify(desk, file, "--status", desk / "at-once" / "status-list.json", code=1)
        assert said["verdict"] == "revoked"


@pytest.mark.parametrize("purpose", ["", "-suspension"])
def test_a_status_list_that_is_lost_is_never_made_anew(desk, purpose):
    out = f"lost{purpose}"
    issue(desk, out=out)
    file = desk / out / f"status-list{purpose}.json"
    content = file.read_bytes()

    file.unlink()
    assert "a new one would forget what was revoked" in issue(desk, out=out, code=2)
    assert not file.exists()

    file.write_bytes(content)
    issue(desk, out=out)


def test_a_status_list_of_another_folder_or_that_its_keeper_has_not_signed_is_not_taken_for_ones_own(desk):
    for out in ("own", "others"):
        issue(desk, out=out)
    file = desk / "own" / "status-list.json"
    own = json.loads(file.read_bytes())
    empty = encode(bytes(MINIMUM_BITS // 8 + 1))

    file.write_bytes((desk / "others" / "status-list.json").read_bytes())
    assert f"status list of another address: expected {own['id']}" in issue(desk, out="own", code=2)
    for put, told in (
        ({**own, "credentialSubject": {**own["credentialSubject"], "encodedList": empty}}, "as its keeper signed it"),
        ({name: value for name, value in own.items() if name != "proof"}, "as its keeper signed it"),
        ({**own, "issuer": "did:web:another.example"}, "the key is not the issuer's"),
    ):
        file.write_text(json.dumps(put), encoding="utf-8")
        assert told in (complaint := issue(desk, out="own", code=2))
        assert "issuer's" in complaint or "Put back the copy that is published." in complaint
    file.write_text(json.dumps(own), encoding="utf-8")
    issue(desk, out="own")


def test_a_status_list_that_is_none_is_not_published(desk):
    issue(desk, out="damaged")
    (desk / "damaged" / "status-list.json").write_text("x", encoding="utf-8")

    assert "publish" not in issue(desk, out="damaged", code=2)
