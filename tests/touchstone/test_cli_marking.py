"""``touchstone marking``, and what ``credential issue`` and ``credential verify`` make of its reports."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from tests.touchstone.credentials.registries import MARCH
from tests.touchstone.practice.marking.sheets import MARKS, TEXT, report, rows
from touchstone.cli import app
from touchstone.credentials import keystore
from touchstone.practice.marking.reading import read_marking_sheet

ISSUER = "did:web:school.example"
PASSPHRASE = "open sesame"
TEMPLATE = {
    "kind": "CredentialTemplate",
    "issuer": {"id": ISSUER, "name": {"en": "Example School"}},
    "achievement": {
        "id": "https://school.example/achievements/setting",
        "name": {"en": "Stone setting"},
        "description": {"en": "Sets stones."},
        "criteria": {"en": "Both units are shown."},
    },
    "attests": {
        "kind": "assessment",
        "assurance": "authority_assessed",
        "units": [{"id": "gd-jewellery#T1", "code": "T1"}, {"id": "gd-jewellery#T2", "code": "T2"}],
    },
    "status": "https://school.example/status/",
}


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout if code != 2 else done.stderr


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A sheet, a report of an evaluator as `inspect --json` prints it, a template, a key, and a registry that lists it."""
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    keystore.new(tmp_path / "keys.json", PASSPHRASE, created=MARCH, controller=ISSUER, scrypt=keystore.Scrypt(n=2**10))
    (key,) = keystore.list_keys(tmp_path / "keys.json")
    registry = {
        "kind": "TrustRegistry", "id": "urn:trust", "version": "1", "title": {"en": "Trust"}, "status": "in_force",
        "issuers": [{"id": ISSUER, "name": {"en": "School"}, "keys": [{"id": key.id, "publicKeyMultibase": key.publicKeyMultibase}]}],
    }  # fmt: skip
    (tmp_path / "trust.yaml").write_text(yaml.safe_dump(registry), encoding="utf-8")
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(TEMPLATE), encoding="utf-8")
    (tmp_path / "sheet.yaml").write_text(TEXT + rows(), encoding="utf-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "ring.json").write_text(
        json.dumps(json.loads(report().canonical), indent=2), encoding="utf-8"
    )
    return tmp_path


def marking(desk, *words, code=0, sheet="sheet.yaml"):
    return run("marking", desk / sheet, "--reports", desk / "reports", *words, code=code)


def issue(desk, code=0):
    fixed = ("--template", desk / "template.yaml", "--key", desk / "keys.json", "--out", desk / "out")
    return run("credential", "issue", desk / "kept" / "learners.csv", *fixed, "--evidence", desk / "kept", code=code)


def verify(desk, *words, code=0):
    lists = ("--status", desk / "out" / "status-list.json", "--status", desk / "out" / "status-list-suspension.json")
    file = desk / "out" / "credentials" / "0001.json"
    return run(
        "credential",
        "verify",
        file,
        "--trust",
        desk / "trust.yaml",
        *lists,
        "--evidence",
        desk / "kept",
        *words,
        code=code,
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "shank met"), ("zh-Hans", "shank 合格"), ("zh-Hant", "shank 合格"), ("pt", "shank cumprido")],
)
def test_marks_are_told_in_the_readers_language(desk, language, told):
    assert told in marking(desk, "--lang", language)


def test_missing_marks_are_told_and_are_no_zero(desk):
    (desk / "part.yaml").write_text(TEXT + rows(MARKS[:3]), encoding="utf-8")

    told = marking(desk, code=1, sheet="part.yaml")
    assert "missing" in told
    assert "c01, seat: no mark yet, and that is no zero: 1 of 2 assessors have marked it." in told


def test_the_result_for_machines_has_a_report_a_candidate(desk):
    result = json.loads(marking(desk, "--json"))

    assert result["candidates"][0]["total"] == "13"
    assert result["candidates"][0]["report"]["kind"] == result["studies"]["kind"] == "PracticeReport"


@pytest.mark.parametrize("name", ["new.yaml", "new.xlsx"])
def test_a_template_is_written_and_can_be_marked(tmp_path, name):
    run("marking", "--template", tmp_path / name, "--lang", "zh-Hant")

    assert "c01" in run("marking", tmp_path / name, code=1)


