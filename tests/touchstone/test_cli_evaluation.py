# SPDX-License-Identifier: Apache-2.0
"""``touchstone evaluate``: what it prints, and the sentence for what it cannot use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.library import DEMO, LIBRARY

SYSTEM = LIBRARY / "illustrative" / "platform" / "indicators.yaml"
ID = "https://touchstone.example/indicators/collaboration-platform"
DATA = DEMO / "evaluation" / "2026.yaml"


def run(*words):
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


@pytest.mark.parametrize("named", [ID, SYSTEM])
def test_a_system_is_named_by_its_id_or_its_file(named):
    done = run(named, DATA)

    assert done.exit_code == 0
    assert "1  north-park" in done.output
    assert "vetoed            by V1" in done.output


def test_the_word_score_may_stand_there():
    assert run("score", ID, DATA).output == run(ID, DATA).output


def test_json_holds_every_convention_and_the_digests():
    plain = json.loads(run(ID, DATA, "--json", "--stability", "10").stdout)

    assert plain["result"]["conventions"]["rounding"] == "half_up"
    assert plain["result"]["system_digest"].startswith("sha256:")
    assert plain["stability"]["trials"] == 10


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((ID, "nowhere.yaml"), "nowhere.yaml: the file is not there."),
        (("urn:none", DATA), f"no indicator system with this id: expected {ID}"),
        ((DATA, DATA), "the file is personal, not a public document"),
        ((ID, DATA, "--aggregation", "guess"), "--aggregation: the value does not fit"),
        ((ID, DATA, "--aggregation", "fuzzy", "--weighting", "entropy"), "weights from data know no tree"),
        ((ID, DATA, "--aggregation", "fuzzy", "--stability", "3"), "a fuzzy evaluation has memberships"),
        ((ID, DATA, "--stability", "3", "--spread", "2"), "--spread: the value does not fit: expected at most 1"),
        (("report", ID, DATA, "moon"), "the data has no such organisation"),
        (("report", ID, DATA, "north-park", "--lang", "tlh"), "the language is unknown"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(words, sentence):
    done = run(*words)

    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())


def test_a_value_that_does_not_fit_is_told_with_its_line(tmp_path):
    file = tmp_path / "data.yaml"
    file.write_text(
        DATA.read_text(encoding="utf-8").replace('P1: {value: "3"', 'P1: {value: "three"', 1), encoding="utf-8"
    )

    done = run(ID, file)

    assert done.exit_code == 2
    assert f"{file}:17: organisations[0].values.P1" in " ".join(done.output.split())


def test_without_numpy_a_sentence_says_what_to_install():
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "from touchstone.cli import app\n"
        f"app(['evaluate', {ID!r}, {str(DATA)!r}])"
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        "touchstone: evaluating needs numpy, which is not installed. Install it with  pip install 'touchstone-gba[evaluation]'.\n"
    )


def test_a_report_is_written_as_markdown_or_typst(tmp_path):
    for name, begins in (("r.md", "# Relatório de avaliação: Parque Norte"), ("r.typ", "#set document(title: ")):
        done = run("report", ID, DATA, "north-park", "--lang", "pt", "--out", tmp_path / name)

        assert done.exit_code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_trend_tells_what_moved_whom():
    done = run("trend", ID, DEMO / "evaluation" / "2025.yaml", DATA)

    assert "north-park: 2025 86.03, 2026 93.62; +7.59 (M6 +4.00, E2 +1.53, M2 +1.31)" in done.output
    assert "west-park: 2025 78.23, 2026 –" in done.output


def test_lint_of_the_shipped_system_remarks_on_what_may_not_apply_and_on_nothing_else():
    *found, total = run("lint", ID, "--data", DATA).output.splitlines()

    assert [line.partition(": note: ")[2].partition(":")[0] for line in found] == [
        "indicators[9].children[6].may_not_apply", "indicators[10].children[3].may_not_apply",
    ]  # fmt: skip
    assert total == "Errors: 0; remarks: 2."


@pytest.mark.parametrize(
    ("language", "said"), [("zh-Hans", "证明不适用者"), ("zh-Hant", "證明不適用者"), ("pt", "quem mostra")]
)
def test_findings_and_trends_are_read_in_the_language_asked_for(language, said):
    assert said in run("lint", ID, "--lang", language).output

    told = run("trend", ID, DEMO / "evaluation" / "2025.yaml", DATA, "--lang", language)
    assert {"zh-Hans": "变动 +7.59", "zh-Hant": "變動 +7.59", "pt": "variação +7.59"}[language] in told.output


@pytest.mark.parametrize(
    ("language", "said"), [("zh-Hans", "方法 加权和，权重 给定"), ("pt", "por soma ponderada, pesos dados")]
)
def test_conventions_are_told_in_words(language, said):
    assert said in run(ID, DATA, "--lang", language).output


@pytest.mark.parametrize(
    ("language", "said"), [("zh-Hans", "被否决"), ("zh-Hant", "被否決"), ("pt", "vetado"), ("en", "vetoed")]
)
def test_a_result_is_read_in_four_languages(language, said):
    done = run(ID, DATA, "--lang", language)

    assert done.exit_code == 0
    assert said in done.output


def test_what_a_method_does_not_say_is_said():
    assert "not how good anybody is" in run(ID, DATA, "--aggregation", "topsis").output
    assert "not how good anybody is" not in run(ID, DATA).output
