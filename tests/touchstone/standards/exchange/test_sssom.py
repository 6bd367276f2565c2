# SPDX-License-Identifier: Apache-2.0
"""Crosswalks as SSSOM/TSV: our envelope in declared slots, one row a mapping, every mistake with its line."""

from __future__ import annotations

import pytest

from tests.touchstone.plain import document_of
from tests.touchstone.small_world import AWAY, HOME, crosswalk
from touchstone.errors import DocumentError
from touchstone.standards import digest, read_document

HEAD = f"""#mapping_set_id: crosswalk
#mapping_set_version: "1"
#mapping_set_title: crosswalk
#subject_source: {AWAY}
#object_source: {HOME}
#extension_definitions:
#  - {{slot_name: ext_status, property: "https://touchstone.example/terms/status"}}
#ext_status: in_force
"""
COLUMNS = "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence\n"
JUSTIFIED = "semapv:ManualMappingCuration"


def row(subject, predicate, target, confidence="", modifier=""):
    return f"{subject}\tskos:{predicate}\t{modifier}\t{target}\t{JUSTIFIED}\t{confidence}\n"


ONE = row("S1", "exactMatch", "T1")


def read(text):
    return read_document(text.encode(), "a.sssom.tsv").document


def refusal(text):
    with pytest.raises(DocumentError) as refused:
        read(text)
    return refused.value


def test_a_mapping_set_is_the_crosswalk_that_it_says():
    table = row("S1", "exactMatch", "T1", "0.90") + row("S1|S2", "narrowMatch", "T2", modifier="Not")

    expected = crosswalk(("S1", "exactMatch", "T1", "0.9"), ("S1|S2", "narrowMatch", "T2", "", "Not"))
    assert digest(read(HEAD + COLUMNS + table)) == digest(document_of(expected))


def test_columns_may_stand_in_any_order_and_empty_lines_are_passed_over():
    columns = "object_id\tsubject_id\tmapping_justification\tpredicate_id\n"
    table = f"T1\tS1\t{JUSTIFIED}\tskos:exactMatch\n\n"

    assert digest(read(HEAD + columns + table)) == digest(document_of(crosswalk(("S1", "exactMatch", "T1"))))


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        (COLUMNS, "the metadata block is missing", 1),
        (HEAD, "the table is missing", 8),
        (HEAD + "subject\tobject_id\n", "the column is unknown", 9),
        (HEAD + "subject_id\tsubject_id\n", "the column stands twice", 9),
        (
            HEAD + COLUMNS + ONE + ONE.rstrip("\n") + "\tx\ty\n",
            "the row has too many cells",
            11,
        ),
        (HEAD + COLUMNS + row("S1", "sameAs", "T1"), "the value does not fit", 10),
        (HEAD + COLUMNS + row("S1", "exactMatch", ""), "the field object_id is missing", 10),
        (HEAD + COLUMNS + row("S1", "exactMatch", "T1", "1.1"), "at most 1", 10),
        (HEAD + "#ext_official: true\n" + COLUMNS, "the extension slot is not declared", 9),
        (HEAD + "#mapping_tool: x\n" + COLUMNS, "the slot is unknown", 9),
        (HEAD.replace("#ext_status: in_force\n", "") + COLUMNS, "the field status is missing", 1),
        (HEAD.replace("in_force", "unforced") + COLUMNS, "the value does not fit", 8),
    ],
)
def test_a_mistake_is_told_with_its_line(text, told, line):
    error = refusal(text)

    assert told in str(error)
    assert error.line == line
