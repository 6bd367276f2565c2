# SPDX-License-Identifier: Apache-2.0
"""Bad input: hundreds of spoilt documents and requests, each refused with a sentence that names the place, quickly, and never decided."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.touchstone import spoiling
from touchstone.cli import app
from touchstone.errors import DocumentError, InputError, RequestError, RulebookError
from touchstone.library import LIBRARY
from touchstone.recognition import compile_rulebook, decide, explain, load_request
from touchstone.standards import check, load_document, load_folder
from touchstone.standards.folder import line_in
from touchstone.standards.reading import read_json

EXAMPLES = Path(__file__).parents[1] / "examples" / "recognition"
SPOILT, SOAK, PART = 150, 3_000, 50
SECONDS = 2.0
"""Of the processor: others may keep it busy."""


class Shelf:
    """Good documents and requests in folders, of which one file at a time is spoilt."""

    def __init__(self, folders, requests):
        self.files = {file: item for folder in folders for file, item in read(folder)}
        self.requests = requests
        self.good = [load_request(file) for file in requests]

    def refusal(self, file, spoilt, folder):
        """The error for a spoilt file, with the line of its place; None when the file is still good."""
        path = folder / spoilt.name
        path.write_bytes(spoilt.content)
        if file in self.requests:
            return self.refused_request(path)
        return self.refused_document(file, path)

    def refused_request(self, path):
        request, error = caught(lambda: load_request(path))
        if request is not None:
            _, error = caught(lambda: self.told(request, self.rulebook()))
            if error is not None:
                error.at(file=str(path), line=line_in(path, error.field))
        assert error is None or isinstance(error, RequestError)
        return error

    def refused_document(self, file, path):
        loaded, error = caught(lambda: load_document(path))
        if loaded is None:
            assert error is None or isinstance(error, DocumentError)
            return error
        kept = [*(item for other, item in self.files.items() if other != file), loaded]
        rulebook, error = caught(lambda: compile_rulebook(item.document for item in kept))
        if rulebook is None:
            assert isinstance(error, RulebookError)
            return placed(error, kept)
        return self.undecided(rulebook)

    def undecided(self, rulebook):
        """A good request that cannot be decided any more: what it asks for is gone, or no longer in force."""
        for file, request in zip(self.requests, self.good, strict=True):
            _, error = caught(lambda request=request: self.told(request, rulebook))
            if error is not None:
                return error.at(file=str(file), line=line_in(file, error.field))
        return None

    def told(self, request, rulebook):
        return explain(decide(request, rulebook), request, rulebook)

    def rulebook(self):
        return compile_rulebook(item.document for item in self.files.values())


def caught(action):
    """What an action returns, or the error that it raises on purpose; anything else escapes."""
    try:
        return action(), None
    except InputError as error:
        return None, error


def read(folder):
    for loaded in load_folder(folder):
        yield folder / loaded.file, loaded


def placed(error, loaded):
    """A compiler's error with the file and line in which its finding stands, as the command line tells it."""
    finding = next(item for item in check([each.document for each in loaded]) if item.severity == "error")
    assert finding.message == error.message
    assert error.file.startswith(finding.document)
    home = next(
        each for each in loaded if (each.document.id, each.document.version) == (finding.document, finding.version)
    )
    return error.at(line=home.line_of(finding.path))


@pytest.fixture(scope="module")
def shelves():
    library = [LIBRARY / "real", LIBRARY / "illustrative"]
    return (
        Shelf(library, sorted((LIBRARY / "demo").rglob("*.request.yaml"))),
        Shelf([EXAMPLES / "documents"], sorted(EXAMPLES.glob("*.request.yaml"))),
    )


def spoilt_files(shelf, seed):
    """A file of the shelf, spoilt; requests as often as documents of one kind are."""
    rng = random.Random(seed)
    files = rng.choice((sorted(shelf.files), shelf.requests, shelf.requests))
    return spoiling.spoil(rng, files)


