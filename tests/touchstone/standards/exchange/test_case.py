# SPDX-License-Identifier: Apache-2.0
"""CASE 1.1: what goes out comes in the same, and what came in goes out the same, whatever else stands in it."""

from __future__ import annotations

import msgspec
from hypothesis import given

from tests.touchstone.standards.exchange.generated import frameworks, language_maps
from touchstone.standards import digest
from touchstone.standards.exchange.case import framework_of, package_of, read_case, write_case


@given(frameworks())
def test_a_framework_written_as_a_package_is_read_the_same(framework):
    read = framework_of(read_case(write_case(package_of(framework))), {"region": framework.region})

    assert read == framework
    assert digest(read) == digest(framework)


@given(frameworks())
def test_writing_a_framework_back_changes_nothing(framework):
    package = package_of(framework)

    assert package_of(framework_of(package), package) == package


@given(frameworks(), frameworks(), language_maps)
def test_a_changed_framework_is_read_as_it_was_changed(framework, other, title):
    changed = msgspec.structs.replace(other, id=framework.id, title=title, level_scale=framework.level_scale)

    assert framework_of(package_of(changed, package_of(framework))) == changed
