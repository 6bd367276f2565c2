# SPDX-License-Identifier: Apache-2.0
"""Every kind of document, written as YAML and as JSON, is read the same."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.touchstone.standards.exchange.generated import crosswalks, frameworks
from touchstone.library import load_library
from touchstone.standards import digest, read_document
from touchstone.standards.exchange.plain_writing import write_json, write_yaml_document


@given(frameworks())
def test_a_framework_is_read_as_it_was_written(framework):
    assert read_document(write_yaml_document(framework), "x.yaml").document == framework
    assert read_document(write_json(framework), "x.json").document == framework


@given(crosswalks())
def test_a_crosswalk_is_read_as_it_was_written(crosswalk):
    assert read_document(write_yaml_document(crosswalk), "x.yaml").document == crosswalk
    assert read_document(write_json(crosswalk), "x.json").document == crosswalk


@pytest.mark.parametrize(("write", "name"), [(write_yaml_document, "x.yaml"), (write_json, "x.json")])
def test_every_document_of_the_library_survives(write, name):
    for document in (item.document for item in load_library()):
        assert digest(read_document(write(document), name).document) == digest(document)