@pytest.mark.parametrize(
    "first", [pytest.param(first, marks=pytest.mark.soak if first >= SPOILT else ()) for first in range(0, SOAK, PART)]
)
def test_a_spoilt_file_is_refused_with_a_sentence_that_names_the_place(first, shelves, tmp_path):
    """A part of the seeds each; the first parts are met every day, thousands of others in the soak."""
    refused, seed = 0, first * 1000
    while refused < PART:
        seed += 1
        shelf = shelves[seed % 2]
        file, spoilt = spoilt_files(shelf, seed)
        begun = time.process_time()

        error = shelf.refusal(file, spoilt, tmp_path)

        assert time.process_time() - begun < SECONDS, (seed, spoilt.how, file.name)
        if error is None:
            assert spoilt.how not in {how.__name__ for how in spoiling.FATAL}, (seed, spoilt.how, file.name)
            continue
        assert_is_a_placed_sentence(error, (seed, spoilt.how, str(error)))
        refused += 1


def assert_is_a_placed_sentence(error, case):
    told = str(error)
    assert error.file, case
    assert error.line, case
    assert error.field or any(
        part in told for part in ("field", "file", "row", "table", "aliases", "anchors", "number")
    ), case
    assert "\n" not in told, case
    assert told[-1] in ".?!", case


@pytest.mark.parametrize(
    "text", ['{\n"a": null}', '{\n"a": 1,\n"a": 2}', '{\n"a": NaN}', '{\n"a": ' + "[" * 40 + "1" + "]" * 40 + "}"]
)
def test_a_mistake_in_json_is_told_with_its_line(text):
    with pytest.raises(DocumentError) as refused:
        read_json(text)

    assert refused.value.line in (2, 3)


def test_the_mutator_reaches_every_way_of_spoiling(shelves):
    ways = Counter(spoilt_files(shelves[seed % 2], seed)[1].how for seed in range(1, 1500))

    assert set(ways) == {how.__name__ for how in (*spoiling.FATAL, *spoiling.OTHER)}
    assert min(ways.values()) >= 10


# The command line


@pytest.fixture
def desk(tmp_path):
    """The worked example, to be spoilt in a folder of its own."""
    shutil.copytree(EXAMPLES, tmp_path / "desk")
    return tmp_path / "desk"


def recognise(desk, request="maker-partial.request.yaml"):
    return ["recognise", str(desk / request), "--documents", str(desk / "documents")]


