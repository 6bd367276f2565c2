"""What is wrong with a table as a whole is told in the reader's language."""

from __future__ import annotations

import pytest

from touchstone.credentials.learners import learners_from
from touchstone.errors import DocumentError, InputError
from touchstone.standards.exchange.tables import read_table
from touchstone_server.issuing.reasons import OF_TABLES, of_table


def test_a_table_without_names_or_learners_is_refused_by_sentences_that_we_have():
    without_names = learners_from(read_table(b"key,awarded\n1,2026-11-03\n", "a.csv"), {})
    assert {error.message for error in without_names.errors} <= OF_TABLES.keys()
    with pytest.raises(DocumentError) as refused:
        learners_from(read_table(b"name\n", "a.csv"), {})
    assert refused.value.message in OF_TABLES


@pytest.mark.parametrize("message", OF_TABLES)
@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "pt"])
def test_each_is_told_in_the_readers_language(message, tag):
    told = of_table(InputError(message), tag)
    assert told != of_table(InputError(message), "en")
    assert "{" not in told


def test_what_we_have_no_sentence_for_is_told_as_the_core_tells_it():
    assert of_table(InputError("the sheet is torn", hint="Mend it."), "zh-Hans") == "the sheet is torn. Mend it."
