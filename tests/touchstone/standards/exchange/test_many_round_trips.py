# SPDX-License-Identifier: Apache-2.0
"""Many round trips, through every format that gives a document back (run by `make soak`)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.touchstone.standards.exchange.generated import crosswalks, frameworks
from touchstone.standards import digest, read_document
from touchstone.standards.exchange.case import framework_of, package_of, read_case, write_case
from touchstone.standards.exchange.plain_writing import write_json, write_yaml_document
from touchstone.standards.exchange.sssom import write_sssom
from touchstone.standards.exchange.tables import crosswalk_from, csv_of, framework_from, head_of, read_table, xlsx_of

pytestmark = pytest.mark.soak

PLAIN = {
    "yaml": lambda document: read_document(write_yaml_document(document), "x.yaml").document,
    "json": lambda document: read_document(write_json(document), "x.json").document,
}
FRAMEWORK = PLAIN | {
    "case": lambda document: framework_of(read_case(write_case(package_of(document)))),
    "csv": lambda document: framework_from(read_table(csv_of(document), "x.csv"), head_of(document)).document,
    "xlsx": lambda document: framework_from(read_table(xlsx_of(document), "x.xlsx")).document,
}
CROSSWALK = PLAIN | {
    "sssom": lambda document: read_document(write_sssom(document).encode(), "x.tsv").document,
    "csv": lambda document: crosswalk_from(read_table(csv_of(document), "x.csv"), head_of(document)).document,
    "xlsx": lambda document: crosswalk_from(read_table(xlsx_of(document), "x.xlsx")).document,
}


@pytest.mark.parametrize("form", FRAMEWORK)
def test_frameworks_survive(form):
    survives(frameworks(), FRAMEWORK[form])


@pytest.mark.parametrize("form", CROSSWALK)
def test_crosswalks_survive(form):
    survives(crosswalks(), CROSSWALK[form])


def survives(documents, there_and_back):
    @settings(max_examples=2_000)
    @given(documents)
    def law(document):
        assert digest(there_and_back(document)) == digest(document)

    law()
