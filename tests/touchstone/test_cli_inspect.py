"""``touchstone inspect``."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.docs.pages import DOCS
from tests.touchstone.practice.pieces import stl, tube
from touchstone.cli import app
from touchstone.cli_inspect import PICTURES

BRIEF = """\
kind: ModelBrief
criteria:
  - {id: wall, measure: wall_p1, at_least: "1.2", source: casting house}
"""


def inspect(tmp_path, piece, *options, brief=BRIEF):
    (tmp_path / "piece.stl").write_bytes(piece)
    (tmp_path / "brief.yaml").write_text(brief, encoding="utf-8")
    return CliRunner().invoke(
        app, ["inspect", str(tmp_path / "piece.stl"), "--spec", str(tmp_path / "brief.yaml"), *options]
    )


def test_a_sound_ring_meets_its_brief(tmp_path):
    result = inspect(tmp_path, stl(tube()), "--alloy", "ag925", "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["verdicts"][0]["status"] == "pass"
    assert "mass_ag925" in [each["id"] for each in report["measurements"]]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "not met"), ("zh-Hans", "不合格"), ("zh-Hant", "不合格"), ("pt", "não cumprido")]
)
def test_a_thin_ring_is_told_in_the_readers_language(tmp_path, language, told):
    result = inspect(tmp_path, stl(tube(wall=0.5)), "--lang", language)

    assert result.exit_code == 1
    assert told in result.stdout


def test_a_file_that_is_cut_is_told_in_a_sentence(tmp_path):
    result = inspect(tmp_path, stl(tube())[:-9], "--pictures", str(tmp_path / "views"))

    assert result.exit_code == 1
    assert "ends too early" in result.stdout


@pytest.mark.parametrize(("second", "left"), [(tube()[1:], {"top.png", "front.png", "angle.png"}), (tube()[:0], set())])
def test_no_picture_of_another_model_stays_in_the_folder(tmp_path, second, left):
    views = tmp_path / "views"
    inspect(tmp_path, stl(tube()), "--pictures", str(views))
    assert {each.name for each in views.iterdir()} == set(PICTURES)
    (views / "mine.txt").touch()
    inspect(tmp_path, stl(second), "--pictures", str(views))

    assert {each.name for each in views.iterdir()} == {*left, "mine.txt"}


def test_what_could_not_be_measured_is_no_success(tmp_path):
    assert inspect(tmp_path, stl(tube()[1:])).exit_code == 3
    assert inspect(tmp_path, stl(tube(wall=1.2))).exit_code == 3


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("measure: ring_size_cn", "ring_size_cn"),
        ("measure: wall_p1, unit: g", "unit"),
        ("measure: mass_ag925, unit: g", "mass_ag925"),
    ],
)
def test_a_brief_that_no_model_can_be_held_against_is_the_briefs_mistake(tmp_path, wrong, told):
    result = inspect(tmp_path, stl(tube()), brief=BRIEF.replace("measure: wall_p1", wrong))

    assert result.exit_code == 2
    assert told in result.stderr
    assert "brief.yaml" in result.stderr


def test_an_alloy_of_the_command_line_may_be_asked_for_in_the_brief(tmp_path):
    light = BRIEF.replace("measure: wall_p1, at_least", "measure: mass_ag925, unit: g, at_least")

    assert inspect(tmp_path, stl(tube()), "--alloy", "ag925", brief=light).exit_code == 0


def test_an_unknown_alloy_is_told_with_those_there_are(tmp_path):
    result = inspect(tmp_path, stl(tube()), "--alloy", "mithril")

    assert result.exit_code == 2
    assert "--alloy" in result.stderr
    assert "ag925" in result.stderr


def test_a_deviation_that_is_asked_without_a_reference_is_a_mistake_of_the_command(tmp_path):
    brief = 'kind: ModelBrief\ncriteria:\n  - {id: like, measure: deviation_max, at_most: "0.1"}\n'
    result = inspect(tmp_path, stl(tube()), brief=brief)

    assert result.exit_code == 2
    assert "--reference" in result.stderr


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_a_template_is_a_brief_that_the_shipped_ring_can_be_held_against(tmp_path, ending):
    file = tmp_path / f"brief.{ending}"
    ring = DOCS / "examples" / "models" / "ring.stl"

    assert CliRunner().invoke(app, ["inspect", "--template", str(file)]).exit_code == 0
    result = CliRunner().invoke(app, ["inspect", str(ring), "--spec", str(file)])
    assert "mass (≤ 6): met" in result.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--evaluator", "casting"), "the evaluator is unknown"),
        (("--evaluator", "plating", "--alloy", "ag925"), "this is for models alone"),
        (("--template", "brief.pdf"), "a file .yaml or .xlsx"),
    ],
)
def test_what_inspect_cannot_do_is_a_sentence(tmp_path, options, told):
    (tmp_path / "ring.stl").write_bytes(b"")
    result = CliRunner().invoke(app, ["inspect", str(tmp_path / "ring.stl"), *options])

    assert (result.exit_code, told in result.stderr) == (2, True)
