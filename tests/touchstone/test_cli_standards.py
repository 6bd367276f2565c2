"""The commands for those who make standards, and for those who decide by the thousand."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from tests.touchstone.plain import texts
from tests.touchstone.small_world import STANDARDS, TARGET, pool, qualification
from touchstone.cli import app
from touchstone.library import DEMO

HK, MO = (f"https://touchstone.example/qualifications/{region}-jewellery-maker" for region in ("hk", "mo"))

CANDIDATES = """\
kind: ExamSession
candidates:
  - candidate: number 7
    request:
      from: HK
      to: HK
      target: any
      purpose: employment
      decided_on: 2026-11-24
      evidence:
        - {credential: "urn:exam", kind: assessment, awarded: 2026-11-20, status: valid, units: [{id: "DEMO-HK:wax", level: "2"}]}
"""


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_two_regions_certificates_are_composed_into_one_standard():
    done = run("compose", HK, MO, "--on", "2026-11-24", "--json")

    standard = json.loads(done.stdout)["standard"]
    assert done.exit_code == 0
    assert standard["kind"] == "JointStandard"
    assert {"DEMO-HK:law", "DEMO-MO:law"} <= {unit["id"] for unit in standard["units"]}


def test_a_joint_standard_is_told_whole_with_the_region_of_every_unit_and_the_choices_that_it_takes_away():
    gd, hk = (
        f"https://touchstone.example/qualifications/{name}" for name in ("gd-jewellery-maker-5", "hk-jewellery-maker")
    )

    told = run("compose", gd, hk, "--on", "2026-11-24", "--library").stdout
    plain = json.loads(run("compose", gd, hk, "--on", "2026-11-24", "--json").stdout)

    assert told.startswith("Joint standard: 12 units, 2 more, 0 criteria from 2 parts.\n")
    assert "  Guangdong: Lost-wax casting, at least elementary (5)\n" in told
    assert "  Hong Kong: Lost-wax casting, at least QF Level 2\n" in told
    assert "  12 months of experience (goldsmith)\n  360 hours of training (" in told
    assert (
        "leaves a choice, 1 of 2; the joint standard asks for all of it: “Jewellery modelling in CAD” and “Op" in told
    )
    assert plain["choices"] == [{"part": hk, "count": 1, "of": 2, "units": ["DEMO-HK:cad", "DEMO-HK:print"]}]
    assert (
        "广东: 失蜡铸造（倒模）, at least 五级/初级工"
        in run("compose", gd, hk, "--on", "2026-11-24", "--lang", "zh-Hans").stdout
    )


def test_a_credit_pool_is_told_with_the_units_it_is_filled_from(tmp_path):
    world = (*STANDARDS, qualification(pool(6, "T1", "T5")))
    for number, each in enumerate(world):
        (tmp_path / f"{number}.json").write_text(json.dumps(texts(each)), encoding="utf-8")

    done = run("compose", TARGET, "--documents", tmp_path, "--on", "2026-06-01")

    assert done.stdout.splitlines()[1:] == ["  at least 6 credits from “T1” and “T5”"]


def test_each_candidate_is_told_what_is_earned_in_each_region(tmp_path):
    file = tmp_path / "session.yaml"
    file.write_text(CANDIDATES, encoding="utf-8")

    done = run("compose", HK, MO, "--on", "2026-11-24", "--candidates", file)

    assert "number 7: HK not earned, MO not earned" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), "the qualification is unknown"),
        ((HK, "--on", "yesterday"), "--on: the value does not fit"),
        ((HK, "--mode", "generous"), "--mode: the value does not fit"),
        ((HK, "--id", "two words"), "--id: the value does not fit"),
        ((HK, "--title", ""), "--title: the value does not fit"),
        ((HK, "--candidates", "nowhere.yaml"), "nowhere.yaml: the file is not there"),
    ],
)
def test_what_cannot_be_composed_is_told_in_a_sentence(words, told):
    done = run("compose", *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"touchstone: {told}")


@pytest.mark.parametrize("words", [("documents", "check", "nope"), ("difference", "nope", "next", "asked.yaml")])
def test_a_folder_that_is_not_there_is_told_without_an_option_that_the_command_has_not(words):
    done = run(*words)

    assert done.exit_code == 2
    assert (
        done.stderr
        == "touchstone: nope: the folder of documents is not there. Give the path of a folder that is there.\n"
    )


def test_a_mistyped_qualification_is_answered_with_the_one_that_was_meant():
    assert f"Did you mean {HK}?" in run("compose", HK.replace("jewellery", "jewelry"), MO).stderr


def test_a_session_that_is_none_is_told_with_its_file(tmp_path):
    file = tmp_path / "session.yaml"
    file.write_text(CANDIDATES.replace("ExamSession", "RecognitionRequest"), encoding="utf-8")

    done = run("compose", HK, MO, "--candidates", file)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"touchstone: {file}:1: kind: this is another kind of document")


def test_a_region_to_plan_in_is_written_as_regions_are():
    done = run("plan", DEMO / "maker-gd-to-hk.request.yaml", "--region", "hk")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("touchstone: --region: the value does not fit: expected a region such as")


def test_a_request_that_cannot_be_decided_under_both_folders_is_told_by_name(tmp_path):
    spoiled = tmp_path / "spoiled.yaml"
    text = (DEMO / "maker-gd-to-hk.request.yaml").read_text(encoding="utf-8")
    spoiled.write_text(text.replace("to: HK", "to: MO"), encoding="utf-8")
    (tmp_path / "before").mkdir()

    done = run("difference", tmp_path / "before", tmp_path / "before", spoiled, "--library")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"touchstone: {spoiled}: target: the target is a qualification of another region")


@pytest.mark.parametrize("words", [("recognise",), ("difference", ".", ".")], ids=["recognise", "difference"])
def test_where_no_request_is_nothing_is_said_to_have_been_decided(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none").mkdir()
    (tmp_path / "blank.jsonl").write_text("\n\n", encoding="utf-8")

    done = run(*words, "none", "blank.jsonl", *(["--library"] if words[0] == "difference" else []))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("touchstone: none, blank.jsonl: no recognition request is there")


def test_a_version_that_begins_later_changes_nothing_yet_and_that_is_remarked(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        shutil.copytree("tests/examples/recognition/documents", folder)
    agreement = after / "agreement-gd-hk.demo.yaml"
    text = agreement.read_text(encoding="utf-8")
    agreement.write_text(text.replace("{from: 2026-01-01, until: 2027-12-31}", "{from: 2099-01-01}"), encoding="utf-8")

    done = run("difference", before, after, "tests/examples/recognition")
    later = run("difference", before, after, "tests/examples/recognition", "--on", "2099-01-02")

    assert "is in force on no day that was asked about (it begins on 2099-01-01); --on decides" in done.stderr
    assert later.stderr == ""


def test_nobody_is_affected_by_documents_that_stay_as_they_are(tmp_path):
    done = run(
        "difference",
        "tests/examples/recognition/documents",
        "tests/examples/recognition/documents",
        DEMO.parent / "nothing",
    )

    assert done.exit_code == 2  # no requests there

    done = run("difference", *["tests/examples/recognition/documents"] * 2, "tests/examples/recognition")

    assert "0 of 3 answers change." in done.stdout


def test_a_folder_of_requests_is_decided_a_line_each():
    done = run("recognise", DEMO)

    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert len(lines) == 9
    assert any(line.startswith("CONDITIONAL") and line.endswith("maker-gd-to-hk.request.yaml") for line in lines)


def test_requests_a_line_each_are_decided_as_alone_and_their_receipts_recheck(tmp_path):
    one = json.loads(run("recognise", DEMO / "maker-gd-to-hk.request.yaml", "--json").stdout)
    receipt = tmp_path / "one.json"
    run("recognise", DEMO / "maker-gd-to-hk.request.yaml", "--save", receipt)
    request = json.loads(receipt.read_text(encoding="utf-8"))["request"]
    many = tmp_path / "many.jsonl"
    many.write_text((json.dumps(request) + "\n") * 3, encoding="utf-8")

    done = run("recognise", many, "--json", "--save", tmp_path / "receipts.jsonl")

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [{key: answer[key] for key in one} for answer in answers] == [one] * 3
    assert len((tmp_path / "receipts.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_a_bad_line_among_many_is_told_by_its_number(tmp_path):
    many = tmp_path / "many.jsonl"
    many.write_text('{"kind": "RecognitionRequest"}\n', encoding="utf-8")

    done = run("recognise", many)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "many.jsonl:1" in done.stderr