@pytest.mark.parametrize("seed", range(16))
def test_the_command_line_says_one_sentence_and_exits_2(seed, desk):
    rng = random.Random(seed)
    files = [file for file in sorted(desk.rglob("*.*")) if file.name != "expected.yaml"]
    while True:
        file, spoilt = spoiling.spoil(
            rng, [file for file in files if "request" not in file.name or "partial" in file.name]
        )
        if spoilt.how in {how.__name__ for how in spoiling.FATAL} and spoilt.name == file.name:
            break
    file.write_bytes(spoilt.content)

    done = CliRunner().invoke(app, recognise(desk))

    assert (done.exit_code, done.stdout) == (2, ""), spoilt.how
    assert done.stderr.startswith("touchstone: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{file.name}:" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


REQUEST = "maker-partial.request.yaml"
MAKER = "documents/qualification-hk-maker.demo.yaml"
AGREEMENT = "documents/agreement-gd-hk.demo.yaml"
CROSSWALK = "documents/crosswalk-cn-hk.demo.sssom.tsv"
MISTAKES = [
    (AGREEMENT, "demo-cn-hk]", "demo-cn-mo]", "hk.demo.yaml:12: crosswalks[0]: no Crosswalk has the id"),
    ("documents/framework-hk.demo.yaml", "hkqf", "hkqff", "hk.demo.yaml:8: level_scale: no LevelScale has the id"),
    (MAKER, 'law", level: "2"', 'law", level: "8"', "maker.demo.yaml:10: require: the level 8 is not on the scale"),
    (CROSSWALK, "DEMO-CN:cad", "DEMO-CN:cat", "tsv:21: mappings[4].subject_id: no unit has the id DEMO-CN:cat"),
    (REQUEST, "DEMO-CN:law", "DEMO-CN:lore", "yaml:19: evidence[0].units[3].id: no framework knows the unit"),
    (
        REQUEST,
        'law", level: "3"',
        'law", level: "6"',
        "yaml:19: evidence[0].units[3].level: the level is not on the scale",
    ),
    (REQUEST, 'law", level: "3"', 'law", level: "6"', "expected one of 5, 4, 3, 2, 1, found '6'"),
    (
        REQUEST,
        "demo-hk-maker",
        "demo-hk-marker",
        "request.yaml:4: target: the target is unknown: expected the id of a qualification, found ",
    ),
    (
        REQUEST,
        "demo-hk-maker",
        "demo-hk-marker",
        "Did you mean https://touchstone.example/qualifications/demo-hk-maker?",
    ),
    (REQUEST, "to: HK", "to: MO", "request.yaml:4: target: the target is a qualification of another region"),
    (REQUEST, "decided_on: 2026-06-01\n", "", "request.yaml:1: the field decided_on is missing"),
    (
        REQUEST,
        "purpose: employment",
        "purpose: fun",
        "request.yaml:5: purpose: the value does not fit: expected one of",
    ),
    (MAKER, "status: in_force", "status: draft", "request.yaml:4: target: the target is not in force on 2026-06-01"),
    (MAKER, "all_of", "allof", "maker.demo.yaml:10: require: the operator is unknown"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), MISTAKES)
def test_a_mistake_is_told_with_file_line_field_expected_and_found(file, old, new, told, desk):
    text = (desk / file).read_text(encoding="utf-8")
    (desk / file).write_text(text.replace(old, new), encoding="utf-8")

    done = CliRunner().invoke(app, recognise(desk))

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["recognise", "nowhere.yaml"],
        ["explain", "nowhere.json"],
        ["recheck", "nowhere.json"],
        ["documents", "check", "nowhere"],
        ["documents", "digest", "nowhere.yaml"],
        ["documents", "schema", "Nothing"],
        ["recognise", str(EXAMPLES / "maker-partial.request.yaml"), "--documents", "nowhere"],
        ["recognise", str(EXAMPLES / "documents" / "scale-hkqf.yaml")],
        ["recheck", str(EXAMPLES / "maker-partial.request.yaml")],
        ["documents", "digest", str(EXAMPLES / "maker-partial.request.yaml")],
        ["recognise", str(EXAMPLES)],
        ["recognise", str(EXAMPLES / "maker-partial.request.yaml"), "--documents", "pyproject.toml"],
        ["demo", "--lang", "tlh"],
    ],
)
def test_a_file_that_is_not_there_or_is_something_else_is_told_in_one_sentence(words):
    done = CliRunner().invoke(app, words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("touchstone: ")
    assert done.stderr.count("\n") == 1


def test_a_real_process_prints_no_traceback(desk):
    (desk / "maker-partial.request.yaml").write_bytes(b"kind: RecognitionRequest\nfrom: [\n")

    done = subprocess.run(
        [sys.executable, "-m", "touchstone", *recognise(desk)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("touchstone: ")
    assert done.stderr.count("\n") == 1


# Values at the ends of what can be written


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
@pytest.mark.parametrize("field", ["decided_on", "awarded", "status_checked", "expires"])
def test_the_first_and_the_last_day_that_can_be_written_are_days(field, day, desk):
    file = desk / REQUEST
    text = file.read_text(encoding="utf-8").replace(
        "    status: valid\n", "    status: valid\n    expires: 2030-01-01\n"
    )
    value = f"{day}T00:00:00Z" if field == "status_checked" else day
    file.write_text(re.sub(rf"{field}: .*", f"{field}: {value}", text), encoding="utf-8")

    done = CliRunner().invoke(app, recognise(desk), catch_exceptions=False)

    assert done.exit_code in (0, 2)


def test_a_long_text_in_the_wrong_place_is_refused_quickly(desk):
    file = desk / "maker-partial.request.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("purpose: employment", f"purpose: {'employment' * 400_000}"),
        ("purpose:", f"{'purpose' * 100_000}:"),
    ):
        file.write_text(text.replace(old, new), encoding="utf-8")
        begun = time.process_time()

        done = CliRunner().invoke(app, recognise(desk))

        assert done.exit_code == 2
        assert len(done.stderr) < 1000
        assert time.process_time() - begun < SECONDS
