# SPDX-License-Identifier: Apache-2.0
"""The worked examples of the design come out as written, from the engine and from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.recognition import compile_rulebook, decide, load_request
from touchstone.standards import load_folder

EXAMPLES = Path(__file__).parents[2] / "examples" / "recognition"
DOCUMENTS = EXAMPLES / "documents"
EXPECTED = yaml.safe_load((EXAMPLES / "expected.yaml").read_text(encoding="utf-8"))


def expected_of(name):
    """What the decision must contain; plans are made by another command."""
    return {key: value for key, value in EXPECTED[name].items() if key != "plan"}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_engine_decides_the_worked_example_as_written(name):
    rulebook = compile_rulebook(loaded.document for loaded in load_folder(DOCUMENTS))

    decision = msgspec.to_builtins(decide(load_request(EXAMPLES / f"{name}.request.yaml"), rulebook))

    told = {key: json.loads(json.dumps(decision[key])) for key in expected_of(name)}
    assert told == expected_of(name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_command_line_prints_the_worked_example_as_written(name):
    request = str(EXAMPLES / f"{name}.request.yaml")

    done = CliRunner().invoke(app, ["recognise", request, "--documents", str(DOCUMENTS), "--json"])

    decision = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {key: decision[key] for key in expected_of(name)} == expected_of(name)


@pytest.mark.parametrize("name", [name for name, told in EXPECTED.items() if "plan" in told])
def test_the_command_line_plans_the_worked_example_as_written(name):
    request = str(EXAMPLES / f"{name}.request.yaml")

    done = CliRunner().invoke(app, ["plan", request, "--documents", str(DOCUMENTS), "--json"])

    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {key: answer["plan"][key] for key in EXPECTED[name]["plan"]} == EXPECTED[name]["plan"]
    assert answer["unreachable"] == []


def test_every_request_of_the_worked_examples_has_an_expected_decision():
    requests = {file.name.removesuffix(".request.yaml") for file in EXAMPLES.glob("*.request.yaml")}

    assert requests == set(EXPECTED)