def test_the_blind_sheet_is_written(desk):
    (desk / "drawn.yaml").write_text(TEXT.replace('least: "0"', 'least: "1"') + rows(), encoding="utf-8")
    marking(desk, "--blind", desk / "blind.xlsx", sheet="drawn.yaml", code=1)

    blind = read_marking_sheet((desk / "blind.xlsx").read_bytes(), "blind.xlsx", then=lambda _: None)
    assert {mark.marking for mark in blind.marks} == {"second"}


def test_who_was_drawn_is_no_learner_before_the_second_marking(desk):
    drawn = TEXT.replace('least: "0"', 'least: "1"\ntolerance: "10"')
    (desk / "drawn.yaml").write_text(drawn + rows(), encoding="utf-8")
    told = marking(desk, "--keep", desk / "kept", sheet="drawn.yaml", code=1)

    assert "c01 is not in the table of learners: the second marking is not there yet." in told
    assert "陈一" not in (desk / "kept" / "learners.csv").read_text(encoding="utf-8-sig")

    again = [("c01", aspect, "ho", points, ", marking: second") for aspect, points in (("finish", 3), ("seat", 2))]
    (desk / "drawn.yaml").write_text(drawn + rows([*MARKS, *again]), encoding="utf-8")
    marking(desk, "--keep", desk / "kept", sheet="drawn.yaml")

    assert "陈一" in (desk / "kept" / "learners.csv").read_text(encoding="utf-8-sig")


def test_no_blind_sheet_is_written_before_every_first_judgement_is_there(desk):
    (desk / "part.yaml").write_text(TEXT + rows(MARKS[:3]), encoding="utf-8")

    told = marking(desk, "--blind", desk / "blind.xlsx", sheet="part.yaml", code=2)
    assert "nobody is drawn for a second marking yet" in told
    assert not (desk / "blind.xlsx").exists()


def test_a_mistake_is_told_with_file_line_and_field(desk):
    (desk / "bad.yaml").write_text(TEXT + rows([("c01", "seat", "nobody", 2)]), encoding="utf-8")

    told = marking(desk, code=2, sheet="bad.yaml")
    assert (
        "bad.yaml:20: marks[0].assessor: the assessor is unknown: expected one of chan, ho, wong, found 'nobody'."
        in told
    )


def test_what_an_evaluator_decided_is_told_with_its_row_when_somebody_marks_it(desk):
    (desk / "bad.yaml").write_text(TEXT + rows([*MARKS, ("c01", "wall", "ho", 0)]), encoding="utf-8")

    assert "bad.yaml:24: marks[4].aspect: an evaluator has decided this measurement" in marking(
        desk, code=2, sheet="bad.yaml"
    )


def test_no_sheet_and_no_folder_are_told(desk):
    assert "Give one, or --template FILE" in run("marking", code=2)
    assert "the folder of reports is not there" in run(
        "marking", desk / "sheet.yaml", "--reports", desk / "nowhere", code=2
    )


# ------------------------------------------------------------------ into a credential
def test_from_marks_to_a_credential_whose_evidence_is_checked(desk):
    marking(desk, "--keep", desk / "kept")
    issue(desk)

    told = verify(desk)
    assert told.count("at hand, and the credential says what it says") == 2
    shown = run("credential", "show", desk / "out" / "credentials" / "0001.json")
    assert "provider_assessed" in shown  # the template says more than those who assessed
    result = json.loads(verify(desk, "--json"))
    assert (result["verdict"], {each["found"] for each in result["evidence"]}) == ("valid", {"same"})


def test_a_byte_changed_in_a_report_is_noticed_before_and_after_issuing(desk):
    marking(desk, "--keep", desk / "kept")
    issue(desk)
    file = desk / "kept" / "marks-c01.json"
    file.write_bytes(file.read_bytes().replace(b'"13"', b'"14"'))

    assert "not at hand; a report in which a byte was changed is another one" in verify(desk, code=1)
    table = desk / "kept" / "learners.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace('"k1"', '"k2"'), encoding="utf-8")
    assert "row 2, evidence: no report at hand has this digest" in issue(desk, code=1)
