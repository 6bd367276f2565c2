# SPDX-License-Identifier: Apache-2.0
"""The commands on programmes and needs: bad input in a sentence; docs/how-to/match-programmes-to-needs.md runs the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from tests.docs.pages import DOCS, FENCE
from touchstone.cli import app
from touchstone.programmes.coverage import Remark
from touchstone.programmes.gap import Because, Class
from touchstone.programmes.wording import wordings
from touchstone.text import LANGUAGES

GAP_NAME = re.compile(r"\{(\w+)")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, _, content in FENCE.findall(
        (DOCS / "how-to" / "match-programmes-to-needs.md").read_text(encoding="utf-8")
    ):
        if name:
            Path(name).write_text(content, encoding="utf-8")
    return tmp_path


def run(line, code=0):
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == code or code is None, done.output
    return done


GAP = "programme gap --needs needs --programme programme.yaml --on 2026-11-24"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("programme coverage programme.yaml nothing", "STANDARD: the standard is unknown"),
        ("programme coverage need.yaml x", "this is another kind of document: expected Programme, found 'Need'"),
        (
            "programme gap --needs need.yaml --programme programme.yaml --demanded 2",
            "--demanded: the value does not fit",
        ),
        ("programme gap --needs nothing.yaml --programme programme.yaml", "nothing.yaml: the file is not there"),
        (
            "programme gap --needs need.yaml --programme programme.yaml --must X",
            "no framework knows the competency: found 'X'",
        ),
        ("need import programme.yaml --dry-run", "the file is neither a table nor a posting"),
        ("need import postings.json --dry-run", "--region: the region of the needs is missing"),
        (
            "need candidates lin.yaml --passports lin.yaml",
            "this is another kind of document: expected Need, found 'Passport'",
        ),
        (
            "need candidates need.yaml --passports need.yaml",
            "this is another kind of document: expected Passport, found 'Need'",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(desk, line, complaint):
    done = run(line, code=2)

    assert complaint in done.stderr
    assert done.stdout == ""


def test_a_table_with_mistakes_is_not_taken_in_at_all(desk):
    Path("wrong.csv").write_text(Path("needs.csv").read_text().replace("DEMO-HK:wax", "DEMO-HK:wacks"))
    done = run("need import wrong.csv --out needs --json", code=2)

    (error,) = json.loads(done.stdout)["errors"]
    assert (error["row"], error["column"]) == (7, "F (competencies)")
    assert not Path("needs").exists()


def test_needs_are_not_taken_in_to_nowhere(desk):
    assert "--out: nothing says where the needs go. Give --out DIR" in run("need import needs.csv", code=2).stderr


def test_a_row_that_is_gone_is_told_and_ended_on_request(desk):
    run("need import needs.csv --out needs --on 2026-11-24")
    rows = Path("needs.csv").read_text().splitlines(keepends=True)
    Path("needs.csv").write_text("".join(rows[:-1]))

    assert (
        "standing before it (1; --end-gone ends them)"
        in run("need import needs.csv --out needs --on 2026-11-24").stdout
    )
    run("need import needs.csv --out needs --on 2026-11-24 --end-gone")
    assert "standing before" not in run("need import needs.csv --out needs --on 2026-11-24").stdout
    assert "5 same" in run("need import needs.csv --out needs --on 2026-11-24").stdout
    assert "DEMO-HK:wax" not in {cell["unit"] for cell in json.loads(run(f"{GAP} --json").stdout)["cells"]}


def test_a_changed_row_is_a_new_version_of_its_need(desk):
    run("need import needs.csv --out needs")
    Path("needs.csv").write_text(Path("needs.csv").read_text().replace("首饰工,3", "首饰工,4"))
    found = json.loads(run("need import needs.csv --out needs --json").stdout)["needs"]

    assert [item["version"] for item in found if item["what"] == "changed"] == ["2"]
    assert "0 new, 0 changed, 6 same" in run("need import needs.csv --out needs").stdout


def test_the_changed_programme_closes_the_gap(desk):
    run("need import needs.csv --out needs")
    run("programme change programme.yaml --needs needs --from other.yaml --on 2026-11-24 --out next.yaml --version 2")
    Path("next.yaml").write_text(Path("next.yaml").read_text().replace("status: draft", "status: in_force"))

    assert "2 gaps" in run(GAP).stdout
    assert "0 gaps" in run(GAP.replace("programme.yaml", "next.yaml")).stdout


def test_every_text_stands_in_all_languages_and_every_reason_has_words():
    assert all(set(texts) == set(LANGUAGES) for texts in wordings().values())
    for prefix, codes in (("because", Because), ("class", Class), ("remark", Remark)):
        assert {f"{prefix}.{code}" for code in get_args(codes)} <= wordings().keys()
    for texts in wordings().values():
        assert len({frozenset(GAP_NAME.findall(text)) for text in texts.values()}) == 1, texts


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
def test_what_is_found_is_told_in_the_language_asked_for(desk, lang):
    run("need import needs.csv --out needs")
    cohort, passport = "--cohort cohort.yaml", "--passports lin.yaml"
    lines = [
        GAP, CHANGE, "programme coverage programme.yaml https://touchstone.example/qualifications/hk-caster",
        f"{GAP.replace('gap', 'balance')} {cohort} {passport}", f"need candidates need.yaml {passport} --on 2026-11-24",
        "programme bookings base.yaml bookings.yaml", "need import needs.csv --out needs",
    ]  # fmt: skip

    for line in lines:
        told = re.sub(
            r"https?://\S+|did:\S+|urn:\S+|needs\.csv|laser|first|second|HK",
            "",
            run(f"{line} --lang {lang}", code=None).stdout,
        )
        assert not re.search(r"[A-Za-z]{4,}", told), told


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("programme difference programme.yaml other.yaml", "these are two programmes, not two versions of one"),
        ("programme export programme.yaml --out x.pdf", "--out: a CASE package is JSON: expected a file .json"),
        ("programme bookings base.yaml base.yaml", "this is another kind of document: expected Bookings, found 'Base'"),
        ("programme bookings base.yaml elsewhere.yaml", "the bookings are of another base: expected urn:example:base"),
        ("programme signatures programme.yaml --trust need.yaml", "this is no trust registry"),
    ],
)
def test_what_a_version_or_a_base_cannot_be_asked_is_told_in_a_sentence(desk, line, complaint):
    Path("elsewhere.yaml").write_text(
        Path("bookings.yaml").read_text().replace("urn:example:base", "urn:example:other")
    )

    assert complaint in run(line, code=2).stderr


def test_bookings_that_can_all_stand_exit_with_nothing_to_complain_of(desk):
    Path("bookings.yaml").write_text(Path("bookings.yaml").read_text().replace("pieces: 2", "pieces: 1"))

    assert (
        "2 bookings, 0 conflicts; used by others than the keeper: 50%."
        in run("programme bookings base.yaml bookings.yaml").stdout
    )


CHANGE = "programme change programme.yaml --needs needs --from other.yaml --on 2026-11-24"


def test_a_change_overwrites_no_programme_and_takes_no_version_twice(desk):
    run("need import needs.csv --out needs")
    before = Path("programme.yaml").read_bytes()

    assert "a programme is never overwritten" in run(f"{CHANGE} --out programme.yaml --version 2", code=2).stderr
    assert "the version is that of the programme itself" in run(f"{CHANGE} --out new.yaml --version 1", code=2).stderr
    assert (Path("programme.yaml").read_bytes(), Path("new.yaml").exists()) == (before, False)


def test_a_limit_below_nothing_is_refused_and_a_catalogue_out_of_force_is_remarked(desk):
    run("need import needs.csv --out needs")
    Path("limits.yaml").write_text("max_hours: -3\n")
    assert (
        "max_hours: the value does not fit: expected at least 0" in run(f"{CHANGE} --limits limits.yaml", code=2).stderr
    )

    Path("other.yaml").write_text(Path("other.yaml").read_text().replace("status: in_force", "status: draft"))
    done = run(CHANGE)
    assert "programmes/base version 1 is not in force on 2026-11-24" in done.stderr
    assert "0 of 2 gaps closed" in done.stdout


def test_only_the_employer_who_stands_alone_sees_her_cell(desk):
    run("need import needs.csv --out needs")

    assert json.loads(run(f"{GAP} --json").stdout)["hidden"] == 1
    assert "hidden" not in json.loads(run(f"{GAP} --json --viewer did:web:f.example").stdout)
    assert json.loads(run(f"{GAP} --json --viewer did:web:a.example").stdout)["hidden"] == 1
