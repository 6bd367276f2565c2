# SPDX-License-Identifier: Apache-2.0
"""``touchstone cooperation``: every answer in four languages and as JSON, and bad input told in a sentence."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.docs.pages import DOCS, FENCE
from touchstone.cli import app
from touchstone.cooperation import agreements, construction, membership
from touchstone.cooperation.wording import wordings
from touchstone.standards import standard
from touchstone.text import LANGUAGES

STANDARD = "https://touchstone.example/standards/collaboration-platform"
COMMANDS = [
    ("member", "lotus.yaml", "--on", "2027-02-01"),
    ("agreement", "placement.yaml", "--on", "2026-05-31"),
    ("agreement", "placement.yaml", "--on", "2026-06-01"),
    ("vote", "motion.yaml"),
    ("share", "fund.yaml"),
    ("plan", STANDARD, "park.yaml", "--on", "2026-11-24"),
    ("match", "research.yaml"),
]


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """The files of the how-to page."""
    monkeypatch.chdir(tmp_path)
    for name, _, content in FENCE.findall((DOCS / "how-to" / "run-a-platform.md").read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def run(*words):
    return CliRunner().invoke(app, ["cooperation", *words])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_answer_is_given_in_four_languages(command, language):
    done = run(*command, "--lang", language)

    assert done.exit_code == 0, done.output
    assert "{" not in done.stdout
    assert language.startswith("zh") == any("\u4e00" <= character <= "\u9fff" for character in done.stdout)


def test_every_state_act_owner_and_refusal_has_words_in_four_languages():
    def codes(of):
        return of.__args__

    keys = {
        *(f"member.{code}" for code in codes(membership.State)),
        *(f"agreement.{code}" for code in codes(agreements.State)),
        *(f"act.{code}" for code in (*codes(membership.Act), "propose", "sign", "withdraw", "end")),
        *(f"refused.{code}" for code in (*codes(membership.RefusalCode), *codes(agreements.RefusalCode))),
        *(f"party.{code}" for code in codes(agreements.Party)),
        *(f"owner.{code}" for code in codes(standard.Owner)),
        *(f"task.{code}" for code in codes(construction.TaskState)),
        *(f"vote.{code}" for code in ("carried", "lost", "no_quorum")),
    }

    assert keys <= wordings().keys()
    assert all(set(texts) == set(LANGUAGES) for texts in wordings().values())


def test_a_machine_reads_the_same_answers():
    assert json.loads(run(*COMMANDS[0], "--json").stdout)["state"] == "barred"
    assert json.loads(run(*COMMANDS[2], "--json").stdout)["ended_by"] == "learner"
    assert json.loads(run("vote", "motion.yaml", "--json").stdout)["result"] == "lost"
    assert sum(each["amount"] for each in json.loads(run("share", "fund.yaml", "--json").stdout)) == 100_000
    tasks = json.loads(run(*COMMANDS[5], "--json").stdout)["tasks"]
    assert [task["number"] for task in tasks if task["state"] == "done"] == ["5.1"]
    assert json.loads(run("match", "research.yaml", "--json").stdout)[0]["team"] == ["dr-ho", "lab"]


def test_a_dossier_names_of_each_clause_the_state_the_owner_and_the_evidence(files):
    assert run(*COMMANDS[5], "--out", "dossier.md").exit_code == 0
    told = (files / "dossier.md").read_text(encoding="utf-8")

    assert "### 5.1 Council" in told
    assert "required, done, council" in told
    assert "| Charter | charter of 2026 (2026-03-01) |" in told
    assert "started, school" not in told
    assert "policy 4471" not in told  # it held until August
    assert "| Insurance policies | missing |" in told
    assert run(*COMMANDS[5], "--out", "dossier.pdf").exit_code == 0
    assert (files / "dossier.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("command", "old", "new", "told"),
    [
        (("member", "lotus.yaml"), "in_favour: 5", "in_favour: 15", "votes were counted, of 9 seats"),
        (("member", "lotus.yaml"), "kind: MemberRecord", "kind: VoteRecord", "expected MemberRecord, found 'VoteRecord'"),
        (("agreement", "placement.yaml"), "by: learner", "by: lerner", "found 'lerner'"),
        (("share", "fund.yaml"), '"0.4"', '"0.5"', "add up to 1.1, not to 1"),
        (("share", "fund.yaml"), "lotus-workshop: {places", "lotus-workshop: {plaecs", "the nearest that it has is places"),
        (("match", "research.yaml"), "id: dr-ho", "id: lab", "the means lab stands twice"),
        (("plan", STANDARD, "park.yaml"), "begun:", "begun:\n  - {clause: organisation-experts, by: x}", "experts stands twice"),
        (("member", "lotus.yaml"), "ballot: {", "ballot: {seats: 1, ", "seats"),
        (("vote", "motion.yaml"), "in_favour: 3", "in_favour: 30", "votes were counted, of 9 seats"),
        (("plan", STANDARD, "park.yaml"), "evidence: charter", "evidence: chart", "park.yaml:3: shown[0].evidence: the clause does not"),
        (("plan", STANDARD, "park.yaml", "--out", "d.docx"), "", "", "ends in .md, .typ or .pdf"),
        (("plan", "urn:example:none", "park.yaml"), "", "", "no standard with this id"),
        (("member", "nowhere.yaml"), "", "", "nowhere.yaml"),
        (("vote", "motion.yaml", "--lang", "de"), "", "", "the language is unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_a_sentence(files, command, old, new, told):
    file = next(files / word for word in command if word.endswith(".yaml"))
    if old:
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    done = run(*command)

    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.output
