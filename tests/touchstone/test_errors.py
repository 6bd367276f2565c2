# SPDX-License-Identifier: Apache-2.0
"""An error is one sentence: where, what, expected, found, and what to do next."""

from __future__ import annotations

from touchstone.errors import DocumentError, InputError, RequestError, TouchstoneError


def test_an_error_tells_place_field_expectation_and_what_was_found():
    error = DocumentError(
        "the value does not fit", expected="a date", found="soon", field="awarded", file="a.yaml", line=3
    )

    assert str(error) == "a.yaml:3: awarded: the value does not fit: expected a date, found 'soon'."


def test_an_error_without_a_place_is_still_a_sentence():
    assert str(InputError("the file is empty")) == "the file is empty."
    assert str(InputError("no such id", hint="Mend it.")) == "no such id. Mend it."


def test_a_place_that_is_known_is_not_overwritten():
    error = InputError("x", file="a.yaml", line=3).at(file="b.yaml", line=9, field="id")

    assert (error.file, error.line, error.field) == ("a.yaml", 3, "id")


def test_a_complaint_told_as_another_class_keeps_every_detail():
    error = RequestError.of(DocumentError("x", expected="y", found="z", hint="H.", field="f", file="a", line=1))

    assert isinstance(error, RequestError)
    assert str(error) == str(DocumentError("x", expected="y", found="z", hint="H.", field="f", file="a", line=1))


def test_a_long_value_is_cut_to_a_readable_length():
    told = str(InputError("too long", found="x" * 10_000))

    assert len(told) < 100
    assert told.endswith("xxx…'.")


def test_a_place_neither_moves_the_cursor_nor_ends_the_line_nor_goes_on_for_ever():
    told = str(InputError("undefined", field="\x1b[2J\nValid\u202e" + "x" * 10_000))

    assert told.startswith("\\u001b[2J\\u000aValid\\u202exxx")
    assert len(told) < 300


def test_every_error_on_purpose_has_one_base():
    assert issubclass(InputError, TouchstoneError)
    assert not issubclass(TouchstoneError, ValueError)
