# SPDX-License-Identifier: Apache-2.0
"""Reading: every scalar is the text that stands there, every field knows its line, and what is not plain is refused."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone import strategies
from touchstone.errors import DocumentError
from touchstone.standards.reading import MAX_BYTES, decode_text, read_json, read_yaml
from touchstone.standards.tree import MAX_DEPTH, dotted


def refusal(read, text):
    with pytest.raises(DocumentError) as refused:
        read(text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    ["no", "NO", "yes", "on", "1.10", "0o17", "0x1f", "1_000", "2026-06-01", "1e3", ".inf", "12:30:45", "'~'", "true"],
)
def test_a_yaml_scalar_is_the_text_that_stands_there(text):
    assert read_yaml(f"value: {text}").tree == {"value": text.strip("'")}


def test_a_json_number_is_the_text_that_stands_there():
    text = '{"a": 1.10, "b": 12345678901234567890, "c": true, "d": "1.10", "e": [0.60, -0]}'

    assert read_json(text).tree == {
        "a": "1.10",
        "b": "12345678901234567890",
        "c": "true",
        "d": "1.10",
        "e": ["0.60", "-0"],
    }


def test_every_field_knows_its_line():
    reading = read_yaml("kind: Framework\ncompetencies:\n  - id: A\n    level: '3'\n  - {id: B, level: '4'}\n")

    assert reading.line_of(("competencies", 0, "level")) == 4
    assert reading.line_of(("competencies", 1, "level")) == 5
    assert reading.line_of(("competencies", 1, "credits")) == 5  # not there: the line of what would contain it
    assert reading.line_of(("nothing",)) == 1


def test_a_field_of_json_knows_its_line_too():
    reading = read_json('{\n "a": {\n  "b": [1,\n   2]}\n}')

    assert reading.line_of(("a", "b", 1)) == 4


def test_a_path_is_written_as_people_write_it():
    assert dotted(("competencies", 3, "level")) == "competencies[3].level"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("", "the file is empty", 1),
        ("# only a comment", "the file is empty", 1),
        ("a: 1\nb: 2\na: 3", "a field stands twice in one object", 3),
        ("a: {b: 1, b: 2}", "a field stands twice in one object", 1),
        ("a: &x 1\nb: 2", "anchors and tags are not read", 1),
        ("a: 1\nb: *x", "aliases are not read", 2),
        ("a: !!int 1", "anchors and tags are not read", 1),
        ("a: !python/object:os.system ls", "anchors and tags are not read", 1),
        ("a:\nb: 1", "the field is empty", 1),
        ("a: null", "the field is empty", 1),
        ("a: ~", "the field is empty", 1),
        ("a: 1\n---\nb: 2", "the file holds two documents", 2),
        ("a: 1\n\tb: 2", "the file is not YAML", 2),
        ("a: [1, 2", "the file is not YAML", 2),
        ("? [a, b]\n: 1", "a field name must be a text", 1),
        ("a: 1\nb: 'x\x07'", "character", 2),
        ("a: 1\n? &k b\n: 2", "not read", 2),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text, told, line):
    error = refusal(read_yaml, text)

    assert told in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("{", "the file is not JSON"),
        ('{"a": 1, "a": 2}', "a field stands twice"),
        ('{"a": null}', "the field is null"),
        ('{"a": NaN}', "a number is not finite"),
        ('{"a": -Infinity}', "a number is not finite"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a": "\\u0007"}', "control character"),
        ('{"a": 1} {"b": 2}', "the file is not JSON"),
    ],
)
def test_what_is_not_plain_json_is_refused(text, told):
    assert told in str(refusal(read_json, text))


@pytest.mark.parametrize("read", [read_yaml, read_json])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 10_000, 200_000])
def test_nesting_is_bounded_and_never_exhausts_the_stack(read, opening, closing, depth):
    text = '{"a": ' + opening * depth + '"x"' + closing * depth + "}"

    begun = time.perf_counter()
    error = refusal(read, text)

    assert "nests too deeply" in str(error)
    assert time.perf_counter() - begun < 2


def test_nesting_as_deep_as_documents_need_is_read():
    text = "[" * (MAX_DEPTH - 1) + "x" + "]" * (MAX_DEPTH - 1)

    assert read_yaml(f"a: {text}").tree


def test_a_byte_order_mark_is_dropped_and_other_encodings_are_refused():
    assert decode_text("\ufeffa: 1".encode()) == "a: 1"
    with pytest.raises(DocumentError) as refused:
        decode_text("a: 1\nb: é".encode("latin-1"))
    assert refused.value.line == 2


def test_a_file_of_more_than_eight_mebibytes_is_refused():
    with pytest.raises(DocumentError, match="too large"):
        decode_text(b"a" * (MAX_BYTES + 1))


trees = st.recursive(
    strategies.texts, lambda parts: st.lists(parts, max_size=4) | st.dictionaries(strategies.texts, parts, max_size=4)
)


@given(st.dictionaries(strategies.texts, trees, max_size=5))
def test_a_tree_of_texts_written_as_json_is_read_as_it_was(tree):
    assert read_json(json.dumps(tree)).tree == tree
    assert read_json(json.dumps(tree, ensure_ascii=False, indent=1)).tree == tree


@given(st.text())
def test_no_text_makes_reading_fail_in_any_other_way(text):
    for read in (read_yaml, read_json):
        with contextlib.suppress(DocumentError):
            read(text)


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail_in_any_other_way(content):
    with contextlib.suppress(DocumentError):
        read_yaml(decode_text(content))
