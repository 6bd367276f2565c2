# SPDX-License-Identifier: Apache-2.0
"""Tables: what goes out comes in the same; what people wrote is understood; every mistake is told, and where."""

from __future__ import annotations

from hypothesis import given

from tests.touchstone.standards.exchange.generated import crosswalks, frameworks
from touchstone.standards import digest
from touchstone.standards.exchange.tables import crosswalk_from, csv_of, framework_from, head_of, read_table, xlsx_of


@given(frameworks())
def test_a_framework_written_as_csv_is_read_the_same(framework):
    reading = framework_from(read_table(csv_of(framework), "units.csv"), head_of(framework))

    assert reading.errors == ()
    assert reading.document == framework


@given(frameworks())
def test_a_framework_written_as_xlsx_is_read_the_same(framework):
    reading = framework_from(read_table(xlsx_of(framework), "units.xlsx"))

    assert reading.errors == ()
    assert digest(reading.document) == digest(framework)


@given(crosswalks())
def test_a_crosswalk_written_as_csv_is_read_the_same(crosswalk):
    reading = crosswalk_from(read_table(csv_of(crosswalk), "rows.csv"), head_of(crosswalk))

    assert reading.document == crosswalk


@given(crosswalks())
def test_a_crosswalk_written_as_xlsx_is_read_the_same(crosswalk):
    reading = crosswalk_from(read_table(xlsx_of(crosswalk), "rows.xlsx"))

    assert digest(reading.document) == digest(crosswalk)
