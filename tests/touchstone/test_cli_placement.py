# SPDX-License-Identifier: Apache-2.0
"""``touchstone placement``: the examples under docs/, in words and as JSON, and bad input told in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.library import load_library
from touchstone.placement.wording import wordings
from touchstone.standards.digest import digest
from touchstone.text import LANGUAGES

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "placement"
PLACEMENT, MARKET = EXAMPLES / "polishing.yaml", EXAMPLES / "market.yaml"


def run(*words):
    return CliRunner().invoke(app, ["placement", *(str(word) for word in words)])


def test_a_placement_is_judged_and_every_open_or_broken_rule_says_why():
    done = run("check", PLACEMENT)

    assert done.exit_code == 1  # a rule of severity error is broken
    assert "✗ CN-12 (broken, error)" in done.stdout
    assert (
        "pay for a month (CNY): 1700; asked: at least 1760 (0.8 × wage of the same post for a month (CNY))"
        in done.stdout
    )
    assert "✗ CN-14 (broken, warning, text to be verified)" in done.stdout
    assert "Exempted by: filing 12/2026 of the education bureau" in done.stdout
    assert "? CN-04 (unknown, error)" in done.stdout
    assert "? CN-09 (unknown, warning, text to be verified)" in done.stdout
    assert "CN-05" not in done.stdout
    assert "✓ CN-05" in run("check", PLACEMENT, "--all").stdout
    assert done.stdout.splitlines()[0] == (
        "polishing, spring 2026, judged by the rules of 2026-03-02: 8 hold, 2 broken (1 error), 11 unknown, 1 exempted, 0 not applicable."
    )


def test_what_to_do_first_comes_first(tmp_path):
    broken_first = [line[:1] for line in run("check", PLACEMENT).stdout.splitlines() if line[:1] in "✗?–"]
    (answer,) = json.loads(run("check", PLACEMENT, "--json").stdout)
    told = [
        (found["severity"], found["result"]) for found in answer["findings"] if found["result"] in ("fail", "unknown")
    ]

    assert broken_first[0] == "✗"
    assert told == sorted(told, key=lambda each: (("error", "warning", "info").index(each[0]), each[1] != "fail"))


def hong_kong(**facts):
    return {
        "kind": "Placement",
        "jurisdiction": "HK",
        "facts": {"scheme": "apprentice", "start": "2025-09-01", **facts},
    }


@pytest.mark.parametrize(
    ("placements", "code"),
    [
        ([hong_kong(medically_fit="false")], 1),
        ([hong_kong(medically_fit="true")], 3),  # other rules of severity error are unknown
        ([{**hong_kong(), "facts": {"scheme": "employee", "start": "2025-09-01"}}], 0),  # only a warning is unknown
        ([hong_kong(), hong_kong(medically_fit="false")], 1),
        ([hong_kong(), hong_kong(medically_fit="perhaps"), hong_kong(medically_fit="false")], 2),
        ([hong_kong(), hong_kong(medically_fit="perhaps")], 2),
    ],
)
def test_bad_input_ends_with_2_before_a_broken_rule_with_1_before_one_that_a_person_must_look_at_with_3(
    tmp_path, placements, code
):
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, placements)))

    assert run("check", tmp_path / "all.jsonl").exit_code == code


def test_a_finding_names_its_law_with_the_article_and_whose_law_it_is(tmp_path):
    student = {"kind": "Placement", "jurisdiction": "HK", "school": "GD", "facts": {
        "scheme": "student_intern", "start": "2026-03-02", "year_of_study": "1", "kind": "post"}}  # fmt: skip
    (tmp_path / "one.json").write_text(json.dumps(student))

    (answer,) = json.loads(run("check", tmp_path / "one.json", "--json").stdout)
    first = answer["findings"][0]
    assert (first["rule"], first["result"], first["side"]) == ("CN-02", "fail", "school")
    assert first["law"]["id"].endswith("/cn-internships")
    assert first["law"]["article"]["en"] == "Provisions 2021, Art. 16 (1)"
    assert {found["result"] for found in answer["findings"] if found["rule"] == "HK-05"} == {"not_applicable"}
    told = run("check", tmp_path / "one.json", "--all").stdout
    assert "✗ CN-02 (broken, error, law of the school)" in told
    assert "· HK-05 (not applicable, error, law of the host)" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_speaks_four_languages(language):
    for command in (
        ("check", PLACEMENT, "--all"),
        ("capacity", PLACEMENT, "--on", "2026-03-02"),
        ("match", MARKET, "--welfare"),
    ):
        done = run(*command, "--lang", language)

        assert done.exit_code == (command[0] == "check")
        assert "{" not in done.stdout
    assert all(set(texts) == set(LANGUAGES) for texts in wordings().values())


def test_an_answer_says_by_which_documents_it_was_given_so_that_anybody_derives_it_again():
    (pack,) = (loaded.document for loaded in load_library() if loaded.document.id.endswith("/cn-internships"))
    cited = {"id": pack.id, "version": pack.version, "digest": digest(pack)}

    (answer,) = json.loads(run("check", PLACEMENT, "--json").stdout)
    told = run("check", PLACEMENT, PLACEMENT).stdout.splitlines()[-1]

    assert (answer["on"], answer["packs"]) == ("2026-03-02", [cited])
    assert told == f"By the rules of {pack.id}, version {pack.version}, {digest(pack)}."


def test_the_same_placement_under_the_rules_of_another_day():
    assert (
        "CN-12 (unknown, error)" in run("check", PLACEMENT, "--on", "2021-12-30").stdout
    )  # its probation wage is not stated
    assert run("check", PLACEMENT, "--on", "2010-01-01").stdout.startswith(
        "polishing, spring 2026: no rule of these packs was in force on 2010-01-01.\nBy the rules of "
    )


def test_many_placements_are_judged_one_after_the_other(tmp_path):
    lines = [{"kind": "Placement", "jurisdiction": "MO", "name": f"n{pay}", "facts": {
        "start": "2026-01-01", "pay_basis": "hour", "pay": str(pay), "excluded_worker": "none"}} for pay in (34, 35)]  # fmt: skip
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, lines)))

    told = json.loads(run("check", tmp_path, "--json").stdout)

    assert [(item["placement"], [found["result"] for found in item["findings"]]) for item in told] == [
        ("n34", ["fail"]), ("n35", ["pass"]),
    ]  # fmt: skip
    assert told[0]["findings"][0]["clause"]["pt"] == "Lei n.º 5/2020"


def test_many_placements_have_a_line_each_and_a_total_and_a_bad_line_stops_none_of_the_others(tmp_path):
    good = {"kind": "Placement", "jurisdiction": "MO", "facts": {
        "start": "2026-01-01", "pay_basis": "hour", "pay": "34", "excluded_worker": "none"}}  # fmt: skip
    lines = [
        good,
        {**good, "facts": {**good["facts"], "pay": "35"}},
        {**good, "facts": {**good["facts"], "pay_basis": "Hour"}},
    ]
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join([json.dumps(lines[0]), "{not json", *map(json.dumps, lines[1:])]))

    done = run("check", file)

    assert done.exit_code == 2
    assert [line[:1] for line in done.stdout.splitlines()] == ["✗", "✓", "2", "B"]
    assert done.stdout.splitlines()[0].endswith("applicable. MO-01")
    assert done.stdout.splitlines()[-2] == (
        "2 placements judged: 0 break a rule of severity error, 1 breaks only others, 0 leave a rule of severity error unknown, "
        "0 leave only others unknown, 1 keeps every rule; "
        "2 could not be used."
    )
    assert "all.jsonl:2" in done.stderr
    assert "all.jsonl:4" in done.stderr
    assert "Did you mean hour?" in done.stderr
    file.write_text(json.dumps(lines[1]))
    assert run("check", file).exit_code == 0
    assert "✗ CN-12 (broken, error)" in run("check", file, PLACEMENT, "--each").stdout


def test_a_cap_of_a_rule_that_may_not_apply_says_so(tmp_path):
    (tmp_path / "de.yaml").write_text("kind: Placement\njurisdiction: DE\nfacts: {skilled_workers: '3'}\n")

    told = run("capacity", tmp_path / "de.yaml", "--on", "2026-03-02").stdout

    assert "Trainer capped at 3: at most 3 (DE-02). Whether DE-02 applies is not known: " in told
    assert told.count("is not known") == 1  # the rule of sixteen applies to all


def test_what_may_be_a_slip_of_a_market_is_remarked_with_its_line(tmp_path):
    (tmp_path / "m.yaml").write_text(
        "kind: PlacementMarket\nlottery: s\nposts:\n  - {id: a, seats: 1, priority: [locals]}\nstudents:\n"
        "  - {id: x, choices: [a], groups: [local]}\n"
    )
    done = run("match", tmp_path / "m.yaml")

    assert done.exit_code == 0
    assert (
        "m.yaml:4: posts[0].priority: no student is in the group that this post prefers: found 'locals'. Did you mean local?"
        in done.stderr
    )
    assert "m.yaml:2: lottery: nothing says that the seed of the lottery was announced" in done.stderr


def test_a_host_is_told_how_many_it_may_take_and_why():
    done = run("capacity", PLACEMENT, "--on", "2026-03-02")

    assert done.stdout.splitlines() == [
        "Host capped at 6: 10 % of 60 (staff of the unit) (CN-14).",
        "Post capped at 4: 20 % of 22 (staff in the same kind of post) (CN-14).",
    ]
    (host, post) = json.loads(run("capacity", PLACEMENT, "--on", "2026-03-02", "--json").stdout)
    assert (host["most"], post["most"], post["verified"]) == (6, 4, False)
    assert (
        run("capacity", PLACEMENT, "--on", "2010-01-01").stdout
        == "No rule in force on 2010-01-01 bounds how many the host takes.\n"
    )


def test_a_market_is_matched_with_a_reason_for_everyone_and_a_record_that_is_checked_again(tmp_path):
    record = tmp_path / "record.json"
    done = run("match", MARKET, "--welfare", "--save", record)

    assert "an: polishing, choice 1 of 2." in done.stdout
    assert "choice 1, polishing: cut-off 71.2, your score 70.9" in done.stdout
    assert "4 of 6 students placed" in done.stdout
    assert "The alternative that fills the most seats places 4, 4 by first choice" in done.stdout
    again = run("match", MARKET, "--check", record)
    assert (again.exit_code, again.stdout) == (
        0,
        "The record is a stable matching of this market, and its cut-offs are true.\n",
    )

    forged = json.loads(record.read_text())
    forged["seats"][0] = {"student": "an"}
    record.write_text(json.dumps(forged))
    refused = run("match", MARKET, "--check", record)
    assert refused.exit_code == 1
    assert "the cut-off of polishing is false" in refused.stdout
    assert json.loads(run("match", MARKET, "--check", record, "--json").stdout)["holds"] is False


def test_a_matching_is_printed_for_machines():
    told = json.loads(run("match", MARKET, "--welfare", "--json").stdout)

    assert told["record"]["lottery"] == "drawn in public on 24 November 2026"
    assert told["figures"] == {"placed": 4, "first": 4, "mean": 1.0, "pairs": 0, "students": 0}
    assert told["refused"]["bo"][0]["by"] == "score"
    assert told["alternative"]["figures"]["placed"] == 4


@pytest.mark.parametrize(
    ("command", "content", "told"),
    [
        ("check", "kind: Placement\njurisdiction: FR\nfacts: {start: 2026-01-01}\n", "jurisdiction: no rule pack of this jurisdiction"),
        ("check", "kind: Placement\njurisdiction: CN\nfacts: {start: 2026-01-01, venu: bar}\n", "Did you mean venue?"),
        ("check", "kind: Placement\njurisdiction: CN\nfacts: {}\n", "or give a day with --on"),
        ("check", "kind: Decision\n", "expected Placement, found 'Decision'"),
        ("match", "kind: PlacementMarket\nlottery: x\nposts: []\nstudents:\n  - {id: a, choices: [p]}\n",
         "bad.yaml:5: students[0].choices: no post"),
        ("match", "kind: PlacementMarket\nlottery: x\nposts:\n  - {id: p, seats: 1}\n"
            "students:\n  - {id: a, choices: [p], scores: {P: '99'}}\n",
         "bad.yaml:6: students[0].scores.P: this score is for a post that is not among the choices: found 'P'. Did you mean p?"),
        ("match", "kind: PlacementMarket\nlottery: x\nposts:\n  - {id: p, seats: -1}\nstudents: []\n", "bad.yaml:4: posts[0].seats"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_with_its_place(tmp_path, command, content, told):
    (tmp_path / "bad.yaml").write_text(content)
    done = run(command, tmp_path / "bad.yaml")

    assert done.exit_code == 2
    assert told in done.stderr
    assert "bad.yaml" in done.stderr


def test_a_record_of_another_market_is_refused(tmp_path):
    record = tmp_path / "record.json"
    run("match", MARKET, "--save", record)
    other = tmp_path / "other.yaml"
    other.write_text(MARKET.read_text(encoding="utf-8").replace("24 November", "25 November"), encoding="utf-8")

    done = run("match", other, "--check", record)
    assert done.exit_code == 2
    assert "the record is of another market" in done.stderr
