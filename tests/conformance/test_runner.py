# SPDX-License-Identifier: Apache-2.0
"""The runner, with real processes: engine and oracle pass, whoever is wrong fails in the right class, and a crash is told."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.conformance import load_vectors, run
from touchstone.conformance.vectors import default_folder

ENGINE = f"{shlex.quote(sys.executable)} -m touchstone.conformance"
ORACLE = f"{shlex.quote(sys.executable)} -m tests.oracle.answer"
ALL = load_vectors()
FEW = tuple(vector for vector in ALL if vector.id.startswith(("5.6", "bad-null", "digest-han", "8.1")))
WRONG = """
import json, sys
from touchstone.conformance.answering import answer
for line in sys.stdin.buffer:
    told, asked = answer(line), json.loads(line)
    {spoil}
    print(json.dumps(told), flush=True)
"""
SPOILT = [
    ("told.pop('digests', None)", ["digest"]),
    ("told.setdefault('digests', {})['documents'] = ['sha256:0']", ["digest"]),
    ("told = {'outcome': 'FULL'} if 'error' in told else told", ["reader"]),
    ("told = {'error': ''} if 'error' in told else told", ["reader"]),
    ("told.update(outcome='FULL') if told.get('outcome') == 'REFUSED' else None", ["decider", "explainer"]),
    ("told.update(missing=[['T1']]) if told.get('outcome') == 'FULL' else None", ["decider", "explainer"]),
    ("told.update(reasons=[])", ["explainer"]),
    ("told.update(reasons=[{'code': 'because'}])", ["explainer"]),
    ("told.update(standing='verified')", ["explainer"]),
    ("told.update(proof=[])", ["explainer"]),
    ("told.pop('inputs', None)", ["explainer"]),
    ("told.update(recognised=7)", ["decider", "explainer"]),
    ("told = {'error': 'No.'}", ["digest", "reader", "decider", "explainer"]),
]


@pytest.fixture
def command(tmp_path):
    """A command that runs a piece of Python."""

    def written(code):
        file = tmp_path / "subject.py"
        file.write_text(code, encoding="utf-8")
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(file))}"

    return written


def failing(report):
    return [result.name for result in report.classes if not result.passes]


@pytest.mark.parametrize("vectors", [ALL[::4], pytest.param(ALL, marks=pytest.mark.soak)], ids=["a fourth", "all"])
def test_the_engine_passes_every_class(vectors):
    """A fourth is enough every day: test_vectors asks engine and oracle all of them, if not through the runner."""
    report = run(ENGINE, vectors)

    assert (report.stopped, failing(report), report.passes) == (None, [], True)
    assert min(result.vectors for result in report.classes) >= len(vectors) * 3 // 4


@pytest.mark.parametrize("vectors", [ALL[::4], pytest.param(ALL, marks=pytest.mark.soak)], ids=["a fourth", "all"])
def test_the_oracle_which_shares_no_code_with_the_engine_passes_every_class_that_it_claims(vectors):
    report = run(ORACLE, vectors, ("digest", "reader", "decider"))

    assert (report.stopped, failing(report), report.passes) == (None, [], True)


@pytest.mark.parametrize(("spoil", "classes"), SPOILT)
def test_whoever_is_wrong_fails_in_the_class_in_which_she_is_wrong(spoil, classes, command):
    report = run(command(WRONG.format(spoil=spoil)), FEW)

    assert (report.stopped, failing(report)) == (None, classes)


def test_an_implementation_that_takes_no_heed_of_denials_is_told_which_point_it_misses(command):
    code = WRONG.format(spoil="").replace(
        "told, asked = answer(line), json.loads(line)",
        "asked = json.loads(line)\n"
        "    for each in asked['documents']:\n"
        "        if 'mappings' in each:\n"
        "            each['mappings'] = [row for row in each['mappings'] if 'predicate_modifier' not in row]\n"
        "    told = answer(json.dumps(asked).encode())",
    )

    report = run(command(code), FEW, ("decider",))

    (result,) = report.classes
    assert {point for complaint in result.complaints for point in complaint.points} == {"5.6"}
    assert "outcome: expected REFUSED, found FULL" in result.complaints[0].complaint


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "import sys\nsys.exit('out of gold')",
            "the command ended (exit status 1) before it had answered: out of gold.",
        ),
        ("1/0", "ZeroDivisionError: division by zero."),
        ("print('hello')", "the command said something that is not JSON: 'hello"),
        ("print('[]')", "no answer: expected fields."),
        ("import sys\nsys.stdin.readline()\nprint('{', end='')", "exit status 0"),
        ("import os, sys\nos.close(1)\nsys.stdin.read()", "before it had answered"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "exit status -9"),
    ],
)
def test_a_command_that_breaks_off_is_told_in_a_sentence(code, told, command):
    report = run(command(code), FEW)

    assert not report.passes
    assert report.stopped.startswith(f"{FEW[0].id}: ")
    assert told in report.stopped
    assert report.stopped.endswith(".")
    assert "\n" not in report.stopped


def test_a_command_that_never_answers_is_ended_with_all_that_it_started(command):
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"

    report = run(command(code), FEW, seconds=0.5)

    assert report.stopped == f"{FEW[0].id}: the command did not answer within 0.5 s."


def test_a_command_that_stops_half_way_keeps_what_it_has_answered(command):
    code = WRONG.format(spoil="seen = globals().get('seen', 0) + 1; seen > 3 and sys.exit('tired')")

    report = run(command(code), FEW, ("decider",))

    (result,) = report.classes
    assert result.passed == 3
    assert "tired" in report.stopped


# The command line


def conformance(*words):
    return CliRunner().invoke(app, ["conformance", *words])


@pytest.fixture
def vectors(tmp_path):
    """A folder with a few vectors, so that a run takes a moment only."""
    folder = tmp_path / "vectors"
    folder.mkdir()
    for vector in FEW[:6]:
        (folder / f"{vector.id}.json").write_bytes((default_folder() / f"{vector.id}.json").read_bytes())
    return str(folder)


def test_the_command_line_shows_every_class_and_exits_0(vectors):
    done = conformance(ENGINE, "--vectors", vectors, "--class", "decider", "--class", "digest")

    assert done.exit_code == 0
    assert "decider" in done.stdout
    assert "passes" in done.stdout


def test_the_command_line_exits_1_and_names_vector_and_points_where_a_class_fails(vectors, command):
    done = conformance(
        command(WRONG.format(spoil="told['outcome'] = 'FULL'")), "--vectors", vectors, "--class", "decider"
    )

    assert done.exit_code == 1
    assert "(5.6)" in done.stdout
    assert "outcome: expected REFUSED, found FULL" in done.stdout


def test_a_command_that_answers_nothing_is_not_judged_as_if_it_had_been_wrong(vectors):
    done = CliRunner().invoke(
        app, ["conformance", f"{sys.executable} -c pass", "--vectors", str(vectors), "--class", "digest"]
    )

    assert (done.exit_code, done.stdout) == (1, "")
    asking, told = done.stderr.splitlines()
    assert asking.startswith("Asking ")
    assert asking.endswith(" vectors; an answer may take 30 s.")
    assert told.startswith("touchstone: nothing was answered, so nothing is judged. ")
    assert "the command ended (exit status 0) before it had answered" in told


def test_json_for_machines_holds_the_whole_result(vectors, command):
    done = conformance(command("1/0"), "--vectors", vectors, "--json")

    told = json.loads(done.stdout)
    assert (done.exit_code, told["passes"]) == (1, False)
    assert "ZeroDivisionError" in told["stopped"]
    assert [each["class"] for each in told["classes"]] == ["digest", "reader", "decider", "explainer"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere-at-all"], "the command cannot be started (No such file or directory)"),
        ([""], "the command is empty"),
        (["'"], "the command cannot be read (No closing quotation)"),
        ([ENGINE, "--vectors", "nowhere"], "nowhere: no vectors are there"),
        ([ENGINE, "--class", "juggler"], "the class is unknown: expected one of digest, reader, decider, explainer"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_sentence(words, told):
    done = conformance(*words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"id": "a"}',
        '{"id": "a", "title": "t", "points": "abc", "documents": []}',
        '{"id": "a", "title": "t", "points": [], "documents": {}}',
        '{"id": "a", "title": "t", "points": [], "documents": [], "expected": 5}',
        '{"id": "a", "title": "t", "points": [], "documents": [], "wanted": {}}',
    ],
)
def test_a_vector_of_another_shape_is_told_by_name(content, tmp_path):
    (tmp_path / "vector.json").write_text(content, encoding="utf-8")

    done = conformance(ENGINE, "--vectors", str(tmp_path))

    assert done.exit_code == 2
    assert "vector.json: the file is not a conformance vector" in done.stderr


def test_a_file_that_is_no_vector_is_told_by_name(tmp_path):
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")

    done = conformance(ENGINE, "--vectors", str(tmp_path))

    assert done.exit_code == 2
    assert "a.json: the file is not a conformance vector" in done.stderr


def test_the_engine_answers_a_line_for_a_line_through_the_hidden_command(vectors):
    done = CliRunner().invoke(app, ["conformance-answer"], input=json.dumps(FEW[0].question()) + "\nnonsense\n")

    first, second = map(json.loads, done.stdout.splitlines())
    assert first["outcome"] == FEW[0].expected["outcome"]
    assert "error" in second
