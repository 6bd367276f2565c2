"""Documentation that cannot rot: everything that exists is explained, and every example runs."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.credentials.batch import batch_of
from touchstone.credentials.scales import scales_of
from touchstone.credentials.template import load_template
from touchstone.library import load_library
from touchstone.recognition.joint_exam import Session
from touchstone.recognition.reasons import CATALOGUE
from touchstone.standards import KINDS
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.folder import read_value

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if not path.is_relative_to(REFERENCE))


def _generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _generator()


def _sections(page: str) -> dict[str, str]:
    """The text below each heading of a reference page."""
    parts = re.split(r"^#{2,3} (.+)$", (REFERENCE / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(
    ("words", "command"), list(generate.commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_flag_is_documented(words, command):
    section = _sections("cli.md")[words]

    for shown, parameter in generate.parameters(command):
        assert f"`{shown}" in section
        assert parameter.help


@pytest.mark.parametrize("name", KINDS)
def test_every_field_of_a_kind_is_documented(name):
    envelope = {field.name for field in msgspec.structs.fields(generate.envelope.Document)}
    section = _sections("documents.md")[name]

    for field in msgspec.structs.fields(KINDS[name]):
        assert field.name in envelope or f"| `{field.encode_name}` |" in section


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_reason_is_documented(code):
    assert code in _sections("reasons.md")


@pytest.mark.parametrize("page", generate.PAGES)
def test_the_reference_is_what_the_code_says(page):
    assert (REFERENCE / page).read_text(encoding="utf-8") == generate.PAGES[page](), "run `make docs`"


def test_no_field_is_explained_that_does_not_exist():
    assert not list(generate.stale_meanings())


def test_what_the_reference_shows_to_issue_from_is_read_as_it_stands(tmp_path):
    examples = re.findall(
        r"^```(\w+)\n(.*?)^```$", (REFERENCE / "issuing.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (table, template, session) = (text for _, text in examples)
    (tmp_path / "template.yaml").write_text(template, encoding="utf-8")

    batch = batch_of(
        read_table(table.encode(), "learners.csv"),
        load_template(tmp_path / "template.yaml"),
        scales_of(item.document for item in load_library()),
    )
    (candidate,) = read_value(session.encode(), "session.yaml", Session)[0].candidates

    assert [(row.name, row.errors) for row in batch.rows] == [("Chan Tai-man", ())]
    assert batch.remarks == ("No column speaks of DEMO-GD:casting: every row attests it, as the template says.",)
    assert candidate.request.evidence


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


# ------------------------------------------------------------------ the README, carried out
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """An empty folder with the files that the README tells to write."""
    for name, content in FILE.findall(README):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"), prepend=os.pathsep)
    return tmp_path


def test_the_python_example_of_the_readme_prints_what_it_says(desk):
    examples = [code for language, code in FENCE.findall(README) if language == "python"]

    assert examples
    for code in examples:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        assert said.getvalue().splitlines() == re.findall(r"# → (.*)", code)


def test_the_commands_of_the_readme_do_what_they_say(desk):
    """A `touchstone` command in the README exits 0; a comment `# → …` behind it stands in what it prints. `cp` and `sed` prepare."""
    lines = [line for language, code in FENCE.findall(README) if language == "sh" for line in code.splitlines()]
    commands = [line for line in lines if line.startswith(("touchstone ", "cp ", "sed "))]

    assert commands
    for line in commands:
        if not line.startswith("touchstone "):
            subprocess.run(line, shell=True, check=True)
            continue
        words = shlex.split(line, comments=True)
        done = CliRunner().invoke(app, words[1:])
        assert done.exit_code == 0, f"{line}\n{done.output}"
        for expected in re.findall(r"# → (.*)", line):
            assert expected in " ".join(done.output.split())
