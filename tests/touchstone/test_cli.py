# SPDX-License-Identifier: Apache-2.0
"""The command line: exit 0 for any decision, files in and sentences out, in four languages; bad input is in test_bad_input."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.touchstone.test_qr import pixels_of, pixels_of_svg, read
from touchstone.cli import app
from touchstone.library import DEMO, LIBRARY
from touchstone.library.people import load_people
from touchstone.library.story import load_script
from touchstone.recognition import load_receipt, load_request
from touchstone.recognition.receipt_code import receipt_code
from touchstone.standards import KINDS
from touchstone.text import LANGUAGES

EXAMPLES = Path(__file__).parents[1] / "examples" / "recognition"
DOCUMENTS = ["--documents", str(EXAMPLES / "documents")]
REQUESTS = sorted(EXAMPLES.glob("*.request.yaml"))


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.mark.parametrize("request_file", REQUESTS, ids=lambda file: file.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_decision_is_told_in_any_language_and_exits_0(request_file, language):
    assert run("recognise", request_file, *DOCUMENTS, "--lang", language)


@pytest.mark.parametrize("request_file", REQUESTS, ids=lambda file: file.name)
def test_a_saved_receipt_is_explained_and_derived_again(request_file, tmp_path):
    receipt = tmp_path / "receipt.json"
    decision = json.loads(run("recognise", request_file, *DOCUMENTS, "--json", "--save", receipt))

    assert json.loads(run("recheck", receipt, *DOCUMENTS, "--json")) == decision
    assert run("recheck", receipt, *DOCUMENTS).endswith("derived again, the same decision byte for byte.\n")
    sentence = json.loads(run("explain", receipt, *DOCUMENTS, "--json"))["sentence"]
    assert sentence.split(":")[0] in run("explain", receipt, *DOCUMENTS)


def test_a_receipt_is_derived_again_from_what_its_qr_code_holds(tmp_path):
    file = tmp_path / "receipt.json"
    decision = json.loads(run("recognise", REQUESTS[0], *DOCUMENTS, "--json", "--save", file))
    code = receipt_code(load_receipt(file))

    for held in (f"HTTPS://NODE.EXAMPLE/R/{code}", f"http://localhost:8000/r/{code.lower()}", code):
        assert json.loads(run("recheck", held, *DOCUMENTS, "--json")) == decision
    done = CliRunner().invoke(app, ["recheck", f"HTTPS://NODE.EXAMPLE/R/{code[:-8]}", *DOCUMENTS])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the code of the receipt is damaged" in done.stderr


def test_a_bare_code_is_no_file_even_where_it_is_longer_than_a_file_name_may_be(tmp_path):
    file = tmp_path / "receipt.json"
    decision = json.loads(run("recognise", REQUESTS[-1], *DOCUMENTS, "--json", "--save", file))
    code = receipt_code(load_receipt(file))

    assert len(code) > 255
    assert json.loads(run("recheck", code, *DOCUMENTS, "--json")) == decision


def test_a_receipt_is_taken_out_of_the_paper_to_which_it_is_attached(tmp_path):
    saved, paper, bare = tmp_path / "receipt.json", tmp_path / "receipt.pdf", tmp_path / "bare.pdf"
    run("recognise", REQUESTS[0], *DOCUMENTS, "--save", saved)
    content = saved.read_bytes()
    head = b"%%PDF-1.7\n1 0 obj << /Type /EmbeddedFile /Length %d >> stream\n" % len(content)
    paper.write_bytes(head + content + b"\nendstream endobj")
    bare.write_bytes(b"%PDF-1.7\n")

    assert run("recheck", paper, *DOCUMENTS) == run("recheck", saved, *DOCUMENTS)
    done = CliRunner().invoke(app, ["recheck", str(bare)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no receipt is attached to this PDF" in done.stderr


@pytest.mark.parametrize(
    ("name", "pixels"), [("code.png", pixels_of), ("code.svg", lambda file: pixels_of_svg(file.decode()))]
)
@pytest.mark.parametrize("node", [(), ("--node", "https://node.example")])
def test_a_receipt_is_derived_again_from_the_picture_of_its_code(tmp_path, name, pixels, node):
    decision = json.loads(run("recognise", REQUESTS[0], *DOCUMENTS, "--json", "--save", tmp_path / "receipt.json"))

    run("code", tmp_path / "receipt.json", "--out", tmp_path / name, *node)
    held = read(pixels((tmp_path / name).read_bytes()))

    assert held.startswith("HTTPS://NODE.EXAMPLE/R/") == bool(node)
    assert json.loads(run("recheck", held, *DOCUMENTS, "--json")) == decision


def test_a_code_is_drawn_in_two_formats_only(tmp_path):
    run("recognise", REQUESTS[0], *DOCUMENTS, "--save", tmp_path / "receipt.json")

    done = CliRunner().invoke(app, ["code", str(tmp_path / "receipt.json"), "--out", str(tmp_path / "code.gif")])

    assert done.exit_code == 2
    assert "--out: a QR code is drawn as .svg or .png" in done.stderr


def test_a_receipt_that_was_changed_is_not_derived_again(tmp_path):
    receipt = tmp_path / "receipt.json"
    run("recognise", REQUESTS[0], *DOCUMENTS, "--json", "--save", receipt)
    receipt.write_text(
        receipt.read_text(encoding="utf-8").replace('"outcome": "CONDITIONAL"', '"outcome": "FULL"'), encoding="utf-8"
    )

    done = CliRunner().invoke(app, ["recheck", str(receipt), *DOCUMENTS])

    assert (done.exit_code, done.stdout) == (2, "")
    assert "decision.outcome: the decision comes out differently" in done.stderr


def test_the_shipped_library_is_used_unless_a_folder_is_given(tmp_path):
    request = DEMO / "maker-gd-to-hk.request.yaml"

    assert json.loads(run("recognise", request, "--json"))["outcome"] == "CONDITIONAL"
    assert CliRunner().invoke(app, ["recognise", str(request), *DOCUMENTS]).exit_code == 2
    assert run("recognise", request, "--documents", tmp_path, "--library")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstration_shows_three_people(language):
    told = run("demo", "--lang", language)

    assert all(person.name[language] in told for person in load_people())
    assert load_script().title[language].split()[0] in told


def test_the_people_of_the_demonstration_reach_different_outcomes():
    outcomes = {json.loads(run("recognise", person.file, "--json"))["outcome"] for person in load_people()}

    assert outcomes == {"CONDITIONAL", "FULL", "REFER"}


def test_the_further_people_are_decided_too():
    for file in sorted((DEMO / "further").glob("*.request.yaml")):
        assert load_request(file).target
        assert run("recognise", file)


def test_a_sound_folder_is_checked_and_a_broken_one_exits_2(tmp_path):
    found = json.loads(run("documents", "check", EXAMPLES / "documents", "--json"))
    assert [item for item in found["findings"] if item["severity"] == "error"] == []
    assert found["documents"] == 10

    head = 'kind: Framework\nid: f\nversion: "1"\ntitle: {en: f}\nstatus: in_force\nregion: HK\n'
    broken = f"{head}level_scale: none\ncompetencies: [{{id: A, title: {{en: a}}}}]\n"
    (tmp_path / "f.yaml").write_text(broken, encoding="utf-8")
    told = run("documents", "check", tmp_path, code=2)
    assert "f.yaml:7: error: level_scale: no LevelScale has the id none." in told
    assert told.endswith("1 document, 1 error, 0 remarks; standing: illustrative.\n")


def test_the_shipped_library_checks_without_an_error():
    assert ", 0 errors, " in run("documents", "check", LIBRARY)


def test_a_digest_is_printed_for_each_file():
    files = sorted((EXAMPLES / "documents").glob("scale-*.yaml"))

    lines = run("documents", "digest", *files).splitlines()

    assert len(lines) == len(files)
    assert all(line.startswith("sha256:") for line in lines)
    assert [item["digest"] for item in json.loads(run("documents", "digest", *files, "--json"))] == [
        line.split()[0] for line in lines
    ]


@pytest.mark.parametrize("kind", [*KINDS, "RecognitionRequest", "Decision", "Receipt"])
def test_the_schema_of_every_kind_is_printed(kind):
    assert json.loads(run("documents", "schema", kind))["$defs"][kind]


@pytest.mark.parametrize(("kind", "name"), [("CredentialTemplate", "Template"), ("ExamSession", "Session")])
def test_the_schema_of_what_a_body_issues_from_is_printed(kind, name):
    printed = json.loads(run("documents", "schema", kind))

    assert printed["$defs"][name]["properties"]["kind"] == {"const": kind}


def test_personal_documents_in_a_folder_are_passed_over(tmp_path):
    for file in (*(EXAMPLES / "documents").iterdir(), *REQUESTS):
        shutil.copy(file, tmp_path)

    assert json.loads(run("documents", "check", tmp_path, "--json"))["documents"] == 10


def test_json_is_the_same_bytes_on_every_run():
    words = [sys.executable, "-m", "touchstone", "recognise", str(REQUESTS[0]), *DOCUMENTS, "--json"]

    printed = {
        subprocess.run(
            words, capture_output=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(printed) == 1
