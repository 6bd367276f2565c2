# SPDX-License-Identifier: Apache-2.0
"""SSSOM/TSV: a crosswalk that is written is read the same."""

from __future__ import annotations

from hypothesis import given

from tests.touchstone.standards.exchange.generated import crosswalks
from touchstone.library import load_library
from touchstone.standards import Crosswalk, digest, read_document
from touchstone.standards.exchange.sssom import write_sssom


@given(crosswalks())
def test_a_crosswalk_is_read_as_it_was_written(crosswalk):
    read = read_document(write_sssom(crosswalk).encode(), "x.sssom.tsv").document

    assert read == crosswalk
    assert digest(read) == digest(crosswalk)


def test_the_crosswalks_of_the_library_survive():
    crosswalks = [item.document for item in load_library() if isinstance(item.document, Crosswalk)]

    assert crosswalks
    for crosswalk in crosswalks:
        assert digest(read_document(write_sssom(crosswalk).encode(), "x.tsv").document) == digest(crosswalk)
