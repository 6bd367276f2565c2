# SPDX-License-Identifier: Apache-2.0
"""The commands at the border: convert and import, their reports and their refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.library import load_library
from touchstone.standards import Crosswalk, Framework, digest, load_document
from touchstone.standards.exchange.plain_writing import write_yaml_document
from touchstone.standards.exchange.sssom import write_sssom

BENCH = Path(__file__).parent / "standards" / "exchange" / "data" / "bench-jewellery.case.json"
TABLE = "编号,名称,学分\nS1,爪镶,2\n"
ABOUT = [
    "--id",
    "https://node.example/f",
    "--version",
    "1",
    "--title",
    "zh-Hans=镶嵌",
    "--region",
    "GD",
    "--level-scale",
    "s",
]


def documents(*words):
    return CliRunner().invoke(app, ["documents", *map(str, words)])


@pytest.fixture
def desk(tmp_path):
    """A folder with a framework and a crosswalk of the library, and a small table."""
    library = [item.document for item in load_library()]
    framework = next(document for document in library if isinstance(document, Framework))
    crosswalk = next(document for document in library if isinstance(document, Crosswalk))
    (tmp_path / "framework.yaml").write_bytes(write_yaml_document(framework))
    (tmp_path / "crosswalk.tsv").write_text(write_sssom(crosswalk), encoding="utf-8")
    (tmp_path / "units.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_a_framework_goes_out_as_a_workbook_and_comes_in_again(desk):
    out = documents("convert", desk / "framework.yaml", "--to", "xlsx", "--out", desk / "f.xlsx")
    back = documents("import", desk / "f.xlsx", "--as", "Framework", "--out", desk / "back.yaml")

    assert (out.exit_code, back.exit_code) == (0, 0)
    documents_of = [load_document(desk / name).document for name in ("framework.yaml", "back.yaml")]
    assert digest(documents_of[0]) == digest(documents_of[1])


def test_a_crosswalk_goes_out_as_a_workbook_and_comes_in_again(desk):
    documents("convert", desk / "crosswalk.tsv", "--to", "xlsx", "--out", desk / "c.xlsx")
    back = documents("import", desk / "c.xlsx", "--as", "Crosswalk", "--out", desk / "back.tsv")

    assert back.exit_code == 0
    documents_of = [load_document(desk / name).document for name in ("crosswalk.tsv", "back.tsv")]
    assert digest(documents_of[0]) == digest(documents_of[1])


@pytest.mark.parametrize("to", ["json", "yaml", "case", "ctdl", "csv"])
def test_a_framework_is_shown_in_every_format(desk, to):
    done = documents("convert", desk / "framework.yaml", "--to", to)

    assert done.exit_code == 0
    assert done.stdout.strip()


def test_what_a_format_cannot_hold_is_named(desk):
    assert "version" in documents("convert", desk / "framework.yaml", "--to", "csv").stderr


def test_a_package_keeps_what_is_foreign_on_the_way_through(desk):
    about = ["--region", "HK", "--level-scale", "https://guild.example/levels", "--item-type", "Competency"]
    documents("import", BENCH, "--as", "Framework", *about, "--out", desk / "bench.yaml")
    done = documents("convert", desk / "bench.yaml", "--to", "case", "--with", BENCH)

    back, then = json.loads(done.stdout), json.loads(BENCH.read_bytes())
    assert {name: back[name] for name in ("CFRubrics", "CFDefinitions", "futureField")} == {
        name: then[name] for name in ("CFRubrics", "CFDefinitions", "futureField")
    }


def test_a_table_becomes_a_draft_on_the_screen(desk):
    done = documents("import", desk / "units.csv", "--as", "Framework", *ABOUT)

    assert done.exit_code == 0
    assert "status: draft" in done.stdout
    assert "1 row, 0 errors" in done.stderr


def test_a_scale_or_region_that_the_library_does_not_know_is_remarked(desk):
    unknown = ["--id", "https://node.example/f", "--version", "1", "--title", "en=F", "--region", "XX"]

    done = documents(
        "import", desk / "units.csv", "--as", "Framework", *unknown, "--level-scale", "https://nope.example/"
    )

    assert "remark: The library has no level scale https://nope.example/" in done.stderr
    assert "remark: The library has nothing of a region XX; it knows " in done.stderr


@pytest.mark.parametrize(
    "words", [["convert", "--to", "csv"], ["convert", "--to", "yaml"], ["import", "--as", "Framework"]]
)
def test_no_document_is_written_over_what_it_is_made_from(desk, words):
    source = desk / ("units.csv" if words[0] == "import" else "framework.yaml")
    before = source.read_bytes()

    done = documents(words[0], source, *words[1:], "--out", source)

    assert "--out: this would overwrite what it is made from" in done.stderr
    assert source.read_bytes() == before


def test_nothing_is_written_under_a_name_by_which_it_would_not_be_read_again(desk):
    done = documents("convert", desk / "framework.yaml", "--to", "case", "--out", desk / "out.case")

    assert "expected a name that ends in .json" in done.stderr
    assert not (desk / "out.case").exists()


def test_a_dry_run_writes_nothing(desk):
    done = documents("import", desk / "units.csv", "--as", "Framework", *ABOUT, "--dry-run", "--out", desk / "out.yaml")

    assert done.exit_code == 0
    assert done.stdout == ""
    assert not (desk / "out.yaml").exists()


def test_mistakes_are_told_for_people_and_for_machines(desk):
    (desk / "units.csv").write_text(TABLE + "S1,,viel\n", encoding="utf-8")

    people = documents("import", desk / "units.csv", "--as", "Framework", *ABOUT, "--out", desk / "out.yaml")
    machines = documents("import", desk / "units.csv", "--as", "Framework", *ABOUT, "--json")

    assert (people.exit_code, machines.exit_code) == (2, 2)
    assert "row 3, C (credits): the value does not fit" in people.stderr
    assert not (desk / "out.yaml").exists()
    report = json.loads(machines.stdout)
    assert [(error["row"], error["column"]) for error in report["errors"]] == [
        (3, "C (credits)"), (3, "id"), (3, "B (title_zh-Hans)"),
    ]  # fmt: skip
    assert report["digest"] is None


def test_the_report_for_machines_names_the_digest(desk):
    report = json.loads(documents("import", desk / "units.csv", "--as", "Framework", *ABOUT, "--json").stdout)

    assert report["digest"].startswith("sha256:")
    assert report["document"]["competencies"][0]["id"] == "https://node.example/f#S1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["convert", "framework.yaml", "--to", "pdf"], "the format is unknown"),
        (["convert", "framework.yaml", "--to", "xlsx"], "Give a file with --out."),
        (["convert", "framework.yaml", "--to", "sssom"], "expected a Crosswalk"),
        (["convert", "crosswalk.tsv", "--to", "case"], "expected a Framework"),
        (["convert", "crosswalk.tsv", "--to", "ctdl"], "CTDL has no class"),
        (["convert", "nothing.yaml", "--to", "json"], "the file is not there"),
        (["convert", "framework.yaml", "--to", "case", "--with", "framework.yaml"], "the file is not JSON"),
        (["convert", "framework.yaml", "--to", "json", "--out", "no/such/folder.json"], "cannot be written"),
        (["import", "units.csv", "--as", "Agreement"], "the kind of document is unknown"),
        (["import", "units.csv", "--as", "Framework"], "the field id is missing"),
        (["import", "units.csv", "--as", "Framework", "--title", "x"], "the title has no language"),
        (["import", "framework.yaml", "--as", "Framework"], "neither a table nor a package"),
        (
            ["import", "units.csv", "--as", "Framework", *ABOUT, "--out", "x.pdf"],
            "the ending of the file says no format",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(desk, monkeypatch, words, said):
    monkeypatch.chdir(desk)

    done = documents(*words)

    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
