# SPDX-License-Identifier: Apache-2.0
"""The linter finds a planted fault of each kind, and is silent on what is sound."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from tests.touchstone.evaluation.small_system import condition, data, leaf, standard, system
from touchstone.evaluation.lint import lint, lint_data
from touchstone.evaluation.scoring import table_of
from touchstone.evaluation.words import say
from touchstone.library import load_library
from touchstone.standards import IndicatorSystem, Standard
from touchstone.standards.decoding import decode

A, B = leaf("A", weight="0.6"), leaf("B", weight="0.4")
COSTLY = {"type": "cost", "worst": "9", "best": "1"}
OTHERS = [leaf("A", weight="0.4"), leaf("B", weight="0.3", measure=COSTLY), leaf("C", weight="0.3")]
CIRCLE = [["1", "3", "1/3"], ["1/3", "1", "3"], ["3", "1/3", "1"]]
TEN = [["1"] * 10 for _ in range(10)]


def codes(*arguments):
    return {finding.code for finding in lint(*arguments)}


def comparison(*rows, order=("A", "B", "C"), **fields):
    return {"order": list(order), "rows": [list(row) for row in rows], **fields}


PLANTED = {
    "weights_sum": system(A, leaf("B", weight="0.5")),
    "weight_missing": system(A, leaf("B")),
    "weight_zero": system(leaf("A", weight="1"), leaf("B", weight="0")),
    "weight_of_condition": system(A, B, condition("G", "gate", weight="0.1")),
    "not_reciprocal": system(*OTHERS, comparisons=[comparison(["1", "3", "1"], ["3", "1", "1"], ["1", "1", "1"])]),
    "inconsistent": system(*OTHERS, comparisons=[comparison(*CIRCLE)]),
    "comparison_of_others": system(*OTHERS, comparisons=[comparison(["1", "1"], ["1", "1"], order=("A", "X"))]),
    "comparison_missing": system(A, B, conventions={"weighting": "ahp"}),
    "too_many_compared": system(
        *[leaf(name, weight="0.1") for name in "ABCDEFGHIJ"], comparisons=[comparison(*TEN, order="ABCDEFGHIJ")]
    ),
    "weights_differ": system(A, B, comparisons=[comparison(["1", "1/4"], ["4", "1"], order=("A", "B"))]),
    "duplicate_title": system(A, leaf("B", weight="0.4", title={"en": "indicator  a!"})),
    "duplicate_measure": system(A, leaf("B", weight="0.4", evidence=A["evidence"])),
    "untethered": system(A, {**B, "clause": "c1"}, {key: value for key, value in condition("G", "gate").items() if key != "clause"}),
    "no_evidence": system(A, leaf("B", weight="0.4", evidence=[])),
    "only_child": system({"id": "G", "title": {"en": "group"}, "children": [leaf("A")]}),
    "anchors_missing": system(A, leaf("B", weight="0.4", measure={"type": "benefit"})),
    "grades_alike": system(A, leaf("B", weight="0.4", measure={"type": "graded", "grades": [
        {"code": "x", "title": {"en": "x"}, "score": "1"}, {"code": "y", "title": {"en": "y"}, "score": "1"}]})),
    "bound_impossible": system(A, B, condition("G", "gate", bound={"at_least": "2", "at_most": "1"})),
    "bound_unused": system(A, leaf("B", weight="0.4", bound={"at_least": "1"})),
    "bands_gap": system(A, B, bands=[{"code": "x", "title": {"en": "x"}, "at_least": "0.5"}]),
    "bands_alike": system(A, B, bands=[{"code": code, "title": {"en": code}, "at_least": "0"} for code in "xy"]),
    "bands_missing": system(A, B, conventions={"aggregation": "fuzzy"}),
}  # fmt: skip


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found_and_no_other(code):
    assert codes(PLANTED[code]) == {code}


def test_clauses_of_no_named_standard_are_told():
    plain = {"id": "s", "version": "1", "title": {"en": "S"}, "status": "in_force", "indicators": [A, B]}

    assert codes(decode(plain, IndicatorSystem)) == {"no_standard"}


@pytest.mark.parametrize(
    ("code", "clauses"),
    [
        ("clause_unknown", [{"id": "c2", "type": "statement"}]),
        ("clause_unmeasured", [{"id": "c1"}, {"id": "c2"}]),
        ("indicator_unknown", [{"id": "c1", "indicators": ["Z"]}]),
    ],
)
def test_what_does_not_meet_the_standard_is_found(code, clauses):
    assert codes(system(A, B), standard(*clauses)) == {code}


def test_a_sound_system_is_passed_in_silence():
    sound = [
        (system(A, B), standard({"id": "c1", "indicators": ["A", "B"]}, {"id": "c2", "type": "statement"})),
        (system(*OTHERS, comparisons=[comparison(["1", "4/3", "4/3"], ["3/4", "1", "1"], ["3/4", "1", "1"])]),),
        (system(A, B, condition("G", "gate"), condition("V", "veto", title={"en": "veto"})),),
    ]

    assert [lint(*each) for each in sound] == [(), (), ()]


def test_of_the_shipped_system_only_the_two_indicators_that_may_not_apply_are_remarked_on():
    documents = [loaded.document for loaded in load_library()]
    (shipped,) = (each for each in documents if isinstance(each, IndicatorSystem))
    (its_standard,) = (each for each in documents if isinstance(each, Standard))

    found = lint(shipped, its_standard)
    assert [each.code for each in found] == ["may_not_apply"] * 2
    assert [each.message.split()[3] for each in found] == ["M7", "E4"]


def test_a_printed_digit_that_was_misread_is_found_in_its_group_only():
    """As in a table that was retracted in 2022: 0.1106 printed as 0.1156, in one of several groups."""
    groups = [
        {"id": f"G{number}", "title": {"en": f"group {number}"}, "weight": "0.5", "children": [
            leaf(f"G{number}a", weight="0.8894"), leaf(f"G{number}b", weight=weight)]}
        for number, weight in ((1, "0.1106"), (2, "0.1156"))
    ]  # fmt: skip

    (found,) = lint(system(*groups))

    assert (found.code, found.field) == ("weights_sum", "indicators[1].children")


def test_the_hint_names_the_answers_to_ask_for_again():
    (found,) = lint(PLANTED["inconsistent"])

    assert found.severity == "warning"
    assert "A, B and C" in found.hint


def test_data_shows_what_tells_nobody_apart_and_what_counts_twice():
    rows = [{"A": str(10 * number), "B": str(9 - number), "C": "7"} for number in range(1, 8)]
    found = lint_data(table_of(system(*OTHERS), data(*rows)))

    assert {(each.code, each.field) for each in found} == {("constant", "indicators[2]"), ("alike", "indicators[1]")}


def test_every_finding_has_its_few_words_in_every_language():
    source = Path(inspect.getsourcefile(lint)).read_text(encoding="utf-8")
    codes = {"inconsistent"} | set(
        re.findall(r'"(?:error|warning|note)"(?: if [^,]+)?,\s*"(\w+_\w+|alike|constant|untethered)"', source)
    )

    assert len(codes) == 32
    for code in codes:
        assert {say(f"lint.{code}", language) for language in ("en", "zh-Hans", "zh-Hant", "pt")}
