"""``touchstone plating``."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from touchstone.cli import app

SHEET = """\
kind: BathSheet
day: "2026-11-20"
tables: [gb21900_2008_3]
samples: [{{id: s, substance: ni, concentration: {} mg/L, point: workshop}}]
"""


def plating(*arguments):
    return CliRunner().invoke(app, ["plating", *map(str, arguments)])


def written(tmp_path, concentration):
    file = tmp_path / "sheet.yaml"
    file.write_text(SHEET.format(concentration), encoding="utf-8")
    return file


def test_a_sheet_on_which_a_person_has_to_look_ends_otherwise_than_one_beyond_its_limits(tmp_path):
    kept, broken = (plating(written(tmp_path, each), "--json") for each in ("0.050 ± 0.005", "0.150 ± 0.005"))

    assert (kept.exit_code, broken.exit_code) == (3, 1)
    assert json.loads(broken.stdout)["verdicts"][0]["status"] == "fail"


def test_it_is_told_in_the_readers_language(tmp_path):
    assert "não cumprido" in plating(written(tmp_path, "0.150 ± 0.005"), "--lang", "pt").stdout


def test_a_template_is_written_that_can_be_read(tmp_path):
    file = tmp_path / "day.xlsx"

    assert plating("--template", file).exit_code == 0
    assert plating(file).exit_code == 3


def test_what_cannot_be_used_is_a_sentence(tmp_path):
    assert "no sheet was given" in plating().stderr
    assert "a file .yaml, .xlsx or .csv" in plating("--template", tmp_path / "day.pdf").stderr
    assert "the file is not there" in plating(tmp_path / "none.yaml").stderr
    bad = tmp_path / "bad.csv"
    bad.write_text("part,id,field,value\nrinse,r,stages,many\n", encoding="utf-8")
    assert "row 2: D2 (value): the value does not fit: expected a whole number" in plating(bad).stdout
    brief = tmp_path / "brief.yaml"
    brief.write_text("kind: PlatingBrief\nlevel: IV\n", encoding="utf-8")
    assert "one of I, II, III" in plating(written(tmp_path, "0.1"), "--spec", brief).stderr
